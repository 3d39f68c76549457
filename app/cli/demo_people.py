"""The accounts of the demonstration: one for each kind of user, all with the same password."""

import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from app.audit.operations import record
from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.directory.models import Party
from app.people.enums import Standing
from app.people.models import User
from app.people.passwords import hash_password


@dataclass(frozen=True)
class Account:
    """A demonstration account; `key` is the party it acts or reads for, or its function."""

    key: str
    email: str
    name: str
    standing: Standing = Standing.MEMBER
    party: str | None = None
    language: str = "en"
    what: str = ""


ACCOUNTS = (
    Account(
        "secretariat", "secretariat@example.org", "Technical secretariat", Standing.SECRETARIAT, what="the secretariat"
    ),
    Account("PE", "peru@example.org", "Focal point of Peru", party="PE", language="es", what="a delegate of Peru"),
    Account(
        "BR", "brazil@example.org", "Focal point of Brazil", party="BR", language="pt", what="a delegate of Brazil"
    ),
    Account("HT", "haiti@example.org", "Focal point of Haiti", party="HT", language="fr", what="a delegate of Haiti"),
    Account("RCM", "rcm@example.org", "Technical secretariat of the RCM", what="a mechanism's representative"),
    Account(
        "reader",
        "reader@example.org",
        "Desk officer of Saint Kitts and Nevis",
        party="KN",
        what="a reader of a State that took no part",
    ),
    Account("chair", "chair@example.org", "Presiding delegate", what="who chairs the session that is being held"),
    Account("rapporteur", "rapporteur@example.org", "Rapporteur", what="who keeps its record"),
    Account("interpreter", "interpreter@example.org", "Head of the booths", what="an interpreter"),
    Account(
        "administrator", "administrator@example.org", "Administrator", Standing.ADMINISTRATOR, what="the administrator"
    ),
    # Writes for the States that have no account of their own here; nobody needs to sign in as it.
    Account("delegations", "delegations@example.org", "Drafters of the other delegations"),
)


def make_accounts(password: str) -> dict[str, User]:
    """Add the accounts and return them by key."""
    parties = {party.code: party for party in db.session.scalars(sa.select(Party))}
    hashed = hash_password(password)
    people = {}
    for account in ACCOUNTS:
        party = parties[account.party] if account.party else None
        user = User(
            email=account.email,
            name=account.name,
            standing=account.standing,
            party_id=party.id if party else None,
            language=account.language,
            password_hash=hashed,
            sign_in_key=secrets.token_urlsafe(24),
            demonstration=True,
            created_at=now(),
            set_up_at=now(),
        )
        record("make_demonstration_account", user, by=SYSTEM, changes={})
        people[account.key] = user
    return people
