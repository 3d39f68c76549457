"""Pages of visitors are not sent again to a browser that has them: a page has an ETag, made of what it says.

Browsers keep such a page for themselves and ask each time whether it still holds (`private, no-cache`), so that nobody
reads yesterday's; caches that many share keep none. What holds anything of one person (an account, a message that
waits, the token of a form) has no ETag and is never answered with "you have it". See docs/decisions/0066.
"""

from hashlib import blake2b

from flask import Flask, Response, request, session
from flask_login import current_user

KINDS = frozenset({"text/html", "application/atom+xml", "application/xml"})


def mark(response: Response) -> None:
    """Give a page its ETag, unless it has one; only for what is the same for every visitor."""
    if not response.get_etag()[0]:
        # Weak, because a page that says the same travels compressed or not.
        response.set_etag(blake2b(response.get_data(), digest_size=12).hexdigest(), weak=True)


def _is_every_visitor_s(response: Response) -> bool:
    page = request.endpoint != "static" and response.mimetype in KINDS and not response.is_streamed
    # A session that the page has just emptied held what the page shows: a message.
    own = current_user.is_authenticated or session or session.modified or "Set-Cookie" in response.headers
    return page and not own and not response.cache_control.no_store


def _validate(response: Response) -> Response:
    if request.method in ("GET", "HEAD") and response.status_code == 200 and _is_every_visitor_s(response):
        mark(response)
        response.make_conditional(request)
    return response


def init_app(app: Flask) -> None:
    """Let what an application answers to visitors be asked for with conditions."""
    app.after_request(_validate)
