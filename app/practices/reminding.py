"""The reminders that a good practice is awaited, or its revision, and that a recorded text waits for confirmation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.core.db import db
from app.core.wording import in_reader_language, moment_text
from app.directory.models import Party
from app.mail.messages import Message, Placeholder, describe
from app.meetings.emails import DESK, OF_DELEGATION
from app.meetings.models import Delegation, Meeting
from app.practices.emails import DEADLINE, SAMPLE_MOMENT
from app.practices.enums import PracticeState
from app.practices.intake_models import Intake
from app.practices.models import Call, Extension, Practice
from app.practices.policies import WRITING_PARTIES
from app.reminders.operations import settle
from app.reminders.queries import REMINDING
from app.reminders.registry import Owed, Subject, reminds

# The parts that a delegation can owe: a first practice, the revision of one, its word on what was recorded.
FIRST, REVISION, RECORDED = "practice", "revision", "recorded"


def _awaited(party: str, meeting: str, *, returned: bool) -> str:
    if returned:
        text = _(
            "A good practice of your delegation (%(party)s) to “%(meeting)s” was returned with comments and awaits "
            "its revision.",
            party=party,
            meeting=meeting,
        )
    else:
        text = _(
            "The secretariat of “%(meeting)s” has not yet received a good practice from your delegation (%(party)s).",
            party=party,
            meeting=meeting,
        )
    return str(text)


def _until(moment: str, *, late: bool) -> str:
    if late:
        return str(
            _(
                "The deadline passed on %(moment)s. If your delegation still wishes to contribute, write to the "
                "secretariat, which can grant a later one.",
                moment=moment,
            )
        )
    return str(_("It can be submitted until %(moment)s.", moment=moment))


def _awaited_of(context: Mapping[str, Any]) -> str:
    return _awaited(
        in_reader_language(context["delegation"].party.names),
        in_reader_language(context["meeting"].title),
        returned=REVISION in context["parts"],
    )


CALL_CLOSES = describe(
    Message(
        "practices/call_closes",
        _l("Reminder: a good practice is awaited"),
        {
            **OF_DELEGATION,
            **DEADLINE,
            "awaited": Placeholder(
                _l("What is awaited: a good practice, or the revision of one"),
                lambda: _awaited(_("Republic of Example"), _("Annual session"), returned=False),
                _awaited_of,
            ),
            "until": Placeholder(
                _l("Until when, or since when it is late, in a sentence"),
                lambda: _until(moment_text(SAMPLE_MOMENT, "America/New_York"), late=False),
                lambda c: _until(moment_text(c["deadline"], c["meeting"].zone), late=c["late"]),
            ),
            **DESK,
        },
    )
)


def _deadline(meeting: Meeting) -> datetime | None:
    return db.session.scalar(sa.select(Call.closes_at).where(Call.meeting_id == meeting.id))


def _owed(meeting: Meeting) -> dict[int, Owed]:
    """Delegations of States of which nothing stands, each with its own deadline, once the call is open.

    A delegation that withdrew what it had submitted has answered; it is asked again for what was returned only. One
    whose text the secretariat has recorded is asked to confirm that.
    """
    if meeting.stage not in REMINDING:
        return {}

    def number(*states: PracticeState) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((Practice.state.in_(states), 1), else_=0))

    rows = db.session.execute(
        sa.select(
            Delegation.id,
            Call.closes_at,
            Extension.until,
            sa.func.count(Practice.id).label("submitted"),
            number(PracticeState.RETURNED, PracticeState.WITH_CAPITAL).label("returned"),
            number(PracticeState.WITHDRAWN).label("withdrawn"),
        )
        .join(Delegation.party)
        .join(Call, Call.meeting_id == Delegation.meeting_id)
        .outerjoin(Extension, sa.and_(Extension.call_id == Call.id, Extension.delegation_id == Delegation.id))
        .outerjoin(Practice, sa.and_(Practice.delegation_id == Delegation.id, Practice.reference.is_not(None)))
        .where(
            Delegation.meeting_id == meeting.id,
            Party.kind.in_(WRITING_PARTIES),
            Call.opens_at <= now(),
            Delegation.id.not_in(sa.select(_unconfirmed(meeting).subquery().c.delegation_id)),
        )
        .group_by(Delegation.id, Call.closes_at, Extension.until)
    )
    return {
        row.id: Owed(max(row.closes_at, row.until or row.closes_at), (REVISION if row.returned else FIRST,))
        for row in rows
        if row.submitted == row.returned + row.withdrawn and (row.returned or not row.withdrawn)
    }


def _unconfirmed(meeting: Meeting) -> sa.Select[int, datetime]:
    """Select the delegations of which a recorded text waits for their confirmation, and until when they were asked."""
    return (
        sa.select(Practice.delegation_id, sa.func.min(Intake.confirm_by).label("confirm_by"))
        .join(Intake, Intake.practice_id == Practice.id)
        .where(
            Practice.meeting_id == meeting.id,
            Intake.asked_at.is_not(None),
            Intake.confirmed_at.is_(None),
            Practice.state != PracticeState.WITHDRAWN,
        )
        .group_by(Practice.delegation_id)
    )


TO_CONFIRM = describe(
    Message(
        "practices/to_confirm",
        _l("Reminder: a text that was recorded waits for confirmation"),
        {
            **OF_DELEGATION,
            "until": Placeholder(
                _l("Until when, or since when it is late, in a sentence"),
                lambda: _confirm_until(moment_text(SAMPLE_MOMENT, "America/New_York"), late=False),
                lambda c: _confirm_until(moment_text(c["deadline"], c["meeting"].zone), late=c["late"]),
            ),
            **DESK,
        },
    )
)


def _confirm_until(moment: str, *, late: bool) -> str:
    if late:
        return str(_("Your answer was asked for by %(moment)s; the text can still be confirmed.", moment=moment))
    return str(_("Your answer is asked for by %(moment)s.", moment=moment))


def _first_to_confirm(meeting: Meeting) -> datetime | None:
    return min((row.confirm_by for row in db.session.execute(_unconfirmed(meeting))), default=None)


def _to_confirm(meeting: Meeting) -> dict[int, Owed]:
    """Delegations that have not confirmed what staff recorded for them, nor withdrawn it."""
    if meeting.stage not in REMINDING:
        return {}
    return {row.delegation_id: Owed(row.confirm_by, (RECORDED,)) for row in db.session.execute(_unconfirmed(meeting))}


AWAITED = reminds(Subject(CALL_CLOSES, _deadline, _owed))
CONFIRMED = reminds(Subject(TO_CONFIRM, _first_to_confirm, _to_confirm))


def settle_submitted(practice: Practice) -> None:
    """A delegation has submitted: nothing needs to be said of the deadline any more."""
    settle(AWAITED, practice.delegation)


def settle_confirmed(practice: Practice) -> None:
    """A delegation has confirmed what was recorded for it, or withdrawn it."""
    settle(CONFIRMED, practice.delegation)
