"""Reminders that are sent from the board of a session."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.audit.models import AuditEvent
from app.core import clock
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import WrongState
from app.mail.enums import MailState
from app.mail.operations import approve_mails, cancel_mails
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import Delegation, DelegationMember
from app.practices.enums import PracticeState
from app.practices.reminding import AWAITED
from app.presentations.reminding import COMPLETE
from app.reminders.operations import remind, remind_now
from tests.client import post_form, sign_in
from tests.desk.boards import BOARD, CALL_CLOSES, REMIND, Now, join, mails, shown
from tests.factories.summaries import (
    NOON,
    make_meeting,
    make_practice,
)
from tests.personas import make_user


@pytest.fixture
def desk(client, personas):
    return sign_in(client, personas.secretariat)


@pytest.fixture
def meeting(app):
    """A session whose call is open, with two questions put to everybody."""
    return make_meeting(stage=Stage.CALL_OPEN)


@pytest.fixture(autouse=True)
def before_the_deadline():
    with clock.standing_at(CALL_CLOSES - timedelta(days=5)):
        yield Now()


def test_one_contributor_is_reminded_each_in_their_language(desk, meeting):
    peru = join(meeting, "PE", ("Ana", "es"), ("Jean", "fr"))
    peru.members.append(DelegationMember(user=make_user("Otto"), role=DelegationRole.OBSERVER, added_at=NOON))
    peru.members.append(
        DelegationMember(user=make_user("Gone", closed_at=NOON), role=DelegationRole.HEAD, added_at=NOON)
    )
    join(meeting, "CL", ("Luz", "es"))
    page = desk.get(f"{REMIND}?to={peru.id}").text
    assert "Ana (Español), Jean (Français)" in page
    assert "Write 2 reminders?" in page
    assert not any(name in page for name in ("Otto", "Gone", "Luz"))
    assert mails() == []
    answer = post_form(desk, f"{REMIND}?to={peru.id}", action=REMIND)
    assert (answer.status_code, answer.location) == (303, BOARD)
    page = desk.get(BOARD).text
    assert "2 reminders were written. They wait in the outbox for approval." in page
    waiting = html.document_fromstring(page).xpath("//a[contains(., '2 reminders wait for approval')]/@href")
    assert waiting == ["/desk/mail?session=cam-2026&message=practices/call_closes"]
    outbox = desk.get(waiting[0]).text
    assert "Ana" in outbox
    assert "Jean" in outbox
    assert [(mail.to_address, mail.language, mail.message) for mail in mails()] == [
        ("ana@example.org", "es", "practices/call_closes"),
        ("jean@example.org", "fr", "practices/call_closes"),
    ]
    assert "14 de abril de 2026" in mails()[0].body
    assert "14 avril 2026" in mails()[1].body
    assert shown(desk)["Peru"][-2:] == ["9 April 2026, by Secretariat; waits in the outbox", "–"]
    approve_mails([mail.id for mail in mails()], by=SYSTEM)
    assert shown(desk)["Peru"][-2:] == ["9 April 2026, by Secretariat", "–"]


def test_all_that_are_late_or_missing_are_reminded_once_a_day(desk, meeting, before_the_deadline):
    join(meeting, "PE", ("Ana", "es"))
    make_practice(join(meeting, "CL", ("Luz", "en")), state=PracticeState.RETURNED)
    make_practice(join(meeting, "MX", ("Beatriz", "es")), state=PracticeState.SUBMITTED)
    join(meeting, "BR")
    join(meeting, "RCM", ("Rosa", "en"))
    page = desk.get(REMIND).text
    assert "Nobody writes yet for these. Invite somebody:" in page
    brazil = db.session.scalars(sa.select(Delegation).join(Delegation.party).filter_by(code="BR")).one()
    assert f'<a href="/manage/delegations/{brazil.id}#invite">Brazil</a>' in page
    assert f'href="/manage/delegations/{brazil.id}#invite"' in desk.get(BOARD).text, "no recipient is no dead end"
    assert "Beatriz" not in page
    post_form(desk, REMIND, action=REMIND)
    assert sorted(mail.to_address for mail in mails()) == ["ana@example.org", "luz@example.org", "rosa@example.org"]
    assert "awaits its revision" in next(mail.body for mail in mails() if mail.to_address == "luz@example.org")
    rosa = next(mail.body for mail in mails() if mail.to_address == "rosa@example.org")
    parts = ("the speakers", "the answers to guiding questions 1, 2", "the slides", "who may read it")
    assert "\n".join(f"- {part}" for part in parts) in rosa
    actions = db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.subject_kind == "delegations")).all()
    assert actions == ["remind_delegation"] * 3
    page = desk.get(REMIND).text
    assert "Nobody to remind" in page
    assert "A reminder waits in the outbox or left today for: Chile, Peru, RCM." in page
    before_the_deadline.move_to(clock.now() + timedelta(hours=1))
    approve_mails([mail.id for mail in mails()], by=SYSTEM)
    db.session.commit()
    assert "Nobody to remind" in desk.get(REMIND).text
    before_the_deadline.move_to(clock.now() + timedelta(days=1))
    assert "Write 3 reminders?" in desk.get(REMIND).text


def test_a_second_click_and_a_text_that_came_meanwhile_write_nothing(desk, meeting):
    peru = join(meeting, "PE", ("Ana", "es"))
    chile = join(meeting, "CL", ("Luz", "es"))
    db.session.commit()
    page = html.document_fromstring(desk.get(REMIND).text)
    form = next(form for form in page.forms if form.action == REMIND)
    data: dict[str, list] = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    make_practice(chile, state=PracticeState.SUBMITTED)
    db.session.commit()
    desk.post(REMIND, data=data)
    desk.post(REMIND, data=data)
    assert [mail.to_address for mail in mails()] == ["ana@example.org"]
    assert "Nobody was reminded" in desk.get(BOARD).text
    assert remind_now(peru.meeting, AWAITED, [], by=SYSTEM) == 0


def test_what_the_schedule_wrote_and_what_somebody_presses_know_of_each_other(desk, meeting, before_the_deadline):
    join(meeting, "PE", ("Ana", "es"))
    before_the_deadline.move_to(CALL_CLOSES - timedelta(days=8))
    remind()
    before_the_deadline.move_to(CALL_CLOSES - timedelta(days=7))
    assert remind() == 1
    db.session.commit()
    assert shown(desk)["Peru"][-2:] == ["7 April 2026, scheduled; waits in the outbox", "–"]
    assert "Nobody to remind" in desk.get(REMIND).text
    assert len(mails()) == 1
    cancel_mails([mails()[0].id], by=SYSTEM)
    db.session.commit()
    before_the_deadline.move_to(CALL_CLOSES - timedelta(days=7, hours=-1))
    post_form(desk, REMIND, action=REMIND)
    assert [mail.state for mail in mails()] == [MailState.CANCELLED, MailState.HELD], "a person wants it after all"
    before_the_deadline.move_to(CALL_CLOSES - timedelta(days=2))
    assert remind() == 0, "the one of five days ago waits still"
    assert shown(desk)["Peru"][-2] == "7 April 2026, by Secretariat; waits in the outbox"


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.PUBLISHED])
def test_nobody_is_reminded_while_nothing_is_taken_in(meeting, stage):
    peru = join(meeting, "PE", ("Ana", "es"))
    meeting.stage = stage
    with pytest.raises(WrongState):
        remind_now(meeting, AWAITED, [peru.id], by=SYSTEM)
    assert AWAITED.owed(meeting) == {}
    assert COMPLETE.owed(meeting) == {}


def test_a_late_delegation_is_told_what_it_can_do(meeting, before_the_deadline):
    peru = join(meeting, "PE", ("Ana", "en"))
    rcm = join(meeting, "RCM", ("Rosa", "en"))
    before_the_deadline.move_to(NOON)
    assert [remind_now(meeting, subject, [peru.id, rcm.id], by=SYSTEM) for subject in (AWAITED, COMPLETE)] == [1, 1]
    db.session.commit()
    assert "write to the secretariat, which can grant a later one" in mails()[0].body
    assert "can still be completed" in mails()[1].body
    remind()
    remind()
    assert {mail.state for mail in mails()} == {MailState.HELD}, "what says that it is late stays true"
