"""Coordinations made ready for templates."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.coordination.labels import STATE_KINDS, STATES
from app.coordination.models import Coordination
from app.core.wording import in_reader_language, language_shown
from app.directory.enums import PartyKind
from app.directory.models import Mechanism, Party
from app.summaries.anchors import mark_of


def _link(party: Party) -> dict[str, str]:
    if isinstance(party, Mechanism):
        url = url_for("library.mechanism", slug=party.slug)
    elif party.kind is PartyKind.ORGANIZATION:
        url = url_for("library.organization", code=party.code)
    else:
        url = url_for("library.state", code=party.code)
    return {"label": in_reader_language(party.label), "url": url}


def source_link(row: Coordination) -> dict[str, str]:
    """Return the label and the page of what says so."""
    meeting = row.meeting
    if row.practice_version:
        practice = row.practice_version.practice
        return {
            "label": _("Good practice %(reference)s", reference=practice.reference or ""),
            "url": url_for("library.practice", slug=practice.slug),
        }
    if row.presentation_version:
        party = row.presentation_version.presentation.delegation.party
        return {
            "label": _("Presentation of %(party)s", party=in_reader_language(party.label)),
            "url": url_for("library.presentation", slug=meeting.slug, code=party.code),
        }
    return {
        "label": _("Paragraph %(label)s of the summary", label=row.paragraph),
        "url": url_for(
            "library.summary",
            slug=meeting.slug,
            version=row.publication.number if row.publication else None,
            _anchor=f"paragraph-{mark_of(row.paragraph or '')}",
        ),
    }


def lines(rows: Iterable[Coordination]) -> list[dict[str, Any]]:
    """Return coordinations as templates/coordination/_list.html takes them."""
    return [
        {
            "id": row.id,
            "version": row.version,
            "topic": in_reader_language(row.topic),
            "lang": language_shown(row.topic),
            "theme": in_reader_language(row.item.title) if row.item else "",
            "parties": [_link(party) for party in row.parties],
            "state": STATES[row.state],
            "state_value": row.state.value,
            "kind": STATE_KINDS[row.state],
            "source": source_link(row),
            "meeting": {
                "label": f"{in_reader_language(row.meeting.mechanism.label)} {row.meeting.code}",
                "url": url_for("library.meeting", slug=row.meeting.slug),
            },
            "steps": [
                {"state": STATES[step.state], "meeting": step.meeting.code, "note": step.note, "at": step.at}
                for step in sorted(row.steps, key=lambda step: (step.meeting.starts_at, step.id))
            ],
        }
        for row in rows
    ]
