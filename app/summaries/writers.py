"""Who writes a summary, and how they come to what they write: the secretariat, and whom it made rapporteur.

A rapporteur writes while the session is in a stage of writing, and does not see practices that nobody has accepted yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import Base, db
from app.floor.enums import FloorPart
from app.floor.models import PartGiven
from app.meetings.enums import Stage
from app.meetings.models import Delegation, DelegationMember, GuidingQuestion, Meeting
from app.meetings.queries import meeting_visible_to, meeting_with_questions
from app.summaries.models import (
    Citation,
    MarginComment,
    Paragraph,
    Recommendation,
    Section,
    SetAside,
    Summary,
    SummaryStep,
)

Row = TypeVar("Row")
Kept = TypeVar("Kept", bound=Base)
WRITING_STAGES = (Stage.CALL_OPEN, Stage.IN_SESSION, Stage.CONSOLIDATING, Stage.PUBLISHED)


@dataclass(frozen=True)
class Workroom:
    """A session's consolidation as one person comes to it: whether they write, and whether they see `all` sources."""

    meeting: Meeting
    writes: bool
    all: bool
    questions: Sequence[GuidingQuestion] | None = field(
        default=None, kw_only=True
    )  # the session's, where they are read


@dataclass(frozen=True)
class AtSection(Workroom):
    section: Section


@dataclass(frozen=True)
class AtParagraph(Workroom):
    paragraph: Paragraph


@dataclass(frozen=True)
class AtCitation(Workroom):
    citation: Citation


@dataclass(frozen=True)
class AtSetAside(Workroom):
    set_aside: SetAside


@dataclass(frozen=True)
class AtComment(Workroom):
    comment: MarginComment


@dataclass(frozen=True)
class AtRecommendation(Workroom):
    recommendation: Recommendation


@dataclass(frozen=True)
class AtStep(Workroom):
    step: SummaryStep
    summary: Summary


def rapporteurs_of(account_id: int | None) -> sa.Select[int]:
    """The sessions (a select of their ids) in which an account has the rapporteur's part."""
    return (
        sa.select(Delegation.meeting_id)
        .join(Delegation.members)
        .join(PartGiven, PartGiven.member_id == DelegationMember.id)
        .where(DelegationMember.user_id == account_id, PartGiven.part == FloorPart.RAPPORTEUR)
    )


def sessions_written_by(actor: Actor) -> frozenset[int]:
    """The sessions in a stage of writing whose rapporteur a person is; one statement."""
    now_written = sa.select(Meeting.id).where(
        Meeting.id.in_(rapporteurs_of(actor.id)), Meeting.stage.in_(WRITING_STAGES), Meeting.cancelled_at.is_(None)
    )
    return frozenset(db.session.scalars(now_written))


def writes(actor: Actor, meeting: Meeting) -> bool:
    """Whether a person writes the summary of a session; no statement for the secretariat."""
    if actor.is_staff:
        return True
    if actor.id is None or meeting.cancelled_at or meeting.stage not in WRITING_STAGES:
        return False
    return bool(
        db.session.scalar(sa.select(rapporteurs_of(actor.id).where(Delegation.meeting_id == meeting.id).exists()))
    )


def _come(actor: Actor, meeting: Meeting) -> dict[str, Any]:
    return {"meeting": meeting, "writes": writes(actor, meeting), "all": actor.is_staff}


def meeting_for_writers(actor: Actor, slug: str) -> Workroom:
    """Load a session that the person may see, and whether they write its summary; raises NotFound."""
    return Workroom(**_come(actor, meeting_visible_to(actor, slug)))


def workspace_for_writers(actor: Actor, slug: str) -> Workroom:
    """The same with the session's questions."""
    meeting, questions = meeting_with_questions(actor, slug)
    return Workroom(**_come(actor, meeting), questions=questions)


def _given(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row


def _writing(actor: Actor, meeting: Meeting) -> dict[str, Any]:
    """How a person comes to what is written in a session; raises NotFound for who does not write."""
    come = _come(actor, meeting)
    if not come["writes"]:
        raise NotFound
    return come


def _row(model: type[Kept], row_id: int, *options: Any) -> Kept:
    """Load a row by its id with what hangs on it, in one statement; raises NotFound."""
    return _given(db.session.scalars(sa.select(model).where(model.id == row_id).options(*options)).one_or_none())


_OF_SECTION = orm.joinedload(Section.summary).joinedload(Summary.meeting)
_OF_PARAGRAPH = orm.joinedload(Paragraph.section).joinedload(Section.summary).joinedload(Summary.meeting)


def section_for_writers(actor: Actor, section_id: int) -> AtSection:
    """Load a section with its summary; raises NotFound for everybody who does not write it."""
    row = _row(Section, section_id, _OF_SECTION)
    return AtSection(**_writing(actor, row.summary.meeting), section=row)


def paragraph_for_writers(actor: Actor, paragraph_id: int) -> AtParagraph:
    """Load a paragraph with its summary; raises NotFound for everybody who does not write it."""
    row = _row(Paragraph, paragraph_id, _OF_PARAGRAPH)
    return AtParagraph(**_writing(actor, row.section.summary.meeting), paragraph=row)


def citation_for_writers(actor: Actor, citation_id: int) -> AtCitation:
    """Load a citation with its summary; raises NotFound for everybody who does not write it."""
    row = _row(Citation, citation_id, orm.joinedload(Citation.paragraph).options(_OF_PARAGRAPH))
    return AtCitation(**_writing(actor, row.paragraph.section.summary.meeting), citation=row)


def set_aside_for_writers(actor: Actor, set_aside_id: int) -> AtSetAside:
    """Load a set-aside with its summary; raises NotFound for everybody who does not write it."""
    row = _row(SetAside, set_aside_id, orm.joinedload(SetAside.summary).joinedload(Summary.meeting))
    return AtSetAside(**_writing(actor, row.summary.meeting), set_aside=row)


def comment_for_writers(actor: Actor, margin_id: int) -> AtComment:
    """Load a comment of the margin; raises NotFound for everybody who does not write the summary."""
    row = _row(MarginComment, margin_id, orm.joinedload(MarginComment.paragraph).options(_OF_PARAGRAPH))
    return AtComment(**_writing(actor, row.paragraph.section.summary.meeting), comment=row)


def recommendation_for_writers(actor: Actor, recommendation_id: int) -> AtRecommendation:
    """Load a recommendation of a paragraph; raises NotFound for everybody who does not write the summary."""
    row = _row(Recommendation, recommendation_id, orm.joinedload(Recommendation.paragraph).options(_OF_PARAGRAPH))
    return AtRecommendation(**_writing(actor, row.paragraph.section.summary.meeting), recommendation=row)


def step_for_writers(actor: Actor, step_id: int) -> AtStep:
    """Load a step with its summary; raises NotFound for everybody who does not write it."""
    row = _given(db.session.get(SummaryStep, step_id))
    summary = db.session.get_one(Summary, row.summary_id, options=[orm.joinedload(Summary.meeting)])
    return AtStep(**_writing(actor, summary.meeting), step=row, summary=summary)
