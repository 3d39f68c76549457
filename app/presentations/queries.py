"""Reading presentations."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm
from werkzeug.exceptions import Gone, NotFound

from app.core.actors import Actor
from app.core.db import db
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.documents.models import StoredFile
from app.meetings.answers import Answered
from app.meetings.enums import Stage
from app.meetings.models import Delegation, DelegationMember, GuidingQuestion, Meeting
from app.meetings.queries import readable
from app.presentations.enums import InvitationState, PresentationState
from app.presentations.models import Presentation, PresentationFile, PresentationSlot, PresentationVersion

_WHOLE = (
    orm.joinedload(Presentation.meeting).joinedload(Meeting.mechanism),
    orm.joinedload(Presentation.delegation).joinedload(Delegation.party),
    orm.joinedload(Presentation.delegation).selectinload(Delegation.members),
    orm.selectinload(Presentation.slides).joinedload(PresentationFile.file),
    orm.selectinload(Presentation.versions),
    orm.joinedload(Presentation.slot),
)


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on Presentation, joined with Meeting, that says the same as `policies.can_view_presentation`.

    Of one whose consent was withdrawn, nothing but the note is shown: look at `published_at`.
    """
    if actor.is_staff:
        version = orm.aliased(PresentationVersion)
        filed = sa.exists().where(version.presentation_id == Presentation.id).correlate(Presentation)
        return sa.or_(Presentation.kept_by_staff, filed)
    published = sa.and_(
        sa.or_(Presentation.published_at.is_not(None), Presentation.withdrawn_at.is_not(None)),
        readable(actor, Presentation.consent),
    )
    return sa.or_(published, _own(actor)) if actor.is_authenticated else published


def _own(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether the working text of a presentation is the person's to see."""
    if actor.is_staff:
        return Presentation.kept_by_staff.is_(True)
    if not actor.is_authenticated:
        return sa.false()
    own = sa.select(DelegationMember.delegation_id).where(DelegationMember.user_id == actor.id)
    return Presentation.delegation_id.in_(own)


def newest_number() -> sa.ScalarSelect[int]:
    """The number of a presentation's latest version, in a statement that selects from Presentation."""
    other = orm.aliased(PresentationVersion)
    statement = sa.select(sa.func.max(other.number)).where(other.presentation_id == Presentation.id)
    return statement.correlate(Presentation).scalar_subquery()


def published_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether a presentation (joined with Meeting) is published and a person may read it."""
    return sa.and_(
        Presentation.state == PresentationState.FILED, Presentation.published_at.is_not(None), visible_to(actor)
    )


def filed_answers(question: GuidingQuestion) -> list[Answered]:
    """The answers to a question in the newest version of each filed presentation; drafts are not among them."""
    rows = db.session.execute(
        sa.select(Delegation.id, Party.short_names, PresentationVersion.filed_at)
        .select_from(PresentationVersion)
        .join(PresentationVersion.presentation)
        .join(Presentation.delegation)
        .join(Delegation.party)
        .where(
            Presentation.meeting_id == question.meeting_id,
            Presentation.state == PresentationState.FILED,
            PresentationVersion.number == newest_number(),
            PresentationVersion.content[("answers", question.key)].as_string() != "",
        )
    )
    return [Answered(row.id, row.short_names, _l("presentation"), row.filed_at) for row in rows]


def presentations_of(actor: Actor, meeting_id: int) -> Sequence[Presentation]:
    """The presentations of a session that the person may see, by acronym."""
    return db.session.scalars(
        sa.select(Presentation)
        .join(Presentation.meeting)
        .join(Presentation.delegation)
        .join(Delegation.party)
        .where(Presentation.meeting_id == meeting_id, visible_to(actor))
        .order_by(Party.code)
        .options(
            orm.contains_eager(Presentation.meeting),
            orm.contains_eager(Presentation.delegation).contains_eager(Delegation.party),
        )
    ).all()


def published_presentations(actor: Actor, meeting_id: int) -> Sequence[Presentation]:
    """The published presentations of a session that the person may read, by acronym."""
    return [
        item
        for item in presentations_of(actor, meeting_id)
        if item.published_at and item.state is PresentationState.FILED
    ]


def presentation_visible_to(actor: Actor, slug: str, code: str) -> Presentation:
    """Load a presentation that the person may see; raises NotFound otherwise."""
    presentation = db.session.scalars(
        sa.select(Presentation)
        .join(Presentation.meeting)
        .join(Presentation.delegation)
        .join(Delegation.party)
        .where(Meeting.slug == slug, sa.func.lower(Party.code) == code.lower(), visible_to(actor))
        .options(*_WHOLE)
    ).one_or_none()
    if presentation is None:
        raise NotFound
    return presentation


def delegation_presenting(actor: Actor, slug: str, code: str) -> Delegation:
    """Load the mechanism's delegation for those who may write its presentation; raises NotFound for others.

    A session in preparation is there for the secretariat alone.
    """
    delegation = db.session.scalars(
        sa.select(Delegation)
        .join(Delegation.meeting)
        .join(Delegation.party)
        .where(Meeting.slug == slug, sa.func.lower(Party.code) == code.lower(), Party.kind == PartyKind.MECHANISM)
        .options(
            orm.joinedload(Delegation.meeting).joinedload(Meeting.mechanism),
            orm.joinedload(Delegation.party),
            orm.selectinload(Delegation.members).joinedload(DelegationMember.user),
        )
    ).one_or_none()
    if delegation is None or not (
        actor.is_staff or (delegation.role_of(actor) and delegation.meeting.stage is not Stage.PREPARING)
    ):
        raise NotFound
    return delegation


def presentation_of_delegation(delegation_id: int) -> Presentation | None:
    """The presentation of a delegation, if it has begun one."""
    statement = sa.select(Presentation).where(Presentation.delegation_id == delegation_id).options(*_WHOLE)
    return db.session.scalars(statement).one_or_none()


def slide_file(actor: Actor, file_id: int) -> PresentationFile:
    """Load slides for those who may see the presentation; raises NotFound otherwise, and Gone
    where the presentation was withdrawn after its publication.

    Readers get those of the version that is published, the secretariat those that were filed; whose working text it is
    has the working ones as well.
    """
    found = db.session.scalars(
        sa.select(PresentationFile)
        .join(PresentationFile.file)
        .join(Presentation, Presentation.id == PresentationFile.presentation_id)
        .join(Presentation.meeting)
        .where(
            PresentationFile.id == file_id,
            visible_to(actor),
            sa.or_(
                sa.and_(_own(actor), PresentationFile.removed_at.is_(None)),
                sa.and_(
                    sa.or_(sa.literal(actor.is_staff), _own(actor), Presentation.published_at.is_not(None)),
                    _came_with_latest(),
                ),
            ),
        )
        .options(orm.contains_eager(PresentationFile.file))
    ).one_or_none()
    if found is None:
        raise Gone if _were_readable(actor, file_id) else NotFound
    return found


def _were_readable(actor: Actor, file_id: int) -> bool:
    """Whether slides came with a published presentation, withdrawn since, whose note a person may read."""
    statement = (
        sa.select(PresentationFile.id)
        .join(PresentationFile.file)
        .join(Presentation, Presentation.id == PresentationFile.presentation_id)
        .join(Presentation.meeting)
        .where(
            PresentationFile.id == file_id,
            Presentation.withdrawn_at.is_not(None),
            readable(actor, Presentation.consent),
            _came_with_latest(),
        )
    )
    return db.session.scalar(statement) is not None


def _came_with_latest() -> sa.ColumnElement[bool]:
    """Whether slides (joined with their file and presentation) were there at the latest filing."""
    filed = sa.select(sa.func.max(PresentationVersion.filed_at))
    at = filed.where(PresentationVersion.presentation_id == Presentation.id).correlate(Presentation).scalar_subquery()
    return sa.and_(
        StoredFile.created_at <= at, sa.or_(PresentationFile.removed_at.is_(None), PresentationFile.removed_at > at)
    )


def slides_of(presentation_ids: Collection[int]) -> dict[int, list[PresentationFile]]:
    """Presentation id -> the slides that came with its latest filing, in their order: those that its readers get. One
    statement."""
    slides = (
        sa.select(PresentationFile)
        .join(PresentationFile.file)
        .join(Presentation, Presentation.id == PresentationFile.presentation_id)
        .where(Presentation.id.in_(presentation_ids), _came_with_latest())
        .order_by(PresentationFile.id)
        .options(orm.contains_eager(PresentationFile.file))
    )
    found: dict[int, list[PresentationFile]] = {}
    for row in db.session.scalars(slides):
        found.setdefault(row.presentation_id, []).append(row)
    return found


def filed_slides() -> sa.Select[int]:
    """Select the ids of the slides that the secretariat was given: with the latest filing."""
    slides = sa.select(PresentationFile.file_id).join(PresentationFile.file)
    return slides.join(Presentation, Presentation.id == PresentationFile.presentation_id).where(_came_with_latest())


class Received(NamedTuple):
    """What the secretariat has of a mechanism: the latest version's content, whether slides came with it, and what it
    answered to the invitation."""

    delegation_id: int
    state: PresentationState | None
    published_at: datetime | None
    withdrawn_at: datetime | None
    content: dict[str, Any] | None
    slides: bool
    invitation: InvitationState | None


def received(meeting_id: int) -> list[Received]:
    """What came of each mechanism in a session, as last filed: nothing of a draft. One statement."""
    version = orm.aliased(PresentationVersion)
    slides = (
        sa.exists()
        .where(
            PresentationFile.presentation_id == Presentation.id,
            PresentationFile.file_id == StoredFile.id,
            _came_with_latest(),
        )
        .correlate(Presentation)
    )
    rows = db.session.execute(
        sa.select(
            Delegation.id,
            Presentation.state,
            Presentation.published_at,
            Presentation.withdrawn_at,
            version.content,
            slides,
            PresentationSlot.state,
        )
        .select_from(Delegation)
        .join(Delegation.party)
        .outerjoin(Presentation, Presentation.delegation_id == Delegation.id)
        .outerjoin(
            version,
            sa.and_(
                version.presentation_id == Presentation.id,
                version.number == newest_number(),
            ),
        )
        .outerjoin(PresentationSlot, PresentationSlot.delegation_id == Delegation.id)
        .where(Delegation.meeting_id == meeting_id, Party.kind == PartyKind.MECHANISM)
    )
    return [Received(*row) for row in rows]


class Presenting(NamedTuple):
    """A mechanism's delegation with its presentation and its place among those who present, where it has them."""

    delegation: Delegation
    presentation: Presentation | None
    slot: PresentationSlot | None


def presenting_delegations(meeting_id: int) -> Sequence[Presenting]:
    """The mechanisms' delegations of a session in the order of presenting; those without a place last, by acronym."""
    rows = db.session.execute(
        sa.select(Delegation, Presentation, PresentationSlot)
        .join(Delegation.party)
        .outerjoin(Presentation, Presentation.delegation_id == Delegation.id)
        .outerjoin(PresentationSlot, PresentationSlot.delegation_id == Delegation.id)
        .where(Delegation.meeting_id == meeting_id, Party.kind == PartyKind.MECHANISM)
        .order_by(in_turn(), Party.code)
        .options(
            orm.contains_eager(Delegation.party),
            orm.joinedload(Delegation.meeting),
            orm.selectinload(Delegation.members).joinedload(DelegationMember.user),
            orm.selectinload(Presentation.slides).joinedload(PresentationFile.file),
            orm.selectinload(Presentation.versions),
        )
    )
    return [Presenting(*row) for row in rows]


def filed_language() -> sa.Label[str]:
    """The language of the latest version, to select with a presentation: the working text may be in another."""
    newest = (
        sa.select(PresentationVersion.language)
        .where(PresentationVersion.presentation_id == Presentation.id)
        .order_by(PresentationVersion.number.desc())
        .limit(1)
    )
    return newest.correlate(Presentation).scalar_subquery().label("language")


def in_turn() -> sa.ColumnElement[int]:
    """The order of presenting, to sort by; a mechanism without a place comes last."""
    return sa.func.coalesce(PresentationSlot.position, 1_000_000)


def slots_of(delegation_ids: Sequence[int]) -> dict[int, PresentationSlot]:
    """Delegation id -> its place among those who present."""
    rows = db.session.scalars(sa.select(PresentationSlot).where(PresentationSlot.delegation_id.in_(delegation_ids)))
    return {row.delegation_id: row for row in rows}
