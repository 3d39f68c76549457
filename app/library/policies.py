"""Who may see what on a page that not everybody who reads the page may see."""

from app.core.actors import Actor
from app.practices.models import Practice


def can_see_contact(actor: Actor, practice: Practice) -> bool:
    """The member States of the body that convened the session, and the secretariat; never the public."""
    return actor.is_staff or practice.meeting.mechanism_id in actor.member_of
