"""How long delegations, groups and languages have had the floor in a session."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from app.core.localized import LANGUAGE_NAMES
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.floor import queries
from app.floor.labels import CATEGORIES, behalf_name
from app.floor.models import SpeakerEntry, Speech
from app.floor.pages import clock_text
from app.meetings.models import Meeting


@dataclass(frozen=True)
class Line:
    """How often, how long, and how long over their time somebody had the floor."""

    label: str
    number: int
    time: timedelta
    overrun: timedelta

    @property
    def texts(self) -> list[str]:
        """As tables show it."""
        return [self.label, str(self.number), clock_text(self.time), clock_text(self.overrun)]


@dataclass(frozen=True)
class Table:
    """Times by one thing, the longest first; `first`: what its first column is."""

    title: str
    first: str
    lines: list[Line]

    @property
    def head(self) -> list[str]:
        """What its columns are."""
        return [self.first, _("Interventions"), _("Time spoken"), _("Over the time")]


def totals(meeting: Meeting) -> dict[str, Any]:
    """Return what templates/floor/times.html needs, in the reader's language; who still speaks counts so far.

    Two statements.
    """
    lists = queries.lists_of(meeting.id)
    spoken = [(row, row.speech) for row in (queries.entries_of(*lists) if lists else []) if row.speech is not None]
    on_behalf = [(row, speech) for row, speech in spoken if behalf_name(row)]
    tables = [
        Table(
            _("By delegation"),
            _("Delegation"),
            _lines(spoken, lambda row: in_reader_language(row.delegation.party.label)),
        ),
        Table(_("As whom they spoke"), _("Group"), _lines(spoken, lambda row: str(CATEGORIES[row.category]))),
        Table(_("On behalf of"), _("Group or mechanism"), _lines(on_behalf, behalf_name)),
        Table(_("By language"), _("Language"), _lines(spoken, lambda row: LANGUAGE_NAMES[row.language])),
    ]
    return {
        "tables": [table for table in tables if table.lines],
        "whole": clock_text(sum((speech.spent() for _row, speech in spoken), timedelta())),
        "number": len(spoken),
    }


def _lines(spoken: Iterable[tuple[SpeakerEntry, Speech]], name: Callable[[SpeakerEntry], str]) -> list[Line]:
    """The times by a name: the longest first."""
    found: dict[str, list[Speech]] = {}
    for row, speech in spoken:
        found.setdefault(name(row), []).append(speech)
    lines = [
        Line(
            label,
            len(speeches),
            sum((speech.spent() for speech in speeches), timedelta()),
            sum((speech.overrun for speech in speeches), timedelta()),
        )
        for label, speeches in found.items()
    ]
    return sorted(lines, key=lambda line: (-line.time, fold(line.label)))
