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
from app.presentations.labels import MISSING


def _page(context: Mapping[str, Any]) -> str:
    delegation: Delegation = context["delegation"]
    return whole_url("presentations.edit", slug=delegation.meeting.slug, code=delegation.party.code)


# Of a context with `delegation` and `meeting`.
BEGINS = {
    "begins": Placeholder(
        _l("When the session begins, in its zone"),
        lambda: moment_text(datetime(2027, 5, 14, 14, 0, tzinfo=UTC), "America/New_York"),
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
STILL_MISSING = describe(
    Message(
        "presentations/still_missing",
        _l("Reminder: parts of the presentation are missing"),
        {
            **OF_DELEGATION,
            **BEGINS,
            "missing": Placeholder(
                _l("What is missing, each on a line"),
                lambda: _listed(list(MISSING)[:2]),
                lambda c: _listed(c["missing"]),
            ),
            **PAGE,
        },
    )
)


def _listed(parts: Any) -> str:
    return "\n".join(f"- {MISSING[part]}" for part in parts)


def writers(delegation: Delegation) -> list[User]:
    """The representatives who can write the presentation, with an open account."""
    return [
        member.user
        for member in delegation.members
        if can_write_for(member.user, delegation) and member.user.closed_at is None
    ]


def _tell(delegation: Delegation, message: Message, **context: Any) -> None:
    told = {"delegation": delegation, "meeting": delegation.meeting, **context}
    queue_mails(message.name, [(user, told) for user in writers(delegation)], meeting_id=delegation.meeting_id)


def tell_invited(delegation: Delegation) -> None:
    """The invitation to present, in each representative's language."""
    _tell(delegation, INVITATION)


def tell_missing(delegation: Delegation, missing: list[Any]) -> None:
    """What the secretariat has not received yet; `missing` are parts of a presentation."""
    _tell(delegation, STILL_MISSING, missing=missing)
