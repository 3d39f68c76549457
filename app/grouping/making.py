"""Vectors of passages and the groups of a session, made away from requests: nothing is computed in a transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.core.clock import now
from app.core.db import FRESH, db, lock
from app.grouping import queries, vectors
from app.grouping.arranging import Arrangement, arranged
from app.grouping.blocks import Block, Piece, Standing, Written
from app.grouping.enums import GroupKind
from app.grouping.models import NAME_LIMIT, GroupedPassage, PassageGroup, PassageVector
from app.grouping.vectors import Means, Vectors
from app.jobs.operations import report_progress
from app.jobs.registry import GiveUp
from app.meetings.models import Meeting
from app.summaries.selections import COLUMNS

BATCH = 32  # passages that vectors are made of at once, and that one transaction keeps
TRIES = 5  # while somebody else changes the same groups
UNNAMED = "…"


def make_vectors(written: Iterable[Written], *, more: int = 0) -> int:
    """Keep a vector of each of these words that has none yet; return how many were made. Commits after each batch.

    Reports progress, with `more` steps to come after. Stopped half-way, it goes on where it was.
    """
    by_mark = {vectors.mark(item): item for item in written}
    missing = sorted(queries.marks_without_vector(by_mark), key=lambda mark: (len(by_mark[mark].text), mark))
    db.session.rollback()
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(missing), BATCH):
        report_progress(start, len(missing) + more)
        marks = missing[start : start + BATCH]
        rows = vectors.vectors_of([by_mark[mark] for mark in marks])
        values = [{"fingerprint": mark, "vector": vectors.as_bytes(row)} for mark, row in zip(marks, rows, strict=True)]
        db.session.execute(insert(PassageVector).values(values).on_conflict_do_nothing())
        db.session.commit()
    return len(missing)


def forget_vectors(used: Collection[str]) -> int:
    """Forget the vectors of words that are not among those used; return how many. Commits some at a time."""
    known = db.session.scalars(sa.select(PassageVector.fingerprint)).all()
    unused = sorted(set(known) - set(used))
    for start in range(0, len(unused), queries.AT_ONCE):
        chunk = unused[start : start + queries.AT_ONCE]
        db.session.execute(sa.delete(PassageVector).where(PassageVector.fingerprint.in_(chunk)))
        db.session.commit()
    db.session.rollback()
    return len(unused)


def all_written(meeting_id: int) -> tuple[dict[Block, list[Piece]], dict[Block, list[Written]]]:
    """What is grouped of a session, and the words of its questions and themes."""
    pieces, titles = queries.pieces_of(meeting_id), queries.titles_of(meeting_id)
    asked = {block: [Written(text, code) for code, text in titles.get(block, {}).items()] for block in pieces}
    return pieces, asked


def arrange(meeting_id: int, *, anew: bool = False) -> None:
    """Put all that was submitted into groups, question by question; commits after each. Done twice it changes nothing.

    `anew` dissolves the groups that nobody named or put a passage into. Reports progress.
    """
    pieces, asked = all_written(meeting_id)
    blocks = [*pieces, *(block for block in queries.blocks_of(meeting_id) if block not in pieces)]
    db.session.rollback()
    written = [piece.written for block in pieces.values() for piece in block]
    made = make_vectors([*written, *(item for texts in asked.values() for item in texts)], more=len(blocks))
    means = _means(pieces)
    for done, block in enumerate(blocks):
        db.session.rollback()
        report_progress(made + done, made + len(blocks))
        _arrange_block(meeting_id, block, pieces.get(block, []), asked.get(block, []), means, anew=anew)
    report_progress(made + len(blocks), made + len(blocks))


def _rows(written: Sequence[Written]) -> Vectors:
    """The vectors of these words; one that was forgotten just now is made once more, and not kept."""
    by_mark = {vectors.mark(item): item for item in written}
    kept = queries.vectors_by_mark(by_mark)
    db.session.rollback()
    missing = sorted(set(by_mark) - set(kept))
    for start in range(0, len(missing), BATCH):
        marks = missing[start : start + BATCH]
        made = vectors.vectors_of([by_mark[mark] for mark in marks])
        kept.update((mark, vectors.as_bytes(row)) for mark, row in zip(marks, made, strict=True))
    return vectors.from_bytes([kept[vectors.mark(item)] for item in written])


def _means(pieces: Mapping[Block, Sequence[Piece]]) -> Means:
    """What the passages of each language have in common, looked at question by question to need little memory."""
    totals: dict[str, Any] = {}
    counts: dict[str, int] = {}
    for block in pieces.values():
        rows, languages = _rows([piece.written for piece in block]), np.array([p.source.language for p in block])
        for code in map(str, np.unique(languages)):
            here = languages == code
            totals[code] = totals.get(code, 0) + rows[here].sum(axis=0, dtype=np.float32)
            counts[code] = counts.get(code, 0) + int(here.sum())
    return Means({code: total / counts[code] for code, total in totals.items()})


def _arrange_block(
    meeting_id: int, block: Block, pieces: Sequence[Piece], asked: Sequence[Written], means: Means, *, anew: bool
) -> None:
    rows = _rows([piece.written for piece in pieces])
    near = np.zeros(len(pieces), dtype=np.float32)
    if asked and len(pieces):
        near = rows @ _rows(asked).mean(axis=0)
    compared = vectors.comparable(rows, [piece.source.language for piece in pieces], means)
    for _try in range(TRIES):
        standing = queries.standing(meeting_id, block)
        db.session.rollback()
        found = arranged(pieces, compared, near, standing, anew=anew)
        if _write(meeting_id, block, pieces, standing, found):
            return
    raise GiveUp("the groups were changed again and again meanwhile")


def _write(
    meeting_id: int, block: Block, pieces: Sequence[Piece], standing: Sequence[Standing], found: Arrangement
) -> bool:
    """Write an arrangement unless the groups are no longer as they stood; return whether it did. Commits."""
    lock(db.session.get_one(Meeting, meeting_id))
    if queries.standing(meeting_id, block) != list(standing):
        db.session.rollback()
        return False
    groups = {group.id: group for group in queries.groups_of(meeting_id, block)}
    db.session.execute(sa.delete(GroupedPassage).where(GroupedPassage.id.in_(found.lost)))
    db.session.execute(sa.delete(PassageGroup).where(PassageGroup.id.in_(found.gone)))
    _keep(found, pieces)
    for group_id, places in found.join.items():
        last = len(next(group.members for group in standing if group.group_id == group_id))
        _add(groups[group_id].id, places, pieces, found, after=last)
    position = max((groups[group_id].position for group_id in groups if group_id not in found.gone), default=0)
    for name, places in found.new:
        position += 1
        _add(_group(meeting_id, block, position, name), places, pieces, found)
    if found.alone:
        _add(_group(meeting_id, block, position + 1, "", GroupKind.ALONE), found.alone, pieces, found)
    db.session.commit()
    db.session.expire_all()
    return True


def _group(meeting_id: int, block: Block, position: int, name: str, kind: GroupKind = GroupKind.LIKE) -> int:
    group = PassageGroup(
        meeting_id=meeting_id,
        question=block.question,
        theme=block.theme,
        position=position,
        kind=kind,
        name=name[:NAME_LIMIT] or UNNAMED,
        made_at=now(),
    )
    db.session.add(group)
    db.session.flush()
    return group.id


def _keep(found: Arrangement, pieces: Sequence[Piece]) -> None:
    """Have the passages that stay name the newest version of their source, and their place in a proposal."""
    kept = sa.select(GroupedPassage).where(GroupedPassage.id.in_(found.stay)).execution_options(**FRESH)
    for row in db.session.scalars(kept):
        place = found.stay[row.id]
        for column, value in _columns(pieces[place]).items():
            if getattr(row, column) != value:
                setattr(row, column, value)
        if row.chosen != found.chosen.get(place):
            row.chosen = found.chosen.get(place)
    db.session.flush()


def _columns(piece: Piece) -> dict[str, object]:
    versions = {
        column: piece.source.version_id if piece.source.kind == kind else None for kind, column in COLUMNS.items()
    }
    return {**versions, "delegation_id": piece.source.delegation_id, "start": piece.start, "end": piece.end}


def _add(group_id: int, places: Sequence[int], pieces: Sequence[Piece], found: Arrangement, *, after: int = 0) -> None:
    db.session.add_all(
        GroupedPassage(
            group_id=group_id,
            position=position,
            field=pieces[place].field,
            quote=pieces[place].text,
            chosen=found.chosen.get(place),
            **_columns(pieces[place]),
        )
        for position, place in enumerate(places, start=after + 1)
    )
    db.session.flush()
