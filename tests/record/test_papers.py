"""Attendance and minutes on paper: among the papers of the floor, in each language."""

import io
from datetime import timedelta

import pytest
from docx import Document as Docx
from flask_babel import force_locale

from app.core.clock import now
from app.documents.printing import BlockKind
from app.floor import asking
from app.floor.papers import PAPERS
from app.record import attending, minutes, noting
from app.record.enums import Half
from tests.floor.conftest import delegation_of
from tests.record.conftest import ANSWER, GENERAL
from tests.summaries.test_documents import faults, pdf_text

ADDRESS = "/sessions/cam-2026/floor/papers"


@pytest.fixture
def by(personas):
    return {"by": personas.secretariat}


@pytest.fixture
def given_out(speaks, said, meeting, mark, by):
    """Minutes that were sent, of Peru's intervention and of Chile's, which was removed while speaking."""
    attending.note_presence(meeting, 1, Half.MORNING, [delegation_of(meeting, "PE")], **by)
    noting.save_note(said, {"points": f"{GENERAL}\nAnd more.", "answers.1": ANSWER}, **by)
    asking.remove(speaks, **by)
    noting.save_note(speaks, {"points": "Chile began."}, **by)
    minutes.word(meeting, {"points": "The session took note."}, mark=mark, **by)
    minutes.send(meeting, now() + timedelta(days=7), **by)
    noting.save_note(speaks, {"points": "What is noted later."}, **by)
    return meeting


def lines(paper: str, meeting, language: str = "en") -> list[str]:
    with force_locale(language):
        blocks = PAPERS[paper].blocks(meeting)
    assert all(block.kind is not BlockKind.TABLE for block in blocks)
    return [line for block in blocks for line in (f"{block.mark} {block.text}".strip(), *block.below)]


def test_the_minutes_print_as_they_were_given_out(app, given_out):
    with app.test_request_context():
        assert lines("minutes", given_out) == [
            "Draft, with the delegations · Version 1, 14 May 2026, 10:00 (Washington, UTC-4)",
            "Written in English.",
            "Delegations correct their own interventions until 21 May 2026, 10:00 (Washington, UTC-4).",
            "Attendance",
            "Morning of 14 May 2026: 1 delegation present",
            "1 Opening (en)",
            "The session took note.",
            "Peru",
            "Statement · 14 May 2026, 10:01 · 1:00 minutes",
            "Permits are given in ten days. Local offices help.",
            "And more.",
            f"On question 1: {ANSWER}",
            "Chile",
            "Statement · 14 May 2026, 10:03 · 0:00 minutes · Removed while speaking",
            "Chile began.",
        ]
        assert "Perú" in lines("minutes", given_out, "es")


def test_they_are_had_as_files(delegate, given_out):
    assert delegate.get(f"{ADDRESS}/minutes/en.csv").status_code == 404, "a text is no sheet"
    assert "Peru,present" in delegate.get(f"{ADDRESS}/attendance/en.csv").text
    pdf = delegate.get(f"{ADDRESS}/minutes/en.pdf").data
    assert faults(pdf) == []
    assert "Thesessiontooknote." in "".join(pdf_text(pdf).split())
    docx = delegate.get(f"{ADDRESS}/attendance/en.docx").data
    assert "1 delegation present" in [line.text for line in Docx(io.BytesIO(docx)).paragraphs]
    for page in ("minutes", "record/attendance"):
        assert f'href="{ADDRESS}"' in delegate.get(f"/sessions/cam-2026/{page}").text
