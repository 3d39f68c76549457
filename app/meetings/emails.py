"""Messages about sessions, and the placeholders that messages of a session share."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.wording import in_reader_language
from app.mail.messages import Message, Placeholder, describe
from app.mail.operations import queue_mail, whole_url
from app.meetings.enums import DelegationRole
from app.meetings.labels import ROLES
from app.meetings.models import Delegation
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

ADDED = describe(Message("meetings/added", _l("Added to a delegation"), {**OF_DELEGATION, **ROLE, **DESK}))
describe_invitation({**OF_DELEGATION, **ROLE})


def invitation(delegation: Delegation, role: DelegationRole) -> dict[str, Any]:
    """What mails to a person say of the delegation that they are in."""
    return {"delegation": delegation, "meeting": delegation.meeting, "role": ROLES[role]}


def tell_added(user: User, delegation: Delegation, role: DelegationRole) -> None:
    """Tell a person who has an account that they are now in a delegation."""
    queue_mail(ADDED.name, user, invitation(delegation, role), meeting_id=delegation.meeting_id)
