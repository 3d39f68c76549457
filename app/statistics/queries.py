"""Reading the inputs of a session, as far as a person may know of them: a constant number of statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.circulation.models import Circulation, Comment
from app.core.actors import Actor
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Party
from app.floor import statement_queries
from app.floor.enums import StatementOutcome
from app.floor.policies import may_read_statement
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import readable, visible_to
from app.practices.enums import PracticeState
from app.practices.models import Call, Practice, PracticeVersion
from app.practices.queries import newest_number, published_to
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.statistics.enums import InputKind, InputState

PRACTICE_STATES = {
    PracticeState.SUBMITTED: InputState.RECEIVED,
    PracticeState.RETURNED: InputState.RETURNED,
    PracticeState.ACCEPTED: InputState.ACCEPTED,
    PracticeState.PUBLISHED: InputState.PUBLISHED,
    PracticeState.WITHDRAWN: InputState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Input:
    """One input. Of one that was begun and not submitted there is no more than its kind, its party and that state.

    `questions`: the keys of those that it answers. `at`: when its first version came; `late`: after the deadline that
    its delegation had.
    """

    kind: InputKind
    party: str
    party_name: LocalizedText
    state: InputState
    language: str = ""
    questions: frozenset[str] = frozenset()
    themes: tuple[str, ...] = ()
    at: datetime | None = None
    late: bool = False

    @property
    def counts(self) -> bool:
        """Whether it was received and stands."""
        return self.state not in (InputState.BEGUN, InputState.WITHDRAWN)


def session_before(actor: Actor, meeting: Meeting) -> Meeting | None:
    """The last session of the same body before this one that the person may see and that was not cancelled; one that
    has parts is compared with such a one alone."""
    part = orm.aliased(Meeting)
    has_parts = sa.exists().where(part.parent_id == Meeting.id)
    this_has = sa.exists().where(part.parent_id == meeting.id)
    statement = sa.select(Meeting).where(
        Meeting.mechanism_id == meeting.mechanism_id,
        Meeting.starts_at < meeting.starts_at,
        Meeting.cancelled_at.is_(None),
        sa.or_(sa.and_(has_parts, this_has), sa.and_(~has_parts, ~this_has)),
        visible_to(actor),
    )
    return db.session.scalars(statement.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(1)).one_or_none()


def deadline_of(meeting: Meeting) -> datetime | None:
    """When a session's call closes; None where it has none."""
    return db.session.scalar(sa.select(Call.closes_at).where(Call.meeting_id == meeting.id))


def invited_to(meeting: Meeting) -> dict[str, LocalizedText]:
    """Those who were invited to send inputs to a session: code -> name. For staff alone. One statement."""
    rows = db.session.execute(
        sa.select(Party.code, Party.short_names)
        .join(Delegation, Delegation.party_id == Party.id)
        .where(Delegation.meeting_id == meeting.id)
    )
    return {row.code: row.short_names for row in rows}


def inputs_of(actor: Actor, meeting: Meeting) -> list[Input]:
    """All inputs of a session that a person may know of, in no particular order. Seven statements at most."""
    found = [*_practices(actor, meeting), *_presentations(actor, meeting), *_statements(actor, meeting)]
    return [*found, *_comments(meeting)] if actor.is_staff else found


def _practices(actor: Actor, meeting: Meeting) -> list[Input]:
    """Practices by their newest version; for staff those too that were begun, as the board tells of them."""
    newest, first = orm.aliased(PracticeVersion), orm.aliased(PracticeVersion)
    statement = (
        sa.select(
            Practice.state,
            Party.code,
            Party.short_names,
            newest.language,
            newest.content["answers"].label("answers"),
            newest.content["themes"].label("themes"),
            first.submitted_at,
            first.late,
        )
        .select_from(Practice)
        .join(Meeting, Meeting.id == Practice.meeting_id)
        .join(Delegation, Delegation.id == Practice.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .outerjoin(newest, sa.and_(newest.practice_id == Practice.id, newest.number == newest_number()))
        .outerjoin(first, sa.and_(first.practice_id == Practice.id, first.number == 1))
        .where(Practice.meeting_id == meeting.id)
    )
    if actor.is_staff:
        begun = Practice.state.in_((PracticeState.DRAFT, PracticeState.WITH_CAPITAL))
        statement = statement.where(sa.or_(newest.id.is_not(None), begun))
    else:
        statement = statement.where(published_to(actor))
    return [_practice(row) for row in db.session.execute(statement)]


def _practice(row: Any) -> Input:
    if row.submitted_at is None:
        return Input(InputKind.PRACTICE, row.code, row.short_names, InputState.BEGUN)
    return Input(
        InputKind.PRACTICE,
        row.code,
        row.short_names,
        PRACTICE_STATES[row.state.told],
        row.language,
        _answered(row.answers),
        tuple(row.themes or ()),
        row.submitted_at,
        row.late,
    )


def _answered(answers: Any) -> frozenset[str]:
    return frozenset(key for key, text in (answers or {}).items() if text)


def _presentations(actor: Actor, meeting: Meeting) -> list[Input]:
    """Presentations that were filed; nobody is told of one that its mechanism has only begun."""
    newest, other, first = (orm.aliased(PresentationVersion) for _place in range(3))
    last = sa.select(sa.func.max(other.number)).where(other.presentation_id == Presentation.id).scalar_subquery()
    statement = (
        sa.select(
            Presentation.state,
            Presentation.published_at,
            Party.code,
            Party.short_names,
            newest.language,
            newest.content["answers"].label("answers"),
            first.filed_at,
        )
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .join(newest, sa.and_(newest.presentation_id == Presentation.id, newest.number == last))
        .join(first, sa.and_(first.presentation_id == Presentation.id, first.number == 1))
        .where(Presentation.meeting_id == meeting.id)
    )
    if not actor.is_staff:
        statement = statement.where(
            Presentation.published_at.is_not(None),
            Presentation.state == PresentationState.FILED,
            readable(actor, Presentation.consent),
        )
    return [
        Input(
            InputKind.PRESENTATION,
            row.code,
            row.short_names,
            InputState.WITHDRAWN
            if row.state is PresentationState.WITHDRAWN
            else InputState.PUBLISHED
            if row.published_at
            else InputState.RECEIVED,
            row.language,
            _answered(row.answers),
            at=row.filed_at,
        )
        for row in db.session.execute(statement)
    ]


def _statements(actor: Actor, meeting: Meeting) -> list[Input]:
    """Statements that were delivered and that the person may read; for staff all that were handed in."""
    floor = statement_queries.statements_floor(actor, meeting.slug)
    made = statement_queries.matched(meeting.id)
    return [
        Input(
            InputKind.STATEMENT,
            row.delegation.party.code,
            row.delegation.party.short_names,
            InputState.PUBLISHED if delivery.is_open else _handed_in(delivery.outcome),
            row.latest.language,
            at=row.versions[0].handed_in_at,
        )
        for row, delivery in statement_queries.all_statements(meeting.id, made)
        if actor.is_staff or (delivery.is_open and may_read_statement(actor, floor, row, delivery))
    ]


def _handed_in(outcome: StatementOutcome | None) -> InputState:
    return InputState.WITHDRAWN if outcome is StatementOutcome.NOT_DELIVERED else InputState.RECEIVED


def _comments(meeting: Meeting) -> list[Input]:
    """Filed comments on the texts that were circulated."""
    rows = db.session.execute(
        sa.select(Party.code, Party.short_names, Comment.language, Comment.filed_at, Comment.disposition)
        .join(Circulation, Circulation.id == Comment.circulation_id)
        .join(Delegation, Delegation.id == Comment.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .where(Delegation.meeting_id == meeting.id, Comment.filed_at.is_not(None))
    )
    return [
        Input(
            InputKind.COMMENT,
            row.code,
            row.short_names,
            InputState.ANSWERED if row.disposition else InputState.RECEIVED,
            row.language,
            at=row.filed_at,
        )
        for row in rows
    ]
