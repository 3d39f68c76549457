"""Makes the README's pictures from the demonstration: `python -m docs.pictures.make_pictures` at the root."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.job import open_source
from tests.browser.people import Person
from tests.browser.site import serving, start_chromium

FOLDER = Path(__file__).parent
SESSION = "/sessions/cam-2026"
TO_TOP = "element => window.scrollTo({ top: element.getBoundingClientRect().top + scrollY - 16, behavior: 'instant' })"
SELECT = """element => {
    element.scrollIntoView({ block: "center", behavior: "instant" });
    getSelection().selectAllChildren(element);
}"""


def take(page: Page, name: str) -> None:
    """Take the picture once everything is drawn."""
    page.evaluate("document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 500)))")
    page.screenshot(path=FOLDER / f"{name}.png")


def take_summary(reader: Person) -> None:
    """The first paragraphs with their sources, once the documents have been made."""
    page = reader.page
    for _try in range(120):
        reader.go(f"{SESSION}/summary")
        if page.get_by_role("link", name="Read as Word (DOCX)").count():
            break
        page.wait_for_timeout(500)
    page.locator(".document-text").evaluate(TO_TOP)
    take(page, "summary")


def take_workspace(secretariat: Person) -> None:
    """A submitted text with a passage selected, beside the summary."""
    secretariat.go(f"{SESSION}/consolidation")
    open_source(secretariat, "Peru")
    page = secretariat.page
    page.locator(".workspace").evaluate(TO_TOP)
    page.locator(".sentence-open").first.evaluate(SELECT)
    page.locator(".workspace").evaluate(TO_TOP)
    take(page, "workspace")


def take_tasks(delegate: Person) -> None:
    """What is asked of a delegation."""
    delegate.go("/language/en?next=/desk")
    take(delegate.page, "tasks")


def main() -> None:
    """Take them, 1280 by 800 each."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as site, sync_playwright() as playwright:
        browser = start_chromium(playwright)
        take_summary(Person(browser, site))
        take_workspace(Person(browser, site, email="secretariat@example.org"))
        take_tasks(Person(browser, site, email="peru@example.org"))
        browser.close()


if __name__ == "__main__":
    main()
