"""Giving the floor and keeping its time, which is the server's. Nothing here commits."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import InvalidRequestError

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.forms import overtaken
from app.core.merging import version_in
from app.core.texts import clean, fingerprint
from app.floor import operations, queries
from app.floor.changes import record
from app.floor.enums import EntryState, SpeakingKind
from app.floor.labels import speaker_name
from app.floor.models import RULING_LIMIT, SpeakerEntry, Speech
from app.floor.standing import standing_of
from app.meetings.enums import Stage
from app.meetings.holding import HELD, check_held
from app.meetings.models import Meeting

MISTAKE = timedelta(seconds=30)  # spoken, until which having given the floor can be undone


def give(entry: SpeakerEntry, *, by: Actor) -> Speech:
    """Give somebody the floor, whom the list has next or anybody else who waits; whoever has it already keeps it.

    A point of order interrupts who speaks, whose clock stands until it was ruled on. Raises WrongState while somebody
    else has the floor, while an earlier point of order waits to be made or to be ruled on, and out of session.
    """
    meeting = entry.meeting
    lock(meeting, *HELD)
    lock(entry.speakers)
    db.session.refresh(entry.speakers)
    db.session.refresh(entry)
    if entry.state is EntryState.SPEAKING and entry.speech is not None:
        return entry.speech
    check_held(meeting)
    if meeting.stage is not Stage.IN_SESSION:
        raise WrongState(_l("The floor is given while the session is held: move it to that stage first."))
    if entry.state is not EntryState.WAITING:
        raise WrongState(_l("This request does not wait any more."))
    due, points = queries.points_of_order(meeting.id)
    if due is not None:
        raise WrongState(_l("Rule on the point of order first: %(party)s.", party=speaker_name(due)))
    if points and points[0] is not entry:
        raise WrongState(_l("A point of order comes first: %(party)s.", party=speaker_name(points[0])))
    allowed = standing_of(entry.speakers).allowed[entry.id]
    speaker = queries.who_has_the_floor(meeting.id)
    if speaker is not None:
        if entry.kind is not SpeakingKind.POINT_OF_ORDER or speaker.entry.kind is SpeakingKind.POINT_OF_ORDER:
            raise WrongState(_l("%(party)s has the floor. End that first.", party=speaker_name(speaker.entry)))
        speaker.paused_at, speaker.held = speaker.paused_at or now(), True
        record("interrupt_speech", speaker, meeting, by=by)
    elif entry.kind.queued:
        operations.arrive(meeting, entry.speakers.mark, by=by)
    entry.state = EntryState.SPEAKING
    speech = Speech(entry=entry, meeting_id=meeting.id, allowed=allowed, begun_at=now())
    changes = {"party_id": [None, entry.delegation.party_id], "kind": [None, entry.kind.value]}
    record("give_the_floor", speech, meeting, by=by, changes=changes)
    return speech


def _under_way(speech: Speech) -> Meeting:
    """Lock the session, read the speech as it is now, and return the session. Raises WrongState for one taken back."""
    try:
        meeting = speech.meeting
        lock(meeting)
        db.session.refresh(speech)
    except InvalidRequestError:
        raise WrongState(_l("The floor was taken back from them: they wait for it again.")) from None
    return meeting


def pause(speech: Speech, *, by: Actor) -> None:
    """Let the clock stand. Raises WrongState for what has ended."""
    meeting = _under_way(speech)
    _check_not_ended(speech)
    if speech.paused_at is None:
        speech.paused_at = max(now(), speech.begun_at)
        record("pause_speech", speech, meeting, by=by)


def resume(speech: Speech, *, by: Actor) -> None:
    """Let the clock go on. Raises WrongState for what has ended, and until a point of order that interrupts it has
    ended and was ruled on."""
    meeting = _under_way(speech)
    _check_not_ended(speech)
    if speech.held:
        raise WrongState(_l("A point of order interrupts this speech. Rule on it and end it first."))
    if speech.paused_at is not None:
        _go_on(speech, now())
        record("resume_speech", speech, meeting, by=by)


def _check_not_ended(speech: Speech) -> None:
    if speech.ended_at is not None:
        raise WrongState(_l("This speech has ended."))


def _go_on(speech: Speech, at: datetime) -> None:
    """Count how long the clock stood."""
    if speech.paused_at is not None:
        speech.paused_ms += max(0, round((at - speech.paused_at).total_seconds() * 1000))
        speech.paused_at = None


def end(speech: Speech, *, by: Actor) -> None:
    """End a speech; once more changes nothing.

    Whoever a point of order interrupted has the floor again, paused, once it was ruled on too.
    """
    meeting = _under_way(speech)
    if speech.ended_at is not None:
        return
    stop(speech)
    speech.entry.state = EntryState.SPOKEN
    if not speech.entry.ruling_due:
        let_go(meeting.id)
    record("end_speech", speech, meeting, by=by)


def stop(speech: Speech) -> None:
    """End a speech whose session is locked."""
    at = max(now(), speech.begun_at)
    _go_on(speech, at)
    speech.held, speech.ended_at = False, at
    db.session.flush()


def let_go(meeting_id: int) -> None:
    """Have whom a point of order interrupted the floor again, paused, in a session that is locked."""
    for other in queries.speeches_under_way(meeting_id):
        other.held = False


def take_back(speech: Speech, *, by: Actor) -> None:
    """Undo having given the floor to the wrong one, who waits again in the same place. Its time counts for nothing.

    Raises WrongState once they have spoken for more than `MISTAKE`, while a point of order interrupts them, and where
    their delegation has asked anew.
    """
    meeting = _under_way(speech)
    entry = speech.entry
    lock(entry.speakers)
    _check_not_ended(speech)
    if speech.held:
        raise WrongState(_l("A point of order interrupts this speech. Rule on it and end it first."))
    if speech.spent() > MISTAKE:
        raise WrongState(_l("They have spoken for more than half a minute: end the intervention, or remove it."))
    if queries.waits_for(entry.list_id, entry.delegation_id, entry.kind):
        raise WrongState(_l("This delegation has asked again in the meantime: end the intervention."))
    db.session.delete(speech)
    db.session.flush()
    db.session.expire(entry, ["speech"])
    let_go(meeting.id)
    entry.state, entry.ruling, entry.ruled_at = EntryState.WAITING, "", None
    record("take_back_the_floor", entry, meeting, by=by)


def rule_on(entry: SpeakerEntry, ruling: str, *, seen: str | None = None, by: Actor) -> None:
    """Note the Chair's ruling on a point of order; it can be worded anew. One that has ended lets go of whom it
    interrupted.

    `seen`: the mark of the ruling that this one was worded beside. Raises Stale where another was noted since, Refusal
    without a ruling, WrongState for a point that was not made and once the summary is published.
    """
    meeting, ruling = entry.meeting, clean(ruling)
    lock(meeting, *HELD)
    db.session.refresh(entry)
    if entry.kind is not SpeakingKind.POINT_OF_ORDER:
        raise WrongState(_l("The Chair rules on points of order."))
    if entry.state not in (EntryState.SPEAKING, EntryState.SPOKEN):
        raise WrongState(_l("This point of order was not made: there is nothing to rule on."))
    if not ruling:
        raise Refusal(_l("Write the ruling."), field="ruling")
    if len(ruling) > RULING_LIMIT:
        raise Refusal(_l("Use at most %(limit)d characters.", limit=RULING_LIMIT), field="ruling")
    if meeting.stage is Stage.PUBLISHED:
        raise WrongState(_l("The summary is published: what happened on the floor is not changed any more."))
    if entry.ruling != ruling:
        if seen is not None and version_in(seen) != fingerprint(entry.ruling):
            raise overtaken()
        if entry.ruling_due:
            let_go(meeting.id)
        entry.ruling, entry.ruled_at = ruling, now()
        record("rule_on_point_of_order", entry, meeting, by=by)
