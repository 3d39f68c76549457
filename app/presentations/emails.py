"""Messages about presentations to those who write for the mechanism."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.wording import moment_text
from app.mail.messages import Message, Placeholder, describe
from app.mail.operations import queue_mails, whole_url
from app.meetings.emails import OF_DELEGATION
from app.meetings.models import Delegation
from app.meetings.policies import can_write_for
from app.people.models import User

SAMPLE_BEGINNING = datetime(2027, 5, 14, 14, 0, tzinfo=UTC)


def _page(context: Mapping[str, Any]) -> str:
    delegation: Delegation = context["delegation"]
    return whole_url("presentations.edit", slug=delegation.meeting.slug, code=delegation.party.code)


# Of a context with `delegation` and `meeting`.
BEGINS = {
    "begins": Placeholder(
        _l("When the session begins, in its zone"),
        lambda: moment_text(SAMPLE_BEGINNING, "America/New_York"),
        lambda c: moment_text(c["meeting"].starts_at, c["meeting"].zone),
    )
}
PAGE = {
    "link": Placeholder(
        _l("The page of the presentation"),
        lambda: whole_url("presentations.edit", slug="example-2027", code="EXA"),
        _page,
    )
}
INVITATION = describe(
    Message("presentations/invitation", _l("Invitation to present"), {**OF_DELEGATION, **BEGINS, **PAGE})
)


def writers(delegation: Delegation) -> list[User]:
    """The representatives who can write the presentation, with an open account."""
    return [
        member.user
        for member in delegation.members
        if can_write_for(member.user, delegation) and member.user.closed_at is None
    ]


def tell_invited(delegation: Delegation) -> None:
    """The invitation to present, in each representative's language."""
    told = {"delegation": delegation, "meeting": delegation.meeting}
    queue_mails(INVITATION.name, [(user, told) for user in writers(delegation)], meeting_id=delegation.meeting_id)
