"""What delegations want the minutes to say of their own interventions. Nothing here commits."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.merging import mark
from app.core.texts import check_length, clean, written
from app.floor.models import SpeakerEntry
from app.record import emails, minutes, queries
from app.record.enums import MinutesState, Outcome
from app.record.minutes import REASON_LIMIT, check_seen
from app.record.models import Minutes, MinutesCorrection, Points
from app.record.noting import hold_minutes, noted
from app.record.texts import checked, key_of


def takes_corrections(found: Minutes | None, at: datetime) -> bool:
    """Whether delegations may propose corrections at a moment."""
    return (
        found is not None
        and found.state is MinutesState.CORRECTING
        and found.correct_until is not None
        and at < found.correct_until
    )


def check_taking(found: Minutes | None, at: datetime) -> None:
    """Raise WrongState unless delegations may propose corrections at a moment."""
    if not takes_corrections(found, at):
        raise WrongState(_l("The time for corrections is over, or has not begun."))


def standing(entry: SpeakerEntry, found: Minutes | None) -> Points:
    """What the minutes say of an intervention to its delegation (`queries.told`)."""
    return queries.told(found).get(key_of(entry.id), {}) if found else {}


def beginning(row: MinutesCorrection | None, stands: Points) -> tuple[Points, str, str]:
    """What a correction is written from, its reason, and the mark of both: that which waits, else what stands."""
    points, reason = (row.points, row.reason) if row else (stands, "")
    return points, reason, mark([points, reason])


def settled_from(row: MinutesCorrection, says: Points) -> str:
    """The mark of a correction and of what the minutes say beside it."""
    return mark([row.points, row.reason, says])


def propose(
    entry: SpeakerEntry,
    points: Mapping[str, str],
    *,
    reason: str,
    received_at: datetime,
    seen: str | None = None,
    by: Actor,
) -> MinutesCorrection:
    """Propose what the minutes shall say of an intervention; it takes the place of what was proposed and waits.

    `seen`: the mark of what the person wrote it from. Raises Stale where that is another by now, WrongState before the
    minutes were sent and from their moment on, Refusal for what they say already.
    """
    kept = checked(points)
    reason = check_length(clean(reason), REASON_LIMIT, field="reason")
    found = hold_minutes(entry.meeting)
    check_taking(found, received_at)
    if not kept:
        raise Refusal(_l("Write what the minutes shall say."), field="points")
    row, stands = queries.open_correction(entry.id), standing(entry, found)
    if row and (row.points, row.reason) == (kept, reason):
        return row
    check_seen(seen, beginning(row, stands)[2])
    if stands == kept:
        raise Refusal(_l("This is what the minutes say already."), field="points")
    row = row or MinutesCorrection(intervention=entry)
    row.points, row.reason, row.proposed_at, row.proposed_by_id = kept, reason, received_at, by.id
    record("propose_correction_of_minutes", row, by=by, meeting_id=entry.meeting.id, changes={})
    db.session.flush()
    return row


def settle(
    row: MinutesCorrection,
    outcome: Outcome,
    *,
    answer: str,
    points: Mapping[str, str] | None = None,
    seen: str | None = None,
    by: Actor,
) -> None:
    """Say what becomes of a correction; accepted, the minutes say it, and in part, they say `points`. The delegation is
    told.

    `seen`: the mark of the correction and of the minutes as the person had them side by side. Raises Stale where either
    is another by now, Refusal without an answer to what is not accepted as it is, where the text says that another
    outcome is meant, and for a part that is all or nothing; WrongState for what is settled.
    """
    wanted = None if points is None else checked(points)
    meeting = row.intervention.meeting
    hold_minutes(meeting)
    db.session.refresh(row)
    if row.outcome is not None:
        raise WrongState(_l("This correction has its answer already."))
    says = noted(row.intervention)
    check_seen(seen, settled_from(row, says))
    if outcome is Outcome.ACCEPTED:
        row.answer = check_length(clean(answer), REASON_LIMIT, field="answer")
    else:
        row.answer = written(answer, REASON_LIMIT, field="answer", missing=_l("Write why, for the delegation."))
    if outcome is Outcome.IN_PART:
        row.taken = _part(row, says if wanted is None else wanted)
    elif wanted not in (None, says, row.points):
        raise Refusal(
            _l("You changed the text of the minutes. That goes with “Accepted in part” alone."), field="points"
        )
    elif outcome is Outcome.ACCEPTED:
        row.taken = row.points
    if row.taken:
        minutes.word(meeting, row.taken, intervention_id=row.intervention_id, by=by)
    row.outcome, row.settled_at, row.settled_by_id = outcome, now(), by.id
    changes = {"state": [None, outcome.value]}
    record("settle_correction_of_minutes", row, by=by, meeting_id=meeting.id, changes=changes)
    emails.tell_settled(row)


def _part(row: MinutesCorrection, wanted: Points) -> Points:
    """What the minutes say once a correction is accepted in part. Raises Refusal for nothing or all of it."""
    if not wanted or wanted == standing(row.intervention, queries.minutes_of(row.intervention.meeting.id)):
        message = _l("Accepted in part, the minutes must say part of it: change the text to what they shall say.")
        raise Refusal(message, field="points")
    if wanted == row.points:
        raise Refusal(_l("The text says all that was proposed: choose “Accepted”."), field="outcome")
    return wanted
