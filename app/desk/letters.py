"""A free message to the people of delegations: those with an account, and participants, who need none. Nothing here
commits; every mail waits in the outbox."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from app.audit.operations import record
from app.core.actors import Actor
from app.core.db import db, lock
from app.core.errors import Refusal
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.texts import clean
from app.desk.messages import IN_LETTER, LETTER
from app.desk.telling import people_of
from app.mail.enums import MailReason
from app.mail.filling import Recipient, compose
from app.mail.models import Mail
from app.mail.operations import queue_mails, withdraw_mails
from app.mail.texts import check_texts, fill
from app.meetings import retention
from app.meetings.emails import invitation
from app.meetings.enums import DelegationRole
from app.meetings.labels import PARTICIPANT_ROLES
from app.meetings.models import Delegation, Meeting, Participant
from app.meetings.recipients import language_for
from app.people.models import User
from app.people.queries import normal_email


class LetterTo(StrEnum):
    """Whom a free message goes to."""

    MEMBERS = "members"
    PARTICIPANTS = "participants"
    BOTH = "both"


@dataclass(frozen=True)
class Attendee:
    """A participant as mail knows them: by the address that they were registered with, not as an account."""

    name: str
    email: str
    language: str
    id: None = None


@dataclass(frozen=True)
class Addressee:
    """Whom a letter goes to, in which delegation. `scope`: what its placeholders are filled in from."""

    person: Recipient
    delegation: Delegation
    scope: dict[str, Any]
    has_account: bool = True


@dataclass(frozen=True)
class Letter:
    """What one person gets of a free message, in `language`."""

    to: Addressee
    language: str
    subject: str
    text: str


def addressees(
    meeting: Meeting, to: LetterTo, *, delegations: Collection[int] = (), roles: Collection[DelegationRole] = ()
) -> list[Addressee]:
    """The people of a session's delegations that a message goes to, each address once.

    `delegations` narrows it where there are any, `roles` those with an account.
    """
    found: dict[str, Addressee] = {}
    if to is not LetterTo.PARTICIPANTS:
        for member in people_of(meeting, delegations=delegations, roles=roles):
            scope = {**invitation(member.delegation, member.role), "recipient": member.user}
            found[member.user.email] = Addressee(member.user, member.delegation, scope)
    if to is not LetterTo.MEMBERS:
        for person, language in _participants(meeting, delegations):
            attendee = Attendee(
                person.full_name, normal_email(person.email), language or language_for(person.delegation)
            )
            scope = {
                "delegation": person.delegation,
                "meeting": meeting,
                "role": PARTICIPANT_ROLES[person.role],
                "attends": True,
                "recipient": attendee,
            }
            found.setdefault(attendee.email, Addressee(attendee, person.delegation, scope, has_account=False))
    return list(found.values())


def _participants(meeting: Meeting, delegations: Collection[int]) -> Sequence[sa.Row[Participant, str | None]]:
    """Those with an address that is still kept, and the language that an account with that address reads."""
    if _forgotten(meeting):
        return []
    statement = (
        sa.select(Participant, User.language)
        .join(Participant.delegation)
        .outerjoin(User, User.email == sa.func.lower(Participant.email))
        .where(Delegation.meeting_id == meeting.id, Participant.email != "", Participant.forgotten_at.is_(None))
        .order_by(Participant.delegation_id, Participant.position, Participant.id)
        .options(
            orm.contains_eager(Participant.delegation).options(
                orm.joinedload(Delegation.party), orm.joinedload(Delegation.meeting)
            )
        )
    )
    if delegations:
        statement = statement.where(Participant.delegation_id.in_(delegations))
    return db.session.execute(statement).all()


def _forgotten(meeting: Meeting) -> bool:
    return retention.is_due(meeting, retention.rules_of(meeting.mechanism_id))


def nobody(meeting: Meeting, to: LetterTo) -> LazyString:
    """Why `addressees` found nobody, in a sentence."""
    if to is LetterTo.MEMBERS:
        return _l("Nobody is in these delegations with these roles: choose others.")
    if to is LetterTo.BOTH:
        return _l(
            "Nobody with an account is in these delegations with these roles, and no participant's address is kept."
        )
    if _forgotten(meeting):
        return _l("The time is over for which participants' data are kept: their addresses are gone.")
    return _l("No participant of these delegations was registered with an e-mail address.")


def letters_of(people: Sequence[Addressee], *, subject: LocalizedText, body: LocalizedText) -> list[Letter]:
    """Fill a free message in for each person, in the language that they read.

    A participant without an account, who has not said which, gets the first that there is where there is none in the
    delegation's. Raises Refusal (at `subject` or `body`) for placeholders that there are not, and where a language is
    missing.
    """
    check_texts(IN_LETTER, subject, body)
    read = {row.person.language for row in people if row.has_account}
    for field, texts in (("subject", subject), ("body", body)):
        lacking = ", ".join(name for code, name in LANGUAGE_NAMES.items() if code in read and code not in texts)
        if lacking:
            raise Refusal(
                _l("Some of them read these languages, write it there too: %(names)s.", names=lacking), field=field
            )
    both = [code for code in LANGUAGE_NAMES if code in subject and code in body]
    if not both:
        raise Refusal(_l("Write subject and text in the same language."), field="body")
    return [
        _letter(row, subject, body, row.person.language if row.person.language in both else both[0]) for row in people
    ]


def _letter(to: Addressee, subject: LocalizedText, body: LocalizedText, language: str) -> Letter:
    with force_locale(language):
        values = {name: clean(item.value(to.scope)) for name, item in IN_LETTER.placeholders.items()}
    return Letter(to, language, fill(subject[language], values), fill(body[language], values))


def as_mails(meeting: Meeting, letters: Sequence[Letter]) -> list[Mail]:
    """Return the mails of a free message as they would be written: with greeting and foot, in the body's own text."""
    return compose(LETTER.name, _told(meeting, letters), meeting_id=meeting.id)


def _told(meeting: Meeting, letters: Sequence[Letter]) -> list[tuple[Recipient, dict[str, Any]]]:
    return [
        (
            _in_language(letter),
            {"meeting": meeting, "delegation": letter.to.delegation, "written": (letter.subject, letter.text)},
        )
        for letter in letters
    ]


def write_letters(meeting: Meeting, letters: Sequence[Letter], *, key: str, by: Actor) -> int:
    """Write the mails of a free message; return how many. A form sent twice (the same `key`) writes them once."""
    lock(meeting)
    about = f"letter:{key}"
    if db.session.scalar(sa.select(sa.exists().where(Mail.meeting_id == meeting.id, Mail.about == about))):
        return 0
    mails = queue_mails(LETTER.name, _told(meeting, letters), meeting_id=meeting.id, about=about)
    record("write_to_delegations", meeting, by=by, meeting_id=meeting.id, changes={"mails": [None, len(mails)]})
    return len(mails)


def _in_language(letter: Letter) -> Recipient:
    person = letter.to.person
    return person if letter.to.has_account else Attendee(person.name, person.email, letter.language)


def untrue(mail_ids: Collection[int]) -> set[int]:
    """Cancel those of the letters to participants whose address no participant has any more; return their ids."""
    there = (
        sa.select(Participant.id)
        .join(Participant.delegation)
        .where(Delegation.meeting_id == Mail.meeting_id, sa.func.lower(Participant.email) == Mail.to_address)
    )
    gone = set(
        db.session.scalars(
            sa.select(Mail.id).where(
                Mail.id.in_(mail_ids), Mail.message == LETTER.name, Mail.user_id.is_(None), ~there.exists()
            )
        )
    )
    withdraw_mails(gone, MailReason.REMOVED)
    return gone
