"""The floor, live, on five screens at once: the Chair's, the room's, and the phones of three delegates."""

import time

from playwright.sync_api import expect

from tests.browser import job
from tests.browser.axe import looks
from tests.browser.job import SECRETARIAT
from tests.browser.people import Person

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DELEGATES = {"PE": "peru@example.org", "BR": "brazil@example.org", "HT": "haiti@example.org"}
NEARLY_OVER = 235_000  # ms of five minutes, of which the last is told
WRONG_CLOCK = "{ const now = Date.now; Date.now = () => now() + 3_600_000 }"


def hold_session(secretariat: Person, code: str) -> str:
    """Create a session that is being held, with the three delegations; return the address of its floor."""
    slug = job.create_session(secretariat, code)
    for party, email in DELEGATES.items():
        secretariat.go(f"/sessions/{slug}/manage/delegations")
        secretariat.choose({"party": party})
        secretariat.send("Add the delegation")
        secretariat.write({"name": f"Delegate of {party}", "email": email})
        secretariat.send("Send the invitation")
    for _stage in range(2):
        job.move_on(secretariat, slug)
    return f"/sessions/{slug}/floor"


def ends_at(person: Person) -> float:
    """When the clock of a page, which is seen to count, will be at its end (by the clock of this process)."""
    digits = person.page.locator(".speaking [data-clock-left], .room [data-clock-left]").first
    digits.wait_for()
    expect(digits).not_to_have_text(digits.inner_text())
    minutes, seconds = digits.inner_text().split(":")
    return time.monotonic() + int(minutes) * 60 + int(seconds)


def ask(delegate: Person) -> None:
    delegate.page.locator("main .once-opened form button").last.click()
    delegate.page.get_by_text("The request was received.").wait_for()


def test_a_session_is_held_on_its_screens(person, watched):
    chair, room = (watched(SECRETARIAT) for _screen in range(2))
    floor = hold_session(chair, "F-1")
    room.page.set_viewport_size({"width": 1920, "height": 1080})
    phones = {code: person(email, **PHONE) for code, email in DELEGATES.items()}
    phones["HT"].context.add_init_script(WRONG_CLOCK)
    chair.go(f"{floor}/chair")
    room.go(f"{floor}/room")
    room.page.get_by_text("Nobody has the floor").wait_for()
    item = chair.page.locator("#item a").get_attribute("href")
    for phone in phones.values():
        phone.go("/language/en?next=/desk")
        phone.go(item)
        assert not phone.page.locator(".once-opened").is_visible()

    chair.send("Open the list of speakers")
    for phone in phones.values():
        phone.page.locator(".once-opened").wait_for()
        ask(phone)
    chair.page.locator(".speakers > li").nth(2).wait_for()
    assert [name.split()[0] for name in chair.page.locator(".speakers .speaker-name").all_inner_texts()] == [
        "Peru", "Brazil", "Haiti",
    ]  # fmt: skip
    room.page.locator(".room-next li").nth(2).wait_for()
    phones["HT"].page.get_by_text("Haiti: place 3").wait_for()

    with chair.page.expect_navigation():
        chair.page.keyboard.press("g")
    room.page.locator("#plate", has_text="Peru").wait_for()
    for phone in phones.values():
        phone.page.locator(".speaking-name", has_text="Peru").wait_for()
    phones["HT"].page.get_by_text("Haiti: place 2").wait_for()
    ends = [ends_at(one) for one in (chair, room, *phones.values())]
    assert max(ends) - min(ends) < 3, "clocks go by the server, whatever their own says"

    with chair.page.expect_navigation():
        chair.page.keyboard.press("u")
    room.page.get_by_text("Nobody has the floor").wait_for()
    phones["PE"].page.get_by_text("Peru: place 1").wait_for()

    third = chair.page.locator(".speakers > li").nth(2)
    start, end = third.bounding_box(), chair.page.locator(".speakers > li").first.bounding_box()
    chair.page.mouse.move(start["x"] + 30, start["y"] + 16)
    chair.page.mouse.down()
    chair.page.mouse.move(start["x"] + 30, start["y"] - 4, steps=4)
    chair.page.mouse.move(end["x"] + 30, end["y"] + 2, steps=10)
    chair.page.wait_for_timeout(300)  # the list moves aside
    with chair.page.expect_navigation():
        chair.page.mouse.up()
    phones["HT"].page.get_by_text("Haiti: place 1").wait_for()
    room.page.locator(".room-next li").first.filter(has_text="Haiti").wait_for()

    with phones["BR"].page.expect_navigation():
        phones["BR"].page.get_by_role("button", name="Withdraw: Brazil").click()
    chair.page.locator(".speakers > li").nth(2).wait_for(state="detached")

    chair.page.get_by_label("Keys of this screen, on this device").uncheck()
    chair.page.keyboard.press("g")
    chair.page.wait_for_timeout(300)
    assert chair.page.get_by_text("Nobody has the floor").is_visible()
    chair.page.reload()
    assert not chair.page.get_by_label("Keys of this screen, on this device").is_checked()

    with chair.page.expect_navigation():
        chair.page.get_by_role("button", name="Give the floor: Haiti").first.click()
    phone = phones["PE"].page
    phone.route("**/floor/clock", lambda route: route.fulfill(json={"now": int(time.time() * 1000) + NEARLY_OVER}))
    phone.reload()
    phone.locator(".speaking .clock[data-light=amber]").wait_for()
    assert phone.locator("[data-server-clock]").inner_text() == "Ending soon", "it turned, and said so"
    faults = [*looks(chair, "floor-chair-live"), *looks(room, "floor-room-live")]
    assert faults == []
