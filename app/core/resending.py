"""A form that could not be taken: its error page holds what was written, and sends it again once that can work.

Each text stands there under its label: that of the form which the request was read into, or else, where nothing was
read because the session had ended, of the form as the feature usually shows it.

The token of the page stands for what it holds, at its address. It does not hang on the session, which signing in
ends; it counts only for a request that the browser says comes from our own pages, as all here does.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from flask import current_app, g, request
from flask_wtf import CSRFProtect
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from app.core.texts import fingerprint

AGAIN = "send_again"
TOKENS = frozenset({"csrf_token", AGAIN})
# By a person: what forms bring along, and what their buttons say.
NOT_WRITTEN = frozenset({"version", "seen", "checked", "fields", "action", "form_key", "item", "direction", "template"})
ROW = re.compile(r"-\d+-")
NEVER_HELD = ("/sign-in", "/set-up/", "//")

Inputs = list[tuple[str, str]]
# How inputs are usually labelled, by the blueprint whose forms have them; features add to it as the application starts.
usual_labels: dict[str, Callable[[], Mapping[str, str]]] = {}


class Written(NamedTuple):
    """What a person wrote into an input; without a label where none is known."""

    name: str
    label: str
    text: str


class Kept(NamedTuple):
    """What a page holds of a form: where it goes, all its inputs, those that a person wrote, the token of it all."""

    address: str
    inputs: Inputs
    written: list[Written]
    token: str
    has_files: bool


def _from_our_page() -> bool:
    """Whether the browser says that the request comes from a page of ours; one that says nothing does not."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    source = urlsplit(request.headers.get("Origin") or request.referrer or "")
    return (source.scheme, source.netloc) == (request.scheme, request.host)


def _address() -> str:
    query = request.query_string.decode("latin-1")
    return quote(request.path) + (f"?{query}" if query else "")


def _inputs() -> Inputs:
    """All inputs of the request but tokens; line ends as they are in a page."""
    return [
        (name, value.replace("\r\n", "\n"))
        for name, value in request.form.items(multi=True)
        if name.rpartition("-")[2] not in TOKENS
    ]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="send-again")


def _mark(inputs: Inputs) -> str:
    return fingerprint([_address(), inputs])


def kept() -> Kept | None:
    """Return what the request sent, to hold on its error page: nothing of other sites, and never a password."""
    if request.method != "POST" or request.path.startswith(NEVER_HELD) or not _from_our_page():
        return None
    try:
        inputs = _inputs()
    except HTTPException:  # too large to be read
        return None
    if any("password" in name for name, _value in inputs):
        return None
    return Kept(
        address=_address(),
        inputs=inputs,
        written=_written([one for one in inputs if one[0] not in NOT_WRITTEN and one[1].strip()]),
        token=str(_signer().dumps(_mark(inputs))),
        has_files=any(file.filename for file in request.files.values()),
    )


def _written(inputs: Inputs) -> list[Written]:
    labels: dict[str, str] = {}
    for form in g.get("forms", ()):
        labels |= form.labels()
    if request.blueprint in usual_labels and any(name not in labels for name, _text in inputs):
        labels = {**usual_labels[request.blueprint](), **labels}
    rows = {name: ROW.sub("-0-", name) for name, _text in inputs}  # a row has its labels from the first
    return [Written(name, labels.get(name) or labels.get(rows[name], ""), text) for name, text in inputs]


def _sent_again() -> bool:
    """Whether the request is what a page of ours held, sent from there."""
    token = request.form.get(AGAIN)
    if not token or not _from_our_page():
        return False
    try:
        mark = _signer().loads(token, max_age=int(current_app.permanent_session_lifetime.total_seconds()))
    except BadSignature:
        return False
    return bool(mark == _mark(_inputs()))


class Protection(CSRFProtect):  # type: ignore[misc]  # Flask-WTF has no types
    """Every form carries the token of its session; one that is sent again, the token of what it holds."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Raise CSRFError for a form without a token that counts."""
        if request.method == "POST" and _sent_again():
            g.csrf_valid = True  # the form itself asks this too
        else:
            super().protect(apply_exemptions=apply_exemptions)
