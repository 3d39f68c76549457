"""The people that tests act as, made of plain rows."""

import secrets
from dataclasses import dataclass, fields

import sqlalchemy as sa

from app.core.actors import Actor, Anonymous
from app.core.clock import now
from app.core.db import db
from app.directory.models import Party
from app.directory.queries import member_mechanism_ids
from app.meetings.enums import DelegationRole
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.people.enums import Standing
from app.people.models import User

STATE_A = "PE"
STATE_B = "CL"
READER_STATE = "CR"
MECHANISM = "RCM"


@dataclass(frozen=True)
class Personas:
    """Everybody. `join` puts the delegates of State A and B and the representative into a session."""

    anonymous: Actor
    reader: User
    delegate_a: User
    delegate_b: User
    representative: User
    secretariat: User
    administrator: User

    def items(self) -> list[tuple[str, Actor]]:
        """(name, person) for each, from the least to the most trusted."""
        return [(field.name, getattr(self, field.name)) for field in fields(self)]

    def join(self, meeting: Meeting) -> None:
        """Make the delegates and the representative members of their delegations to the session."""
        for user in (self.delegate_a, self.delegate_b, self.representative):
            add_member(meeting, user, DelegationRole.FOCAL_POINT)


def party(code: str) -> Party:
    """The party with this code."""
    return db.session.scalars(sa.select(Party).where(Party.code == code)).one()


def make_user(name: str, *, standing: Standing = Standing.MEMBER, party_code: str | None = None, **more) -> User:
    """An account that is set up, without a password; what it reads as a member State is remembered."""
    values = {
        "email": f"{name.lower().replace(' ', '.')}@example.org",
        "name": name,
        "standing": standing,
        "party_id": party(party_code).id if party_code else None,
        "language": "en",
        "sign_in_key": secrets.token_urlsafe(24),
        "created_at": now(),
        "set_up_at": now(),
    }
    user = User(**{**values, **more})
    db.session.add(user)
    db.session.flush()
    return _remembered(user)


def _remembered(user: User) -> User:
    member_of = member_mechanism_ids(user.party_id)
    user.remember_membership(lambda: member_of)
    return user


def add_member(meeting: Meeting, user: User, role: DelegationRole, party_id: int | None = None) -> Delegation:
    """Put a person into the delegation of a party (their own, unless another is named) to a session."""
    wanted = {"meeting_id": meeting.id, "party_id": party_id or user.party_id}
    delegation = db.session.scalars(sa.select(Delegation).filter_by(**wanted)).one_or_none() or Delegation(**wanted)
    delegation.members.append(DelegationMember(user=user, role=role, added_at=now()))
    db.session.add(delegation)
    db.session.flush()
    return delegation


# Name of each, its standing and the code of its party.
PERSONAS = {
    "reader": ("Reader", Standing.MEMBER, READER_STATE),
    "delegate_a": ("Delegate A", Standing.MEMBER, STATE_A),
    "delegate_b": ("Delegate B", Standing.MEMBER, STATE_B),
    "representative": ("Representative", Standing.MEMBER, MECHANISM),
    "secretariat": ("Secretariat", Standing.SECRETARIAT, None),
    "administrator": ("Administrator", Standing.ADMINISTRATOR, None),
}


def make_personas() -> None:
    """Commit an account for one of each."""
    for name, standing, party_code in PERSONAS.values():
        make_user(name, standing=standing, party_code=party_code)
    db.session.commit()


def find_personas() -> Personas:
    """One of each, of a database that `make_personas` has put them into."""
    users = {user.name: user for user in db.session.scalars(sa.select(User))}
    found = {kind: _remembered(users[name]) for kind, (name, *_more) in PERSONAS.items()}
    return Personas(anonymous=Anonymous(), **found)
