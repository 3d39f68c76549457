"""The floor is run, and followed, where browsers run no script: pages are loaded again to see what is new."""

from tests.browser.job import SECRETARIAT
from tests.browser.people import Person
from tests.browser.test_floor import RAPPORTEUR, hold_session

INTERPRETER = "interpreter@example.org"


def shown(somebody: Person) -> str:
    """What the page says once it is loaded again."""
    somebody.page.reload()
    return " ".join(somebody.page.locator("main").inner_text().split())


def test_a_list_is_run_by_loading_pages_again(person):
    chair, peru, brazil, room, rapporteur, booth = (
        person(email, java_script_enabled=False)
        for email in (SECRETARIAT, "peru@example.org", "brazil@example.org", SECRETARIAT, RAPPORTEUR, INTERPRETER)
    )
    floor = hold_session(chair, "F-N")
    session = floor.removesuffix("/floor")
    chair.go(f"{session}/manage/interpreters")
    chair.write({"name": "Head of the booths", "email": INTERPRETER})
    chair.send("Put them on the list")
    chair.go(f"{floor}/chair")
    assert "This page does not change by itself." in chair.page.locator("main").inner_text()
    item = chair.page.locator("#item a").get_attribute("href")
    room.go(f"{floor}/room")
    for somebody in (peru, brazil, booth):
        somebody.go("/language/en?next=/desk")
        somebody.go(item)
    assert not peru.page.locator(".once-opened").is_visible()

    chair.send("Open the list of speakers")
    for delegate, party in ((peru, "Peru"), (brazil, "Brazil")):
        delegate.page.reload()
        with delegate.page.expect_navigation():
            delegate.page.locator("main .once-opened form button").last.click()
        told = " ".join(delegate.page.locator("main").inner_text().split())
        assert f"{party}: place" in told
    assert "Peru Statement" in shown(chair)
    assert "Brazil" in shown(room)
    assert "Brazil" in shown(booth)
    brazil.send("Withdraw: Brazil")
    brazil.page.get_by_text("The request was withdrawn.").wait_for()
    assert "Your delegation does not wait on this list." in brazil.page.locator("main").inner_text()
    assert "Brazil" not in shown(room)

    shown(chair)
    chair.send("Give the floor: Peru")
    for somebody in (room, peru, booth):
        told = shown(somebody)
        assert "Peru" in told
        assert "Nobody has the floor" not in told
    assert booth.page.get_by_role("button", name="End").count() == 0
    booth.go(f"{floor}/room")
    assert booth.page.locator("#plate").inner_text() == "Peru"

    rapporteur.go(f"{session}/record/now")
    assert rapporteur.heading() == "Peru"
    rapporteur.write({"points": "One desk, not five."})
    rapporteur.send("Save the notes")
    assert "One desk, not five." in shown(rapporteur)

    chair.send("End: Peru")
    assert "Nobody has the floor at the moment." in shown(chair)
    assert "Nobody has the floor at the moment." in shown(room)
    assert "Peru" in peru.page.locator("main").inner_text()
    assert "Has spoken" in shown(booth.go(item) and booth)
