"""Writing to the trail."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import RelationshipDirection

from app.audit.models import AuditEvent
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import Base, db
from app.core.localized import LocalizedText

UNTRACKED = frozenset({"version"})


def _plain(value: Any) -> Any:
    if isinstance(value, LocalizedText):
        return dict(value)
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def changes_of(subject: Base) -> dict[str, list[Any]]:
    """Return {column: [from, to]} of what is not yet flushed on a row.

    Columns declared with info={"personal": True} are named, without their values.
    """
    changes: dict[str, list[Any]] = {}
    state = inspect(subject)
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if attribute.key in UNTRACKED or not history.has_changes():
            continue
        if attribute.columns[0].info.get("personal"):
            changes[attribute.key] = []
            continue
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        if before != after:
            changes[attribute.key] = [_plain(before), _plain(after)]
    for relation in state.mapper.relationships:
        # A row tied to another by the relationship gets that one's key at the flush only.
        history = state.attrs[relation.key].history
        if relation.direction is RelationshipDirection.MANYTOONE and history.has_changes():
            before, after = (
                values[0].id if values and values[0] else None for values in (history.deleted, history.added)
            )
            if before != after:
                key = state.mapper.get_property_by_column(next(iter(relation.local_columns))).key
                changes.setdefault(key, [before, after])
    return changes


def record(
    action: str,
    subject: Base,
    *,
    by: Actor,
    meeting_id: int | None = None,
    changes: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Add the event for what `by` has just done to `subject`, and flush both.

    Call it after setting the row's new values and before any flush: without `changes`, the difference
    is read off the row.
    """
    noted = dict(changes) if changes is not None else changes_of(subject)
    if subject not in db.session:
        db.session.add(subject)
    db.session.flush()
    event = AuditEvent(
        at=now(),
        actor_id=by.id,
        action=action,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        meeting_id=meeting_id,
        changes=noted,
    )
    db.session.add(event)
    return event
