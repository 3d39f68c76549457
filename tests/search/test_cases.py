"""The labelled queries are well formed and agree with the texts that they were written from."""

import re
import unicodedata
from collections import Counter

import pytest

from app.core.localized import LANGUAGES
from tests.search.cases import (
    Ability,
    Answer,
    Case,
    Kind,
    Reader,
    Thing,
    added_cases,
    bad_inputs,
    found,
    held_back_cases,
    library,
    open_cases,
)

pytestmark = pytest.mark.one_database

CASES = [*open_cases(), *held_back_cases()]
EVERY = [*CASES, *added_cases()]
A = Thing(Kind.PRACTICE, "a")
B = Thing(Kind.PRACTICE, "b")


def by_id(cases: list[Case]) -> dict[str, list]:
    return {"argvalues": cases, "ids": [case.id for case in cases]}


def of(*abilities: Ability) -> dict[str, list]:
    return by_id([case for case in CASES if case.tests & set(abilities)])


def folded(text: str) -> str:
    marks = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in marks if not unicodedata.combining(sign))


def words_of(thing: Thing) -> str:
    return folded("\n".join(library()[found(thing)].words.values()))


def has(thing: Thing, word: str, *, whole: bool = True) -> bool:
    end = r"\b" if whole else ""
    return re.search(r"\b" + re.escape(folded(word)) + end, words_of(thing)) is not None


def one_letter_apart(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == len(longer):
        return sum(a != b for a, b in zip(shorter, longer, strict=True)) == 1
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def test_fifteen_in_each_language_of_which_every_third_is_held_back():
    ids = [f"{code}-{number:02}" for code in LANGUAGES for number in range(1, 16)]
    assert sorted(case.id for case in CASES) == sorted(ids)
    assert {case.id for case in held_back_cases()} == {name for name in ids if int(name[3:]) % 3 == 0}
    assert all(case.language == case.id[:2] for case in CASES)


def test_no_query_is_asked_twice():
    assert [query for query, times in Counter(folded(case.query) for case in EVERY).items() if times > 1] == []


@pytest.mark.parametrize("cases", [open_cases(), held_back_cases()], ids=["open", "held back"])
def test_each_ability_is_covered(cases):
    assert set().union(*(case.tests for case in cases)) == set(Ability)


@pytest.mark.parametrize("case", **by_id(EVERY))
def test_names_stand_in_the_library_and_contradict_one_another_nowhere(case):
    assert case.expected or case.never
    wanted = {found(thing) for thing in case.expected}
    refused = {found(thing) for thing in case.never}
    assert not wanted & refused
    for places, things in ((3, case.within_three), (5, case.within_three + case.within_five)):
        assert len(set(things)) <= places
        assert len(set(things)) < places or not case.first or set(case.first) & set(things)


@pytest.mark.parametrize("case", **by_id(EVERY))
def test_a_reader_is_promised_what_she_may_read_only(case):
    for thing in case.expected:
        assert case.reader in library()[found(thing)].readers
    if case.reader is Reader.MEMBER_STATE:
        assert any(Reader.ANONYMOUS not in library()[found(thing)].readers for thing in case.expected)


@pytest.mark.parametrize("case", **by_id([case for case in EVERY if case.never]))
def test_what_must_not_appear_is_excluded_or_not_readable(case):
    excluded = re.findall(r"(?:^|\s)-(\w+)", case.query)
    for thing in case.never:
        hidden = case.reader not in library()[found(thing)].readers
        assert hidden or any(has(thing, word) for word in excluded)


@pytest.mark.parametrize("case", **of(Ability.EXCLUSION))
def test_what_is_excluded_stands_in_nothing_expected(case):
    words = re.findall(r"(?:^|\s)-(\w+)", case.query)
    assert words
    assert case.never
    assert [str(thing) for thing in case.expected for word in words if has(thing, word)] == []


@pytest.mark.parametrize("case", **of(Ability.PHRASE, Ability.PREFIX))
def test_phrases_and_beginnings_stand_in_what_comes_first(case):
    asked = [(phrase, True) for phrase in re.findall(r'"([^"]+)"', case.query)]
    asked += [(beginning, False) for beginning in re.findall(r"(\w+)\*", case.query)]
    assert asked
    assert all(has(thing, text, whole=whole) for thing in case.first for text, whole in asked)


@pytest.mark.parametrize("case", **of(Ability.SPELLING))
def test_one_word_is_wrong_by_a_letter_and_no_text_has_it(case):
    pairs = zip(folded(case.query).split(), folded(case.offers).split(), strict=True)
    ((wrong, right),) = [pair for pair in pairs if pair[0] != pair[1]]
    assert one_letter_apart(wrong, right)
    assert not any(has(thing, wrong, whole=False) for thing in library())
    assert all(has(thing, right) for thing in case.first)


def test_only_spelling_offers_something_else():
    assert all((case.offers is not None) == (Ability.SPELLING in case.tests) for case in CASES)


def test_six_bad_inputs():
    inputs = bad_inputs()
    assert len({each.id for each in inputs}) == 6
    assert max(len(each.text) for each in inputs) == 10_000
    assert {each.answer for each in inputs} == set(Answer)
    assert all(library()[found(thing)].readers for each in inputs for thing in each.first)


def test_judging_counts_each_thing_once_where_it_stands_first():
    case = CASES[0]
    thing = found(case.first[0])
    assert case.broken([thing, A]) == []
    assert case.broken([A, thing])
    assert case.broken([])


def test_judging_counts_places_without_repetition():
    case = next(case for case in CASES if len(case.within_three) == 2 and len(case.first) == 2)
    one, other = map(found, case.within_three)
    assert case.broken([one, one, one, A, other]) == []
    assert case.broken([one, A, B, other]) == [f"{other} is not within 3"]


def test_judging_refuses_what_must_not_appear():
    case = next(case for case in CASES if case.never and case.first)
    first, never = found(case.first[0]), found(case.never[0])
    assert case.broken([first, never]) == [f"{never} must not be found"]
