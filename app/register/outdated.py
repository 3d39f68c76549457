"""Whether the registered order of business is still the one that was published."""

from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import gettext as _

from app.core.db import db
from app.meetings.fitting import Fit, Held, fits
from app.meetings.models import AgendaVersion, Meeting
from app.register.enums import DocumentClass
from app.register.models import Document


def outdated_order(meeting_id: int) -> Document | None:
    """The newest order of business that Plenaria wrote, where another was published since. One statement."""
    newest = sa.select(sa.func.max(Document.id)).where(
        Document.meeting_id == meeting_id,
        Document.generated,
        Document.document_class == DocumentClass.ORDER_OF_BUSINESS,
    )
    since = sa.exists().where(
        AgendaVersion.meeting_id == meeting_id, AgendaVersion.published_at > Document.registered_at
    )
    found = sa.select(Document).where(Document.id == newest.scalar_subquery(), Document.withdrawn_at.is_(None), since)
    return db.session.scalars(found).one_or_none()


def outdated_text(document: Document) -> str:
    """Return what is to be done, as a sentence."""
    text: str = _(
        "The published order of business is newer than %(symbol)s: register a revision.", symbol=document.symbol
    )
    return text


@fits
def registered_order(meeting: Meeting, held: Held) -> Iterable[Fit]:
    """Readers have one order of business; this is said of the session as it stands, not of other dates."""
    if held == Held(meeting.starts_at, meeting.ends_at, meeting.zone) and (document := outdated_order(meeting.id)):
        yield Fit(outdated_text(document), "register.generated", fits=False)
