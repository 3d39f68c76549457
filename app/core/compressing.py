"""Answers in text travel compressed to whoever takes that: most of those who write have a poor line.

What a page repeats of its request cannot be weighed against its secrets from elsewhere, as the session's cookie does
not come with requests that other sites cause (SameSite).
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

SMALLEST = 1000  # bytes: below, a network packet holds it anyway
LEVEL = 6
TYPES = frozenset({"text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"})


@lru_cache(maxsize=64)
def _file(content: bytes) -> bytes:
    """A static file is compressed once, and well."""
    return gzip.compress(content, 9, mtime=0)


def _compress(response: Response) -> Response:
    static = request.endpoint == "static"
    whole = response.status_code != 206 and (static or not response.is_streamed)
    if response.mimetype not in TYPES or not whole or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] <= 0 or (response.content_length or 0) < SMALLEST:
        return response
    response.direct_passthrough = False
    content = response.get_data()
    response.set_data(_file(content) if static else gzip.compress(content, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    if etag := response.get_etag()[0]:
        response.set_etag(etag, weak=True)
    return response


def init_app(app: Flask) -> None:
    """Compress what an application answers."""
    app.after_request(_compress)
