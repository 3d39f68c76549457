"""A free message to participants, who need no account."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.localized import LocalizedText
from app.desk import own_data
from app.desk.letters import LetterTo, addressees, letters_of, nobody, write_letters
from app.desk.messages import LETTER
from app.mail.enums import MailReason, MailState
from app.mail.messages import private_messages
from app.mail.models import Mail, MailText
from app.mail.operations import approve_mails
from app.meetings import retention
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Participant
from app.meetings.participants import remove_participant
from tests.client import post_form, sign_in
from tests.factories.participants import make_person
from tests.factories.summaries import NOON, make_delegation, make_meeting

PAGE = "/desk/cam-2026/letter"
TEXT = {"subject-en": "Hotels", "body-en": "{name} ({role}): the bus leaves at eight. {link}"}


@pytest.fixture
def meeting(personas):
    with standing_at(NOON - timedelta(days=3)):
        meeting = make_meeting(stage=Stage.CALL_OPEN)
        personas.join(meeting)
        brazil = make_delegation(meeting, "BR")
        make_person(brazil, "Ana Lima", email="Ana@example.org", title="Dr.")
        make_person(brazil, "No Address", email="")
        make_person(brazil, "Same Person", email=personas.delegate_a.email)
        db.session.commit()
        yield meeting


def written(meeting, to, subject=None, body=None) -> dict[str, str]:
    letters = letters_of(
        addressees(meeting, to),
        subject=LocalizedText(subject or {"en": "Hotels"}),
        body=LocalizedText(body or {"en": "Bus, {role}"}),
    )
    return {item.to.person.email: f"{item.language} {item.text}" for item in letters}


def test_each_address_gets_one_letter(meeting, personas):
    members = set(written(meeting, LetterTo.MEMBERS))
    assert "ana@example.org" not in members
    assert set(written(meeting, LetterTo.PARTICIPANTS)) == {"ana@example.org", personas.delegate_a.email}
    both = written(meeting, LetterTo.BOTH)
    assert set(both) == members | {"ana@example.org"}
    assert both["ana@example.org"] == "en Bus, Delegate"


def test_a_participant_is_written_to_in_the_language_of_the_state_where_there_is_one(meeting):
    texts = {"en": "Bus", "pt": "Ônibus"}
    assert written(meeting, LetterTo.PARTICIPANTS, texts, texts)["ana@example.org"] == "pt Ônibus"


def test_subject_and_text_are_in_one_language(client, personas, meeting):
    sign_in(client, personas.secretariat)
    given = {"to": "participants", "subject-pt": "Hotéis", "body-fr": "Bus"}
    for person in db.session.scalars(sa.select(type(personas.delegate_a))):
        person.language = "es"
    answer = post_form(client, PAGE, given)
    assert answer.status_code == 422
    assert "Escriba el asunto y el texto en el mismo idioma." in answer.text


def test_participants_are_shown_and_written_to(client, personas, meeting, approved_mails):
    sign_in(client, personas.secretariat)
    shown = post_form(client, PAGE, {**TEXT, "to": "participants"})
    assert "2 mails as they would be" in shown.text
    assert "Dr. Ana Lima, Brazil (English, participant)" in shown.text
    people = addressees(meeting, LetterTo.PARTICIPANTS)
    letters = letters_of(people, subject=LocalizedText(en="Hotels"), body=LocalizedText(en=TEXT["body-en"]))
    assert write_letters(meeting, letters, key="k", by=SYSTEM) == 2
    assert write_letters(meeting, letters, key="k", by=SYSTEM) == 0
    db.session.commit()
    texts = {mail["To"]: mail.get_content() for mail in approved_mails()}
    assert (
        "Dr. Ana Lima (Delegate): the bus leaves at eight. http://localhost/sessions/cam-2026"
        in texts["ana@example.org"]
    )


def test_the_preview_is_the_mail(client, personas, meeting):
    """Also its greeting, its foot, and the words of the body's own text."""
    own = MailText(mechanism_id=meeting.mechanism_id, message=LETTER.name)
    own.body = LocalizedText(en="Good day, {name}!\n\n{text}")
    db.session.add(own)
    db.session.commit()
    sign_in(client, personas.secretariat)
    given = {**TEXT, "to": "participants"}
    page = html.document_fromstring(post_form(client, PAGE, given).text)
    shown = " ".join(page.xpath("//div[@class='letter']")[0].itertext()).split()
    form = page.xpath("//main//form[@method='post']")[0]
    assert client.post(PAGE, data=dict(form.form_values())).status_code == 303
    mail = db.session.scalars(sa.select(Mail).where(Mail.to_address == "ana@example.org")).one()
    assert mail.body.split() == shown
    assert mail.body.startswith("Good day, Dr. Ana Lima!")
    url = f"/desk/mail/decide?act=approve&mail={mail.id}"
    for text in (client.get(f"/desk/mail/{mail.id}").text, client.get(url).text):
        assert "Dr. Ana Lima (ana@example.org)" in text


def test_why_nobody_is_written_to(client, personas, meeting):
    sign_in(client, personas.secretariat)
    ecuador = make_delegation(meeting, "EC")
    make_person(ecuador, "No Address", email="")
    db.session.commit()
    given = {**TEXT, "delegations": [str(ecuador.id)]}

    def reason(to: str) -> str:
        return post_form(client, PAGE, {**given, "to": to}).text

    assert "No participant of these delegations was registered with an e-mail address." in reason("participants")
    assert "Nobody is in these delegations with these roles" in reason("members")
    assert "Nobody with an account is in these delegations" in reason("both")
    with standing_at(NOON + timedelta(days=3650)):
        assert "data are kept: their addresses are gone" in nobody(meeting, LetterTo.PARTICIPANTS)


def test_an_address_that_is_no_longer_kept_is_not_written_to(meeting, personas, sent_mails):
    people = addressees(meeting, LetterTo.PARTICIPANTS)
    letters = letters_of(people, subject=LocalizedText(en="Hotels"), body=LocalizedText(en="Bus"))
    write_letters(meeting, letters, key="k", by=SYSTEM)
    db.session.commit()
    ids = list(db.session.scalars(sa.select(Mail.id).order_by(Mail.id)))
    ana = next(row for row in people_of_session(meeting) if row.name == "Ana Lima")
    remove_participant(ana, by=SYSTEM)
    db.session.commit()
    approve_mails(ids, by=SYSTEM)
    by_address = {mail.to_address: (mail.state, mail.reason) for mail in db.session.scalars(sa.select(Mail))}
    assert by_address["ana@example.org"] == (MailState.CANCELLED, MailReason.REMOVED)
    assert len(sent_mails()) == 1
    with standing_at(NOON + timedelta(days=3650)):
        assert addressees(meeting, LetterTo.PARTICIPANTS) == [], "their time is over"
    retention.forget_participants(meeting, by=SYSTEM)
    assert addressees(meeting, LetterTo.PARTICIPANTS) == []


def test_who_has_no_account_gets_the_letters_with_their_data(meeting, personas):
    people = addressees(meeting, LetterTo.PARTICIPANTS)
    letters = letters_of(people, subject=LocalizedText(en="Hotels"), body=LocalizedText(en="Bus"))
    write_letters(meeting, letters, key="k", by=SYSTEM)
    secret = next(mail for mail in db.session.scalars(sa.select(Mail)) if mail.to_address == personas.delegate_a.email)
    secret.message, secret.to_address = private_messages()[0], "ana@example.org"
    db.session.commit()
    held = {row.name: own_data.of_participant(row) for row in people_of_session(meeting)}
    assert [mail["subject"] for mail in held["Ana Lima"]["mails"]] == ["Hotels"]
    assert held["Ana Lima"]["mails"][0]["message"] != secret.message
    assert held["No Address"]["mails"] == []


def people_of_session(meeting):
    return db.session.scalars(
        sa.select(Participant).join(Participant.delegation).where(Delegation.meeting_id == meeting.id)
    ).all()
