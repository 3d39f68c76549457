"""Who may read a thing. The order is from wide to narrow; the narrower of two always wins."""

from enum import StrEnum

from app.core.actors import Actor


class Audience(StrEnum):
    PUBLIC = "public"
    MEMBER_STATES = "member_states"
    RESTRICTED = "restricted"

    @property
    def rank(self) -> int:
        """0 for the widest."""
        return list(Audience).index(self)

    def narrower(self, other: "Audience") -> "Audience":
        """Return whichever of the two fewer people may read."""
        return max(self, other, key=lambda audience: audience.rank)

    def reaches(self, readers: "Audience") -> bool:
        """Whether everybody whom something for `readers` goes to may read what is for this audience as well.

        Those who take part in a session need not be of a member State: what is for member States does not reach them.
        """
        return self in (Audience.PUBLIC, readers)


def may_read(actor: Actor, audience: Audience, *, body_id: int, participates: bool) -> bool:
    """Whether the person is among the audience of something published by a body.

    `body_id`: the mechanism whose member States "member states" means; `participates`: whether the person
    is in a delegation to the session that it belongs to. Being in a delegation does not make a member State.
    """
    if actor.is_staff or audience is Audience.PUBLIC:
        return True
    if audience is Audience.MEMBER_STATES:
        return body_id in actor.member_of
    return participates
