"""Asking for clearance by mail, and the links that answer it.

These mails are between people of one State: nobody has to approve them, and the secretariat sees none of them. Even so
they hold nothing of the text: a link alone, which is made when the mail leaves.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.core.db import db
from app.core.tokens import keyed_token
from app.core.wording import moment_text
from app.mail.enums import MailReason
from app.mail.messages import Message, Placeholder, describe, late
from app.mail.models import Mail
from app.mail.operations import Recipient, queue_mail, queue_mails, whole_url, withdraw_mails
from app.meetings.emails import OF_DELEGATION
from app.meetings.models import DelegationMember
from app.people.queries import token_hash
from app.practices.clearance_models import ClearanceRequest, ClearanceStep
from app.practices.clearance_queries import (
    ROLES,
    Progress,
    StepNow,
    clearers,
    correction_with_capital,
    open_requests,
)
from app.practices.models import Practice

LASTING = timedelta(days=14)


@dataclass(frozen=True)
class _ByLink:
    """Somebody without an account, as mail knows a recipient."""

    email: str
    name: str
    language: str
    id: None = None


def link_of(mail_id: int) -> dict[str, str]:
    """Have the link of a mail work from now on; return its address and what to know of it, in the language in force.

    A mail that is sent twice holds the same link twice.
    """
    request = db.session.scalars(sa.select(ClearanceRequest).where(ClearanceRequest.mail_id == mail_id)).one()
    if request.user_id is not None:
        link = whole_url("practices.clearance_page", practice_id=request.practice_id)
        return {"link": link, "terms": str(_("Sign in with your account to read it."))}
    mail = db.session.get_one(Mail, mail_id)
    token = keyed_token("clearance link", mail.message_id)
    request.token_hash, request.expires_at = token_hash(token), now() + LASTING
    return {"link": whole_url("practices.clear_by_link", token=token), "terms": _terms(moment_text(request.expires_at))}


def _terms(until: str) -> str:
    return str(
        _(
            "The link is for you alone: no account is needed, it answers once, and it works until %(moment)s.",
            moment=until,
        )
    )


def _asked_for(*, correction: bool) -> str:
    if correction:
        return str(_("It is of a correction of a good practice that is published already."))
    return str(_("It is of a good practice, before it goes to the secretariat."))


ASKED = describe(
    Message(
        "practices/clearance_asked",
        _l("Clearance of a good practice is asked"),
        {
            **OF_DELEGATION,
            "text": Placeholder(
                _l("What is to be cleared, in a sentence"),
                lambda: _asked_for(correction=False),
                lambda c: _asked_for(correction=c["correction"]),
            ),
            "link": Placeholder(
                _l("The page on which it is read and cleared"),
                lambda: whole_url("practices.clear_by_link", token="…"),  # noqa: S106  (a sample, no token)
                late("link"),
            ),
            "terms": Placeholder(
                _l("How the link works, in a sentence"), lambda: _terms("2027-04-14 18:00"), late("terms")
            ),
        },
        security=True,
        private=True,
        needed=frozenset({"link"}),
        at_delivery=link_of,
    )
)
ENDED = describe(
    Message(
        "practices/clearance_ended",
        _l("A good practice was cleared, or sent back to drafting"),
        {
            **OF_DELEGATION,
            "outcome": Placeholder(
                _l("What came of it, in a sentence"),
                lambda: _outcome(cleared=True),
                lambda c: _outcome(cleared=c["cleared"], correction=c.get("correction", False)),
            ),
            "link": Placeholder(
                _l("The page with the clearance of the practice"),
                lambda: whole_url("practices.clearance_page", practice_id=1),
                lambda c: whole_url("practices.clearance_page", practice_id=c["practice"].id),
            ),
        },
        security=True,
        private=True,
    )
)


def _outcome(*, cleared: bool, correction: bool = False) -> str:
    if cleared and correction:
        return str(_("Everybody who was asked has cleared the correction. The secretariat has it now."))
    if cleared:
        return str(_("Everybody who was asked has cleared it. It can be submitted now."))
    return str(_("It was sent back to drafting. The page says why."))


def ask(practice: Practice, progress: Progress) -> None:
    """Mail those whose turn it is and who were not asked yet."""
    for item in progress.asked:
        if not item.requests:
            ask_step(practice, item, progress.mark)


def ask_step(practice: Practice, item: StepNow, mark: str) -> None:
    """Mail those who clear at a step; links that were mailed for it before no longer work."""
    close(item.requests)
    step, delegation = item.step, practice.delegation
    correction = correction_with_capital(practice) is not None
    context = {"delegation": delegation, "meeting": practice.meeting, "correction": correction}
    people: list[Recipient]
    people = [_ByLink(step.email, step.name, step.language)] if step.email else [*clearers(step, delegation)]
    mails = queue_mails(ASKED.name, [(person, context) for person in people])
    db.session.flush()
    for person, mail in zip(people, mails, strict=True):
        row = ClearanceRequest(
            practice_id=practice.id, step=step, sha256=mark, user_id=person.id, mail=mail, closed_at=None
        )
        db.session.add(row)


def close(requests: Iterable[ClearanceRequest]) -> None:
    """Have requests be answered no more, and mails of them that have not left never leave."""
    rows = list(requests)
    for row in rows:
        row.closed_at = now()
    withdraw_mails([row.mail_id for row in rows], MailReason.DONE)


def close_all(practice: Practice) -> None:
    """Nothing is asked of the practice any more."""
    close(open_requests(practice.id))


def tell_ended(practice: Practice, *, cleared: bool, correction: bool = False) -> None:
    """Tell those who write for the delegation what came of the clearance, of a correction where it is one."""
    context = {
        "delegation": practice.delegation,
        "meeting": practice.meeting,
        "practice": practice,
        "cleared": cleared,
        "correction": correction,
    }
    delegation = practice.delegation
    writers = [
        member.user
        for member in delegation.members
        if delegation.role_of(member.user) in ROLES.values() and member.user.closed_at is None
    ]
    for user in writers:
        queue_mail(ENDED.name, user, context)


def untrue(mail_ids: Collection[int]) -> set[int]:
    """Return which of the mails ask somebody who is not to clear any more: who left the delegation or its role."""
    rows = db.session.execute(
        sa.select(ClearanceRequest.mail_id, ClearanceRequest.user_id, ClearanceStep.kind, DelegationMember.role)
        .join(ClearanceRequest.step)
        .join(ClearanceRequest.practice)
        .outerjoin(
            DelegationMember,
            sa.and_(
                DelegationMember.delegation_id == Practice.delegation_id,
                DelegationMember.user_id == ClearanceRequest.user_id,
            ),
        )
        .where(ClearanceRequest.mail_id.in_(mail_ids))
    )
    return {row.mail_id for row in rows if row.user_id is not None and row.role is not ROLES.get(row.kind)}
