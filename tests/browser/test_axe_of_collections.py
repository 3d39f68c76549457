"""Comparing, collections and reuse, looked at by axe-core (`axe.py`), and ordered by hand."""

import re

from tests.browser.axe import looks, looks_in_all_languages

ONE, OTHER = "CAM-2026-GP-PER-01", "CAM-2026-GP-ECU-01"
MANY = "&".join(f"practice=CAM-2026-GP-{code}-01" for code in ("PER", "ECU", "BRA", "CHL", "COL", "MEX"))
COMPARED = {
    "compare": f"/compare?practice={ONE}&practice={OTHER}",
    "compare-five": f"/compare?{MANY.rpartition('&')[0]}",
    "compare-differences": f"/compare?practice={ONE}&practice={OTHER}&differences=1",
    "compare-one": f"/compare?practice={ONE}",
    "compare-none": "/compare",
    "compare-found": "/compare?q=temporary permits",
    "compare-six": f"/compare?{MANY}",
    "compare-states": "/compare/states?state=PER&state=ECU&state=BRA",
    "compare-states-chosen": "/compare/states",
    "compare-presentations": "/compare/presentations?presentation=cam-2026/RCM&presentation=cam-2026/SACM",
    "compare-presentations-one": "/compare/presentations?presentation=cam-2026/RCM",
}


def test_no_comparison_has_a_violation(watched):
    visitor = watched(None)
    faults: list[str] = []
    for name, address in COMPARED.items():
        visitor.page.goto(address)
        faults += looks(visitor, name)
    assert faults == []


def test_a_comparison_is_chosen_without_a_script(person):
    visitor = person(None, java_script_enabled=False)
    visitor.go("/practices")
    boxes = visitor.page.locator("table input[type=checkbox]")
    for place in (0, 2):
        boxes.nth(place).check()
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="Compare", exact=True).click()
    assert visitor.page.locator(".side thead th").count() == 2


def test_no_page_of_collections_has_a_violation(watched):
    reader = watched("peru@example.org")
    reader.go("/language/en?next=/collections")
    faults = list(looks(reader, "collections-none"))
    page = reader.go(f"/collections/add?kind=practice&name={OTHER}")
    faults += looks(reader, "collect-first")
    reader.write({"title": "For the Vice-Minister", "note": "Read this first."})
    reader.send("Keep it")
    collection = re.sub(r"#.*", "", page.url)
    for kind, name in (
        ("paragraph", "cam-2026/1/31"),
        ("presentation", "cam-2026/RCM"),
        ("document", "CIDI-CAM-doc.1-26"),
    ):
        reader.go(f"/collections/add?kind={kind}&name={name}")
        faults += looks(reader, "collect") if kind == "document" else []
        reader.send("Keep it")
    faults += looks(reader, "collection")
    faults += looks_in_all_languages(reader, "collection")
    first = page.locator(".collected > li").first
    reader.press(re.compile("^Move down: Registro"))
    page.wait_for_url(re.compile("#reading-"))
    assert "Paragraph 31" in first.inner_text()
    page.locator(".collected > li").nth(1).drag_to(first, target_position={"x": 20, "y": 2})
    page.wait_for_load_state()
    for name, link in (
        ("note", "^Write a note"),
        ("edit", "^Change title and note"),
        ("delete", "^Delete the collection"),
    ):
        reader.go(collection)
        reader.follow(re.compile(link))
        faults += looks(reader, f"collection-{name}")
    reader.go(f"{collection}/share")
    faults += looks(reader, "collection-share")
    reader.send("Make the link")
    faults += looks(reader, "collection-shared")
    reader.go(page.locator("code.secret").inner_text())
    faults += looks(reader, "collection-read")
    reader.go(f"{collection}/share")
    faults += looks(reader, "collection-withdraw")
    reader.go(f"{collection}/delete")
    reader.send("Delete the collection")
    faults += looks(reader, "collections-deleted")
    reader.go(f"/practices/{OTHER}/reuse")
    faults += looks(reader, "reuse")
    assert faults == []
