"""All rows of a list are selected at once."""

from tests.browser.job import SECRETARIAT


def test_one_box_ticks_all_and_follows_them(person):
    secretariat = person(SECRETARIAT)
    secretariat.go("/language/en?next=/sessions/cam-2026/manage/practices")
    page = secretariat.page
    boxes, every = page.locator("[name=practice]"), page.get_by_label("Select all on this page")
    every.check()
    assert page.locator("[name=practice]:checked").count() == boxes.count() > 1
    boxes.first.uncheck()
    assert every.evaluate("box => box.indeterminate")
    every.check()
    assert boxes.first.is_checked()


def test_the_stages_take_one_line_above_wide_work(person):
    page = person(SECRETARIAT).go("/sessions/cam-2026/manage/practices")
    stages = page.locator(".stages-fold")
    assert stages.bounding_box()["height"] < 60
    stages.locator("summary").click()
    assert stages.locator(".stages").is_visible()
