"""A passage is dragged out of its group into another, by mouse; the page of a group does the same with checkboxes."""

from playwright.sync_api import Locator, Page, expect

from tests.browser import job

GROUPS = "/sessions/cam-2027/consolidation/groups"
WAIT = 60_000  # for the worker, which groups what the demonstration has


def drag(page: Page, passage: Locator, onto: Locator) -> None:
    """Take a passage at the margin of its words and let it go in the middle of another list, as a hand does."""
    passage.scroll_into_view_if_needed()
    start, end = passage.bounding_box(), onto.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 4, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 12, start["y"] + 14, steps=4)
    page.mouse.move(end["x"] + 30, end["y"] + end["height"] / 2, steps=12)
    page.wait_for_timeout(300)  # the lists move aside
    with page.expect_navigation():
        page.mouse.up()


def test_a_passage_is_dragged_into_another_group(person):
    writer = person(job.SECRETARIAT)
    page = writer.page
    page.set_viewport_size({"width": 1280, "height": 4000})
    writer.go(f"/language/en?next={GROUPS}")
    given = page.locator("[data-passages-to]").first
    for _try in range(WAIT // 1000):
        if given.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    passage = page.locator("[data-passages-from]:not([data-passages-to]) [data-passage]").first  # what one alone said
    words = passage.locator("q").inner_text()
    expect(given).not_to_contain_text(words)

    drag(page, passage, given)
    expect(page.get_by_text("1 passage was moved.")).to_be_visible()
    expect(given.locator("[data-passage]", has_text=words)).to_contain_text("put here by hand")
    expect(page.locator("[data-passage]", has_text=words)).to_have_count(1)
