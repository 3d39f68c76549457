"""Messages about good practices to the members of a delegation."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.pages import say
from app.core.wording import in_reader_language, moment_text
from app.mail.enums import MailReason, MailState
from app.mail.labels import say_held
from app.mail.messages import Message, Placeholder, describe
from app.mail.models import Mail
from app.mail.operations import cancel_mails, queue_mails, whole_url
from app.mail.renewing import Scopes
from app.meetings.emails import DESK, OF_DELEGATION
from app.meetings.models import Delegation
from app.people.models import User
from app.practices.models import Call, Extension, Practice, PracticeVersion, Review

SAMPLE_MOMENT = datetime(2027, 3, 31, 22, 0, tzinfo=UTC)
REFERENCE = {
    "reference": Placeholder(
        _l("The practice's reference"), lambda: "CAM/2027/GP/EXA/01", lambda c: c["practice"].reference
    )
}
COMMENT = {
    "comment": Placeholder(
        _l("The secretariat's comments; may be empty"),
        lambda: _("Please say how many people it reached."),
        lambda c: c["review"].comment,
    )
}
RECEIPT = {
    "link": Placeholder(
        _l("The page with the receipt"),
        lambda: whole_url("practices.receipt", practice_id=1),
        lambda c: whole_url("practices.receipt", practice_id=c["practice"].id),
    )
}
# Of a context with `deadline` and `meeting`.
DEADLINE = {
    "deadline": Placeholder(
        _l("Until when it can be submitted, in the session's zone"),
        lambda: moment_text(SAMPLE_MOMENT, "America/New_York"),
        lambda c: moment_text(c["deadline"], c["meeting"].zone),
    )
}


def _received(version: PracticeVersion, zone: str) -> str:
    moment = moment_text(version.submitted_at, zone)
    return str(_("%(moment)s, after the deadline: accepted as late", moment=moment)) if version.late else moment


SUBMITTED = describe(
    Message(
        "practices/submitted",
        _l("A good practice was received"),
        {
            **OF_DELEGATION,
            **REFERENCE,
            "version": Placeholder(_l("The number of the version"), lambda: "1", lambda c: str(c["version"].number)),
            "received": Placeholder(
                _l("When it was received"),
                lambda: moment_text(SAMPLE_MOMENT, "America/New_York"),
                lambda c: _received(c["version"], c["meeting"].zone),
            ),
            "fingerprint": Placeholder(
                _l("The fingerprint (SHA-256) of what was submitted"),
                lambda: "9f86d081…",
                lambda c: c["version"].sha256,
            ),
            **RECEIPT,
        },
        security=True,
    )
)
RETURNED = describe(
    Message(
        "practices/returned",
        _l("A good practice was returned"),
        {
            **OF_DELEGATION,
            **REFERENCE,
            **COMMENT,
            **DEADLINE,
            "link": Placeholder(
                _l("The page on which it is revised"),
                lambda: whole_url("practices.edit", practice_id=1),
                lambda c: whole_url("practices.edit", practice_id=c["practice"].id),
            ),
        },
        asks=True,
    )
)
ACCEPTED = describe(
    Message(
        "practices/accepted",
        _l("A good practice was accepted"),
        {**OF_DELEGATION, **REFERENCE, **COMMENT, **RECEIPT},
    )
)
EXTENDED = describe(
    Message(
        "practices/extended",
        _l("A later deadline was granted"),
        {
            **OF_DELEGATION,
            **DEADLINE,
            "reason": Placeholder(
                _l("The secretariat's reason"), lambda: _("A public holiday."), lambda c: c["extension"].reason
            ),
            **DESK,
        },
        asks=True,
    )
)


def scopes(mails: Sequence[Mail], found: Scopes) -> None:
    """Say of mails with the deadline of a call until when the delegation can submit. Three statements at most."""
    meetings = {mail.meeting_id for mail in mails if mail.message in (RETURNED.name, EXTENDED.name)}
    returned = {mail.values.get("reference") for mail in mails if mail.message == RETURNED.name}
    calls, asked_back = {}, {}
    if returned:
        dates = sa.select(Practice.reference, Practice.revise_by).where(Practice.reference.in_(returned))
        asked_back = {row.reference: row.revise_by for row in db.session.execute(dates)}
    if meetings:
        rows = sa.select(Call).where(Call.meeting_id.in_(meetings)).options(orm.selectinload(Call.extensions))
        calls = {call.meeting_id: call for call in db.session.scalars(rows)}
    for mail in mails:
        if mail.meeting_id in calls and "delegation" in found[mail.id]:
            deadline = calls[mail.meeting_id].deadline_for(found[mail.id]["delegation"].id)
            asked = asked_back.get(mail.values.get("reference")) if mail.message == RETURNED.name else None
            found[mail.id]["deadline"] = asked or deadline


def _people(delegation: Delegation) -> list[User]:
    """Who is written to: all members of a delegation whose account is open."""
    return [member.user for member in delegation.members if member.user.closed_at is None]


def say_told(sentence: str, *delegations: Delegation, slug: str) -> None:
    """Say what was done, and that the mails which `tell` wrote of it to delegations of a session wait for approval."""
    if number := sum(len(_people(delegation)) for delegation in delegations):
        waiting = ngettext("%(num)d mail waits in the outbox.", "%(num)d mails wait in the outbox.", number)
        say_held(f"{sentence} {waiting}", slug)
    else:
        nobody = _("No mail was written: the delegation has nobody to write to.")
        say(f"{sentence} {nobody}")


def tell(delegation: Delegation, message: Message, **context: Any) -> None:
    """Write a message (of a `practice`, where one is named) to the people of a delegation."""
    context = {"delegation": delegation, "meeting": delegation.meeting, **context}
    about = _about(context["practice"]) if "practice" in context else None
    queue_mails(
        message.name, [(user, context) for user in _people(delegation)], meeting_id=delegation.meeting_id, about=about
    )


def _about(practice: Practice) -> str:
    return f"practice:{practice.id}"


def drop_overtaken(practice: Practice, reason: MailReason = MailReason.REPLACED) -> None:
    """Have mails about a practice that wait for approval never leave: what they tell of was overtaken by an act."""
    waiting = sa.select(Mail.id).where(
        Mail.meeting_id == practice.meeting_id,
        Mail.message.like("practices/%"),
        Mail.about == _about(practice),
        Mail.state == MailState.HELD,
    )
    cancel_mails(db.session.scalars(waiting).all(), by=SYSTEM, reason=reason)


def tell_submitted(practice: Practice, version: PracticeVersion) -> None:
    """The receipt: reference, moment, fingerprint; what was asked before of the text is done by it."""
    drop_overtaken(practice)
    tell(practice.delegation, SUBMITTED, practice=practice, version=version)


def tell_returned(practice: Practice, review: Review) -> None:
    """The secretariat's comments, and until when it is asked for again."""
    drop_overtaken(practice)
    tell(practice.delegation, RETURNED, practice=practice, review=review, deadline=practice.asked_back_by)


def tell_accepted(practice: Practice, review: Review) -> None:
    """The secretariat accepted it; that it was returned before needs no telling any more."""
    drop_overtaken(practice)
    tell(practice.delegation, ACCEPTED, practice=practice, review=review)


def _held_of(delegation: Delegation) -> list[int]:
    """The mails about an extension of a delegation that wait for approval; its people may be in another one, too."""
    held = sa.select(Mail).where(
        Mail.meeting_id == delegation.meeting_id,
        Mail.message == EXTENDED.name,
        Mail.state == MailState.HELD,
        Mail.user_id.in_([member.user_id for member in delegation.members]),
    )
    found = []
    for mail in db.session.scalars(held):
        with force_locale(mail.language):
            if mail.values.get("party") == in_reader_language(delegation.party.names):
                found.append(mail.id)
    return found


def tell_extended(extension: Extension) -> None:
    """A later deadline for the delegation; of an earlier one that still waits nothing leaves any more."""
    cancel_mails(_held_of(extension.delegation), by=SYSTEM, reason=MailReason.REPLACED)
    tell(extension.delegation, EXTENDED, extension=extension, deadline=extension.until)
