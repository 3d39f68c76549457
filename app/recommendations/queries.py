"""Reading recommendations: what was published, what was carried where, and the reports that a person may read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db
from app.directory.models import Party
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.meetings.queries import delegations_of, own_meetings, readable, visible_to
from app.practices.models import Call
from app.recommendations.models import CarriedRecommendation, RecommendationReport
from app.recommendations.policies import is_asked
from app.recommendations.reading import Asked, recommended
from app.summaries.addressing import is_addressed
from app.summaries.models import Publication, Summary
from app.summaries.queries import latest_publications, open_to

_ORIGIN = (
    orm.joinedload(CarriedRecommendation.publication).defer(Publication.content),
    orm.joinedload(CarriedRecommendation.publication)
    .joinedload(Publication.summary)
    .joinedload(Summary.meeting)
    .joinedload(Meeting.mechanism),
    orm.joinedload(CarriedRecommendation.meeting).joinedload(Meeting.mechanism),
)


@dataclass(frozen=True)
class Carried:
    """A recommendation as a session asks about it."""

    row: CarriedRecommendation
    asked: Asked
    opens: bool = True  # whether the person may open the summary that made it

    @property
    def meeting(self) -> Meeting:
        """The session that asks."""
        return self.row.meeting

    @property
    def origin(self) -> Meeting:
        """The session that made it."""
        return self.row.publication.summary.meeting


@dataclass(frozen=True)
class Place:
    """Where a delegation reports: its own report, if it has begun one."""

    carried: Carried
    delegation: Delegation
    report: RecommendationReport | None

    @property
    def meeting(self) -> Meeting:
        return self.delegation.meeting


def _visible(actor: Actor, *conditions: sa.ColumnElement[bool]) -> list[Carried]:
    """Those of sessions that the person may see, of publications that they may open; and those on which a delegation of
    theirs is asked to report, whose words stand in what it is asked. Oldest first."""
    origins = sa.select(Publication.id).join(Publication.summary).join(Summary.meeting).where(visible_to(actor))
    opens = CarriedRecommendation.publication_id.in_(origins.where(open_to(actor)))
    statement = (
        sa.select(CarriedRecommendation, opens)
        .join(CarriedRecommendation.meeting)
        .where(visible_to(actor), *conditions)
        .where(sa.or_(opens, CarriedRecommendation.meeting_id.in_(own_meetings(actor))))
        .order_by(CarriedRecommendation.id)
        .options(*_ORIGIN)
    )
    rows = db.session.execute(statement).all()
    may_open = {row.id for row, opens in rows if opens}
    found = [replace(one, opens=one.row.id in may_open) for one in _read([row for row, _opens in rows])]
    own = delegations_of(actor) if len(may_open) < len(rows) else ()
    return [one for one in found if one.opens or _asks_any(one, own)]


def _asks_any(one: Carried, delegations: Sequence[Delegation]) -> bool:
    """Whether it is addressed to any of the delegations, in the session that asks."""
    return any(
        row.meeting_id == one.row.meeting_id and is_addressed(one.asked.addressees, row.party) for row in delegations
    )


def _read(rows: Sequence[CarriedRecommendation]) -> list[Carried]:
    known = recommended({row.publication_id: row.publication for row in rows}.values())
    return [Carried(row, known[row.publication_id][row.key]) for row in rows if row.key in known[row.publication_id]]


def carried_to(actor: Actor, meeting_id: int) -> list[Carried]:
    """What a session asks about, as far as a person may see it."""
    return _visible(actor, CarriedRecommendation.meeting_id == meeting_id)


def carried_anywhere(actor: Actor, mechanism_id: int | None = None) -> list[Carried]:
    """What all sessions (of a body) ask about, as far as a person may see it."""
    return _visible(actor, *(() if mechanism_id is None else (Meeting.mechanism_id == mechanism_id,)))


def one_carried(actor: Actor, carried_id: int) -> Carried:
    """One that a person may see; raises NotFound otherwise."""
    found = _visible(actor, CarriedRecommendation.id == carried_id)
    if not found:
        raise NotFound
    return found[0]


def carried_for_staff(actor: Actor, carried_id: int) -> Carried:
    """One, for the secretariat; raises NotFound for everybody else."""
    if not actor.is_staff:
        raise NotFound
    return one_carried(actor, carried_id)


def own_place(actor: Actor, carried_id: int, code: str) -> Place:
    """Load where a person's delegation of a party reports; raises NotFound where it is not asked, or not theirs."""
    carried = one_carried(actor, carried_id)
    for delegation in delegations_of(actor):
        own = delegation.meeting_id == carried.row.meeting_id and delegation.party.code.lower() == code.lower()
        if own:
            statement = sa.select(RecommendationReport).filter_by(carried_id=carried_id, delegation_id=delegation.id)
            report = db.session.scalars(statement).one_or_none()
            if report or is_asked(carried.row, carried.asked, delegation.party):
                return Place(carried, delegation, report)
    raise NotFound


def reports_on(actor: Actor, carried_ids: Collection[int]) -> dict[int, list[RecommendationReport]]:
    """Carried id -> the filed reports that a person may read, in the order of filing; a draft is nobody else's."""
    found: dict[int, list[RecommendationReport]] = {}
    for row in _filed(actor, RecommendationReport.carried_id.in_(carried_ids)):
        found.setdefault(row.carried_id, []).append(row)
    return found


def reports_of_party(actor: Actor, party_id: int) -> list[tuple[Carried, RecommendationReport]]:
    """What a party reported on recommendations, in whichever session, as far as a person may read both, in the order of
    filing. Two statements; one where it reported nothing, one more where a worker has not read a publication before.
    """
    reports = _filed(actor, Delegation.party_id == party_id)
    if not reports:
        return []
    ids = [row.carried_id for row in reports]
    carried = {one.row.id: one for one in _visible(actor, CarriedRecommendation.id.in_(ids))}
    return [(carried[row.carried_id], row) for row in reports if row.carried_id in carried]


def _filed(actor: Actor, condition: sa.ColumnElement[bool]) -> Sequence[RecommendationReport]:
    """The filed reports that a person may read, of those for which a condition holds (also on Delegation)."""
    return db.session.scalars(
        sa.select(RecommendationReport)
        .join(RecommendationReport.delegation)
        .join(Delegation.meeting)
        .where(condition, RecommendationReport.filed_at.is_not(None))
        .where(sa.or_(readable(actor, RecommendationReport.consent), Delegation.id.in_(_own(actor))))
        .order_by(RecommendationReport.filed_at, RecommendationReport.id)
        .options(orm.contains_eager(RecommendationReport.delegation).joinedload(Delegation.party))
    ).all()


def _own(actor: Actor) -> sa.Select[int]:
    return sa.select(DelegationMember.delegation_id).where(DelegationMember.user_id == actor.id)


@dataclass(frozen=True)
class Due:
    """What a delegation is asked about in its session: of `asked` recommendations it reported on `filed`, and began
    to write on `begun` more."""

    asked: int
    filed: int
    begun: int

    @property
    def left(self) -> int:
        """On how many it has not reported."""
        return self.asked - self.filed


def due_of(delegations: Sequence[Delegation]) -> dict[int, Due]:
    """Delegation id -> what it is asked about, of those that are asked. Two statements, three the first time; one
    where nothing was carried."""
    meetings = {delegation.meeting_id for delegation in delegations}
    if not meetings:
        return {}
    statement = sa.select(CarriedRecommendation).where(
        CarriedRecommendation.meeting_id.in_(meetings), CarriedRecommendation.closed_at.is_(None)
    )
    with_publication = orm.joinedload(CarriedRecommendation.publication).defer(Publication.content)
    carried = _read(db.session.scalars(statement.options(with_publication)).all())
    if not carried:
        return {}
    reports = sa.select(
        RecommendationReport.delegation_id, RecommendationReport.carried_id, RecommendationReport.filed_at
    ).where(RecommendationReport.carried_id.in_([one.row.id for one in carried]))
    state = {(delegation_id, one): filed_at for delegation_id, one, filed_at in db.session.execute(reports)}
    found = {}
    for delegation in delegations:
        asked = [
            one.row.id
            for one in carried
            if one.row.meeting_id == delegation.meeting_id and is_asked(one.row, one.asked, delegation.party)
        ]
        if asked:
            of_this = [state[delegation.id, one] for one in asked if (delegation.id, one) in state]
            filed = sum(1 for moment in of_this if moment is not None)
            found[delegation.id] = Due(len(asked), filed, len(of_this) - filed)
    return found


def asks(meeting_id: int) -> bool:
    """Whether a session asks about any recommendation that is open."""
    row = sa.exists().where(CarriedRecommendation.meeting_id == meeting_id, CarriedRecommendation.closed_at.is_(None))
    return bool(db.session.scalar(sa.select(row)))


def delegations_in(meeting_id: int) -> Sequence[Delegation]:
    """The delegations of a session with their parties."""
    statement = sa.select(Delegation).where(Delegation.meeting_id == meeting_id).order_by(Delegation.id)
    return db.session.scalars(statement.options(orm.joinedload(Delegation.party))).all()


def deadline_of(meeting: Meeting) -> datetime:
    """Until when reports are asked for: the deadline of the session's call, or its beginning where it has none."""
    closes = sa.select(Call.closes_at).where(Call.meeting_id == meeting.id)
    return db.session.scalar(closes) or meeting.starts_at


def parties_asked(meeting_ids: Collection[int], codes: Collection[str]) -> Sequence[Party]:
    """The parties with a delegation to one of these sessions, or with one of these codes."""
    there = sa.select(Delegation.party_id).where(Delegation.meeting_id.in_(meeting_ids))
    return db.session.scalars(sa.select(Party).where(sa.or_(Party.id.in_(there), Party.code.in_(codes)))).all()


def publications_seen(actor: Actor, mechanism_id: int | None = None) -> Sequence[Publication]:
    """The latest publication that a person may read of each session (of a body), without their content."""
    meetings = sa.select(Meeting.id).where(visible_to(actor))
    if mechanism_id is not None:
        meetings = meetings.where(Meeting.mechanism_id == mechanism_id)
    return latest_publications(meetings, actor)


def _marks(condition: sa.ColumnElement[bool]) -> set[tuple[int, str]]:
    """(summary id, key) of those carried for which a condition holds: the same in each publication of a summary."""
    marks = sa.select(Publication.summary_id, CarriedRecommendation.key).join(CarriedRecommendation.publication)
    return {(summary_id, key) for summary_id, key in db.session.execute(marks.where(condition))}


def offered(meeting: Meeting) -> list[tuple[Publication, Asked]]:
    """What earlier sessions of the same body left open, and this one does not ask about yet, oldest first.

    Of each summary the latest publication counts. What any session closed is not open.
    """
    earlier = sa.select(Meeting.id).where(
        Meeting.mechanism_id == meeting.mechanism_id, Meeting.starts_at < meeting.starts_at, Meeting.id != meeting.id
    )
    publications = sorted(latest_publications(earlier), key=lambda row: row.published_at)
    known = recommended(publications)
    there = CarriedRecommendation.meeting_id == meeting.id
    gone = _marks(sa.or_(there, CarriedRecommendation.closed_at.is_not(None)))
    return [
        (publication, asked)
        for publication in publications
        for asked in known[publication.id].values()
        if (publication.summary_id, asked.key) not in gone
    ]


def left_open(meeting: Meeting) -> Mapping[int, Sequence[str]]:
    """Publication id -> keys of what a session hands on: what it asked about, and what its own summary recommends, as
    far as nobody closed it. Three statements, four the first time."""
    asked_about = sa.select(CarriedRecommendation.publication_id, CarriedRecommendation.key).where(
        CarriedRecommendation.meeting_id == meeting.id, CarriedRecommendation.closed_at.is_(None)
    )
    found: dict[int, list[str]] = {}
    for publication_id, key in db.session.execute(asked_about.order_by(CarriedRecommendation.id)):
        found.setdefault(publication_id, []).append(key)
    own = latest_publications(sa.select(Meeting.id).where(Meeting.id == meeting.id))
    closed = _marks(CarriedRecommendation.closed_at.is_not(None))
    for publication in own:
        keys = recommended(own)[publication.id]
        if left := [key for key in keys if (publication.summary_id, key) not in closed]:
            found[publication.id] = left
    return found
