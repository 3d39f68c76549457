"""Reading statements: who comes to them as what, which there are, what was delivered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import Gone, NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.directory.models import Party
from app.documents.models import StoredFile
from app.floor import queries
from app.floor.enums import EntryState, SpeakingKind, StatementOutcome
from app.floor.interpreter_queries import meeting_interpreted
from app.floor.models import SpeakerEntry, SpeakersList, Speech
from app.floor.policies import could_read_statement, may_read_statement
from app.floor.queries import Floor, Item
from app.floor.statement_models import FloorInterpreter, FloorStatement, FloorStatementCode, FloorStatementVersion
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import readable


class Key(NamedTuple):
    """Which intervention: of a request and of a statement the same."""

    delegation_id: int
    mark: str
    kind: SpeakingKind
    acts_for: str


@dataclass
class Matched:
    """Which interventions statements (by their ids) are of.

    `requests`: the states of all requests, by key, in their order, in which one is called by its `place`. `texts`: what
    is read out, by key and place. `delivered`: where and when first, `in_entry`: as which entry of a list. `missing`:
    who waits to speak without a text.
    """

    requests: dict[Key, list[EntryState]] = field(default_factory=dict)
    texts: dict[tuple[Key, int], int] = field(default_factory=dict)
    delivered: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    in_entry: dict[int, int] = field(default_factory=dict)
    missing: set[Key] = field(default_factory=set)

    def said(self, statement_id: int) -> bool:
        """Whether a statement was delivered on the floor, or is at this moment."""
        spoken = (EntryState.SPEAKING, EntryState.SPOKEN)
        return any(
            one == statement_id and self.requests[key][place] in spoken for (key, place), one in self.texts.items()
        )


@dataclass(frozen=True)
class Delivery:
    """What became of a statement, since when; `is_open`: whether the embargo is over."""

    outcome: StatementOutcome | None
    at: datetime | None
    is_open: bool


Read = tuple[FloorStatement, Delivery]


@dataclass(frozen=True)
class Statements(Floor):
    """A session's statements as one person comes to them; `early`: the secretariat, and the interpreters."""

    early: bool


@dataclass(frozen=True)
class Handed(Statements):
    """A statement that the person may read."""

    statement: FloorStatement
    delivery: Delivery

    @property
    def delegation(self) -> Delegation:
        return self.statement.delegation

    @property
    def whole(self) -> bool:
        """Whether they read earlier versions too: the secretariat, the interpreters, and its own delegation."""
        return self.early or self.statement.delegation in self.own


@dataclass(frozen=True)
class TakenBack:
    """That a statement of a session is not for the person any more: nothing else of it is told."""

    meeting: Meeting


@dataclass(frozen=True)
class HandingIn(Statements):
    """A delegation for which statements are handed in, or codes made."""

    delegation: Delegation
    items: list[Item]


_FIELD = "statement."  # what words of a statement are called where they are cited, before its number
TEXTS = (SpeakingKind.STATEMENT, SpeakingKind.EXPLANATION)  # what is read out from a text
BEGUN = (Stage.IN_SESSION, Stage.CONSOLIDATING, Stage.PUBLISHED)
ENDED = (StatementOutcome.DELIVERED, StatementOutcome.NOT_DELIVERED)  # as a person said
_PARTIES = (
    orm.joinedload(FloorStatement.delegation).options(
        orm.joinedload(Delegation.party).options(orm.selectin_polymorphic(Party, [])),
        orm.joinedload(Delegation.meeting).joinedload(Meeting.mechanism),
    ),
    orm.joinedload(FloorStatement.on_behalf).options(orm.selectin_polymorphic(Party, [])),
)
_WHOLE = (
    *_PARTIES,
    orm.selectinload(FloorStatement.versions).options(
        orm.joinedload(FloorStatementVersion.file), orm.joinedload(FloorStatementVersion.handed_in_by)
    ),
)


def key_of(statement: FloorStatement) -> Key:
    """Return which intervention a statement is of."""
    return Key(statement.delegation_id, statement.mark, statement.kind, statement.acts_for)


def statement_field(statement_id: int) -> str:
    """What the words of a statement are called where they are cited."""
    return f"{_FIELD}{statement_id}"


def statement_cited(field: str) -> int | None:
    """Which statement's words a field of an intervention has; None of other fields."""
    number = field.removeprefix(_FIELD)
    return int(number) if number != field else None


def items_of(meeting: Meeting) -> list[Item]:
    """The items of the published order of business that statements can be made on."""
    return queries.items_of(meeting, ())


def item_named(meeting: Meeting, mark: str) -> Item | None:
    """The item of a statement, also one that the order of business no longer has."""
    return next((item for item in queries.items_of(meeting, {mark}) if item["mark"] == mark), None)


def matched(meeting_id: int, delegation_id: int | None = None) -> Matched:
    """Match the requests of a session (or of one delegation) with the statements. Two statements.

    Requests of a key follow one another. Each is made from the newest statement that may be of it; what was delivered
    once was delivered then.
    """
    own = () if delegation_id is None else (Delegation.id == delegation_id,)
    return _matched(Delegation.meeting_id == meeting_id, *own)


def _matched(*conditions: sa.ColumnElement[bool]) -> Matched:
    """Match those of the delegations for which conditions hold, of whichever sessions."""
    table = FloorStatement
    columns = (table.delegation_id, table.mark, table.kind, table.acts_for)
    rows = sa.select(*columns, table.requests_before, table.id, table.outcome).join(table.delegation)
    rows = rows.where(*conditions).order_by(table.requests_before, table.turn)
    asked = (
        sa.select(SpeakerEntry.delegation_id, SpeakersList.mark, SpeakerEntry.kind, SpeakerEntry.acts_for)
        .add_columns(SpeakerEntry.state, Speech.ended_at, SpeakerEntry.id)
        .join(SpeakerEntry.speakers)
        .join(SpeakerEntry.delegation)
        .outerjoin(SpeakerEntry.speech)
        .where(*conditions, SpeakerEntry.kind.in_(TEXTS))
        .order_by(SpeakerEntry.id)
    )
    statements: dict[Key, list[tuple[int, int, StatementOutcome | None]]] = {}
    for row in db.session.execute(rows):
        statements.setdefault(Key(*row[:4]), []).append((row.requests_before, row.id, row.outcome))
    found = Matched()
    for request in db.session.execute(asked):
        key, state, ended_at = Key(*request[:4]), request.state, request.ended_at
        requests = found.requests.setdefault(key, [])
        place = len(requests)
        requests.append(state)
        text = next(((id_, what) for before, id_, what in statements.get(key, ())[::-1] if before <= place), None)
        if text is not None:
            found.texts[key, place] = text[0]
            if state is EntryState.SPOKEN and ended_at is not None:
                found.delivered.setdefault(text[0], (place, ended_at))
                found.in_entry.setdefault(text[0], request.id)
        if state is EntryState.WAITING and (text is None or text[0] in found.delivered or text[1] in ENDED):
            found.missing.add(key)
    return found


def delivery_of(statement: FloorStatement, made: Matched) -> Delivery:
    """What became of a statement, where these interventions were made.

    What was said on the floor is delivered, unless somebody said otherwise. A text that is in writing only is open once
    the session has begun. What waits once the session is over was not delivered: its embargo stays.
    """
    meeting, (_place, ended) = statement.meeting, made.delivered.get(statement.id, (0, None))
    outcome, at = statement.outcome, statement.outcome_at
    if ended is not None and outcome is not StatementOutcome.NOT_DELIVERED:
        outcome, at = StatementOutcome.DELIVERED, ended
    elif outcome is None and is_over(meeting):
        outcome = StatementOutcome.NOT_DELIVERED
    written = outcome is StatementOutcome.WRITTEN_ONLY and has_begun(meeting)
    return Delivery(outcome, at, outcome is StatementOutcome.DELIVERED or written)


def is_open(row: FloorStatement) -> bool:
    """Whether the embargo of a statement is over."""
    return delivery_of(row, matched(row.meeting.id, row.delegation_id)).is_open


def seen_as(row: FloorStatement, *, is_open: bool) -> str:
    """Return what stands for a statement as a page shows it to whoever hands in a newer version of it."""
    return f"{row.version}.{len(row.versions)}.{is_open}"


def is_over(meeting: Meeting) -> bool:
    """Whether nothing is said in a session any more: its summary is being written, or is published."""
    return meeting.stage in (Stage.CONSOLIDATING, Stage.PUBLISHED)


def has_begun(meeting: Meeting) -> bool:
    """Whether a session is held by now: its hour has come and its stage says so, and it was not cancelled."""
    return meeting.stage in BEGUN and not meeting.cancelled_at and now() >= meeting.starts_at


def statements_floor(actor: Actor, slug: str) -> Statements:
    """Load a session for its statements: also for interpreters, whom the session itself may not be for. Raises
    NotFound."""
    floor = queries.floor_of(actor, slug)
    early = actor.is_staff or floor.interprets or bool(floor.own and meeting_interpreted(actor, slug))
    return Statements(floor.meeting, floor.manages, floor.own, early=early, interprets=floor.interprets)


def statements_of(meeting_id: int) -> Sequence[FloorStatement]:
    """All statements of a session with their versions; the caller shows whom what."""
    statement = sa.select(FloorStatement).join(FloorStatement.delegation).where(Delegation.meeting_id == meeting_id)
    return db.session.scalars(statement.order_by(FloorStatement.id).options(*_WHOLE)).all()


def statements_of_party(actor: Actor, party_id: int) -> list[Read]:
    """The statements that a party delivered, in whichever session, and consents to be read by such as the person, the
    newest first. Three statements."""
    return _delivered(actor, Delegation.party_id == party_id)


def statements_among(actor: Actor, ids: Collection[int]) -> list[Read]:
    """Those of statements that were delivered and that a person may read, the newest first. Three statements; none
    where none are asked for."""
    if not ids:
        return []
    theirs = sa.select(FloorStatement.delegation_id).where(FloorStatement.id.in_(ids))
    return _delivered(actor, Delegation.id.in_(theirs), FloorStatement.id.in_(ids))


def _delivered(actor: Actor, of: sa.ColumnElement[bool], *conditions: sa.ColumnElement[bool]) -> list[Read]:
    """`of`: the condition on Delegation, by all of whose requests and texts it is known what was delivered."""
    statement = (
        sa.select(FloorStatement)
        .join(FloorStatement.delegation)
        .join(Delegation.meeting)
        .where(of, *conditions, readable(actor, FloorStatement.consent))
        .order_by(FloorStatement.id.desc())
    )
    rows = db.session.scalars(statement.options(*_PARTIES)).all()
    if not rows:
        return []
    made = _matched(of)
    read = [(row, delivery_of(row, made)) for row in rows]
    return [(row, delivery) for row, delivery in read if delivery.is_open]


def delivered_in(meeting_id: int) -> dict[int, FloorStatement]:
    """Entry of a list of speakers -> the statement that was delivered when it had the floor, unless somebody said
    otherwise. Two statements, and two more where any was."""
    made = matched(meeting_id)
    if not made.delivered:
        return {}
    rows = db.session.scalars(sa.select(FloorStatement).where(FloorStatement.id.in_(made.delivered)).options(*_WHOLE))
    return {made.in_entry[row.id]: row for row in rows if delivery_of(row, made).outcome is StatementOutcome.DELIVERED}


def languages_of(statement_ids: Collection[int]) -> dict[int, str]:
    """Statement -> the language of its newest version. One statement; none where none are asked for."""
    if not statement_ids:
        return {}
    table = FloorStatementVersion
    rows = sa.select(table.statement_id, table.language).where(table.statement_id.in_(statement_ids))
    return {row.statement_id: row.language for row in db.session.execute(rows.order_by(table.number))}


def all_statements(meeting_id: int, made: Matched) -> list[Read]:
    """All statements of a session with what became of them. Two statements."""
    return [(row, delivery_of(row, made)) for row in statements_of(meeting_id)]


def by_item(meeting: Meeting, rows: Sequence[Read]) -> list[tuple[Item, list[Read]]]:
    """Statements under the items of the order of business, in its order; within one by delivery, then as handed in."""
    marks = {row.mark for row, _delivery in rows}

    def place(read: Read) -> tuple[bool, datetime, int]:
        moment = read[1].at or read[0].latest.handed_in_at
        return not read[1].is_open, moment, read[0].id

    return [
        (item, sorted((read for read in rows if read[0].mark == item["mark"]), key=place))
        for item in queries.items_of(meeting, marks)
    ]


def statement_of(actor: Actor, statement_id: int) -> Handed:
    """Load a statement; raises NotFound for whoever may not read it: before it is delivered, all but its delegation,
    the secretariat and the interpreters. Raises Gone for those who could before its consent was narrowed."""
    row = db.session.get(FloorStatement, statement_id, options=_WHOLE)
    if row is None:
        raise NotFound
    floor = statements_floor(actor, row.meeting.slug)
    delivery = delivery_of(row, matched(row.meeting.id, row.delegation_id))
    if not may_read_statement(actor, floor, row, delivery):
        raise Gone if could_read_statement(actor, row, delivery) else NotFound
    return Handed(floor.meeting, floor.manages, floor.own, floor.early, row, delivery)


def statement_or_note(actor: Actor, statement_id: int) -> Handed | TakenBack:
    """Load a statement as `statement_of` does; of one that was for the person and is no more, its session alone."""
    try:
        return statement_of(actor, statement_id)
    except Gone:
        return TakenBack(db.session.get_one(FloorStatement, statement_id).meeting)


def file_of(actor: Actor, version_id: int) -> StoredFile:
    """Load the file of a version: the newest, and earlier ones as on the statement's page. Raises NotFound, or Gone as
    `statement_of`."""
    version = db.session.get(FloorStatementVersion, version_id)
    if version is None or version.file is None:
        raise NotFound
    handed = statement_of(actor, version.statement_id)
    if version is not handed.statement.latest and not handed.whole:
        raise NotFound
    return version.file


def handing_in(actor: Actor, slug: str, code: str) -> HandingIn:
    """Load a session for a delegation of the person's own; every other delegation is not found."""
    floor = statements_floor(actor, slug)
    delegation = next((row for row in floor.own if row.party.code == code), None)
    if delegation is None:
        raise NotFound
    return _handing(floor, delegation)


def making_codes(actor: Actor, slug: str, code: str) -> HandingIn:
    """Load a session for a delegation whose codes the person sees: their own, and for the secretariat each."""
    if not actor.is_staff:
        return handing_in(actor, slug, code)
    floor = statements_floor(actor, slug)
    statement = sa.select(Delegation).join(Delegation.party).where(Delegation.meeting_id == floor.meeting.id)
    loaded = (orm.contains_eager(Delegation.party), orm.selectinload(Delegation.members))
    delegation = db.session.scalars(statement.where(Party.code == code).options(*loaded)).one_or_none()
    if delegation is None:
        raise NotFound
    return _handing(floor, delegation)


def _handing(floor: Statements, delegation: Delegation) -> HandingIn:
    return HandingIn(
        floor.meeting, floor.manages, floor.own, floor.early, delegation=delegation, items=items_of(floor.meeting)
    )


def code_of(actor: Actor, code_id: int) -> FloorStatementCode:
    """Load a code to revoke it; raises NotFound for all but the secretariat and its own delegation."""
    statement = sa.select(FloorStatementCode).filter_by(id=code_id)
    whole = orm.joinedload(FloorStatementCode.delegation).options(
        orm.joinedload(Delegation.meeting), orm.joinedload(Delegation.party), orm.selectinload(Delegation.members)
    )
    code = db.session.scalars(statement.options(whole)).one_or_none()
    if code is None or not (actor.is_staff or code.delegation.role_of(actor)):
        raise NotFound
    return code


def handed_in_by(code: FloorStatementCode) -> FloorStatementVersion | None:
    """The version that a code was used for."""
    return db.session.scalars(sa.select(FloorStatementVersion).filter_by(code_id=code.id)).one_or_none()


def parties_of(meeting_id: int) -> Sequence[Delegation]:
    """The delegations of a session with their parties."""
    loaded = orm.joinedload(Delegation.party).options(orm.selectin_polymorphic(Party, []))
    return db.session.scalars(sa.select(Delegation).filter_by(meeting_id=meeting_id).options(loaded)).all()


def interpreters_of(meeting_id: int) -> Sequence[FloorInterpreter]:
    """The interpreters' list of a session."""
    statement = sa.select(FloorInterpreter).filter_by(meeting_id=meeting_id).order_by(FloorInterpreter.id)
    return db.session.scalars(statement.options(orm.joinedload(FloorInterpreter.user))).all()


def interpreter_for_staff(actor: Actor, interpreter_id: int) -> FloorInterpreter:
    """Load somebody on a list; raises NotFound for everybody but the secretariat."""
    loaded = (orm.joinedload(FloorInterpreter.meeting), orm.joinedload(FloorInterpreter.user))
    found = db.session.get(FloorInterpreter, interpreter_id, options=loaded) if actor.is_staff else None
    if found is None:
        raise NotFound
    return found


def statement_for_staff(actor: Actor, statement_id: int) -> Handed:
    """Load a statement for the secretariat; raises NotFound for everybody else."""
    if not actor.is_staff:
        raise NotFound
    return statement_of(actor, statement_id)
