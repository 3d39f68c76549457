"""Reading what the secretariat reviews: the queue, criteria, what was written of a version, comments and notes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.db import db
from app.core.languages import current_language
from app.core.paging import FURTHEST_PAGE, PER_PAGE, Page
from app.core.texts import fold
from app.directory.models import Party
from app.directory.reference import read
from app.meetings.enums import QuestionAudience
from app.meetings.models import Delegation, GuidingQuestion
from app.people.enums import Standing
from app.people.models import User
from app.practices.after_models import Correction, Withdrawal
from app.practices.enums import CorrectionState, PracticeState
from app.practices.models import Practice, PracticeVersion, Review
from app.practices.queries import newest_number
from app.practices.review_models import Assessment, ReviewComment, ReviewCriteria, StaffNote

NOBODY = "nobody"
USUAL = read("review_criteria.yaml")


@dataclass(frozen=True)
class Wanted:
    """What the queue is filtered by; empty means all.

    `party`: a code; `reviewer`: an account's id, or NOBODY; `theme`: a code; `question`: the key of a guiding question
    that is answered; `reading`: "unread", "resubmitted", "correction" or "withdrawal". `sort`: one of SORTS, with "-"
    before it from the last to the first.
    """

    state: PracticeState | None = None
    party: str = ""
    reviewer: str = ""
    language: str = ""
    theme: str = ""
    question: str = ""
    reading: str = ""
    late: bool = False
    sort: str = "reference"


SORTS: dict[str, sa.SQLColumnExpression[Any]] = {
    "title": sa.case(
        (Practice.state == PracticeState.WITHDRAWN, ""),  # its title is not shown
        else_=sa.func.lower(PracticeVersion.content["title"].as_string()),
    ),
    "party": Party.code,  # by its name, in the reader's language (`_queue`)
    "language": PracticeVersion.language,
    "version": PracticeVersion.number,
    "reference": Practice.reference,
    "date": PracticeVersion.submitted_at,
    "reviewer": sa.func.coalesce(User.name, ""),
    "state": sa.case(*((Practice.state == state, list(PracticeState).index(state.told)) for state in PracticeState)),
}


def _unread() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(Assessment.practice_version_id == PracticeVersion.id)


def _proposed() -> sa.ColumnElement[bool]:
    waiting = sa.exists().where(
        Correction.practice_id == Practice.id,
        Correction.state == CorrectionState.PROPOSED,
        Correction.with_capital.is_(False),
    )
    return sa.and_(Practice.state == PracticeState.PUBLISHED, waiting)


def _asked_back() -> sa.ColumnElement[bool]:
    return sa.exists().where(Withdrawal.practice_id == Practice.id, Withdrawal.granted.is_(None))


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    content = PracticeVersion.content
    submitted = Practice.state == PracticeState.SUBMITTED
    found: list[sa.ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(Practice.state.in_([state for state in PracticeState if state.told is wanted.state]))
    if wanted.party:
        found.append(Party.code == wanted.party)
    if wanted.reviewer == NOBODY:
        found.append(Practice.reviewer_id.is_(None))
    elif wanted.reviewer:
        found.append(Practice.reviewer_id == int(wanted.reviewer))
    if wanted.language:
        found.append(PracticeVersion.language == wanted.language)
    if wanted.theme:
        found.append(content["themes"].as_string().contains(f'"{wanted.theme}"', autoescape=True))
    if wanted.question:
        found.append(content[("answers", wanted.question)].as_string() != "")
    if wanted.late:
        found.append(PracticeVersion.late.is_(True))
    if wanted.reading == "unread":
        found += [submitted, _unread()]
    elif wanted.reading == "resubmitted":
        found += [submitted, PracticeVersion.number > 1]
    elif wanted.reading == "correction":
        found.append(_proposed())
    elif wanted.reading == "withdrawal":
        found.append(_asked_back())
    return found


def review_queue(meeting_id: int, wanted: Wanted, *, page: int = 1, per_page: int = PER_PAGE) -> Page[Any]:
    """One page of a session's practices as last submitted, in order, without the texts and without any draft's.

    One statement, which reads what a page shows of that page alone. A page outside the list comes back empty, with a
    total of 0.
    """
    page = min(max(page, 1), FURTHEST_PAGE)
    rows = db.session.execute(
        _queue(wanted, current_language()), {"meeting": meeting_id, "most": per_page, "before": (page - 1) * per_page}
    ).all()
    return Page(list(rows), rows[0].total if rows else 0, page, per_page)


@lru_cache(maxsize=32)
def _queue(wanted: Wanted, language: str) -> sa.Select[Any]:
    """The statement of a filter, made once: making it takes longer than running it."""
    key = wanted.sort.removeprefix("-")
    by = SORTS[key]
    if key == "party":
        by = sa.func.coalesce(sa.type_coerce(Party.short_names, sa.JSON)[language].as_string(), by)
    order = (by.desc() if wanted.sort.startswith("-") else by, Practice.reference)
    here = (
        sa.select(
            Practice.id,
            PracticeVersion.id.label("version_id"),
            Party.short_names,
            sa.func.count().over().label("total"),
        )
        .select_from(Practice)
        .join(
            PracticeVersion,
            sa.and_(PracticeVersion.practice_id == Practice.id, PracticeVersion.number == newest_number()),
        )
        .join(Delegation, Delegation.id == Practice.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .outerjoin(User, User.id == Practice.reviewer_id)
        .where(Practice.meeting_id == sa.bindparam("meeting"), *_conditions(wanted))
        .order_by(*order)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .offset(sa.bindparam("before", type_=sa.Integer))
        .subquery()
    )
    return (
        sa.select(
            Practice.id,
            Practice.reference,
            Practice.state,
            Practice.revise_by,
            here.c.short_names,
            User.name.label("reviewer"),
            PracticeVersion.number,
            PracticeVersion.language,
            PracticeVersion.late,
            PracticeVersion.submitted_at,
            PracticeVersion.content["title"].as_string().label("title"),
            sa.and_(Practice.state == PracticeState.SUBMITTED, _unread()).label("unread"),
            _proposed().label("corrected"),
            _asked_back().label("asked_back"),
            here.c.total,
        )
        .select_from(here)
        .join(Practice, Practice.id == here.c.id)
        .join(PracticeVersion, PracticeVersion.id == here.c.version_id)
        .join(Delegation, Delegation.id == Practice.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .outerjoin(User, User.id == Practice.reviewer_id)
        .order_by(*order)
    )


def submitting_parties(meeting_id: int) -> Sequence[Any]:
    """`code`, `short_names`, `state` and `number` of what each party submitted to a session, by state; one statement.

    `decided`: the newest decision on any that is accepted (operations.accepted_mark).
    """
    other = orm.aliased(Practice)
    decided = (
        sa.select(sa.func.max(Review.id))
        .join(other, other.id == Review.practice_id)
        .where(other.meeting_id == meeting_id, other.state == PracticeState.ACCEPTED)
        .scalar_subquery()
    )
    return db.session.execute(
        sa.select(
            Party.code,
            Party.short_names,
            Practice.state,
            sa.func.count(Practice.id).label("number"),
            decided.label("decided"),
        )
        .join(Delegation, Delegation.party_id == Party.id)
        .join(Practice, Practice.delegation_id == Delegation.id)
        .where(Practice.meeting_id == meeting_id, Practice.reference.is_not(None))
        .group_by(Party.id, Practice.state)
    ).all()


def people_and_questions(meeting_id: int) -> tuple[list[tuple[str, str]], list[str]]:
    """Id and name of everybody of the secretariat, and the keys of the questions put to States; in one statement."""
    staff = User.standing.in_((Standing.SECRETARIAT, Standing.ADMINISTRATOR))
    people = sa.select(sa.literal(0).label("kind"), User.id.label("number"), User.name).where(
        staff, User.set_up_at.is_not(None), User.closed_at.is_(None)
    )
    to_states = GuidingQuestion.audience.in_((QuestionAudience.STATES, QuestionAudience.BOTH))
    questions = sa.select(sa.literal(1), GuidingQuestion.number, sa.literal("")).where(
        GuidingQuestion.meeting_id == meeting_id, to_states
    )
    rows = sorted(tuple(row) for row in db.session.execute(people.union_all(questions)))
    return (
        sorted(((str(number), str(name)) for kind, number, name in rows if kind == 0), key=lambda one: fold(one[1])),
        [str(number) for kind, number, _name in rows if kind == 1],
    )


def waiting_after(meeting_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Session id -> how many corrections and wishes to withdraw of its practices the secretariat has to decide.

    Only sessions where there are any.
    """
    proposed, asked_back = _proposed(), _asked_back()
    corrections, withdrawals = (sa.func.count(sa.case((condition, 1))) for condition in (proposed, asked_back))
    rows = db.session.execute(
        sa.select(Practice.meeting_id, corrections, withdrawals)
        .where(Practice.meeting_id.in_(list(meeting_ids)), sa.or_(proposed, asked_back))
        .group_by(Practice.meeting_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def chosen(meeting_id: int, ids: Collection[int]) -> Sequence[Practice]:
    """These practices of a session, of those ever submitted, with their versions, by reference."""
    return db.session.scalars(
        sa.select(Practice)
        .where(Practice.meeting_id == meeting_id, Practice.id.in_(ids), Practice.reference.is_not(None))
        .order_by(Practice.reference)
        .options(
            orm.defer(Practice.content),
            orm.joinedload(Practice.delegation).joinedload(Delegation.party),
            orm.selectinload(Practice.versions),
        )
    ).all()


def criteria_row(mechanism_id: int) -> ReviewCriteria:
    """A body's criteria; a row of version 0, not in the session, with the usual ones where it has none of its own."""
    own = db.session.scalars(sa.select(ReviewCriteria).where(ReviewCriteria.mechanism_id == mechanism_id)).one_or_none()
    return own or ReviewCriteria(mechanism_id=mechanism_id, criteria=USUAL, version=0)


def criteria_of(mechanism_id: int) -> list[dict[str, Any]]:
    """A body's criteria, its own or the usual ones: [{"key", "text": {language: …}}]."""
    return criteria_row(mechanism_id).criteria


def assessment_of(version: PracticeVersion) -> Assessment | None:
    """What the secretariat has written of a version and not sent."""
    return db.session.scalars(sa.select(Assessment).where(Assessment.practice_version_id == version.id)).one_or_none()


def comments_of(practice: Practice) -> Sequence[ReviewComment]:
    """The comments at fields that went to the delegation, the newest return first."""
    return db.session.scalars(
        sa.select(ReviewComment)
        .join(ReviewComment.review)
        .where(Review.practice_id == practice.id)
        .order_by(Review.id.desc(), ReviewComment.id)
        .options(orm.contains_eager(ReviewComment.review).joinedload(Review.practice_version))
    ).all()


def open_comments(practice: Practice) -> dict[str, ReviewComment]:
    """Field key -> the comment that came with the last return, while the text is being revised; for its delegation."""
    if not practice.reviews or practice.state is PracticeState.PUBLISHED:
        return {}
    last = practice.reviews[-1]
    rows = db.session.scalars(
        sa.select(ReviewComment).where(ReviewComment.review_id == last.id).order_by(ReviewComment.id)
    )
    return {row.field: row for row in rows}


def notes_of(practice: Practice) -> Sequence[StaffNote]:
    """The notes of staff on a practice, the oldest first, with their writers."""
    return db.session.scalars(
        sa.select(StaffNote)
        .where(StaffNote.practice_id == practice.id)
        .order_by(StaffNote.id)
        .options(orm.joinedload(StaffNote.by))
    ).all()
