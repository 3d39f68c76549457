"""The matrices as pages and as sheets of exactly what is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.sheets import Row
from app.core.wording import in_reader_language, with_colon
from app.meetings.models import Meeting
from app.summaries import queries
from app.summaries.coverage import Counts, Coverage
from app.summaries.coverage_pages import Sides, passages_url
from app.summaries.matrices import Side, crossed, heat

# What the address calls each: its rows and its columns.
MATRICES = {
    "questions": (Side.PARTY, Side.QUESTION),
    "themes": (Side.PARTY, Side.THEME),
    "mechanisms": (Side.MECHANISM, Side.THEME),
}


@dataclass(frozen=True)
class MatrixPage:
    """A matrix as it is laid out. `sheet`: the same as rows of a sheet."""

    by: str
    title: str
    corner: str
    columns: Sequence[Mapping[str, Any]]
    rows: Sequence[Mapping[str, Any]]
    sheet: list[Row]
    note: str
    silent: Sequence[str]
    total: Counts
    questions: Sequence[Any]


def titles() -> dict[str, str]:
    """What each matrix is called, by what the address calls it."""
    return {
        "questions": _("Who answered what"),
        "themes": _("Themes by contributor"),
        "mechanisms": _("Mechanisms by theme"),
    }


def state_texts(counts: Counts) -> list[str]:
    """Return what became of the passages of a cell, as few words as say it all."""
    if counts.open == counts.total:
        return [_("all open")]
    if counts.reflected == counts.total:
        return [_("all reflected")]
    if counts.set_aside == counts.total:
        return [_("all set aside")]
    told = [
        (counts.reflected, ngettext("%(num)d reflected", "%(num)d reflected", counts.reflected)),
        (counts.set_aside, ngettext("%(num)d set aside", "%(num)d set aside", counts.set_aside)),
        (counts.open, ngettext("%(num)d open", "%(num)d open", counts.open)),
    ]
    return [text for count, text in told if count]


def matrix_page(meeting: Meeting, coverage: Coverage, by: str) -> MatrixPage:
    """Return one of MATRICES. Of questions all are columns, answered or not; of the others, what somebody named."""
    row_side, column_side = MATRICES[by]
    sides = Sides(meeting, coverage)
    crossing = crossed(coverage, row_side, column_side)
    rows = sides.present(row_side, crossing.keys(of_rows=True))
    asked = sides.names[column_side] if column_side is Side.QUESTION else {}
    columns = sides.present(column_side, crossing.keys(of_rows=False) | set(asked))
    texts = {str(row.number): in_reader_language(row.text) for row in sides.questions}
    corner = _("Contributor") if row_side is Side.PARTY else _("Mechanism")
    heard = {source.delegation_id for source in coverage.sources.values()}
    silent = queries.silent_delegations(meeting.id, heard) if by == "questions" else []
    return MatrixPage(
        by=by,
        title=titles()[by],
        corner=corner,
        columns=[
            {
                "label": label,
                "title": texts.get(key, "") if column_side is Side.QUESTION else "",
                "url": passages_url(meeting, **{column_side.value: key}),
            }
            for key, label in columns.items()
        ],
        rows=[
            {
                "label": label,
                "url": passages_url(meeting, **{row_side.value: key}),
                "cells": [
                    _cell(
                        meeting,
                        crossing.cells.get((key, column)),
                        f"{label}, {name}",
                        **{row_side.value: key, column_side.value: column},
                    )
                    for column, name in columns.items()
                ],
            }
            for key, label in rows.items()
        ],
        sheet=_sheet(crossing.cells, rows, columns, corner),
        note=""
        if by == "questions"
        else _(
            "A passage counts under each theme and each mechanism that its text names, so a row can add up to more."
        ),
        silent=sorted(in_reader_language(delegation.party.label) for delegation in silent),
        total=coverage.total,
        questions=sides.questions,
    )


def _cell(meeting: Meeting, counts: Counts | None, names: str, **asked: str) -> dict[str, Any]:
    if counts is None or not counts.total:
        return {"text": "–", "heat": 0}
    notes = state_texts(counts)
    return {
        "text": str(counts.total),
        "notes": notes,
        "heat": heat(counts.open),
        "url": passages_url(meeting, **asked),
        "label": f"{counts.total} {with_colon(' '.join(notes))} {names}",
    }


def _sheet(
    cells: Mapping[tuple[str, str], Counts], rows: Mapping[str, str], columns: Mapping[str, str], corner: str
) -> list[Row]:
    """A line for each row, and of each column its passages and how many are in which state."""
    states = (_("reflected"), _("set aside"), _("open"))
    head: list[str] = [corner]
    for name in columns.values():
        head += [name, *(f"{name}, {state}" for state in states)]
    lines: list[Row] = [head]
    for key, label in rows.items():
        line: list[str | int | float] = [label]
        for column in columns:
            counts = cells.get((key, column), Counts())
            line += [counts.total, counts.reflected, counts.set_aside, counts.open]
        lines.append(line)
    return lines
