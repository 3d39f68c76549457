"""A session with submitted texts and a summary, made of plain rows."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Mechanism, Party
from app.meetings import programme
from app.meetings.enums import DelegationRole, ItemKind, QuestionAudience, Stage
from app.meetings.models import AgendaItem, AgendaVersion, Delegation, DelegationMember, GuidingQuestion, Meeting
from app.meetings.queries import agenda_with_people
from app.people.models import User
from app.practices.enums import PracticeState
from app.practices.models import Call, Practice, PracticeVersion
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.summaries.models import Paragraph, Section, Summary

NOON = datetime(2026, 5, 14, 14, 0, tzinfo=UTC)
TEMPLATE = {
    "sections": [
        {
            "key": "practice",
            "title": {"en": "Practice"},
            "fields": [
                {"key": "context", "kind": "long_text", "required": True, "label": {"en": "Context"}, "limit": 250},
                {"key": "results", "kind": "long_text", "required": True, "label": {"en": "Results"}, "limit": 300},
                {
                    "key": "questions",
                    "kind": "questions",
                    "required": False,
                    "label": {"en": "Questions"},
                    "limit": 400,
                },
            ],
        }
    ]
}
CONTENT = {
    "title": "Regularized 40,000 people in one year",
    "context": "Many people had no papers. Employers could not hire them.",
    "results": "Forty thousand permits were given. Formal work grew. Wait times fell by half.",
    "answers": {"1": "Trust was the main challenge. Local offices built it.", "2": "A shared register would help."},
}


def everywhere(text: str) -> LocalizedText:
    return LocalizedText({code: f"{text} ({code})" for code in ("en", "es", "fr", "pt")})


def make_meeting(code: str = "2026", stage: Stage = Stage.CONSOLIDATING, **more) -> Meeting:
    """A session of the CAM with two questions, an agenda item and a closed call."""
    mechanism = db.session.scalars(sa.select(Mechanism).where(Mechanism.code == "CAM")).one()
    meeting = Meeting(
        **{
            "slug": f"cam-{code}",
            "code": code,
            "mechanism": mechanism,
            "title": everywhere("Annual session"),
            "mandate_resolution": "AG/RES. 2988 (LII-O/22)",
            "mandate_paragraph": "56",
            "starts_at": NOON,
            "ends_at": NOON + timedelta(days=1),
            "zone": "America/New_York",
            "languages": ["en", "es", "fr", "pt"],
            "stage": stage,
            "distribution": Audience.PUBLIC,
            **more,
        }
    )
    db.session.add(meeting)
    for number in (1, 2):
        db.session.add(
            GuidingQuestion(
                meeting=meeting, number=number, text=everywhere(f"Question {number}?"), audience=QuestionAudience.BOTH
            )
        )
    db.session.add(
        AgendaItem(meeting=meeting, position=1, minutes=30, kind=ItemKind.OPENING, title=everywhere("Opening"))
    )
    db.session.add(
        Call(
            meeting=meeting,
            title=everywhere("Call"),
            text=everywhere("Send your practice."),
            template=TEMPLATE,
            opens_at=NOON - timedelta(days=90),
            closes_at=NOON - timedelta(days=30),
        )
    )
    db.session.flush()
    publish_agenda(meeting)
    return meeting


def publish_agenda(meeting: Meeting) -> AgendaVersion:
    """Publish the session's order of business as it stands."""
    items = agenda_with_people(meeting.id)
    return programme.publish_agenda(
        meeting, seen=programme.mark_of(meeting, programme.draft_items(meeting, items)), by=SYSTEM
    )


def make_delegation(meeting: Meeting, code: str) -> Delegation:
    party = db.session.scalars(sa.select(Party).where(Party.code == code)).one()
    delegation = Delegation(meeting=meeting, party=party)
    db.session.add(delegation)
    db.session.flush()
    return delegation


def join(delegation: Delegation, *users: User, role: DelegationRole = DelegationRole.HEAD) -> None:
    """Put people into a delegation."""
    for user in users:
        delegation.members.append(DelegationMember(user=user, role=role, added_at=NOON))
    db.session.flush()


BEGUN = (PracticeState.DRAFT, PracticeState.WITH_CAPITAL)


def make_practice(
    delegation: Delegation,
    *,
    state: PracticeState = PracticeState.ACCEPTED,
    content: dict | None = None,
    language: str = "en",
    consent: Audience = Audience.PUBLIC,
    number: int = 1,
) -> Practice:
    meeting = delegation.meeting
    call = db.session.scalars(sa.select(Call).where(Call.meeting_id == meeting.id)).one()
    content = content or CONTENT
    practice = Practice(
        call=call,
        meeting=meeting,
        delegation=delegation,
        state=state,
        language=language,
        consent=consent,
        content=content,
        created_at=NOON,
        saved_at=NOON,
        published_at=NOON if state is PracticeState.PUBLISHED else None,
        reference=None if state in BEGUN else f"CAM/{meeting.code}/GP/{delegation.party.reference_code}/{number:02d}",
    )
    db.session.add(practice)
    if state not in BEGUN:
        db.session.add(
            PracticeVersion(
                practice=practice, number=1, language=language, content=content, submitted_at=NOON, sha256="0" * 64
            )
        )
    db.session.flush()
    return practice


def make_presentation(delegation: Delegation, *, answers: dict[str, str], language: str = "en") -> Presentation:
    content = {"answers": answers, "speakers": [{"function": "Presidency pro tempore"}]}
    presentation = Presentation(
        meeting=delegation.meeting,
        delegation=delegation,
        state=PresentationState.FILED,
        language=language,
        consent=Audience.PUBLIC,
        working_consent=Audience.PUBLIC,
        content=content,
    )
    db.session.add(presentation)
    db.session.add(
        PresentationVersion(
            presentation=presentation, number=1, language=language, content=content, filed_at=NOON, sha256="0" * 64
        )
    )
    db.session.flush()
    return presentation


def make_summary(meeting: Meeting, *sizes: int) -> Summary:
    """A summary with one section for each size, of so many paragraphs."""
    summary = Summary(meeting=meeting, title=everywhere("Summary"), symbol="CIDI/CAM/doc.12/26")
    for place, size in enumerate(sizes, start=1):
        section = Section(position=place, title=everywhere(f"Section {place}"))
        summary.sections.append(section)
        for position in range(1, size + 1):
            section.paragraphs.append(
                Paragraph(
                    position=position, text=everywhere(f"Paragraph {place}.{position} says one thing. It says another.")
                )
            )
    db.session.add(summary)
    db.session.flush()
    return summary
