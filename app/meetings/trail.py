"""The audit trail in words that people read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core.db import db
from app.core.localized import LANGUAGES
from app.core.wording import in_reader_language
from app.people.models import User


@dataclass(frozen=True)
class Line:
    """One event: when, who, what (the operation's verb in words), and each changed field from what to what."""

    at: datetime
    who: str
    action: str
    subject: str
    changes: list[tuple[str, str, str]]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        texts = {code: str(text) for code, text in value.items() if code in LANGUAGES}
        value = in_reader_language(texts) if texts else ", ".join(f"{key}: {text}" for key, text in value.items())
    elif isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    text = "" if value is None else str(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


def readable(events: Sequence[AuditEvent]) -> list[Line]:
    """Return events as lines; names of people come from their accounts, in one statement."""
    ids = {event.actor_id for event in events if event.actor_id}
    names = dict(db.session.execute(sa.select(User.id, User.name).where(User.id.in_(ids))).all())
    return [
        Line(
            at=event.at,
            who=names.get(event.actor_id, "Plenaria") if event.actor_id else "Plenaria",
            action=event.action.replace("_", " "),
            subject=f"{event.subject_kind.replace('_', ' ')} {event.subject_id}",
            changes=[
                (name.replace("_", " "), _shown(pair[0]), _shown(pair[1]))
                for name, pair in event.changes.items()
                if isinstance(pair, list) and len(pair) == 2
            ],
        )
        for event in events
    ]
