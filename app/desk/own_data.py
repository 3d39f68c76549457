"""What is held about one person, with the files that they sent: for the person, or for staff to hand on.

What staff hand on they read as well, so it holds nothing of texts that were not submitted: no file, no act.

What names a person in running text (speakers of a presentation, published orders of business and lists, calendars made
of them) is told of in words, with where it is read: `not_in_this_file`.
"""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy import orm

from app.audit.models import AuditEvent
from app.circulation.models import Comment, Objection
from app.collections.models import CollectedReading
from app.collections.models import Collection as ReaderCollection
from app.core.clock import now
from app.core.db import Base, db
from app.core.localized import LocalizedText
from app.directory.models import Proposal
from app.documents.models import StoredFile
from app.floor.models import PartGiven, SpeakerEntry
from app.floor.statement_models import FloorInterpreter, FloorStatementVersion
from app.following.models import Digest, DigestSettings, Follow
from app.mail.messages import private_messages
from app.mail.models import Mail
from app.meetings.models import AgendaItem, Delegation, DelegationMember, ItemPerson, Meeting, NoteVerbale, Participant
from app.people.models import CalendarFeed, User
from app.people.queries import normal_email
from app.practices.drafting_models import DelegationComment, DraftRevision, Handover
from app.practices.models import Practice
from app.practices.queries import submitted_files
from app.practices.translation_models import PracticeTranslation
from app.presentations.queries import filed_slides
from app.record.models import MinutesCorrection, Note

# What is no fact about the person but a key to their account.
SECRETS = frozenset({"password_hash", "sign_in_key", "name_key", "version", "seed"})


def _row(row: Base, *, without: frozenset[str] = SECRETS) -> dict[str, Any]:
    """A row's columns as JSON takes them."""
    columns = sa.inspect(row).mapper.column_attrs
    return {attribute.key: _plain(getattr(row, attribute.key)) for attribute in columns if attribute.key not in without}


def _plain(value: Any) -> Any:
    if isinstance(value, LocalizedText):
        return dict(value)
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)


def _where(delegation: Delegation) -> dict[str, Any]:
    return {"session": delegation.meeting.slug, "party": delegation.party.code}


# What the trail tells of a session the secretariat reads there; beside that it is given what was done to these.
OF_THE_ACCOUNT = tuple(model.__tablename__ for model in (User, CalendarFeed, Proposal))
_PLACE = (orm.joinedload(Delegation.meeting), orm.joinedload(Delegation.party))


def _elsewhere() -> list[str]:
    """What else may name a person, which is no row about them."""
    return [
        _("The names of speakers, as mechanisms wrote them in their presentations: on the pages of the presentations."),
        _("Published orders of business, lists of participants, and calendars made of them: on the pages of sessions."),
    ]


def of_account(user: User, participations: Sequence[dict[str, Any]] | None = None) -> dict[str, Any]:
    """All that is held about a person with an account, but for what is their delegation's alone. Fifteen statements.

    `participations`: theirs, where they are read already.
    """
    alone = _("What the person wrote, sent and did in texts that are not submitted: on the page of their own account.")
    follows = _("What the person follows, and the mails that told of it: on the page of their own account.")
    given = sa.or_(AuditEvent.meeting_id.is_not(None), AuditEvent.subject_kind.in_(OF_THE_ACCOUNT))
    return _facts(user, participations) | {
        "not_in_this_file": [*_elsewhere(), alone, follows],
        "mails": _mails(_to(user), Mail.message.not_in(private_messages())),
        "files": [_row(file) for file in files_given(user.id)],
        "done_by_the_person": _done(AuditEvent.actor_id == user.id, given),
        "comments_on_texts": _own_rows(Comment, sa.and_(Comment.author_id == user.id, Comment.filed_at.is_not(None))),
    }


def of_own_account(user: User) -> dict[str, Any]:
    """All that is held about a person, for themselves: the secretariat reads nothing of what they said in their
    delegation, nor what they follow. Twenty-three statements."""
    return _facts(user) | {
        "not_in_this_file": _elsewhere(),
        "mails": _mails(_to(user)),
        "files": [_row(file) for file in files_of(user.id)],
        "done_by_the_person": _done(AuditEvent.actor_id == user.id),
        "comments_on_texts": _own_rows(Comment, Comment.author_id == user.id),
        "comments_in_the_delegation": _own_rows(DelegationComment, DelegationComment.by_id == user.id),
        "collections": _own_rows(ReaderCollection, ReaderCollection.owner_id == user.id),
        "readings_in_collections": _own_rows(
            CollectedReading,
            CollectedReading.collection_id.in_(
                sa.select(ReaderCollection.id).where(ReaderCollection.owner_id == user.id)
            ),
        ),
        "links_to_sections": _own_rows(Handover, Handover.made_by_id == user.id),
        "followed": _own_rows(Follow, Follow.user_id == user.id),
        "digests": _own_rows(Digest, Digest.user_id == user.id),
        "when_digests_come": _own_rows(DigestSettings, DigestSettings.user_id == user.id, without={"feed_hash"}),
        "versions_of_drafts": _own_rows(DraftRevision, DraftRevision.by_id == user.id, without={"content"}),
    }


def _facts(user: User, participations: Sequence[dict[str, Any]] | None = None) -> dict[str, Any]:
    """What is told of a person, whoever reads it."""
    if participations is None:
        participations = _participants(sa.or_(Participant.user_id == user.id, Participant.email == user.email))
    members = db.session.scalars(
        sa.select(DelegationMember)
        .where(DelegationMember.user_id == user.id)
        .options(orm.joinedload(DelegationMember.delegation).options(*_PLACE))
        .order_by(DelegationMember.id)
    )
    parts: dict[int, dict[str, str]] = {}
    own_parts = sa.select(PartGiven).join(PartGiven.member).where(DelegationMember.user_id == user.id)
    for one in db.session.scalars(own_parts.order_by(PartGiven.id)):
        parts.setdefault(one.member_id, {})[one.part.value] = one.given_at.isoformat()
    translated = db.session.execute(
        sa.select(Practice.reference, PracticeTranslation)
        .join(Practice, Practice.id == PracticeTranslation.practice_id)
        .where(sa.or_(PracticeTranslation.translator_id == user.id, PracticeTranslation.checked_by_id == user.id))
        .order_by(PracticeTranslation.id)
    )
    interprets = db.session.execute(
        sa.select(Meeting.slug, FloorInterpreter.added_at)
        .join(FloorInterpreter, FloorInterpreter.meeting_id == Meeting.id)
        .where(FloorInterpreter.user_id == user.id)
        .order_by(FloorInterpreter.id)
    )
    return {
        "made_at": now().isoformat(),
        "account": _row(user),
        "delegations": [
            {
                **_where(member.delegation),
                "role": member.role.value,
                "added_at": member.added_at.isoformat(),
                **({"parts_in_the_floor_since": parts[member.id]} if member.id in parts else {}),
            }
            for member in members
        ],
        "interprets": [{"session": slug, "since": since.isoformat()} for slug, since in interprets],
        "participations": participations,
        "translations": [{"practice": reference, **_row(row)} for reference, row in translated],
        "notes_on_interventions": _own_rows(Note, Note.author_id == user.id),
        "statements_handed_in": _own_rows(FloorStatementVersion, FloorStatementVersion.handed_in_by_id == user.id),
        "requests_for_the_floor": _own_rows(SpeakerEntry, SpeakerEntry.asked_by_id == user.id),
        "corrections_of_minutes": _own_rows(MinutesCorrection, MinutesCorrection.proposed_by_id == user.id),
        "objections_to_texts": _own_rows(Objection, Objection.by_id == user.id),
    }


def _done(*conditions: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    """What the trail tells of a person."""
    return [
        {
            "at": event.at.isoformat(),
            "action": event.action,
            "subject": [event.subject_kind, event.subject_id],
            "changes": event.changes,
        }
        for event in db.session.scalars(sa.select(AuditEvent).where(*conditions).order_by(AuditEvent.id))
    ]


def _to(user: User) -> sa.ColumnElement[bool]:
    return sa.or_(Mail.user_id == user.id, Mail.to_address == user.email)


def _mails(*conditions: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    """The mails to a person, as they were sent."""
    rows = sa.select(Mail).where(*conditions)
    return [_row(mail, without=SECRETS | {"error"}) for mail in db.session.scalars(rows.order_by(Mail.id))]


def _own_rows(
    model: type[Base], condition: sa.ColumnElement[bool], *, without: Collection[str] = ()
) -> list[dict[str, Any]]:
    left_out = [orm.defer(getattr(model, name)) for name in without]
    rows = db.session.scalars(sa.select(model).where(condition).order_by(model.id).options(*left_out))
    return [_row(row, without=SECRETS | set(without)) for row in rows]


def files_of(user_id: int, *conditions: sa.ColumnElement[bool]) -> Sequence[StoredFile]:
    """The files that a person sent and that are still kept."""
    return db.session.scalars(
        sa.select(StoredFile).where(StoredFile.created_by_id == user_id, *conditions).order_by(StoredFile.id)
    ).all()


def files_given(user_id: int) -> Sequence[StoredFile]:
    """Those of a person's files that the secretariat was given: submitted, filed, with a note verbale, or as a
    statement."""
    notes = sa.select(NoteVerbale.file_id).where(NoteVerbale.file_id.is_not(None))
    statements = sa.select(FloorStatementVersion.file_id).where(FloorStatementVersion.file_id.is_not(None))
    given = (submitted_files(), filed_slides(), notes, statements)
    return files_of(user_id, sa.or_(*(StoredFile.id.in_(ids) for ids in given)))


def of_participant(person: Participant) -> dict[str, Any]:
    """All that is held about a participant: their registrations and mails (known by the address, where there is one),
    and what is held of their account, if they have one."""
    if person.user_id is not None:
        user = db.session.get_one(User, person.user_id)
        return of_account(user, _of_one(person, user.email))
    participations = _of_one(person, person.email)
    address = normal_email(person.email)
    return {
        "made_at": now().isoformat(),
        "not_in_this_file": _elsewhere(),
        "participations": participations,
        "mails": _mails(Mail.to_address == address, Mail.message.not_in(private_messages())) if address else [],
    }


def _of_one(person: Participant, email: str) -> Sequence[dict[str, Any]]:
    addresses = {address for address in (email, person.email) if address}
    same = [Participant.id == person.id, Participant.email.in_(addresses)]
    if person.user_id is not None:
        same.append(Participant.user_id == person.user_id)
    return _participants(sa.or_(*same))


def _participants(condition: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    people = db.session.scalars(
        sa.select(Participant)
        .where(condition, Participant.forgotten_at.is_(None))
        .options(
            orm.joinedload(Participant.delegation).options(*_PLACE),
            orm.joinedload(Participant.note),
        )
        .order_by(Participant.id)
    ).all()
    parts: dict[int, list[dict[str, Any]]] = {person.id: [] for person in people}
    rows = db.session.execute(
        sa.select(ItemPerson, AgendaItem.title)
        .join(AgendaItem, AgendaItem.id == ItemPerson.item_id)
        .where(ItemPerson.participant_id.in_(parts))
        .order_by(ItemPerson.id)
    )
    for part, title in rows:
        named = {"item": dict(title), "role": part.role.value, "function": dict(part.function)}
        parts[part.participant_id or 0].append(named)
    return [
        {
            **_where(person.delegation),
            **_row(person),
            "parts_in_items": parts[person.id],
            "note_verbale": person.note and [person.note.number, str(person.note.dated or "")],
        }
        for person in people
    ]
