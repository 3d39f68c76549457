"""A deadline stands in the reader's own zone beside the body's, in one notation."""

import re

import pytest

from tests.browser.test_writing import WRITER

NOTATION = r"\d{1,2} (?:de )?\w+ (?:de )?\d{4}, \d\d:\d\d"


@pytest.mark.parametrize(("language", "city"), [("en", "Mexico City"), ("es", "Ciudad de México")])
def test_both_zones_are_written_alike(person, language, city):
    reader = person(WRITER, timezone_id="America/Mexico_City")
    reader.go(f"/language/{language}?next=/desk")
    reader.page.locator("main a[href*='/practices/new']").first.click()
    own = reader.page.locator("[data-own-time]").first
    own.wait_for()
    line = own.locator("xpath=..").inner_text()
    assert re.search(rf"{NOTATION} \(Washington, UTC-[45]\) .*{NOTATION} \({city}, UTC-6\)$", line), line
