"""The floor where a browser keeps nothing for pages, or has no room, on devices whose clocks are wrong: all goes on."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person
from tests.browser.test_axe_of_floor import held
from tests.browser.test_floor import WRONG_CLOCK

BLOCKED = """Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("The operation is insecure.", "SecurityError"); },
});"""
FULL = """Storage.prototype.setItem = () => { throw new DOMException("No room.", "QuotaExceededError"); };"""
KEYS, SOUND = "Keys of this screen, on this device", "Sound when the time is ending and when it is over, on this device"


@pytest.fixture(params=[BLOCKED, FULL], ids=["blocked", "full"])
def arrive(request, person):
    """A person whose browser keeps nothing, whose clock is an hour ahead; its console may say nothing of that."""

    def somebody(email: str) -> Person:
        found = person(email)
        found.context.add_init_script(request.param)
        found.context.add_init_script(WRONG_CLOCK)
        return found

    return somebody


def counts_by_the_server(somebody: Person) -> None:
    """The hour of the room's screen is the server's."""
    wall = somebody.page.locator("[data-wall]")
    zone = wall.get_attribute("data-zone")
    somebody.page.evaluate("document.querySelector('[data-wall]').textContent = ''")  # as it came, it was right
    expect(wall).not_to_be_empty()
    told, at = wall.inner_text(), datetime.now(ZoneInfo(zone))
    assert told in {f"{at - timedelta(minutes=late):%H:%M}" for late in (0, 1)}


def test_the_chair_s_screen_and_the_room_s(arrive):
    chair = arrive("chair@example.org")
    floor = f"{held(chair)}/floor"
    chair.go(f"{floor}/chair")
    for label in (KEYS, SOUND):
        box = chair.page.get_by_label(label)
        before = box.is_checked()
        box.click()
        assert box.is_checked() is not before
    chair.page.get_by_label(KEYS).check()
    wording = chair.page.locator("details[data-remember]").first
    wording.locator("summary").click()
    assert wording.get_attribute("open") is None
    for key, item in (("n", "Item 4"), ("b", "Item 2")):
        chair.page.get_by_text("Item 2" if key == "n" else "Item 4").first.wait_for()
        with chair.page.expect_navigation():
            chair.page.keyboard.press(key)
        chair.page.get_by_text(f"{item} of the order of business").wait_for()
    chair.go(f"{floor}/room")
    counts_by_the_server(chair)


def test_a_delegate_s_phone(arrive):
    delegate = arrive("haiti@example.org")
    floor = f"{held(delegate)}/floor"
    delegate.go(floor)
    delegate.page.locator("#clock-sound").check()
    delegate.page.locator("#clock-sound:checked").wait_for()
    delegate.go(delegate.page.locator(".floor-items .agenda-title a").nth(1).get_attribute("href"))
    delegate.page.locator("#mine details summary").first.click()
    delegate.go(f"{floor}/room")
    counts_by_the_server(delegate)


def test_a_rapporteur_s_notes(arrive):
    rapporteur = arrive("rapporteur@example.org")
    rapporteur.go(f"{held(rapporteur)}/record/now")
    rapporteur.page.locator("[name=points]").press_sequentially("Noted without room")
    rapporteur.page.locator("[data-live^='record.notes']", has_text="Noted without room").wait_for(timeout=20_000)
