"""What delegations want the minutes to say of their own interventions. Nothing here commits."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.texts import check_length, clean, written
from app.floor.models import SpeakerEntry
from app.record import emails, minutes, queries
from app.record.enums import Kept, MinutesState, Outcome
from app.record.models import Minutes, MinutesCorrection
from app.record.noting import hold_minutes
from app.record.texts import checked, key_of

REASON_LIMIT = 1000


def takes_corrections(found: Minutes | None, at: datetime) -> bool:
    """Whether delegations may propose corrections at a moment."""
    return (
        found is not None
        and found.state is MinutesState.CORRECTING
        and found.correct_until is not None
        and at < found.correct_until
    )


def propose(
    entry: SpeakerEntry, points: Mapping[str, str], *, reason: str, received_at: datetime, by: Actor
) -> MinutesCorrection:
    """Propose what the minutes shall say of an intervention; it takes the place of what was proposed and waits.

    Raises WrongState before the minutes were sent and from their moment on, Refusal for what they say already.
    """
    kept = checked(points)
    reason = check_length(clean(reason), REASON_LIMIT, field="reason")
    found = hold_minutes(entry.meeting)
    if not takes_corrections(found, received_at):
        raise WrongState(_l("The time for corrections is over, or has not begun."))
    if not kept:
        raise Refusal(_l("Write what the minutes shall say."), field="points")
    sent = queries.newest_version(found.id, Kept.SENT)
    if sent and sent.texts.get(key_of(entry.id), {}) == kept:
        raise Refusal(_l("This is what the minutes say already."), field="points")
    row = queries.open_correction(entry.id)
    if row is None:
        row = MinutesCorrection(intervention=entry)
    elif (row.points, row.reason) == (kept, reason):
        return row
    row.points, row.reason, row.proposed_at, row.proposed_by_id = kept, reason, received_at, by.id
    record("propose_correction_of_minutes", row, by=by, meeting_id=entry.meeting.id, changes={})
    db.session.flush()
    return row


def settle(row: MinutesCorrection, outcome: Outcome, *, answer: str, by: Actor) -> None:
    """Say what becomes of a correction; accepted, the minutes say it. The delegation is told.

    Raises Refusal without an answer to what is not accepted as it is, WrongState for what is settled.
    """
    meeting = row.intervention.meeting
    hold_minutes(meeting)
    db.session.refresh(row)
    if row.outcome is not None:
        raise WrongState(_l("This correction has its answer already."))
    if outcome is Outcome.ACCEPTED:
        row.answer = check_length(clean(answer), REASON_LIMIT, field="answer")
        minutes.word(meeting, row.points, intervention_id=row.intervention_id, by=by)
    else:
        row.answer = written(answer, REASON_LIMIT, field="answer", missing=_l("Write why, for the delegation."))
    row.outcome, row.settled_at, row.settled_by_id = outcome, now(), by.id
    changes = {"state": [None, outcome.value]}
    record("settle_correction_of_minutes", row, by=by, meeting_id=meeting.id, changes=changes)
    emails.tell_settled(row)
