"""The mailbox page of development and tests: the mails that the folder transport has kept."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import current_app, render_template, request
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.paging import PER_PAGE, Page
from app.core.policies import public
from app.mail import bp


def _folder() -> Path:
    folder: Path = current_app.config["MAIL_DIR"]
    return folder


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def _load(actor: Actor, name: str) -> EmailMessage:
    path = next((path for path in _folder().glob("*.eml") if path.stem == name), None)
    if path is None:
        raise NotFound
    return _read(path)


@bp.get("/mailbox")
@public()
def mailbox() -> str:
    """List the mails, the newest first."""
    paths = sorted(_folder().glob("*.eml"), reverse=True)
    number = min(max(request.args.get("page", 1, type=int), 1), len(paths) // PER_PAGE + 1)
    shown = paths[(number - 1) * PER_PAGE : number * PER_PAGE]
    page = Page([(path.stem, _read(path)) for path in shown], len(paths), number, PER_PAGE)
    return render_template("mail/mailbox.html", page=page)


@bp.get("/mailbox/<name>")
@public(load=_load)
def mail(message: EmailMessage) -> str:
    """Show one mail."""
    return render_template("mail/mail.html", mail=message, body=message.get_content())
