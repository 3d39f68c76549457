"""Reading pages that the lists of `axe_pages.py` do not lead to: a question, and what is there no more."""

import sqlite3
from collections.abc import Iterator

import pytest

from tests.browser.axe import looks, looks_in_all_languages
from tests.browser.axe_pages import FINISHED
from tests.browser.site import Site

PRACTICE = "CAM/2026/GP/PER/01"
GONE = {
    "practice-withdrawn": f"/practices/{PRACTICE.replace('/', '-')}",
    "release-ended": "/open-data/releases/1",
}


@pytest.fixture(scope="module")
def site(new_site) -> Iterator[Site]:
    """A site of its own, in which a published practice was withdrawn and the first release has ended."""
    with new_site() as running:
        with sqlite3.connect(running.database, timeout=30) as database:
            withdrawn = database.execute("UPDATE practices SET state = 'withdrawn' WHERE reference = ?", (PRACTICE,))
            database.execute(
                "INSERT INTO releases (number, as_of, made_at, state, ended_at, rows, licence)"
                " VALUES (1, :at, :at, 'expired', :at, '{}', 'CC BY 3.0 IGO') ON CONFLICT (number)"
                " DO UPDATE SET state = 'expired', ended_at = :at",
                {"at": "2026-11-01 12:00:00"},
            )
            assert withdrawn.rowcount == 1
        database.close()
        yield running


def test_a_question_and_its_answers(watched):
    reader = watched(None)
    reader.go(f"{FINISHED}/questions/1")
    assert list(looks(reader, "question")) == []
    assert list(looks_in_all_languages(reader, "question")) == []


@pytest.mark.parametrize("name", GONE)
def test_what_is_there_no_more(watched, name):
    reader = watched(None)
    answer = reader.page.goto(GONE[name])
    assert answer.status == 410
    assert list(looks(reader, name)) == []
