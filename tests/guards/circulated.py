"""What was circulated in the world: two versions, one before the delegations for comments, one adopted by silence."""

import copy
from datetime import timedelta

import sqlalchemy as sa

from app.circulation.enums import CirculationEnd, CirculationKind
from app.circulation.models import Addressed, Circulation, Comment, Position
from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.core.texts import fingerprint
from app.meetings.models import Delegation, Meeting
from app.summaries.models import Summary, SummaryVersion
from app.summaries.publishing import freeze
from app.summaries.queries import participating
from app.summaries.sources import sources_of
from tests.factories.summaries import NOON
from tests.guards.own_rows import TOKEN


def make_versions(summary: Summary, meeting: Meeting, number: int = 2) -> list[SummaryVersion]:
    """So many versions, each of which says something else in the first paragraph."""
    content = freeze(summary, sources_of(meeting.id), participating(meeting.id))
    made = []
    for place in range(number):
        text = copy.deepcopy(content)
        text["sections"][0]["paragraphs"][0]["text"]["en"] += f" {place}."
        more = {"number": place, "content": text, "sha256": fingerprint(text), "frozen_at": NOON}
        made.append(SummaryVersion(summary=summary, **more))
    db.session.add_all(made)
    db.session.flush()
    return made


def make_circulation(meeting: Meeting, version: SummaryVersion, *delegations: Delegation, **more) -> Circulation:
    row = Circulation(
        **{
            "meeting": meeting,
            "version_of_text": version,
            "kind": CirculationKind.COMMENTS,
            "begins_at": NOON,
            "ends_at": now() + timedelta(days=3650),
            "message": LocalizedText(),
            "addressed": [Addressed(delegation=one) for one in delegations],
            **more,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_comment(row: Circulation, delegation: Delegation, **more) -> Comment:
    comment = Comment(
        **{
            "circulation": row,
            "delegation": delegation,
            "paragraph": "",
            "language": "en",
            "text": "A comment.",
            "proposed": "",
            "saved_at": NOON,
            "filed_at": NOON,
            "reply": LocalizedText(),
            **more,
        }
    )
    db.session.add(comment)
    db.session.flush()
    return comment


def circulate(meeting: Meeting, summary: Summary, own: Delegation) -> dict[str, object]:
    """Circulate; return the values of addresses. Of the own delegation a draft of a comment, a filed one and
    a draft of a position."""
    older, newer = make_versions(summary, meeting)
    others = sa.select(Delegation).where(Delegation.meeting_id == meeting.id, Delegation.id != own.id)
    other = db.session.scalars(others.order_by(Delegation.id)).first()
    running = make_circulation(meeting, newer, own, other, seen_by_all=True)
    make_comment(running, own, text=f"{TOKEN} comment", filed_at=None, proposed=f"{TOKEN} text")
    key = "p-1"
    filed = make_comment(running, own, paragraph=key, proposed="Another text.")
    ended = NOON + timedelta(days=3)
    adopted = make_circulation(
        meeting,
        older,
        own,
        other,
        kind=CirculationKind.SILENCE,
        ends_at=ended,
        ended_at=ended,
        end=CirculationEnd.ADOPTED,
    )
    db.session.add(
        Position(circulation=adopted, delegation=own, text=f"{TOKEN} position", language="en", saved_at=NOON)
    )
    db.session.flush()
    return {
        "circulation_id": running.id,
        "adopted": adopted.id,
        "filed_comment": filed.id,
        "paragraph": "text",
        "older": 0,
        "newer": 1,
        "first_version": 0,
        "matrix": "xlsx",
    }
