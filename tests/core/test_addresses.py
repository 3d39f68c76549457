"""Addresses are built once, and are those that Flask builds."""

import pytest
from flask import Flask, url_for

ASKED = [
    ("library.home", {}),
    ("library.meeting", {"slug": "cam-2026"}),
    ("library.meeting", {"slug": "with space/and ünïcode", "page": 2}),
    ("meetings.edit_agenda_item", {"item_id": 7}),
    ("library.practices", {"state": None, "q": "a&b", "page": 1}),
    ("library.practices", {"theme": ["1", "2"]}),
    ("library.meeting", {"slug": "cam-2026", "_anchor": "top"}),
    ("library.home", {"_external": True}),
    ("static", {"filename": "css/base.css"}),
]


@pytest.mark.parametrize(("endpoint", "values"), ASKED)
@pytest.mark.parametrize("below", ["", "/plenaria"])
def test_an_address_is_what_flask_builds_the_first_time_and_again(app, endpoint, values, below):
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": below}):
        built = Flask.url_for(app, endpoint, **values)
        assert [url_for(endpoint, **values), app.url_for(endpoint, **values), url_for(endpoint, **values)] == [
            built
        ] * 3
        assert built.removeprefix("http://localhost").startswith(below)


def test_what_is_like_another_has_its_own(app):
    with app.test_request_context("/"):
        assert url_for("library.practices", page=1) == url_for("library.practices", page="1")
        assert url_for("library.practices", page=True).endswith("page=True")
        assert url_for("library.practices", page=1).endswith("page=1")


def test_addresses_do_not_fill_the_memory(app, monkeypatch):
    monkeypatch.setattr("app.core.addresses.MOST_KEPT", 3)
    monkeypatch.setattr(app, "_addresses", {})  # the application is that of all tests
    with app.test_request_context("/"):
        for number in range(1, 9):
            assert url_for("meetings.edit_agenda_item", item_id=number).endswith(f"/{number}")
            assert len(app._addresses) <= 3
