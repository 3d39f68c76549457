"""Items of the order of business are dragged, across days and under other items."""

from tests.browser import job
from tests.browser.job import SECRETARIAT


def order(page) -> list[tuple[str, str]]:
    numbers = page.locator(".agenda .agenda-number").all_inner_texts()
    titles = page.locator(".agenda .agenda-title > span").all_inner_texts()
    return list(zip(numbers, titles, strict=True))


def test_an_item_is_dragged_under_another_and_to_the_top(person):
    secretariat = person(SECRETARIAT)
    slug = job.create_session(secretariat, "D-1")
    page = secretariat.page
    secretariat.go(f"/sessions/{slug}/manage/agenda")
    for title, parent in (("Panel", ""), ("Speaker", "Panel"), ("Late guest", "")):
        secretariat.write({"title-en": title})
        if parent:
            page.locator("[name=parent]").select_option(label=f"2 {parent}")
        secretariat.send("Add the item")
        page.locator(".agenda-title > span", has_text=title).wait_for()
    rows = page.locator("[data-sort-id]")
    with page.expect_navigation():
        rows.nth(3).locator(".agenda-number").drag_to(rows.nth(2).locator(".agenda-number"))
    assert order(page) == [
        ("1", "Opening by the Chair"),
        ("2", "Panel"),
        ("2.1", "Late guest"),
        ("2.2", "Speaker"),
    ]
    with page.expect_navigation():
        rows.nth(2).locator(".agenda-number").drag_to(rows.nth(0).locator(".agenda-number"))
    assert order(page)[0] == ("1", "Late guest")
