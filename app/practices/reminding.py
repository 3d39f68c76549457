"""The reminders that a good practice is awaited, or its revision, and that a recorded text waits for confirmation."""

from collections.abc import Mapping, Sequence
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
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting
from app.practices.emails import DEADLINE, SAMPLE_MOMENT
from app.practices.enums import LateRule, PracticeState
from app.practices.models import Call, Extension, Intake, Practice
from app.practices.policies import WRITING_PARTIES
from app.reminders.operations import settle
from app.reminders.queries import takes_in
from app.reminders.registry import Owed, Subject, reminds

# The parts that a delegation can owe: a first practice, the revision of one, its word on what was recorded.
FIRST, REVISION, RECORDED = "practice", "revision", "recorded"
ASKED_BACK = (PracticeState.RETURNED, PracticeState.WITH_CAPITAL)  # of what was submitted before


def _awaited(party: str, meeting: str, part: str) -> str:
    if part == RECORDED:
        text = _(
            "The secretariat of “%(meeting)s” has recorded a good practice that your delegation (%(party)s) sent. It "
            "counts as submitted only once your delegation confirms it.",
            party=party,
            meeting=meeting,
        )
    elif part == REVISION:
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


def _until(moment: str, parts: Sequence[str], *, late: bool, accepted: bool = False) -> str:
    if parts[0] == RECORDED:
        if late:
            text = _("Your answer was asked for by %(moment)s; the text can still be confirmed.", moment=moment)
        else:
            text = _("Your answer is asked for by %(moment)s.", moment=moment)
        return str(text)
    if late and accepted:
        text = _(
            "The deadline passed on %(moment)s. It can still be submitted, and will be marked as late.", moment=moment
        )
        return str(text)
    if late:
        return str(
            _(
                "The deadline passed on %(moment)s. If your delegation still wishes to contribute, write to the "
                "secretariat, which can grant a later one.",
                moment=moment,
            )
        )
    return str(_("It can be submitted until %(moment)s.", moment=moment))


def _accepts_late(meeting: Meeting) -> bool:
    rule = db.session.scalar(sa.select(Call.late_rule).where(Call.meeting_id == meeting.id))
    return rule is LateRule.ACCEPT and meeting.stage is Stage.CALL_OPEN


def _awaited_of(context: Mapping[str, Any]) -> str:
    party, meeting = (
        in_reader_language(text) for text in (context["delegation"].party.names, context["meeting"].title)
    )
    return "\n\n".join(_awaited(party, meeting, part) for part in context["parts"])


CALL_CLOSES = describe(
    Message(
        "practices/call_closes",
        _l("Reminder: a good practice is awaited"),
        {
            **OF_DELEGATION,
            **DEADLINE,
            "awaited": Placeholder(
                _l("What is awaited: a good practice, or the revision of one"),
                lambda: _awaited(_("Republic of Example"), _("Annual session"), FIRST),
                _awaited_of,
            ),
            "until": Placeholder(
                _l("Until when, or since when it is late, in a sentence"),
                lambda: _until(moment_text(SAMPLE_MOMENT, "America/New_York"), (FIRST,), late=False),
                lambda c: _until(
                    moment_text(c["deadline"], c["meeting"].zone),
                    c["parts"],
                    late=c["late"],
                    accepted=_accepts_late(c["meeting"]),
                ),
            ),
            **DESK,
        },
        asks=True,
    )
)


def _deadline(meeting: Meeting) -> datetime | None:
    return db.session.scalar(sa.select(Call.closes_at).where(Call.meeting_id == meeting.id))


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


def _owed(meeting: Meeting) -> dict[int, Owed]:
    """Delegations of States that submitted nothing or of which something was returned, once the call is open, each with
    its own deadline, or the moment until which the revision was asked for.

    A delegation that withdrew what it had submitted has answered. One that was asked to confirm what staff recorded is
    asked for that, by the moment it was given.
    """
    if not takes_in(meeting):
        return {}

    def number(*states: PracticeState) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((Practice.state.in_(states), 1), else_=0))

    unconfirmed = _unconfirmed(meeting).subquery()
    rows = db.session.execute(
        sa.select(
            Delegation.id,
            Call.closes_at,
            Extension.until,
            sa.func.count(Practice.id).label("submitted"),
            number(*ASKED_BACK).label("returned"),
            sa.func.min(sa.case((Practice.state.in_(ASKED_BACK), Practice.revise_by))).label("revise_by"),
            unconfirmed.c.confirm_by,
        )
        .join(Delegation.party)
        .join(Call, Call.meeting_id == Delegation.meeting_id)
        .outerjoin(Extension, sa.and_(Extension.call_id == Call.id, Extension.delegation_id == Delegation.id))
        .outerjoin(unconfirmed, unconfirmed.c.delegation_id == Delegation.id)
        .outerjoin(Practice, sa.and_(Practice.delegation_id == Delegation.id, Practice.reference.is_not(None)))
        .where(
            Delegation.meeting_id == meeting.id,
            Party.kind.in_(WRITING_PARTIES),
            Call.opens_at <= now(),
        )
        .group_by(Delegation.id, Call.closes_at, Extension.until, unconfirmed.c.confirm_by)
    )
    return {row.id: owed for row in rows if (owed := _owed_by(row))}


def _owed_by(row: Any) -> Owed | None:
    """What a delegation owes, first what the deadline is of: confirmation is not a second practice."""
    deadline = max(row.closes_at, row.until or row.closes_at)
    if row.returned:
        revision = row.revise_by or deadline
        if row.confirm_by and row.confirm_by <= revision:
            return Owed(row.confirm_by, (RECORDED, REVISION))
        if row.confirm_by:
            return Owed(revision, (REVISION, RECORDED))
        return Owed(revision, (REVISION,))
    if row.confirm_by:
        return Owed(row.confirm_by, (RECORDED,))
    return None if row.submitted else Owed(deadline, (FIRST,))


AWAITED = reminds(Subject(CALL_CLOSES, _deadline, _owed))


def settle_submitted(practice: Practice) -> None:
    """A delegation has submitted: nothing needs to be said of the deadline any more."""
    settle(AWAITED, practice.delegation)
