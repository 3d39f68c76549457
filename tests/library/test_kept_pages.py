"""What a worker keeps: whole pages for visitors until something is done, and what is made of frozen texts."""

from datetime import timedelta

import pytest
import time_machine
from flask import session

from app.audit import kept_pages
from app.audit.operations import record
from app.core.actors import SYSTEM
from app.core.db import db
from app.library import frozen as frozen_store
from app.library.frozen import frozen, frozen_all
from app.meetings.enums import Stage
from tests.client import sign_in
from tests.factories.library import publish_practice
from tests.factories.summaries import NOON, make_meeting
from tests.statements import count_statements


@pytest.fixture
def keeping(app):
    app.config["CACHE_PAGES"] = True
    make_meeting(stage=Stage.PUBLISHED)
    db.session.commit()
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def statements(client, path: str, **more) -> int:
    with count_statements() as counted:
        assert client.get(path, **more).status_code == 200
    return counted.number


def test_the_second_visitor_costs_one_statement(client, keeping):
    assert statements(client, "/sessions/cam-2026") > 5
    assert statements(client, "/sessions/cam-2026") == 1
    first, second = (client.get("/practices") for _ in range(2))
    assert first.data == second.data
    assert second.headers["Cache-Control"] == "private, no-cache"
    assert "Accept-Language" in second.headers["Vary"]


def test_anything_done_makes_the_page_again(client, app, keeping):
    meeting = make_meeting("2027", stage=Stage.CALL_OPEN)
    db.session.commit()
    assert "cam-2027" in client.get("/sessions").text
    meeting.stage = Stage.PREPARING
    record("move_stage", meeting, by=SYSTEM, meeting_id=meeting.id)
    db.session.commit()
    assert "cam-2027" not in client.get("/sessions").text


def test_a_deadline_passes_within_the_minute(client, keeping):
    client.get("/")
    keeping.shift(timedelta(seconds=59))
    assert statements(client, "/") == 1
    keeping.shift(timedelta(seconds=1))
    assert statements(client, "/") > 1


def test_each_language_and_each_address_has_its_own(client, keeping):
    client.get("/sessions", headers={"Accept-Language": "en"})
    assert statements(client, "/sessions", headers={"Accept-Language": "es"}) > 1
    assert statements(client, "/sessions?page=2", headers={"Accept-Language": "en"}) > 1
    assert statements(client, "/sessions", headers={"Accept-Language": "en"}) == 1


def test_nothing_is_kept_for_people_with_an_account(client, keeping, personas):
    sign_in(client, personas.reader)
    first = statements(client, "/sessions")
    assert "Reader" in client.get("/sessions").text
    assert statements(client, "/sessions") == first
    assert "Reader" not in sign_in(client, None).get("/sessions").text


def test_a_waiting_message_is_shown_once(client, keeping):
    client.get("/sessions")
    with client.session_transaction() as browser:
        browser["_flashes"] = [("message", "You have signed out.")]
    assert "You have signed out." in client.get("/sessions").text
    assert "You have signed out." not in client.get("/sessions").text


def test_a_page_that_puts_something_into_the_session_is_not_kept(app, keeping):
    def view() -> str:
        session["csrf_token"] = "secret"
        return "page"

    with app.test_request_context("/form"):
        kept_pages.kept_for_visitors(view)()
    assert app.extensions["kept_pages"] == {}


def test_refusals_are_not_kept(client, app, keeping):
    assert client.get("/practices?theme=XX").status_code == 422
    assert client.get("/sessions/nothing").status_code == 404
    assert app.extensions["kept_pages"] == {}


def test_the_oldest_pages_go_when_they_pass_the_limit(client, app, keeping, monkeypatch):
    size = len(client.get("/sessions?page=1").data)
    monkeypatch.setattr(kept_pages, "MOST_BYTES", int(size * 3.5))
    for number in range(2, 6):
        client.get(f"/sessions?page={number}")
    assert [key[0] for key in app.extensions["kept_pages"]] == [f"/sessions?page={number}" for number in (3, 4, 5)]


def test_pages_of_the_map_are_kept_and_files_are_not(client, app, keeping):
    assert statements(client, "/map/states") > 1
    assert statements(client, "/map/states") == 1
    assert statements(client, "/map/states?format=csv") == statements(client, "/map/states?format=csv") > 1
    assert [key[0] for key in app.extensions["kept_pages"]] == ["/map/states?"]


def test_frozen_things_are_made_once_and_the_oldest_go(app, monkeypatch):
    app.config["CACHE_PAGES"] = True
    monkeypatch.setattr(frozen_store, "MOST_KEPT", 2)
    made = []

    def make(name: str):
        return lambda: made.append(name) or name

    for name in ("a", "a", "b", "a", "c", "a"):
        assert frozen((name,), make(name)) == name
    assert made == ["a", "b", "c", "a"]


def test_only_what_is_missing_is_made(app):
    app.config["CACHE_PAGES"] = True
    frozen_all([("n", 1)], lambda missing: {key: key[1] for key in missing})
    asked = []
    found = frozen_all([("n", 1), ("n", 2)], lambda missing: asked.extend(missing) or {key: key[1] for key in missing})
    assert (found, asked) == ({("n", 1): 1, ("n", 2): 2}, [("n", 2)])


def test_the_register_reads_the_texts_of_versions_once(client, app, personas):
    app.config["CACHE_PAGES"] = True
    publish_practice(make_meeting(stage=Stage.PUBLISHED), "PE")
    sign_in(client, personas.reader)
    first = statements(client, "/practices")
    assert statements(client, "/practices") == first - 1
