"""A phrase is found wherever it stands, also after hundreds of its own words: on both engines alike."""

import pytest
import sqlalchemy as sa

from app.core.audience import Audience
from app.core.db import db
from app.search.asking import Asked, ask
from app.search.operations import index_entry

OFTEN = 400  # PostgreSQL keeps 255 places of a word


def put(key: str, text: str) -> None:
    index_entry(
        kind="document", key=key, language="es", audience=Audience.PUBLIC, meeting_id=7, title="Paper", text=text,
        path=f"/documents/{key}",
    )  # fmt: skip


def found(query: str) -> set[str]:
    return {hit.key for hit in ask(Asked(query), sa.true(), language="es").page.items}


@pytest.fixture
def papers(app):
    put("late", f"{'trata de personas. ' * OFTEN}Zorros de otros permisos, trata de zorros.")
    put("apart", f"{'trata de personas. ' * OFTEN}Zorros, otros de permisos.")
    put("short", "Zorros de otros permisos.")
    db.session.commit()


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ('"zorros de otros"', {"late", "short"}),
        ('"trata de zorros"', {"late"}),
        ('"trata de personas" "zorros de otros"', {"late"}),
        ('"otros de zorros"', set()),
        ("zorro*", {"late", "apart", "short"}),
        ('zorros -"otros permisos"', {"apart"}),
        ("trata personas", {"late", "apart"}),
    ],
)
def test_words_that_stand_hundreds_of_times_before_a_phrase_hide_it_nowhere(papers, query, keys):
    assert found(query) == keys


def test_what_is_written_anew_is_found_as_it_is_now(papers):
    put("late", "Otra cosa.")
    db.session.commit()
    assert found('"zorros de otros"') == {"short"}
