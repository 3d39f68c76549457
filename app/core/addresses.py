"""Addresses of pages: a page has hundreds, mostly those that the page before it had, so each is built once; and whole
addresses, as the world reaches them."""

from typing import Any

from apiflask import APIFlask
from flask import current_app, has_request_context, request
from werkzeug.urls import iri_to_uri

MOST_KEPT = 10_000  # some megabytes
SIMPLE = frozenset({str, int})


class Application(APIFlask):
    """An application that remembers the addresses it has built within its own site."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._addresses: dict[tuple[Any, ...], str] = {}

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """Return the address of an endpoint, as Flask builds it."""
        values = {name: value for name, value in values.items() if value is not None}  # as building does
        simple = all(type(value) in SIMPLE and name[0] != "_" for name, value in values.items())
        if not simple or endpoint[0] == "." or not has_request_context():
            return super().url_for(endpoint, **values)
        # A rule may be for one method only, and a proxy may serve us below a path.
        key = (endpoint, request.method, request.environ.get("SCRIPT_NAME"), *values.items())
        if (known := self._addresses.get(key)) is not None:
            return known
        address = super().url_for(endpoint, **values)
        if len(self._addresses) >= MOST_KEPT:
            self._addresses.clear()
        self._addresses[key] = address
        return address


def whole_address(path: str) -> str:
    """Return a path of ours as the world reaches it: on BASE_URL, whatever host the request named."""
    return f"{str(current_app.config['BASE_URL']).rstrip('/')}{iri_to_uri(path)}"
