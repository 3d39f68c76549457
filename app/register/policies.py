"""Who registers documents and who reads them."""

from app.core.actors import Actor
from app.core.audience import may_read
from app.meetings.enums import Stage
from app.register.models import Document


def can_manage_register(actor: Actor, thing: object = None) -> bool:
    """The secretariat keeps the register."""
    return actor.is_staff


def can_view_document(actor: Actor, document: Document, *, participates: bool) -> bool:
    """The secretariat sees all; others what was issued, if they are its audience. What was issued and then withdrawn
    stays to be seen, as a note."""
    if actor.is_staff:
        return True
    if document.issued_at is None or document.meeting.stage is Stage.PREPARING:
        return False
    body = document.meeting.mechanism_id
    return may_read(actor, document.audience, body_id=body, participates=participates)
