"""Asking the index: the same things found on both engines, by whoever may read them."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.audience import Audience
from app.core.db import db
from app.core.errors import Refusal
from app.search.models import SearchEntry
from app.search.operations import index_entry
from app.search.queries import PER_PAGE, search
from tests.statements import count_statements

EVERYTHING = sa.true()


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
    with count_statements() as counted:
        first = search("permit", EVERYTHING, language="en")
    second = search("permit", EVERYTHING, language="en", page=2)
    assert (len(first.items), len(second.items), first.total, first.pages) == (PER_PAGE, 3, PER_PAGE + 3, 2)
    assert {hit.key for hit in first.items} & {hit.key for hit in second.items} == set()
    assert counted.number == 2
    assert search("permit", EVERYTHING, language="en", page=10**12).items == []
