"""Messages about the record to the members of a delegation."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.wording import moment_text
from app.mail.enums import MailReason, MailState
from app.mail.messages import Message, Placeholder, describe
from app.mail.models import Mail
from app.mail.operations import cancel_mails, whole_url
from app.meetings.emails import OF_DELEGATION
from app.meetings.queries import delegations_of_meeting
from app.practices.emails import DEADLINE, SAMPLE_MOMENT, tell
from app.practices.models import Practice
from app.record.enums import Outcome
from app.record.labels import OUTCOMES
from app.record.models import Minutes, MinutesCorrection

MINUTES_LINK = {
    "link": Placeholder(
        _l("The page of the minutes"),
        lambda: whole_url("record.minutes", slug="example-2027"),
        lambda c: whole_url("record.minutes", slug=c["meeting"].slug),
    )
}
FOLLOWED_UP = describe(
    Message(
        "record/followed_up",
        _l("A good practice that was told of in the session is asked for in writing"),
        {
            **OF_DELEGATION,
            **DEADLINE,
            "link": Placeholder(
                _l("The page on which it is written"),
                lambda: whole_url("practices.edit", practice_id=1),
                lambda c: whole_url("practices.edit", practice_id=c["practice"].id),
            ),
        },
        asks=True,
    )
)
SENT = describe(
    Message(
        "record/minutes_sent",
        _l("The minutes were sent for correction"),
        {
            **OF_DELEGATION,
            "deadline": Placeholder(
                _l("Until when corrections can be proposed, in the session's zone"),
                lambda: moment_text(SAMPLE_MOMENT, "America/New_York"),
                lambda c: moment_text(c["until"], c["meeting"].zone),
            ),
            **MINUTES_LINK,
        },
        asks=True,
    )
)
SETTLED = describe(
    Message(
        "record/correction_settled",
        _l("A correction of the minutes has its answer"),
        {
            **OF_DELEGATION,
            "outcome": Placeholder(
                _l("What became of it"), lambda: str(OUTCOMES[Outcome.ACCEPTED]), lambda c: str(OUTCOMES[c["outcome"]])
            ),
            "answer": Placeholder(
                _l("The answer; may be empty"),
                lambda: str(_l("The figure is in your text now.")),
                lambda c: c["answer"],
            ),
            **MINUTES_LINK,
        },
    )
)


def tell_followed_up(practice: Practice, deadline: datetime) -> None:
    """What is asked for, where it is written, and until when."""
    tell(practice.delegation, FOLLOWED_UP, practice=practice, deadline=deadline)


def tell_sent(minutes: Minutes) -> None:
    """That all delegations read the minutes, and until when they can correct them: another moment told of before
    counts no more."""
    drop_sent(minutes.meeting_id, MailReason.REPLACED)
    for delegation in delegations_of_meeting(minutes.meeting_id):
        tell(delegation, SENT, until=minutes.correct_until)


def sent_untold(meeting_id: int) -> Sequence[int]:
    """The mails that tell of the minutes of a session and wait for approval."""
    waiting = sa.select(Mail.id).filter_by(meeting_id=meeting_id, message=SENT.name, state=MailState.HELD)
    return db.session.scalars(waiting).all()


def drop_sent(meeting_id: int, reason: MailReason = MailReason.DONE) -> None:
    """Have mails that tell of the minutes and wait for approval never leave: an act overtook them."""
    cancel_mails(sent_untold(meeting_id), by=SYSTEM, reason=reason)


def tell_settled(row: MinutesCorrection) -> None:
    """What became of a delegation's correction."""
    tell(row.intervention.delegation, SETTLED, outcome=row.outcome, answer=row.answer)
