"""Everything that changes a session. Nothing here commits."""

import re
from datetime import date, datetime, time
from typing import Any, NotRequired, TypedDict, Unpack

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGES, LocalizedText
from app.core.texts import fold
from app.directory.enums import PartyKind
from app.directory.models import CivilSociety, Mechanism, Party
from app.directory.queries import members, party_by_code
from app.mail.enums import MailReason
from app.mail.operations import cancel_mails, mails_held, mails_waiting, renew_mails
from app.meetings import queries, recipients, retention, stages
from app.meetings.arrangement import Direction, blocks_of, directions, dropped, moved, number_of
from app.meetings.emails import ADDED, invitation, tell_added
from app.meetings.enums import DelegationRole, ItemKind, Stage
from app.meetings.fields import MeetingFields, check_fields, check_parent, check_planned
from app.meetings.holding import HELD, check_held
from app.meetings.indexing import index_meeting
from app.meetings.models import (
    AgendaItem,
    Delegation,
    DelegationMember,
    Meeting,
)
from app.meetings.timing import date_of, day_count, local_moment
from app.people.enums import Standing
from app.people.links import INVITED
from app.people.models import User
from app.people.operations import invite_account, send_invitation
from app.search.operations import queue_reindex

LONGEST_ITEM = 720  # minutes: a working day, and a long one


def made_by(form_key: str | None, mechanism: Mechanism) -> Meeting | None:
    """Return the session that a form made already; whoever sends it at the same time waits here."""
    lock(mechanism)
    known = sa.select(Meeting).where(Meeting.form_key == form_key, Meeting.mechanism_id == mechanism.id)
    return db.session.scalars(known).one_or_none() if form_key else None


def create_meeting(
    mechanism: Mechanism, *, form_key: str | None = None, by: Actor, **fields: Unpack[MeetingFields]
) -> Meeting:
    """Create a session in preparation. Its address is made of the mechanism and the code, and never changes.

    `form_key`: the form that it comes from, of which `made_by` was asked before. Raises Refusal for crossing dates, an
    unknown zone or language, or a code the mechanism has used.
    """
    check_fields(fields)
    lock(mechanism)
    slug = re.sub(r"[^a-z0-9]+", "-", f"{mechanism.slug}-{fold(fields['code'])}").strip("-")
    taken = sa.or_(Meeting.slug == slug, sa.and_(Meeting.mechanism_id == mechanism.id, Meeting.code == fields["code"]))
    if db.session.scalar(sa.select(sa.exists().where(taken))):
        raise Refusal(_l("This mechanism has a session with that code already."), field="code")
    meeting = Meeting(mechanism=mechanism, slug=slug, stage=Stage.PREPARING, form_key=form_key, **fields)
    event = record("create_meeting", meeting, by=by)
    event.meeting_id = meeting.id
    return meeting


def edit_meeting(meeting: Meeting, *, by: Actor, **fields: Unpack[MeetingFields]) -> None:
    """Change what a session is told by; its code stays, because references carry it.

    Raises Refusal for crossing dates, also with the planned days and the end of the registration, for an unknown zone
    or language, or a parent that is held within the session.
    """
    fields["code"] = meeting.code
    check_fields(fields)
    check_planned(meeting, fields)
    check_parent(meeting, fields.get("parent"))
    if meeting.stage is not Stage.PREPARING and fields.get("distribution") is not meeting.distribution:
        stages.tell_hiding(meeting)
    end_moved = fields["ends_at"] != meeting.ends_at
    # What entries of all that belongs to it tell.
    told = (fields["title"], fields["starts_at"], fields["zone"])
    if told != (meeting.title, meeting.starts_at, meeting.zone):
        queue_reindex(meeting_id=meeting.id)
    for name, value in fields.items():
        if getattr(meeting, name) != value:
            setattr(meeting, name, value)
    record("edit_meeting", meeting, by=by, meeting_id=meeting.id)
    if meeting.stage is not Stage.PREPARING:
        index_meeting(meeting)
    renew_mails(meeting.id)
    if end_moved:
        retention.schedule(meeting)


def set_registration_end(meeting: Meeting, closes_at: datetime | None, *, by: Actor) -> None:
    """Set until when delegations register their people; None: until the session ends. Raises Refusal past that."""
    if closes_at and closes_at > meeting.ends_at:
        raise Refusal(_l("The registration ends with the session at the latest."), field="closes_at")
    meeting.registration_closes_at = closes_at
    record("set_registration_end", meeting, by=by, meeting_id=meeting.id)


def move_to_stage(meeting: Meeting, stage: Stage, *, by: Actor) -> None:
    """Move a session one step forward or back.

    Raises WrongState for a jump, where a requirement is unmet, and for a session that was cancelled.
    """
    lock(meeting, *HELD)  # what a stage needs, and what it lets people do, is done under the same
    if meeting.cancelled_at:
        raise WrongState(_l("The session was cancelled. Say first that it is held after all."))
    if stage not in (meeting.stage.next, meeting.stage.previous):
        raise WrongState(_l("A session moves one stage at a time; somebody may have moved it in the meantime."))
    if stage is meeting.stage.next:
        missing = stages.unmet(meeting, stage)
        if missing:
            raise WrongState(_l("Not yet: %(missing)s", missing=" ".join(str(sentence) for sentence in missing)))
    if stage is Stage.PREPARING:
        stages.tell_hiding(meeting)
    meeting.stage = stage
    record("move_to_stage", meeting, by=by, meeting_id=meeting.id)
    index_meeting(meeting)


def plan_stages(
    meeting: Meeting, *, call_planned_on: date | None, publication_planned_on: date | None, by: Actor
) -> None:
    """Say on which days the call is to open and the summary to be published; None for no day.

    Raises Refusal where the days of the stages cross.
    """
    starts, ends = (moment.astimezone(meeting.tz).date() for moment in (meeting.starts_at, meeting.ends_at))
    if call_planned_on and call_planned_on > starts:
        raise Refusal(_l("The call would open after the session has started."), field="call_planned_on")
    if publication_planned_on and publication_planned_on < ends:
        raise Refusal(
            _l("The summary would be published before the session has ended."), field="publication_planned_on"
        )
    meeting.call_planned_on, meeting.publication_planned_on = call_planned_on, publication_planned_on
    record("plan_stages", meeting, by=by, meeting_id=meeting.id)


class ItemFields(TypedDict):
    """What an item of the order of business says; `minutes` 0: no set time; `begins`: its own hour, local."""

    title: LocalizedText
    description: LocalizedText
    kind: ItemKind
    day: int
    minutes: int
    begins: NotRequired[time | None]
    parent: NotRequired[AgendaItem | None]


def _check_item(meeting: Meeting, fields: ItemFields, item: AgendaItem | None = None) -> None:
    if fields["minutes"] > LONGEST_ITEM:
        raise Refusal(
            _l("An item lasts at most %(limit)d minutes; make a longer one into several.", limit=LONGEST_ITEM),
            field="minutes",
        )
    begins = fields.get("begins")
    if begins is not None:
        local_moment(datetime.combine(date_of(meeting, fields["day"]), begins), meeting.zone, field="begins")
    parent = fields.get("parent")
    if parent is None:
        return
    has_subs = item is not None and any(row.parent is item for row in queries.agenda_of(meeting.id))
    if parent is item or parent.parent is not None or parent.meeting_id != meeting.id or has_subs:
        raise Refusal(_l("A sub-item belongs to an item of this session, and has no sub-items itself."), field="parent")
    fields["day"] = parent.day


def add_agenda_item(
    meeting: Meeting, *, form_key: str | None = None, by: Actor, **fields: Unpack[ItemFields]
) -> AgendaItem:
    """Add an item at the end of its day, or of the item that it is part of; a form (`form_key`) adds one once.

    Raises Refusal.
    """
    lock(meeting)
    if form_key and (found := db.session.scalars(sa.select(AgendaItem).filter_by(form_key=form_key)).one_or_none()):
        return found
    _check_item(meeting, fields)
    items = list(queries.agenda_of(meeting.id))
    item = AgendaItem(meeting=meeting, position=len(items) + 1, form_key=form_key, **fields)
    record("add_agenda_item", item, by=by, meeting_id=meeting.id)
    _number_agenda(blocks_of([*items, item]))
    return item


def edit_agenda_item(item: AgendaItem, *, by: Actor, **fields: Unpack[ItemFields]) -> None:
    """Change an item; on another day or under another item it comes last. Raises Refusal."""
    meeting = item.meeting
    _check_item(meeting, fields, item)
    items = list(queries.agenda_of(meeting.id))
    goes = fields["day"] != item.day or ("parent" in fields and fields["parent"] is not item.parent)
    if goes:
        item.position = len(items) + 1
    for name, value in fields.items():
        if getattr(item, name) != value:
            setattr(item, name, value)
    record("edit_agenda_item", item, by=by, meeting_id=item.meeting_id)
    _number_agenda(blocks_of(items))


def delete_agenda_item(item: AgendaItem, *, by: Actor) -> None:
    """Take an item out; the others close up, and its sub-items stay in its place as items of their own."""
    meeting_id = item.meeting_id
    items = queries.agenda_of(meeting_id)
    blocks = blocks_of(items)
    gone = {"number": [number_of(items)[item.id], None], "kind": [item.kind.value, None], "title": []}
    record("delete_agenda_item", item, by=by, meeting_id=meeting_id, changes=gone)
    left = []
    for block in blocks:
        rest = [row for row in block if row is not item]
        if block[0] is item:
            for row in rest:
                row.parent = None
            left += [[row] for row in rest]
        else:
            left.append(rest)
    db.session.flush()
    db.session.delete(item)
    _number_agenda(left)


def place_agenda_item(item: AgendaItem, *, position: int, by: Actor, day: int | None = None) -> None:
    """Put an item at a position (from 1) of the whole, as `arrangement.dropped` says."""
    items = list(queries.agenda_of(item.meeting_id))
    _arrange(item, dropped(items, item, position, day), before=number_of(items)[item.id], by=by)


def move_agenda_item(item: AgendaItem, *, direction: Direction, by: Actor) -> None:
    """Take an item one step, as `arrangement.moved` says; a step that it cannot take changes nothing."""
    items = list(queries.agenda_of(item.meeting_id))
    if direction in directions(items, max(day_count(item.meeting), item.day))[item.id]:
        _arrange(item, moved(items, item, direction), before=number_of(items)[item.id], by=by)


def _arrange(item: AgendaItem, blocks: list[list[AgendaItem]], *, before: str, by: Actor) -> None:
    _number_agenda(blocks)
    after = number_of([row for block in blocks for row in block])[item.id]
    record("move_agenda_item", item, by=by, meeting_id=item.meeting_id, changes={"number": [before, after]})


def _number_agenda(blocks: list[list[AgendaItem]]) -> None:
    position = 0
    for block in blocks:
        for item in block:
            position += 1
            if item.position != position:
                item.position = position
            if item.day != block[0].day:
                item.day = block[0].day
    db.session.flush()


def add_delegation(meeting: Meeting, party: Party, *, by: Actor) -> Delegation:
    """Add a party's delegation, or return the one it has."""
    statement = sa.select(Delegation).where(Delegation.meeting_id == meeting.id, Delegation.party_id == party.id)
    existing = db.session.scalars(statement).one_or_none()
    if existing:
        return existing
    delegation = Delegation(meeting=meeting, party=party, members=[])
    record("add_delegation", delegation, by=by, meeting_id=meeting.id)
    return delegation


def add_civil_society(meeting: Meeting, *, code: str, names: LocalizedText, by: Actor) -> Delegation:
    """Add the delegation of a civil society organization, which the directory then knows by its acronym.

    Raises Refusal for an acronym that another party has.
    """
    party = party_by_code(code)
    if party is not None and party.kind is not PartyKind.CIVIL_SOCIETY:
        raise Refusal(
            _l("Another party has this acronym. Choose it from the list above, or write another."), field="code"
        )
    if party is None:
        short = LocalizedText(dict.fromkeys(LANGUAGES, code))
        party = CivilSociety(code=code, names=names, short_names=short, reference_code=code)
        record("add_party", party, by=by)
    return add_delegation(meeting, party, by=by)


def add_member_delegations(meeting: Meeting, *, by: Actor) -> int:
    """Add a delegation for each member of the convening mechanism that has none; return how many were added."""
    statement = sa.select(Delegation.party_id).where(Delegation.meeting_id == meeting.id)
    there = set(db.session.scalars(statement))
    missing = [party for party in members(meeting.mechanism_id) if party.id not in there]
    for party in missing:
        record("add_delegation", Delegation(meeting=meeting, party=party, members=[]), by=by, meeting_id=meeting.id)
    return len(missing)


def invite_member(
    delegation: Delegation, *, email: str, name: str, role: DelegationRole, language: str, by: Actor
) -> DelegationMember:
    """Invite a person to a delegation: a mail with a link that sets up their account, or a note if they have one,
    waits in the outbox.

    A new account reads for the delegation's State. Inviting the same person again sends the link again and
    sets the role. Raises Refusal.
    """
    check_held(delegation.meeting)
    party = delegation.party
    state = party if party.kind in (PartyKind.STATE, PartyKind.TERRITORY) else None
    user = invite_account(
        email=email,
        name=name,
        standing=Standing.MEMBER,
        party=state,
        language=language,
        by=by,
        into=invitation(delegation, role),
    )
    member = next((row for row in delegation.members if row.user_id == user.id), None)
    if member is None:
        member = DelegationMember(user=user, role=role, added_at=now())
        delegation.members.append(member)
    member.role = role
    record("invite_member", member, by=by, meeting_id=delegation.meeting_id)
    if user.set_up_at is not None:
        tell_added(user, delegation, role)
    return member


def resend_invitation(member: DelegationMember, *, by: Actor) -> None:
    """Write a new invitation to a person who has not set up the account. Raises WrongState if they have."""
    check_held(member.delegation.meeting)
    user: User = member.user
    if user.set_up_at is not None:
        raise WrongState(_l("This person has set up the account already."))
    send_invitation(user, invitation(member.delegation, member.role), by=by)


def remove_member(member: DelegationMember, *, by: Actor) -> None:
    """Take a person out of a delegation; the account stays, and what was to tell them of it does not leave."""
    delegation = member.delegation
    telling = mails_held(ADDED.name, INVITED, user_id=member.user_id, meeting_id=delegation.meeting_id)
    cancel_mails(telling, by=SYSTEM, reason=MailReason.REMOVED)
    waiting = mails_waiting(user_id=member.user_id, meeting_id=delegation.meeting_id)
    record(
        "remove_member",
        member,
        by=by,
        meeting_id=delegation.meeting_id,
        changes={"user_id": [member.user_id, None], "role": [member.role.value, None]},
    )
    delegation.members.remove(member)
    db.session.flush()
    recipients.untrue(waiting)  # unless they are in another delegation to the session


def fields_of(meeting: Meeting) -> dict[str, Any]:
    """Return a session's own fields, for the form that edits them."""
    return {name: getattr(meeting, name) for name in MeetingFields.__annotations__}
