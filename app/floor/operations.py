"""Lists of speakers, the rules they go by, and who has a part in the floor. Nothing here commits.

Whoever changes who speaks locks the session first and then the list; whoever changes the list shares the session's
lock, so that it stays at its stage.
"""

import secrets
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, Stale, WrongState
from app.core.localized import LANGUAGES
from app.floor import queries
from app.floor.changes import record
from app.floor.enums import TAKING, FloorPart, SpeakingOrder
from app.floor.models import FloorPlace, FloorRules, PartGiven, SpeakersList
from app.meetings.holding import HELD, check_held
from app.meetings.models import DelegationMember, Meeting

LATE = timedelta(days=1)
NOT_TAKING = _l("The floor is open from the call for good practices until the session is consolidated.")


def is_taking(meeting: Meeting) -> bool:
    """Whether a session's floor takes anything: requests, and statements that are still to be made."""
    return meeting.stage in TAKING and not meeting.cancelled_at


def check_taking(meeting: Meeting) -> None:
    """Raise WrongState where a session's floor takes nothing: it is not open yet, over, or was cancelled."""
    check_held(meeting)
    if not is_taking(meeting):
        raise WrongState(NOT_TAKING)


def lock_list(speakers: SpeakersList) -> None:
    """Lock a list of a session that stays at its stage meanwhile, and read both anew."""
    lock(speakers.meeting, *HELD, shared=True)
    lock(speakers)
    db.session.refresh(speakers)


def open_list(meeting: Meeting, mark: str, *, by: Actor) -> SpeakersList:
    """Open the list of speakers of an item, or open it again; whoever asks before the session is registered for it.

    Raises WrongState.
    """
    lock(meeting, *HELD)
    check_taking(meeting)
    speakers = queries.list_of(meeting.id, mark)
    if speakers is None:
        rules = queries.rules_of(meeting.mechanism_id)
        speakers = SpeakersList(meeting=meeting, mark=mark, opened_at=now(), **_rules_in(rules))
        record("open_speakers_list", speakers, meeting, by=by)
    elif speakers.closes_at is not None:
        speakers.closes_at = None
        record("reopen_speakers_list", speakers, meeting, by=by)
    return speakers


def _rules_in(rules: FloorRules) -> dict[str, object]:
    return {
        "order": rules.order,
        "order_language": rules.order_language,
        "seconds": dict(rules.seconds),
        "quotas": dict(rules.quotas),
    }


def close_list(speakers: SpeakersList, closes_at: datetime | None, *, received_at: datetime, by: Actor) -> None:
    """Announce the moment at which a list closes; None: it is closed as of when this came in.

    Raises Refusal for a moment that has passed, or a day past the session's end: some run late.
    """
    lock_list(speakers)
    meeting = speakers.meeting
    check_taking(meeting)
    if closes_at is not None and closes_at <= now():
        raise Refusal(_l("This moment has passed. Leave it empty to close the list now."), field="closes_at")
    if closes_at is not None and closes_at > max(meeting.ends_at, now()) + LATE:
        raise Refusal(_l("The session ends before that."), field="closes_at")
    speakers.closes_at = closes_at or received_at
    record("close_speakers_list", speakers, meeting, by=by)


def set_rules(
    rules: FloorRules | SpeakersList,
    *,
    order: SpeakingOrder,
    order_language: str,
    seconds: dict[str, int],
    quotas: dict[str, int],
    quorum: int | None = None,
    by: Actor,
) -> None:
    """Change the order and the times: of a body, for lists that are opened from then on, or of one list.

    Who has the floor keeps the time that was given. `quorum`: a body's alone.
    """
    if order_language not in LANGUAGES:
        raise Refusal(_l("Choose a language from the list."), field="order_language")
    if isinstance(rules, SpeakersList):
        lock(rules.meeting, *HELD, shared=True)
        check_taking(rules.meeting)
    rules.order, rules.order_language, rules.seconds, rules.quotas = order, order_language, seconds, quotas
    if isinstance(rules, SpeakersList):
        record("set_list_rules", rules, rules.meeting, by=by)
        return
    rules.quorum = quorum
    if rules.id is None:
        rules.version = 1
    record("set_floor_rules", rules, None, by=by)


def draw_lot(speakers: SpeakersList, *, by: Actor) -> str:
    """Draw the lot of a list, once, and have it follow it; return the seed, with which anybody can count it again.

    Raises WrongState once it was drawn, and while nobody waits among whom it could be.
    """
    lock_list(speakers)
    check_taking(speakers.meeting)
    if speakers.seed is not None:
        raise WrongState(_l("The lot was drawn already. It is drawn once."))
    if not queries.anybody_waits(speakers.id):
        raise WrongState(_l("Nobody waits on this list yet. The lot is drawn once, when there is an order to draw."))
    speakers.seed, speakers.drawn_at, speakers.order = secrets.token_hex(8), now(), SpeakingOrder.LOT
    record("draw_speakers_lot", speakers, speakers.meeting, by=by)
    return speakers.seed


def cut_times(speakers: SpeakersList, factor: int, *, seen: str | None = None, by: Actor) -> None:
    """Give all who have not spoken yet so many per cent of their times; 100 gives them back.

    `seen`: the factor that the new end was counted beside. Raises Stale where it is another by now, and Refusal.
    """
    lock_list(speakers)
    check_taking(speakers.meeting)
    if seen is not None and seen != str(speakers.factor):
        raise Stale(_l("Somebody changed the times in the meantime. Look at the new end again."))
    if not 10 <= factor <= 100:
        raise Refusal(_l("Choose between 10 and 100 per cent."), field="factor")
    if speakers.factor != factor:
        speakers.factor = factor
        record("cut_speaking_times", speakers, speakers.meeting, by=by)


def go_to(meeting: Meeting, mark: str, *, by: Actor) -> None:
    """Have the session's floor, and with it its screens, go to an item."""
    lock(meeting, *HELD)
    check_taking(meeting)
    arrive(meeting, mark, by=by)


def arrive(meeting: Meeting, mark: str, *, by: Actor) -> None:
    """Note the item that the floor of a locked session is at."""
    place = queries.place_of(meeting.id)
    if place is None:
        place = FloorPlace(meeting_id=meeting.id, mark=mark)
    elif place.mark == mark:
        return
    place.mark = mark
    record("go_to_item", place, meeting, by=by)


def give_part(member: DelegationMember, part: FloorPart, *, by: Actor) -> PartGiven:
    """Give a member of a delegation a part in the session's floor; the same again is there once."""
    meeting = member.delegation.meeting
    lock(meeting)
    for given in queries.parts_of(meeting.id):
        if (given.member_id, given.part) == (member.id, part):
            return given
    given = PartGiven(member=member, part=part, given_at=now())
    changes = {"user_id": [None, member.user_id], "role": [None, part.value]}
    record("give_floor_part", given, meeting, by=by, changes=changes)
    return given


def take_part(given: PartGiven, *, by: Actor) -> None:
    """Take a part from somebody."""
    changes = {"user_id": [given.member.user_id, None], "role": [given.part.value, None]}
    record("take_floor_part", given, given.meeting, by=by, changes=changes)
    db.session.delete(given)
