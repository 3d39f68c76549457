"""Reading withdrawals, corrections, and the versions that readers see."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.audit.models import AuditEvent
from app.core.actors import Actor
from app.core.db import db
from app.practices.after_models import Correction, Withdrawal
from app.practices.enums import CorrectionState, PracticeState
from app.practices.models import Practice, PracticeVersion
from app.practices.policies import can_read_version
from app.practices.queries import practice_by_id


def withdrawals_of(practice: Practice) -> Sequence[Withdrawal]:
    """What was asked and decided of taking a practice back, the oldest first."""
    statement = sa.select(Withdrawal).where(Withdrawal.practice_id == practice.id).order_by(Withdrawal.id)
    return db.session.scalars(statement).all()


class Withdrawn(NamedTuple):
    """How a published practice was withdrawn: when (None where nobody noted it), and whether its delegation asked."""

    at: datetime | None
    by_delegation: bool


def withdrawn_how(practice: Practice) -> Withdrawn:
    """Return who took a practice back and when: its delegation, by a wish that was granted, or the secretariat by
    itself, of which the trail alone tells. Two statements at most."""
    if granted := next((row for row in reversed(withdrawals_of(practice)) if row.granted), None):
        return Withdrawn(granted.decided_at, True)
    event = AuditEvent
    of_practice = sa.and_(event.subject_kind == Practice.__tablename__, event.subject_id == practice.id)
    at = sa.select(sa.func.max(event.at)).where(of_practice, event.action == "withdraw_practice")
    return Withdrawn(db.session.scalar(at), False)


def open_withdrawal(practice: Practice) -> Withdrawal | None:
    """The wish to take a practice back that the secretariat has not decided."""
    statement = sa.select(Withdrawal).where(Withdrawal.practice_id == practice.id, Withdrawal.granted.is_(None))
    return db.session.scalars(statement).one_or_none()


def corrections_of(practice: Practice) -> Sequence[Correction]:
    """The corrections that a delegation proposed, the oldest first."""
    statement = sa.select(Correction).where(Correction.practice_id == practice.id).order_by(Correction.id)
    return db.session.scalars(statement.options(orm.joinedload(Correction.of_version))).all()


def corrections_told(practices: Iterable[Practice]) -> dict[int, Correction]:
    """Practice id -> the last correction, where the secretariat has it or did not accept it. One statement at most."""
    ids = [practice.id for practice in practices if practice.state is PracticeState.PUBLISHED]
    if not ids:
        return {}
    last = sa.select(sa.func.max(Correction.id)).where(Correction.practice_id.in_(ids)).group_by(Correction.practice_id)
    rows = db.session.scalars(
        sa.select(Correction)
        .where(
            Correction.id.in_(last),
            Correction.with_capital.is_(False),
            Correction.state.in_((CorrectionState.PROPOSED, CorrectionState.RETURNED)),
        )
        .options(orm.defer(Correction.content))
    )
    return {row.practice_id: row for row in rows}


def open_correction(practice: Practice) -> Correction | None:
    """The correction that nobody has decided: the capital has it, or the secretariat. For its delegation."""
    return db.session.scalars(
        sa.select(Correction).where(Correction.practice_id == practice.id, Correction.state == CorrectionState.PROPOSED)
    ).one_or_none()


def proposed_correction(practice: Practice) -> Correction | None:
    """The correction that the secretariat has not decided."""
    row = open_correction(practice)
    return None if row is None or row.with_capital else row


def correction_for_staff(actor: Actor, correction_id: int) -> Correction:
    """Load a correction with its practice; raises NotFound for whom its practice is not there."""
    row = db.session.get(Correction, correction_id)
    if row is None or row.with_capital or not actor.is_staff:
        raise NotFound
    practice_by_id(actor, row.practice_id)
    return row


def public_versions(versions: Sequence[PracticeVersion], actor: Actor) -> list[PracticeVersion]:
    """Of all versions of a published practice that a person may read, oldest first, those that they saw or could have
    seen: as published first, then corrected. The last is always among them."""
    first = next((place for place, item in enumerate(versions) if item.note), len(versions))
    shown = versions[max(first - 1, 0) :]
    return [item for item in shown if item is shown[-1] or can_read_version(actor, item)]
