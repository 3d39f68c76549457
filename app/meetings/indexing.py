"""What of a session can be found by searching, once it is past preparation; and what facets say of who is concerned."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.directory.regions import region_of
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.meetings.years import year_of
from app.search.jobs import EVERYTHING, Within, indexes
from app.search.models import SESSION_KIND, SearchEntry
from app.search.operations import forget, index_entry


def facets_of(meeting: Meeting, parties: Iterable[Party] = ()) -> dict[str, list[str]]:
    """Return the year of a session, and of parties the States with their regions, and the mechanisms."""
    parties = list(parties)
    states = [party.code for party in parties if party.kind in (PartyKind.STATE, PartyKind.TERRITORY)]
    return {
        "year": [str(year_of(meeting))],
        "state": states,
        "region": [region for code in states if (region := region_of(code))],
        "mechanism": [party.code for party in parties if party.kind is PartyKind.MECHANISM],
    }


def index_meeting(meeting: Meeting) -> None:
    """Put a session's title, theme and mandate into the index, or take it out while it is being prepared."""
    known = sa.select(sa.func.min(SearchEntry.published_at)).where(
        SearchEntry.kind == SESSION_KIND, SearchEntry.key == meeting.slug
    )
    since = db.session.scalar(known) or _opened_at(meeting)
    forget(SESSION_KIND, meeting.slug)
    if meeting.stage is Stage.PREPARING:
        return
    for language, title in meeting.title.items():
        texts = (meeting.theme.get(language), meeting.mandate_text.get(language))
        index_entry(
            kind=SESSION_KIND,
            key=meeting.slug,
            language=language,
            audience=Audience.PUBLIC,  # as far as the session itself
            meeting_id=meeting.id,
            title=title,
            context=meeting.mechanism.label,
            text="\n\n".join(text for text in texts if text),
            path=f"/sessions/{meeting.slug}",
            published_at=since,
            facets=facets_of(meeting, [meeting.mechanism]),
        )


def _opened_at(meeting: Meeting) -> datetime:
    moved = sa.select(sa.func.min(AuditEvent.at)).where(
        AuditEvent.action == "move_to_stage", AuditEvent.meeting_id == meeting.id
    )
    return db.session.scalar(moved) or now()


@indexes(SESSION_KIND)
def index_meetings(within: Within = EVERYTHING) -> None:
    """Index sessions anew."""
    mine = within.of(Meeting.id, Meeting.mechanism_id)
    for meeting in db.session.scalars(sa.select(Meeting).where(mine).order_by(Meeting.id)).all():
        index_meeting(meeting)
    db.session.commit()
