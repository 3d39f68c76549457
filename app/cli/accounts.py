"""`plenaria user`."""

import sys

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import AppGroup

from app.cli import plenaria
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LANGUAGES
from app.directory.enums import PartyKind
from app.directory.queries import party_by_code
from app.people.enums import Standing
from app.people.operations import invite_account


@plenaria.group(cls=AppGroup)
def user() -> None:
    """Accounts."""


@user.command()
@click.argument("email")
@click.option("--name", help="How others see the person; they can change it.  [default: the address]")
@click.option(
    "--standing",
    type=click.Choice([standing.value for standing in Standing]),
    default=Standing.MEMBER.value,
    show_default=True,
    help="What the account is for.",
)
@click.option("--state", help="ISO 3166 code of the State that a member's account reads for.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
def invite(email: str, name: str | None, standing: str, state: str | None, language: str) -> None:
    """Invite somebody: mail EMAIL a link that sets up an account.

    Inviting again mails a new link while the account is not set up.
    """
    party = party_by_code(state) if state else None
    if state and (party is None or party.kind is not PartyKind.STATE):
        click.echo(f"plenaria: there is no State with the code {state}.", err=True)
        sys.exit(1)
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        click.echo(f"plenaria: {email} is not an e-mail address.", err=True)
        sys.exit(1)
    try:
        account = invite_account(
            email=email, name=name or email, standing=Standing(standing), party=party, language=language, by=SYSTEM
        )
    except Refusal as refusal:
        click.echo(f"plenaria: {refusal}", err=True)
        sys.exit(1)
    known = account.set_up_at is not None
    db.session.commit()
    if known:
        click.echo(f"{account.email} has an account already; nothing was mailed.")
    else:
        click.echo(f"A link is on its way to {account.email} (by the worker: plenaria serve runs one).")
