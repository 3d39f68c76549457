"""Links into accounts, made when their mail leaves; invitations that wait for approval."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.mail.enums import MailReason, MailState
from app.mail.models import Mail
from app.mail.operations import approve_mails, edit_mail
from app.meetings import operations
from app.meetings.enums import DelegationRole, Stage
from app.people.enums import LinkPurpose
from app.people.models import User
from app.people.operations import close_account, set_up_account
from app.people.queries import usable_link
from tests.client import post_form, sign_in
from tests.factories.summaries import make_delegation, make_meeting

PASSWORD = "four words of mine"


@pytest.fixture
def delegation(app):
    return make_delegation(make_meeting(stage=Stage.PREPARING), "PE")


def invite(delegation) -> User:
    member = operations.invite_member(
        delegation, email="ana@example.org", name="Ana", role=DelegationRole.DRAFTER, language="en", by=SYSTEM
    )
    db.session.commit()
    return member.user


def token_in(letter) -> str:
    return re.search(r"/set-up/(\S+)", letter.get_content())[1]


def mails() -> list[tuple[str, MailState, MailReason | None]]:
    db.session.expire_all()
    return [
        tuple(row) for row in db.session.execute(sa.select(Mail.message, Mail.state, Mail.reason).order_by(Mail.id))
    ]


def approve() -> None:
    approve_mails(db.session.scalars(sa.select(Mail.id)).all(), by=SYSTEM)
    db.session.commit()


def test_an_invitation_waits_however_long_and_its_link_lives_from_when_it_leaves(delegation, sent_mails):
    invite(delegation)
    assert sent_mails() == []
    body = db.session.scalars(sa.select(Mail.body)).one()
    assert "{link}" in body
    assert "until {expires}" in body
    with time_machine.travel(now() + timedelta(days=30), tick=False):
        approve()
        [letter] = sent_mails()
        assert "{" not in letter.get_content()
        token = token_in(letter)
        with time_machine.travel(now() + timedelta(days=13), tick=False):
            assert usable_link(token, LinkPurpose.SET_UP)
        with time_machine.travel(now() + timedelta(days=15), tick=False):
            assert usable_link(token, LinkPurpose.SET_UP) is None
    db.session.expire_all()
    assert token not in db.session.scalars(sa.select(Mail.body)).one()


def test_the_page_says_that_it_waits_and_leads_to_the_outbox(client, delegation, personas, sent_mails):
    sign_in(client, personas.secretariat)
    page = f"/manage/delegations/{delegation.id}"
    post_form(client, page, {"email": "ana@example.org", "name": "Ana", "role": "head", "language": "en"})
    told = client.get(page).text
    assert "The invitation to ana@example.org waits in the outbox for approval." in told
    assert f'<a href="/desk/mail?session={delegation.meeting.slug}">See the outbox</a>' in told
    post_form(client, page, action=f"/manage/delegations/members/{delegation.members[0].id}/resend")
    assert "A new invitation waits in the outbox" in client.get(page).text
    assert sent_mails() == []
    assert mails() == [
        ("people/invited", MailState.CANCELLED, MailReason.REPLACED),
        ("people/invited", MailState.HELD, None),
    ]
    mail_id = db.session.scalars(sa.select(sa.func.min(Mail.id))).one()
    assert "A newer mail about the same took its place." in client.get(f"/desk/mail/{mail_id}").text


def test_a_mail_sent_again_has_the_same_link_and_it_works(delegation, app, run_jobs):
    """The server may have dropped the second as a copy of the first: the first must not lead nowhere."""
    from app.people.links import make_link

    invite(delegation)
    mail_id = db.session.scalars(sa.select(Mail.id)).one()
    first, second = make_link(mail_id), make_link(mail_id)
    assert first["link"] == second["link"]
    assert usable_link(first["link"].rsplit("/", 1)[1], LinkPurpose.SET_UP)


def test_invitations_to_two_sessions_both_work_until_one_is_used(delegation, sent_mails):
    user = invite(delegation)
    invite(make_delegation(make_meeting("other"), "PE"))
    approve()
    first, second = (token_in(letter) for letter in sent_mails())
    assert usable_link(first, LinkPurpose.SET_UP)
    assert usable_link(second, LinkPurpose.SET_UP)
    set_up_account(first, name="Ana", password=PASSWORD, language="en")
    db.session.commit()
    assert user.is_active
    assert usable_link(second, LinkPurpose.SET_UP) is None, "it would set another password"


def test_an_invitation_that_waits_becomes_a_note_once_the_account_is_set_up(delegation, sent_mails):
    invite(delegation)
    approve()
    [letter] = sent_mails()
    invite(make_delegation(make_meeting("other"), "PE"))
    set_up_account(token_in(letter), name="Ana", password=PASSWORD, language="en")
    db.session.commit()
    assert mails() == [("people/invited", MailState.SENT, None), ("meetings/added", MailState.HELD, None)]
    body = db.session.scalars(sa.select(Mail.body).order_by(Mail.id.desc())).first()
    assert "http://localhost/desk" in body
    assert "{" not in body


def test_one_approved_before_that_does_not_leave(delegation, sent_mails):
    user = invite(delegation)
    approve()
    user.set_up_at = now()
    assert sent_mails() == []
    assert mails() == [("people/invited", MailState.CANCELLED, MailReason.SET_UP)]


@pytest.mark.parametrize("approved", [False, True])
def test_nothing_goes_to_an_account_that_was_closed_meanwhile(client, delegation, personas, sent_mails, approved):
    user = invite(delegation)
    if approved:
        approve()
    close_account(user, by=SYSTEM)
    db.session.commit()
    approve()
    assert sent_mails() == []
    assert mails() == [("people/invited", MailState.CANCELLED, MailReason.CLOSED)]
    sign_in(client, personas.secretariat)
    page = client.get(f"/desk/mail/{db.session.scalars(sa.select(Mail.id)).one()}").text
    assert "The account of this person was closed." in page


def test_a_mail_goes_to_the_address_of_when_it_is_approved(delegation, sent_mails):
    invite(delegation).email = "ana.new@example.org"
    approve()
    [letter] = sent_mails()
    assert letter["To"] == "ana.new@example.org"
    assert "ana@example.org" not in letter.get_content()


def test_who_was_taken_out_of_a_delegation_is_not_invited_to_it(delegation, approved_mails):
    invite(delegation)
    operations.remove_member(delegation.members[0], by=SYSTEM)
    assert approved_mails() == []
    assert mails() == [("people/invited", MailState.CANCELLED, MailReason.REMOVED)]


def test_the_text_of_an_invitation_keeps_its_link(delegation):
    invite(delegation)
    mail = db.session.scalars(sa.select(Mail)).one()
    with pytest.raises(Refusal, match=r"keep the placeholder \{link\}") as refusal:
        edit_mail(mail, subject="Come", body="Please come.", by=SYSTEM)
    assert refusal.value.field == "body"
    edit_mail(mail, subject="Come", body="Please come: {link}", by=SYSTEM)
