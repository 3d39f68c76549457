"""Makes the README's pictures from the demonstration: `python -m docs.pictures.make_pictures` at the root."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.people import Person
from tests.browser.site import serving, start_chromium

FOLDER = Path(__file__).parent
SESSION = "/sessions/cam-2026"


def main() -> None:
    """Take them, 1280 by 800 each."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as site, sync_playwright() as playwright:
        browser = start_chromium(playwright)
        reader = Person(browser, site)
        reader.go(f"{SESSION}/summary#p-1")
        reader.page.screenshot(path=FOLDER / "summary.png")
        secretariat = Person(browser, site, email="secretariat@example.org")
        secretariat.go(f"{SESSION}/consolidation#source-title")
        secretariat.page.screenshot(path=FOLDER / "workspace.png")
        delegate = Person(browser, site, email="peru@example.org")
        delegate.go("/language/en?next=/desk")
        delegate.page.screenshot(path=FOLDER / "tasks.png")
        browser.close()


if __name__ == "__main__":
    main()
