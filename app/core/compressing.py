"""Answers in text travel compressed to whoever takes that: most of those who write have a poor line.

What a page repeats of its request cannot be weighed against its secrets from elsewhere, as the session's cookie does
not come with requests that other sites cause (SameSite).
"""

import gzip
from collections.abc import Callable
from functools import lru_cache, partial

import brotli
from flask import Flask, Response, request

SMALLEST = 500  # bytes: below, the headers weigh more
TYPES = frozenset(
    {
        "text/html", "text/css", "text/javascript", "application/json", "image/svg+xml",
        "text/xml", "application/xml", "application/atom+xml",
    }
)  # fmt: skip
Compression = Callable[[bytes], bytes]
_brotli = partial(brotli.compress, mode=brotli.MODE_TEXT)
_gzip = partial(gzip.compress, mtime=0)
# Name of an encoding, the better first -> how a page is compressed (quickly), how one that is the same for every
# visitor (as quickly, and remembered), and how a static file (once, and well).
ENCODINGS: dict[str, tuple[Compression, Compression, Compression]] = {
    "br": (
        partial(_brotli, quality=5),
        lru_cache(maxsize=64)(partial(_brotli, quality=5)),
        lru_cache(maxsize=64)(partial(_brotli, quality=11)),
    ),
    "gzip": (
        partial(_gzip, compresslevel=6),
        lru_cache(maxsize=64)(partial(_gzip, compresslevel=6)),
        lru_cache(maxsize=64)(partial(_gzip, compresslevel=9)),
    ),
}


def _compress(response: Response) -> Response:
    static = request.endpoint == "static"
    whole = response.status_code != 206 and (static or not response.is_streamed)
    if response.mimetype not in TYPES or not whole or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    encoding = next((name for name in ENCODINGS if request.accept_encodings[name] > 0), None)
    if encoding is None or (response.content_length or 0) < SMALLEST:
        return response
    response.direct_passthrough = False
    way = 2 if static else 1 if response.get_etag()[0] else 0
    response.set_data(ENCODINGS[encoding][way](response.get_data()))
    response.headers["Content-Encoding"] = encoding
    if etag := response.get_etag()[0]:
        response.set_etag(etag, weak=True)
    return response


def init_app(app: Flask) -> None:
    """Compress what an application answers."""
    app.after_request(_compress)
