"""Reading the floor: who follows it, its lists, who speaks."""

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import FRESH, db
from app.directory.models import Mechanism, Party
from app.floor.enums import EntryState, FloorPart, SpeakingKind, SpeakingOrder
from app.floor.interpreter_queries import meeting_interpreted
from app.floor.models import USUAL, FloorPlace, FloorRules, PartGiven, SpeakerEntry, SpeakersList, Speech, SwapOffer
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.meetings.queries import latest_agenda, meeting_visible_to

Item = dict[str, Any]  # of a published order of business (app/meetings/programme.py)
_PARTY = orm.joinedload(Delegation.party).options(orm.selectin_polymorphic(Party, []))
_MEMBERS = orm.selectinload(Delegation.members)


@dataclass(frozen=True)
class Floor:
    """A session's floor as one person comes to it: whether they manage it, the delegations that they are in, and
    whether they are neither and interpret it."""

    meeting: Meeting
    manages: bool
    own: list[Delegation]
    interprets: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class ListedItem(Floor):
    """An item of the published order of business with its list of speakers, where it was opened."""

    item: Item
    speakers: SpeakersList | None


@dataclass(frozen=True)
class OpenList(Floor):
    """A list of speakers that was opened."""

    item: Item
    speakers: SpeakersList


@dataclass(frozen=True)
class AskingFor(OpenList):
    """A delegation of the person's, before a list of speakers."""

    delegation: Delegation


@dataclass(frozen=True)
class Requested(Floor):
    """An entry, as one person comes to it."""

    entry: SpeakerEntry

    @property
    def delegation(self) -> Delegation:
        return self.entry.delegation


@dataclass(frozen=True)
class Speaking(Floor):
    """An intervention, as one person comes to it."""

    speech: Speech


def own_delegations(actor: Actor, meeting_id: int) -> list[Delegation]:
    """The delegations to a session that a person is in."""
    statement = sa.select(Delegation).where(
        Delegation.meeting_id == meeting_id, Delegation.members.any(DelegationMember.user_id == actor.id)
    )
    return list(db.session.scalars(statement.order_by(Delegation.id).options(_PARTY, _MEMBERS)))


def has_part(actor: Actor, own: Sequence[Delegation], part: FloorPart) -> bool:
    """Whether one of the person's memberships carries a part."""
    members = [member.id for row in own for member in row.members if member.user_id == actor.id]
    given = sa.exists().where(PartGiven.member_id.in_(members), PartGiven.part == part)
    return bool(members and db.session.scalar(sa.select(given)))


def parts_held(actor: Actor, delegation_ids: Collection[int]) -> dict[int, frozenset[FloorPart]]:
    """The parts that a person has in the floor, by the delegation whose membership carries them."""
    statement = sa.select(DelegationMember.delegation_id, PartGiven.part).join(PartGiven.member)
    own = DelegationMember.user_id == actor.id, DelegationMember.delegation_id.in_(delegation_ids)
    found: dict[int, frozenset[FloorPart]] = {}
    for delegation_id, part in db.session.execute(statement.where(*own)):
        found[delegation_id] = found.get(delegation_id, frozenset()) | {part}
    return found


def come(actor: Actor, meeting: Meeting) -> dict[str, Any]:
    """How a person comes to a session's floor, as Floor takes it."""
    own = [] if actor.id is None else own_delegations(actor, meeting.id)
    manages = actor.is_staff or has_part(actor, own, FloorPart.CHAIR)
    interprets = not manages and not own and meeting_interpreted(actor, meeting.slug) is not None
    return {"meeting": meeting, "manages": manages, "own": own, "interprets": interprets}


def _session_of(actor: Actor, slug: str) -> Meeting:
    """Load a session that the person may see or interprets; raises NotFound otherwise."""
    try:
        return meeting_visible_to(actor, slug)
    except NotFound:
        if meeting := meeting_interpreted(actor, slug):
            return meeting
        raise


def floor_of(actor: Actor, slug: str) -> Floor:
    """Load the floor of a session that the person may see or interprets; raises NotFound otherwise."""
    return Floor(**come(actor, _session_of(actor, slug)))


def items_of(meeting: Meeting, listed: Container[str]) -> list[Item]:
    """The items of the published order of business that speakers can be listed for: breaks are none. At the end, those
    that it no longer has (`gone`), where they have a list (`listed`: the marks of those)."""
    version = latest_agenda(meeting.id)
    content = version.content if version else {"items": [], "cancelled": []}
    gone = [{**item, "gone": True} for item in content["cancelled"] if item["mark"] in listed]
    return [item for item in (*content["items"], *gone) if item["kind"] != "break"]


def list_of(meeting_id: int, mark: str) -> SpeakersList | None:
    """The list of speakers of an item, where it was opened."""
    statement = sa.select(SpeakersList).filter_by(meeting_id=meeting_id, mark=mark)
    return db.session.scalars(statement).one_or_none()


def place_of(meeting_id: int) -> FloorPlace | None:
    """Which item a session's floor is at, where it has gone to one."""
    return db.session.scalars(sa.select(FloorPlace).filter_by(meeting_id=meeting_id)).one_or_none()


def item_at(items: Sequence[Item], place: FloorPlace | None, at: datetime) -> Item | None:
    """The item that a session's floor is at: where it went to, else the one that its hour has come for."""
    if place is not None and (found := next((item for item in items if item["mark"] == place.mark), None)):
        return found
    begun = [item for item in items if datetime.fromisoformat(item["starts_at"]) <= at]
    return max(begun, key=lambda item: item["starts_at"], default=next(iter(items), None))


def item_of(actor: Actor, slug: str, mark: str) -> ListedItem:
    """Load an item with its list; raises NotFound."""
    meeting = _session_of(actor, slug)
    speakers = list_of(meeting.id, mark)
    items = items_of(meeting, {speakers.mark} if speakers else ())
    item = next((row for row in items if row["mark"] == mark), None)
    if item is None:
        raise NotFound
    return ListedItem(**come(actor, meeting), item=item, speakers=speakers)


def open_list(actor: Actor, slug: str, mark: str) -> OpenList:
    """Load a list of speakers that was opened; raises NotFound."""
    found = item_of(actor, slug, mark)
    if found.speakers is None:
        raise NotFound
    return OpenList(found.meeting, found.manages, found.own, found.item, found.speakers)


def asking_for(actor: Actor, slug: str, mark: str, code: str) -> AskingFor:
    """Load a list for a delegation of the person's own; every other delegation is not found."""
    found = open_list(actor, slug, mark)
    delegation = next((row for row in found.own if row.party.code == code), None)
    if delegation is None:
        raise NotFound
    return AskingFor(found.meeting, found.manages, found.own, found.item, found.speakers, delegation)


_LIST = orm.joinedload(SpeakerEntry.speakers)
_SPEECH = orm.joinedload(SpeakerEntry.speech)
_BEHALF = orm.joinedload(SpeakerEntry.on_behalf).options(orm.selectin_polymorphic(Party, []))
# Of many at once, each delegation is read once, without those who are in it: whoever acts has their own.
_WHOM = (orm.selectinload(SpeakerEntry.delegation).options(_PARTY), _BEHALF)
ENTRY = (
    _LIST,
    orm.joinedload(SpeakerEntry.delegation).options(
        _PARTY, _MEMBERS, orm.joinedload(Delegation.meeting).joinedload(Meeting.mechanism)
    ),
    _BEHALF,
)


def _requested(actor: Actor, entry: SpeakerEntry | None) -> dict[str, Any]:
    """How a person comes to an entry: those who manage the floor, and those of its delegation. Raises NotFound."""
    if entry is None:
        raise NotFound
    meeting = meeting_visible_to(actor, entry.delegation.meeting.slug)
    found = come(actor, meeting)
    if not found["manages"] and entry.delegation not in found["own"]:
        raise NotFound
    return found


def entry_of(actor: Actor, entry_id: int) -> Requested:
    """Load an entry; raises NotFound for all but those who manage the floor and the entry's own delegation."""
    entry = db.session.scalars(sa.select(SpeakerEntry).filter_by(id=entry_id).options(*ENTRY)).one_or_none()
    return Requested(**_requested(actor, entry), entry=entry)  # type: ignore[arg-type]  # None was not found


def speech_of(actor: Actor, speech_id: int) -> Speaking:
    """Load an intervention; raises NotFound for all but those who manage the floor and its own delegation."""
    statement = sa.select(Speech).filter_by(id=speech_id).options(orm.joinedload(Speech.entry).options(*ENTRY))
    speech = db.session.scalars(statement).one_or_none()
    found = _requested(actor, speech.entry if speech else None)
    return Speaking(**found, speech=speech)  # type: ignore[arg-type]  # None was not found


def offer_of(actor: Actor, offer_id: int) -> SwapOffer:
    """Load an offer to swap; raises NotFound for all but the two delegations."""
    both = (orm.joinedload(column).options(*ENTRY) for column in (SwapOffer.offered, SwapOffer.wanted))
    offer = db.session.scalars(sa.select(SwapOffer).filter_by(id=offer_id).options(*both)).one_or_none()
    entries = (offer.offered, offer.wanted) if offer else ()
    if offer is None or all(entry.delegation.role_of(actor) is None for entry in entries):
        raise NotFound
    meeting_visible_to(actor, offer.meeting.slug)
    return offer


def part_for_staff(actor: Actor, part_id: int) -> PartGiven:
    """Load the part that somebody has; raises NotFound for everybody but the secretariat."""
    statement = sa.select(PartGiven).filter_by(id=part_id)
    whole = orm.joinedload(PartGiven.member).joinedload(DelegationMember.delegation).joinedload(Delegation.meeting)
    given = db.session.scalars(statement.options(whole)).one_or_none() if actor.is_staff else None
    if given is None:
        raise NotFound
    return given


def parts_of(meeting_id: int) -> Sequence[PartGiven]:
    """Who has a part in a session's floor."""
    statement = (
        sa.select(PartGiven)
        .join(PartGiven.member)
        .join(DelegationMember.delegation)
        .where(Delegation.meeting_id == meeting_id)
        .order_by(PartGiven.part, PartGiven.id)
    )
    member = orm.contains_eager(PartGiven.member)
    delegation = member.contains_eager(DelegationMember.delegation).options(_PARTY)
    return db.session.scalars(statement.options(member.joinedload(DelegationMember.user), delegation)).all()


def rules_of(mechanism_id: int) -> FloorRules:
    """A body's rules; those of a body that has set none are not in the session."""
    found = db.session.scalars(sa.select(FloorRules).filter_by(mechanism_id=mechanism_id)).one_or_none()
    return found or usual_rules(mechanism_id)


def usual_rules(mechanism_id: int) -> FloorRules:
    """The rules of a body that has set none."""
    return FloorRules(
        mechanism_id=mechanism_id,
        order=SpeakingOrder.REQUEST,
        order_language="en",
        seconds=dict(USUAL),
        quotas={},
        quorum=None,
        version=0,
    )


def body_with_rules(actor: Actor, slug: str) -> tuple[Mechanism, FloorRules]:
    """Load a body with its rules; raises NotFound."""
    body = db.session.scalars(sa.select(Mechanism).filter_by(slug=slug)).one_or_none()
    if body is None:
        raise NotFound
    return body, rules_of(body.id)


def lists_of(meeting_id: int) -> Sequence[SpeakersList]:
    """The lists of a session."""
    return db.session.scalars(sa.select(SpeakersList).filter_by(meeting_id=meeting_id)).all()


def entries_of(*lists: SpeakersList) -> Sequence[SpeakerEntry]:
    """All entries of lists with their parties and speeches, in the order of requests, as they are now.

    The caller has the lists and their session.
    """
    statement = (
        sa.select(SpeakerEntry)
        .where(SpeakerEntry.list_id.in_([row.id for row in lists]))
        .order_by(SpeakerEntry.asked_at, SpeakerEntry.id)
    )
    return db.session.scalars(statement.options(*_WHOM, _SPEECH), execution_options=FRESH).all()


def speeches_under_way(meeting_id: int) -> Sequence[Speech]:
    """Who has the floor in a session, and whom a point of order interrupts: that one last."""
    statement = sa.select(Speech).where(Speech.meeting_id == meeting_id, Speech.ended_at.is_(None))
    entry = orm.joinedload(Speech.entry).options(_LIST, *_WHOM)
    return db.session.scalars(statement.order_by(Speech.held).options(entry), execution_options=FRESH).all()


def who_has_the_floor(meeting_id: int) -> Speech | None:
    """The intervention under way, or None."""
    return next((row for row in speeches_under_way(meeting_id) if not row.held), None)


def points_of_order(meeting_id: int) -> tuple[SpeakerEntry | None, list[SpeakerEntry]]:
    """Of a session: the one that was made and that the Chair is to rule on, and those that wait, the earliest first."""
    due = sa.and_(SpeakerEntry.state == EntryState.SPOKEN, SpeakerEntry.ruling == "")
    statement = (
        sa.select(SpeakerEntry)
        .join(SpeakerEntry.speakers)
        .where(SpeakersList.meeting_id == meeting_id, SpeakerEntry.kind == SpeakingKind.POINT_OF_ORDER)
        .where(sa.or_(SpeakerEntry.state == EntryState.WAITING, due))
        .order_by(SpeakerEntry.asked_at, SpeakerEntry.id)
    )
    rows = db.session.scalars(statement.options(_LIST, *_WHOM, _SPEECH), execution_options=FRESH).all()
    return next((row for row in rows if row.ruling_due), None), [row for row in rows if not row.ruling_due]


def waits_for(list_id: int, delegation_id: int, kind: SpeakingKind) -> bool:
    """Whether a delegation waits already where it asks for something: on the list for whatever stands in it, or for a
    right of reply; in the session for a point of order."""
    alike = [one for one in SpeakingKind if one.queued] if kind.queued else [kind]
    where = [SpeakerEntry.delegation_id == delegation_id, SpeakerEntry.state == EntryState.WAITING]
    if kind is not SpeakingKind.POINT_OF_ORDER:
        where.append(SpeakerEntry.list_id == list_id)
    return bool(db.session.scalar(sa.select(sa.exists().where(SpeakerEntry.kind.in_(alike), *where))))


def language_of(delegation: Delegation, mark: str) -> str:
    """The working language that a delegation speaks: that of its newest request, on this item before others; else that
    of most of its people; else the session's first."""
    asked = (
        sa.select(SpeakerEntry.language)
        .join(SpeakerEntry.speakers)
        .where(SpeakerEntry.delegation_id == delegation.id)
        .order_by((SpeakersList.mark == mark).desc(), SpeakerEntry.id.desc())
    )
    if found := db.session.scalar(asked.limit(1)):
        return found
    working = delegation.meeting.languages
    spoken = [member.user.language for member in delegation.members if member.user.language in working]
    return max(spoken, key=spoken.count, default=working[0])


def count_waiting(meeting_id: int) -> int:
    """How many delegations wait for the floor in a session, on whatever list."""
    statement = sa.select(sa.func.count(SpeakerEntry.delegation_id.distinct())).join(SpeakerEntry.speakers)
    where = SpeakersList.meeting_id == meeting_id, SpeakerEntry.state == EntryState.WAITING
    return db.session.scalar(statement.where(*where)) or 0


def anybody_waits(list_id: int) -> bool:
    """Whether somebody waits whose place the rule of the list gives."""
    queued = SpeakerEntry.kind.in_([kind for kind in SpeakingKind if kind.queued])
    waiting = sa.exists().where(SpeakerEntry.list_id == list_id, queued, SpeakerEntry.state == EntryState.WAITING)
    return bool(db.session.scalar(sa.select(waiting)))


def waits_on(list_id: int, delegations: Iterable[Delegation]) -> bool:
    """Whether one of these delegations waits on a list."""
    own = SpeakerEntry.delegation_id.in_([row.id for row in delegations])
    waiting = sa.exists().where(SpeakerEntry.list_id == list_id, own, SpeakerEntry.state == EntryState.WAITING)
    return bool(db.session.scalar(sa.select(waiting)))


def offers_open(list_id: int) -> Sequence[SwapOffer]:
    """The offers to swap of a list that nobody has answered, of entries that both wait, the oldest first."""
    both = [orm.aliased(SpeakerEntry) for _number in range(2)]
    statement = (
        sa.select(SwapOffer)
        .join(both[0], both[0].id == SwapOffer.offered_id)
        .join(both[1], both[1].id == SwapOffer.wanted_id)
        .where(both[0].list_id == list_id, SwapOffer.answered_at.is_(None))
        .where(*(row.state == EntryState.WAITING for row in both))
        .order_by(SwapOffer.id)
    )
    return db.session.scalars(statement).all()


def offers_of(entry_id: int) -> Sequence[SwapOffer]:
    """The offers that somebody on a list made and that nobody has answered: one at most."""
    return db.session.scalars(sa.select(SwapOffer).filter_by(offered_id=entry_id, answered_at=None)).all()


def taking_requests(meeting_ids: Iterable[int]) -> frozenset[int]:
    """Those of the sessions in which a list of speakers takes requests at this moment."""
    open_now = sa.or_(SpeakersList.closes_at.is_(None), SpeakersList.closes_at > now())
    statement = sa.select(SpeakersList.meeting_id).where(SpeakersList.meeting_id.in_(list(meeting_ids)), open_now)
    return frozenset(db.session.scalars(statement))
