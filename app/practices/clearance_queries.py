"""Reading the clearance of a delegation's texts: its steps, and where a text stands in them.

All of it is the delegation's: nothing here is for the secretariat, and only the state of a practice is told to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.texts import fingerprint
from app.mail.models import Mail
from app.meetings.enums import DelegationRole
from app.meetings.models import Delegation
from app.people.models import User
from app.people.queries import token_hash
from app.practices.after_models import Correction
from app.practices.after_queries import open_correction
from app.practices.clearance_models import Clearance, ClearanceRequest, ClearanceRule, ClearanceStep
from app.practices.enums import ClearanceAct, ClearanceKind, PracticeState
from app.practices.models import Practice
from app.practices.queries import WHOLE

# Whose account clears at a step; a ministry's clears by link alone.
ROLES: Mapping[ClearanceKind, DelegationRole] = {
    ClearanceKind.DRAFTER: DelegationRole.DRAFTER,
    ClearanceKind.FOCAL_POINT: DelegationRole.FOCAL_POINT,
    ClearanceKind.HEAD: DelegationRole.HEAD,
}


def correction_with_capital(practice: Practice) -> Correction | None:
    """The correction of a published practice that waits for its clearance. A statement for what is published alone."""
    if practice.state is not PracticeState.PUBLISHED:
        return None
    row = open_correction(practice)
    return row if row is not None and row.with_capital else None


def is_with_capital(practice: Practice) -> bool:
    """Whether a text of it waits for its clearance: the working text, or a correction."""
    return practice.state is PracticeState.WITH_CAPITAL or correction_with_capital(practice) is not None


def asked_text(practice: Practice) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The template and the content of the text that is cleared: the correction that the capital has, else the draft."""
    row = correction_with_capital(practice)
    return (row.of_version.template, row.content) if row else (practice.call.template, practice.content)


def text_mark(practice: Practice, content: Mapping[str, Any] | None = None) -> str:
    """Return the SHA-256 that a clearance is of: the text that is cleared, or another; its language and files."""
    text = asked_text(practice)[1] if content is None else content
    return fingerprint([practice.language, text, sorted(item.file.sha256 for item in practice.attachments)])


def steps_of(delegation_id: int) -> Sequence[ClearanceStep]:
    """The steps of a delegation, by turn."""
    return db.session.scalars(
        sa.select(ClearanceStep)
        .where(ClearanceStep.delegation_id == delegation_id, ClearanceStep.removed_at.is_(None))
        .order_by(ClearanceStep.turn, ClearanceStep.id)
    ).all()


def rule_of(delegation_id: int) -> ClearanceRule | None:
    """The delegation's rule, if it has set one."""
    statement = sa.select(ClearanceRule).where(ClearanceRule.delegation_id == delegation_id)
    return db.session.scalars(statement).one_or_none()


def is_required(delegation_id: int) -> bool:
    """Whether the delegation submits cleared texts only."""
    rule = rule_of(delegation_id)
    return rule is not None and rule.required


def may_clear(actor: Actor, step: ClearanceStep, delegation: Delegation) -> bool:
    """Whether a person of the delegation has the role that clears at a step."""
    role = ROLES.get(step.kind)
    return role is not None and delegation.role_of(actor.id) is role


def clearers(step: ClearanceStep, delegation: Delegation) -> list[User]:
    """The accounts that clear at a step: those with its role that are not closed; nobody where it is asked by link."""
    if step.email:
        return []
    role = ROLES.get(step.kind)
    return [member.user for member in delegation.members if member.role is role and member.user.closed_at is None]


@dataclass(frozen=True)
class StepNow:
    """A step and what there is of it for the present text. `asked`: it is its turn."""

    step: ClearanceStep
    cleared: Clearance | None
    asked: bool
    requests: Sequence[ClearanceRequest] = field(default=())

    @property
    def undelivered(self) -> bool:
        """Whether the last mail that asked for it could not be delivered."""
        return bool(self.requests) and self.requests[-1].mail.state.value == "failed"


@dataclass(frozen=True)
class Progress:
    """Where the present text of a practice stands. `history` is of all its texts, the newest first."""

    mark: str
    steps: Sequence[StepNow]
    history: Sequence[Clearance]

    @property
    def cleared(self) -> bool:
        """Whether everybody has cleared this very text; nobody was to: then it is not."""
        return bool(self.steps) and all(item.cleared for item in self.steps)

    @property
    def asked(self) -> list[StepNow]:
        return [item for item in self.steps if item.asked]


def progress_of(practice: Practice, content: Mapping[str, Any] | None = None) -> Progress:
    """Read where the clearance of a practice, or of another text of it, stands. Three statements."""
    mark = text_mark(practice, content)
    history = db.session.scalars(
        sa.select(Clearance)
        .where(Clearance.practice_id == practice.id)
        .order_by(Clearance.id.desc())
        .options(orm.joinedload(Clearance.by), orm.joinedload(Clearance.step))
    ).all()
    cleared = {row.step_id: row for row in history if row.act is ClearanceAct.CLEARED and row.sha256 == mark}
    steps = steps_of(practice.delegation_id)
    turn = min((step.turn for step in steps if step.id not in cleared), default=None)
    requests: dict[int, list[ClearanceRequest]] = {}
    for request in open_requests(practice.id):
        requests.setdefault(request.step_id, []).append(request)
    return Progress(
        mark,
        [
            StepNow(
                step,
                cleared.get(step.id),
                asked=step.turn == turn and step.id not in cleared,
                requests=requests.get(step.id, ()),
            )
            for step in steps
        ],
        history,
    )


def open_requests(practice_id: int) -> Sequence[ClearanceRequest]:
    """The requests that are not answered yet, the oldest first, each with its mail."""
    return db.session.scalars(
        sa.select(ClearanceRequest)
        .where(ClearanceRequest.practice_id == practice_id, ClearanceRequest.closed_at.is_(None))
        .order_by(ClearanceRequest.id)
        .options(orm.joinedload(ClearanceRequest.mail))
    ).all()


def mailed_lately(practice_id: int, step_id: int) -> int:
    """How often somebody was mailed at a step of a practice within a day; the most that anybody was."""
    numbers = db.session.scalars(
        sa.select(sa.func.count())
        .select_from(ClearanceRequest)
        .join(ClearanceRequest.mail)
        .where(
            ClearanceRequest.practice_id == practice_id,
            ClearanceRequest.step_id == step_id,
            Mail.created_at > now() - timedelta(days=1),
        )
        .group_by(ClearanceRequest.user_id)
    )
    return max(numbers, default=0)


def request_by_token(actor: Actor, token: str) -> ClearanceRequest:
    """Load the request that a link's token is of, whether it still works or not; raises NotFound for any other."""
    request = db.session.scalars(
        sa.select(ClearanceRequest)
        .where(ClearanceRequest.token_hash == token_hash(token))
        .options(orm.joinedload(ClearanceRequest.step), orm.joinedload(ClearanceRequest.practice).options(*WHOLE))
    ).one_or_none()
    if request is None:
        raise NotFound
    return request


def answer_to(request: ClearanceRequest) -> Clearance | None:
    """What was done with a link, if it was used."""
    return db.session.scalars(sa.select(Clearance).where(Clearance.request_id == request.id)).one_or_none()
