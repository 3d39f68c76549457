"""Everything that changes a session. Nothing here commits."""

import re
from datetime import datetime
from typing import Any, TypedDict, Unpack
from zoneinfo import available_timezones

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGES, LocalizedText
from app.core.texts import fold
from app.directory.enums import PartyKind
from app.directory.models import CivilSociety, Mechanism, Party
from app.directory.queries import members, party_by_code
from app.meetings import queries, retention, stages
from app.meetings.emails import invitation, tell_added
from app.meetings.enums import DelegationRole, ItemKind, Mode, QuestionAudience, Stage
from app.meetings.models import AgendaItem, Delegation, DelegationMember, GuidingQuestion, Meeting
from app.people.enums import LinkPurpose, Standing
from app.people.models import User
from app.people.operations import invite_account, send_account_link


class MeetingFields(TypedDict, total=False):
    """What a session is told by; moments are aware."""

    code: str
    title: LocalizedText
    theme: LocalizedText
    mandate_resolution: str
    mandate_paragraph: str
    mandate_text: LocalizedText
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: LocalizedText
    mode: Mode
    languages: list[str]
    chair: LocalizedText
    distribution: Audience
    note: LocalizedText


def _check(fields: MeetingFields) -> None:
    if fields["ends_at"] <= fields["starts_at"]:
        raise Refusal(_l("The session ends before it starts."), field="ends_at")
    if fields["zone"] not in available_timezones():
        raise Refusal(_l("Choose a time zone from the list."), field="zone")
    if not fields["languages"] or set(fields["languages"]) - set(LANGUAGES):
        raise Refusal(_l("Choose at least one working language."), field="languages")


def create_meeting(mechanism: Mechanism, *, by: Actor, **fields: Unpack[MeetingFields]) -> Meeting:
    """Create a session in preparation. Its address is made of the mechanism and the code, and never changes.

    Raises Refusal for crossing dates, an unknown zone or language, or a code the mechanism has used.
    """
    _check(fields)
    slug = re.sub(r"[^a-z0-9]+", "-", f"{mechanism.slug}-{fold(fields['code'])}").strip("-")
    taken = sa.or_(Meeting.slug == slug, sa.and_(Meeting.mechanism_id == mechanism.id, Meeting.code == fields["code"]))
    if db.session.scalar(sa.select(sa.exists().where(taken))):
        raise Refusal(_l("This mechanism has a session with that code already."), field="code")
    meeting = Meeting(mechanism=mechanism, slug=slug, stage=Stage.PREPARING, **fields)
    event = record("create_meeting", meeting, by=by)
    event.meeting_id = meeting.id
    return meeting


def edit_meeting(meeting: Meeting, *, by: Actor, **fields: Unpack[MeetingFields]) -> None:
    """Change what a session is told by; its code stays, because references carry it. Raises Refusal."""
    fields["code"] = meeting.code
    _check(fields)
    moved = fields["ends_at"] != meeting.ends_at
    for name, value in fields.items():
        if getattr(meeting, name) != value:
            setattr(meeting, name, value)
    record("edit_meeting", meeting, by=by, meeting_id=meeting.id)
    if moved:
        retention.schedule(meeting)


def set_registration_end(meeting: Meeting, closes_at: datetime | None, *, by: Actor) -> None:
    """Set until when delegations register their people; None: until the session ends. Raises Refusal past that."""
    if closes_at and closes_at > meeting.ends_at:
        raise Refusal(_l("The registration ends with the session at the latest."), field="closes_at")
    meeting.registration_closes_at = closes_at
    record("set_registration_end", meeting, by=by, meeting_id=meeting.id)


def move_to_stage(meeting: Meeting, stage: Stage, *, by: Actor) -> None:
    """Move a session one step forward or back. Raises WrongState for a jump or where a requirement is unmet."""
    if stage not in (meeting.stage.next, meeting.stage.previous):
        raise WrongState(_l("A session moves one stage at a time; somebody may have moved it in the meantime."))
    if stage is meeting.stage.next:
        missing = stages.unmet(meeting, stage)
        if missing:
            raise WrongState(_l("Not yet: %(missing)s", missing=" ".join(str(sentence) for sentence in missing)))
    meeting.stage = stage
    record("move_to_stage", meeting, by=by, meeting_id=meeting.id)


class ItemFields(TypedDict):
    """What an item of the order of business says; `minutes` 0: no set time."""

    title: LocalizedText
    description: LocalizedText
    kind: ItemKind
    day: int
    minutes: int


def add_agenda_item(meeting: Meeting, *, by: Actor, **fields: Unpack[ItemFields]) -> AgendaItem:
    """Add an item at the end of its day."""
    items = list(queries.agenda_of(meeting.id))
    item = AgendaItem(meeting=meeting, position=len(items) + 1, **fields)
    record("add_agenda_item", item, by=by, meeting_id=meeting.id)
    _number_agenda(_by_day([*items, item]))
    return item


def edit_agenda_item(item: AgendaItem, *, by: Actor, **fields: Unpack[ItemFields]) -> None:
    """Change an item."""
    for name, value in fields.items():
        if getattr(item, name) != value:
            setattr(item, name, value)
    record("edit_agenda_item", item, by=by, meeting_id=item.meeting_id)
    _number_agenda(_by_day(list(queries.agenda_of(item.meeting_id))))


def delete_agenda_item(item: AgendaItem, *, by: Actor) -> None:
    """Take an item out; the others close up."""
    meeting_id = item.meeting_id
    record("delete_agenda_item", item, by=by, meeting_id=meeting_id, changes={"title": [dict(item.title), None]})
    db.session.delete(item)
    db.session.flush()
    _number_agenda(list(queries.agenda_of(meeting_id)))


def place_agenda_item(item: AgendaItem, *, position: int, by: Actor) -> None:
    """Put an item at a position (from 1); past an end means at the end.

    It then belongs to the day of the item before it, or of the one after it where it comes first.
    """
    items = list(queries.agenda_of(item.meeting_id))
    changes = {"position": [item.position, position]}
    items.remove(item)
    index = min(max(position, 1), len(items) + 1) - 1
    if items:
        item.day = items[index - 1].day if index else items[0].day
    items.insert(index, item)
    _number_agenda(items)
    record("move_agenda_item", item, by=by, meeting_id=item.meeting_id, changes=changes)


def _number_agenda(items: list[AgendaItem]) -> None:
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position
    db.session.flush()


def _by_day(items: list[AgendaItem]) -> list[AgendaItem]:
    return sorted(items, key=lambda item: (item.day, item.position))


def add_question(meeting: Meeting, *, text: LocalizedText, audience: QuestionAudience, by: Actor) -> GuidingQuestion:
    """Add a guiding question with the next number."""
    number = len(queries.questions_of(meeting.id)) + 1
    question = GuidingQuestion(meeting=meeting, number=number, text=text, audience=audience)
    record("add_question", question, by=by, meeting_id=meeting.id)
    return question


def edit_question(question: GuidingQuestion, *, text: LocalizedText, audience: QuestionAudience, by: Actor) -> None:
    """Change a question's wording or whom it addresses."""
    question.text = text
    question.audience = audience
    record("edit_question", question, by=by, meeting_id=question.meeting_id)


def _questions_may_be_renumbered(meeting: Meeting) -> None:
    if meeting.stage is not Stage.PREPARING:
        raise WrongState(
            _l("The numbers of the questions are fixed once the call is open, because answers carry them.")
        )


def delete_question(question: GuidingQuestion, *, by: Actor) -> None:
    """Take a question out while the session is in preparation; the others close up. Raises WrongState."""
    meeting = question.meeting
    _questions_may_be_renumbered(meeting)
    record("delete_question", question, by=by, meeting_id=meeting.id, changes={"text": [dict(question.text), None]})
    db.session.delete(question)
    db.session.flush()
    _number_questions(list(queries.questions_of(meeting.id)))


def move_question(question: GuidingQuestion, *, up: bool, by: Actor) -> None:
    """Put a question one up or down while the session is in preparation. Raises WrongState."""
    meeting = question.meeting
    _questions_may_be_renumbered(meeting)
    questions = {row.id: row for row in queries.questions_of(meeting.id)}
    order = list(questions)
    index = order.index(question.id)
    other = index - 1 if up else index + 1
    if 0 <= other < len(order):
        order[index], order[other] = order[other], order[index]
    _number_questions([questions[key] for key in order])
    record("move_question", question, by=by, meeting_id=meeting.id, changes={"order": [list(questions), order]})


def _number_questions(questions: list[GuidingQuestion]) -> None:
    # Two steps, because a number may not be there twice even for a moment.
    for shift in (len(questions) + 1000, 0):
        for number, question in enumerate(questions, start=1 + shift):
            question.number = number
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
    """Invite a person to a delegation: they get a link that sets up their account, or a note if they have one.

    A new account reads for the delegation's State. Inviting the same person again sends the link again and
    sets the role. Raises Refusal.
    """
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
    """Mail a new set-up link to a person who has not set up the account. Raises WrongState if they have."""
    user: User = member.user
    if user.set_up_at is not None:
        raise WrongState(_l("This person has set up the account already."))
    send_account_link(user, LinkPurpose.SET_UP, by=by, into=invitation(member.delegation, member.role))


def remove_member(member: DelegationMember, *, by: Actor) -> None:
    """Take a person out of a delegation; the account stays."""
    delegation = member.delegation
    record(
        "remove_member",
        member,
        by=by,
        meeting_id=delegation.meeting_id,
        changes={"user_id": [member.user_id, None], "role": [member.role.value, None]},
    )
    delegation.members.remove(member)
    db.session.flush()


def fields_of(meeting: Meeting) -> dict[str, Any]:
    """Return a session's own fields, for the form that edits them."""
    return {name: getattr(meeting, name) for name in MeetingFields.__annotations__}
