"""A page as axe-core sees it: light and dark, wide and 320 px narrow.

Where PLENARIA_SHOTS names a folder, a picture of each is kept there.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from tests.browser.people import Person

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 800}
RUN = """async ([tags, contrast]) => {
    const only = contrast ? { type: "rule", values: ["color-contrast"] } : { type: "tag", values: tags };
    const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
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


def looks(somebody: Person, name: str) -> Iterator[str]:
    """Look at the page that is open in four ways; yield what is wrong."""
    page = somebody.page
    for width, size in (("1280", WIDE), ("320", NARROW)):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            where = f"{name}, {scheme}, {width} px"
            yield from (f"{where}: {fault}" for fault in page.evaluate(RUN, [TAGS, scheme == "dark"]))
            if scheme == "light":
                yield from (f"{where}: {fault}" for fault in page.evaluate(WIDER))
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
