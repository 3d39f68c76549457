"""Reading circulations. A delegation's comments are its own until they are filed: every read here sees to that."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.circulation.enums import CirculationEnd, CirculationKind
from app.circulation.models import Addressed, Circulation, Comment, Objection, Position
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.directory.models import Party
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import delegations_of
from app.summaries.models import Paragraph, Publication, Section, Summary, SummaryRules, SummaryVersion
from app.summaries.queries import open_to

USUAL_SILENCE = 72  # hours


@dataclass(frozen=True)
class Asked:
    """What a delegation was asked about: a circulation that it is addressed by."""

    circulation: Circulation
    delegation: Delegation

    @property
    def meeting(self) -> Meeting:
        """The session of both."""
        return self.circulation.meeting


def about(circulation: Circulation) -> str:
    """What mails about a circulation are about."""
    return f"circulation:{circulation.id}"


def rules_of(meeting: Meeting) -> tuple[int, bool]:
    """How many hours a silence of the session's body lasts at least, and whether delegations read one another's
    comments."""
    row = db.session.execute(
        sa.select(SummaryRules.silence_hours, SummaryRules.comments_seen_by_all).where(
            SummaryRules.mechanism_id == meeting.mechanism_id
        )
    ).one_or_none()
    return (row.silence_hours, row.comments_seen_by_all) if row else (USUAL_SILENCE, False)


def _with_all(*, content: bool) -> tuple[orm.interfaces.ORMOption, ...]:
    text = orm.joinedload(Circulation.version_of_text)
    return (
        orm.joinedload(Circulation.meeting).joinedload(Meeting.mechanism),
        text if content else text.defer(SummaryVersion.content),
        orm.selectinload(Circulation.addressed).joinedload(Addressed.delegation).joinedload(Delegation.party),
    )


def circulations_of(meeting_id: int) -> Sequence[Circulation]:
    """The circulations of a session's summary, newest first, without their texts."""
    rows = sa.select(Circulation).where(Circulation.meeting_id == meeting_id).order_by(Circulation.id.desc())
    return db.session.scalars(rows.options(*_with_all(content=False))).all()


def circulated_by(form_key: str | None, meeting: Meeting) -> Circulation | None:
    """What a form that was sent before put before the delegations of a session; None of a form that was not."""
    known = sa.select(Circulation).where(Circulation.form_key == form_key, Circulation.meeting_id == meeting.id)
    return db.session.scalars(known).one_or_none() if form_key else None


def circulation_for_staff(actor: Actor, circulation_id: int) -> Circulation:
    """Load a circulation with its text; raises NotFound for everybody but the secretariat."""
    rows = sa.select(Circulation).where(Circulation.id == circulation_id).options(*_with_all(content=True))
    found = db.session.scalars(rows).one_or_none() if actor.is_staff else None
    if found is None:
        raise NotFound
    return found


def asked(actor: Actor, circulation_id: int, code: str) -> Asked:
    """Load what a delegation (by the code of its party) was asked; raises NotFound for who is not in it."""
    statement = (
        sa.select(Addressed)
        .join(Addressed.delegation)
        .join(Delegation.party)
        .join(Addressed.circulation)
        .join(Circulation.meeting)
        .where(Addressed.circulation_id == circulation_id, Party.code == code, Meeting.stage != Stage.PREPARING)
        .options(
            orm.joinedload(Addressed.delegation).joinedload(Delegation.party),
            orm.joinedload(Addressed.delegation).selectinload(Delegation.members),
            orm.joinedload(Addressed.circulation).joinedload(Circulation.version_of_text),
            orm.joinedload(Addressed.circulation).joinedload(Circulation.meeting).joinedload(Meeting.mechanism),
        )
    )
    row = db.session.scalars(statement).one_or_none()
    if row is None or row.delegation.role_of(actor) is None:
        raise NotFound
    return Asked(row.circulation, row.delegation)


def own_comment(asked_of: Asked, paragraph: str) -> Comment | None:
    """What a delegation wrote of a paragraph, filed or not."""
    return db.session.scalars(
        sa.select(Comment).where(
            Comment.circulation_id == asked_of.circulation.id,
            Comment.delegation_id == asked_of.delegation.id,
            Comment.paragraph == paragraph,
        )
    ).one_or_none()


def _in_order(condition: sa.ColumnElement[bool]) -> sa.Select[Comment]:
    party = orm.joinedload(Comment.delegation).joinedload(Delegation.party)
    return sa.select(Comment).where(condition).options(party).order_by(Comment.filed_at, Comment.id)


def comments_read_by(found: Asked) -> Sequence[Comment]:
    """The comments that a delegation reads: all its own, and what others filed where the body lets all see them."""
    seen: sa.ColumnElement[bool] = Comment.delegation_id == found.delegation.id
    if found.circulation.seen_by_all:
        seen = sa.or_(seen, Comment.filed_at.is_not(None))
    return db.session.scalars(_in_order(sa.and_(Comment.circulation_id == found.circulation.id, seen))).all()


def filed_comments(circulation_id: int) -> Sequence[Comment]:
    """All that was filed: what the secretariat reads."""
    filed = sa.and_(Comment.circulation_id == circulation_id, Comment.filed_at.is_not(None))
    return db.session.scalars(_in_order(filed)).all()


def filed_counts(meeting_id: int) -> Mapping[int, tuple[int, int]]:
    """Circulation -> how many comments were filed, and how many of them have no disposition yet."""
    rows = db.session.execute(
        sa.select(
            Comment.circulation_id,
            sa.func.count(),
            sa.func.sum(sa.case((Comment.disposition.is_(None), 1), else_=0)),
        )
        .join(Comment.circulation)
        .where(Circulation.meeting_id == meeting_id, Comment.filed_at.is_not(None))
        .group_by(Comment.circulation_id)
    )
    return {circulation_id: (count, undecided) for circulation_id, count, undecided in rows}


def comment_for_staff(actor: Actor, comment_id: int) -> Comment:
    """Load a comment that was filed; raises NotFound for everybody but the secretariat."""
    statement = (
        sa.select(Comment)
        .where(Comment.id == comment_id, Comment.filed_at.is_not(None))
        .options(
            orm.joinedload(Comment.delegation).joinedload(Delegation.party),
            orm.joinedload(Comment.circulation).joinedload(Circulation.version_of_text),
            orm.joinedload(Comment.circulation).joinedload(Circulation.meeting),
        )
    )
    found = db.session.scalars(statement).one_or_none() if actor.is_staff else None
    if found is None:
        raise NotFound
    return found


def objections_of(circulation_id: int) -> Sequence[Objection]:
    """The objections to a text, in the order in which they came in."""
    rows = sa.select(Objection).where(Objection.circulation_id == circulation_id)
    party = orm.joinedload(Objection.delegation).joinedload(Delegation.party)
    return db.session.scalars(rows.options(party).order_by(Objection.received_at, Objection.id)).all()


def position_of(found: Asked) -> Position | None:
    """How a delegation explains its position, filed or not."""
    return db.session.scalars(
        sa.select(Position).where(
            Position.circulation_id == found.circulation.id, Position.delegation_id == found.delegation.id
        )
    ).one_or_none()


def filed_positions(circulation_id: int) -> Sequence[Position]:
    """The explanations of position that were filed."""
    rows = sa.select(Position).where(Position.circulation_id == circulation_id, Position.filed_at.is_not(None))
    party = orm.joinedload(Position.delegation).joinedload(Delegation.party)
    return db.session.scalars(rows.options(party).order_by(Position.filed_at, Position.id)).all()


def adoption_of(meeting_id: int) -> Circulation | None:
    """The circulation by which a session's summary was adopted, the last one; its version comes without the text."""
    rows = sa.select(Circulation).where(Circulation.meeting_id == meeting_id, Circulation.end == CirculationEnd.ADOPTED)
    newest = rows.order_by(Circulation.ended_at.desc(), Circulation.id.desc()).limit(1)
    return db.session.scalars(newest.options(*_with_all(content=False))).one_or_none()


def is_before(actor: Actor, row: Circulation) -> bool:
    """Whether a person is of the secretariat, or in a delegation that a circulation addresses."""
    if actor.is_staff or not actor.is_authenticated:
        return actor.is_staff
    addressed = {one.delegation_id for one in row.addressed}
    return any(delegation.id in addressed for delegation in delegations_of(actor))


def is_published(actor: Actor, row: Circulation) -> bool:
    """Whether the text that was circulated is published, or one that came after it, for a person among others."""
    later = sa.or_(Publication.version_id == row.version_of_text_id, Publication.published_at >= row.ended_at)
    statement = sa.select(Publication.id).join(Publication.summary).join(Summary.meeting)
    statement = statement.where(Summary.meeting_id == row.meeting_id, later, open_to(actor))
    return bool(db.session.scalar(sa.select(statement.exists())))


def silences_of(meeting_id: int) -> Sequence[Circulation]:
    """The silence procedures of a session that are under way or led to an adoption, with their texts."""
    rows = sa.select(Circulation).where(
        Circulation.meeting_id == meeting_id,
        Circulation.kind == CirculationKind.SILENCE,
        sa.or_(Circulation.end.is_(None), Circulation.end == CirculationEnd.ADOPTED),
    )
    rows = rows.order_by(Circulation.id).options(orm.joinedload(Circulation.version_of_text))
    return db.session.scalars(rows).all()


def explained(meeting_id: int) -> dict[Circulation, list[Position]]:
    """The explanations of position that were filed on each of a session's adoptions, the last adoption first."""
    rows = (
        sa.select(Position)
        .join(Position.circulation)
        .where(
            Circulation.meeting_id == meeting_id,
            Circulation.end == CirculationEnd.ADOPTED,
            Position.filed_at.is_not(None),
        )
        .order_by(Circulation.ended_at.desc(), Circulation.id.desc(), Position.filed_at, Position.id)
        .options(
            orm.joinedload(Position.delegation).joinedload(Delegation.party),
            orm.contains_eager(Position.circulation)
            .joinedload(Circulation.version_of_text)
            .defer(SummaryVersion.content),
        )
    )
    found: dict[Circulation, list[Position]] = {}
    for position in db.session.scalars(rows):
        found.setdefault(position.circulation, []).append(position)
    return found


def under_way(meeting_id: int, kind: CirculationKind | None = None) -> Sequence[Circulation]:
    """The circulations of a session that have not ended, with those addressed."""
    rows = sa.select(Circulation).where(Circulation.meeting_id == meeting_id, Circulation.ended_at.is_(None))
    if kind is not None:
        rows = rows.where(Circulation.kind == kind)
    rows = rows.order_by(Circulation.ends_at, Circulation.id).options(orm.joinedload(Circulation.addressed))
    return db.session.scalars(rows).unique().all()


def next_end(meeting_id: int) -> datetime | None:
    """When the first of a session's circulations that have not ended comes to its end."""
    moments = sa.select(sa.func.min(Circulation.ends_at)).where(
        Circulation.meeting_id == meeting_id, Circulation.ended_at.is_(None)
    )
    return db.session.scalar(moments)


def asked_of(delegation_ids: Collection[int]) -> Mapping[int, list[Circulation]]:
    """Delegation -> the circulations that it is asked about now, which come to an end first."""
    rows = db.session.execute(
        sa.select(Addressed.delegation_id, Circulation)
        .join(Addressed.circulation)
        .where(Addressed.delegation_id.in_(delegation_ids), Circulation.ended_at.is_(None))
        .order_by(Circulation.ends_at, Circulation.id)
    )
    found: dict[int, list[Circulation]] = {}
    for delegation_id, circulation in rows:
        found.setdefault(delegation_id, []).append(circulation)
    return found


def commented(circulation_ids: Collection[int]) -> set[tuple[int, int]]:
    """(circulation, delegation) of those that have filed a comment."""
    rows = sa.select(Comment.circulation_id, Comment.delegation_id).where(
        Comment.circulation_id.in_(circulation_ids), Comment.filed_at.is_not(None)
    )
    return {(row.circulation_id, row.delegation_id) for row in db.session.execute(rows)}


def due(grace: timedelta) -> Sequence[int]:
    """The circulations whose moment, and so much time after it, has passed, and that have not ended."""
    rows = sa.select(Circulation.id).where(Circulation.ended_at.is_(None), Circulation.ends_at <= now() - grace)
    return db.session.scalars(rows.order_by(Circulation.ends_at, Circulation.id)).all()


def mails_waiting(circulation: Circulation) -> int:
    """How many mails about a circulation wait for approval."""
    waiting = sa.select(Mail.id).where(Mail.about == about(circulation), Mail.state == MailState.HELD)
    return db.session.scalar(sa.select(sa.func.count()).select_from(waiting.subquery())) or 0


def working_paragraph(comment: Comment) -> Paragraph | None:
    """The paragraph of the working text that a comment is on; None of the whole text, and of one that is gone."""
    number = comment.paragraph.removeprefix("p-")
    if not number.isdecimal():
        return None
    rows = sa.select(Paragraph).where(Paragraph.id == int(number))
    return db.session.scalars(rows.options(orm.joinedload(Paragraph.section).joinedload(Section.summary))).one_or_none()
