"""How long delegations, groups and languages have had the floor in a session."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from app.core.localized import LANGUAGE_NAMES
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.floor import queries
from app.floor.labels import CATEGORIES
from app.floor.models import SpeakerEntry, Speech
from app.floor.pages import clock_text
from app.meetings.models import Meeting

Line = dict[str, Any]


def _group(row: SpeakerEntry) -> str:
    """On whose behalf somebody spoke, "" for themselves."""
    return in_reader_language(row.on_behalf.label) if row.on_behalf else row.group_name


def totals(meeting: Meeting) -> dict[str, Any]:
    """Return what templates/floor/times.html needs, in the reader's language; who still speaks counts so far.

    Two statements.
    """
    lists = queries.lists_of(meeting.id)
    spoken = [(row, row.speech) for row in (queries.entries_of(*lists) if lists else []) if row.speech is not None]
    return {
        "by_delegation": _lines(spoken, lambda row: in_reader_language(row.delegation.party.label)),
        "by_category": _lines(spoken, lambda row: str(CATEGORIES[row.category])),
        "by_group": _lines(((row, speech) for row, speech in spoken if _group(row)), _group),
        "by_language": _lines(spoken, lambda row: LANGUAGE_NAMES[row.language]),
        "whole": clock_text(sum((speech.spent() for _row, speech in spoken), timedelta())),
        "number": len(spoken),
    }


def _lines(spoken: Iterable[tuple[SpeakerEntry, Speech]], name: Callable[[SpeakerEntry], str]) -> list[Line]:
    """How often, how long, and how long over their time, by a name: the longest first."""
    found: dict[str, list[Speech]] = {}
    for row, speech in spoken:
        found.setdefault(name(row), []).append(speech)
    lines = [
        (label, speeches, sum((speech.spent() for speech in speeches), timedelta()))
        for label, speeches in found.items()
    ]
    return [
        {
            "label": label,
            "number": len(speeches),
            "time": clock_text(time),
            "overrun": clock_text(sum((speech.overrun for speech in speeches), timedelta())),
        }
        for label, speeches, time in sorted(lines, key=lambda line: (-line[2], fold(line[0])))
    ]
