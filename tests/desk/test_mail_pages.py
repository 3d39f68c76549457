"""Pages of the outbox, the log and the texts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.mail.enums import MailReason, MailState, TryOutcome
from app.mail.models import Mail, MailText, MailTry
from app.mail.operations import approve_mails, cancel_mails, edit_mail, queue_mail, refused_addresses
from app.mail.transports import FolderTransport, Refused
from app.people.models import User
from tests.client import post_form, sign_in
from tests.factories.summaries import make_delegation, make_meeting
from tests.mail.test_outbox import states, write
from tests.personas import make_user

OUTBOX, LOG, DECIDE = "/desk/mail", "/desk/mail/log", "/desk/mail/decide"
TEXT = "/desk/mail/texts/cam/meetings/added"


@pytest.fixture
def office(client, personas):
    return sign_in(client, personas.secretariat)


@pytest.fixture
def ids(app) -> list[int]:
    return write(make_delegation(make_meeting(), "PE"), "Ana", "Luis", "Eva")


def listed(page: str) -> list[int]:
    links = html.document_fromstring(page).xpath("//tbody//th/a/@href")
    return [int(link.rsplit("/", 1)[1]) for link in links]


def fields(page) -> dict[str, str]:
    """What the form of the page that asks would send."""
    return dict(page.xpath("//main//form[@method='post']")[0].fields)


def test_the_outbox_lists_what_waits(office, ids):
    approve_mails(ids[:1], by=SYSTEM)
    page = office.get(OUTBOX).text
    assert listed(page) == [ids[2], ids[1]]
    assert "2 mails wait for approval" in page
    assert "No mail waits for approval" not in page
    assert listed(office.get(f"{LOG}?state=approved").text) == [ids[0]]
    assert listed(office.get(LOG).text) == [ids[2], ids[1], ids[0]]
    assert "2 mails wait for approval." in office.get("/desk").text
    assert "2 mails to approve" in office.get("/desk/cam-2026").text


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("session=cam-2026", 3),
        ("session=cam-other", 0),
        ("session=none", 0),
        ("message=meetings/added", 3),
        ("message=people/sign_in", 0),
        ("person=lui", 1),
        ("person=EVA@example", 1),
        ("person=eva+example", 1),
        ("person=%25", 0),
        ("page=9", 0),
        ("state=nonsense", 3),
    ],
)
def test_it_can_be_filtered(office, ids, filters, found):
    make_meeting("other")
    assert len(listed(office.get(f"{OUTBOX}?{filters}").text)) == found
    assert len(listed(office.get(f"{LOG}?{filters}").text)) == found


def test_those_selected_are_approved_after_a_page_that_says_to_whom(office, ids, sent_mails):
    page = office.get(f"{DECIDE}?act=approve&mail={ids[0]}&mail={ids[1]}&session=cam-2026").text
    assert "Approve 2 mails?" in page
    assert "Ana (ana@example.org)" in page
    assert "English 2" in page
    answer = post_form(office, f"{DECIDE}?act=approve&mail={ids[0]}&mail={ids[1]}&session=cam-2026", action=DECIDE)
    assert answer.location == f"{OUTBOX}?session=cam-2026"
    assert "2 mails were approved" in office.get(answer.location).text
    assert len(sent_mails()) == 2


def test_all_of_a_list_are_approved_but_not_what_was_written_since(office, ids, sent_mails):
    url = f"{DECIDE}?act=approve&all=1&up_to={ids[1]}&person=example"
    assert "Approve 2 mails?" in office.get(url).text
    post_form(office, url, action=DECIDE)
    assert sorted(mail["To"].split("@")[0] for mail in sent_mails()) == ["ana", "luis"]


def test_a_list_of_many_is_cut_and_counted(office, app):
    names = [f"Person {number:02d}" for number in range(60)]
    written = write(make_delegation(make_meeting(), "PE"), *names)
    page = office.get(OUTBOX).text
    assert len(listed(page)) == 50
    assert listed(office.get(f"{OUTBOX}?page=2").text) == sorted(written)[9::-1]
    page = office.get(f"{DECIDE}?act=cancel&all=1&up_to={max(written)}").text
    assert "Cancel 60 mails?" in page
    assert "and 30 more" in page
    post_form(office, f"{DECIDE}?act=cancel&all=1&up_to={max(written)}", action=DECIDE)
    assert set(states()) == {MailState.CANCELLED}


def test_sending_the_form_twice_approves_once(office, ids, sent_mails):
    url = f"{DECIDE}?act=approve&mail={ids[0]}"
    page = html.document_fromstring(office.get(url).text)
    shown = fields(page)
    for said in ("1 mail was approved", "Nothing was left to decide"):
        answer = office.post(DECIDE, data=shown)
        assert said in office.get(answer.location).text
    assert len(sent_mails()) == 1
    assert "Nothing is left to decide" in office.get(url).text


def test_who_comes_second_is_told_what_was_left(office, ids):
    url = f"{DECIDE}?act=approve&mail={ids[0]}&mail={ids[1]}"
    page = html.document_fromstring(office.get(url).text)
    shown = fields(page)
    cancel_mails(ids[:1], by=SYSTEM)
    answer = office.post(DECIDE, data=shown)
    told = office.get(answer.location).text
    assert "1 mail was approved" in told
    assert "The others had been decided in the meantime" in told


def test_what_was_changed_after_it_was_shown_stays_held(office, ids, sent_mails):
    shown = fields(html.document_fromstring(office.get(f"{DECIDE}?act=approve&mail={ids[0]}&mail={ids[1]}").text))
    edit_mail(db.session.get_one(Mail, ids[0]), subject="Welcome", body="Nobody has seen this.", by=SYSTEM)
    db.session.commit()
    told = office.get(office.post(DECIDE, data=shown).location).text
    assert "1 mail was approved" in told
    assert "1 mail still waits: it was changed after you looked" in told
    assert [letter["To"] for letter in sent_mails()] == ["luis@example.org"]
    assert states() == [MailState.HELD, MailState.SENT, MailState.HELD]
    told = office.get(office.post(DECIDE, data=shown).location).text
    assert "1 mail still waits" in told
    assert "Nothing was left" not in told


@pytest.mark.parametrize("seen", ["", "x", "1", "1.x", "²", "9999999999.1"])
def test_a_decision_about_nothing_shown_is_refused(office, ids, seen):
    shown = fields(html.document_fromstring(office.get(f"{DECIDE}?act=approve&mail={ids[0]}").text))
    assert office.post(DECIDE, data={**shown, "seen": seen}).status_code == 422
    assert set(states()) == {MailState.HELD}


@pytest.mark.parametrize("query", ["", "act=approve", "act=burn&mail=1", "act=approve&mail=x", "act=approve&mail=²"])
def test_nothing_chosen_is_said_so(office, ids, query):
    assert office.get(f"{DECIDE}?{query}").status_code == 422


def test_a_mail_is_read_changed_and_only_then_approved(office, ids):
    url = f"{OUTBOX}/{ids[0]}"
    assert "Dear Ana," in office.get(url).text
    old = {"subject": "Old", "version": "1"}
    assert post_form(office, url, {"subject": "Welcome", "body": "See you."}).status_code == 303
    assert "See you." in office.get(url).text
    answer = post_form(office, url, old)
    assert answer.status_code == 409
    assert 'value="Old"' in answer.text
    assert post_form(office, url, {"subject": ""}).status_code == 422
    stale = {**old, "body": "Late."}
    page = html.document_fromstring(office.get(url).text)
    token = page.xpath("//main//input[@name='csrf_token']/@value")[0]
    approve_mails(ids[:1], by=SYSTEM)
    answer = office.post(url, data={**stale, "csrf_token": token})
    assert answer.status_code == 409
    assert "its text is fixed" in answer.text
    assert db.session.get_one(Mail, ids[0]).body == "See you.\n"


def test_each_recipients_mail_is_shown_in_their_language(office, app):
    [mail_id] = write(make_delegation(make_meeting(), "PE"), "Léa", language="fr")
    page = html.document_fromstring(office.get(f"{OUTBOX}/{mail_id}").text)
    assert page.xpath("//div[@class='letter']/@lang") == ["fr"]
    assert page.xpath("//h1/@lang") == ["fr"]


def test_a_failed_mail_shows_why_and_is_tried_again(office, ids):
    mail = db.session.get_one(Mail, ids[0])
    mail.state, mail.decided_at, mail.error = MailState.FAILED, now(), "550 5.1.1 no such mailbox"
    mail.reason = MailReason.REFUSED
    for outcome, answer in (
        (TryOutcome.INTERRUPTED, ""),
        (TryOutcome.REFUSED, "550 5.1.1 no such mailbox"),
        (None, ""),
    ):
        db.session.add(MailTry(mail_id=ids[0], started_at=now(), outcome=outcome, answer=answer))
    db.session.commit()
    page = office.get(f"{OUTBOX}/{ids[0]}").text
    assert "The mail server refused it for good." in page
    words = html.document_fromstring(page).xpath("//details/p/text()")
    assert words == ["550 5.1.1 no such mailbox"] * 2, "the server's words are there for who asks"
    assert "same Message-ID" in page
    assert "It is with the server now." in page
    log = office.get(f"{LOG}?state=failed").text
    assert "The mail server refused it for good." in log
    assert "550" not in log
    assert "1 mail was not delivered" in office.get("/desk/cam-2026").text
    answer = post_form(office, f"{DECIDE}?act=retry&all=1&up_to={ids[-1]}&session=cam-2026", action=DECIDE)
    assert "1 mail is tried again" in office.get(answer.location).text
    assert states() == [MailState.APPROVED, MailState.HELD, MailState.HELD]


def test_a_mail_with_an_account_link_is_read_but_its_link_is_its_recipients_alone(office, personas, sent_mails):
    mail = queue_mail("people/sign_in", personas.administrator)
    [letter] = sent_mails()
    token = re.search(r"/sign-in/link/(\S+)", letter.get_content())[1]
    page = office.get(f"{OUTBOX}/{mail.id}").text
    assert "{expires}, {link}: filled in when the mail leaves" in page
    assert token not in page


def test_what_plenaria_cancelled_says_why(office, ids, personas):
    cancel_mails(ids[:1], by=SYSTEM)
    cancel_mails(ids[1:2], by=personas.administrator)
    assert "Plenaria cancelled this mail" in office.get(f"{OUTBOX}/{ids[0]}").text
    assert "Cancelled by Administrator" in office.get(f"{OUTBOX}/{ids[1]}").text


def test_an_empty_outbox_and_log_say_so(office, app):
    assert "No mail waits for approval" in office.get(OUTBOX).text
    assert "No mail was written yet" in office.get(LOG).text
    assert "No mail matches" in office.get(f"{OUTBOX}?person=x").text
    assert "No mail matches" in office.get(f"{LOG}?person=x").text


def test_a_text_is_previewed_saved_and_restored(office, ids):
    page = office.get(TEXT).text
    assert "{party}" in page
    assert "Republic of Example" in page
    answer = post_form(office, TEXT, {"body-en": "Hello {name}.", "action": "preview"})
    assert answer.status_code == 200
    assert "Hello Ana Pérez." in answer.text
    assert "Nothing is saved yet" in answer.text
    assert db.session.scalars(sa.select(MailText)).all() == []
    answer = post_form(office, TEXT, {"body-en": "Hello {name}.", "action": "save"})
    assert "3 mails that wait were filled in anew." in office.get(answer.location).text
    assert "Own text" in office.get("/desk/mail/texts/cam").text
    assert "Hello Ana." in office.get(f"{OUTBOX}/{ids[0]}").text
    assert "Hello {name}." in office.get(TEXT).text
    answer = post_form(office, TEXT, {"body-en": "Again", "version": "0", "action": "save"})
    assert answer.status_code == 409
    assert "Again" in answer.text
    post_form(office, TEXT, {"action": "restore"})
    assert db.session.scalars(sa.select(MailText)).all() == []
    assert "Dear Ana," in office.get(f"{OUTBOX}/{ids[0]}").text


@pytest.mark.parametrize("action", ["save", "preview"])
def test_an_unknown_placeholder_is_refused_by_its_name_and_the_text_kept(office, action):
    answer = post_form(office, TEXT, {"body-es": "Hola {nombre}", "action": action})
    assert answer.status_code == 422
    assert "Español: there is no placeholder {nombre}" in answer.text
    assert "Hola {nombre}" in answer.text


@pytest.mark.parametrize("path", ["/desk/mail/texts/none", "/desk/mail/texts/cam/no/thing", "/desk/mail/999999"])
def test_what_is_not_there_is_not_found(office, path):
    assert office.get(path).status_code == 404


def test_another_who_reads_in_spanish_sees_the_text_of_the_mail_in_its_own_language(client, ids):
    from app.people.enums import Standing

    sign_in(client, make_user("Jefa", standing=Standing.SECRETARIAT, language="es"))
    page = html.document_fromstring(client.get(f"{OUTBOX}/{ids[0]}").text)
    assert page.xpath("//div[@class='letter']/@lang") == ["en"]


def test_how_far_the_sending_is_can_be_followed(office, ids, sent_mails):
    assert "hx-get" not in office.get(OUTBOX).text
    approve_mails(ids[:2], by=SYSTEM)
    mail = db.session.get_one(Mail, ids[1])
    mail.state, mail.sent_at = MailState.SENT, now()
    db.session.commit()
    for page in (f"{OUTBOX}?session=cam-2026", LOG):
        text = office.get(page).text
        assert "1 of 2 mails that were approved have left" in text
        (followed,) = html.document_fromstring(text).xpath("//@hx-get")
        assert followed.startswith(page), "as it was filtered"
        assert office.get(followed, headers={"HX-Request": "true"}).status_code == 200
    part = office.get(OUTBOX, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'value="1"' in part
    sent_mails()
    part = office.get(OUTBOX, headers={"HX-Request": "true"}).text
    assert "Nothing leaves any more." in part
    assert "hx-get" not in part
    (again,) = html.fragment_fromstring(part).xpath(".//p/a[contains(., 'again')]/@href")
    assert office.get(again).status_code == 200


def test_the_desk_says_when_mail_does_not_leave(office, ids):
    approve_mails(ids, by=SYSTEM)
    assert "Mail does not leave" not in office.get("/desk").text
    db.session.add(MailTry(mail_id=ids[0], started_at=now(), outcome=TryOutcome.PUT_OFF, answer="OSError"))
    db.session.get_one(Mail, ids[1]).decided_at = now() - timedelta(hours=1)
    db.session.commit()
    assert "2 mails that were approved could not leave" in office.get("/desk").text
    log = office.get(f"{LOG}?state=approved").text
    assert log.count("Approved, could not leave yet: it is tried again") == 1
    assert "could not leave yet" in office.get(f"{OUTBOX}/{ids[0]}").text


def test_a_refused_mail_is_told_in_words_on_the_page_of_jobs(office, ids, sent_mails, monkeypatch):
    def refuse(*_args) -> None:
        raise Refused("550 no such mailbox")

    approve_mails(ids[:1], by=SYSTEM)
    monkeypatch.setattr(FolderTransport, "send", refuse)
    sent_mails()
    page = office.get("/jobs?state=failed").text
    assert "The mail server refused it for good." in page
    assert "no words for" not in page
    db.session.expire_all()
    assert db.session.get_one(Mail, ids[0]).error == "550 no such mailbox"
    assert refused_addresses(["ana@example.org", "luis@example.org"]) == {"ana@example.org"}


def test_times_of_no_session_are_those_of_the_office(office, app, monkeypatch):
    monkeypatch.setitem(app.config, "ZONE", "Asia/Tokyo")
    mail = queue_mail("people/sign_in", db.session.scalars(sa.select(User)).first())
    mail.created_at = datetime(2026, 5, 4, 20, tzinfo=UTC)
    db.session.commit()
    assert "5 May 2026" in office.get(f"{OUTBOX}/{mail.id}").text
    assert "5 May 2026" in office.get(LOG).text
