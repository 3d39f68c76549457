"""Reading what staff recorded for States. Staff read the record, never the draft that the State makes of it."""

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db
from app.core.paging import PER_PAGE, Page, paginate
from app.meetings.models import Delegation, DelegationMember
from app.practices.enums import PracticeState
from app.practices.models import Intake, Practice
from app.practices.queries import WHOLE


def intakes_of(meeting_id: int, *, page: int = 1, per_page: int = PER_PAGE) -> Page[Intake]:
    """One page of what was recorded for a session, the newest first, of its text the title alone. Two statements."""
    statement = (
        sa.select(Intake)
        .join(Intake.practice)
        .where(Practice.meeting_id == meeting_id)
        .order_by(Intake.id.desc())
        .options(
            orm.contains_eager(Intake.practice).options(
                orm.defer(Practice.content), orm.joinedload(Practice.delegation).joinedload(Delegation.party)
            ),
            orm.defer(Intake.content),
            orm.undefer(Intake.title),
            orm.joinedload(Intake.file),
        )
    )
    return paginate(db.session, statement, page=page, per_page=per_page)


def intake_for_staff(actor: Actor, intake_id: int) -> Intake:
    """Load a record; raises NotFound for everybody but the secretariat."""
    intake = None
    if actor.is_staff:
        intake = db.session.scalars(
            sa.select(Intake)
            .where(Intake.id == intake_id)
            .options(
                orm.joinedload(Intake.practice).options(*WHOLE),
                orm.joinedload(Intake.file),
                orm.joinedload(Intake.recorded_by),
                orm.joinedload(Intake.confirmed_by),
            )
        ).one_or_none()
    if intake is None:
        raise NotFound
    return intake


def recorded_file(actor: Actor, intake_id: int) -> Intake:
    """Load a record for its file: for staff and the State's delegation, until the State withdraws the text."""
    own = sa.select(DelegationMember.delegation_id).where(DelegationMember.user_id == actor.id)
    statement = (
        sa.select(Intake)
        .join(Intake.practice)
        .where(Intake.id == intake_id, Intake.file_id.is_not(None), Practice.state != PracticeState.WITHDRAWN)
        .options(orm.joinedload(Intake.file))
    )
    if not actor.is_staff:
        statement = statement.where(Practice.delegation_id.in_(own))
    intake = db.session.scalars(statement).one_or_none()
    if intake is None:
        raise NotFound
    return intake
