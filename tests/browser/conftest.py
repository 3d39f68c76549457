"""One running site and one Chromium for all browser tests of a process."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.axe import AXE
from tests.browser.people import Person
from tests.browser.site import Site, copy_demonstration, serving, start_chromium

PEOPLE = pytest.StashKey[list[Person]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Say of a test that failed which pages its people were looking at."""
    if call.when == "call" and call.excinfo:
        for somebody in item.stash.get(PEOPLE, []):
            call.excinfo.value.add_note(somebody.what_is_seen())
    return (yield)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = start_chromium(playwright)
        page = chromium.new_page()
        page.goto("about:blank")
        assert page.evaluate("1 + 1") == 2
        page.close()
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def new_site(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], AbstractContextManager[Site]]:
    """A function that serves the demonstration on a database that nobody else uses, until the block ends."""

    def serve() -> AbstractContextManager[Site]:
        own = tmp_path_factory.getbasetemp()
        folder = tmp_path_factory.mktemp("site")
        copy_demonstration(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own, folder)
        return serving(folder)

    return serve


@pytest.fixture(scope="session")
def site(new_site) -> Iterator[Site]:
    with new_site() as running:
        yield running


@pytest.fixture
def person(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Callable[..., Person]]:
    """A function that gives a person a browser of their own; afterwards no console may have complained."""
    people = request.node.stash.setdefault(PEOPLE, [])

    def arrive(email: str | None = None, **options) -> Person:
        somebody = Person(browser, site, email=email, **options)
        people.append(somebody)
        return somebody

    yield arrive
    for somebody in people:
        somebody.close()
    assert [fault for somebody in people for fault in somebody.faults] == []


@pytest.fixture
def watched(person) -> Callable[..., Person]:
    """A person whose pages axe-core is put into."""

    def arrive(email: str | None) -> Person:
        somebody = person(email, bypass_csp=True)
        somebody.context.add_init_script(path=AXE)
        return somebody

    return arrive
