"""Writing to the delegations of a session of what was just done, one mail a person and thing.

Nothing here commits; every mail waits in the outbox.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from app.audit.operations import record
from app.core.actors import SYSTEM, Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import WrongState
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.desk.messages import AGENDA, CALL, DOCUMENT, SUMMARY
from app.directory.queries import members
from app.mail.enums import MailReason, MailState
from app.mail.messages import Message
from app.mail.models import Mail
from app.mail.operations import cancel_mails, queue_mails, withdraw_mails
from app.mail.renewing import Scopes
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import AgendaVersion, Delegation, DelegationMember, Meeting
from app.meetings.queries import latest_agenda
from app.people.models import User
from app.practices.models import Call
from app.practices.policies import WRITING_PARTIES
from app.register.models import Document
from app.summaries.models import Publication, Summary


@dataclass(frozen=True)
class Occasion:
    """Something that delegations can be told of. `find` gives the thing of an id, or None where it is not (or no
    longer) so; `replaced` tells of one that was found whether a newer one took its place; `replaces`: there is one such
    thing at a time, so mails about an older one need not leave; `readers` says whom it was issued to, among those who
    may see the session."""

    message: Message
    find: Callable[[Meeting, int], Any]
    writers_only: bool = False
    replaces: bool = False
    replaced: Callable[[Any], bool] = lambda subject: False
    readers: Callable[[Meeting, Any], Audience] = lambda meeting, subject: Audience.PUBLIC

    def current(self, meeting: Meeting, subject_id: int) -> Any:
        """Return the thing of an id if it is still so, and the newest; else None."""
        found = self.find(meeting, subject_id)
        return None if found is None or self.replaced(found) else found


def _call(meeting: Meeting, _id: int) -> Call | None:
    """The session's call: it has but one."""
    if meeting.stage is not Stage.CALL_OPEN or meeting.cancelled_at:
        return None
    call = db.session.scalars(sa.select(Call).where(Call.meeting_id == meeting.id)).one_or_none()
    return call if call and now() < call.closes_at else None


def _agenda(meeting: Meeting, version_id: int) -> AgendaVersion | None:
    if meeting.stage in (Stage.PREPARING, Stage.PUBLISHED) or meeting.cancelled_at:
        return None
    version = db.session.get(AgendaVersion, version_id)
    return version if version and version.meeting_id == meeting.id else None


def _document(meeting: Meeting, document_id: int) -> Document | None:
    document = db.session.get(Document, document_id)
    if document is None or document.meeting_id != meeting.id or meeting.stage is Stage.PREPARING:
        return None
    return document if document.issued_at and not document.withdrawn_at else None


def _summary(meeting: Meeting, publication_id: int) -> Publication | None:
    """A publication with its title, without its content."""
    statement = sa.select(Publication).join(Publication.summary).where(Publication.id == publication_id)
    loaded = statement.options(orm.defer(Publication.content), orm.undefer(Publication.title))
    return db.session.scalars(loaded.where(Summary.meeting_id == meeting.id)).one_or_none()


def _readers_of_document(meeting: Meeting, document: Document) -> Audience:
    return document.distribution.narrower(meeting.distribution)


def _readers_of_summary(meeting: Meeting, publication: Publication) -> Audience:
    """As `meetings.queries.issued_to`: what reaches as far as its session is for whoever sees that."""
    reaches_as_far = publication.distribution.reaches(meeting.distribution)
    return Audience.PUBLIC if reaches_as_far else publication.distribution.narrower(meeting.distribution)


def _has_later(publication: Publication) -> bool:
    later = sa.exists().where(Publication.summary_id == publication.summary_id, Publication.number > publication.number)
    return bool(db.session.scalar(sa.select(later)))


OCCASIONS: Mapping[str, Occasion] = {
    "call": Occasion(CALL, _call, writers_only=True, replaces=True),
    "agenda": Occasion(
        AGENDA, _agenda, replaces=True, replaced=lambda version: latest_agenda(version.meeting_id) is not version
    ),
    "document": Occasion(DOCUMENT, _document, readers=_readers_of_document),
    "summary": Occasion(SUMMARY, _summary, replaces=True, replaced=_has_later, readers=_readers_of_summary),
}


def people_of(
    meeting: Meeting,
    *,
    delegations: Collection[int] = (),
    roles: Collection[DelegationRole] = (),
    but: sa.Select[Any] | None = None,
) -> list[DelegationMember]:
    """The people of a session's delegations with an open account, each once; one statement.

    `delegations` and `roles` narrow it where there are any; `but` selects accounts to leave out.
    """
    statement = (
        sa.select(DelegationMember)
        .join(DelegationMember.user)
        .join(DelegationMember.delegation)
        .where(Delegation.meeting_id == meeting.id, User.closed_at.is_(None))
        .order_by(Delegation.id, DelegationMember.id)
        .options(
            orm.contains_eager(DelegationMember.user),
            orm.contains_eager(DelegationMember.delegation).joinedload(Delegation.party),
        )
    )
    if delegations:
        statement = statement.where(Delegation.id.in_(delegations))
    if roles:
        statement = statement.where(DelegationMember.role.in_(roles))
    if but is not None:
        statement = statement.where(User.id.not_in(but))
    found: dict[int, DelegationMember] = {}
    for member in db.session.scalars(statement):
        found.setdefault(member.user_id, member)
    return list(found.values())


def _about(subject: Any) -> str:
    return f"{subject.__tablename__}:{subject.id}"


def _to_tell(meeting: Meeting, occasion: Occasion, subject: Any) -> list[DelegationMember]:
    """Those who may read a thing and were not written to about it."""
    told = sa.select(Mail.user_id).where(
        Mail.meeting_id == meeting.id,
        Mail.about == _about(subject),
        Mail.state != MailState.CANCELLED,
        Mail.user_id.is_not(None),
    )
    people = people_of(meeting, but=told)
    if occasion.writers_only:
        people = [member for member in people if member.delegation.party.kind in WRITING_PARTIES]
    reads = _reads(occasion.readers(meeting, subject), meeting)
    return [member for member in people if reads(member.user)]


def _reads(readers: Audience, meeting: Meeting) -> Callable[[User], bool]:
    """Whether a member of a delegation is among the readers of what is for an audience (`core.audience.may_read`): one
    statement for all of them."""
    if readers is not Audience.MEMBER_STATES:
        return lambda user: True
    states = {party.id for party in members(meeting.mechanism_id)}
    return lambda user: user.is_staff or user.party_id in states


class Offer(NamedTuple):
    """How many people can be written to about a thing: 0 where it is not so, or where they have been. `left_out`: the
    delegations of which somebody is not written to because they may not read it."""

    number: int
    left_out: list[str]


def offer(name: str, meeting: Meeting, subject_id: int | None) -> Offer:
    """Whom the secretariat can write to about a thing."""
    occasion = OCCASIONS[name]
    subject = occasion.find(meeting, subject_id) if subject_id else None
    if subject is None:
        return Offer(0, [])
    number, readers = len(_to_tell(meeting, occasion, subject)), occasion.readers(meeting, subject)
    if readers is Audience.PUBLIC:
        return Offer(number, [])
    reads = _reads(readers, meeting)
    left_out = {member.delegation.party for member in people_of(meeting) if not reads(member.user)}
    return Offer(number, sorted((in_reader_language(party.label) for party in left_out), key=fold))


def tell(name: str, meeting: Meeting, subject_id: int, *, by: Actor) -> int:
    """Write to everybody who was not yet written to about a thing; return how many mails there are.

    Raises WrongState where the thing is not (or no longer) so.
    """
    occasion = OCCASIONS[name]
    lock(meeting)
    subject = occasion.current(meeting, subject_id)
    if subject is None:
        raise WrongState(_l("There is nothing to write about: it was replaced, withdrawn or closed in the meantime."))
    people = _to_tell(meeting, occasion, subject)
    if occasion.replaces:
        older = sa.select(Mail.id).where(
            Mail.meeting_id == meeting.id,
            Mail.message == occasion.message.name,
            Mail.about != _about(subject),
            Mail.state == MailState.HELD,
        )
        cancel_mails(db.session.scalars(older).all(), by=SYSTEM, reason=MailReason.REPLACED)
    shared = {"meeting": meeting, "subject": subject}
    told = [(member.user, {**shared, "delegation": member.delegation}) for member in people]
    queue_mails(occasion.message.name, told, meeting_id=meeting.id, about=_about(subject))
    if told:
        changes = {"mails": [None, len(told)]}
        record("write_to_delegations", subject, by=by, meeting_id=meeting.id, changes=changes)
    return len(told)


def untrue(mail_ids: Collection[int]) -> set[int]:
    """Cancel those of the mails that tell of what is no longer so; return their ids."""
    named = {occasion.message.name: occasion for occasion in OCCASIONS.values()}
    rows = db.session.execute(
        sa.select(Mail.id, Mail.message, Mail.meeting_id, Mail.about).where(
            Mail.id.in_(mail_ids), Mail.message.in_(named), Mail.about.is_not(None)
        )
    ).all()
    so: dict[tuple[str, int, str], bool] = {}
    for row in rows:
        key = (row.message, row.meeting_id, row.about)
        if key not in so:
            meeting = db.session.get(Meeting, row.meeting_id)
            subject_id = int(row.about.rpartition(":")[2])
            so[key] = meeting is not None and named[row.message].current(meeting, subject_id) is not None
    gone = {row.id for row in rows if not so[row.message, row.meeting_id, row.about]}
    withdraw_mails(gone, MailReason.DONE)
    return gone


def scopes(mails: Sequence[Mail], found: Scopes) -> None:
    """Say of what thing mails of an occasion tell."""
    named = {occasion.message.name: occasion for occasion in OCCASIONS.values()}
    subjects: dict[tuple[int, str, str], Any] = {}
    for mail in mails:
        occasion, meeting = named.get(mail.message), found[mail.id].get("meeting")
        if occasion is None or meeting is None or not mail.about:
            continue
        key = (meeting.id, mail.message, mail.about)
        if key not in subjects:
            subjects[key] = occasion.find(meeting, int(mail.about.rpartition(":")[2]))
        if subjects[key] is not None:
            found[mail.id]["subject"] = subjects[key]
