import pytest
import sqlalchemy as sa
from lxml import html

from app.audit.models import AuditEvent
from app.core.db import db
from app.core.languages import COOKIE
from app.people.enums import LinkPurpose
from app.people.models import CalendarFeed
from app.people.passwords import hash_password, matches
from tests.client import post_form, sign_in
from tests.people.test_sign_in import PASSWORD, later, send_and_get_path, signed_in_as
from tests.personas import make_user

NEW = "five other words in another row"


@pytest.fixture
def person(app):
    user = make_user("Ana Pérez", email="ana@example.org", password_hash=hash_password(PASSWORD))
    db.session.commit()
    return user


@pytest.fixture
def browser(client, person):
    return sign_in(client, person)


def last_event() -> AuditEvent:
    return db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc())).first()


def test_the_account_page_is_for_people_with_an_account(client):
    assert client.get("/account").location == "/sign-in?next=/account"


def test_changes_name_and_language(browser, person):
    browser.set_cookie(COOKIE, "en")
    answer = post_form(browser, "/account", {"name": "Ana  María ", "language": "fr"})
    assert answer.location == "/account"
    db.session.refresh(person)
    assert (person.name, person.language) == ("Ana María", "fr")
    event = last_event()
    assert event.action == "change_account"
    assert event.changes == {"name": [], "language": ["en", "fr"]}  # that a name changed, not the name
    page = browser.get("/account").text
    assert '<html lang="fr"' in page  # the account's language takes over from the browser's earlier choice
    assert "Ana María" in page


@pytest.mark.parametrize(
    ("values", "message"),
    [({"name": ""}, "Write a name."), ({"name": "a" * 201}, "at most 200"), ({"language": "de"}, "Not a valid choice")],
)
def test_refuses_a_wrong_name_or_language_and_keeps_what_was_written(browser, person, values, message):
    answer = post_form(browser, "/account", values)
    assert answer.status_code == 422
    assert message in answer.text
    db.session.refresh(person)
    assert (person.name, person.language) == ("Ana Pérez", "en")


def test_a_stale_form_overwrites_nothing(browser, person):
    page = browser.get("/account")
    post_form(browser, "/account", {"name": "From the other tab"})
    [form] = [form for form in html.document_fromstring(page.text).forms if form.action == "/account"]
    answer = browser.post("/account", data={**dict(form.form_values()), "name": "From this tab"})
    assert answer.status_code == 409
    assert "Somebody saved this in the meantime" in answer.text
    assert "From this tab" in answer.text
    db.session.refresh(person)
    assert person.name == "From the other tab"


def change(browser, **values):
    fields = {"current": PASSWORD, "password": NEW, "password_again": NEW, **values}
    return post_form(browser, "/account", fields, action="/account/password")


def test_changing_the_password_signs_other_browsers_out(app, browser, person):
    other = sign_in(app.test_client(), person)
    assert other.get("/account").status_code == 200
    assert change(browser).location == "/account"
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    db.session.refresh(person)
    assert matches(NEW, person.password_hash)
    assert last_event().changes == {"password_hash": [], "sign_in_key": []}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"current": "not my password"}, "not your current password"),
        ({"current": ""}, "not your current password"),
        ({"password": "short", "password_again": "short"}, "at least 12"),
        ({"password_again": "something else"}, "not the same"),
    ],
)
def test_refuses_a_wrong_change_of_password(browser, person, values, message):
    answer = change(browser, **values)
    assert answer.status_code == 422
    assert message in answer.text
    assert NEW not in answer.text
    db.session.refresh(person)
    assert matches(PASSWORD, person.password_hash)


def test_who_came_by_a_mailed_link_needs_no_current_password_for_an_hour(client, person):
    post_form(client, send_and_get_path(person, LinkPurpose.SIGN_IN))
    assert 'name="current"' not in client.get("/account").text
    fields = {"password": NEW, "password_again": NEW}
    assert post_form(client, "/account", fields, action="/account/password").status_code == 303
    db.session.refresh(person)
    assert matches(NEW, person.password_hash)


def test_a_link_used_long_ago_does_not_replace_the_password(client, person):
    post_form(client, send_and_get_path(person, LinkPurpose.SIGN_IN))
    with later(hours=2):
        assert 'name="current"' in client.get("/account").text


def test_signs_out_everywhere(app, browser, person):
    other = sign_in(app.test_client(), person)
    answer = post_form(browser, "/account", action="/account/sign-out-everywhere")
    assert answer.location == "/sign-in"
    assert "You are signed out everywhere." in browser.get("/sign-in").text
    assert signed_in_as(browser) is None
    assert other.get("/account").status_code == 302
    assert last_event().changes == {"sign_in_key": []}


def test_a_copied_cookie_is_worthless_after_signing_out_everywhere(app, browser, person):
    value = person.get_id()
    post_form(browser, "/account", action="/account/sign-out-everywhere")
    thief = app.test_client()
    with thief.session_transaction() as session:
        session["_user_id"] = value
    assert thief.get("/account").status_code == 302


def test_a_form_sent_after_the_session_ended_is_refused_and_changes_nothing(browser, person):
    page = browser.get("/account")
    sign_in(browser, None)
    answer = browser.post("/account", data={"name": "Too late", "language": "en", "version": "1"})
    assert page.status_code == 200
    assert answer.status_code == 403
    db.session.refresh(person)
    assert person.name == "Ana Pérez"


def test_a_calendar_address_is_shown_once_made_anew_and_revoked(browser, person):
    def addresses() -> list[str]:
        return html.document_fromstring(browser.get("/account").text).xpath("//code/text()")

    assert post_form(browser, "/account", action="/account/calendar").location == "/account#calendar"
    (first,) = addresses()
    assert addresses() == []
    path = "/" + first.split("/", 3)[3]
    assert browser.get(path).content_type == "text/calendar; charset=utf-8"
    kept = db.session.scalars(sa.select(CalendarFeed.token_hash)).one()
    assert kept not in first
    post_form(browser, "/account", action="/account/calendar")
    (second,) = addresses()
    assert second != first
    assert browser.get(path).status_code == 404
    post_form(browser, "/account", action="/account/calendar/revoke")
    assert "The address of your calendar no longer works." in browser.get("/account").text
    assert browser.get("/" + second.split("/", 3)[3]).status_code == 404
    assert last_event().action == "revoke_calendar_feed"
    assert kept not in str(last_event().changes)
