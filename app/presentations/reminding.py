"""The reminder of what is missing of a presentation: to mechanisms that have not filed all of it before the session."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.wording import moment_text
from app.mail.messages import Message, Placeholder, describe
from app.meetings.emails import OF_DELEGATION
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import questions_of
from app.presentations.emails import PAGE, SAMPLE_BEGINNING, withdraw_invitations
from app.presentations.enums import InvitationState, Missing, PresentationState
from app.presentations.labels import missing_text
from app.presentations.queries import Received, received
from app.reminders.operations import settle
from app.reminders.queries import takes_in
from app.reminders.registry import Owed, Subject, reminds


def _listed(parts: tuple[str, ...]) -> str:
    return "\n".join(f"- {missing_text(part)}" for part in parts)


def _until(moment: str, *, late: bool) -> str:
    if late:
        return str(_("The session began on %(moment)s. The presentation can still be completed.", moment=moment))
    return str(_("The session begins on %(moment)s. Please complete the presentation before it.", moment=moment))


MISSING = describe(
    Message(
        "presentations/missing",
        _l("Reminder: parts of the presentation are missing"),
        {
            **OF_DELEGATION,
            "deadline": Placeholder(
                _l("When the session begins, in its zone"),
                lambda: moment_text(SAMPLE_BEGINNING, "America/New_York"),
                lambda c: moment_text(c["deadline"], c["meeting"].zone),
            ),
            "missing": Placeholder(
                _l("What is missing, each on a line"),
                lambda: _listed((Missing.SPEAKERS, Missing.SLIDES)),
                lambda c: _listed(c["parts"]),
            ),
            "until": Placeholder(
                _l("Until when, or since when it is late, in a sentence"),
                lambda: _until(moment_text(SAMPLE_BEGINNING, "America/New_York"), late=False),
                lambda c: _until(moment_text(c["deadline"], c["meeting"].zone), late=c["late"]),
            ),
            **PAGE,
        },
        asks=True,
    )
)


def missing_of(row: Received, questions: list[int]) -> tuple[str, ...]:
    """What the secretariat has not received of a presentation: what was filed counts, a draft is the mechanism's.

    Nothing of one that was withdrawn, or where the mechanism declined to present: that is an answer. Nothing either of
    a mechanism that nobody invited and that has filed nothing. `questions` are the numbers of those put to mechanisms;
    the unanswered ones follow the name of the part: "answers:1,3".
    """
    if row.invitation is None and not row.content:
        return ()
    if (row.state is PresentationState.WITHDRAWN and row.content) or row.invitation is InvitationState.DECLINED:
        return ()
    content = row.content if row.state is PresentationState.FILED and row.content else {}
    answers = content.get("answers", {})
    unanswered = ",".join(str(number) for number in questions if not answers.get(str(number)))
    lacking = {
        Missing.SPEAKERS.value: not content.get("speakers"),
        f"{Missing.ANSWERS.value}:{unanswered}": bool(unanswered),
        Missing.SLIDES.value: not content or not row.slides,
        Missing.CONSENT.value: not content,
    }
    return tuple(part for part, is_lacking in lacking.items() if is_lacking)


def missing_parts(meeting: Meeting) -> dict[int, tuple[str, ...]]:
    """What is missing of each mechanism in the session, by delegation; those of which nothing is are absent."""
    questions = [question.number for question in questions_of(meeting.id) if question.for_mechanisms]
    found = {row.delegation_id: missing_of(row, questions) for row in received(meeting.id)}
    return {delegation_id: parts for delegation_id, parts in found.items() if parts}


def _owed(meeting: Meeting) -> dict[int, Owed]:
    if not takes_in(meeting):
        return {}
    return {id_: Owed(meeting.starts_at, parts) for id_, parts in missing_parts(meeting).items()}


def _deadline(meeting: Meeting) -> datetime:
    return meeting.starts_at


COMPLETE = reminds(Subject(MISSING, _deadline, _owed))


def settle_missing(delegation: Delegation) -> None:
    """A mechanism has filed, or answered: nothing invites it any more; nothing reminds it where nothing is missing."""
    db.session.flush()
    withdraw_invitations(delegation)
    settle(COMPLETE, delegation)
