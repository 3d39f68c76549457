"""The room's screen is read from the last row of a hall, whoever speaks."""

from pathlib import Path

import yaml

from app.core.localized import LANGUAGES
from tests.browser import job
from tests.browser.job import SECRETARIAT
from tests.browser.people import Person

LONGEST = "VC"  # Saint Vincent and the Grenadines
HALLS = ((1280, 720), (1920, 1080), (1024, 768))
SHARE = 0.05  # of the screen's width: how large the letters of a name are at least
STATES = yaml.safe_load((Path(__file__).resolve().parents[2] / "data/states.yaml").read_text(encoding="utf-8"))
LABELS = sorted({label for row in STATES for label in row["short"].values()})
# Writes each name on the plate as templates/floor/_room.html does; returns those that are too small, or that break.
UNREADABLE = """([names, smallest]) => {
    const plate = document.querySelector("#plate");
    const broken = (word, start) => {
        const range = document.createRange();
        range.setStart(plate.firstChild, start);
        range.setEnd(plate.firstChild, start + word.length);
        return new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size > 1;
    };
    return names.filter((name) => {
        plate.textContent = name;
        const steps = [[7, "short"], [10, "medium"], [22, "long"], [Infinity, "longest"]];
        plate.dataset.length = steps.find(([most]) => name.length <= most)[1];
        return parseFloat(getComputedStyle(plate).fontSize) < smallest
            || plate.scrollWidth > plate.clientWidth
            || document.documentElement.scrollHeight > window.innerHeight
            || [...name.matchAll(/[^\\s-]+/g)].some((word) => broken(word[0], word.index));
    });
}"""


def give_the_floor(secretariat: Person, code: str, party: str) -> str:
    """Hold a session with one delegation, and give it the floor; return the floor's address."""
    slug = job.create_session(secretariat, code)
    secretariat.go(f"/sessions/{slug}/manage/delegations")
    secretariat.choose({"party": party})
    secretariat.send("Add the delegation")
    for _stage in range(2):
        job.move_on(secretariat, slug)
    page = secretariat.go(f"/sessions/{slug}/floor/chair")
    item = page.locator("#item a").get_attribute("href")
    secretariat.send("Open the list of speakers")
    page = secretariat.go(item)
    page.get_by_text("Add a delegation that raised its flag").click()
    secretariat.send("Put it on the list")
    page = secretariat.go(f"/sessions/{slug}/floor/chair")
    page.locator(".speakers > li").first.wait_for()
    with page.expect_navigation():
        page.keyboard.press("g")
    return f"/sessions/{slug}/floor"


def test_every_name_is_readable_in_a_hall(person):
    """At a twentieth of the width at least, in whole words, with all of the screen seen at once."""
    room = person(SECRETARIAT)
    floor = give_the_floor(room, "R-1", LONGEST)
    label = next(row["short"] for row in STATES if row["code"] == LONGEST)
    for language in LANGUAGES:
        room.go(f"/language/{language}?next={floor}/room")
        plate = room.page.locator("#plate", has_text=label[language])
        plate.wait_for()
        assert plate.get_attribute("data-length") == "longest"
        for width, height in HALLS:
            room.page.set_viewport_size({"width": width, "height": height})
            unreadable = room.page.evaluate(UNREADABLE, [[label[language]], SHARE * width])
            assert unreadable == [], f"{width} x {height}"
    for width, height in HALLS:
        room.page.set_viewport_size({"width": width, "height": height})
        unreadable = room.page.evaluate(UNREADABLE, [LABELS, SHARE * width])
        assert unreadable == [], f"{width} x {height}"
    room.go("/language/en?next=/desk")
