"""Forms of what follows a submission: withdrawals, corrections, answers to comments."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from app.core.forms import Form, LongTextField
from app.practices.review_models import ReviewComment


class WithdrawForm(Form):
    """Why a practice is taken back."""

    reason = LongTextField(
        _l("Reason"), description=_l("The secretariat reads it; readers see only that the practice was withdrawn.")
    )


class WithdrawalAnswerForm(Form):
    """What the secretariat says to a wish to withdraw."""

    answer = LongTextField(
        _l("Answer to the delegation"),
        [Optional()],
        description=_l("Needed where it is not granted; the delegation gets it by mail once one of you approves it."),
    )


class CorrectionAnswerForm(Form):
    """What the secretariat says to a correction."""

    comment = LongTextField(
        _l("Comments to the delegation"),
        [Optional()],
        description=_l(
            "Needed where the correction is not accepted; its delegation gets it by mail once one of you approves it."
        ),
    )


def answers_form(comments: Iterable[ReviewComment]) -> Any:
    """Return the form of a delegation's answers to comments at fields."""
    rows = list(comments)
    made = {f"answer-{row.id}": LongTextField(_l("Your answer"), [Optional()]) for row in rows}
    return type("AnswersForm", (Form,), made)(data={f"answer-{row.id}": row.answer for row in rows})
