"""The reminder of recommendations on which a delegation has not reported."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core.db import db
from app.core.wording import moment_text
from app.mail.messages import Message, Placeholder, describe
from app.mail.operations import whole_url
from app.meetings.emails import OF_DELEGATION
from app.meetings.models import Delegation, Meeting
from app.presentations.emails import SAMPLE_BEGINNING
from app.recommendations.policies import takes_reports
from app.recommendations.queries import asks, deadline_of, delegations_in, due_of
from app.reminders.operations import settle
from app.reminders.queries import takes_in
from app.reminders.registry import Owed, Subject, reminds


def _left(number: int) -> str:
    return str(
        ngettext(
            "%(num)d recommendation of an earlier session awaits the report of your delegation.",
            "%(num)d recommendations of earlier sessions await the report of your delegation.",
            number,
        )
    )


def _until(moment: str, *, late: bool) -> str:
    if late:
        return str(_("Reports were asked for by %(moment)s; they can still be filed.", moment=moment))
    return str(_("Reports are asked for by %(moment)s.", moment=moment))


REPORT = describe(
    Message(
        "recommendations/awaited",
        _l("Reminder: reports on recommendations are awaited"),
        {
            **OF_DELEGATION,
            "left": Placeholder(
                _l("How many recommendations await a report, in a sentence"),
                lambda: _left(2),
                lambda c: _left(int(c["parts"][0])),
            ),
            "until": Placeholder(
                _l("Until when, or since when it is late, in a sentence"),
                lambda: _until(moment_text(SAMPLE_BEGINNING, "America/New_York"), late=False),
                lambda c: _until(moment_text(c["deadline"], c["meeting"].zone), late=c["late"]),
            ),
            "link": Placeholder(
                _l("The page of the session's recommendations"),
                lambda: whole_url("recommendations.session", slug="example-2027"),
                lambda c: whole_url("recommendations.session", slug=c["meeting"].slug),
            ),
        },
        asks=True,
    )
)


def _owed(meeting: Meeting) -> dict[int, Owed]:
    """On how many recommendations each delegation has not reported, as the one part."""
    if not takes_in(meeting) or not takes_reports(meeting) or not asks(meeting.id):
        return {}
    due = due_of(delegations_in(meeting.id))
    if not due:
        return {}
    deadline = deadline_of(meeting)
    return {key: Owed(deadline, (str(one.left),)) for key, one in due.items() if one.left}


def _deadline(meeting: Meeting) -> datetime | None:
    return deadline_of(meeting)


AWAITED_REPORTS = reminds(Subject(REPORT, _deadline, _owed))


def settle_reports(delegation: Delegation) -> None:
    """A delegation has filed a report: nothing reminds it where none is awaited any more."""
    db.session.flush()
    settle(AWAITED_REPORTS, delegation)
