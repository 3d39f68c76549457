"""Which statements are under no embargo any more, asked of the database for all sessions at once."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.clock import now
from app.floor.enums import EntryState, StatementOutcome
from app.floor.models import SpeakerEntry, SpeakersList, Speech
from app.floor.statement_models import FloorStatement, FloorStatementVersion
from app.floor.statement_queries import BEGUN, TEXTS
from app.meetings.models import Meeting


def _same(row: Any, other: Any) -> sa.ColumnElement[bool]:
    names = ("delegation_id", "mark", "kind", "acts_for")
    return sa.and_(*(getattr(row, name) == getattr(other, name) for name in names))


def open_by_now() -> sa.ColumnElement[bool]:
    """The condition on FloorStatement (with its session joined) that says what `delivery_of` says in `is_open`."""
    requests = (
        sa.select(SpeakerEntry.delegation_id, SpeakersList.mark, SpeakerEntry.kind, SpeakerEntry.acts_for)
        .add_columns(SpeakerEntry.state, Speech.ended_at)
        .add_columns(
            sa.func.row_number()
            .over(
                partition_by=(
                    SpeakerEntry.delegation_id,
                    SpeakersList.mark,
                    SpeakerEntry.kind,
                    SpeakerEntry.acts_for,
                ),
                order_by=SpeakerEntry.id,
            )
            .label("number")
        )
        .join(SpeakerEntry.speakers)
        .outerjoin(SpeakerEntry.speech)
        .where(SpeakerEntry.kind.in_(TEXTS))
        .subquery()
    )
    row, newer = orm.aliased(FloorStatement), orm.aliased(FloorStatement)
    may_be_of = newer.requests_before < requests.c.number
    later = sa.tuple_(newer.requests_before, newer.turn) > sa.tuple_(row.requests_before, row.turn)
    replaced = sa.exists().where(_same(newer, requests.c), may_be_of, later)
    said = (
        sa.select(row.id)
        .join(requests, sa.and_(_same(row, requests.c), row.requests_before < requests.c.number))
        .where(requests.c.state == EntryState.SPOKEN, requests.c.ended_at.is_not(None), ~replaced)
    )
    outcome = FloorStatement.outcome
    denied = sa.and_(outcome.is_not(None), outcome == StatementOutcome.NOT_DELIVERED)
    begun = sa.and_(Meeting.stage.in_(BEGUN), Meeting.cancelled_at.is_(None), Meeting.starts_at <= now())
    return sa.or_(
        sa.and_(FloorStatement.id.in_(said), ~denied),
        outcome == StatementOutcome.DELIVERED,
        sa.and_(outcome == StatementOutcome.WRITTEN_ONLY, begun),
    )


def moved_since(since: datetime) -> sa.ColumnElement[bool]:
    """The condition on FloorStatement (with its session joined) that it was delivered, or its text handed in, after a
    moment: what is open by now and moved since may be new to a reader."""
    row, version = FloorStatement, FloorStatementVersion
    handed_in = sa.exists().where(version.statement_id == row.id, version.handed_in_at > since)
    made = (
        sa.exists()
        .where(SpeakersList.id == SpeakerEntry.list_id, Speech.entry_id == SpeakerEntry.id, Speech.ended_at > since)
        .where(SpeakerEntry.delegation_id == row.delegation_id, SpeakersList.mark == row.mark)
        .where(SpeakerEntry.kind == row.kind, SpeakerEntry.acts_for == row.acts_for)
    )
    written = sa.and_(row.outcome == StatementOutcome.WRITTEN_ONLY, Meeting.starts_at > since)
    return sa.or_(handed_in, row.outcome_at > since, made, written)
