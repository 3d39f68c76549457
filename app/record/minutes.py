"""The minutes: worded, sent to the delegations, compared, brought back, final. Nothing here commits."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core import merging
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.forms import overtaken
from app.core.texts import written
from app.floor.queries import speeches_under_way
from app.meetings.enums import OVER
from app.meetings.models import Meeting
from app.record import emails, queries
from app.record.enums import Kept, MinutesState
from app.record.models import Minutes, MinutesText, MinutesVersion, Points
from app.record.noting import hold_any_minutes, hold_minutes
from app.record.texts import checked, joined, parts_of

REASON_LIMIT = 1000


def word(
    meeting: Meeting,
    points: Mapping[str, str],
    *,
    intervention_id: int | None = None,
    mark: str | None = None,
    seen: str | None = None,
    by: Actor,
) -> MinutesText:
    """Say what the minutes say of an intervention, or of the item with a mark, whatever the notes say.

    `seen`: the mark (`worded_from`) of what the person had before them. Raises Stale where that is another by now,
    Refusal, WrongState once the minutes are final.
    """
    kept = checked(points)
    hold_minutes(meeting)
    text = _text(meeting, intervention_id, mark)
    if text and text.points == kept:
        return text
    notes = queries.notes_on(intervention_id) if intervention_id else ()
    check_seen(seen, worded_from(text.points if text else joined(notes)))
    if text is None:
        text = MinutesText(meeting=meeting, intervention_id=intervention_id, mark=mark, version=1)
        db.session.add(text)
    text.points = kept
    record("word_minutes", text, by=by, meeting_id=meeting.id, changes={})
    db.session.flush()
    return text


def worded_from(says: Points) -> str:
    """The mark of what the minutes say, for who words it."""
    return merging.mark(says)


def check_seen(seen: str | None, stands: str) -> None:
    """Raise Stale unless what a page showed (`seen`) has the mark of what stands."""
    if seen is not None and merging.version_in(seen) != stands:
        raise overtaken()


def _text(meeting: Meeting, intervention_id: int | None, mark: str | None) -> MinutesText | None:
    rows = queries.worded(meeting.id).values()
    return next((row for row in rows if (row.intervention_id, row.mark) == (intervention_id, mark)), None)


def keep_version(minutes: Minutes, why: Kept = Kept.BY_HAND, *, by: Actor) -> MinutesVersion:
    """Keep the minutes as they are now; by hand, what is kept already is kept once."""
    newest = queries.newest_version(minutes.id)
    texts = queries.texts_of(minutes.meeting_id)
    if newest and why in (Kept.BY_HAND, Kept.BEFORE_RESTORING) and newest.texts == texts:
        return newest
    version = MinutesVersion(
        minutes=minutes,
        number=newest.number + 1 if newest else 1,
        why=why,
        texts=texts,
        kept_at=now(),
        kept_by_id=by.id,
    )
    changes = {"number": [None, version.number]}
    record("keep_minutes", version, by=by, meeting_id=minutes.meeting_id, changes=changes)
    db.session.flush()
    return version


def keep(meeting: Meeting, *, by: Actor) -> MinutesVersion:
    """Keep the minutes of a session as they are now, to compare with later. Raises WrongState once they are final."""
    return keep_version(hold_minutes(meeting), by=by)


def send(meeting: Meeting, until: datetime | None, *, by: Actor) -> MinutesVersion:
    """Send the minutes to the delegations, which propose corrections until a moment; sent again, the newest count.

    Raises Refusal for a moment that is not to come, and where the minutes say nothing.
    """
    minutes = hold_minutes(meeting)
    if until is None or until <= now():
        raise Refusal(_l("Choose a moment in the future."), field="until")
    version = keep_version(minutes, Kept.SENT, by=by)
    if not version.texts:
        raise Refusal(_l("The minutes say nothing yet."))
    changes = {"state": [minutes.state.value, MinutesState.CORRECTING.value], "until": [None, str(until)]}
    minutes.state, minutes.correct_until = MinutesState.CORRECTING, until
    record("send_minutes", minutes, by=by, meeting_id=meeting.id, changes=changes)
    emails.tell_sent(minutes)
    return version


def finish(meeting: Meeting, *, by: Actor) -> MinutesVersion:
    """Make the minutes final. Raises WrongState while the session is held or somebody speaks, before the delegations
    could correct them, while a correction waits, and where they say what the delegations were not told."""
    minutes = hold_minutes(meeting)
    db.session.refresh(meeting, ["stage"])
    if meeting.stage not in OVER or speeches_under_way(meeting.id):
        raise WrongState(_l("What is said in the session belongs in the minutes: make them final once it is over."))
    if minutes.state is not MinutesState.CORRECTING or minutes.correct_until is None:
        raise WrongState(_l("Send the minutes to the delegations first: they correct them until a moment."))
    if now() < minutes.correct_until:
        raise WrongState(_l("The delegations may still propose corrections. Wait until their time is over."))
    if any(row.outcome is None for rows in queries.corrections_of(meeting.id).values() for row in rows):
        raise WrongState(_l("A correction waits for an answer. Settle it first."))
    if queries.texts_of(meeting.id) != queries.told(minutes):
        raise WrongState(_l("The minutes say something else than what the delegations have. Send them again first."))
    version = keep_version(minutes, Kept.FINAL, by=by)
    changes = {"state": [minutes.state.value, MinutesState.FINAL.value]}
    minutes.state = MinutesState.FINAL
    record("finish_minutes", minutes, by=by, meeting_id=meeting.id, changes=changes)
    emails.drop_sent(meeting.id)
    return version


def reopen(meeting: Meeting, reason: str, *, by: Actor) -> None:
    """Open final minutes again: they are written, sent and corrected anew; what was final is read until they are sent.

    Sent again, it is done once. Raises Refusal without a reason, WrongState for what is not final.
    """
    reason = written(reason, REASON_LIMIT, field="reason", missing=_l("Write why: the delegations read it."))
    minutes = hold_any_minutes(meeting)
    if minutes.state is not MinutesState.FINAL:
        if minutes.reopened_because == reason:
            return
        raise WrongState(_l("These minutes are not final."))
    changes = {"state": [minutes.state.value, MinutesState.WRITING.value]}
    minutes.state, minutes.correct_until = MinutesState.WRITING, None
    minutes.reopened_at, minutes.reopened_because = now(), reason
    record("reopen_minutes", minutes, by=by, meeting_id=meeting.id, changes=changes)


def restored_from(texts: Mapping[str, Points]) -> str:
    """The mark of what minutes say, for who brings a version back in their place."""
    return merging.mark(texts)


def restore(version: MinutesVersion, *, seen: str | None = None, by: Actor) -> None:
    """Have the minutes say again what they said in a version; what they say now is kept before.

    `seen`: the mark of what they said when the person was shown what it changes. Raises Stale where that is another by
    now, WrongState once they are final.
    """
    meeting = version.minutes.meeting
    minutes = hold_minutes(meeting)
    check_seen(seen, restored_from(queries.texts_of(meeting.id)))
    keep_version(minutes, Kept.BEFORE_RESTORING, by=by)
    before = queries.texts_of(meeting.id)
    for key in {*before, *version.texts}:
        points: Points = version.texts.get(key, {})
        if before.get(key, {}) != points:
            kind, what = parts_of(key)
            where = {"mark": what} if kind == "item" else {"intervention_id": int(what)}
            word(meeting, points, **where, by=by)
    record("restore_minutes", version, by=by, meeting_id=meeting.id, changes={"number": [None, version.number]})
