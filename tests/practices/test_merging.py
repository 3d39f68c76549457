"""Two people in one draft: nothing that either wrote is lost, and nobody is asked about what only one touched."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.merging import as_seen
from app.practices.merging import LANGUAGE, by_name, merge

TEXTS = st.sampled_from(["", "one", "two", "three"])
CONTENTS = st.fixed_dictionaries({"title": TEXTS, "context": TEXTS, "lessons": TEXTS})


def named(content, language="es"):
    return by_name(content, language)


def test_what_only_one_touched_is_taken_from_that_one():
    base = {"title": "Base", "context": "Base", "answers": {"1": "Base", "2": "Base"}}
    mine = {**base, "title": "Mine", "answers": {"1": "Mine", "2": "Base"}}
    saved = {**base, "context": "Theirs", "answers": {"1": "Base", "2": "Theirs"}}
    both = merge(named(mine), named(saved), as_seen(7, named(base)))
    assert both.content == {"title": "Mine", "context": "Theirs", "answers": {"1": "Mine", "2": "Theirs"}}
    assert both.language == "es"
    assert both.own == {"title", "answers.1"}
    assert both.conflicts == frozenset()


def test_what_both_touched_differently_is_a_conflict_and_the_same_text_is_none():
    base = {"title": "Base", "context": "Base"}
    mine, saved = {"title": "Mine", "context": "Same"}, {"title": "Theirs", "context": "Same"}
    both = merge(named(mine), named(saved), as_seen(7, named(base)))
    assert both.conflicts == {"title"}


def test_an_emptied_field_and_the_language_count_as_touched():
    base = {"title": "Base"}
    assert merge(named({}), named(base), as_seen(7, named(base))).content == {}
    both = merge(named(base, "pt"), named(base), as_seen(7, named(base)))
    assert (both.language, both.own) == ("pt", {LANGUAGE})


@given(st.sampled_from([None, "", "7", "7 no json", "7 []", "7 3", "7 " + "[" * 50_000]))
def test_a_page_that_does_not_say_what_it_showed_conflicts_wherever_the_texts_differ(seen):
    assert merge(named({"title": "Mine"}), named({"title": "Theirs"}), seen).conflicts == {"title"}


@given(base=CONTENTS, mine=CONTENTS, saved=CONTENTS)
def test_every_field_keeps_the_text_of_whoever_changed_it(base, mine, saved):
    both = merge(named(mine), named(saved), as_seen(7, named(base)))
    for name in base:
        result = both.content.get(name) or ""
        if name in both.conflicts:
            assert len({base[name], mine[name], saved[name]}) == 3
        elif mine[name] != base[name]:
            assert result == mine[name]
        else:
            assert result == saved[name]
