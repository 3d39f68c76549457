"""A page as axe-core sees it: light and wide, and dark and 320 px narrow.

Where PLENARIA_SHOTS names a folder, a picture of each is kept there.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from app.core.localized import LANGUAGES
from tests.browser.people import Person

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# What depends on width and colours: all that a page is looked at for when it is shown in another way.
APPEARANCE = {
    "type": "rule",
    "values": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"],
}
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 800}
WAYS = ((WIDE, "light"), (NARROW, "dark"))  # colours are the same at any width
RUN = """async (rules) => {
    const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`));
}"""
# What reaches out to the right of the page, the innermost elements first.
WIDER = """() => {
    if (document.documentElement.scrollWidth <= document.documentElement.clientWidth) return [];
    const edge = document.documentElement.clientWidth;
    return [...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > edge + 1)
        .map((element) => `scrolls sideways: ${element.outerHTML.slice(0, 120)}`).reverse().slice(0, 4);
}"""
SHOTS = os.environ.get("PLENARIA_SHOTS")


def looks(somebody: Person, name: str, *, ways=WAYS) -> Iterator[str]:
    """Look at the page that is open in both ways, if not one is asked for; yield what is wrong."""
    page = somebody.page
    for place, (size, scheme) in enumerate(ways):
        width = size["width"]
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        where = f"{name}, {scheme}, {width} px"
        yield from (f"{where}: {fault}" for fault in page.evaluate(RUN, APPEARANCE if place else ALL))
        yield from (f"{where}: {fault}" for fault in page.evaluate(WIDER))
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")


def looks_in_turn(somebody: Person, address: str, name: str, turn: int) -> Iterator[str]:
    """Look at a page once in each language, each time in another of the ways, which `turn` shifts from page to page;
    yield what is wrong. Leaves the person in English."""
    page, told = somebody.page, {}
    for place, code in enumerate((*(code for code in LANGUAGES if code != "en"), "en")):
        page.goto(f"/language/{code}?next={address}")
        told[code] = tuple(page.locator("main h1, main h2, main label, main button").all_inner_texts())
        if page.locator("html").get_attribute("lang") != code:
            yield f"{name}: not in {code}"
        yield from looks(somebody, f"{name}-{code}", ways=(WAYS[(turn + place) % len(WAYS)],))
    if len(set(told.values())) < len(LANGUAGES):
        yield f"{name}: says the same in two languages"


def looks_in_all_languages(somebody: Person, name: str) -> Iterator[str]:
    """Look at the open page once in each language that it is not in, where room is least; yield what is wrong."""
    page, told = somebody.page, {}
    path, own = urlsplit(page.url).path, page.locator("html").get_attribute("lang")
    for code in (*(code for code in LANGUAGES if code != own), own):
        somebody.go(f"/language/{code}?next={path}")
        told[code] = tuple(page.locator("main h1, main h2, main label, main button").all_inner_texts())
        if code != own:
            yield from looks(somebody, f"{name}-{code}", ways=WAYS[-1:])
        if page.locator("html").get_attribute("lang") != code:
            yield f"{name}: not in {code}"
    if len(set(told.values())) < len(LANGUAGES):
        yield f"{name}: says the same in two languages"
