"""Reading the outbox and the log of mails, for the secretariat."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.paging import Page, paginate
from app.mail.enums import MailState, TryOutcome
from app.mail.labels import KINDS, PUT_OFF, REASONS, STATES
from app.mail.messages import described, private_messages
from app.mail.models import Mail, MailText, MailTry
from app.mail.texts import PLACEHOLDER
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting, Participant
from app.people.models import User

SOON = timedelta(minutes=10)  # a mail that was approved has left by then, unless something is wrong

# What can be done with several mails at once, and the state they must be in.
ACTS = {"approve": MailState.HELD, "cancel": MailState.HELD, "retry": MailState.FAILED}


@dataclass(frozen=True)
class Filter:
    """Which mails: of which states, session (its address), message, and person (words of name or address)."""

    states: Collection[MailState] = (MailState.HELD,)
    session: str = ""
    message: str = ""
    person: str = ""
    up_to: int = 0
    ids: Collection[int] = field(default=())

    def condition(self) -> sa.ColumnElement[bool]:
        """The condition on Mail that says so."""
        parts: list[sa.ColumnElement[bool]] = [Mail.state.in_(self.states), _not_private()]
        if self.session:
            parts.append(Mail.meeting_id.in_(sa.select(Meeting.id).where(Meeting.slug == self.session)))
        if self.message:
            parts.append(Mail.message == self.message)
        for word in self.person.split():
            named = sa.select(User.id).where(User.name.icontains(word, autoescape=True))
            parts.append(sa.or_(Mail.to_address.icontains(word, autoescape=True), Mail.user_id.in_(named)))
        if self.up_to:
            parts.append(Mail.id <= self.up_to)
        if self.ids:
            parts.append(Mail.id.in_(self.ids))
        return sa.and_(*parts)


def _not_private() -> sa.ColumnElement[bool]:
    return Mail.message.not_in(private_messages())


def mails(chosen: Filter, *, page: int = 1) -> Page[Mail]:
    """One page of the mails, the newest first, without their texts; two statements."""
    statement = sa.select(Mail).where(chosen.condition()).order_by(Mail.id.desc())
    return paginate(db.session, statement.options(orm.defer(Mail.body), orm.defer(Mail.values)), page=page)


def versions(chosen: Filter) -> Sequence[sa.Row[int, int, str]]:
    """The id, version and language of all of them."""
    statement = sa.select(Mail.id, Mail.version, Mail.language).where(chosen.condition()).order_by(Mail.id)
    return db.session.execute(statement).all()


def hidden(chosen: Filter) -> int:
    """How many of the mails are of sessions in preparation, which their recipients do not see yet."""
    preparing = sa.select(Meeting.id).where(Meeting.stage == Stage.PREPARING)
    statement = sa.select(sa.func.count(Mail.id)).where(chosen.condition(), Mail.meeting_id.in_(preparing))
    return db.session.scalars(statement).one()


def last_id() -> int:
    """The id of the newest mail: what comes later is not meant by what a person sees now."""
    return db.session.scalar(sa.select(sa.func.max(Mail.id))) or 0


# Whom mails are for and who decided: by account; participants, who need none, by session and address.
Names = Mapping[int | tuple[int, str], str]


def names_of(rows: Collection[Mail]) -> Names:
    """The names of the mails' recipients and of those who decided."""
    ids = {row.user_id for row in rows} | {row.decided_by_id for row in rows}
    found = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(ids - {None})))
    names: dict[int | tuple[int, str], str] = {row.id: row.name for row in found}
    others = {(row.meeting_id, row.to_address) for row in rows if row.user_id is None and row.meeting_id}
    if others:
        address = sa.func.lower(Participant.email)
        statement = (
            sa.select(Participant, Delegation.meeting_id, address)
            .join(Participant.delegation)
            .where(
                Delegation.meeting_id.in_({meeting_id for meeting_id, _address in others}),
                address.in_({to for _meeting_id, to in others}),
            )
        )
        names |= {(row[1], row[2]): row[0].full_name for row in db.session.execute(statement)}
    return names


def sessions() -> Sequence[Meeting]:
    """All sessions with their bodies, the newest first."""
    return db.session.scalars(
        sa.select(Meeting).options(orm.joinedload(Meeting.mechanism)).order_by(Meeting.starts_at.desc(), Meeting.id)
    ).all()


def counts(*, meeting_id: int | None = None) -> dict[MailState, int]:
    """State -> how many mails are in it, of all or of one session."""
    statement = sa.select(Mail.state, sa.func.count()).where(_not_private()).group_by(Mail.state)
    if meeting_id is not None:
        statement = statement.where(Mail.meeting_id == meeting_id)
    return dict.fromkeys(MailState, 0) | {row[0]: row[1] for row in db.session.execute(statement)}


def _put_off() -> sa.ColumnElement[bool]:
    """Whether a mail was approved and at least one try to deliver it came to nothing."""
    tried = sa.exists().where(MailTry.mail_id == Mail.id, MailTry.outcome.in_((TryOutcome.PUT_OFF, TryOutcome.UNSURE)))
    return sa.and_(Mail.state == MailState.APPROVED, tried)


def stuck() -> tuple[int, datetime | None]:
    """How many approved mails do not leave (tried in vain, or waiting for long), and since when. One statement."""
    long_since = sa.and_(Mail.state == MailState.APPROVED, Mail.decided_at < now() - SOON)
    row = db.session.execute(
        sa.select(sa.func.count(Mail.id), sa.func.min(Mail.decided_at)).where(
            _not_private(), sa.or_(_put_off(), long_since)
        )
    ).one()
    return row[0], row[1]


def put_off(rows: Collection[Mail]) -> set[int]:
    """Those of the mails that were tried in vain and are tried again."""
    ids = [row.id for row in rows if row.state is MailState.APPROVED]
    return set(db.session.scalars(sa.select(Mail.id).where(Mail.id.in_(ids), _put_off()))) if ids else set()


@dataclass(frozen=True)
class Leaving:
    """How far the mails are that were approved since the oldest of those which have not left: `gone` of `total`."""

    gone: int
    total: int


def leaving(*, meeting_id: int | None = None) -> Leaving | None:
    """How far the sending is, of all or of one session; None where nothing leaves. One statement."""
    waiting = (MailState.APPROVED, MailState.SENDING)
    of_these = [_not_private()] if meeting_id is None else [_not_private(), Mail.meeting_id == meeting_id]
    oldest = sa.select(sa.func.min(Mail.decided_at)).where(Mail.state.in_(waiting), *of_these).scalar_subquery()
    row = db.session.execute(
        sa.select(
            sa.func.count(Mail.id),
            sa.func.count(sa.case((Mail.state.in_(waiting), 1))),
        ).where(Mail.decided_at >= oldest, Mail.state.in_((*waiting, MailState.SENT, MailState.FAILED)), *of_these)
    ).one()
    return Leaving(row[0] - row[1], row[0]) if row[1] else None


def held_by_session() -> Mapping[int | None, int]:
    """Session -> how many of its mails wait for approval; None: mails of no session."""
    statement = sa.select(Mail.meeting_id, sa.func.count()).where(Mail.state == MailState.HELD)
    rows = db.session.execute(statement.group_by(Mail.meeting_id))
    return {row[0]: row[1] for row in rows}


def mail_for_staff(actor: Actor, mail_id: int) -> Mail:
    """Load a mail; raises NotFound for everybody but the secretariat."""
    mail = db.session.get(Mail, mail_id) if actor.is_staff else None
    if mail is None or mail.message in private_messages():
        raise NotFound
    return mail


def tries_of(mail_id: int) -> Sequence[MailTry]:
    """The tries to deliver a mail, the oldest first."""
    return db.session.scalars(sa.select(MailTry).where(MailTry.mail_id == mail_id).order_by(MailTry.id)).all()


def own_texts(mechanism_id: int) -> dict[str, MailText]:
    """Message -> the body's own text."""
    rows = db.session.scalars(sa.select(MailText).where(MailText.mechanism_id == mechanism_id))
    return {row.message: row for row in rows}


def title_of(message: str) -> Any:
    """What a message is called; its name where no feature described it."""
    known = described(message)
    return known.title if known else message


def filled_later(mail: Mail) -> list[str]:
    """The placeholders in a mail's text that are filled in when it leaves, as they stand there."""
    known = described(mail.message)
    if known is None or known.at_delivery is None:
        return []
    return sorted({found[0] for found in PLACEHOLDER.finditer(f"{mail.subject}\n{mail.body}")})


def line(mail: Mail, names: Names, meetings: Mapping[int, Meeting], waiting: Collection[int] = ()) -> dict[str, Any]:
    """Return a mail as a row of the registers; `waiting`: those that `put_off` gives."""
    late, meeting = mail.id in waiting, meetings.get(mail.meeting_id or 0)
    name = names.get(mail.user_id or (mail.meeting_id or 0, mail.to_address))
    return {
        "mail": mail,
        "title": title_of(mail.message),
        "person": name or mail.to_address,
        "to": f"{name} ({mail.to_address})" if name else mail.to_address,
        "meeting": meeting,
        "zone": meeting.zone if meeting else current_app.config["ZONE"],
        "state": PUT_OFF if late else STATES[mail.state],
        "kind": "action" if late else KINDS[mail.state],
        "reason": REASONS.get(mail.reason) if mail.reason else None,
        "by": names.get(mail.decided_by_id or 0, "Plenaria"),
    }
