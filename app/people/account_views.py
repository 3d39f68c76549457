"""A person's own account."""

from datetime import timedelta
from typing import Any

from flask import render_template, session
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.clock import now
from app.core.db import db
from app.core.forms import check_version, sent
from app.core.languages import COOKIE
from app.core.pages import back_to, say
from app.core.policies import anyone, signed_in
from app.mail.operations import whole_url
from app.people import bp
from app.people.forms import AccountForm, PasswordForm
from app.people.models import User
from app.people.operations import (
    change_account,
    change_password,
    make_calendar_feed,
    revoke_calendar_feed,
    sign_out_everywhere,
)
from app.people.queries import calendar_feed_of
from app.people.sign_in_views import BY_LINK_AT, open_session

LINK_COUNTS = timedelta(hours=1)
FEED_ADDRESS = "calendar_address"


def _came_by_link() -> bool:
    at: float = session.get(BY_LINK_AT, 0)
    return now().timestamp() - at < LINK_COUNTS.total_seconds()


def _me() -> User:
    return current_user._get_current_object()  # type: ignore[no-any-return]


def _page(form: AccountForm | None = None, password_form: PasswordForm | None = None) -> str:
    return render_template(
        "people/account.html",
        form=form or AccountForm(formdata=None, obj=_me()),
        user=_me(),
        password_form=password_form or PasswordForm(formdata=None),
        ask_current=not _came_by_link(),
        has_feed=calendar_feed_of(_me()) is not None,
        feed_address=session.pop(FEED_ADDRESS, ""),
    )


@bp.get("/account")
@signed_in(anyone)
def account() -> str:
    """Name, language, password, calendar, and signing out everywhere."""
    return _page()


@bp.post("/account")
@signed_in(anyone)
def save_account() -> Any:
    """Change name and language."""
    form = AccountForm(obj=_me())
    if form.validate_on_submit():
        with form.saving():
            check_version(_me(), form.version.data)
            change_account(_me(), name=form.name.data or "", language=form.language.data, by=_me())
            say(_("Your account was changed."))
            response = back_to("people.account")
            response.delete_cookie(COOKIE)
            return response
    return _page(form=form), form.status


@bp.post("/account/password")
@signed_in(anyone)
def save_password() -> Any:
    """Change the password; other browsers are signed out."""
    form = PasswordForm()
    if form.validate_on_submit():
        with form.saving():
            current = None if _came_by_link() else form.current.data or ""
            change_password(_me(), password=form.password.data or "", current=current, by=_me())
        if not form.refused:
            open_session(_me())
            say(_("Your password was changed, and every other browser was signed out."))
            return back_to("people.account")
    return _page(password_form=form), form.status


@bp.post("/account/calendar")
@signed_in(anyone)
def make_feed() -> Response:
    """Make a secret address for one's calendar, in place of the one there was; it is shown once."""
    sent()
    token = make_calendar_feed(_me(), by=_me())
    db.session.commit()
    session[FEED_ADDRESS] = whole_url("library.calendar_feed", token=token)
    return back_to("people.account", _anchor="calendar")


@bp.post("/account/calendar/revoke")
@signed_in(anyone)
def revoke_feed() -> Response:
    """Take the secret address of one's calendar back."""
    sent()
    revoke_calendar_feed(_me(), by=_me())
    db.session.commit()
    say(_("The address of your calendar no longer works."))
    return back_to("people.account", _anchor="calendar")


@bp.post("/account/sign-out-everywhere")
@signed_in(anyone)
def leave_everywhere() -> Response:
    """Sign every browser out, this one too."""
    sign_out_everywhere(_me(), by=_me())
    db.session.commit()
    session.clear()
    say(_("You are signed out everywhere."))
    return back_to("people.sign_in")
