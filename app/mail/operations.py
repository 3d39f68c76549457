"""Writing mails into the outbox, and what people decide about them. Nothing here commits."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from app.audit.operations import record
from app.core.actors import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.jobs.operations import queue_jobs
from app.mail.enums import MailReason, MailState
from app.mail.filling import Recipient as Recipient
from app.mail.filling import compose, filled
from app.mail.filling import whole_url as whole_url
from app.mail.messages import Message, described
from app.mail.models import Mail, MailText
from app.mail.renewing import renew, says_now
from app.mail.texts import BODY_LIMIT, SUBJECT_LIMIT, check_needed, check_texts, defaults, own_text

DELIVER, DELIVER_NOW = "mail.deliver", "mail.deliver_now"

# Each tells, of mails about to be approved or to leave, which must not: what they say has become untrue. Features add
# theirs, which also see to it that those which wait for approval are cancelled or written anew.
untrue_checks: list[Callable[[Collection[int]], set[int]]] = []


def queue_mail(
    message: str, to: Recipient, context: Mapping[str, Any] | None = None, *, meeting_id: int | None = None
) -> Mail:
    """Write a mail to one person into the outbox; see `queue_mails`."""
    return queue_mails(message, [(to, context or {})], meeting_id=meeting_id)[0]


def queue_mails(
    message: str,
    to: Iterable[tuple[Recipient, Mapping[str, Any]]],
    *,
    meeting_id: int | None = None,
    about: str | None = None,
) -> list[Mail]:
    """Write a mail to each recipient, in the recipient's language, into the caller's transaction.

    `message` is a folder under templates/emails with subject.txt and body.txt. A security message, and one that was
    asked for, leaves after the commit; every other waits for a person's approval. A recipient who was just added must
    have been flushed.
    """
    written = compose(message, to, meeting_id=meeting_id, about=about)
    known = described(message)
    leaves = known is not None and (known.security or known.asked_for)
    if leaves:
        for mail in written:
            mail.state, mail.decided_at, mail.values = MailState.APPROVED, mail.created_at, {}
    db.session.add_all(written)
    if leaves:
        db.session.flush()
        _send_off([mail.id for mail in written], DELIVER_NOW if known and known.security else DELIVER)
    return written


def _send_off(mail_ids: Iterable[int], kind: str = DELIVER) -> None:
    jobs = {f"mail.deliver:{mail_id}": {"mail_id": mail_id} for mail_id in mail_ids}
    over = (JobState.QUEUED, JobState.DONE)  # of mails that were approved before, and then waited again
    db.session.execute(sa.delete(Job).where(Job.key.in_(jobs), Job.state.in_(over)))
    queue_jobs(kind, jobs)


def send_off_again() -> None:
    """Round: make sure that every approved mail has a job that delivers it. Commits."""
    key = sa.literal("mail.deliver:") + sa.cast(Mail.id, sa.String)
    idle = sa.or_(Job.id.is_(None), Job.state == JobState.DONE)
    waiting = sa.select(Mail.id).outerjoin(Job, Job.key == key).where(Mail.state == MailState.APPROVED, idle)
    if mail_ids := db.session.scalars(waiting).all():
        _send_off(mail_ids)
    db.session.commit()


Seen = Mapping[int, int]  # the mails that a person decides about -> the version of each that they were shown


def _decide(
    mail_ids: Iterable[int],
    before: Collection[MailState],
    after: MailState,
    *,
    act: str,
    by: Actor,
    seen: Seen | None = None,
    **more: Any,
) -> list[int]:
    """Move those of the mails that are (still) in one of the states `before`; return their ids.

    The rows are locked in order, so that of two people who decide at once one finds nothing left to decide.
    """
    rows = [row for row in _locked(mail_ids, before) if seen is None or seen.get(row.id) == row.version]
    ids = [row.id for row in rows]
    if ids:
        db.session.execute(
            sa.update(Mail)
            .where(Mail.id.in_(ids))
            .values(
                **{"reason": None, **({"values": {}} if after is MailState.CANCELLED else {}), **more},
                state=after,
                decided_at=now(),
                decided_by_id=by.id,
                version=Mail.version + 1,
            )
        )
        sessions = {row.meeting_id for row in rows}
        record(
            act,
            db.session.get_one(Mail, ids[0]),
            by=by,
            meeting_id=sessions.pop() if len(sessions) == 1 else None,
            changes={"mails": [None, len(ids)]},
        )
    return ids


def _locked(mail_ids: Iterable[int], states: Collection[MailState]) -> Sequence[Any]:
    db.session.flush()
    return db.session.execute(
        sa.select(Mail.id, Mail.meeting_id, Mail.version)
        .where(Mail.id.in_(set(mail_ids)), Mail.state.in_(states))
        .order_by(Mail.id)
        .with_for_update()
    ).all()


def _untrue(mail_ids: Collection[int]) -> set[int]:
    return {mail_id for check in untrue_checks for mail_id in check(mail_ids)}


def approve_mails(mail_ids: Collection[int], *, by: Actor, seen: Seen | None = None) -> list[int]:
    """Let held mails go as they are now, to the addresses of now; return the ids of those approved by this call.

    Those decided already are left alone, so that two people who approve at once, or one twice, send nothing
    twice; so are those that are not as they were `seen`. A reminder of something that was done in the meantime, or
    of a deadline that moved, does not leave, nor does a mail to an account that was closed. One whose facts have
    changed is filled in anew and goes on waiting.
    """
    return _let_go(mail_ids, MailState.HELD, act="approve_mails", by=by, seen=seen)


def _let_go(mail_ids: Collection[int], before: MailState, *, act: str, by: Actor, seen: Seen | None) -> list[int]:
    chosen = set(mail_ids) - _untrue(mail_ids)
    chosen -= renew(Mail.id.in_(chosen), Mail.state == before)
    ids = _decide(chosen, (before,), MailState.APPROVED, act=act, by=by, seen=seen, error=None)
    _address_anew(ids)
    _send_off(ids)
    return ids


def renew_mails(meeting_id: int) -> None:
    """Facts of a session have changed: fill in anew those of its mails that have not left and say otherwise.

    All of them wait for approval then, also those that were approved; what somebody wrote by hand stays as it is.
    """
    renew(Mail.meeting_id == meeting_id, Mail.state.in_((MailState.HELD, MailState.APPROVED)))


def cancel_mails(
    mail_ids: Collection[int], *, by: Actor, seen: Seen | None = None, reason: MailReason | None = None
) -> list[int]:
    """Have held mails never leave; return the ids of those cancelled by this call."""
    held = (MailState.HELD,)
    return _decide(mail_ids, held, MailState.CANCELLED, act="cancel_mails", by=by, seen=seen, reason=reason)


def withdraw_mails(mail_ids: Collection[int], reason: MailReason) -> None:
    """Have mails that have not left, approved or not, never leave."""
    if not mail_ids:
        return
    waiting = (MailState.HELD, MailState.APPROVED, MailState.SENDING)
    _decide(mail_ids, waiting, MailState.CANCELLED, act="cancel_mails", by=SYSTEM, reason=reason)


def drop_untrue(mail_ids: Collection[int]) -> set[int]:
    """Cancel those of the approved mails that have become untrue before they left; return their ids."""
    untrue = _untrue(mail_ids)
    withdraw_mails(untrue, MailReason.DONE)
    return untrue


def retry_mails(mail_ids: Collection[int], *, by: Actor, seen: Seen | None = None) -> list[int]:
    """Try failed mails again, under the same Message-ID, at the addresses of now; return the ids of those.

    One whose facts have changed waits for approval instead.
    """
    return _let_go(mail_ids, MailState.FAILED, act="retry_mails", by=by, seen=seen)


def last_mails(*messages: str, user_ids: Collection[int], meeting_id: int) -> dict[int, Mail]:
    """Person -> the newest of their mails of some messages about one session, without its text."""
    newest = (
        sa.select(sa.func.max(Mail.id))
        .where(Mail.user_id.in_(user_ids), Mail.meeting_id == meeting_id, Mail.message.in_(messages))
        .group_by(Mail.user_id)
    )
    rows = db.session.scalars(
        sa.select(Mail).where(Mail.id.in_(newest)).options(orm.defer(Mail.body), orm.defer(Mail.values))
    )
    return {row.user_id: row for row in rows if row.user_id is not None}


def refused_addresses(addresses: Collection[str]) -> set[str]:
    """Those of the addresses of which the newest mail that was tried was refused for good. One statement."""
    newest = (
        sa.select(sa.func.max(Mail.id))
        .where(Mail.to_address.in_(set(addresses)), Mail.state.in_((MailState.SENT, MailState.FAILED)))
        .group_by(Mail.to_address)
    )
    refused = Mail.reason.in_((MailReason.REFUSED, MailReason.ADDRESS))
    return set(db.session.scalars(sa.select(Mail.to_address).where(Mail.id.in_(newest), refused)))


def address_waiting_mails(user_id: int) -> None:
    """Have a person's mails that have not left go to the address that the person has now."""
    waiting = (MailState.HELD, MailState.APPROVED)
    db.session.flush()
    _address_anew(db.session.scalars(sa.select(Mail.id).where(Mail.user_id == user_id, Mail.state.in_(waiting))).all())


def _address_anew(mail_ids: Collection[int]) -> None:
    users = sa.table("users", sa.column("id"), sa.column("email"))  # a later package's
    email = sa.select(users.c.email).where(users.c.id == Mail.user_id).scalar_subquery()
    chosen = (Mail.id.in_(mail_ids), Mail.user_id.is_not(None), Mail.to_address != email)
    db.session.execute(
        sa.update(Mail).where(*chosen).values(to_address=email, body=sa.func.replace(Mail.body, Mail.to_address, email))
    )


def waiting_of(meeting_id: int) -> int:
    """How many mails of a session wait for approval."""
    held = sa.select(sa.func.count(Mail.id)).where(Mail.meeting_id == meeting_id, Mail.state == MailState.HELD)
    return db.session.scalars(held).one()


def mails_held(*messages: str, user_id: int, meeting_id: int) -> Sequence[int]:
    """The ids of a person's mails of some messages about one session that wait for approval."""
    return db.session.scalars(
        sa.select(Mail.id).where(
            Mail.user_id == user_id,
            Mail.meeting_id == meeting_id,
            Mail.message.in_(messages),
            Mail.state == MailState.HELD,
        )
    ).all()


def mails_waiting(*, user_id: int, meeting_id: int) -> Sequence[int]:
    """The ids of a person's mails about one session that have not left."""
    waiting = Mail.state.in_((MailState.HELD, MailState.APPROVED))
    return db.session.scalars(
        sa.select(Mail.id).where(Mail.user_id == user_id, Mail.meeting_id == meeting_id, waiting)
    ).all()


def replace_message(message: str, by_message: str, *, user_id: int, values: Mapping[str, str]) -> None:
    """Have a person's held mails of one message say another; its `values` come in place of those they had."""
    known = described(by_message)
    if known is None:
        return
    held = sa.select(Mail).where(Mail.user_id == user_id, Mail.message == message, Mail.state == MailState.HELD)
    for mail in db.session.scalars(held.with_for_update()):
        mail.message, mail.values, mail.edited = by_message, {**mail.values, **values}, False
        with force_locale(mail.language):
            own = own_text(by_message, mail.meeting_id)
            mail.subject, mail.body = filled(known, mail.language, own, mail.values)


def edit_mail(mail: Mail, *, subject: str, body: str, by: Actor) -> None:
    """Change the text of a held mail. Raises WrongState once it is decided, Refusal without a text or what it needs."""
    if mail.state is not MailState.HELD:
        raise WrongState(_l("This mail was approved or cancelled in the meantime, so its text is fixed."))
    for field, text, limit in (("subject", subject, SUBJECT_LIMIT), ("body", body, BODY_LIMIT)):
        if not text:
            raise Refusal(_l("Write a subject and a text."), field=field)
        if len(text) > limit:
            raise Refusal(_l("Use at most %(limit)d characters.", limit=limit), field=field)
    if known := described(mail.message):
        check_needed(known, body, LANGUAGE_NAMES[mail.language])
    mail.subject, mail.body, mail.edited = subject, f"{body}\n", True
    mail.values = {**mail.values, **says_now([mail]).get(mail.id, {})}
    record("edit_mail", mail, by=by, meeting_id=mail.meeting_id)


def own_text_of(mechanism_id: int, message: str) -> MailText | None:
    """What a body wrote for a message, if anything."""
    return db.session.scalars(
        sa.select(MailText).where(MailText.mechanism_id == mechanism_id, MailText.message == message)
    ).one_or_none()


def save_text(mechanism_id: int, message: Message, *, subject: LocalizedText, body: LocalizedText, by: Actor) -> int:
    """Keep a body's own text of a message; what says the same as the default is not its own.

    The held mails of the body's sessions are filled in anew, except those that somebody edited; return how
    many. Raises Refusal for a text that could not be filled in.
    """
    check_texts(message, subject, body)
    said_subject, said_body = defaults(message)
    own = own_text_of(mechanism_id, message.name) or MailText(mechanism_id=mechanism_id, message=message.name)
    own.subject = LocalizedText({code: text for code, text in subject.items() if text != said_subject[code]})
    own.body = LocalizedText({code: text for code, text in body.items() if text != said_body[code]})
    if not own.subject and not own.body:
        return restore_text(mechanism_id, message, by=by)
    record("save_mail_text", own, by=by)
    return _fill_anew(mechanism_id, message, own)


def restore_text(mechanism_id: int, message: Message, *, by: Actor) -> int:
    """Go back to the default text of a message; return how many held mails were filled in anew."""
    own = own_text_of(mechanism_id, message.name)
    if own is None:
        return 0
    record("restore_mail_text", own, by=by, changes={})
    db.session.delete(own)
    db.session.flush()
    return _fill_anew(mechanism_id, message, None)


def _fill_anew(mechanism_id: int, message: Message, own: MailText | None) -> int:
    meetings = sa.table("meetings", sa.column("id"), sa.column("mechanism_id"))  # a later package's
    mails: Sequence[Mail] = db.session.scalars(
        sa.select(Mail)
        .join(meetings, meetings.c.id == Mail.meeting_id)
        .where(
            meetings.c.mechanism_id == mechanism_id,
            Mail.message == message.name,
            Mail.state == MailState.HELD,
            Mail.edited.is_(False),
        )
        .with_for_update(of=Mail)
    ).all()
    for mail in mails:
        with force_locale(mail.language):
            mail.subject, mail.body = filled(message, mail.language, own, mail.values)
    return len(mails)
