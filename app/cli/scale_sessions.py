"""Generated sessions: the frame that practices, presentations, documents and a summary stand in."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from app.cli.scale_practices import template
from app.cli.scale_text import ANSWERS, Phrases, Story
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.core.localized import LANGUAGES, LocalizedText
from app.core.texts import fingerprint
from app.directory.models import Mechanism, State
from app.directory.queries import members
from app.meetings.enums import Mode, QuestionAudience, Stage
from app.meetings.indexing import index_meeting
from app.meetings.models import Delegation, GuidingQuestion, Meeting
from app.meetings.operations import create_meeting
from app.practices.models import Call
from app.presentations.enums import PresentationState
from app.presentations.indexing import index_presentation
from app.presentations.models import Presentation, PresentationVersion
from app.register.enums import DocumentClass, LanguageStatus
from app.register.indexing import index_document
from app.register.operations import DocumentFields, register_document

DOCUMENTS, PRESENTATIONS = 6, 3  # of a session
CLASSES = (DocumentClass.WORKING, DocumentClass.INFORMATION, DocumentClass.REPORT)


def localized(row: Sequence[str], **places: object) -> LocalizedText:
    """Return a sentence of data/scale in all languages."""
    return LocalizedText({code: row[place].format_map(places) for place, code in enumerate(LANGUAGES)})


def add_session(mechanism: Mechanism, code: str, year: int, phrases: Phrases, chance: random.Random) -> Meeting:
    """Add a published session of a body with its call, its questions and a delegation of each member."""
    texts, about = phrases.sentences["sessions"], Story(phrases, chance, year)
    starts = datetime(year, 5, 4 + int(chance.random() * 20), 14, 0, tzinfo=UTC)
    opens = starts - timedelta(days=120)
    with standing_at(opens - timedelta(days=10)):
        meeting = create_meeting(
            mechanism,
            by=SYSTEM,
            code=code,
            title=localized(texts[0], year=year),
            theme=LocalizedText({code: about.say_title(code) for code in LANGUAGES}),
            mandate_resolution=f"AG/RES. {2000 + year} (G)",
            mandate_paragraph="1",
            mandate_text=LocalizedText(),
            starts_at=starts,
            ends_at=starts + timedelta(hours=7),
            zone="America/New_York",
            country="US",
            place=LocalizedText(dict.fromkeys(LANGUAGES, "Washington, D.C.")),
            mode=Mode.HYBRID,
            languages=list(LANGUAGES),
            chair=LocalizedText(),
            distribution=Audience.MEMBER_STATES if chance.random() < 0.15 else Audience.PUBLIC,
            note=localized(texts[1]),
            parent=None,
        )
    meeting.stage = Stage.PUBLISHED
    for number in ANSWERS:
        text = localized(texts[4 + int(number)])
        db.session.add(GuidingQuestion(meeting=meeting, number=int(number), text=text, audience=QuestionAudience.BOTH))
    db.session.add(
        Call(
            meeting=meeting,
            title=localized(texts[2]),
            text=localized(texts[3]),
            template=template(),
            opens_at=opens,
            closes_at=starts - timedelta(days=60),
        )
    )
    parties = members(mechanism.id) or db.session.scalars(sa.select(State).order_by(State.code)).all()
    db.session.add_all(Delegation(meeting=meeting, party=party) for party in parties)
    db.session.flush()
    with standing_at(opens):
        index_meeting(meeting)
    return meeting


def add_presentations(
    meeting: Meeting, year: int, bodies: Sequence[str], phrases: Phrases, chance: random.Random
) -> None:
    """Add what some mechanisms presented."""
    others = sa.select(Mechanism).where(Mechanism.code.in_(bodies), Mechanism.id != meeting.mechanism_id)
    rows = db.session.scalars(others.order_by(Mechanism.code)).all()
    for mechanism in chance.sample(rows, PRESENTATIONS):
        story, language = Story(phrases, chance, year), chance.choice(LANGUAGES)
        content = {
            "answers": {number: story.say(f"answers.{number}", language) for number in ANSWERS},
            "speakers": [],
        }
        presentation = Presentation(
            meeting=meeting,
            delegation=Delegation(meeting=meeting, party=mechanism),
            state=PresentationState.FILED,
            language=language,
            consent=Audience.PUBLIC,
            working_consent=Audience.PUBLIC,
            content=content,
            published_at=meeting.ends_at + timedelta(days=30),
        )
        version = PresentationVersion(
            presentation=presentation,
            number=1,
            language=language,
            content=content,
            filed_at=meeting.starts_at - timedelta(days=8),
            sha256=fingerprint([language, content, Audience.PUBLIC.value, []]),
            consent=Audience.PUBLIC,
        )
        db.session.add_all((presentation, version))
        db.session.flush()
        index_presentation(presentation, version)


def add_documents(meeting: Meeting, year: int, phrases: Phrases, chance: random.Random) -> None:
    """Add issued documents without files: their languages are still to come."""
    at = meeting.starts_at - timedelta(days=20)
    with standing_at(at):
        for _number in range(DOCUMENTS):
            story, row = Story(phrases, chance, year), chance.choice(phrases.sentences["documents"])
            figures = story.title[1]
            title = LocalizedText({code: story.sentence(row, figures, code) for code in LANGUAGES})
            fields = DocumentFields(
                document_class=chance.choice(CLASSES),
                title=title,
                original_language=chance.choice(LANGUAGES),
                distribution=meeting.distribution,
                statuses=dict.fromkeys(LANGUAGES, LanguageStatus.PENDING),
            )
            document = register_document(meeting, fields, by=SYSTEM)
            document.issued_at = at
            db.session.flush()
            index_document(document)
