import re
import smtplib
import ssl
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import sqlalchemy as sa

import config
from app import create_app
from app.core.clock import now
from app.core.db import db
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.mail.delivery import deliver, note_undelivered
from app.mail.enums import MailReason, MailState, TryOutcome
from app.mail.models import Mail, MailTry
from app.mail.operations import queue_mail, whole_url
from app.mail.transports import transport
from tests.conftest import settings_for
from tests.mail.smtp_server import smtp_server
from tests.personas import make_user

CERTIFICATE = Path(__file__).with_name("server.pem")  # made for these tests, good for nothing else


@pytest.fixture
def person(app):
    return make_user("Zoë Núñez", email="zoe@example.org", language="fr")


@pytest.fixture
def server(app):
    with smtp_server() as inbox:
        use_smtp(app, inbox)
        yield inbox


def use_smtp(app, inbox, **more):
    app.config.update(MAIL_TRANSPORT="smtp", SMTP_HOST="127.0.0.1", SMTP_PORT=inbox.port, **more)


def write(person) -> int:
    mail = queue_mail("people/sign_in", person)
    db.session.commit()
    return mail.id


def the_mail() -> Mail:
    db.session.expire_all()
    return db.session.scalars(sa.select(Mail)).one()


def the_job() -> Job:
    db.session.expire_all()
    return db.session.scalars(sa.select(Job)).one()


def make_due():
    db.session.execute(sa.update(Job).values(run_after=now()))
    db.session.commit()


def test_a_mail_is_written_in_the_recipients_language_and_waits(app, person):
    write(person)
    mail = the_mail()
    assert (mail.state, mail.language) == (MailState.APPROVED, "fr")
    assert (mail.to_address, mail.user_id) == ("zoe@example.org", person.id)
    assert "Zoë Núñez" in mail.body
    assert "{link}" in mail.body
    assert "\n\n\n" not in mail.body
    assert mail.message_id.endswith("@localhost>")
    assert the_job().payload == {"mail_id": mail.id}


def test_a_mail_that_is_rolled_back_never_leaves(app, person, sent_mails):
    db.session.commit()
    queue_mail("people/sign_in", person)
    db.session.rollback()
    assert sent_mails() == []


def test_a_subject_is_one_line(app, person):
    person.name = "Zoë\r\nBcc: everybody@example.org"
    write(person)
    assert "\n" not in the_mail().subject


def test_addresses_are_built_from_the_configured_address_alone(app):
    app.config["BASE_URL"] = "https://plenaria.example.org/app"
    assert whole_url("people.sign_in", next="/desk") == "https://plenaria.example.org/app/sign-in?next=/desk"
    with app.test_request_context(base_url="http://evil.example", headers={"X-Forwarded-Host": "evil.example"}):
        assert whole_url("people.ask_link") == "https://plenaria.example.org/app/sign-in/link"


def test_a_foreign_host_is_refused(client):
    assert client.post("/sign-in", base_url="http://evil.example").status_code == 400


def test_delivers_over_smtp(app, person, server, run_jobs):
    write(person)
    run_jobs()
    [(envelope, _session)] = server.envelopes
    assert envelope.mail_from == "plenaria@example.org"
    assert envelope.rcpt_tos == ["zoe@example.org"]
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert message.get_content_type() == "text/plain"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert "Zoë Núñez" in message.get_content()
    mail = the_mail()
    assert message["Message-ID"] == mail.message_id
    assert (mail.state, mail.reason, mail.error) == (MailState.SENT, None, None)
    assert mail.sent_at is not None


def test_a_delivered_mail_is_not_sent_again(app, person, server, run_jobs):
    mail_id = write(person)
    run_jobs()
    with app.app_context():
        deliver({"mail_id": mail_id})
        note_undelivered({"mail_id": mail_id}, "late news")
        deliver({"mail_id": 999_999})
        note_undelivered({"mail_id": 999_999}, "never was")
    assert len(server.envelopes) == 1
    assert the_mail().state is MailState.SENT


def test_a_recipient_that_the_server_refuses_is_not_tried_again(app, person, server, run_jobs, caplog):
    server.answers["zoe@example.org"] = "550 5.1.1 no such mailbox"
    write(person)
    run_jobs()
    mail = the_mail()
    assert (mail.state, mail.error) == (MailState.FAILED, "550 5.1.1 no such mailbox")
    assert "when the worker stopped" not in caplog.text, "no worker stopped, and it does not go out again"
    assert mail.body
    assert (the_job().state, the_job().attempts) == (JobState.FAILED, 1)


def test_a_recipient_that_is_refused_for_now_gets_the_mail_later(app, person, server, run_jobs):
    server.answers["zoe@example.org"] = "451 4.7.1 greylisted, come back"
    write(person)
    run_jobs()
    assert the_mail().state is MailState.APPROVED
    assert (the_job().state, the_job().attempts) == (JobState.QUEUED, 1)
    assert "greylisted" in the_job().error
    server.answers.clear()
    make_due()
    run_jobs()
    assert the_mail().state is MailState.SENT


def test_an_address_that_fails_keeps_no_other_waiting(app, person, server, run_jobs):
    server.answers["zoe@example.org"] = "550 5.1.1 no such mailbox"
    server.answers["slow@example.org"] = "451 4.7.1 greylisted, come back"
    for recipient in (person, make_user("Slow", email="slow@example.org"), make_user("Last", email="last@example.org")):
        write(recipient)
    run_jobs()
    db.session.expire_all()
    states = db.session.scalars(sa.select(Mail.state).order_by(Mail.id)).all()
    assert states == [MailState.FAILED, MailState.APPROVED, MailState.SENT]


@pytest.mark.parametrize(
    ("answer", "state"), [("554 5.7.1 spam", MailState.FAILED), ("452 4.3.1 disk full", MailState.APPROVED)]
)
def test_a_server_that_refuses_the_text(app, person, server, run_jobs, answer, state):
    server.data_answer = answer
    write(person)
    run_jobs()
    assert the_mail().state is state


def test_a_server_that_was_down_gets_the_mail_when_it_is_up(app, person, run_jobs):
    with smtp_server() as inbox:
        use_smtp(app, inbox)
    write(person)
    run_jobs()
    assert the_mail().state is MailState.APPROVED
    assert "ConnectionRefusedError" in the_job().error
    with smtp_server(port=inbox.port) as inbox:
        make_due()
        run_jobs()
        assert len(inbox.envelopes) == 1
    assert the_mail().state is MailState.SENT


def test_a_server_that_stays_down_is_noted_with_the_mail(app, person, run_jobs):
    with smtp_server() as inbox:
        use_smtp(app, inbox)
    write(person)
    while the_job().state is JobState.QUEUED:
        make_due()
        run_jobs()
    assert the_mail().state is MailState.FAILED
    assert "ConnectionRefusedError" in the_mail().error
    assert the_mail().reason is MailReason.EXHAUSTED


def test_a_mail_that_was_taken_is_sent_however_the_server_says_goodbye(person, server, run_jobs):
    server.quit_answer = "421 Going down"
    write(person)
    run_jobs()
    assert len(server.envelopes) == 1
    assert the_mail().state is MailState.SENT


def test_an_answer_that_is_lost_after_the_text_was_given_is_logged_as_what_it_is(person, server, run_jobs):
    server.hangs_up = True
    write(person)
    run_jobs()
    assert len(server.envelopes) == 1
    assert db.session.scalars(sa.select(MailTry.outcome)).all() == [TryOutcome.UNSURE]
    assert the_mail().state is MailState.APPROVED
    server.hangs_up = False
    make_due()
    run_jobs()
    assert the_mail().state is MailState.SENT
    names = {message_from_bytes(envelope.content)["Message-ID"] for envelope, _ in server.envelopes}
    assert names == {the_mail().message_id}, "the second is the same mail under the same name"


def test_a_domain_in_other_letters_is_written_in_its_ascii_form(person, server, run_jobs):
    person.email = "zoe@añil.example.org"
    write(person)
    run_jobs()
    assert server.envelopes[0][0].rcpt_tos == ["zoe@xn--ail-7ma.example.org"]


@pytest.mark.parametrize("address", ["zoë@example.org", "no address, ñ"])
def test_an_address_that_no_server_takes_is_tried_once(person, server, run_jobs, address):
    person.email = address
    write(person)
    run_jobs()
    assert (the_mail().state, the_mail().reason) == (MailState.FAILED, MailReason.ADDRESS)
    assert (the_job().state, the_job().attempts) == (JobState.FAILED, 1)
    assert server.envelopes == []


def test_encrypts_and_signs_in(app, person, run_jobs, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    with smtp_server(tls_context=context, credentials=("plenaria", "secret")) as inbox:
        use_smtp(app, inbox, SMTP_STARTTLS=True, SMTP_USER="plenaria", SMTP_PASSWORD="wrong")
        write(person)
        run_jobs()
        assert the_mail().state is MailState.APPROVED
        assert "SMTPAuthenticationError" in the_job().error
        app.config["SMTP_PASSWORD"] = "secret"
        make_due()
        run_jobs()
        [(_envelope, session)] = inbox.envelopes
        assert session.ssl is not None
    assert the_mail().state is MailState.SENT


def test_does_not_talk_to_a_server_whose_certificate_it_does_not_trust(app, person, run_jobs):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    with smtp_server(tls_context=context) as inbox:
        use_smtp(app, inbox, SMTP_STARTTLS=True)
        write(person)
        run_jobs()
        assert inbox.envelopes == []
    assert "CERTIFICATE_VERIFY_FAILED" in the_job().error


def test_does_not_send_in_the_clear_where_encryption_is_asked_for(app, person, server, run_jobs):
    app.config["SMTP_STARTTLS"] = True
    write(person)
    run_jobs()
    assert server.envelopes == []
    assert smtplib.SMTPNotSupportedError.__name__ in the_job().error


def test_an_unknown_transport_is_said_so(app):
    app.config["MAIL_TRANSPORT"] = "pigeon"
    with pytest.raises(ValueError, match="pigeon"):
        transport()


def test_the_folder_keeps_one_file_a_mail(app, person, run_jobs):
    write(person)
    run_jobs()
    db.session.execute(sa.update(Mail).values(state=MailState.APPROVED, body="again\n"))
    db.session.execute(sa.update(Job).values(state=JobState.QUEUED))
    db.session.commit()
    run_jobs()
    [path] = app.config["MAIL_DIR"].iterdir()
    assert re.fullmatch(r"\d{8}T\d{6}-[0-9a-f]{12}\.eml", path.name)
    assert b"again" in path.read_bytes()


def test_the_mailbox_lists_and_shows_mails(client, person, run_jobs):
    assert "No mail yet" in client.get("/mailbox").text
    write(person)
    run_jobs()
    page = client.get("/mailbox").text
    assert "zoe@example.org" in page
    url = re.search(r'href="(/mailbox/[^"]+)"', page).group(1)
    shown = client.get(url).text
    assert "Zoë Núñez" in shown
    assert '<a href="http://localhost/sign-in/link/' in shown
    assert client.get("/mailbox?page=999999999999999").status_code == 200


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e%2fsecret_key", "*", "a" * 300])
def test_the_mailbox_shows_nothing_else(client, name):
    assert client.get(f"/mailbox/{name}").status_code == 404


def test_the_mailbox_is_paged(client, app, person, run_jobs):
    for _ in range(51):
        write(person)
    run_jobs()
    assert client.get("/mailbox").text.count("zoe@example.org") == 50
    assert client.get("/mailbox?page=2").text.count("zoe@example.org") == 1


def test_production_has_no_mailbox(database_url, tmp_path):
    settings = settings_for(database_url, tmp_path)
    settings.MAILBOX_PAGE = config.Production.MAILBOX_PAGE
    endpoints = create_app(settings).view_functions
    assert "people.sign_in" in endpoints
    assert not [endpoint for endpoint in endpoints if endpoint.startswith("mail.")]
