"""Asking the index: the same things found on both engines, by whoever may read them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.audience import Audience
from app.core.db import db
from app.core.errors import Refusal
from app.core.paging import FURTHEST_PAGE, Page
from app.search import columns, retrieving
from app.search.asking import CANDIDATES, PER_PAGE, Asked, Hit, ask
from app.search.columns import KEPT
from app.search.models import SearchEntry
from app.search.operations import forget, index_entry
from tests.statements import count_statements

EVERYTHING = sa.true()


def search(query: str, scope=EVERYTHING, *, language: str = "en", page: int = 1) -> Page[Hit]:
    return ask(Asked(query, page=page), scope, language=language).page


def add(key: str, language: str, title: str, text: str, *, audience=Audience.PUBLIC, **more) -> None:
    values = {"meeting_id": 7, "path": f"/practices/{key}", "context": {"en": "Peru"}, **more}
    index_entry(kind="practice", key=key, language=language, audience=audience, title=title, text=text, **values)


@pytest.fixture
def entries(app):
    add("permit", "es", "Permiso temporal de permanencia", "La regularización de la migración. Los niños primero.")
    add("mobility", "fr", "Mobilité de travail", "Les réfugiés ont accès à l'emploi, avec l'OIM.")
    add("interior", "pt", "Interiorização", "Estratégia para migrantes e a proteção de crianças.")
    add("labour", "en", "Labour mobility", "Workers' rights & the protection of children.")


def answered(query: str) -> bool:
    """Whether a query is answered by what was found or by a refusal at its field."""
    try:
        return search(query, EVERYTHING, language="en").total >= 0
    except Refusal as refusal:
        return refusal.field == "q"


def keys(query: str) -> list[str]:
    return [hit.key for hit in search(query, EVERYTHING, language="en").items]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("regularizacion", ["permit"]),
        ("MIGRACIONES NIÑO", ["permit"]),
        ("acces emploi refugie", ["mobility"]),
        ("criancas", ["interior"]),
        ("child", ["labour"]),
        ("worker's right", ["labour"]),
        ("interi", ["interior"]),
        ("oim", ["mobility"]),
        ("permiso retorno", []),
        ("nothing", []),
        ("mobility OR permit", []),
        ("mobil*", ["labour", "mobility"]),
    ],
)
def test_what_a_query_finds(entries, query, found):
    assert sorted(keys(query)) == found


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "' OR 1=1 --",
        "NEAR(a b)",
        "a AND",
        "words:permit",
        "^permit",
        "-permit",
        "permit*",
        "(",
        "& | ! <->:*",
        "\\",
        "\x00permit",
        "%permit%",
        "_______",
        "1e5 0x1f 12ab 3.14 1e5abc",
        "permit; DROP TABLE users",
        "{}",
        "~",
    ],
)
def test_a_hostile_query_gets_an_answer(entries, query):
    assert answered(query)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_no_query_reaches_the_engine_raw(entries, query):
    assert answered(query)


def test_a_query_of_10_000_characters_is_refused_with_the_limit(entries):
    with pytest.raises(Refusal, match="10000 characters; the most is 200"):
        search("a" * 10_000, EVERYTHING, language="en")


def test_a_title_counts_more_than_the_text(app):
    add("in-text", "en", "Something else", "A permit. And more words about other things altogether, at length.")
    add("in-title", "en", "The permit", "Something else. And more words about other things altogether, at length.")
    assert keys("permit") == ["in-title", "in-text"]


def test_one_hit_for_a_thing_in_several_languages_in_the_readers(app):
    for language in ("en", "es", "fr", "pt"):
        add("twelve", language, f"IOM {language}", "IOM")
    assert [hit.title for hit in search("IOM", EVERYTHING, language="fr").items] == ["IOM fr"]
    assert search("IOM", EVERYTHING, language="fr").total == 1


def test_the_language_there_is_where_the_reader_has_none(entries):
    hit = search("regularización", EVERYTHING, language="en").items[0]
    assert (hit.language, hit.path, hit.context["en"]) == ("es", "/practices/permit", "Peru")
    assert "<mark>regularización</mark>" in hit.excerpt


def test_what_is_not_allowed_is_not_found_and_not_counted(app):
    add("shown", "en", "Permit", "Permit")
    add("hidden", "en", "Permit", "Permit", audience=Audience.RESTRICTED)
    found = search("permit", SearchEntry.audience == Audience.PUBLIC, language="en")
    assert ([hit.key for hit in found.items], found.total) == (["shown"], 1)


def test_pages_and_a_constant_number_of_statements(app):
    for number in range(PER_PAGE + 3):
        add(f"thing-{number:02d}", "en", "Permit", "Permit")
    db.session.commit()
    search("permit")
    with count_statements() as counted:
        first = search("permit", EVERYTHING, language="en")
    second = search("permit", EVERYTHING, language="en", page=2)
    assert (len(first.items), len(second.items), first.total, first.pages) == (PER_PAGE, 3, PER_PAGE + 3, 2)
    assert {hit.key for hit in first.items} & {hit.key for hit in second.items} == set()
    assert counted.number == (5 if db.engine.dialect.name == "sqlite" else 7)
    assert search("permit", EVERYTHING, language="en", page=10**12).items == []


FACETED = {
    "a": {"state": ["PE"], "theme": ["T1", "T2"], "year": ["2025"]},
    "b": {"state": ["CL"], "theme": ["T1"], "year": ["2026"]},
    "c": {"state": ["CL"], "theme": ["T3"], "year": ["2026"]},
}


@pytest.fixture
def faceted(app):
    for number, (key, facets) in enumerate(FACETED.items(), 1):
        add(key, "en", "Permit", "Permit", facets=facets, published_at=datetime(2026, number, 1, tzinfo=UTC))
    add("a", "es", "Permiso", "Permit", facets=FACETED["a"], published_at=datetime(2026, 1, 1, tzinfo=UTC))
    db.session.commit()


def counts(answer, name: str) -> dict[str, int]:
    return {counted.code: counted.number for counted in answer.facets[name]}


def asked(text: str = "permit", **filters) -> Asked:
    return Asked(text, filters={name: tuple(codes.split()) for name, codes in filters.items()})


@pytest.mark.parametrize("text", ["permit", ""])
def test_facets_count_things_once_and_languages_each(faceted, text):
    answer = ask(asked(text), EVERYTHING, language="en")
    assert answer.page.total == 3
    assert counts(answer, "state") == {"CL": 2, "PE": 1}
    assert counts(answer, "theme") == {"T1": 2, "T2": 1, "T3": 1}
    assert counts(answer, "language") == {"en": 3, "es": 1}
    assert counts(answer, "kind") == {"practice": 3}
    assert counts(answer, "gcm") == {}


def test_codes_of_one_facet_widen_and_those_of_others_narrow(faceted):
    answer = ask(asked(theme="T1 T3", state="CL"), EVERYTHING, language="en")
    assert {hit.key for hit in answer.page.items} == {"b", "c"}
    assert counts(answer, "state") == {"CL": 2, "PE": 1}, "what the other State would give"
    assert counts(answer, "theme") == {"T1": 1, "T3": 1}
    assert [code.code for code in answer.facets["theme"] if code.chosen] == ["T1", "T3"]


def test_what_nothing_has_is_said(faceted):
    answer = ask(asked(state="XX"), EVERYTHING, language="en")
    assert (answer.page.total, answer.unknown) == (0, (("state", "XX"),))
    assert counts(answer, "state") == {"CL": 2, "PE": 1, "XX": 0}


def test_without_words_the_newest_come_first(faceted):
    assert [hit.key for hit in ask(Asked(), EVERYTHING, language="en").page.items] == ["c", "b", "a"]
    oldest = ask(Asked("permit", sort="oldest"), EVERYTHING, language="en")
    assert [hit.key for hit in oldest.page.items] == ["a", "b", "c"]


def test_only_what_came_since(faceted):
    since = Asked(since=datetime(2026, 2, 1, tzinfo=UTC))
    assert [hit.key for hit in ask(since, EVERYTHING, language="en").page.items] == ["c"]


def test_a_question_goes_into_an_address_and_back():
    whole = Asked(
        "permit -return", {"state": ("PE", "CL"), "year": ("2026",)}, "newest", datetime(2026, 2, 1, tzinfo=UTC), 3
    )
    assert Asked.from_query(whole.to_query()) == whole
    assert Asked().to_query() == {}
    assert Asked.from_query({"page": "1" * 30, "sort": "x", "since": "then", "colour": "red"}).page == FURTHEST_PAGE
    assert whole.without_filter("state", "PE").with_filter("theme", "T1").filters == {
        "state": ("CL",), "year": ("2026",), "theme": ("T1",)
    }  # fmt: skip


def test_a_copy_kept_in_memory_follows_what_changes(faceted):
    def total(text: str = "") -> int:
        return ask(Asked(text), EVERYTHING, language="en").page.total

    assert total() == 3
    add("d", "en", "Return", "Return")
    assert total() == 4, "what this transaction did"
    db.session.rollback()
    assert total() == 3
    forget("practice", "b")
    add("a", "en", "Return", "Return", facets=FACETED["a"])
    db.session.commit()
    assert (total(), total("return")) == (2, 1)
    assert counts(ask(Asked(), EVERYTHING, language="en"), "state") == {"CL": 1, "PE": 1}
    forget("practice", "a")
    forget("practice", "c")
    db.session.commit()
    assert total() == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"proteccion ninos"', []),
        ('"los niños"', ["permit"]),
        ('"l\'emploi, avec"', ["mobility"]),
        ("mobility -labour", ["mobility"]),
        ("-labour", None),
        ("the of and", None),
        ("the children", ["labour"]),
        ("the* children", ["labour"]),
        ("crian*", ["interior"]),
        ("«los niños", ["permit"]),
    ],
)
def test_phrases_exclusions_beginnings_and_small_words(entries, query, found):
    if found is None:
        with pytest.raises(Refusal) as refused:
            search(query)
        assert refused.value.field == "q"
    else:
        assert sorted(keys(query)) == found


def test_what_is_excluded_in_one_language_is_left_out_in_all(app):
    add("two", "en", "Permit", "Permit")
    add("two", "es", "Permiso", "Roraima")
    assert keys("permit") == ["two"]
    assert keys("permit -roraima") == []


def test_a_search_that_takes_too_long_is_cut(entries, monkeypatch):
    monkeypatch.setattr(retrieving, "limited", cut)
    answer = ask(Asked("permiso"), EVERYTHING, language="en")
    assert (answer.cut, answer.page.items, answer.page.total) == (True, [], 0)


@contextmanager
def cut(seconds: float) -> Iterator[None]:
    raise retrieving.TooBroad
    yield


def test_the_limit_stops_the_engine_and_spares_the_transaction(app):
    add("kept", "en", "Permit", "Permit")
    counting = "SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000000"
    with pytest.raises(retrieving.TooBroad), retrieving.limited(0.05):
        db.session.execute(sa.text(f"WITH RECURSIVE n(i) AS ({counting}) SELECT COUNT(*) FROM n"))
    assert keys("permit") == ["kept"]


def test_a_phrase_stands_first_among_many(app):
    """What has the words in the order asked for, of more than are ordered with care, and older than all of them."""
    base = datetime(2026, 1, 2, tzinfo=UTC)
    for number in range(CANDIDATES + 20):
        add(f"loose-{number}", "en", "Something", "The permits that are temporary.", published_at=base)
    add("exact", "en", "Something", "These temporary permits.", published_at=datetime(2020, 1, 1, tzinfo=UTC))
    add("title", "en", "Temporary permits", "Something.", published_at=datetime(2019, 1, 1, tzinfo=UTC))
    assert keys("temporary permits")[:2] == ["title", "exact"]


def test_a_phrase_of_three_words_is_not_its_pairs(app):
    add("apart", "en", "One", "Register births early. We register births. Births early in the year.")
    add("pairs", "en", "Two", "They register births, and births early on.")
    assert keys('"register births early"') == ["apart"]
    assert keys('births -"register births early"') == ["pairs"]


@pytest.mark.parametrize("beginning", ["con*", "des*", "par*"])
def test_a_beginning_that_is_a_word_of_every_text_is_asked_for(app, beginning):
    add("a", "es", "Consulado", "Desarrollo parcial")
    add("b", "es", "Permiso", "Nada")
    assert keys(beginning) == ["a"]
    assert keys(f"{beginning} consulado") == ["a"]
    with pytest.raises(Refusal):
        search(beginning.rstrip("*"))


def test_a_search_waits_no_longer_than_it_may_for_what_is_being_read(entries, monkeypatch):
    """A process that has just begun reads the index in another thread."""
    db.session.commit()
    monkeypatch.setitem(current_app.extensions, KEPT, None)
    with columns._LOCK:
        answer = ask(Asked("permiso"), EVERYTHING, language="en", limit=retrieving.Limit(0.05))
    assert answer.cut
    assert not ask(Asked("permiso"), EVERYTHING, language="en").cut


def test_a_thing_can_be_in_other_languages_than_the_words_it_is_found_by(app):
    add("titled", "en", "Permit", "Permit", facets={"language": []})
    add("titled", "es", "Permiso", "Permit", facets={"language": ["es"]})
    answer = ask(asked("permit"), EVERYTHING, language="en")
    assert (answer.page.total, counts(answer, "language")) == (1, {"es": 1})


def test_one_search_has_one_limit(entries, monkeypatch):
    """However many questions are asked of the engine, they share the time."""
    given = []

    @contextmanager
    def limited(seconds: float) -> Iterator[None]:
        given.append(seconds)
        yield

    monkeypatch.setattr(retrieving, "limited", limited)
    ask(Asked("permizo migracoin labuor"), EVERYTHING, language="en")
    assert len(given) > 3
    assert given == sorted(given, reverse=True)
    assert all(0 < seconds <= retrieving.SECONDS for seconds in given)
    with pytest.raises(retrieving.TooBroad):
        retrieving.Limit(-1).left()
