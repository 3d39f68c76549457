"""The labelled queries, asked of the demonstration library: what each finds, and the same order on both engines."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.cli import demo
from app.cli.schema import upgrade
from app.core.db import db
from app.search.asking import Asked, ask
from app.search.models import SearchEntry
from tests.conftest import settings_for
from tests.search.cases import Ability, Answer, bad_inputs, open_cases
from tests.search.judging import Names, answered, judge

pytestmark = [pytest.mark.xdist_group("search library"), pytest.mark.slow]

CASES = [case for case in open_cases() if Ability.MEANING not in case.tests]


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
