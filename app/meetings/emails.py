"""Messages about sessions, and the placeholders that messages of a session share."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.localized import LocalizedText
from app.core.wording import in_reader_language
from app.mail.messages import Message, Placeholder, describe
from app.mail.operations import queue_mail, queue_mails, whole_url
from app.meetings.enums import DelegationRole
from app.meetings.labels import ROLES
from app.meetings.models import Delegation, GuidingQuestion
from app.meetings.policies import can_write_for
from app.people.emails import describe_invitation
from app.people.models import User


def desk_link(context: Mapping[str, Any]) -> str:
    """The address of the page with what is asked of a person."""
    return whole_url("desk.home")


# Of a context with `delegation` and `meeting`.
OF_DELEGATION = {
    "party": Placeholder(
        _l("The delegation's full name"),
        lambda: _("Republic of Example"),
        lambda c: in_reader_language(c["delegation"].party.names),
    ),
    "party_short": Placeholder(
        _l("The delegation's everyday name or acronym"),
        lambda: _("Example"),
        lambda c: in_reader_language(c["delegation"].party.label),
    ),
    "meeting": Placeholder(
        _l("The session's title"), lambda: _("Annual session"), lambda c: in_reader_language(c["meeting"].title)
    ),
}
ROLE = {"role": Placeholder(_l("The person's role"), lambda: str(ROLES[DelegationRole.HEAD]), lambda c: str(c["role"]))}
DESK = {"link": Placeholder(_l("The page with what is asked of the person"), lambda: desk_link({}), desk_link)}

ADDED = describe(Message("meetings/added", _l("Added to a delegation"), {**OF_DELEGATION, **ROLE, **DESK}, asks=True))
QUESTION = {
    "number": Placeholder(_l("The number of the question"), lambda: "1", lambda c: str(c["question"].number)),
    "before": Placeholder(
        _l("What the question asked until now"),
        lambda: _("Which challenges do you see?"),
        lambda c: in_reader_language(c["before"]),
    ),
    "after": Placeholder(
        _l("What the question asks from now on"),
        lambda: _("Which challenges did you meet, and how?"),
        lambda c: in_reader_language(c["question"].text),
    ),
    "link": Placeholder(
        _l("The page of the question"),
        lambda: whole_url("library.question", slug="example-2027", number=1),
        lambda c: whole_url("library.question", slug=c["meeting"].slug, number=c["question"].number),
    ),
}
REWORDED = describe(
    Message(
        "meetings/reworded",
        _l("A question that was answered is worded anew"),
        {**OF_DELEGATION, **QUESTION},
        asks=True,
    )
)
describe_invitation({**OF_DELEGATION, **ROLE})


def invitation(delegation: Delegation, role: DelegationRole) -> dict[str, Any]:
    """What mails to a person say of the delegation that they are in."""
    return {"delegation": delegation, "meeting": delegation.meeting, "role": ROLES[role]}


def tell_added(user: User, delegation: Delegation, role: DelegationRole) -> None:
    """Tell a person who has an account that they are now in a delegation."""
    queue_mail(ADDED.name, user, invitation(delegation, role), meeting_id=delegation.meeting_id)


def tell_reworded(question: GuidingQuestion, before: LocalizedText, delegations: Iterable[Delegation]) -> int:
    """Tell those who write for delegations what a question asked before and asks now; return how many mails wait."""
    meeting = question.meeting
    if meeting.cancelled_at:
        return 0
    told = [
        (member.user, {"delegation": row, "meeting": meeting, "question": question, "before": before})
        for row in delegations
        for member in row.members
        if can_write_for(member.user, row) and member.user.closed_at is None
    ]
    return len(queue_mails(REWORDED.name, told, meeting_id=meeting.id))
