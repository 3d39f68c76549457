"""Who presents, in which order, and what became of it: invitations, recordings. Nothing commits."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.meetings.models import Delegation, Meeting
from app.presentations import queries
from app.presentations.emails import tell_invited, writers
from app.presentations.enums import InvitationState, PresentationState
from app.presentations.models import PresentationSlot
from app.presentations.reminding import settle_missing

REASON_LIMIT = 1000
ADDRESS_LIMIT = 500


def slot_of(delegation: Delegation) -> PresentationSlot:
    """Return a mechanism's place among those who present, made at the end where it has none."""
    statement = sa.select(PresentationSlot).where(PresentationSlot.delegation_id == delegation.id)
    found = db.session.scalars(statement).one_or_none()
    if found:
        return found
    lock(delegation.meeting)
    if found := db.session.scalars(statement).one_or_none():
        return found
    last = db.session.scalar(
        sa.select(sa.func.max(PresentationSlot.position))
        .join(PresentationSlot.delegation)
        .where(Delegation.meeting_id == delegation.meeting_id)
    )
    slot = PresentationSlot(delegation=delegation, position=(last or 0) + 1)
    db.session.add(slot)
    db.session.flush()
    return slot


def invite(delegation: Delegation, *, by: Actor) -> bool:
    """Invite a mechanism to present, by mail to its representatives; return whether it was not invited before.

    One that declined can be invited again. Raises Refusal where nobody can be written to.
    """
    slot = slot_of(delegation)
    if slot.state in (InvitationState.INVITED, InvitationState.ACCEPTED):
        return False
    if not writers(delegation):
        raise Refusal(_l("Nobody writes for %(party)s yet. Invite its focal point first.", party=delegation.party.code))
    slot.state, slot.invited_at, slot.answered_at, slot.reason = InvitationState.INVITED, now(), None, ""
    record("invite_to_present", slot, by=by, meeting_id=delegation.meeting_id)
    tell_invited(delegation)
    return True


def invite_all(meeting: Meeting, *, by: Actor) -> int:
    """Invite the mechanisms that were not and that somebody writes for; return how many."""
    return sum(
        invite(row.delegation, by=by)
        for row in not_invited(queries.presenting_delegations(meeting.id))
        if writers(row.delegation)
    )


def not_invited(rows: Iterable[queries.Presenting]) -> list[queries.Presenting]:
    """Those of the mechanisms that were not invited and have not filed without being asked."""
    return [
        row
        for row in rows
        if (row.slot is None or row.slot.state is None)
        and not (row.presentation and row.presentation.state is PresentationState.FILED)
    ]


def answer_invitation(delegation: Delegation, state: InvitationState, *, reason: str, by: Actor) -> None:
    """Accept or decline; the answer can be changed. Raises Refusal without a reason to decline, and WrongState."""
    slot = slot_of(delegation)
    if slot.state is None:
        raise WrongState(_l("The secretariat has not invited this mechanism to present."))
    if state is InvitationState.DECLINED and not reason:
        raise Refusal(_l("Say why, so that the secretariat can plan the panel."), field="reason")
    if len(reason) > REASON_LIMIT:
        raise Refusal(_l("Use at most %(limit)d characters.", limit=REASON_LIMIT), field="reason")
    if slot.delivered_at:
        raise WrongState(_l("The presentation was delivered already."))
    slot.state, slot.answered_at = state, now()
    slot.reason = reason if state is InvitationState.DECLINED else ""
    record("answer_invitation", slot, by=by, meeting_id=delegation.meeting_id)
    settle_missing(delegation)


def place(delegation: Delegation, *, position: int, by: Actor) -> None:
    """Put a mechanism at a position (from 1) among those who present; past an end means at the end."""
    rows = list(queries.presenting_delegations(delegation.meeting_id))
    order = [row.delegation for row in rows]
    before = order.index(delegation) + 1
    order.remove(delegation)
    order.insert(min(max(position, 1), len(order) + 1) - 1, delegation)
    slots = {row.delegation.id: row.slot for row in rows}
    for number, row in enumerate(order, start=1):
        slot = slots[row.id] or slot_of(row)
        if slot.position != number:
            slot.position = number
    changes = {"position": [before, order.index(delegation) + 1]}
    record("order_presentation", slot_of(delegation), by=by, meeting_id=delegation.meeting_id, changes=changes)


def move(delegation: Delegation, *, up: bool, by: Actor) -> None:
    """Put a mechanism one up or down among those who present."""
    order = [row.delegation.id for row in queries.presenting_delegations(delegation.meeting_id)]
    number = order.index(delegation.id) + 1
    place(delegation, position=number - 1 if up else number + 1, by=by)


def mark_delivered(delegation: Delegation, delivered: bool, *, by: Actor) -> None:
    """Note that a presentation was delivered, or that it was not after all. Raises WrongState before the session."""
    slot = slot_of(delegation)
    if delivered == (slot.delivered_at is not None):
        return
    if delivered and now() < delegation.meeting.starts_at:
        raise WrongState(_l("The session has not begun yet."))
    slot.delivered_at = now() if delivered else None
    record("mark_delivered", slot, by=by, meeting_id=delegation.meeting_id)


def attach_recording(delegation: Delegation, address: str, *, by: Actor) -> None:
    """Keep where the recording is ("": nowhere). Raises Refusal for what is no https address."""
    slot = slot_of(delegation)
    if address and not is_https(address):
        raise Refusal(_l("Write a whole address that begins with https://."), field="address")
    slot.recording_url = address
    record("attach_recording", slot, by=by, meeting_id=delegation.meeting_id)


def is_https(address: str) -> bool:
    """Whether an address is one of the web, encrypted, without a name or password in it."""
    if len(address) > ADDRESS_LIMIT or any(ord(char) < 33 or char in '<>"\\' for char in address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and "." in (parts.hostname or "") and parts.username is None
    except ValueError:
        return False
