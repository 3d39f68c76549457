"""Everything that changes the clearance of texts within a State. Nothing commits.

What is cleared is one text, told by its SHA-256 (`clearance_queries.text_mark`): a changed text is cleared anew, one
that was recalled and not changed is not. The trail tells what was done, never what was said, and not to staff.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import SYSTEM, Actor
from app.core.clock import now
from app.core.columns import Moment
from app.core.db import db, lock
from app.core.errors import Refusal, Stale, TooMany, WrongState
from app.core.localized import LANGUAGES
from app.core.texts import check_length, clean
from app.meetings.holding import check_held
from app.meetings.models import Delegation, Meeting
from app.meetings.retention import Names, also_forgets
from app.people.queries import normal_email
from app.practices.after_models import Correction
from app.practices.clearance_models import Clearance, ClearanceRequest, ClearanceRule, ClearanceStep
from app.practices.clearance_queries import (
    Progress,
    StepNow,
    correction_with_capital,
    is_with_capital,
    mailed_lately,
    progress_of,
    rule_of,
    steps_of,
    text_mark,
)
from app.practices.clearance_requests import ask, ask_step, close, close_all, tell_ended
from app.practices.content import EMAIL, problems
from app.practices.enums import ClearanceAct, ClearanceKind, CorrectionState, PracticeState
from app.practices.holding import hold, hold_all
from app.practices.models import Practice
from app.practices.operations import COMMENT_LIMIT, Incomplete, check_move, check_seen, move
from app.practices.queries import state_questions

MOST_STEPS = 12
NAME_LIMIT = 200
MOST_MAILS = 4  # to anybody at one step within a day, the first one counted


def add_step(
    delegation: Delegation, *, kind: ClearanceKind, name: str, email: str, language: str, turn: int, by: Actor
) -> ClearanceStep:
    """Have somebody clear the delegation's texts, those with the capital too; the same again is there already.

    Raises Refusal for what is missing or does not exist, WrongState where the session was cancelled.
    """
    check_held(delegation.meeting)
    _hold_all_of(delegation)
    name, email = clean(name, lines=False), normal_email(email)
    there = steps_of(delegation.id)
    same = (kind, name, email, turn)
    for step in there:
        if (step.kind, step.name, step.email, step.turn) == same:
            return step
    if not name or len(name) > NAME_LIMIT:
        raise Refusal(_l("Write who clears, in at most %(limit)d characters.", limit=NAME_LIMIT), field="name")
    if kind is ClearanceKind.MINISTRY and not email:
        raise Refusal(_l("A ministry clears by link: write the e-mail address it goes to."), field="email")
    if email and not EMAIL.fullmatch(email):
        raise Refusal(_l("Write an e-mail address, like name@example.org."), field="email")
    if language not in LANGUAGES:
        raise Refusal(_l("Choose one of the languages listed."), field="language")
    if not 1 <= turn <= MOST_STEPS:
        raise Refusal(_l("Write a turn from 1 to %(most)d.", most=MOST_STEPS), field="turn")
    if len(there) >= MOST_STEPS:
        raise Refusal(_l("A delegation has at most %(most)d steps.", most=MOST_STEPS))
    step = ClearanceStep(delegation=delegation, turn=turn, kind=kind, name=name, email=email, language=language)
    record("add_clearance_step", step, by=by, changes={"kind": [None, kind.value], "turn": [None, turn]})
    _go_on(delegation)
    return step


def remove_step(step: ClearanceStep, *, by: Actor) -> None:
    """Have a step asked no more, and its links work no more; what it cleared stays in the history.

    Raises Refusal for the last one while the delegation submits cleared texts only.
    """
    _hold_all_of(step.delegation)
    db.session.refresh(step)
    if step.removed_at is not None:
        return
    cleared = {practice.id for practice in _with_capital(step.delegation) if progress_of(practice).cleared}
    rule = rule_of(step.delegation_id)
    if rule and rule.required and len(steps_of(step.delegation_id)) == 1:
        message = _l("Your delegation submits cleared texts only, so somebody must clear them: end that rule first.")
        raise Refusal(message)
    step.removed_at = now()
    record("remove_clearance_step", step, by=by, changes={"kind": [step.kind.value, None]})
    close(
        db.session.scalars(
            sa.select(ClearanceRequest).where(ClearanceRequest.step_id == step.id, ClearanceRequest.closed_at.is_(None))
        )
    )
    _go_on(step.delegation, told=cleared)


def set_rule(delegation: Delegation, *, required: bool, by: Actor) -> None:
    """Say whether only cleared texts are submitted. Raises Refusal where nobody would clear them."""
    lock(delegation)
    if required and not steps_of(delegation.id):
        raise Refusal(_l("Say first who clears the texts of your delegation."), field="required")
    rule = rule_of(delegation.id) or ClearanceRule(delegation_id=delegation.id, required=False)
    if rule.required != required or rule.id is None:
        rule.required = required
        record("set_clearance_rule", rule, by=by)


def _hold_all_of(delegation: Delegation) -> None:
    """Wait until nobody else changes a delegation's steps, or a text that they are asked to clear."""
    hold_all(Practice.delegation_id == delegation.id)
    lock(delegation)


def _with_capital(delegation: Delegation) -> Sequence[Practice]:
    proposed = sa.exists().where(
        Correction.practice_id == Practice.id,
        Correction.state == CorrectionState.PROPOSED,
        Correction.with_capital.is_(True),
    )
    corrected = sa.and_(Practice.state == PracticeState.PUBLISHED, proposed)
    return db.session.scalars(
        sa.select(Practice).where(
            Practice.delegation_id == delegation.id,
            sa.or_(Practice.state == PracticeState.WITH_CAPITAL, corrected),
        )
    ).all()


def _go_on(delegation: Delegation, *, told: Collection[int] = ()) -> None:
    """After the steps were changed: of what is with the capital, ask those whose turn it is now, or tell that all have
    cleared it; not of those of which this was `told`, and nobody where the session was cancelled."""
    db.session.flush()
    if delegation.meeting.cancelled_at:
        return
    for practice in _with_capital(delegation):
        progress = progress_of(practice)
        if progress.cleared and practice.id not in told:
            _pass_on(practice)
        else:
            ask(practice, progress)


def _pass_on(practice: Practice) -> None:
    """Everybody has cleared the text: tell its delegation; a correction is the secretariat's from now on."""
    row = correction_with_capital(practice)
    if row is not None:
        row.with_capital, row.proposed_at = False, now()
        proposer = row.proposed_by or SYSTEM  # who cleared last is no business of those who read the session's trail
        record(
            "propose_correction", row, by=proposer, meeting_id=practice.meeting_id, changes={"note": [None, row.note]}
        )
    tell_ended(practice, cleared=True, correction=row is not None)


def send_correction(practice: Practice, *, by: Actor) -> None:
    """Ask for clearance of a correction that was just kept for the capital."""
    _note(practice, ClearanceAct.SENT, by=by)
    record("send_to_capital", practice, by=by, changes={})
    ask(practice, progress_of(practice))


def send_to_capital(practice: Practice, *, by: Actor, seen: str) -> None:
    """Ask for clearance of the working text, which nobody changes from now on; a second click finds it done.

    `seen`: the version of the draft that the person read. Raises Stale where it changed since, Incomplete while
    something is missing, Refusal where the delegation has no steps, WrongState once it was submitted.
    """
    hold(practice)
    if practice.state is PracticeState.WITH_CAPITAL:
        return
    check_held(practice.meeting)
    check_move(practice, PracticeState.WITH_CAPITAL)
    check_seen(practice, seen)
    if not steps_of(practice.delegation_id):
        raise Refusal(_l("Say first who clears the texts of your delegation."))
    if problems(practice.call.template, practice.content, state_questions(practice.meeting_id)):
        raise Incomplete(_l("Not everything is answered yet, or something is too long."))
    move(practice, PracticeState.WITH_CAPITAL)
    _note(practice, ClearanceAct.SENT, by=by)
    record("send_to_capital", practice, by=by, changes={})
    ask(practice, progress_of(practice))


def recall(practice: Practice, *, comment: str = "", by: Actor) -> None:
    """Take a text back from the capital, to change it; links that ask for its clearance no longer work."""
    hold(practice)
    if practice.state.editable:
        return
    _back(practice, ClearanceAct.RECALLED, comment=comment, by=by)
    record("recall_practice", practice, by=by, changes={})


def say_of_clearance(practice: Practice, *, comment: str, by: Actor) -> None:
    """Note something for all who clear. Raises Refusal without a text, WrongState for what is not with the capital."""
    hold(practice)
    _must_be_asked(practice)
    if not clean(comment):
        raise Refusal(_l("Write your comment."), field="comment")
    _note(practice, ClearanceAct.COMMENTED, comment=comment, by=by)
    record("comment_on_clearance", practice, by=by, changes={})


def clear_text(
    practice: Practice,
    step_id: int,
    *,
    seen: str,
    by: Actor,
    comment: str = "",
    signed: str = "",
    request: ClearanceRequest | None = None,
) -> None:
    """Clear the text `seen` (its mark) at a step; the same person again changes nothing.

    By link (`request`) who clears says who they are (`signed`). Raises Stale where the text is another now, WrongState
    where the step is not asked (any more), Refusal without a name.
    """
    item, progress = _answering(practice, step_id, seen=seen, by=by, request=request)
    if item.cleared:
        return
    _note(practice, ClearanceAct.CLEARED, step=item.step, comment=comment, signed=signed, request=request, by=by)
    record("clear_practice", practice, by=by, changes={"step_id": [None, step_id]})
    close(item.requests)
    progress = progress_of(practice)
    if progress.cleared:
        _pass_on(practice)
    else:
        ask(practice, progress)


def send_back(
    practice: Practice,
    step_id: int,
    *,
    seen: str,
    reason: str,
    by: Actor,
    signed: str = "",
    request: ClearanceRequest | None = None,
) -> None:
    """Send a text back to drafting, with the reason. Raises as `clear_text`, and Refusal without a reason."""
    item, _progress = _answering(practice, step_id, seen=seen, by=by, request=request)
    if item.cleared:
        raise WrongState(_l("You have cleared this text. Recall it to have it changed."))
    if not clean(reason):
        raise Refusal(_l("Say what has to change."), field="comment")
    _back(practice, ClearanceAct.SENT_BACK, step=item.step, comment=reason, signed=signed, request=request, by=by)
    record("send_back_practice", practice, by=by, changes={"step_id": [None, step_id]})
    tell_ended(practice, cleared=False)


def ask_again(practice: Practice, step_id: int, *, by: Actor) -> None:
    """Mail a new link for a step whose turn it is; the one before no longer works.

    Raises WrongState otherwise, TooMany where it was mailed too often within a day.
    """
    hold(practice)
    _must_be_asked(practice)
    progress = progress_of(practice)
    item = next((item for item in progress.asked if item.step.id == step_id), None)
    if item is None:
        raise WrongState(_l("Nothing is asked at this step at present."))
    if mailed_lately(practice.id, step_id) >= MOST_MAILS:
        raise TooMany(_l("This step was mailed %(most)d times within a day. Ask once more tomorrow.", most=MOST_MAILS))
    ask_step(practice, item, progress.mark)
    record("ask_clearance_again", practice, by=by, changes={"step_id": [None, step_id]})


def _must_be_asked(practice: Practice) -> None:
    check_held(practice.meeting)
    _must_be_with_capital(practice)


def _must_be_with_capital(practice: Practice) -> None:
    if not is_with_capital(practice):
        raise WrongState(_l("This text is not with the capital any more: it was taken back, or submitted."))


def _answering(
    practice: Practice, step_id: int, *, seen: str, by: Actor, request: ClearanceRequest | None
) -> tuple[StepNow, Progress]:
    """The step as it is now that nobody else changes it, where it is this person's to answer."""
    hold(practice)
    if request is not None:
        db.session.refresh(request)
        if request.closed_at is not None:
            raise WrongState(_l("This link asks for nothing any more."))
    _must_be_asked(practice)
    progress = progress_of(practice)
    if seen != progress.mark:
        raise Stale(_l("The text was changed after you opened this page. Read it once more, then answer."))
    item = next((item for item in progress.steps if item.step.id == step_id), None)
    if item is None:
        raise WrongState(_l("The delegation has taken this step out: nothing is asked of you any more."))
    if item.cleared:
        if by.id is None or item.cleared.by_id != by.id:
            raise WrongState(_l("%(who)s has cleared this text at this step already.", who=item.cleared.who))
    elif not item.asked:
        raise WrongState(_l("Those before you in turn have not cleared this text yet."))
    return item, progress


def _note(
    practice: Practice,
    act: ClearanceAct,
    *,
    by: Actor,
    step: ClearanceStep | None = None,
    comment: str = "",
    signed: str = "",
    request: ClearanceRequest | None = None,
) -> None:
    comment, signed = check_length(clean(comment), COMMENT_LIMIT, field="comment"), clean(signed, lines=False)
    if request is not None and (not signed or len(signed) > NAME_LIMIT):
        message = _l("Write your name and function, in at most %(limit)d characters.", limit=NAME_LIMIT)
        raise Refusal(message, field="signed")
    db.session.add(
        Clearance(
            practice_id=practice.id,
            step=step,
            request_id=request.id if request else None,
            act=act,
            sha256=text_mark(practice),
            comment=comment,
            signed=signed,
            at=now(),
            by_id=by.id,
        )
    )
    db.session.flush()


def _back(
    practice: Practice,
    act: ClearanceAct,
    *,
    by: Actor,
    step: ClearanceStep | None = None,
    comment: str = "",
    signed: str = "",
    request: ClearanceRequest | None = None,
) -> None:
    """Give a text back to those who write it, as the draft, the returned practice or the correction that it was."""
    _must_be_with_capital(practice)
    _note(practice, act, step=step, comment=comment, signed=signed, request=request, by=by)
    row = correction_with_capital(practice)
    if row is not None:
        row.state, row.decided_at, row.decided_by_id = CorrectionState.RECALLED, now(), by.id
    else:
        move(practice, PracticeState.RETURNED if practice.reference else PracticeState.DRAFT)
    close_all(practice)


@also_forgets
def forget_clearance(meeting: Meeting, names: Names, by: Actor) -> None:
    """Keep of who cleared the texts of a session that somebody did; their names and addresses go, in comments too."""
    delegations = sa.select(Delegation.id).where(Delegation.meeting_id == meeting.id)
    practices = sa.select(Practice.id).where(Practice.meeting_id == meeting.id)
    gone = sa.func.coalesce(ClearanceStep.removed_at, sa.literal(now(), Moment))
    db.session.execute(
        sa.update(ClearanceStep)
        .where(ClearanceStep.delegation_id.in_(delegations))
        .values(name="", email="", removed_at=gone)
    )
    db.session.execute(sa.update(Clearance).where(Clearance.practice_id.in_(practices)).values(signed=""))
    for row in db.session.scalars(sa.select(Clearance).where(Clearance.practice_id.in_(practices))).all():
        row.comment = names.without(row.comment) or (row.comment and "…")  # who sent a text back has said something
