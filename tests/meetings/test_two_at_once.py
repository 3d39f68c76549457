"""Two members of staff add to one session in the same moment: both are kept, each with a number of its own."""

from functools import partial

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.localized import LocalizedText
from app.meetings import operations, questions
from app.meetings.enums import ItemKind, QuestionAudience
from app.meetings.models import AgendaItem, GuidingQuestion, Meeting
from app.presentations import slots
from app.presentations.models import PresentationSlot
from tests.at_once import at_once
from tests.factories.summaries import make_delegation, make_meeting


@pytest.fixture
def meeting(app) -> Meeting:
    meeting = make_meeting()
    db.session.commit()
    return meeting


def numbers(column) -> list[int]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(column).order_by(column)))


def add_item(meeting_id: int) -> None:
    operations.add_agenda_item(
        db.session.get_one(Meeting, meeting_id),
        title=LocalizedText(en="Dialogue"), description=LocalizedText(), day=1, minutes=30, kind=ItemKind.DIALOGUE,
        by=SYSTEM,
    )  # fmt: skip


def test_items_follow_one_another(app, meeting):
    before = numbers(AgendaItem.position)
    at_once(app, [partial(add_item, meeting.id)] * 4)
    assert numbers(AgendaItem.position) == list(range(1, len(before) + 5))


def add_question(meeting_id: int) -> None:
    questions.add_question(
        db.session.get_one(Meeting, meeting_id),
        text=LocalizedText(en="What was done?"), audience=QuestionAudience.STATES, by=SYSTEM,
    )  # fmt: skip


def test_questions_follow_one_another(app, meeting):
    before = numbers(GuidingQuestion.number)
    at_once(app, [partial(add_question, meeting.id)] * 4)
    assert numbers(GuidingQuestion.number) == list(range(1, len(before) + 5))


def test_a_mechanism_has_one_place_among_those_who_present(app, meeting):
    delegation = make_delegation(meeting, "RCM")
    delegation_id = delegation.id
    db.session.commit()
    at_once(app, [lambda: slots.slot_of(db.session.get_one(type(delegation), delegation_id))] * 4)
    assert numbers(PresentationSlot.delegation_id) == [delegation_id]
