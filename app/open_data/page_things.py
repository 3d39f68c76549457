"""Things described from what their reading pages have loaded; None of what is not for everybody."""

from app.core.audience import Audience
from app.core.wording import in_all_languages
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.open_data.describing import Described
from app.open_data.enums import RecordKind
from app.practices.enums import PracticeState
from app.practices.models import PracticeVersion
from app.presentations.enums import PresentationState
from app.presentations.models import PresentationVersion
from app.register.labels import CLASSES
from app.register.models import Document


def _open(meeting: Meeting, audience: Audience) -> bool:
    return audience is Audience.PUBLIC and meeting.stage is not Stage.PREPARING


def of_session(row: Meeting) -> Described | None:
    """Describe a session, whose mechanism is loaded."""
    if not _open(row, row.distribution):
        return None
    return Described(
        kind=RecordKind.SESSION,
        key=row.slug,
        path=f"/sessions/{row.slug}",
        titles=dict(row.title),
        at=row.starts_at,
        ends_at=row.ends_at,
        place=dict(row.place),
        publisher=dict(row.mechanism.names),
        session=row.slug,
        descriptions=dict(row.theme) or dict(row.title),
        languages=tuple(row.languages),
    )


def of_practice(version: PracticeVersion) -> Described | None:
    """Describe a published practice."""
    row, content = version.practice, version.content
    if row.state is not PracticeState.PUBLISHED or row.published_at is None or not _open(row.meeting, row.audience):
        return None
    themes = content.get("themes") or ()
    summary = str(content.get("summary") or "")
    return Described(
        kind=RecordKind.PRACTICE,
        key=row.slug,
        path=f"/practices/{row.slug}",
        titles={version.language: str(content.get("title") or "")},
        at=row.published_at,
        publisher=dict(row.meeting.mechanism.names),
        session=row.meeting.slug,
        mark=row.reference or "",
        creators=(dict(row.delegation.party.names),),
        subjects=tuple((str(code), {}) for code in themes if isinstance(themes, list)),
        descriptions={version.language: summary} if summary else {},
        languages=(version.language,),
    )


def of_presentation(version: PresentationVersion) -> Described | None:
    """Describe a published presentation."""
    row = version.presentation
    if row.published_at is None or row.state is not PresentationState.FILED or not _open(row.meeting, row.audience):
        return None
    party = row.delegation.party
    return Described(
        kind=RecordKind.PRESENTATION,
        key=f"{row.meeting.slug}:{party.code}",
        path=f"/sessions/{row.meeting.slug}/presentations/{party.code}",
        titles={code: f"{party.names.in_language(code)}: {title}" for code, title in row.meeting.title.items()},
        at=row.published_at,
        publisher=dict(row.meeting.mechanism.names),
        session=row.meeting.slug,
        creators=(dict(party.names),),
        descriptions=dict(row.meeting.title),
        languages=(version.language,),
    )


def of_document(row: Document) -> Described | None:
    """Describe an issued document."""
    if row.issued_at is None or row.withdrawn_at is not None or not _open(row.meeting, row.audience):
        return None
    return Described(
        kind=RecordKind.DOCUMENT,
        key=row.slug,
        path=f"/documents/{row.slug}",
        titles=dict(row.title),
        at=row.issued_at,
        publisher=dict(row.meeting.mechanism.names),
        session=row.meeting.slug,
        mark=row.symbol,
        creators=(dict(row.meeting.mechanism.names),),
        descriptions=dict(in_all_languages(CLASSES[row.document_class])),
        languages=tuple(version.language for version in row.languages if version.number),
    )
