"""What a process that answers searches reads before the first of them: among 100,000 practices it takes seconds."""

from threading import Thread

from flask import Flask

from app.core.localized import LANGUAGES
from app.search.columns import columns
from app.search.words import forms


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

    Thread(target=begin, name="search-warming", daemon=True).start()
