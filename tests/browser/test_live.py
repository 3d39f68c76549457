"""Live parts of a page in a real browser: they change by themselves, through a lost line and a lost right."""

import threading
from dataclasses import dataclass

import pytest
from flask import render_template_string
from werkzeug.serving import make_server

from app.core.db import db
from app.core.policies import public
from app.live import hub
from tests.browser.people import Person
from tests.browser.site import Site
from tests.conftest import settings_for
from tests.factories.practices import make_open_meeting
from tests.live import streams
from tests.live.conftest import Running
from tests.processes import free_port

PAGE = """
{% extends "layouts/base.html" %}
{% from "components/live.html" import live_part, live_script, live_state %}
{% block title %}Live{% endblock %}
{% block head %}{{ live_script() }}{% endblock %}
{% block main %}<h1>Live</h1>{{ live_state() }}{{ live_part("test.buttons", slug) }}{% endblock %}
"""


@dataclass
class Stage:
    """A site with one live page, its live process, and the session that the page shows."""

    site: Site
    live: Running
    meeting: object
    path: str = "/test-live"

    def change(self, title: str) -> None:
        streams.retitle(self.meeting, title)
        db.session.commit()


@pytest.fixture
def stage(database_url, tmp_path, monkeypatch):
    from app import create_app

    monkeypatch.setattr(hub, "GUARD", 0.1)
    app = create_app(settings_for(database_url, tmp_path))
    streams.register()

    @streams.stream("test.buttons", load=streams.meeting_visible_to, topic=streams.topic)
    def render(what: str, audience: str) -> str:
        title = "<p>{{ title|loc }}</p><button id='give' type='button'>Give the floor</button>"
        return render_template_string(
            title + "<input id='note' aria-label='Note'>", title=streams.meeting_of(what).title
        )

    live = Running(app)
    app.config["LIVE_PORT"] = str(live.port)
    port = free_port()
    app.config["PORT"] = str(port)
    with app.app_context():
        meeting = make_open_meeting()
        streams.retitle(meeting, "First")
        db.session.commit()

        @app.get("/test-live")
        @public()
        def page() -> str:
            return render_template_string(PAGE, slug=meeting.slug)

        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        live.start()
        yield Stage(Site(f"http://127.0.0.1:{port}"), live, meeting)
        if live.thread.is_alive():
            live.stop()
        server.shutdown()
        thread.join()
        server.server_close()
        db.session.close()
        db.engine.dispose()
    streams.unregister()


@pytest.fixture
def viewer(browser, stage):
    """A person who looks at the page; what the browser says of a line that is lost or refused is no fault."""
    viewer = Person(browser, stage.site)
    viewer.go(stage.path)
    yield viewer
    viewer.close()
    assert [fault for fault in viewer.faults if "net::ERR_" not in fault and "/live/stream" not in fault] == []


def test_a_part_changes_and_leaves_focus_and_what_is_being_typed(stage, viewer):
    page = viewer.page
    page.wait_for_function("document.querySelector('[data-live]')")
    page.locator("#note").fill("hand up at the back")
    page.locator("#give").focus()
    stage.change("Second")
    page.get_by_text("Second (en)").wait_for()
    assert page.evaluate("document.activeElement.id") == "give"
    page.locator("#note").focus()
    stage.change("Third")
    page.get_by_text("Third (en)").wait_for()
    assert page.locator("#note").input_value() == "hand up at the back"
    assert page.locator("[data-live-stream]").inner_text() == ""


def test_without_a_line_the_page_asks_itself_and_says_nothing_old(stage, viewer):
    page = viewer.page
    stage.live.stop()
    stage.change("Asked for")
    page.get_by_text("Asked for (en)").wait_for()
    stage.live.start()
    stage.change("Told again")
    page.get_by_text("Told again (en)").wait_for()


def test_what_one_may_no_longer_see_goes_from_the_screen(stage, viewer):
    from app.audit.operations import record
    from app.core.actors import SYSTEM
    from app.meetings.enums import Stage as MeetingStage

    stage.meeting.stage = MeetingStage.PREPARING
    record("move_to_stage", stage.meeting, by=SYSTEM)
    db.session.commit()
    viewer.page.get_by_text("You no longer have access").wait_for()
    assert viewer.page.get_by_text("First").count() == 0


def test_without_javascript_a_reload_shows_the_same(stage, browser):
    viewer = Person(browser, stage.site, java_script_enabled=False)
    viewer.go(stage.path)
    assert "does not change by itself" in viewer.page.locator("noscript").inner_text()
    stage.change("Second")
    viewer.go(stage.path)
    assert viewer.page.get_by_text("Second (en)").count() == 1
    viewer.close()
    assert viewer.faults == []
