"""Reading calls and good practices."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm
from werkzeug.exceptions import Gone, NotFound

from app.core.actors import Actor
from app.core.db import db
from app.directory.models import Party
from app.documents.models import StoredFile
from app.meetings.answers import Answered
from app.meetings.models import Delegation, DelegationMember, GuidingQuestion, Meeting
from app.meetings.queries import delegations_of, questions_of, readable
from app.practices.drafting_models import DelegationComment
from app.practices.enums import PracticeState
from app.practices.models import (
    LONGEST_REFERENCE,
    Call,
    Extension,
    Intake,
    Practice,
    PracticeFile,
    PracticeVersion,
)

_INTAKE = orm.joinedload(Practice.intake).options(
    orm.joinedload(Intake.file), orm.defer(Intake.content), orm.defer(Intake.leftovers)
)
WHOLE = (
    orm.joinedload(Practice.call).selectinload(Call.extensions),
    orm.joinedload(Practice.meeting).joinedload(Meeting.mechanism),
    orm.joinedload(Practice.delegation).joinedload(Delegation.party),
    orm.joinedload(Practice.delegation).selectinload(Delegation.members),
    orm.selectinload(Practice.versions),
    orm.selectinload(Practice.reviews),
    orm.selectinload(Practice.files).joinedload(PracticeFile.file),
    _INTAKE,
)


def call_of(meeting_id: int) -> Call | None:
    """The call of a session with its extensions, if there is one."""
    return db.session.scalars(
        sa.select(Call)
        .where(Call.meeting_id == meeting_id)
        .options(orm.selectinload(Call.extensions).joinedload(Extension.delegation).joinedload(Delegation.party))
    ).one_or_none()


def calls_of(meeting_ids: Collection[int]) -> dict[int, Call]:
    """Session -> its call with the extensions, of those that have one. Two statements."""
    rows = db.session.scalars(
        sa.select(Call)
        .where(Call.meeting_id.in_(meeting_ids))
        .options(orm.joinedload(Call.meeting), orm.selectinload(Call.extensions))
    )
    return {call.meeting_id: call for call in rows}


def state_questions(meeting_id: int) -> list[GuidingQuestion]:
    """The guiding questions that are put to States, in order."""
    return [question for question in questions_of(meeting_id) if question.for_states]


def submitted_answers(question: GuidingQuestion) -> list[Answered]:
    """The answers to a question in the newest submitted version of each practice; drafts and withdrawn ones are not."""
    text = PracticeVersion.content[("answers", question.key)].as_string()
    rows = db.session.execute(
        sa.select(Delegation.id, Party.short_names, Practice.reference, PracticeVersion.submitted_at)
        .select_from(PracticeVersion)
        .join(PracticeVersion.practice)
        .join(Practice.delegation)
        .join(Delegation.party)
        .where(
            Practice.meeting_id == question.meeting_id,
            Practice.state.not_in((PracticeState.DRAFT, PracticeState.WITHDRAWN)),
            PracticeVersion.number == newest_number(),
            text != "",
        )
    )
    return [
        Answered(row.id, row.short_names, _l("good practice %(reference)s", reference=row.reference), row.submitted_at)
        for row in rows
    ]


def _own(user_id: Any) -> sa.ColumnElement[bool]:
    own = sa.select(DelegationMember.delegation_id).where(DelegationMember.user_id == user_id)
    return Practice.delegation_id.in_(own)


def _as_member(actor: Actor) -> int | None:
    """The id by which a person is found in delegations: none for staff, as `Delegation.role_of` says."""
    return None if actor.is_staff else actor.id


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on Practice, joined with Meeting, that says the same as `policies.can_view_practice`."""
    if actor.is_staff:
        return Practice.reference.is_not(None)
    shown = sa.and_(
        Practice.published_at.is_not(None),
        Practice.state.in_((PracticeState.PUBLISHED, PracticeState.WITHDRAWN)),
        readable(actor, Practice.consent),
    )
    return sa.or_(shown, _own(actor.id)) if actor.is_authenticated else shown


def published_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether a practice (joined with Meeting) is published and a person may read it."""
    return sa.and_(Practice.state == PracticeState.PUBLISHED, readable(actor, Practice.consent))


def practices_visible_to(actor: Actor) -> sa.Select[Practice]:
    """Select the practices that a person may see, joined with Meeting."""
    return sa.select(Practice).join(Practice.meeting).where(visible_to(actor))


# What is read afresh once the text is held (holding.hold_text) is not read twice.
_WRITTEN = (
    orm.defer(Practice.content),
    orm.defer(Practice.set_aside),
    orm.joinedload(Practice.call),
    orm.joinedload(Practice.meeting),
    orm.contains_eager(Practice.delegation).contains_eager(Delegation.members),
)

# A practice of the person's own delegation. Statements that each save runs are made once.
_OWN = sa.select(Practice).where(Practice.id == sa.bindparam("practice"), _own(sa.bindparam("person")))
_OWN_TEXT = (
    sa.select(Practice)
    .join(Practice.delegation)
    .join(Delegation.members)
    .where(Practice.id == sa.bindparam("practice"), DelegationMember.user_id == sa.bindparam("person"))
    .options(*_WRITTEN)
)
_EDITED = (
    orm.contains_eager(Practice.call).contains_eager(Call.extensions),
    orm.contains_eager(Practice.meeting),
    orm.joinedload(Practice.delegation).joinedload(Delegation.party),
    orm.joinedload(Practice.delegation).joinedload(Delegation.members),
    orm.selectinload(Practice.files).joinedload(PracticeFile.file),
    _INTAKE,
    orm.with_expression(
        Practice.comments,
        sa.select(sa.func.count(DelegationComment.id))
        .where(DelegationComment.practice_id == Practice.id)
        .scalar_subquery(),
    ),
)
_OWN_DRAFT = (
    _OWN.join(Practice.meeting)
    .join(Practice.call)
    .outerjoin(
        Extension, sa.and_(Extension.call_id == Practice.call_id, Extension.delegation_id == Practice.delegation_id)
    )
    .options(*_EDITED)
)


def _one(statement: sa.Select[Practice], options: Sequence[Any] = WHOLE) -> Practice:
    practice = db.session.scalars(statement.options(*options)).unique().one_or_none()
    if practice is None:
        raise NotFound
    return practice


def practice_by_id(actor: Actor, practice_id: int) -> Practice:
    """Load a practice for those who may see it; raises NotFound otherwise."""
    return _one(practices_visible_to(actor).where(Practice.id == practice_id))


def own_practice_by_id(actor: Actor, practice_id: int) -> Practice:
    """Load a practice for its delegation; raises NotFound for everybody else, who may see it or not.

    So nobody can count what a delegation keeps for itself (docs/decisions/0032).
    """
    practice = practice_by_id(actor, practice_id)
    if practice.delegation.role_of(actor) is None:
        raise NotFound
    return practice


def practice_to_edit(actor: Actor, practice_id: int) -> Practice:
    """Load a practice as `practice_by_id`, with what the page of its draft shows and the number of its comments.

    Of the call's extensions it has that of the delegation alone.
    """
    own = db.session.scalars(_OWN_DRAFT, {"person": _as_member(actor), "practice": practice_id}).unique().one_or_none()
    return own or practice_by_id(actor, practice_id)


def practice_to_write(actor: Actor, practice_id: int) -> Practice:
    """Load a practice as `practice_by_id`, with no more than saving its text needs: of the delegation, the person."""
    own = db.session.scalars(_OWN_TEXT, {"person": _as_member(actor), "practice": practice_id}).unique().one_or_none()
    return own or practice_by_id(actor, practice_id)


def practices_of_delegations(delegation_ids: Collection[int]) -> Sequence[Practice]:
    """The practices of delegations, the oldest first, with what they were recorded from.

    For their own members alone, since drafts are among them.
    """
    statement = sa.select(Practice).where(Practice.delegation_id.in_(delegation_ids)).order_by(Practice.id)
    return db.session.scalars(statement.options(_INTAKE)).all()


def own_delegation(actor: Actor, slug: str, code: str) -> Delegation:
    """Load the person's delegation of a party to a session past preparation; raises NotFound otherwise."""
    for delegation in delegations_of(actor):
        if delegation.meeting.slug == slug and delegation.party.code.lower() == code.lower():
            return delegation
    raise NotFound


def accepted_practices(meeting_id: int) -> Sequence[Practice]:
    """What waits for publication in a session, by reference."""
    return db.session.scalars(
        sa.select(Practice)
        .where(Practice.meeting_id == meeting_id, Practice.state == PracticeState.ACCEPTED)
        .order_by(Practice.reference)
        .options(*WHOLE)
    ).all()


def has_slug(*slugs: str) -> sa.ColumnElement[bool]:
    """The condition on Practice that it has any of the slugs, asked by the references that they may stand for: these
    an index finds."""
    return Practice.reference.in_([reference for slug in slugs for reference in _references(slug)])


def _references(slug: str) -> Iterator[str]:
    """The references that have a slug ("CAM-2026-GP-PER-02"): the codes of body, session and party may have hyphens, so
    each place is tried where one may end."""
    for match in re.finditer("(?=-GP-)", slug[:LONGEST_REFERENCE]):
        before, after = slug[: match.start()], slug[match.end() + len("-GP-") :]
        party, hyphen, number = after.rpartition("-")
        for place, letter in enumerate(before):
            if letter == hyphen == "-":
                yield f"{before[:place]}/{before[place + 1 :]}/GP/{party}/{number}"


def newest_number() -> sa.ScalarSelect[int]:
    """The number of a practice's latest version, in a statement that selects from Practice."""
    other = orm.aliased(PracticeVersion)
    statement = sa.select(sa.func.max(other.number)).where(other.practice_id == Practice.id)
    return statement.correlate(Practice).scalar_subquery()


def _came_with_version() -> sa.Exists:
    """Whether an attachment (joined with its file and practice) was there when a version was submitted."""
    fixed_at = sa.func.coalesce(PracticeVersion.confirmed_at, PracticeVersion.submitted_at)
    return sa.exists().where(
        PracticeVersion.practice_id == Practice.id,
        fixed_at >= StoredFile.created_at,
        sa.or_(PracticeFile.removed_at.is_(None), PracticeFile.removed_at > fixed_at),
    )


def submitted_files() -> sa.Select[int]:
    """Select the ids of the files that the secretariat was given: with a version of what was not withdrawn."""
    return (
        sa.select(PracticeFile.file_id)
        .join(PracticeFile.file)
        .join(Practice, Practice.id == PracticeFile.practice_id)
        .where(Practice.state != PracticeState.WITHDRAWN, _came_with_version())
    )


def attachment(actor: Actor, file_id: int) -> PracticeFile:
    """Load an attachment for those who may see the practice (until it is submitted: its delegation alone).

    The secretariat gets those of every version, readers those of the last. Raises NotFound, or Gone where the practice
    was withdrawn after its publication.
    """
    came_with = _came_with_version()
    if not actor.is_staff:
        came_with = came_with.where(PracticeVersion.number == newest_number())
    came_with_text: Any = sa.and_(visible_to(actor), came_with)
    item = db.session.scalars(
        sa.select(PracticeFile)
        .join(PracticeFile.file)
        .join(Practice, Practice.id == PracticeFile.practice_id)
        .join(Practice.meeting)
        .where(
            PracticeFile.id == file_id,
            Practice.state != PracticeState.WITHDRAWN,
            sa.or_(came_with_text, _own(_as_member(actor))),
        )
        .options(orm.contains_eager(PracticeFile.file))
    ).one_or_none()
    if item is None:
        raise Gone if _was_readable(actor, file_id) else NotFound
    return item


def _was_readable(actor: Actor, file_id: int) -> bool:
    """Whether an attachment came with a published practice, withdrawn since, whose note a person may read."""
    statement = (
        sa.select(PracticeFile.id)
        .join(PracticeFile.file)
        .join(Practice, Practice.id == PracticeFile.practice_id)
        .join(Practice.meeting)
        .where(
            PracticeFile.id == file_id,
            Practice.state == PracticeState.WITHDRAWN,
            Practice.published_at.is_not(None),
            readable(actor, Practice.consent),
            _came_with_version().where(PracticeVersion.number == newest_number()),
        )
    )
    return db.session.scalar(statement) is not None
