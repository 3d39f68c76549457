"""Items of the order of business are dragged, across days and under other items."""

from tests.browser import job
from tests.browser.job import SECRETARIAT


def order(page) -> list[tuple[str, str]]:
    numbers = page.locator(".agenda .agenda-number").all_inner_texts()
    titles = page.locator(".agenda .agenda-title > span").all_inner_texts()
    return list(zip(numbers, titles, strict=True))


def drag(page, item: int, onto: int) -> None:
    """Take the item by its number, and let it go over the upper edge of another, as a hand does: by degrees."""
    numbers = page.locator("[data-sort-id] .agenda-number")
    start, end = (numbers.nth(place).bounding_box() for place in (item, onto))
    page.mouse.move(start["x"] + 4, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 4, start["y"] - 10, steps=4)
    page.mouse.move(end["x"] + 4, end["y"] + 2, steps=10)
    page.wait_for_timeout(300)  # the list moves aside
    with page.expect_navigation():
        page.mouse.up()


def test_an_item_is_dragged_under_another_and_to_the_top(person):
    secretariat = person(SECRETARIAT)
    slug = job.create_session(secretariat, "D-1")
    page = secretariat.page
    page.set_viewport_size({"width": 1280, "height": 2400})
    secretariat.go(f"/sessions/{slug}/manage/agenda")
    for title, parent in (("Panel", ""), ("Speaker", "Panel"), ("Late guest", "")):
        page.locator("summary", has_text="Add an item").click()
        secretariat.write({"title-en": title})
        if parent:
            page.locator("[name=parent]").select_option(label=f"2 {parent}")
        secretariat.send("Add the item")
        page.locator(".agenda-title > span", has_text=title).wait_for()
    drag(page, 3, onto=2)
    assert order(page) == [
        ("1", "Opening by the Chair"),
        ("2", "Panel"),
        ("2.1", "Late guest"),
        ("2.2", "Speaker"),
    ]
    drag(page, 2, onto=0)
    assert order(page) == [
        ("1", "Late guest"),
        ("2", "Opening by the Chair"),
        ("3", "Panel"),
        ("3.1", "Speaker"),
    ]
