import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core import clock
from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.pages import our_page
from app.jobs.models import Job
from app.mail.models import Mail
from app.people.enums import LinkPurpose, Standing
from app.people.links import make_link
from app.people.models import AccountLink, SignInAttempt, User
from app.people.operations import close_account, invite_account, send_account_link
from app.people.passwords import hash_password
from app.people.queries import account_for_session
from app.people.throttle import LIMITS, WINDOW
from tests.client import post_form, sign_in
from tests.personas import make_user
from tests.statements import count_statements

PASSWORD = "four words in a row"


@pytest.fixture
def person(app):
    user = make_user("Ana Pérez", party_code="PE", email="ana@example.org", password_hash=hash_password(PASSWORD))
    db.session.commit()
    return user


def link_in(message) -> str:
    return re.search(r"http://localhost(/(?:set-up|sign-in/link)/\S+)", message.get_content()).group(1)


def later(**delta):
    """The clock stands at a moment after now."""
    return standing_at(clock.now() + timedelta(**delta))


def signed_in_as(client) -> str | None:
    with client.session_transaction() as session:
        return session.get("_user_id")


def test_signs_in_with_the_password_and_goes_where_one_wanted_to(client, person):
    answer = post_form(client, "/sign-in?next=/account", {"email": " ANA@example.org ", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert client.get("/account").status_code == 200
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.actor_id, event.changes) == ("sign_in", person.id, {"how": "password"})


def test_a_signed_in_person_is_not_asked_again(client, person):
    sign_in(client, person)
    assert client.get("/sign-in").location == "/desk"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "http:evil",
        "",
        "\\\\evil",
    ],
)
def test_next_leads_to_our_own_pages_only(client, person, target):
    assert our_page(target) is None
    page = client.get("/sign-in", query_string={"next": target})
    assert "evil" not in re.search(r'<input[^>]*name="next"[^>]*>', page.text).group(0)
    answer = post_form(client, "/sign-in", {"email": person.email, "password": PASSWORD, "next": target})
    assert answer.location == "/desk"


def test_every_refusal_reads_and_counts_the_same(client, person):
    closed = make_user("Closed", password_hash=hash_password(PASSWORD))
    close_account(closed, by=SYSTEM)
    invited = make_user("Invited", set_up_at=None, password_hash=hash_password(PASSWORD))
    pages = set()
    for email in ("nobody@example.org", person.email, closed.email, invited.email):
        password = "another password" if email == person.email else PASSWORD
        answer = post_form(client, "/sign-in", {"email": email, "password": password})
        assert answer.status_code == 422
        assert signed_in_as(client) is None
        page = answer.text.replace(email, "").replace(password, "")
        pages.add(re.sub(r'name="csrf_token" value="[^"]*"', "", page))
    assert len(pages) == 1
    assert "The e-mail address or the password is not right." in pages.pop()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 8


def test_a_password_is_compared_even_where_there_is_no_account(client, person, monkeypatch):
    compared = []
    from app.people import operations

    real = operations.matches
    monkeypatch.setattr(operations, "matches", lambda *given: compared.append(given) or real(*given))
    post_form(client, "/sign-in", {"email": "nobody@example.org", "password": PASSWORD})
    assert compared == [(PASSWORD, None)]


def test_the_address_stays_in_the_form_and_the_password_does_not(client, person):
    answer = post_form(client, "/sign-in", {"email": "ana@example.org", "password": "not the password"})
    assert 'value="ana@example.org"' in answer.text
    assert "not the password" not in answer.text


def test_too_many_tries_at_one_account_are_refused_for_a_while(client, person):
    most = LIMITS["password"][0]
    for _ in range(most):
        assert post_form(client, "/sign-in", {"email": person.email, "password": "x" * 12}).status_code == 422
    answer = post_form(client, "/sign-in", {"email": person.email.upper(), "password": PASSWORD})
    assert answer.status_code == 429
    assert "too many tries" in answer.text
    assert signed_in_as(client) is None
    with later(seconds=WINDOW.total_seconds() + 1):
        assert post_form(client, "/sign-in", {"email": person.email, "password": PASSWORD}).status_code == 303


def test_an_unknown_account_is_throttled_like_a_known_one(client, app):
    for _ in range(LIMITS["password"][0]):
        post_form(client, "/sign-in", {"email": "nobody@example.org", "password": "x"})
    assert post_form(client, "/sign-in", {"email": "nobody@example.org", "password": "x"}).status_code == 429


def test_too_many_tries_from_one_client_are_refused_whatever_the_account(client, person, monkeypatch):
    monkeypatch.setitem(LIMITS, "password", (10, 3))
    for number in range(3):
        post_form(client, "/sign-in", {"email": f"{number}@example.org", "password": "x"})
    answer = post_form(client, "/sign-in", {"email": person.email, "password": PASSWORD})
    assert answer.status_code == 429
    elsewhere = client.get("/sign-in", environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    assert elsewhere.status_code == 200
    assert post_form_from(client, "198.51.100.7", person).status_code == 303


def post_form_from(client, address, person):
    client.environ_base["REMOTE_ADDR"] = address
    return post_form(client, "/sign-in", {"email": person.email, "password": PASSWORD})


def test_success_forgives_the_tries_before_it(client, person):
    for _ in range(3):
        post_form(client, "/sign-in", {"email": person.email, "password": "wrong, wrong"})
    post_form(client, "/sign-in", {"email": person.email, "password": PASSWORD})
    # The three failures of the client's address stay; those of the account are forgotten.
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 3


def test_old_attempts_are_not_kept(client, person):
    post_form(client, "/sign-in", {"email": "old@example.org", "password": "x"})
    with later(days=2):
        post_form(client, "/sign-in", {"email": "new@example.org", "password": "x"})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 2


def test_neither_the_account_nor_the_address_stands_in_the_attempts(client, person):
    post_form(client, "/sign-in", {"email": person.email, "password": "x"})
    for attempt in db.session.scalars(sa.select(SignInAttempt)):
        assert re.fullmatch("[0-9a-f]{64}", attempt.subject_hash)


def test_a_mailed_link_signs_in_once(client, person, sent_mails):
    answer = post_form(client, "/sign-in/link", {"email": "Ana@Example.org"})
    assert answer.location == "/sign-in/link/mailed"
    assert client.get(answer.location).status_code == 200
    [mail] = sent_mails()
    assert mail["To"] == "ana@example.org"
    link = link_in(mail)
    assert client.get(link).status_code == 200  # a mail program that looks at it does not use it up
    assert signed_in_as(client) is None
    assert post_form(client, link).location == "/desk"
    assert signed_in_as(client) == person.get_id()
    sign_in(client, None)
    again = client.get(link)
    assert again.status_code == 410
    assert "This link no longer works" in again.text
    assert 'name="email"' in again.text


def test_a_link_that_was_opened_twice_signs_in_once(app, client, person):
    link = send_and_get_path(person, LinkPurpose.SIGN_IN)
    other = app.test_client()
    first, second = client.get(link), other.get(link)
    assert first.status_code == second.status_code == 200
    assert post_token(client, link, first).status_code == 303
    assert post_token(other, link, second).status_code == 410
    assert signed_in_as(other) is None


def send_and_get_path(user, purpose) -> str:
    """Have the account mailed a link, as when the mail leaves."""
    send_account_link(user, purpose, by=SYSTEM)
    db.session.flush()
    url = make_link(db.session.scalars(sa.select(sa.func.max(Mail.id))).one())["link"]
    db.session.commit()
    return url.removeprefix("http://localhost")


def post_token(client, path, page, **values):
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    return client.post(path, data={"csrf_token": token, **values})


def test_the_answer_is_the_same_for_an_address_without_account(client, person, sent_mails):
    known = post_form(client, "/sign-in/link", {"email": person.email})
    with count_statements() as for_nobody:
        unknown = post_form(client, "/sign-in/link", {"email": "nobody@example.org"})
    with count_statements() as for_somebody:
        post_form(client, "/sign-in/link", {"email": "ana@example.org"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert for_nobody.number == for_somebody.number
    assert len(sent_mails()) == 2
    assert not [job for job in db.session.scalars(sa.select(Job)) if "nobody" in str(job.payload)]


def test_too_many_mails_are_refused(client, person, sent_mails):
    for _ in range(LIMITS["mail"][0]):
        assert post_form(client, "/sign-in/link", {"email": person.email}).status_code == 303
    answer = post_form(client, "/sign-in/link", {"email": person.email})
    assert answer.status_code == 429
    assert 'value="ana@example.org"' in answer.text


def test_a_newer_link_replaces_the_one_before(client, person):
    first = send_and_get_path(person, LinkPurpose.SIGN_IN)
    second = send_and_get_path(person, LinkPurpose.SIGN_IN)
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_a_link_expires(client, person):
    link = send_and_get_path(person, LinkPurpose.SIGN_IN)
    with later(minutes=29):
        assert client.get(link).status_code == 200
    with later(minutes=31):
        assert client.get(link).status_code == 410


def test_links_do_not_stand_in_for_one_another(client, person):
    link = send_and_get_path(person, LinkPurpose.SIGN_IN)
    assert client.get(link.replace("/sign-in/link/", "/set-up/")).status_code == 410


def test_a_closed_account_gets_no_link_and_its_links_die(client, person, sent_mails):
    link = send_and_get_path(person, LinkPurpose.SIGN_IN)
    before = len(sent_mails())
    close_account(person, by=SYSTEM)
    assert client.get(link).status_code == 410
    post_form(client, "/sign-in/link", {"email": person.email})
    assert len(sent_mails()) == before


def test_only_the_hash_of_a_token_is_kept(client, person, sent_mails):
    post_form(client, "/sign-in/link", {"email": person.email})
    [mail] = sent_mails()
    token = link_in(mail).rsplit("/", 1)[1]
    link = db.session.scalars(sa.select(AccountLink)).one()
    assert token not in link.token_hash
    for table in ("mails", "audit_events", "jobs"):
        for row in db.session.execute(sa.text(f"SELECT * FROM {table}")):
            assert token not in str(row)


@pytest.fixture
def invited(app):
    user = invite_account(
        email="New.Person@example.org",
        name="New Person",
        standing=Standing.MEMBER,
        party=None,
        language="es",
        by=SYSTEM,
    )
    db.session.commit()
    return user


def test_an_invited_person_sets_the_account_up(client, invited, sent_mails):
    [mail] = sent_mails()
    link = link_in(mail)
    page = client.get(link)
    assert "New Person" in page.text
    answer = post_form(
        client, link, {"name": "Nueva Persona", "language": "pt", "password": PASSWORD, "password_again": PASSWORD}
    )
    assert answer.location == "/desk"
    db.session.refresh(invited)
    assert (invited.name, invited.language, invited.is_active) == ("Nueva Persona", "pt", True)
    assert invited.email == "new.person@example.org"
    assert 'lang="pt"' in client.get("/account").text
    assert client.get(link).status_code == 410
    sign_in(client, None)
    assert post_form(client, "/sign-in", {"email": "new.person@example.org", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"password": "short", "password_again": "short"}, "at least 12 characters"),
        ({"password": "a" * 201, "password_again": "a" * 201}, "200 characters"),
        ({"password": "aaaaaaaaaaaaaaaa", "password_again": "aaaaaaaaaaaaaaaa"}, "too easy to guess"),
        ({"password": "new.person@example", "password_again": "new.person@example"}, "too easy to guess"),
        ({"password": PASSWORD, "password_again": PASSWORD + "!"}, "not the same"),
        ({"password": PASSWORD, "password_again": PASSWORD, "name": " "}, "Write a name."),
        ({"password": PASSWORD, "password_again": PASSWORD, "name": "a" * 201}, "at most 200 characters"),
        ({"password": PASSWORD, "password_again": PASSWORD, "language": "xx"}, "Not a valid choice"),
    ],
)
def test_what_an_account_cannot_be_set_up_with(client, invited, sent_mails, values, message):
    link = link_in(sent_mails()[0])
    answer = post_form(client, link, values)
    assert answer.status_code == 422
    assert message in answer.text
    db.session.refresh(invited)
    assert invited.set_up_at is None
    assert client.get(link).status_code == 200  # the link is not used up by a mistake


def test_a_dead_set_up_link_offers_a_new_one(client, invited, sent_mails):
    link = link_in(sent_mails()[0])
    with later(days=15):
        page = client.get(link)
        assert page.status_code == 410
        assert post_token(client, link, page, name="x").status_code == 410
    # The page's form asks for a new one: as the account is not set up, it is a set-up link again.
    assert post_token(client, "/sign-in/link", page, email=invited.email).status_code == 303
    assert client.get(link_in(sent_mails()[-1])).status_code == 200


def test_signing_out_ends_the_session(client, person):
    sign_in(client, person)
    answer = post_form(client, "/account", action="/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"storage"', "the next person finds no text that pages kept"
    assert (answer.status_code, answer.location) == (303, "/")
    assert signed_in_as(client) is None
    assert client.get("/account").location == "/sign-in?next=/account"


def test_a_form_without_token_is_refused(client, person):
    answer = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 400
    assert signed_in_as(client) is None


@pytest.mark.parametrize("value", ["", "x", "1", "1:", "0:key", ":", "²:x", "9" * 40 + ":x"])
def test_a_made_up_session_is_nobodys(app, value):
    assert account_for_session(value) is None


def test_a_session_finds_what_its_party_may_read_once_and_when_it_is_asked(app, person):
    value = person.get_id()
    db.session.commit()
    with app.app_context(), count_statements() as counted:
        user = account_for_session(value)
        assert counted.number == 1
        assert user.member_of
        assert user.member_of
    assert counted.number == 2


@pytest.mark.parametrize("code", ["en", "es", "fr", "pt"])
def test_the_language_is_kept_for_the_browser(client, code):
    answer = client.get(f"/language/{code}?next=/sign-in")
    assert answer.location == "/sign-in"
    assert f'<html lang="{code}"' in client.get("/sign-in").text


def test_an_unknown_language_is_not_found_and_no_link_leads_away(client):
    assert client.get("/language/xx").status_code == 404
    assert client.get("/language/es?next=//evil.example").location == "/"


def test_a_demonstration_mark_is_off_by_default(app, person):
    assert not person.demonstration
    assert isinstance(person, User)
