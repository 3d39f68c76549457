"""The administrators' pages of accounts."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.core.actors import Actor
from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import SelectChoice
from app.core.languages import current_language
from app.core.pages import back_to, say
from app.core.policies import is_administrator, signed_in
from app.core.texts import clean, fold
from app.directory.models import Party
from app.directory.queries import states
from app.people import bp
from app.people.enums import Standing
from app.people.forms import InviteForm
from app.people.labels import STANDINGS
from app.people.models import User
from app.people.operations import close_account, invite_account, reopen_account
from app.people.policies import can_manage_account
from app.people.queries import account_by_email, accounts, parties_by_account


def _load(actor: Actor, user_id: int) -> User:
    user = db.session.get(User, user_id) if actor.is_administrator else None
    if user is None:
        raise NotFound
    return user


@bp.get("/accounts", endpoint="accounts")
@signed_in(is_administrator)
def list_accounts() -> str:
    """All accounts."""
    words = clean(request.args.get("q"), lines=False)
    page = accounts(page=request.args.get("page", 1, type=int), words=words)
    return render_template(
        "people/accounts.html", page=page, words=words, standings=STANDINGS, parties=parties_by_account(page.items)
    )


def _form() -> tuple[InviteForm, dict[str, Party]]:
    language = current_language()
    by_code = {state.code: state for state in states()}
    ordered = sorted(by_code.values(), key=lambda state: fold(state.short_names.in_language(language)))
    form = InviteForm(data={"language": language})
    form.state.choices = [
        SelectChoice("", _("Choose a State")),
        *(SelectChoice(state.code, state.short_names.in_language(language)) for state in ordered),
    ]
    return form, dict(by_code)


@bp.get("/accounts/invite")
@signed_in(is_administrator)
def invite() -> str:
    """The form that invites somebody."""
    return render_template("people/invite.html", form=_form()[0])


@bp.post("/accounts/invite")
@signed_in(is_administrator)
def send_invitation() -> Any:
    """Invite somebody to an account."""
    form, by_code = _form()
    if form.validate_on_submit():
        standing = Standing(form.standing.data)
        party = by_code.get(form.state.data or "") if standing is Standing.MEMBER else None
        known = account_by_email(form.email.data or "")
        with form.saving():
            if standing is Standing.MEMBER and party is None:
                raise Refusal(_l("Choose the State that the account reads for."), field="state")
            if known is not None and known.closed_at is None:
                raise Refusal(_l("There is an account with this address already."), field="email")
            user = invite_account(
                email=form.email.data or "",
                name=form.name.data or "",
                standing=standing,
                party=party,
                language=form.language.data,
                by=current_user,
            )
            say(_("%(name)s was invited.", name=user.name))
            return back_to("people.accounts")
    return render_template("people/invite.html", form=form), form.status


@bp.post("/accounts/<int:user_id>/invite")
@signed_in(can_manage_account, load=_load)
def invite_again(user: User) -> Response:
    """Mail a new set-up link; the one before works no more."""
    invite_account(
        email=user.email,
        name=user.name,
        standing=user.standing,
        party=user.party,
        language=user.language,
        by=current_user,
    )
    db.session.commit()
    say(_("A new invitation to %(name)s is on its way.", name=user.name))
    return back_to("people.accounts")


@bp.get("/accounts/<int:user_id>/close")
@signed_in(can_manage_account, load=_load)
def confirm_close(user: User) -> str:
    """Say what closing the account does."""
    return render_template("people/close.html", user=user)


@bp.post("/accounts/<int:user_id>/close")
@signed_in(can_manage_account, load=_load)
def close(user: User) -> Response:
    """Close the account."""
    close_account(user, by=current_user)
    db.session.commit()
    say(_("The account of %(name)s is closed.", name=user.name))
    return back_to("people.accounts")


@bp.post("/accounts/<int:user_id>/reopen")
@signed_in(can_manage_account, load=_load)
def reopen(user: User) -> Response:
    """Reopen the account."""
    reopen_account(user, by=current_user)
    db.session.commit()
    say(_("The account of %(name)s is open again.", name=user.name))
    return back_to("people.accounts")
