"""What somebody follows, looked at by axe-core (`axe.py`) in each language: the longest words stand in its lists."""

import re

from tests.browser.axe import looks, looks_in_all_languages


def test_what_is_followed_fits_in_every_language(watched):
    delegate = watched("haiti@example.org")
    delegate.go("/language/en?next=/following/new?kind=state%26target=PE")
    delegate.send("Follow")
    delegate.go("/following")
    assert delegate.page.locator(".follow-item").count() == 1
    faults = [*looks(delegate, "followed"), *looks_in_all_languages(delegate, "followed")]
    delegate.press(re.compile("^Stop following"))
    assert faults == []
