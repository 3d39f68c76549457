"""Live parts in pages, and what a page asks for that cannot listen."""

import json
from threading import Thread

import pytest

from app.core.db import db
from app.live import rendering
from app.live.pages import fragment
from app.live.registry import part_for
from app.live.rendering import NotForOne
from app.meetings.models import Meeting
from tests.client import sign_in
from tests.live import streams
from tests.live.streams import retitle

NOW = "/live/now"


def ask(client, *parts, language="en", **headers):
    return client.get(NOW, query_string={"part": parts, "language": language}, headers=headers)


def test_a_page_shows_what_listeners_get(app, meeting, client):
    with app.test_request_context("/", headers={"Accept-Language": "es"}):
        shown = fragment("test.title", meeting.slug)
    answer = ask(client, f"test.title/{meeting.slug}", language="es")
    assert answer.json == [{"part": f"test.title/{meeting.slug}", "html": shown.html}]
    assert answer.get_etag()[0] == shown.mark
    assert shown.html == "<p>Sesiones: First (es)</p>"


def test_what_is_known_is_not_sent_again(meeting, client):
    name = f"test.title/{meeting.slug}"
    first = ask(client, name)
    known = {"If-None-Match": first.headers["ETag"]}
    streams.rendered.clear()
    again = ask(client, name, **known)
    assert (again.status_code, again.data) == (304, b"")
    assert streams.rendered == []
    assert ask(client, name, language="fr", **known).status_code == 200
    retitle(meeting, "Second")
    db.session.commit()
    assert "Second" in ask(client, name, **known).json[0]["html"]


def test_a_state_and_its_number_are_of_one_moment(app, meeting, personas, monkeypatch):
    """Somebody changes it while it is rendered: who then has the number would never be shown the change."""
    numbers_of = rendering.numbers_of

    def changed_meanwhile(topics):
        monkeypatch.setattr(rendering, "numbers_of", numbers_of)
        found = numbers_of(topics)
        other = Thread(target=change)
        other.start()
        other.join()
        return found

    def change():
        with app.app_context():
            retitle(db.session.get(Meeting, meeting_id), "Second")
            db.session.commit()

    part = part_for(personas.anonymous, f"test.title/{meeting.slug}", "en")
    meeting_id = meeting.id
    db.session.commit()
    monkeypatch.setattr(rendering, "numbers_of", changed_meanwhile)
    states = [rendering.shown(app, part)[0] for _ in range(2)]
    assert [(state.number, state.html) for state in states] == [
        (1, "<p>Sessions: First (en)</p>"),
        (2, "<p>Sessions: Second (en)</p>"),
    ]


def test_several_parts_are_asked_for_at_once(meeting, personas, client):
    sign_in(client, personas.delegate_a)
    names = [f"test.title/{meeting.slug}", f"test.own/{meeting.slug}"]
    answer = ask(client, *names)
    assert [one["part"] for one in answer.json] == names
    assert ask(client, *names, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(("who", "code"), [("delegate_a", "PE"), ("delegate_b", "CL")])
def test_each_delegation_gets_its_own_alone(meeting, personas, client, who, code):
    sign_in(client, getattr(personas, who))
    assert f"For {code} alone" in ask(client, f"test.own/{meeting.slug}").json[0]["html"]


@pytest.mark.parametrize(("who", "status"), [("anonymous", 403), ("reader", 403), ("secretariat", 403)])
def test_who_may_not_see_the_page_gets_no_part_of_it(meeting, personas, client, who, status):
    sign_in(client, getattr(personas, who))
    assert ask(client, f"test.own/{meeting.slug}").status_code == status


@pytest.mark.parametrize("name", ["", "test.title", "test.title/none", "none/cam", "test.title/\x00", "/"])
def test_what_does_not_exist_is_not_found(meeting, client, name):
    assert ask(client, name).status_code == (400 if "\x00" in name else 404)


def test_no_parts_and_too_many_are_not_found(meeting, client):
    assert ask(client).status_code == 404
    assert ask(client, *[f"test.title/{meeting.slug}"] * 9).status_code == 404


def test_a_form_in_what_many_get_is_refused(meeting, client):
    with pytest.raises(NotForOne):
        ask(client, f"test.form/{meeting.slug}")


def test_a_fragment_knows_nobody(app, meeting, personas, client, monkeypatch):
    from flask_login import current_user

    from app.live.registry import stream

    @stream("test.who", load=lambda actor, what: actor, topic=lambda actor: "test:who")
    def who(what, audience):
        return f"{current_user.name}!"

    sign_in(client, personas.delegate_a)
    assert json.loads(ask(client, "test.who/me").data) == [{"part": "test.who/me", "html": "!"}]


def test_pages_may_connect_to_the_port_of_the_live_process(app, client):
    app.config["LIVE_PORT"] = "8765"
    policy = client.get("/sign-in").headers["Content-Security-Policy"]
    assert "connect-src 'self' http://localhost:8765;" in policy
    app.config["PROXY_COUNT"] = 1
    assert "connect-src 'self';" in client.get("/sign-in").headers["Content-Security-Policy"]
