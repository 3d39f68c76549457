"""A small library with something public and something that is not, of each kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.core.audience import Audience
from app.core.clock import now, standing_at
from app.core.db import db
from app.floor.enums import SpeakingKind, StatementOutcome
from app.floor.statement_models import FloorStatement, FloorStatementVersion
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.open_data import jobs
from app.practices.models import Practice
from app.presentations.models import Presentation
from app.recommendations.enums import Progress
from app.recommendations.models import CarriedRecommendation, RecommendationReport
from app.register.models import Document
from app.summaries.models import Publication
from tests.factories.library import cited, publish_practice, publish_presentation, publish_summary
from tests.factories.register import issue
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting


@dataclass(frozen=True)
class Library:
    """What anybody may read, and what they may not."""

    meeting: Meeting
    practice: Practice
    hidden: Practice
    presentation: Presentation
    publication: Publication
    document: Document
    closed: Meeting
    inside: Practice


@pytest.fixture
def library(personas) -> Library:
    """A public session with a public and a hidden practice, and a session for member States."""
    meeting = make_meeting(distribution=Audience.PUBLIC, stage=Stage.PUBLISHED)
    practice = publish_practice(meeting, "PE", language="es", title="=Permisos temporales")
    hidden = publish_practice(meeting, "CO", consent=Audience.MEMBER_STATES, title="Hiddenpractice", number=2)
    presentation = publish_presentation(meeting)
    publication = publish_summary(meeting, [cited(practice)], [cited(hidden, "Secretquote")])
    document = issue(meeting, distribution=Audience.PUBLIC)
    closed = make_meeting("2025", distribution=Audience.MEMBER_STATES, stage=Stage.PUBLISHED)
    inside = publish_practice(closed, "EC", number=3, title="Insidepractice")
    db.session.commit()
    return Library(meeting, practice, hidden, presentation, publication, document, closed, inside)


@pytest.fixture
def settled() -> Callable[[], int]:
    """A function that brings the catalogue up to date as if a while ago, so that all of it is listed."""

    def settle() -> int:
        db.session.commit()
        with standing_at(now() - timedelta(seconds=10)):
            return jobs.bring_up_to_date()

    return settle


WORDS = "We thank the Chair."


def state(delegation, consent: Audience, outcome: StatementOutcome | None, turn: int) -> FloorStatement:
    row = FloorStatement(
        delegation=delegation, mark="opening", kind=SpeakingKind.STATEMENT, consent=consent, turn=turn,
        outcome=outcome, outcome_at=outcome and NOON,
    )  # fmt: skip
    row.versions.append(
        FloorStatementVersion(
            number=1, language="en", text=f"{WORDS} {turn}", sha256="0" * 64, check_delivery=True, handed_in_at=NOON
        )
    )
    db.session.add(row)
    return row


@dataclass(frozen=True)
class Contributed:
    statement: FloorStatement
    report: RecommendationReport


def recommending(content):
    for number, key in enumerate(("r-1", "r-2")):
        content["sections"][0]["paragraphs"][number]["recommendations"] = [
            {"key": key, "addressees": ["states"], "due": None, "text": dict(everywhere("Count permits alike"))}
        ]
    return content


@pytest.fixture
def contributed(library) -> Contributed:
    """Of Chile an open statement and a filed report; of others what nobody else may read, or not yet."""
    chile = make_delegation(library.meeting, "CL")
    shown = state(chile, Audience.PUBLIC, StatementOutcome.DELIVERED, 1)
    state(chile, Audience.PUBLIC, None, 2)
    state(chile, Audience.PUBLIC, StatementOutcome.NOT_DELIVERED, 3)
    state(chile, Audience.MEMBER_STATES, StatementOutcome.DELIVERED, 4)
    state(make_delegation(library.closed, "BO"), Audience.PUBLIC, StatementOutcome.DELIVERED, 5)
    earlier = make_meeting("2024", Stage.PUBLISHED, distribution=Audience.PUBLIC)
    inside = make_meeting("2023", Stage.PUBLISHED, distribution=Audience.MEMBER_STATES)
    reports = []
    for meeting, key in ((earlier, "r-1"), (inside, "r-1"), (earlier, "r-2")):
        summary = meeting is earlier and reports and reports[0].carried.publication
        publication = summary or publish_summary(meeting, [], [], change=recommending)
        carried = CarriedRecommendation(meeting=library.meeting, publication=publication, key=key, carried_at=NOON)
        report = RecommendationReport(
            carried=carried, delegation=chile, progress=Progress.DONE, text=f"Permits are counted, {key}.",
            language="en", consent=Audience.PUBLIC, saved_at=NOON, filed_at=NOON if key == "r-1" else None,
        )  # fmt: skip
        db.session.add(report)
        reports.append(report)
    db.session.commit()
    return Contributed(shown, reports[0])
