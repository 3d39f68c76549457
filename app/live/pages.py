"""Live parts in pages: what a page includes, where its script listens, and what it asks for while it cannot listen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, jsonify, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.errors import Forbidden, SignInNeeded
from app.core.languages import current_language
from app.core.localized import LANGUAGES
from app.core.pages import HEADERS
from app.core.policies import public
from app.live import bp
from app.live.registry import Part, part_for
from app.live.rendering import mark_of, shown

STREAM = "/live/stream"
MOST_PARTS = 8
POLICY = "Content-Security-Policy"


@dataclass(frozen=True)
class Fragment:
    """A part in a page: its name, the mark of what is shown, and the HTML."""

    name: str
    mark: str
    html: Markup


def fragment(stream: str, what: str, thing: Any = None) -> Fragment:
    """Render a part as the person who asks for the page sees it, in the language of the page.

    `thing`: what the stream's loader gave the page already. Raises NotFound, SignInNeeded or Forbidden where the page
    shows more than the person may see.
    """
    return fragments(stream, [what], thing)[0]


def fragments(stream: str, whats: Iterable[str], thing: Any = None) -> list[Fragment]:
    """Render several parts of one thing as of one moment, so that what they share is read once; as `fragment` does."""
    parts = [part_for(current_user, f"{stream}/{what}", current_language(), thing) for what in whats]
    return [
        Fragment(state.part.name, state.mark, Markup(state.html))  # noqa: S704  (a stream's function gives HTML)
        for state in shown(_app(), *parts)
    ]


def parts_asked_for(actor: Actor) -> tuple[Part, ...]:
    """The parts that a request names, in its order. Raises NotFound, SignInNeeded or Forbidden for any of them."""
    names = request.args.getlist("part")
    if not 0 < len(names) <= MOST_PARTS:
        raise NotFound
    wanted = request.args.get("language", "")
    language = wanted if wanted in LANGUAGES else current_language()
    loaded: dict[Any, Any] = {}
    return tuple(part_for(actor, name, language, loaded=loaded) for name in names)


@bp.get("/live/now")
@public()  # each stream asks the policy of its page
def now() -> Response:
    """The newest state of parts, for a page that cannot listen: JSON, or 304 where the page has it."""
    try:
        parts = parts_asked_for(current_user)
    except SignInNeeded:
        raise Forbidden from None  # a script has no use for the page to sign in
    marks = ",".join(mark_of(part) for part in parts)
    if request.if_none_match.contains(marks):
        response = current_app.response_class(status=304)
    else:
        states = shown(_app(), *parts)
        marks = ",".join(state.mark for state in states)
        response = jsonify([{"part": state.part.name, "html": state.html} for state in states])
    response.set_etag(marks)
    return response


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]  # Flask's types hide it


def origin() -> str:
    """Where the live process is found by browsers, if not at the address of the page: "http://host:port" or "".

    A proxy leads to it by its path. Without one, pages go to its port.
    """
    if current_app.config["PROXY_COUNT"]:
        return ""
    return at_port(current_app.config["LIVE_PORT"])


def at_port(port: str) -> str:
    """The origin of a port of the host that was asked."""
    host, colon, own = request.host.rpartition(":")
    return f"{request.scheme}://{host if colon and own.isdecimal() else request.host}:{port}"


def _let_listen(response: Response) -> Response:
    """Let pages connect to the live process where it has a port of its own."""
    # What is no page of ours may have been asked for under a host that is not ours either.
    if response.mimetype == "text/html" and request.url_rule and (other := origin()):
        rule = "connect-src 'self'"
        policy = response.headers.get(POLICY, HEADERS[POLICY])
        response.headers[POLICY] = policy.replace(rule, f"{rule} {other}")
    return response


def _addresses() -> dict[str, Any]:
    return {"stream": origin() + STREAM, "now": url_for("live.now")}


def init_app(app: Flask) -> None:
    """Give templates what components/live.html needs."""
    app.after_request(_let_listen)
    app.jinja_env.globals.update(live_fragments=fragments, live_addresses=_addresses)
