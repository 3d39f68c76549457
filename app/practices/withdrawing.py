"""Taking a practice back: at once before it is published, by the secretariat's decision afterwards. Nothing commits."""

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.texts import check_length, clean, written
from app.practices import after_emails
from app.practices.after_models import Withdrawal
from app.practices.after_queries import open_withdrawal, withdrawals_of
from app.practices.enums import PracticeState
from app.practices.holding import hold
from app.practices.models import Practice
from app.practices.operations import withdraw_practice

REASON_LIMIT = 2000


def ask_withdrawal(practice: Practice, *, reason: str, by: Actor) -> Withdrawal | None:
    """Take a practice back, or ask for it once it is published; what was asked before stays, and is returned.

    A draft that nobody else has seen is closed without a record of its own. Raises Refusal without a reason.
    """
    hold(practice)
    if practice.state is PracticeState.WITHDRAWN:
        before = withdrawals_of(practice)
        return before[-1] if before else None
    if practice.reference is None:
        withdraw_practice(practice, by=by)
        return None
    if waiting := open_withdrawal(practice):
        return waiting
    reason = written(reason, REASON_LIMIT, field="reason", missing=_l("Say why the practice is withdrawn."))
    at, published = now(), practice.state is PracticeState.PUBLISHED
    row = Withdrawal(practice=practice, reason=reason, asked_at=at, asked_by_id=by.id)
    if not published:
        row.granted, row.decided_at, row.decided_by_id = True, at, by.id
    db.session.add(row)
    if published:
        record("ask_withdrawal", row, by=by, meeting_id=practice.meeting_id, changes={"reason": [None, reason]})
    else:
        withdraw_practice(practice, by=by)
    return row


def decide_withdrawal(row: Withdrawal, *, granted: bool, answer: str, by: Actor) -> None:
    """Grant a wish to take a published practice back, or say why not; the same again changes nothing.

    Raises WrongState where somebody decided otherwise, Refusal for a no without a reason.
    """
    practice = row.practice
    hold(practice)
    db.session.refresh(row)
    if row.granted is not None:
        if row.granted is granted:
            return
        raise WrongState(_l("Somebody has decided this in the meantime."))
    answer = check_length(clean(answer), REASON_LIMIT, field="answer")
    if not granted and not answer:
        raise Refusal(_l("Say why it is not withdrawn."), field="answer")
    row.granted, row.answer, row.decided_at, row.decided_by_id = granted, answer, now(), by.id
    record("decide_withdrawal", row, by=by, meeting_id=practice.meeting_id, changes={"granted": [None, granted]})
    if granted:
        withdraw_practice(practice, by=by)
    after_emails.tell_withdrawal_decided(row)
