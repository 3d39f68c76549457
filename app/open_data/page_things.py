"""Things described from what their reading pages have loaded; None of what is not for everybody."""

from app.core.audience import Audience
from app.floor.statement_queries import Handed
from app.library.practice_queries import facts_in
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.open_data import describing
from app.open_data.describing import Described
from app.practices.enums import PracticeState
from app.practices.models import PracticeVersion
from app.presentations.enums import PresentationState
from app.presentations.models import PresentationVersion
from app.register.models import Document
from app.summaries.models import Publication


def _open(meeting: Meeting, audience: Audience) -> bool:
    return audience is Audience.PUBLIC and meeting.stage is not Stage.PREPARING


def of_session(row: Meeting) -> Described | None:
    """Describe a session, whose mechanism is loaded."""
    return describing.session(row) if _open(row, row.distribution) else None


def of_practice(version: PracticeVersion) -> Described | None:
    """Describe a published practice."""
    row = version.practice
    if row.state is not PracticeState.PUBLISHED or row.published_at is None or not _open(row.meeting, row.audience):
        return None
    return describing.practice(
        row.slug,
        facts_in(version.content),
        language=version.language,
        at=row.published_at,
        reference=row.reference or "",
        session=row.meeting.slug,
        party=row.delegation.party.names,
        publisher=row.meeting.mechanism.names,
    )


def of_presentation(version: PresentationVersion) -> Described | None:
    """Describe a published presentation."""
    row = version.presentation
    if row.published_at is None or row.state is not PresentationState.FILED or not _open(row.meeting, row.audience):
        return None
    return describing.presentation(
        row.delegation.party.code,
        version.content,
        language=version.language,
        at=row.published_at,
        session=row.meeting.slug,
        session_title=row.meeting.title,
        party=row.delegation.party.names,
        publisher=row.meeting.mechanism.names,
    )


def of_document(row: Document) -> Described | None:
    """Describe an issued document."""
    shown = row.issued_at is not None and row.withdrawn_at is None and _open(row.meeting, row.audience)
    return describing.document(row) if shown else None


def of_statement(handed: Handed) -> Described | None:
    """Describe a statement whose embargo is over."""
    row = handed.statement
    shown = handed.delivery.is_open and _open(handed.meeting, row.audience)
    return describing.statement(row) if shown else None


def of_summary(row: Publication, meeting: Meeting, language: str, title: str) -> Described | None:
    """Describe a publication that is read in a language, in which it is called `title`."""
    if not _open(meeting, row.distribution.narrower(meeting.distribution)):
        return None
    return describing.summary(
        meeting, titles={language: title}, at=row.published_at, symbol=row.symbol, languages=row.languages
    )
