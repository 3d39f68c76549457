"""Taking notes by keyboard alone, in a real browser: what is typed is saved without a button."""

import threading

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect
from werkzeug.serving import make_server

from app.core.actors import SYSTEM
from app.core.db import db
from app.floor import operations, speaking
from app.meetings.enums import Stage
from app.meetings.models import AgendaItem
from app.record.models import Note
from tests.browser.axe import AXE, looks
from tests.browser.people import Person
from tests.browser.site import Site
from tests.browser.test_keyboard import press, write
from tests.client import sign_in
from tests.conftest import settings_for
from tests.factories.summaries import make_meeting
from tests.floor.conftest import ask
from tests.personas import find_personas, make_personas
from tests.processes import free_port


@pytest.fixture
def note_taker(browser, database_url, tmp_path):
    """The secretariat at a browser, while Peru has the floor."""
    from app import create_app

    app = create_app(settings_for(database_url, tmp_path))
    port = free_port()
    app.config["PORT"] = str(port)
    with app.app_context():
        make_personas()
        personas = find_personas()
        meeting = make_meeting(stage=Stage.IN_SESSION)
        personas.join(meeting)
        mark = db.session.scalars(sa.select(AgendaItem.mark)).one()
        speaking.give(ask(operations.open_list(meeting, mark, by=SYSTEM), "PE"), by=SYSTEM)
        db.session.commit()
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        client = sign_in(app.test_client(), personas.secretariat)
        db.session.rollback()  # it read the account, and SQLite's lock would be held
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"], domain="localhost")
        somebody = Person(browser, Site(f"http://127.0.0.1:{port}"), bypass_csp=True)
        somebody.context.add_init_script(path=AXE)
        somebody.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": somebody.site.url}])
        yield somebody
        somebody.close()
        server.shutdown()
        thread.join()
        server.server_close()
        db.session.close()
        db.engine.dispose()


def test_a_note_taker_needs_no_mouse_and_no_button(note_taker):
    page = note_taker.page
    note_taker.go("/sessions/cam-2026/record")
    press(page, page.locator("main a[href$='/record/now']"))
    page.wait_for_url("**/record/interventions/*")
    state = page.locator("[data-autosave-state]")
    write(page, "points", "Permits in ten days")
    page.keyboard.press("Enter")
    page.keyboard.type("Local offices help")
    expect(state).to_contain_text("Saved", timeout=20_000)
    with page.expect_response("**/autosave", timeout=20_000):
        write(page, "answer_1", "Trust was the challenge")
    db.session.rollback()
    note = db.session.scalars(sa.select(Note)).one()
    assert note.points == {
        "points": "Permits in ten days\nLocal offices help",
        "answers.1": "Trust was the challenge",
    }
    faults = list(looks(note_taker, "record-noting"))
    press(page, page.locator("main a[href$='/minutes'][href*='/interventions/']"), "Shift+Tab")
    page.wait_for_url("**/minutes")
    faults += looks(note_taker, "minutes-word")
    note_taker.go("/sessions/cam-2026/minutes")
    faults += looks(note_taker, "minutes-written")
    assert faults == []
