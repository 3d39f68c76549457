"""Reading statements: who comes to them as what, which there are, what was delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.directory.models import Party
from app.documents.models import StoredFile
from app.floor import queries
from app.floor.enums import EntryState, SpeakingKind, StatementOutcome
from app.floor.models import SpeakerEntry, SpeakersList, Speech
from app.floor.policies import may_read_statement
from app.floor.queries import Floor, Item
from app.floor.statement_models import FloorInterpreter, FloorStatement, FloorStatementCode, FloorStatementVersion
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting


class Key(NamedTuple):
    """Which intervention: of a request and of a statement the same."""

    delegation_id: int
    mark: str
    kind: SpeakingKind
    acts_for: str


@dataclass(frozen=True)
class Delivery:
    """What became of a statement, since when; `is_open`: whether the embargo is over."""

    outcome: StatementOutcome | None
    at: datetime | None
    is_open: bool


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
class HandingIn(Statements):
    """A delegation for which statements are handed in, or codes made."""

    delegation: Delegation
    items: list[Item]


_OF_SPOKEN = (SpeakerEntry.delegation_id, SpeakersList.mark, SpeakerEntry.kind, SpeakerEntry.acts_for)
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


def items_of(meeting: Meeting) -> list[Item]:
    """The items of the published order of business that statements can be made on."""
    return queries.items_of(meeting, ())


def item_named(meeting: Meeting, mark: str) -> Item | None:
    """The item of a statement, also one that the order of business no longer has."""
    return next((item for item in queries.items_of(meeting, {mark}) if item["mark"] == mark), None)


def announced(meeting_id: int) -> set[Key]:
    """The statements that delegations wait to make."""
    statement = (
        sa.select(*_OF_SPOKEN)
        .join(SpeakerEntry.speakers)
        .where(SpeakersList.meeting_id == meeting_id, SpeakerEntry.state == EntryState.WAITING)
        .where(SpeakerEntry.kind == SpeakingKind.STATEMENT)
    )
    return {Key(*row) for row in db.session.execute(statement)}


def handed_in(meeting_id: int) -> set[Key]:
    """The statements that there are."""
    table = FloorStatement
    statement = sa.select(table.delegation_id, table.mark, table.kind, table.acts_for).join(table.delegation)
    return {Key(*row) for row in db.session.execute(statement.where(Delegation.meeting_id == meeting_id))}


def spoken(meeting_id: int) -> dict[Key, datetime]:
    """When interventions that were made ended; of those made more than once, the first time."""
    statement = (
        sa.select(*_OF_SPOKEN, sa.func.min(Speech.ended_at))
        .join(SpeakerEntry.speakers)
        .join(SpeakerEntry.speech)
        .where(SpeakersList.meeting_id == meeting_id, SpeakerEntry.state == EntryState.SPOKEN)
        .group_by(*_OF_SPOKEN)
    )
    return {Key(*row[:4]): row[4] for row in db.session.execute(statement) if row[4] is not None}


def delivery_of(statement: FloorStatement, made: Mapping[Key, datetime]) -> Delivery:
    """What became of a statement, where these interventions were made.

    What was said on the floor is delivered, unless somebody said otherwise. A text that is in writing only is open from
    the session's beginning on. What waits once the session is over was not delivered: its embargo stays.
    """
    meeting, ended = statement.meeting, made.get(key_of(statement))
    outcome, at = statement.outcome, statement.outcome_at
    if ended is not None and outcome is not StatementOutcome.NOT_DELIVERED:
        outcome, at = StatementOutcome.DELIVERED, ended
    elif outcome is None and meeting.stage in (Stage.CONSOLIDATING, Stage.PUBLISHED):
        outcome = StatementOutcome.NOT_DELIVERED
    written = outcome is StatementOutcome.WRITTEN_ONLY and now() >= meeting.starts_at
    return Delivery(outcome, at, outcome is StatementOutcome.DELIVERED or written)


def _interpreted(actor: Actor, slug: str) -> Meeting | None:
    """The session of this name whose interpreters' list the person is on, past its preparation."""
    if actor.id is None or actor.is_staff:
        return None
    statement = (
        sa.select(Meeting)
        .join(FloorInterpreter, FloorInterpreter.meeting_id == Meeting.id)
        .where(Meeting.slug == slug, FloorInterpreter.user_id == actor.id, Meeting.stage != Stage.PREPARING)
    )
    return db.session.scalars(statement.options(orm.joinedload(Meeting.mechanism))).one_or_none()


def statements_floor(actor: Actor, slug: str) -> Statements:
    """Load a session for its statements: also for interpreters, whom the session itself may not be for. Raises
    NotFound."""
    interpreted = _interpreted(actor, slug)
    try:
        floor = queries.floor_of(actor, slug)
    except NotFound:
        if interpreted is None:
            raise
        floor = Floor(interpreted, manages=False, own=[])
    return Statements(floor.meeting, floor.manages, floor.own, early=actor.is_staff or interpreted is not None)


def statements_of(meeting_id: int) -> Sequence[FloorStatement]:
    """All statements of a session with their versions; the caller shows whom what."""
    statement = sa.select(FloorStatement).join(FloorStatement.delegation).where(Delegation.meeting_id == meeting_id)
    return db.session.scalars(statement.order_by(FloorStatement.id).options(*_WHOLE)).all()


def statement_of(actor: Actor, statement_id: int) -> Handed:
    """Load a statement; raises NotFound for whoever may not read it: before it is delivered, all but its delegation,
    the secretariat and the interpreters."""
    row = db.session.get(FloorStatement, statement_id, options=_WHOLE)
    if row is None:
        raise NotFound
    floor = statements_floor(actor, row.meeting.slug)
    delivery = delivery_of(row, spoken(row.meeting.id))
    if not may_read_statement(actor, floor, row, delivery):
        raise NotFound
    return Handed(floor.meeting, floor.manages, floor.own, floor.early, row, delivery)


def file_of(actor: Actor, version_id: int) -> StoredFile:
    """Load the file of a version: the newest, and earlier ones as on the statement's page. Raises NotFound."""
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
