"""People at their browsers, and what they do on every page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page

from tests.browser.site import Site

WAIT = 30_000  # ms, which a machine that does much else may need; nobody waits for it where all is well
# The browser says so itself of each answer from 400 on; the tests look at those pages.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class Person:
    """One browser of one person. `faults` is what its console said was wrong."""

    def __init__(self, browser: Browser, site: Site, *, email: str | None = None, **options) -> None:
        self.site = site
        usual = {"locale": "en-US", "reduced_motion": "reduce", "viewport": {"width": 1280, "height": 800}}
        self.context = browser.new_context(base_url=site.url, **{**usual, **options})
        self.context.set_default_timeout(WAIT)
        self.faults: list[str] = []
        self.page = self.open_tab()
        if email:
            self.sign_in(email)

    def open_tab(self) -> Page:
        page = self.context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.search(message.text):
            self.faults.append(message.text)

    def sign_in(self, email: str) -> None:
        self.go("/sign-in")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(self.site.password)
        self.page.locator("main").get_by_role("button").click()
        self.page.wait_for_url("**/desk")

    def go(self, path: str) -> Page:
        """Open a page, which must answer with less than 400."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 400, f"{path} answered {answer.status}"
        return self.page

    def press(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        (within or self.page.locator("main")).get_by_role("button", name=name).first.click()

    def send(self, name: str | re.Pattern[str]) -> None:
        """Press a button that sends a form, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.press(name)

    def follow(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        (within or self.page.locator("body")).get_by_role("link", name=name).first.click()

    def write(self, values: Mapping[str, str]) -> None:
        """Fill in fields by their names."""
        for name, text in values.items():
            self.page.locator(f'main [name="{name}"]').fill(text)

    def choose(self, values: Mapping[str, str]) -> None:
        """Choose an option of lists by their names."""
        for name, value in values.items():
            self.page.locator(f'main select[name="{name}"]').select_option(value)

    def tick(self, values: Mapping[str, str]) -> None:
        """Tick boxes and radios by their names and values."""
        for name, value in values.items():
            self.page.locator(f'main input[name="{name}"][value="{value}"]').check()

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def what_is_seen(self) -> str:
        """The address and the words of the open page, for whoever reads of a test that failed."""
        try:
            return f"{self.page.url}: {' '.join(self.page.locator('main').inner_text(timeout=1000).split())[:1500]}"
        except Error as error:
            return f"{self.page.url}: {error}"

    def close(self) -> None:
        self.context.close()
