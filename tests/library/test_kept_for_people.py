"""The pages that are kept for people who have signed in: for each their own, as long as nothing was done."""

import re
from datetime import timedelta

import pytest
import time_machine

from app.audit.operations import record
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.mail.operations import queue_mail
from app.meetings.emails import invitation
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import AgendaItem
from app.people.enums import Standing
from app.people.models import User
from tests.client import filled, post_form, sign_in
from tests.factories.participants import make_person
from tests.factories.register import issue
from tests.factories.summaries import NOON, make_delegation, make_meeting, publish_agenda
from tests.statements import count_statements

AGENDA, DRAFT = "/sessions/cam-2026/order-of-business", "/sessions/cam-2026/manage/agenda"
REGISTER, PEOPLE = "/sessions/cam-2026/documents", "/sessions/cam-2026/manage/participants"
LIST = "/sessions/cam-2026/participants"
ACCOUNT_AND_STAMP = 2
ANEW = re.compile(rb'name="(csrf_token|form_key)"([^>]*) value="[^"]+"')


@pytest.fixture
def meeting(app, personas):
    """A session with an order of business, documents for some and a person who attends; pages are kept."""
    app.config["CACHE_PAGES"] = True
    with time_machine.travel(NOON, tick=False):
        row = make_meeting(stage=Stage.CALL_OPEN)
        personas.join(row)
        publish_agenda(row)
        issue(row)
        issue(row, distribution=Audience.MEMBER_STATES)
        issue(row, distribution=Audience.RESTRICTED)
        make_person(make_delegation(row, "MX"), "Ana")
        db.session.commit()
        yield row


def statements(client, path: str, **more) -> int:
    with count_statements() as counted:
        assert client.get(path, **more).status_code == 200
    return counted.number


@pytest.mark.parametrize("path", [AGENDA, DRAFT, PEOPLE, LIST])
def test_the_second_time_costs_the_account_and_the_stamp(client, meeting, personas, path):
    sign_in(client, personas.secretariat)
    assert statements(client, path) > ACCOUNT_AND_STAMP
    assert statements(client, path) == ACCOUNT_AND_STAMP


def test_everybody_gets_what_they_get_where_nothing_is_kept(app, client, meeting, personas):
    for _name, person in (*personas.items(), *personas.items()):
        sign_in(client, person)
        for path in (AGENDA, DRAFT, REGISTER, PEOPLE, LIST):
            app.config["CACHE_PAGES"] = False
            fresh = client.get(path)
            app.config["CACHE_PAGES"] = True
            for answer in (client.get(path), client.get(path)):
                assert (answer.status_code, answer.headers.get("Cache-Control")) == (
                    fresh.status_code,
                    fresh.headers.get("Cache-Control"),
                )
                assert ANEW.sub(b"", answer.data) == ANEW.sub(b"", fresh.data)


def test_nobody_gets_the_page_of_another(client, meeting, personas):
    assert "Secretariat" in sign_in(client, personas.secretariat).get(DRAFT).text
    sign_in(client, personas.administrator)
    assert statements(client, DRAFT) > ACCOUNT_AND_STAMP
    page = client.get(DRAFT).text
    assert "Administrator" in page
    assert "Secretariat<" not in page
    assert sign_in(client, personas.delegate_a).get(DRAFT).status_code == 403
    assert sign_in(client, None).get(DRAFT).status_code == 302


def test_whoever_has_other_rights_than_before_asks_as_somebody_else(client, meeting, personas):
    sign_in(client, personas.secretariat)
    assert client.get(DRAFT).status_code == 200
    db.session.get(User, personas.secretariat.id).standing = Standing.MEMBER
    assert client.get(DRAFT).status_code == 403


def test_each_language_has_its_own(client, meeting, personas):
    sign_in(client, personas.secretariat)
    english = client.get(DRAFT).text
    client.set_cookie("plenaria_language", "es")
    assert client.get(DRAFT).text != english
    assert 'lang="es"' in client.get(DRAFT).text


def test_what_is_done_and_the_next_minute_make_the_page_again(client, meeting, personas):
    sign_in(client, personas.secretariat)
    client.get(PEOPLE)
    person = make_person(make_delegation(meeting, "BO"), "Berta")
    assert "Berta" in client.get(PEOPLE).text
    person.name = "Carla"
    record("edit_participant", person, by=SYSTEM, meeting_id=meeting.id)
    assert "Carla" in client.get(PEOPLE).text
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        assert statements(client, PEOPLE) > ACCOUNT_AND_STAMP


def test_a_mail_that_no_event_tells_of_is_counted(client, meeting, personas):
    sign_in(client, personas.secretariat)
    said = invitation(make_delegation(meeting, "BO"), DelegationRole.HEAD)
    client.get(PEOPLE)
    mail = queue_mail("meetings/added", personas.delegate_a, said, meeting_id=meeting.id)
    assert statements(client, PEOPLE) > ACCOUNT_AND_STAMP
    db.session.delete(mail)
    assert statements(client, PEOPLE) > ACCOUNT_AND_STAMP


def test_a_visit_that_no_event_tells_of_changes_the_register(client, meeting, personas):
    sign_in(client, personas.reader)
    assert "From your next visit on" in client.get(REGISTER).text
    assert post_form(client, REGISTER, action=f"{REGISTER}/visit").status_code == 204
    assert "Nothing is new since your last visit" in client.get(REGISTER).text


def test_a_form_of_a_kept_page_has_the_token_of_its_session(client, app, meeting, personas):
    sign_in(client, personas.secretariat).get(DRAFT)
    elsewhere = sign_in(app.test_client(), personas.secretariat)
    assert statements(elsewhere, DRAFT) == ACCOUNT_AND_STAMP
    answer = post_form(elsewhere, DRAFT, {"title-en": "Coffee", "kind": "break", "day": "1", "minutes": "10"})
    assert answer.status_code == 303
    assert "Coffee" in client.get(DRAFT).text


def test_two_kept_pages_register_two_things(client, app, meeting, personas):
    sign_in(client, personas.secretariat).get(DRAFT)
    item = {"kind": "break", "day": "1", "minutes": "10"}
    sent = [filled(client, DRAFT, {**item, "title-en": title}) for title in ("Coffee", "Lunch")]
    assert statements(client, DRAFT) == ACCOUNT_AND_STAMP
    for address, data, _multipart in sent:
        assert client.post(address, data=data).status_code == 303
    titles = {row.title["en"] for row in db.session.query(AgendaItem)}
    assert {"Coffee", "Lunch"} <= titles


def test_a_waiting_message_is_shown_once(client, meeting, personas):
    sign_in(client, personas.secretariat).get(DRAFT)
    with client.session_transaction() as browser:
        browser["_flashes"] = [("message", "The item was deleted.")]
    assert "The item was deleted." in client.get(DRAFT).text
    assert "The item was deleted." not in client.get(DRAFT).text


def test_who_signed_out_everywhere_gets_nothing(client, meeting, personas):
    sign_in(client, personas.secretariat).get(DRAFT)
    db.session.get(User, personas.secretariat.id).sign_in_key = "another"
    assert client.get(DRAFT).status_code == 302


def test_a_kept_page_is_compressed_each_time(client, meeting, personas):
    unchecked = {"Accept-Encoding": "gzip", "HX-Request": "true"}  # the client cannot read what it checks
    for person in (personas.secretariat, None):
        sign_in(client, person)
        pages = [client.get(AGENDA, headers=unchecked) for _ in range(3)]
        assert [page.headers["Content-Encoding"] for page in pages] == ["gzip"] * 3
        assert all(page.data.startswith(b"\x1f\x8b") for page in pages)
