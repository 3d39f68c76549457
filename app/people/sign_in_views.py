"""Signing in and out, setting an account up, and the language of the screen."""

from typing import Any
from zoneinfo import available_timezones

from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.core.clock import now
from app.core.db import db
from app.core.errors import WrongState
from app.core.languages import COOKIE
from app.core.localized import LANGUAGES
from app.core.pages import back_to, our_page, say
from app.core.policies import public
from app.core.wording import city_of
from app.live import ask_again
from app.people import bp
from app.people.enums import LinkPurpose
from app.people.forms import LinkForm, SetUpForm, SignInForm
from app.people.models import User
from app.people.operations import ask_for_link, set_up_account, sign_in_with_password, use_sign_in_link
from app.people.queries import account_by_email, usable_link
from app.people.throttle import count_attempt, forgive_attempts

BY_LINK_AT = "by_link_at"
YEAR = 365 * 24 * 3600


def open_session(user: User, *, by_link: bool = False) -> None:
    """Sign the browser in, in a new session: nothing of the one before stays."""
    session.clear()
    session.permanent = True
    login_user(user)
    if by_link:
        session[BY_LINK_AT] = now().timestamp()


def _start(target: str | None) -> Response:
    return redirect(our_page(target) or url_for("desk.home"), code=303)


def _client() -> str:
    return request.remote_addr or ""


def _dead_link() -> Any:
    return render_template("people/dead_link.html", form=LinkForm(formdata=None)), 410


@bp.get("/sign-in")
@public()
def sign_in() -> Any:
    """The form that asks for address and password."""
    target = our_page(request.args.get("next"))
    if current_user.is_authenticated:
        return _start(target)
    return render_template("people/sign_in.html", form=SignInForm(data={"next": target}))


@bp.post("/sign-in")
@public()
def check_sign_in() -> Any:
    """Sign in by password."""
    form = SignInForm()
    if form.validate_on_submit():
        email, address = form.email.data or "", _client()
        with form.saving():
            count_attempt("password", email=email, address=address)
            user = sign_in_with_password(email, form.password.data or "")
            forgive_attempts("password", email=email, address=address)
        if not form.refused:
            open_session(user)
            return _start(form.next.data)
    return render_template("people/sign_in.html", form=form), form.status


@bp.get("/sign-in/link")
@public()
def ask_link() -> Any:
    """The form that asks for a mailed link."""
    return render_template("people/ask_link.html", form=LinkForm())


@bp.post("/sign-in/link")
@public()
def mail_link() -> Any:
    """Have a link mailed; the answer is the same whether there is such an account or not."""
    form = LinkForm()
    if form.validate_on_submit():
        with form.saving():
            count_attempt("mail", email=form.email.data or "", address=_client())
            ask_for_link(account_by_email(form.email.data or ""))
            return back_to("people.link_mailed")
    return render_template("people/ask_link.html", form=form), form.status


@bp.get("/sign-in/link/mailed")
@public()
def link_mailed() -> Any:
    """What to do while the mail is under way."""
    return render_template("people/link_mailed.html")


@bp.get("/sign-in/link/<token>")
@public()
def sign_in_by_link(token: str) -> Any:
    """Ask for one press of a button: programs that open links in mails must not use the link up."""
    link = usable_link(token, LinkPurpose.SIGN_IN)
    return _dead_link() if link is None else render_template("people/sign_in_by_link.html", user=link.user)


@bp.post("/sign-in/link/<token>")
@public()
def take_sign_in_link(token: str) -> Any:
    """Sign in by the link, which then works no more."""
    try:
        user = use_sign_in_link(token)
    except WrongState:
        return _dead_link()
    db.session.commit()
    open_session(user, by_link=True)
    return _start(None)


@bp.get("/set-up/<token>")
@public()
def set_up(token: str) -> Any:
    """The form that sets an account up."""
    link = usable_link(token, LinkPurpose.SET_UP)
    if link is None:
        return _dead_link()
    return render_template("people/set_up.html", form=SetUpForm(obj=link.user), user=link.user)


@bp.post("/set-up/<token>")
@public()
def take_set_up(token: str) -> Any:
    """Set the account up, and sign in."""
    link = usable_link(token, LinkPurpose.SET_UP)
    if link is None:
        return _dead_link()
    form = SetUpForm()
    if form.validate_on_submit():
        with form.saving():
            user = set_up_account(
                token, name=form.name.data or "", password=form.password.data or "", language=form.language.data
            )
        if isinstance(form.refused, WrongState):
            return _dead_link()
        if not form.refused:
            open_session(user)
            say(_("Your account is ready."))
            response = _start(None)
            response.delete_cookie(COOKIE)
            return response
    return render_template("people/set_up.html", form=form, user=link.user), form.status


@bp.post("/sign-out")
@public()
def sign_out() -> Response:
    """Sign this browser out: it forgets what pages kept in it, for others may use it next; what it listens to ends."""
    if current_user.is_authenticated:
        ask_again(current_user)
        db.session.commit()
    logout_user()
    session.clear()
    say(_("You are signed out."))
    response = back_to("library.home")
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@bp.get("/language/<code>/city/<path:zone>")
@public()
def city_of_zone(code: str, zone: str) -> Response:
    """The city of a zone in a language, as text (static/js/own-time.js asks for that of the reader's clock)."""
    if code not in LANGUAGES or zone not in available_timezones():
        raise NotFound
    answer = Response(city_of(zone, code), mimetype="text/plain")
    answer.cache_control.public, answer.cache_control.max_age = True, YEAR
    return answer


@bp.get("/language/<code>")
@public()
def choose_language(code: str) -> Response:
    """Keep the language for this browser, and go back to the page one came from."""
    if code not in LANGUAGES:
        raise NotFound
    response = redirect(our_page(request.args.get("next")) or url_for("library.home"), code=303)
    response.set_cookie(COOKIE, code, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return response
