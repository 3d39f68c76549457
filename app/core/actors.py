"""Who acts. Features know the signed-in person only by this protocol."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@runtime_checkable
class Actor(Protocol):
    """A person as policies and operations see them.

    `is_staff`: secretariat or administrator. `party_id`: the party (State, organization, mechanism) the
    account reads for. `member_of`: ids of the mechanisms of which that party is a member.
    """

    @property
    def id(self) -> int | None: ...
    @property
    def is_authenticated(self) -> bool: ...
    @property
    def is_staff(self) -> bool: ...
    @property
    def is_administrator(self) -> bool: ...
    @property
    def party_id(self) -> int | None: ...
    @property
    def member_of(self) -> frozenset[int]: ...
    @property
    def name(self) -> str: ...


class Anonymous:
    """Anybody who has not signed in. Also satisfies Flask-Login."""

    id = None
    is_authenticated = False
    is_active = False
    is_anonymous = True
    is_staff = False
    is_administrator = False
    party_id = None
    member_of: frozenset[int] = frozenset()
    name = ""

    def get_id(self) -> None:
        return None


@dataclass(frozen=True)
class Readership:
    """Whoever reads for members of the same mechanisms, or as staff, whatever else they take part in: what is found for
    them can be kept for all of them."""

    is_staff: bool
    member_of: frozenset[int]

    id = None
    is_administrator = False
    party_id = None
    name = ""

    @property
    def is_authenticated(self) -> bool:
        """Visitors are of no mechanism."""
        return self.is_staff or bool(self.member_of)


class System:
    """Plenaria itself, where a command or a job acts and no person does."""

    id = None
    is_authenticated = True
    is_staff = True
    is_administrator = True
    party_id = None
    member_of: frozenset[int] = frozenset()
    name = "Plenaria"


SYSTEM = System()
