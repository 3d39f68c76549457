"""A session of the size that the speed targets name, made of plain rows."""

import random
from datetime import timedelta

import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.core.texts import fingerprint
from app.directory.models import Mechanism, State
from app.directory.reference import read
from app.meetings.enums import ItemKind, QuestionAudience, Stage
from app.meetings.models import AgendaItem, Delegation, GuidingQuestion, Meeting
from app.practices.enums import PracticeState
from app.practices.models import Call, Practice, PracticeVersion
from app.summaries import publishing, queries
from app.summaries.models import Citation, Paragraph, Section, Summary
from app.summaries.sources import sources_of

WORDS = [
    "the",
    "ministry",
    "registered",
    "people",
    "at",
    "the",
    "border",
    "and",
    "gave",
    "permits",
    "for",
    "work",
    "so",
    "that",
    "families",
    "could",
    "stay",
    "together",
    "while",
    "local",
    "offices",
    "shared",
    "data",
    "with",
    "consulates",
    "and",
    "the",
    "police",
    "received",
    "training",
    "on",
    "trafficking",
    "and",
    "asylum",
]
PRACTICES = 200
PARAGRAPHS = 300


def _text(chance: random.Random, sentences: int) -> str:
    return " ".join(" ".join(chance.choices(WORDS, k=14)).capitalize() + "." for _ in range(sentences))


def _everywhere(text: str) -> LocalizedText:
    return LocalizedText(dict.fromkeys(("en", "es", "fr", "pt"), text))


def make_bench_data() -> Meeting:
    """Add a published session with 200 published practices and a summary of 300 paragraphs; commits."""
    chance = random.Random(20260514)
    mechanism = db.session.scalars(sa.select(Mechanism).where(Mechanism.code == "CAM")).one()
    moment = now()
    meeting = Meeting(
        slug="cam-bench",
        code="bench",
        mechanism=mechanism,
        title=_everywhere("Annual session of the bench"),
        mandate_resolution="AG/RES. 2988 (LII-O/22)",
        mandate_paragraph="56",
        zone="America/New_York",
        starts_at=moment - timedelta(days=40),
        ends_at=moment - timedelta(days=39),
        languages=["en", "es", "fr", "pt"],
        stage=Stage.PUBLISHED,
        distribution=Audience.PUBLIC,
        place=_everywhere("Washington, D.C."),
        theme=_everywhere("Speed"),
        chair=_everywhere("Chair of the Committee"),
    )
    db.session.add(meeting)
    for position in range(1, 11):
        db.session.add(
            AgendaItem(
                meeting=meeting,
                position=position,
                minutes=30,
                kind=ItemKind.DIALOGUE,
                title=_everywhere(_text(chance, 1)),
            )
        )
    for number in (1, 2, 3):
        db.session.add(
            GuidingQuestion(
                meeting=meeting, number=number, text=_everywhere(_text(chance, 2)), audience=QuestionAudience.BOTH
            )
        )
    call = Call(
        meeting=meeting,
        title=_everywhere("Call"),
        text=_everywhere(_text(chance, 3)),
        template=read("call_template.yaml"),
        opens_at=moment - timedelta(days=120),
        closes_at=moment - timedelta(days=60),
    )
    db.session.add(call)
    states = db.session.scalars(sa.select(State).order_by(State.code)).all()
    delegations = [Delegation(meeting=meeting, party=state) for state in states]
    db.session.add_all(delegations)
    db.session.flush()
    for index in range(PRACTICES):
        _add_practice(chance, call, delegations[index % len(delegations)], index // len(delegations) + 1)
    db.session.flush()
    _add_publication(chance, meeting)
    db.session.commit()
    return meeting


def _add_practice(chance: random.Random, call: Call, delegation: Delegation, number: int) -> None:
    content = {
        "title": _text(chance, 1)[:110],
        "summary": _text(chance, 5),
        "levels": ["national"],
        "period": {"from": "2021-01", "to": None},
        "status": "under_way",
        "themes": ["T1", "T4"],
        "gcm_main": "7",
        "gcm_other": ["15", "16"],
        "sdg_targets": ["10.7"],
        "mechanisms": ["CAM"],
        "population": ["irregular", "women"],
        "context": _text(chance, 8),
        "actions": _text(chance, 16),
        "actors": [{"role": "lead", "name": "Migration institute"}],
        "answers": {"1": _text(chance, 10), "2": _text(chance, 8), "3": _text(chance, 8)},
        "results": _text(chance, 10),
        "indicators": [],
        "challenges": _text(chance, 7),
        "lessons": _text(chance, 7),
        "cost": None,
        "rights": None,
        "sustainability": None,
        "links": [],
        "contact": {"name": "Focal point", "institution": "Institute", "email": "focal@example.org"},
        "consent": "public",
    }
    moment = now()
    practice = Practice(
        call=call,
        meeting=call.meeting,
        delegation=delegation,
        state=PracticeState.PUBLISHED,
        language="en",
        consent=Audience.PUBLIC,
        content=content,
        created_at=moment,
        saved_at=moment,
        published_at=moment,
        reference=f"CAM/bench/GP/{delegation.party.reference_code}/{number:02d}",
    )
    db.session.add(practice)
    db.session.add(
        PracticeVersion(
            practice=practice,
            number=1,
            language="en",
            content=content,
            submitted_at=moment,
            sha256=fingerprint(content),
        )
    )


def _add_publication(chance: random.Random, meeting: Meeting) -> None:
    summary = Summary(meeting=meeting, title=_everywhere("Summary of the bench"), symbol="CAM/bench/doc.1")
    sources = sources_of(meeting.id)
    for place in range(1, 11):
        section = Section(position=place, title=_everywhere(f"Section {place}"))
        summary.sections.append(section)
        for position in range(1, PARAGRAPHS // 10 + 1):
            paragraph = Paragraph(position=position, text=_everywhere(_text(chance, 3)))
            section.paragraphs.append(paragraph)
            for source in chance.sample(list(sources), 2):
                quote = source.fields["results"].split(". ")[0] + "."
                paragraph.citations.append(
                    Citation(
                        practice_version_id=source.version_id,
                        delegation_id=source.delegation_id,
                        field="results",
                        start=0,
                        end=len(quote),
                        quote=quote,
                        created_at=now(),
                    )
                )
    db.session.add(summary)
    db.session.flush()
    db.session.expire_all()
    loaded = queries.summary_of(meeting.id)
    if loaded is None:
        raise RuntimeError("the summary was not kept")
    content = publishing.freeze(loaded, sources, queries.participating(meeting.id))
    db.session.add(publishing.issued(loaded, content, at=now(), by_id=SYSTEM.id))
