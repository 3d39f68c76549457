"""A session with 1,000 submitted practices, half of them opened or given to somebody, for the queue of the review."""

import random
from datetime import timedelta

import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db
from app.directory.models import Mechanism, State
from app.directory.reference import read
from app.meetings.enums import QuestionAudience, Stage
from app.meetings.models import Delegation, GuidingQuestion, Meeting
from app.practices.enums import PracticeState
from app.practices.models import Call, Practice
from app.practices.review_models import Assessment
from bench.data import add_practice, everywhere, text
from bench.staff import make_staff

SUBMISSIONS = 1000


def make_queue() -> None:
    """Add the session; commits."""
    chance = random.Random(20261121)
    moment = now()
    meeting = Meeting(
        slug="cam-queue",
        code="queue",
        mechanism=db.session.scalars(sa.select(Mechanism).where(Mechanism.code == "CAM")).one(),
        title=everywhere("Session of the queue"),
        zone="America/New_York",
        starts_at=moment + timedelta(days=40),
        ends_at=moment + timedelta(days=41),
        languages=["en", "es", "fr", "pt"],
        stage=Stage.CALL_OPEN,
        mandate_resolution="AG/RES. 2988 (LII-O/22)",
        mandate_paragraph="56",
    )
    db.session.add(meeting)
    for number in (1, 2, 3):
        question = everywhere(text(chance, 2))
        db.session.add(GuidingQuestion(meeting=meeting, number=number, text=question, audience=QuestionAudience.BOTH))
    call = Call(
        meeting=meeting,
        title=everywhere("Call"),
        text=everywhere(text(chance, 3)),
        template=read("call_template.yaml"),
        opens_at=moment - timedelta(days=30),
        closes_at=moment + timedelta(days=30),
    )
    db.session.add(call)
    reviewer = make_staff("reviewer@example.org")
    states = db.session.scalars(sa.select(State).order_by(State.code)).all()
    delegations = [Delegation(meeting=meeting, party=state) for state in states]
    db.session.add_all(delegations)
    db.session.flush()
    for index in range(SUBMISSIONS):
        place, number = index % len(delegations), index // len(delegations) + 1
        practice = add_practice(chance, call, delegations[place], number)
        _as_in_review(practice, index, reviewer.id)
    db.session.commit()


def _as_in_review(practice: Practice, index: int, reviewer_id: int) -> None:
    practice.state = (PracticeState.SUBMITTED, PracticeState.RETURNED, PracticeState.ACCEPTED)[index % 3]
    practice.published_at = None
    if index % 2:
        practice.reviewer_id = reviewer_id
        version = practice.versions[0]
        db.session.add(
            Assessment(practice_version=version, marks={"complete": "met"}, comments={}, comment="", at=now())
        )
