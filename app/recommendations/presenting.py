"""Recommendations made ready for templates and for files."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.core import rich_text
from app.core.localized import LocalizedText
from app.core.sheets import Row
from app.core.wording import in_reader_language, language_shown, show_day, with_colon
from app.meetings.models import Meeting
from app.recommendations.board import Board, Cell, Line
from app.recommendations.labels import PROGRESS, PROGRESS_KINDS
from app.recommendations.models import RecommendationReport
from app.recommendations.queries import Carried
from app.recommendations.reading import Asked
from app.summaries.addressing import addressees_text

NAME_LIMIT = 140  # characters of a recommendation where a link or a line of a table is called after it


def text_of(asked: Asked) -> str:
    """Return what is recommended, in the reader's language, without form."""
    words = in_reader_language(asked.text)
    return rich_text.plain(words) if asked.is_paragraph else words


def short(asked: Asked) -> str:
    """Return the beginning of what is recommended."""
    text = " ".join(text_of(asked).split())
    return text if len(text) <= NAME_LIMIT else f"{text[:NAME_LIMIT].rsplit(' ', 1)[0]} …"


def session_name(meeting: Meeting) -> str:
    """Return "CAM 2026"."""
    return f"{in_reader_language(meeting.mechanism.label)} {meeting.code}"


def made(
    asked: Asked, origin: Meeting, named: Mapping[str, LocalizedText], *, opens: bool, version: int | None = None
) -> dict[str, Any]:
    """Return what is recommended, to whom, by when and where, for a template; it leads to its paragraph where the
    reader `opens` that."""
    url = f"{url_for('library.summary', slug=origin.slug, version=version)}#{asked.anchor}"
    return {
        "text": text_of(asked),
        "short": short(asked),
        "lang": language_shown(asked.text),
        "whom": addressees_text(asked.addressees, named),
        "due": show_day(asked.due) if asked.due else "",
        "label": asked.label,
        "session": session_name(origin),
        "paragraph_url": url if opens else "",
    }


def carried_line(
    one: Carried, reports: Sequence[RecommendationReport], named: Mapping[str, LocalizedText]
) -> dict[str, Any]:
    """Return a carried recommendation with the reports that the reader may read."""
    return {
        **made(one.asked, one.origin, named, opens=one.opens, version=one.row.publication.number),
        "id": one.row.id,
        "version": one.row.version,
        "closed_at": one.row.closed_at,
        "closing": one.row.closing,
        "url": url_for("recommendations.show", carried_id=one.row.id),
        "counted": counted_text(Cell(one, reports)),
        "reports": [report_line(row) for row in reports],
    }


def report_line(row: RecommendationReport) -> dict[str, Any]:
    """Return a filed report for a template."""
    return {
        "name": in_reader_language(row.delegation.party.label),
        "code": row.delegation.party.code,
        "progress": PROGRESS[row.progress] if row.progress else "",
        "kind": PROGRESS_KINDS[row.progress] if row.progress else "",
        "text": row.text,
        "language": row.language,
        "filed_at": row.filed_at,
    }


def place_of(asked: Asked, meeting: Meeting) -> str:
    """Return where a recommendation stands, before what it says: "CAM 2026, 12:"."""
    return with_colon(f"{session_name(meeting)}, {asked.label}")


def counted_text(cell: Cell) -> str:
    """Return "Followed: 2, Being followed: 3", or that nobody has reported."""
    parts = (f"{with_colon(PROGRESS[progress])} {number}" for progress, number in cell.counted.items())
    return ", ".join(parts) or str(_("no report"))


def _cell(line: Line, meeting: Meeting) -> dict[str, Any]:
    if (cell := line.cells.get(meeting.id)) is None:
        return {"text": "–"}
    text = counted_text(cell)
    if cell.carried.row.closed_at:
        text = _("%(state)s; closed", state=text)
    url = url_for("recommendations.show", carried_id=cell.carried.row.id)
    name = f"{session_name(meeting)}, {short(line.asked)}"
    return {"text": text, "heat": min(4, len(cell.reports)), "url": url, "label": f"{with_colon(text)} {name}"}


def matrix_of(board: Board, named: Mapping[str, LocalizedText]) -> dict[str, Any]:
    """Return the board for components/matrix.html."""
    return {
        "columns": [{"label": _("To whom, by when")}, *({"label": session_name(row)} for row in board.sessions)],
        "rows": [
            {
                "label": f"{place_of(line.asked, line.origin)} {short(line.asked)}",
                "url": made(line.asked, line.origin, named, opens=line.opens)["paragraph_url"],
                "cells": [{"text": _whom(line, named)}, *(_cell(line, meeting) for meeting in board.sessions)],
            }
            for line in board.lines
        ],
    }


def _whom(line: Line, named: Mapping[str, LocalizedText]) -> str:
    whom = addressees_text(line.asked.addressees, named)
    return f"{whom}, {show_day(line.asked.due)}" if line.asked.due else whom


def sheet_of(board: Board, named: Mapping[str, LocalizedText]) -> list[Row]:
    """Return the board as rows of a file: a row for each report, and one for what nobody reported on."""
    head = (
        _("Session"), _("Paragraph"), _("Recommendation"), _("To whom"), _("By when"), _("Asked in"), _("Closed"),
        _("Delegation"), _("Progress"), _("Language"), _("Report"), _("Filed"),
    )  # fmt: skip
    rows: list[Row] = [tuple(map(str, head))]
    for line in board.lines:
        asked = line.asked
        own = (
            session_name(line.origin),
            asked.label,
            text_of(asked),
            addressees_text(asked.addressees, named),
            asked.due.isoformat() if asked.due else "",
        )
        rows += [(*own, *heard) for heard in _heard(line, board.sessions)]
    return rows


def _heard(line: Line, sessions: Iterable[Meeting]) -> list[Row]:
    heard: list[Row] = []
    for meeting in sessions:
        if (cell := line.cells.get(meeting.id)) is None:
            continue
        asked_in = (session_name(meeting), cell.carried.row.closing)
        heard += [
            (*asked_in, shown["name"], str(shown["progress"]), row.language, row.text, _day(row, meeting))
            for row in cell.reports
            if (shown := report_line(row))
        ] or [(*asked_in, "", "", "", "", "")]
    return heard or [("", "", "", "", "", "", "")]


def _day(row: RecommendationReport, meeting: Meeting) -> str:
    return row.filed_at.astimezone(meeting.tz).date().isoformat() if row.filed_at else ""
