"""Whether a text is saved is in sight in every window, and hides nothing that has the focus."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_writing import WRITER, draft_of

SEEN = """state => {
  const box = state.getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
}"""
HIDES = """control => {
  const box = control.getBoundingClientRect();
  const line = document.querySelector("[data-autosave-state]").getBoundingClientRect();
  return box.bottom > innerHeight || (box.top >= line.top && box.bottom <= line.bottom);
}"""


def test_the_heading_and_the_sections_tell_what_is_written(person):
    writer = person(WRITER)
    writer.go("/language/en?next=/desk")
    draft_of(writer)
    page = writer.page
    heading, note = page.locator("h1"), page.locator(".progress-note").first
    assert re.match(r"0 of \d", note.inner_text())
    writer.write({"title": "Un guichet commun"})
    expect(heading).to_have_text("Un guichet commun")
    expect(page).to_have_title(re.compile("^Un guichet commun - "))
    expect(note).to_have_text(re.compile(r"^1 of \d"))
    page.reload()
    expect(note).to_have_text(re.compile(r"^1 of \d"))
    writer.write({"title": ""})
    expect(heading).to_have_text("Draft without a title")
    expect(note).to_have_text(re.compile(r"^0 of \d"))


@pytest.mark.parametrize(("width", "height"), [(320, 568), (1366, 600)])
def test_the_state_is_in_sight_and_hides_no_focus(person, width, height):
    writer = person(WRITER, viewport={"width": width, "height": height})
    writer.go("/language/en?next=/desk")
    draft_of(writer)
    writer.write({"title": "Un guichet"})
    state = writer.page.get_by_text(re.compile(r"Saved \d\d:\d\d \(Washington"))
    state.wait_for()
    assert state.evaluate(SEEN)
    for _step in range(12):
        writer.page.keyboard.press("Tab")
        assert not writer.page.locator(":focus").evaluate(HIDES)
