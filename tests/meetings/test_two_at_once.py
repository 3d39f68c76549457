"""Two members of staff add to one session in the same moment: both are kept, each with a number of its own."""

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from psycopg.errors import DeadlockDetected, UndefinedTable
from sqlalchemy.exc import IntegrityError, OperationalError

from app.core import racing
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Mechanism
from app.meetings import operations, questions
from app.meetings.enums import ItemKind, QuestionAudience
from app.meetings.models import AgendaItem, Delegation, GuidingQuestion, Meeting
from app.presentations import slots
from app.presentations.models import PresentationSlot
from tests.at_once import at_once
from tests.client import post_form, sign_in
from tests.factories.summaries import make_delegation, make_meeting
from tests.meetings.test_views import NEW


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


def test_a_session_is_created_once(app, meeting):
    mechanism_id, at = meeting.mechanism_id, meeting.starts_at
    made = []

    def create() -> None:
        mechanism = db.session.get_one(Mechanism, mechanism_id)
        if operations.made_by("one form", mechanism) is None:
            texts = dict.fromkeys(("theme", "mandate_text", "place", "chair", "note"), LocalizedText())
            operations.create_meeting(
                mechanism, form_key="one form", by=SYSTEM, code="2031", title=LocalizedText(en="Next"),
                mandate_resolution="A", mandate_paragraph="1", starts_at=at, ends_at=at + timedelta(days=1), zone="UTC",
                languages=["en"], **texts,
            )  # fmt: skip
            made.append(1)

    at_once(app, [create] * 3)
    assert made == [1]


def lose(kind: str) -> IntegrityError:
    """What the database raises in whoever comes second."""
    row = {"meeting_id": 1, "party_id": 1 if kind == "twice" else None}
    with pytest.raises(IntegrityError) as caught:
        db.session.execute(sa.insert(Delegation), [row, row])
    db.session.rollback()
    return caught.value


def test_who_comes_second_keeps_what_was_written(client, personas, meeting, monkeypatch):
    """The form says so; a button alone leads to a page that does."""
    error = lose("twice")

    def lost(*_args, **_more) -> None:
        raise error

    sign_in(client, personas.secretariat)
    monkeypatch.setattr(operations, "create_meeting", lost)
    answer = post_form(client, "/sessions/new/blank", NEW | {"title-en": "My words"})
    assert answer.status_code == 409
    assert "Somebody saved the same thing in the same moment." in answer.text
    assert "My words" in answer.text
    monkeypatch.setattr(operations, "add_member_delegations", lost)
    answer = post_form(
        client, "/sessions/cam-2026/manage/delegations", action="/sessions/cam-2026/manage/delegations/members"
    )
    assert answer.status_code == 409
    assert "Somebody else saved this first" in answer.text


def test_who_waited_in_vain_is_told_as_one_who_comes_second(client, personas, meeting, monkeypatch):
    """PostgreSQL ends one of two that wait for each other."""

    def lost(*_args, **_more) -> None:
        raise OperationalError("UPDATE", {}, DeadlockDetected())

    sign_in(client, personas.secretariat)
    monkeypatch.setattr(operations, "create_meeting", lost)
    answer = post_form(client, "/sessions/new/blank", NEW | {"title-en": "My words"})
    assert (answer.status_code, "My words" in answer.text) == (409, True)
    monkeypatch.setattr(operations, "add_member_delegations", lost)
    page = "/sessions/cam-2026/manage/delegations"
    assert post_form(client, page, action=f"{page}/members").status_code == 409


def test_what_is_wrong_in_the_code_is_no_race(app, meeting):
    assert racing.lost(lose("twice"))
    assert not racing.lost(lose("empty"))
    assert not racing.lost(OperationalError("SELECT", {}, UndefinedTable()))
    assert not racing.lost(ValueError())
