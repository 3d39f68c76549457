"""The Chair's hand over the order of a list, and places swapped by the consent of both. Nothing here commits."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.forms import check_order
from app.floor import queries, queue
from app.floor.changes import record
from app.floor.models import BY_CHAIR, BY_CONSENT, BY_CONSENT_TOO, SpeakerEntry, SpeakersList, SwapOffer
from app.floor.operations import check_taking
from app.floor.standing import Standing, standing_of

REMEMBERED = 50  # how many steps of the Chair's hand can be undone


def _locked(speakers: SpeakersList) -> Standing:
    """Lock a list and return it as it stands from then on."""
    lock(speakers)
    db.session.refresh(speakers)
    return standing_of(speakers)


def place(entry: SpeakerEntry, position: int, *, seen: str | None, by: Actor) -> None:
    """Put somebody at a position (from 1) of those who can be moved; past an end means at the end.

    `seen`: the mark of the order that the person saw. Raises Stale where it is another by now, and WrongState for
    points of order and rights of reply, whose order is not the Chair's to change.
    """
    speakers = entry.speakers
    check_taking(speakers.meeting)
    standing = _locked(speakers)
    check_order(standing.movable, seen)
    if entry.id not in standing.movable:
        raise WrongState(_l("Points of order and rights of reply keep their order."))
    before = standing.movable.index(entry.id) + 1
    _put(standing, queue.placed(standing.movable, entry.id, position, standing.hand), {BY_CHAIR: entry.id})
    after = min(max(position, 1), len(standing.movable))
    record("place_speaker", entry, speakers.meeting, by=by, changes={"position": [before, after]})


def _put(standing: Standing, places: Mapping[int, int], whose: Mapping[str, int]) -> None:
    """Give these entries their places, and remember those before and `whose` was changed."""
    standing.speakers.placed = [
        *standing.speakers.placed,
        {**{str(one): place for one, place in standing.hand.items()}, **whose},
    ][-REMEMBERED:]
    _set(standing, places)


def _set(standing: Standing, places: Mapping[int, int]) -> None:
    for row in standing.order:
        if row.hand != places.get(row.id):
            row.hand = places.get(row.id)


def undo(speakers: SpeakersList, *, by: Actor) -> None:
    """Take back the last step of the Chair's hand that was not taken back. Raises WrongState where there is none."""
    check_taking(speakers.meeting)
    standing = _locked(speakers)
    if not speakers.placed:
        raise WrongState(_l("Nothing was changed by hand that could be undone."))
    *rest, before = speakers.placed
    speakers.placed = rest
    _set(standing, {int(one): place for one, place in before.items() if one.isdigit()})
    record("undo_placing", speakers, speakers.meeting, by=by, changes={"number": [len(rest) + 1, len(rest)]})


def offer_swap(offered: SpeakerEntry, wanted: SpeakerEntry, *, by: Actor) -> SwapOffer:
    """Offer one's place for another's; the same again is there once, another takes the place of the first.

    Raises WrongState where one of them waits no more, Refusal for one's own or another list's.
    """
    speakers = offered.speakers
    check_taking(speakers.meeting)
    standing = _locked(speakers)
    if wanted.list_id != speakers.id or wanted.delegation_id == offered.delegation_id:
        raise Refusal(_l("Choose another delegation that waits on this list."), field="wanted")
    _check_both_wait(standing, offered, wanted)
    for offer in queries.offers_of(offered.id):
        if offer.wanted_id == wanted.id:
            return offer
        offer.accepted, offer.answered_at = False, now()
        db.session.flush()
    offer = SwapOffer(offered=offered, wanted=wanted, offered_at=now(), offered_by_id=by.id)
    record("offer_swap", offer, speakers.meeting, by=by)
    return offer


def _check_both_wait(standing: Standing, *entries: SpeakerEntry) -> None:
    if not {row.id for row in entries} <= set(standing.movable):
        raise WrongState(_l("One of the two does not wait on this list any more."))


def answer_swap(offer: SwapOffer, *, accept: bool, by: Actor) -> None:
    """Accept an offer, which changes the two places, or refuse it or take it back. Raises WrongState once answered."""
    speakers = offer.offered.speakers
    check_taking(speakers.meeting)
    standing = _locked(speakers)
    db.session.refresh(offer)
    if offer.answered_at is not None:
        if offer.accepted is accept:
            return
        raise WrongState(_l("This offer was answered already."))
    if accept:
        _check_both_wait(standing, offer.offered, offer.wanted)
        places = queue.swapped(standing.movable, offer.offered_id, offer.wanted_id, standing.hand)
        _put(standing, places, {BY_CONSENT: offer.offered_id, BY_CONSENT_TOO: offer.wanted_id})
    offer.accepted, offer.answered_at = accept, now()
    record("answer_swap", offer, speakers.meeting, by=by)
