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
from app.meetings.enums import ItemRole, Stage
from app.meetings.holding import check_held
from app.meetings.models import AgendaVersion, Delegation, Meeting
from app.meetings.programme import follows
from app.meetings.queries import latest_agenda
from app.presentations import queries
from app.presentations.emails import tell_invited, writers
from app.presentations.enums import InvitationState, PresentationState
from app.presentations.models import PresentationSlot
from app.presentations.queries import Presenting
from app.presentations.reminding import settle_missing

REASON_LIMIT = 1000
ADDRESS_LIMIT = 500


def slot_of(delegation: Delegation) -> PresentationSlot:
    """Return what is held of a mechanism that presents, made where there is nothing: that gives it no place yet."""
    statement = sa.select(PresentationSlot).where(PresentationSlot.delegation_id == delegation.id)
    found = db.session.scalars(statement).one_or_none()
    if found:
        return found
    lock(delegation.meeting)
    if found := db.session.scalars(statement).one_or_none():
        return found
    slot = PresentationSlot(delegation=delegation)
    db.session.add(slot)
    db.session.flush()
    return slot


def may_invite(meeting: Meeting) -> bool:
    """Whether mechanisms can still be invited to present."""
    return meeting.stage is not Stage.PUBLISHED and not meeting.cancelled_at


def invite(delegation: Delegation, *, by: Actor) -> bool:
    """Invite a mechanism to present, by mail to its representatives; return whether it was not invited before.

    One that declined can be invited again. Raises Refusal where nobody can be written to.
    """
    slot = slot_of(delegation)
    if slot.state in (InvitationState.INVITED, InvitationState.ACCEPTED):
        return False
    check_held(delegation.meeting)
    if not may_invite(delegation.meeting):
        raise WrongState(_l("The session is published: nobody is invited to present any more."))
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
    check_held(delegation.meeting)
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
    """Put a mechanism at a position (from 1) among those who present; past an end means at the end.

    Those that speak in an item of the published order of business come first, as there. Raises WrongState for them.
    """
    speaking = speakers_of(latest_agenda(delegation.meeting_id))
    if delegation.party.code in speaking:
        raise WrongState(_l("The order of business says when this mechanism presents. Change it there."))
    order = list(queries.presenting_delegations(delegation.meeting_id))
    before = next(place for place, row in enumerate(order) if row.delegation is delegation)
    moved = order.pop(before)
    first = sum(1 for row in order if row.delegation.party.code in speaking)
    order.insert(max(position - 1, first), moved)
    _number(order)
    changes = {"position": [before + 1, order.index(moved) + 1]}
    record("order_presentation", slot_of(delegation), by=by, meeting_id=delegation.meeting_id, changes=changes)


def _number(order: Iterable[Presenting]) -> None:
    for number, row in enumerate(order, start=1):
        slot = row.slot or slot_of(row.delegation)
        if slot.position != number:
            slot.position = number


def speakers_of(version: AgendaVersion | None) -> dict[str, str]:
    """Code of a party -> the number of the first item of an order of business in which it speaks, in their order."""
    found: dict[str, str] = {}
    content = version.content if version else {"items": [], "parts": {}}
    for item in content["items"]:
        for code, roles in sorted(content["parts"].get(item["mark"], {}).items()):
            if ItemRole.SPEAKER in roles:
                found.setdefault(code, item["number"])
    return found


@follows
def follow_agenda(version: AgendaVersion) -> None:
    """Have mechanisms present in the order of business that was published; those who are not in it come after."""
    places = {code: place for place, code in enumerate(speakers_of(version))}
    rows = queries.presenting_delegations(version.meeting_id)
    if any(row.delegation.party.code in places for row in rows):
        _number(sorted(rows, key=lambda row: places.get(row.delegation.party.code, len(places))))


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
