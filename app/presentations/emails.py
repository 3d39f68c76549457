"""Messages about presentations to those who write for the mechanism."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.wording import moment_text
from app.mail.enums import MailReason, MailState
from app.mail.messages import Message, Placeholder, describe
from app.mail.models import Mail
from app.mail.operations import queue_mails, whole_url, withdraw_mails
from app.meetings.emails import OF_DELEGATION
from app.meetings.models import Delegation, DelegationMember
from app.meetings.policies import can_write_for
from app.people.models import User
from app.presentations.enums import InvitationState, PresentationState
from app.presentations.models import Presentation, PresentationSlot, PresentationVersion

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
    Message("presentations/invitation", _l("Invitation to present"), {**OF_DELEGATION, **BEGINS, **PAGE}, asks=True)
)


FILED = describe(
    Message(
        "presentations/filed",
        _l("A presentation was received"),
        {
            **OF_DELEGATION,
            "version": Placeholder(_l("The number of the version"), lambda: "1", lambda c: str(c["version"].number)),
            "received": Placeholder(
                _l("When it was received"),
                lambda: moment_text(SAMPLE_BEGINNING, "America/New_York"),
                lambda c: moment_text(c["version"].filed_at, c["meeting"].zone),
            ),
            "fingerprint": Placeholder(
                _l("The fingerprint (SHA-256) of what was submitted"),
                lambda: "9f86d081…",
                lambda c: c["version"].sha256,
            ),
            **PAGE,
        },
    )
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


def untrue(mail_ids: Collection[int]) -> set[int]:
    """Cancel those of the invitations to present that are answered, or where all is filed; return their ids."""
    asked = sa.and_(
        PresentationSlot.state == InvitationState.INVITED,
        sa.or_(Presentation.id.is_(None), Presentation.state != PresentationState.FILED),
    )
    waits = (
        sa.select(DelegationMember.id)
        .join(DelegationMember.delegation)
        .join(PresentationSlot, PresentationSlot.delegation_id == Delegation.id)
        .outerjoin(Presentation, Presentation.delegation_id == Delegation.id)
        .where(DelegationMember.user_id == Mail.user_id, Delegation.meeting_id == Mail.meeting_id, asked)
    )
    invitations = sa.select(Mail.id).where(Mail.id.in_(mail_ids), Mail.message == INVITATION.name)
    gone = set(db.session.scalars(invitations.where(~waits.exists())))
    withdraw_mails(gone, MailReason.DONE)
    return gone


def withdraw_invitations(delegation: Delegation) -> None:
    """A mechanism has answered or filed: nothing that waits need invite it."""
    waiting = sa.select(Mail.id).where(
        Mail.meeting_id == delegation.meeting_id,
        Mail.message == INVITATION.name,
        Mail.state.in_((MailState.HELD, MailState.APPROVED)),
    )
    untrue(db.session.scalars(waiting).all())


def tell_filed(presentation: Presentation, version: PresentationVersion) -> None:
    """The receipt, to everybody in the delegation, as for a good practice: moment, version, fingerprint."""
    delegation = presentation.delegation
    told = {"delegation": delegation, "meeting": delegation.meeting, "version": version}
    people = [member.user for member in delegation.members if member.user.closed_at is None]
    queue_mails(FILED.name, [(user, told) for user in people], meeting_id=delegation.meeting_id)
