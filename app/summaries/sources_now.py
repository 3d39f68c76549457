"""For whom the sources of a session's summary are now. A publication is frozen; a consent can be narrowed after it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.audience import Audience
from app.core.db import db
from app.floor.statement_models import FloorStatement
from app.floor.statement_queries import statement_field
from app.meetings.models import Delegation, Meeting
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.summaries.open_citations import Readers


class SourceNow(NamedTuple):
    """For whom a source is, and for whom at the widest it `once` was while it was published. `key`: "practice-12"; of
    what was read out from a statement, the name of its field ("statement.7")."""

    key: str
    audience: Audience
    once: Audience


@dataclass(frozen=True)
class SourcesNow:
    """Those of a session that were `withdrawn`, and those that are not for everybody, or were not."""

    withdrawn: frozenset[str] = frozenset()
    limited: tuple[SourceNow, ...] = ()

    def readers(self, audiences: Collection[Audience]) -> Readers:
        """Return what people of these audiences may know of: nothing of what is for others by now."""
        closed = (source.key for source in self.limited if source.audience not in audiences)
        return Readers(frozenset(audiences), frozenset(closed))

    def readers_of(self, distribution: Audience) -> Readers:
        """Return what everybody may know of to whom a publication is distributed."""
        return self.readers([audience for audience in Audience if audience.reaches(distribution)])

    def left_out(self, distribution: Audience) -> frozenset[str]:
        """Return which sources a document for an audience leaves out that it could have printed once: one that was
        made with others left out is outdated."""
        narrowed = (
            source.key
            for source in self.limited
            if source.once.reaches(distribution) and not source.audience.reaches(distribution)
        )
        return self.withdrawn | frozenset(narrowed)


def sources_now(meeting_id: int) -> SourcesNow:
    """Return how the sources of a session stand. One statement."""
    return sources_now_of([meeting_id])[meeting_id]


def sources_now_of(meeting_ids: Iterable[int]) -> dict[int, SourcesNow]:
    """Session -> how its sources stand, of many at once. One statement; none where none are asked for."""
    ids = list(meeting_ids)
    found: dict[int, tuple[set[str], list[SourceNow]]] = {meeting_id: (set(), []) for meeting_id in ids}
    for row in db.session.execute(_statement(ids)) if ids else ():
        key = statement_field(row.id) if row.kind == "statement" else f"{row.kind}-{row.id}"
        withdrawn, limited = found[row.meeting_id]
        if row.withdrawn:
            withdrawn.add(key)
        audience, once = (consent.narrower(row.distribution) for consent in (row.consent, row.once))
        if audience is not Audience.PUBLIC:
            limited.append(SourceNow(key, audience, once))
    return {
        meeting_id: SourcesNow(frozenset(withdrawn), tuple(sorted(limited)))
        for meeting_id, (withdrawn, limited) in found.items()
    }


def _statement(meeting_ids: Collection[int]) -> sa.CompoundSelect[Any]:
    """The sources of sessions that were withdrawn, or are not for everybody by their own consent or their session's."""

    def limited(consent: Any, *withdrawn: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        here = Meeting.id.in_(meeting_ids)
        return sa.and_(here, sa.or_(consent != Audience.PUBLIC, Meeting.distribution != Audience.PUBLIC, *withdrawn))

    taken_back = Practice.state == PracticeState.WITHDRAWN
    practices = (
        sa.select(
            sa.literal("practice").label("kind"),
            Practice.id,
            Practice.meeting_id,
            taken_back.label("withdrawn"),
            Practice.consent,
            _widest_of_practice().label("once"),
            Meeting.distribution,
        )
        .join(Practice.meeting)
        .where(limited(Practice.consent, taken_back))
    )
    hidden = sa.or_(Presentation.state == PresentationState.WITHDRAWN, Presentation.withdrawn_at.is_not(None))
    presentations = (
        sa.select(
            sa.literal("presentation"),
            Presentation.id,
            Presentation.meeting_id,
            hidden,
            Presentation.consent,
            _widest_of_presentation(),
            Meeting.distribution,
        )
        .join(Presentation.meeting)
        .where(limited(Presentation.consent, hidden))
    )
    was_for = sa.cast(sa.cast(FloorStatement.was_for, sa.String), FloorStatement.consent.type)  # an enum of its own
    statements = (
        sa.select(
            sa.literal("statement"),
            FloorStatement.id,
            Delegation.meeting_id,
            sa.false(),
            FloorStatement.consent,
            sa.func.coalesce(was_for, FloorStatement.consent, type_=FloorStatement.consent.type),
            Meeting.distribution,
        )
        .join(FloorStatement.delegation)
        .join(Delegation.meeting)
        .where(limited(FloorStatement.consent))
    )
    return sa.union_all(practices, presentations, statements)


def _literal(audience: Audience) -> sa.ColumnElement[Audience]:
    return sa.literal(audience, Practice.consent.type)


def _widest_of_practice() -> sa.ColumnElement[Audience]:
    """Everybody, where one of the versions that readers saw was for everybody: those before the first correction's last
    one (`after_queries.public_versions`)."""
    version, noted = PracticeVersion.__table__.alias(), PracticeVersion.__table__.alias()
    first = sa.select(sa.func.min(noted.c.number) - 1).where(noted.c.practice_id == Practice.id, noted.c.note != "")
    public = sa.exists().where(
        version.c.practice_id == Practice.id,
        version.c.number >= first.correlate(Practice).scalar_subquery(),
        version.c.content["consent"].as_string() == Audience.PUBLIC.value,
    )
    return sa.case((public.correlate(Practice), _literal(Audience.PUBLIC)), else_=Practice.consent)


def _widest_of_presentation() -> sa.ColumnElement[Audience]:
    """The widest consent of the versions that readers saw before the last; of what nobody knows: everybody."""
    version, other = PresentationVersion.__table__.alias(), PresentationVersion.__table__.alias()
    here = other.c.presentation_id == Presentation.id
    first = sa.select(sa.func.coalesce(sa.func.max(other.c.number), 1)).where(
        here, other.c.filed_at <= Presentation.published_at
    )
    last = sa.select(sa.func.max(other.c.number)).where(here)

    def was_for(audience: Audience) -> sa.ColumnElement[bool]:
        consent = version.c.consent == audience
        return (
            sa.exists()
            .where(
                version.c.presentation_id == Presentation.id,
                version.c.number >= first.correlate(Presentation).scalar_subquery(),
                version.c.number < last.correlate(Presentation).scalar_subquery(),
                sa.or_(version.c.consent.is_(None), consent) if audience is Audience.PUBLIC else consent,
            )
            .correlate(Presentation)
        )

    wider = [(was_for(audience), _literal(audience)) for audience in (Audience.PUBLIC, Audience.MEMBER_STATES)]
    return sa.case(*wider, else_=Presentation.consent)
