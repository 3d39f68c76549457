"""Messages about what follows publication: corrections and withdrawals that the secretariat decided."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.mail.messages import Message, Placeholder, describe
from app.meetings.emails import OF_DELEGATION
from app.practices.after_models import Correction, Withdrawal
from app.practices.emails import RECEIPT, REFERENCE, tell
from app.practices.enums import CorrectionState


def _corrected(*, accepted: bool) -> str:
    if accepted:
        return str(_("The correction is accepted: readers see it as a new version with your note."))
    return str(_("The correction is not accepted. What is published stays as it is; you can propose another."))


def _withdrawn(*, granted: bool) -> str:
    if granted:
        return str(_("The practice is withdrawn: its text is hidden everywhere, and a note says so."))
    return str(_("The practice is not withdrawn and stays published."))


def _answer(context: Mapping[str, Any]) -> str:
    return str(context["answer"])


ANSWER = {
    "answer": Placeholder(_l("The secretariat's comments; may be empty"), lambda: _("Thank you."), _answer),
}
CORRECTED = describe(
    Message(
        "practices/correction_decided",
        _l("A correction was decided"),
        {
            **OF_DELEGATION,
            **REFERENCE,
            "decision": Placeholder(
                _l("What was decided, in a sentence"),
                lambda: _corrected(accepted=True),
                lambda c: _corrected(accepted=c["accepted"]),
            ),
            **ANSWER,
            **RECEIPT,
        },
    )
)
WITHDRAWN = describe(
    Message(
        "practices/withdrawal_decided",
        _l("A withdrawal was decided"),
        {
            **OF_DELEGATION,
            **REFERENCE,
            "decision": Placeholder(
                _l("What was decided, in a sentence"),
                lambda: _withdrawn(granted=True),
                lambda c: _withdrawn(granted=c["granted"]),
            ),
            **ANSWER,
            **RECEIPT,
        },
    )
)


def tell_correction_decided(row: Correction) -> None:
    """What the secretariat decided of a correction."""
    accepted = row.state is CorrectionState.ACCEPTED
    tell(row.practice.delegation, CORRECTED, practice=row.practice, answer=row.comment, accepted=accepted)


def tell_withdrawal_decided(row: Withdrawal) -> None:
    """What the secretariat decided of a wish to withdraw."""
    tell(row.practice.delegation, WITHDRAWN, practice=row.practice, answer=row.answer, granted=row.granted)
