"""The labelled queries, asked of the demonstration library: what each finds, and the same order on both engines."""

from collections.abc import Iterable

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.cli import demo
from app.cli.schema import upgrade
from app.core.actors import Anonymous
from app.core.db import db
from app.core.encoder import has_encoder
from app.meetings.queries import findable
from app.search import meaning
from app.search.asking import Asked, ask
from app.search.jobs import make_vectors
from app.search.models import SearchEntry
from tests.conftest import settings_for
from tests.search.cases import Ability, Answer, Case, added_cases, bad_inputs, held_back_cases, open_cases
from tests.search.judging import Names, answered, judge

pytestmark = [pytest.mark.xdist_group("search library"), pytest.mark.slow]

CASES = [case for case in (*open_cases(), *added_cases()) if Ability.MEANING not in case.tests]
UNMET = {"en-12", "fr-06", "pt-06"}  # of those held back, when they were run: docs/decisions/0060-search.md
UNMET_BY_MEANING = {"es-08", "fr-08", "pt-10", "pt-09"}
needs_encoder = pytest.mark.skipif(
    not has_encoder(), reason="the sentence encoder is not installed (requirements/encoder.txt), where there is one"
)


@pytest.fixture(scope="module")
def library_url(engine_name, running_app, fresh_database, tmp_path_factory):
    """The address of a database that holds the demonstration: made once, and read by all of these tests."""
    app, _extensions = running_app
    app.config.from_object(settings_for(fresh_database(), tmp_path_factory.mktemp("search-library")))
    with app.app_context():
        demo.load("a long demonstration password")
        db.session.commit()
        db.session.close()
        db.engine.dispose()
    return app.config["DATABASE_URL"]


@pytest.fixture
def database_url(library_url):
    return library_url


@pytest.fixture
def names(app) -> Names:
    return Names()


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_labelled_query_finds_what_it_must(names, case):
    assert judge(case, names).broken == []


def unmet(names: Names, cases: Iterable[Case], *, by_meaning: bool) -> set[str]:
    """The ids alone of the cases that are not met: nobody looks into those held back."""
    asked = [case for case in cases if (Ability.MEANING in case.tests) is by_meaning]
    assert asked
    return {case.id for case in asked if judge(case, names).broken}


def test_of_the_queries_held_back_no_more_fail_than_when_they_were_run(names):
    assert unmet(names, held_back_cases(), by_meaning=False) <= UNMET


@pytest.mark.parametrize("case", bad_inputs(), ids=[each.id for each in bad_inputs()])
def test_bad_input_is_told_or_searched(client, names, case):
    response = client.get("/search", query_string={"q": case.text})
    if case.answer is Answer.TOLD:
        assert response.status_code == 422
        assert 'role="alert"' in response.text
    else:
        assert response.status_code == 200
        _answer, hits = answered(case.text, open_cases()[0].reader, "fr")
        results = [names.thing(*hit) for hit in hits]
        assert not case.first or results[0] in case.first
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SearchEntry)) > 0


@pytest.fixture
def by_meaning(app):
    """Search that finds by meaning too, in the demonstration library: its vectors are made once."""
    app.config["SEARCH_BY_MEANING"] = True
    make_vectors({})
    meaning.prepare(app)
    db.session.rollback()


@needs_encoder
@pytest.mark.one_database("sqlite")
def test_by_meaning_no_more_queries_fail_than_when_they_were_run(by_meaning, names):
    cases = [*open_cases(), *held_back_cases()]
    assert unmet(names, cases, by_meaning=True) <= UNMET_BY_MEANING
    assert unmet(names, cases, by_meaning=False) <= UNMET


@needs_encoder
@pytest.mark.one_database("sqlite")
def test_spanish_words_find_a_portuguese_practice_that_means_them(by_meaning):
    """The example of what was asked for."""
    wanted = Asked("permisos temporales", {"kind": ("practice",), "language": ("pt",)})
    answer = ask(wanted, findable(Anonymous()), language="es")
    found = [hit.key for hit in answer.page.items if hit.by_meaning]
    assert "CAM-2026-GP-BRA-01" in found[:3]


def orders() -> dict[str, tuple]:
    found = {}
    for case in open_cases():
        answer = ask(Asked(case.query), sa.true(), language=case.language)
        counts = {name: sorted(codes) for name, codes in answer.facets.items()}
        found[case.id] = ([(hit.kind, hit.key, str(hit.excerpt)) for hit in answer.page.items], counts, answer.offered)
    return found


@pytest.mark.one_database("postgresql")
def test_both_engines_answer_alike(app: Flask, tmp_path):
    """What PostgreSQL answers, SQLite answers of the same entries: order, excerpts, counts and what is offered."""
    one = orders()
    table = SearchEntry.__table__
    rows = [dict(row._mapping) for row in db.session.execute(sa.select(table).order_by(table.c.id.desc()))]
    db.session.rollback()
    other = create_app(settings_for(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path))
    with other.app_context():
        upgrade()
        for number, row in enumerate(rows, 1):  # other ids, in another order
            db.session.execute(sa.insert(table).values({**row, "id": number, "revision": 1}))
        db.session.commit()
        assert orders() == one
        db.session.close()
        db.engine.dispose()
