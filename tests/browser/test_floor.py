"""The floor, live, on seven screens at once: the Chair's, two of the room, the phones of three delegates, and a
rapporteur's, who notes what is said."""

import time

from playwright.sync_api import Page, expect

from tests.browser import job
from tests.browser.axe import WAYS, looks
from tests.browser.job import SECRETARIAT
from tests.browser.people import Person

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DELEGATES = {"PE": "peru@example.org", "BR": "brazil@example.org", "HT": "haiti@example.org"}
RAPPORTEUR = "rapporteur@example.org"
NEARLY_OVER, OVER = 235_000, 300_000  # ms of five minutes, of which the last is told
TABLET = {"width": 768, "height": 1024}
# Sound is heard by nobody here: each tone is counted.
SOUND = """window.tones = 0;
window.AudioContext = class {
    currentTime = 0;
    resume() {}
    createGain() {
        return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect() {} };
    }
    createOscillator() {
        return { frequency: {}, connect: (next) => next, start: () => { window.tones += 1; }, stop() {} };
    }
};"""
WRONG_CLOCK = "{ const now = Date.now; Date.now = () => now() + 3_600_000 }"


def hold_session(secretariat: Person, code: str) -> str:
    """Create a session that is being held, with the three delegations and a rapporteur; return its floor's address."""
    slug = job.create_session(secretariat, code)
    for party, email in {**DELEGATES, "BB": RAPPORTEUR}.items():
        secretariat.go(f"/sessions/{slug}/manage/delegations")
        secretariat.choose({"party": party})
        secretariat.send("Add the delegation")
        secretariat.write({"name": f"Delegate of {party}", "email": email})
        secretariat.send("Send the invitation")
    for _stage in range(2):
        job.move_on(secretariat, slug)
    secretariat.go(f"/sessions/{slug}/floor/parts")
    secretariat.choose({"part": "rapporteur_of_session"})
    secretariat.page.locator("main select[name=member]").select_option(label="Rapporteur (Barbados)")
    secretariat.send("Give the part")
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


def readable(room: Person, width: int, height: int) -> None:
    """The plate of who speaks is large enough for a hall, and all of the screen is seen at once."""
    room.page.set_viewport_size({"width": width, "height": height})
    size = room.page.locator("#plate").evaluate("(plate) => parseFloat(getComputedStyle(plate).fontSize)")
    assert size >= 0.08 * width
    next_ones = room.page.locator(".room-next").bounding_box()
    assert next_ones["y"] + next_ones["height"] <= height
    assert room.page.evaluate("document.documentElement.scrollHeight") <= height


def test_a_session_is_held_on_its_screens(person, watched):
    chair, room = (watched(SECRETARIAT) for _screen in range(2))
    floor = hold_session(chair, "F-1")
    rapporteur, second = person(RAPPORTEUR), room.open_tab()
    phones = {code: person(email, **PHONE) for code, email in DELEGATES.items()}
    phones["HT"].context.add_init_script(WRONG_CLOCK)
    phones["PE"].context.add_init_script(SOUND)
    chair.go(f"{floor}/chair")
    room.go(f"{floor}/room")
    second.goto(f"{floor}/room")
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
    for screen in (room.page, second):
        screen.locator("#plate", has_text="Peru").wait_for()
    readable(room, 1280, 720)
    readable(room, 1920, 1080)
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

    chair.page.get_by_label("Keys of this screen, on this device").check()

    with chair.page.expect_navigation():
        chair.page.get_by_role("button", name="Give the floor: Haiti").first.click()
    rapporteur.go(f"{floor.replace('/floor', '/record')}/now")
    rapporteur.page.get_by_role("heading", name="Haiti").wait_for()
    rapporteur.page.locator("[name=points]").press_sequentially("One desk, not five")
    rapporteur.page.locator("[data-live^='record.notes']", has_text="One desk, not five").wait_for(timeout=20_000)
    room.page.locator("#plate", has_text="Haiti").wait_for()
    for phone in phones.values():
        phone.page.locator(".speaking-name", has_text="Haiti").wait_for()

    phone = phones["PE"].page
    phone.get_by_label("Sound when the time is ending and when it is over, on this device").check()
    told_time(phone, NEARLY_OVER)
    phone.locator(".speaking .clock[data-light=amber]").wait_for()
    expect(phone.locator("[data-server-clock]")).to_have_text("Ending soon")
    told_time(phone, OVER)
    phone.locator(".speaking .clock[data-light=red]").wait_for()
    expect(phone.locator("[data-server-clock]")).to_have_text("Over the time")
    assert phone.evaluate("tones") == 5, "one that it can be heard, one at the warning, three at the end"
    faults = [*looks(chair, "floor-chair-live", ways=(*WAYS, (TABLET, "light"))), *looks(room, "floor-room-live")]

    for key, says in (("p", "Clock paused"), ("p", "Pause"), ("e", "Nobody has the floor")):
        with chair.page.expect_navigation():
            chair.page.keyboard.press(key)
        chair.page.get_by_text(says).first.wait_for()
    room.page.get_by_text("Nobody has the floor").wait_for()
    speaker = rapporteur.page.locator("[data-live^='record.speaker']")
    speaker.get_by_text("Nobody has the floor").wait_for()
    notes_of_haiti = rapporteur.page.url
    rapporteur.page.locator("[name=points]").press_sequentially(". Typed while the floor passes on")
    with chair.page.expect_navigation():
        chair.page.keyboard.press("g")
    speaker.get_by_text("Peru has the floor now.").wait_for()
    assert rapporteur.page.url == notes_of_haiti, "nothing moves away under somebody's typing"
    for screen in (room.page, second):
        screen.locator("#plate", has_text="Peru").wait_for()
    for phone in phones.values():
        phone.page.locator(".speaking-name", has_text="Peru").wait_for()
    rapporteur.page.keyboard.type(", and one key")
    with rapporteur.page.expect_navigation():
        rapporteur.page.keyboard.press("Control+Enter")
    rapporteur.page.get_by_role("heading", name="Peru").wait_for()
    expect(rapporteur.page.locator("[name=points]")).to_be_focused()
    rapporteur.page.keyboard.type("Permits in ten days")
    rapporteur.page.locator("[data-live^='record.notes']", has_text="Permits in ten days").wait_for(timeout=20_000)
    rapporteur.page.goto(notes_of_haiti)
    expect(rapporteur.page.locator("[name=points]")).to_have_value(
        "One desk, not five. Typed while the floor passes on, and one key"
    )
    with chair.page.expect_navigation():
        chair.page.keyboard.press("e")
    chair.page.keyboard.press("?")
    assert chair.page.get_by_text("Go to the next item").is_visible()
    assert faults == []


def told_time(phone: Page, ahead: int) -> None:
    """Have a page ask for the time of day anew, and be told one so many ms ahead."""
    phone.unroute_all()
    phone.route("**/floor/clock", lambda route: route.fulfill(json={"now": int(time.time() * 1000) + ahead}))
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_keys_lead_from_item_to_item(person):
    chair = person("chair@example.org")
    chair.page.goto(chair.page.locator("main a[href$='-s/floor']").first.get_attribute("href"))
    chair.follow("The Chair's screen", within=chair.page.locator("main"))
    for key, item in (("n", "Item 4"), ("b", "Item 2")):
        chair.page.get_by_text("Item 2" if key == "n" else "Item 4").first.wait_for()
        with chair.page.expect_navigation():
            chair.page.keyboard.press(key)
        chair.page.get_by_text(f"{item} of the order of business").wait_for()
