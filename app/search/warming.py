"""What a process that answers searches reads before the first of them: among 100,000 practices it takes seconds."""

from threading import Thread

from flask import Flask, current_app

from app.core.localized import LANGUAGES
from app.search.columns import columns
from app.search.words import forms

WARMING = "search_warming"  # the thread that does it, in the application's extensions


def warm(app: Flask) -> None:
    """Read the columns and set the stemmers up; as a request that reads does, so that on SQLite nobody waits for it."""
    with app.test_request_context("/search"):
        columns()
    for language in LANGUAGES:
        forms("migration", language)


def begin_to_warm(app: Flask) -> None:
    """Do it beside what the process begins with; where it fails, the first search does it."""

    def begin() -> None:
        try:
            warm(app)
        except Exception:
            app.logger.exception("the index could not be read beforehand")

    thread = app.extensions[WARMING] = Thread(target=begin, name="search-warming", daemon=True)
    thread.start()


def is_warming() -> bool:
    """Whether that is still going on: what can be left out need not wait for it."""
    thread: Thread | None = current_app.extensions.get(WARMING)
    return thread is not None and thread.is_alive()
