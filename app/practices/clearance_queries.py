"""Reading the clearance of a delegation's texts: its steps, and where a text stands in them.

All of it is the delegation's: nothing here is for the secretariat, and only the state of a practice is told to it.
"""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
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
from app.practices.enums import ClearanceAct, ClearanceKind, CorrectionState, PracticeState
from app.practices.models import Practice, PracticeFile, PracticeVersion
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
    return _mark(practice, text, practice.attachments)


def _mark(practice: Practice, content: Mapping[str, Any], files: Iterable[PracticeFile]) -> str:
    return fingerprint([practice.language, content, sorted(item.file.sha256 for item in files)])


def steps_of(delegation_id: int) -> Sequence[ClearanceStep]:
    """The steps of a delegation, by turn."""
    return db.session.scalars(_steps([delegation_id])).all()


def _steps(delegation_ids: Collection[int]) -> sa.Select[ClearanceStep]:
    return (
        sa.select(ClearanceStep)
        .where(ClearanceStep.delegation_id.in_(delegation_ids), ClearanceStep.removed_at.is_(None))
        .order_by(ClearanceStep.turn, ClearanceStep.id)
    )


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
    return role is not None and delegation.role_of(actor) is role


def clearers(step: ClearanceStep, delegation: Delegation) -> list[User]:
    """The accounts that clear at a step: those with its role that are not closed; nobody where it is asked by link."""
    if step.email:
        return []
    role = ROLES.get(step.kind)
    people = (member.user for member in delegation.members if member.role is role)
    return [user for user in people if user.closed_at is None and delegation.role_of(user) is role]


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
    asked = _asked(steps, cleared)
    requests: dict[int, list[ClearanceRequest]] = {}
    for request in open_requests(practice.id):
        requests.setdefault(request.step_id, []).append(request)
    return Progress(
        mark,
        [
            StepNow(
                step,
                cleared.get(step.id),
                asked=step in asked,
                requests=requests.get(step.id, ()),
            )
            for step in steps
        ],
        history,
    )


def _asked(steps: Iterable[ClearanceStep], cleared: Container[int | None]) -> list[ClearanceStep]:
    """Of the steps those whose turn it is."""
    left = [step for step in steps if step.id not in cleared]
    turn = min((step.turn for step in left), default=None)
    return [step for step in left if step.turn == turn]


@dataclass(frozen=True)
class Standing:
    """What a list of work tells of a text's clearance: it is with the capital (`correction`: as a correction), where
    everybody has `cleared` it or these steps are `asked`; or the capital has `sent_back` what is now written again."""

    cleared: bool = False
    asked: Sequence[ClearanceStep] = ()
    correction: bool = False
    sent_back: bool = False


def standings(practices: Iterable[Practice]) -> dict[int, Standing]:
    """Practice id -> where its clearance stands, for those of which there is something to tell.

    One statement, and three more where a text is or was with the capital.
    """
    rows = {practice.id: practice for practice in practices}
    acts: dict[int, list[Any]] = {}
    for act in db.session.execute(
        sa.select(
            Clearance.practice_id,
            Clearance.step_id,
            Clearance.act,
            Clearance.sha256,
            _submitted_since().label("submitted_since"),
        )
        .where(Clearance.practice_id.in_(rows), Clearance.act != ClearanceAct.COMMENTED)
        .order_by(Clearance.id)
    ):
        acts.setdefault(act.practice_id, []).append(act)
    if not acts:
        return {}
    corrections = {
        row.practice_id: row
        for row in db.session.scalars(
            sa.select(Correction).where(
                Correction.practice_id.in_(acts),
                Correction.state == CorrectionState.PROPOSED,
                Correction.with_capital.is_(True),
            )
        )
    }
    files: dict[int, list[PracticeFile]] = {}
    for item in db.session.scalars(
        sa.select(PracticeFile)
        .where(PracticeFile.practice_id.in_(acts), PracticeFile.removed_at.is_(None))
        .options(orm.joinedload(PracticeFile.file))
    ):
        files.setdefault(item.practice_id, []).append(item)
    steps: dict[int, list[ClearanceStep]] = {}
    for step in db.session.scalars(_steps({rows[practice_id].delegation_id for practice_id in acts})):
        steps.setdefault(step.delegation_id, []).append(step)
    found: dict[int, Standing] = {}
    for practice_id, done in acts.items():
        practice, correction = rows[practice_id], corrections.get(practice_id)
        if practice.state is PracticeState.WITH_CAPITAL or correction:
            mark = _mark(practice, correction.content if correction else practice.content, files.get(practice_id, ()))
            cleared = {act.step_id for act in done if act.act is ClearanceAct.CLEARED and act.sha256 == mark}
            asked = _asked(there := steps.get(practice.delegation_id, []), cleared)
            found[practice_id] = Standing(cleared=bool(there) and not asked, asked=asked, correction=bool(correction))
        elif practice.state.editable and done[-1].act is ClearanceAct.SENT_BACK and not done[-1].submitted_since:
            found[practice_id] = Standing(sent_back=True)
    return found


def _submitted_since() -> sa.ColumnElement[bool]:
    """Whether a version was submitted after what was done in a clearance."""
    at = sa.func.coalesce(PracticeVersion.confirmed_at, PracticeVersion.submitted_at)
    return sa.exists().where(PracticeVersion.practice_id == Clearance.practice_id, at >= Clearance.at)


def sent_back(practice: Practice) -> Clearance | None:
    """Who sent the text that is written now back from the capital, and why; until it is sent there or submitted."""
    if not practice.state.editable:
        return None
    newest = (
        sa.select(sa.func.max(Clearance.id))
        .where(Clearance.practice_id == practice.id, Clearance.act != ClearanceAct.COMMENTED)
        .scalar_subquery()
    )
    return db.session.scalars(
        sa.select(Clearance)
        .where(Clearance.id == newest, Clearance.act == ClearanceAct.SENT_BACK, ~_submitted_since())
        .options(orm.joinedload(Clearance.by), orm.joinedload(Clearance.step))
    ).one_or_none()


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
