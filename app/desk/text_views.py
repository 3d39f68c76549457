"""Pages on which a body writes its own texts of messages."""

from typing import Any

import sqlalchemy as sa
from flask import render_template, request
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db
from app.core.forms import check_version, sent
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.pages import back_to, say
from app.core.policies import is_staff, signed_in
from app.desk import bp, mailing
from app.desk.forms import TextForm
from app.directory.models import Mechanism
from app.mail import operations
from app.mail.filling import filled
from app.mail.messages import Message, described, messages
from app.mail.models import MailText
from app.mail.texts import check_texts, defaults, samples

Pair = tuple[Mechanism, Message]


def _body(actor: Actor, slug: str) -> Mechanism:
    statement = sa.select(Mechanism).where(Mechanism.slug == slug)
    body = db.session.scalars(statement).one_or_none() if actor.is_staff else None
    if body is None:
        raise NotFound
    return body


def _text(actor: Actor, slug: str, feature: str, event: str) -> Pair:
    body, message = _body(actor, slug), described(f"{feature}/{event}")
    if message is None:
        raise NotFound
    return body, message


@bp.get("/mail/texts/<slug>")
@signed_in(is_staff, load=_body)
def mail_texts(body: Mechanism) -> Any:
    """The messages, and of which the body wrote its own text."""
    shown = [item for item in messages() if not item.private]
    return render_template("desk/mail_texts.html", body=body, messages=shown, own=mailing.own_texts(body.id))


def _previews(message: Message, subject: LocalizedText, body: LocalizedText) -> list[dict[str, Any]]:
    """The text filled in with samples, in each language."""
    said_subject, said_body = defaults(message)
    own = MailText(subject=subject, body=body)
    shown = []
    for code, name in LANGUAGE_NAMES.items():
        with force_locale(code):
            line, text = filled(message, code, own, samples(message))
        mine = (
            subject.get(code, said_subject[code]) != said_subject[code]
            or body.get(code, said_body[code]) != said_body[code]
        )
        shown.append({"code": code, "name": name, "subject": line, "body": text, "own": mine})
    return shown


def _page(pair: Pair, form: TextForm, *, preview: bool = False) -> tuple[str, int]:
    body, message = pair
    return render_template(
        "desk/mail_text.html",
        body=body,
        message=message,
        form=form,
        previews=[] if form.refused else _previews(message, form.subject.data, form.body.data),
        preview=preview,
        own=operations.own_text_of(body.id, message.name),
        placeholders=[(name, item.says, item.sample()) for name, item in message.placeholders.items()],
    ), form.status


def _form(message: Message, own: MailText) -> TextForm:
    subject, text = (
        LocalizedText({**default, **(mine or {})})
        for default, mine in zip(defaults(message), (own.subject, own.body), strict=True)
    )
    return TextForm(data={"subject": subject, "body": text, "version": own.version})


def _own(pair: Pair) -> MailText:
    """The body's own text; a new one, not in the session, where it has none."""
    body, message = pair
    return operations.own_text_of(body.id, message.name) or MailText(version=0)


@bp.get("/mail/texts/<slug>/<feature>/<event>")
@signed_in(is_staff, load=_text)
def mail_text(pair: Pair) -> Any:
    """The text of one message in four languages, and what it looks like."""
    return _page(pair, _form(pair[1], _own(pair)))


@bp.post("/mail/texts/<slug>/<feature>/<event>")
@signed_in(is_staff, load=_text)
def save_mail_text(pair: Pair) -> Any:
    """Show a text with samples, keep it, or go back to the default."""
    body, message = pair
    own, act = _own(pair), request.form.get("action", "save")
    form = _form(message, own)
    with form.saving(own):
        sent(form)
        if act == "preview":
            check_texts(message, form.subject.data, form.body.data)
            return _page(pair, form, preview=True)
        check_version(own, form.version.data)
        if act == "restore":
            anew = operations.restore_text(body.id, message, by=current_user)
            told = _("The default text is back.")
        else:
            anew = operations.save_text(
                body.id, message, subject=form.subject.data, body=form.body.data, by=current_user
            )
            told = _("The text was saved.")
        if anew:
            told += " " + ngettext(
                "%(num)d mail that waits was filled in anew.", "%(num)d mails that wait were filled in anew.", anew
            )
        say(told)
        return back_to("desk.mail_texts", slug=body.slug)
    return _page(pair, form)
