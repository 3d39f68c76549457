"""The pages of a session that is being held, looked at by axe-core (`axe.py`)."""

import re
from collections.abc import Iterator

import pytest

from tests.browser import job
from tests.browser.axe import looks, looks_in_turn
from tests.browser.axe_pages import Shown, find
from tests.browser.job import SECRETARIAT
from tests.browser.people import Person
from tests.browser.test_axe import list_of_speakers


def held(somebody: Person) -> str:
    """The address of the session that is being held, from the person's tasks."""
    return find(somebody, Shown("", "/desk", r"/sessions/[\w-]+-s/floor$"), {}).removesuffix("/floor")


# Each in four languages, which take turns at being wide, dark and narrow; `known` has what stands in braces.
PAGES = {
    "chair@example.org": (
        "{session}/floor", "{session}/floor/chair", "{session}/floor/room", "{list}", "{unopened}/rules",
    ),
    "rapporteur@example.org": ("{session}/record/now", "{session}/minutes"),
    "haiti@example.org": (
        "{session}/floor", "{list}", "{session}/statements", "{session}/statements/HT/new",
        "{session}/statements/HT/codes",
    ),
    "interpreter@example.org": ("{session}/floor", "{list}", "{session}/floor/room", "{session}/floor/times"),
    SECRETARIAT: (
        "{list}", "{list}/rules", "{list}/cut?factor=60", "{ruling}", "{session}/floor/papers",
        "{session}/floor/parts", "{session}/manage/interpreters", "{statement}", "/mechanisms/cam/floor-rules",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def known(browser, site) -> Iterator[dict[str, str]]:
    """The session that is held, and what its pages lead to."""
    staff = Person(browser, site, email=SECRETARIAT)
    session = find(staff, Shown("", "/desk", r"/desk/[\w-]+-s$"), {}).replace("/desk/", "/sessions/")
    speakers = list_of_speakers(staff, f"{session}/floor")
    unopened = staff.page.locator(".floor-items > li:has(.status-neutral) .agenda-title > a").first
    yield {
        "session": session,
        "list": speakers,
        "unopened": str(unopened.get_attribute("href")),
        "ruling": find(staff, Shown("", speakers, r"/floor/entries/\d+/rule$"), {}),
        "statement": find(staff, Shown("", f"{session}/statements", r"/statements/\d+$"), {}),
    }
    staff.close()


@pytest.mark.parametrize("email", PAGES, ids=lambda email: email.split("@")[0])
def test_a_session_that_is_held_in_all_languages(watched, known, email):
    somebody = watched(email)
    own = somebody.page.locator("html").get_attribute("lang")
    faults: list[str] = []
    for turn, page in enumerate(PAGES[email]):
        name = "-".join(re.findall(r"\w+", page.partition("?")[0].replace("{session}", "")))
        faults += looks_in_turn(somebody, page.format(**known), f"held-{email.partition('@')[0]}-{name}", turn)
    somebody.go(f"/language/{own}?next=/desk")
    assert faults == []


def test_the_door_of_codes_in_all_languages(watched):
    assert list(looks_in_turn(watched(None), "/statements/hand-in", "code-door", 0)) == []


def test_minutes_that_a_delegation_corrects(watched):
    secretariat, delegate = watched(SECRETARIAT), watched("brazil@example.org")
    delegate.go("/language/en?next=/desk")
    minutes = f"{held(delegate)}/minutes"
    secretariat.go(minutes)
    secretariat.follow("Write on the item as a whole")
    faults = list(looks(secretariat, "minutes-item"))
    secretariat.go(minutes)
    secretariat.write({"until": job.local(24)})
    secretariat.send("Send them to the delegations")
    delegate.go(minutes)
    delegate.follow("Propose a correction")
    delegate.page.wait_for_url("**/correct")
    faults += looks(delegate, "minutes-correct")
    delegate.write({"points": "School places are given on the day of arrival.", "reason": "Misheard."})
    delegate.send("Send the correction")
    delegate.go("/language/pt?next=/desk")
    secretariat.go(minutes)
    secretariat.follow("Compare and answer")
    secretariat.page.wait_for_url("**/corrections/*")
    assert [*faults, *looks(secretariat, "minutes-settle")] == []


def test_a_name_without_a_space_takes_no_more_than_the_page(watched, known):
    """Names of groups are free."""
    haiti, chair = watched("haiti@example.org"), watched("chair@example.org")
    haiti.go("/language/en?next=/desk")
    haiti.go(known["list"])
    form = haiti.page.locator("main details.add").first
    form.locator("details summary").click()
    form.locator("input[name$=group_name]").fill("x" * 120)
    with haiti.page.expect_navigation():
        form.get_by_role("button", name="Ask for the floor").click()
    haiti.page.locator(".own-place").wait_for()
    faults = list(looks(haiti, "long-name-list"))
    chair.go(f"{known['session']}/floor/chair")
    faults += looks(chair, "long-name-chair")
    haiti.send("Withdraw")
    haiti.go("/language/fr?next=/desk")
    assert faults == []
