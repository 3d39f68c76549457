"""Reading groups, and what they are made of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db
from app.core.localized import LocalizedText
from app.core.texts import fingerprint
from app.directory.queries import vocabulary
from app.grouping.blocks import Block, Identity, Member, Piece, Standing, pieces
from app.grouping.enums import GroupKind
from app.grouping.models import GroupedPassage, PassageGroup, PassageVector
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.meetings.queries import questions_of
from app.practices.models import PracticeVersion
from app.presentations.models import PresentationVersion
from app.record.texts import key_of
from app.summaries.sources import SourceText, sources_of
from app.summaries.writers import Workroom, writes

AT_ONCE = 500  # values in one statement: engines limit them
GROUPED_STAGES = (Stage.CALL_OPEN, Stage.IN_SESSION, Stage.CONSOLIDATING)  # in which vectors are kept
VECTORS_JOB, GROUPS_JOB, FORGET_JOB = "grouping.vectors", "grouping.groups", "grouping.forget"
TAKE_JOB = "grouping.take"


def meetings_with_vectors() -> Sequence[int]:
    """The sessions whose passages are kept as vectors: those that are being consolidated."""
    statement = sa.select(Meeting.id).where(Meeting.stage.in_(GROUPED_STAGES), Meeting.cancelled_at.is_(None))
    return db.session.scalars(statement.order_by(Meeting.id)).all()


def mark_of(sources: Iterable[SourceText]) -> str:
    """What tells the texts of a session from what they were before. A version never changes, so its name is enough; an
    intervention has no versions, so its words are looked at."""
    return fingerprint(
        [
            [source.key, source.version_id, source.fields if source.kind == "intervention" else None]
            for source in sources
        ]
    )


def pieces_of(meeting_id: int) -> dict[Block, list[Piece]]:
    """All that is grouped of a session, by what it is on."""
    sources = sources_of(meeting_id)
    return pieces(sources, themes_of(sources))


def themes_of(sources: Iterable[SourceText]) -> dict[str, list[str]]:
    """Key of a practice -> its themes, the main one first."""
    version_ids = {source.version_id: source.key for source in sources if source.kind == "practice"}
    found = {}
    for chunk in _chunks(sorted(version_ids)):
        statement = sa.select(PracticeVersion.id, PracticeVersion.content["themes"])
        for version_id, themes in db.session.execute(statement.where(PracticeVersion.id.in_(chunk))):
            if isinstance(themes, list) and themes:
                found[version_ids[version_id]] = [str(theme) for theme in themes]
    return found


def vectors_by_mark(marks: Collection[str]) -> dict[str, bytes]:
    """The kept vectors of these marks."""
    found: dict[str, bytes] = {}
    for chunk in _chunks(sorted(marks)):
        statement = sa.select(PassageVector.fingerprint, PassageVector.vector)
        kept = db.session.execute(statement.where(PassageVector.fingerprint.in_(chunk)))
        found.update((mark, vector) for mark, vector in kept)
    return found


def marks_without_vector(marks: Collection[str]) -> set[str]:
    """Those of the marks that have no vector yet."""
    missing = set(marks)
    for chunk in _chunks(sorted(marks)):
        known = sa.select(PassageVector.fingerprint).where(PassageVector.fingerprint.in_(chunk))
        missing.difference_update(db.session.scalars(known))
    return missing


T = TypeVar("T")


def _chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def _in(block: Block) -> sa.ColumnElement[bool]:
    return sa.and_(
        PassageGroup.question.is_not_distinct_from(block.question),
        PassageGroup.theme.is_not_distinct_from(block.theme),
    )


def blocks_of(meeting_id: int) -> list[Block]:
    """The questions and themes of a session that have groups."""
    statement = sa.select(PassageGroup.question, PassageGroup.theme).where(PassageGroup.meeting_id == meeting_id)
    return [Block(*row) for row in db.session.execute(statement.distinct())]


class PassageRow(NamedTuple):
    """A grouped passage as the pages read it, and where it came from."""

    id: int
    group_id: int
    source_key: str
    field: str
    start: int
    end: int
    quote: str
    delegation_id: int
    by_hand: bool
    chosen: int | None

    @property
    def identity(self) -> Identity:
        return self.source_key, self.field, self.quote


def passage_rows(group_ids: sa.Select[tuple[int]] | Collection[int]) -> list[PassageRow]:
    """The passages of groups, in their order, in one statement."""
    statement = (
        sa.select(
            GroupedPassage.id,
            GroupedPassage.group_id,
            PracticeVersion.practice_id,
            PresentationVersion.presentation_id,
            GroupedPassage.intervention_id,
            GroupedPassage.field,
            GroupedPassage.start,
            GroupedPassage.end,
            GroupedPassage.quote,
            GroupedPassage.delegation_id,
            GroupedPassage.by_hand,
            GroupedPassage.chosen,
        )
        .outerjoin(PracticeVersion, PracticeVersion.id == GroupedPassage.practice_version_id)
        .outerjoin(PresentationVersion, PresentationVersion.id == GroupedPassage.presentation_version_id)
        .where(GroupedPassage.group_id.in_(group_ids))
        .order_by(GroupedPassage.group_id, GroupedPassage.position, GroupedPassage.id)
    )
    return [
        PassageRow(row_id, group_id, _source_key(practice, presentation, intervention), *rest)
        for row_id, group_id, practice, presentation, intervention, *rest in db.session.execute(statement)
    ]


def _source_key(practice: int | None, presentation: int | None, intervention: int | None) -> str:
    if practice is not None:
        return f"practice-{practice}"
    return f"presentation-{presentation}" if presentation is not None else key_of(intervention or 0)


@dataclass(frozen=True)
class Shown:
    """The groups of a block with those of their passages that a source still says and the reader may see."""

    groups: Sequence[PassageGroup]
    passages: dict[int, list[PassageRow]]


def groups_of(meeting_id: int, block: Block) -> Sequence[PassageGroup]:
    """The groups of a question or theme, in order: what is alone and what was taken out come last."""
    rank = sa.case({GroupKind.LIKE: 0, GroupKind.ALONE: 1}, value=PassageGroup.kind, else_=2)
    statement = sa.select(PassageGroup).where(PassageGroup.meeting_id == meeting_id, _in(block))
    return db.session.scalars(statement.order_by(rank, PassageGroup.position, PassageGroup.id)).all()


def shown_groups(meeting_id: int, block: Block, sources: Iterable[SourceText]) -> Shown:
    """The groups of a block as those sources have them: a changed or withdrawn source's words are not shown."""
    groups = groups_of(meeting_id, block)
    fields = {(source.key, name): text for source in sources for name, text in source.fields.items()}
    found: dict[int, list[PassageRow]] = defaultdict(list)
    for row in passage_rows([group.id for group in groups]):
        if row.quote in fields.get((row.source_key, row.field), ""):
            found[row.group_id].append(row)
    return Shown(groups, found)


def standing(meeting_id: int, block: Block) -> list[Standing]:
    """The groups of a block as the job that arranges them takes them."""
    groups = groups_of(meeting_id, block)
    members: dict[int, list[Member]] = defaultdict(list)
    for row in passage_rows([group.id for group in groups]):
        members[row.group_id].append(Member(row.id, row.identity, row.by_hand))
    return [Standing(group.id, group.kind, group.named_by_hand, tuple(members[group.id])) for group in groups]


@dataclass(frozen=True)
class AtGroup(Workroom):
    group: PassageGroup


def group_for_writer(actor: Actor, group_id: int) -> AtGroup:
    """Load a group with its session; raises NotFound for everybody who does not consolidate."""
    statement = sa.select(PassageGroup).where(PassageGroup.id == group_id)
    group = db.session.scalars(statement.options(orm.joinedload(PassageGroup.meeting))).one_or_none()
    if group is None or not writes(actor, group.meeting):
        raise NotFound
    return AtGroup(meeting=group.meeting, writes=True, all=actor.is_staff, group=group)


def block_of(group: PassageGroup) -> Block:
    """The question or theme that a group belongs to."""
    return Block(group.question, group.theme)


def titles_of(meeting_id: int) -> dict[Block, LocalizedText]:
    """What each guiding question asks, and what themes are called, in their order."""
    asked = {Block(row.number, None): row.text for row in questions_of(meeting_id)}
    return asked | {Block(None, row.code): row.title for row in vocabulary("themes")}
