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
