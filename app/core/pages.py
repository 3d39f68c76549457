"""What every answer has: security headers, cache rules, error pages, addresses of static files."""

import hashlib
import secrets
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from app.core import racing, resending
from app.core.db import db
from app.core.errors import Forbidden, Refusal, SignInNeeded
from app.core.moving import moved_to

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


STATIC_HEADERS = ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")  # the rest is for pages


def our_page(target: str | None) -> str | None:
    """Return `target` if it is a path on this site, else None: nobody is sent elsewhere by a link of ours."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    if any(ord(char) < 33 for char in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def is_api() -> bool:
    """Whether the request asks the API, whose errors are problem documents (the API answers them)."""
    return request.path.startswith("/api/")


def error_page(
    status: int, title: str, message: str, *, kept: str = "", next_step: str = "", again: bool = True
) -> Any:
    """Return an error page (what happened, what was kept, what to do); a problem document (RFC 9457) for the API.

    After a form the page holds what was sent; with `again`, it can be sent once more from there.
    """
    if is_api():
        problem = jsonify(type="about:blank", title=title, status=status, detail=message)
        problem.content_type = "application/problem+json"
        return problem, status
    page = render_template(
        "errors/error.html",
        status=status,
        title=title,
        message=message,
        kept=kept,
        next_step=next_step,
        held=resending.kept(),
        again=again,
        before=_page_before() if request.method == "POST" and status != 404 else None,
    )
    return page, status


def _refuse_nul() -> None:
    """Refuse an address with a NUL in it: PostgreSQL holds no such text, so nothing can be found by it."""
    if "\x00" in request.path or (b"%00" in request.query_string and not is_api()):
        abort(400)


def _add_headers(response: Response) -> Response:
    static = request.endpoint == "static"
    if static:
        response.headers.remove("Content-Disposition")  # a file of a page is not a download
    for name in STATIC_HEADERS if static else HEADERS:
        response.headers.setdefault(name, HEADERS[name])
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if not static:
        response.vary.update(("Cookie", "Accept-Language"))
        if current_user.is_authenticated or request.method not in ("GET", "HEAD"):
            response.headers.setdefault("Cache-Control", "no-store")
        else:
            response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _sign_in_needed(error: SignInNeeded) -> Any:
    if request.method == "GET" and not is_api():
        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
    if request.accept_mimetypes.best == "application/json" and not is_api():  # a page that saves itself
        told = _("Your session has ended. Your text is kept in this browser.")
        return jsonify(message=told, sign_in=url_for("people.sign_in")), 401
    return error_page(
        401 if is_api() else 403,
        _("Sign in first"),
        _("You are not signed in, or your session has ended."),
        kept=_("Nothing was changed."),
    )


def _forbidden(error: Forbidden) -> Any:
    db.session.rollback()
    return error_page(
        403,
        _("You may not do this"),
        _("This page, or this action, is for others than your account."),
        next_step=_("If you think it should be yours, write to the secretariat."),
    )


def _page_before() -> str | None:
    """The page of ours from which the request came, as a path that can be got again; None where there is none."""
    source = urlsplit(request.referrer or "")
    if (source.scheme, source.netloc) != (request.scheme, request.host):
        return None
    target = our_page(f"{source.path}?{source.query}" if source.query else source.path)
    if target is None or (request.method == "GET" and source.path == request.path):
        return None
    try:
        current_app.create_url_adapter(request).match(source.path, method="GET")  # type: ignore[union-attr]  # in a request
    except HTTPException:
        return None
    return target


def _back_saying(sentence: str) -> Any:
    """Go back to the page whose button was pressed, which says so; None where something was written, or on no page."""
    target = _page_before() if request.method == "GET" or g.get("one_button") else None
    if target is None or is_api() or "HX-Request" in request.headers:
        return None
    session.pop("_flashes", None)  # what was said until then did not happen
    flash(sentence, "warning")
    return redirect(target, code=303)


def _refused(error: Refusal) -> Any:
    db.session.rollback()
    if answer := _back_saying(str(error.message)):
        return answer
    title, kept = _("This was not done"), _("Nothing was changed.")
    response = make_response(error_page(error.status, title, str(error.message), kept=kept, again=False))
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _stale(error: StaleDataError | DBAPIError) -> Any:
    if not racing.lost(error):
        return _fault(error)
    db.session.rollback()
    current_app.logger.info("somebody else was first: %s", error)
    if answer := _back_saying(_("Somebody changed this in the meantime. Look at it again, then do what you want.")):
        return answer
    return error_page(
        409,
        _("Somebody else saved this first"),
        _("While you were working, another person saved the same thing. Nothing was overwritten."),
        next_step=_("Open the page again to see the other person's version."),
    )


def _pressed_on_what_is_gone() -> bool:
    """Whether a button was pressed, on a page of ours, that sends nothing which a person wrote."""
    held = resending.kept()
    return held is not None and not held.written and current_user.is_authenticated


def _http_error(error: HTTPException) -> Any:
    db.session.rollback()
    if error.code is None or error.code < 400 or isinstance(error, SecurityError):
        return error  # under a host that is not ours no page of ours has an address
    if error.code == 404 and request.method in ("GET", "HEAD") and (target := moved_to(request.path, current_user)):
        query = request.query_string.decode("latin-1")
        return redirect(f"{target}?{query}" if query else target, code=301)
    if error.code == 404 and _pressed_on_what_is_gone():
        g.one_button = True
        if answer := _back_saying(_("Somebody changed this in the meantime. Look at it again, then do what you want.")):
            return answer
    texts = {
        400: (_("The request could not be read"), _("Part of what your browser sent is missing or wrong.")),
        403: (_("You may not do this"), _("This action is for others.")),
        404: (_("There is no such page"), _("It may have moved or been deleted, or it is not for your eyes.")),
        405: (_("This address does not take that"), _("The address exists, but not for this kind of request.")),
        410: (
            _("This was withdrawn"),
            _("It was published here. Whoever it came from, or the secretariat, took it back."),
        ),
        413: (
            _("This is too large"),
            _(
                "A file may have at most %(files)d MB, and the texts of one form %(texts)d MB.",
                files=current_app.config["FILE_LIMIT"] // (1024 * 1024),
                texts=current_app.config["MAX_FORM_MEMORY_SIZE"] // (1024 * 1024),
            ),
        ),
        429: (_("Too many tries"), _("Wait a few minutes, then try again.")),
    }
    title, message = texts.get(error.code, (_("This did not work"), _("The request was refused.")))
    kept = "" if request.method == "GET" else _("Nothing was changed.")
    if error.code == 413:
        kept = _("Nothing was changed. What you sent was not read, so nothing of it could be kept.")
    response = make_response(error_page(error.code, title, message, kept=kept))
    if after := Headers(error.get_headers()).get("Retry-After"):
        response.headers["Retry-After"] = after
    return response


def _csrf_error(error: CSRFError) -> Any:
    policy = getattr(current_app.view_functions.get(request.endpoint or ""), "policy", "public")
    if policy != "public" and not current_user.is_authenticated:
        return _sign_in_needed(SignInNeeded())  # with the session went the token
    return error_page(
        400,
        _("This form is too old"),
        _("The form was opened before you signed in or out, so it was not accepted."),
        kept=_("Nothing was changed."),
        next_step=_("Open the form again."),
    )


def _fault(error: Exception) -> Any:
    if current_app.testing:
        raise error
    db.session.rollback()
    mark = secrets.token_hex(4)
    current_app.logger.exception("fault %s at %s %s", mark, request.method, request.path)
    return error_page(
        500,
        _("Something broke on our side"),
        _("The fault was recorded as %(mark)s.", mark=mark),
        kept=_("What was saved before is safe."),
        next_step=_("Try again; if it happens again, send us that mark."),
    )


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "missing"


def _static_version(app: Flask, endpoint: str, values: dict[str, Any]) -> None:
    # Style sheets name fonts as they are: one that is preloaded under another address would be fetched twice.
    if endpoint == "static" and "v" not in values and not values["filename"].startswith("fonts/"):
        values["v"] = _fingerprint(Path(app.static_folder or "") / values["filename"])


class Sessions(SecureCookieSessionInterface):
    """The session's cookie is renewed by pages, not by each of their files, which are the same for everybody."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Let the answer of a page carry the cookie, and tell caches that it depends on it."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


def say(message: str) -> None:
    """Show the sentence once, on the next page."""
    flash(message)


def back_to(endpoint: str, **values: Any) -> AnyResponse:
    """Redirect (303) to a page after a form was taken."""
    return redirect(url_for(endpoint, **values), code=303)


def init_app(app: Flask) -> None:
    """Add headers, error pages and static addresses to an application."""
    app.session_interface = Sessions()
    app.before_request(_refuse_nul)
    app.after_request(_add_headers)
    app.register_error_handler(SignInNeeded, _sign_in_needed)
    app.register_error_handler(Forbidden, _forbidden)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(DBAPIError, _stale)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)
    app.url_defaults(lambda endpoint, values: _static_version(app, endpoint, values))
