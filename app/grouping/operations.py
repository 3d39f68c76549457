"""What hands do with groups. Nothing here commits.

Who changes the passages of a group changes the group, so that the second of two people is told.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.attributes import flag_modified

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, Stale
from app.core.texts import check_length, clean
from app.grouping.enums import GroupKind
from app.grouping.models import NAME_LIMIT, GroupedPassage, PassageGroup
from app.grouping.queries import GROUPS_JOB, block_of, groups_of
from app.jobs.operations import queue_job
from app.meetings.models import Meeting

TELLING = 60  # characters of a passage that a group without a name is called by


def queue_groups(meeting: Meeting, *, anew: bool, key: str, by: Actor, page: str) -> int:
    """Have the passages of a session grouped by a job, which `page` shows afterwards; return its id. A form that is
    sent twice (`key`) queues one."""
    return queue_job(
        GROUPS_JOB,
        key=f"{GROUPS_JOB}:{meeting.id}:{key}",
        payload={"meeting_id": meeting.id, "anew": anew},
        by=by,
        page=page,
    )


def rename_group(group: PassageGroup, *, name: str, by: Actor) -> None:
    """Give a group a name, which grouping anew leaves. Raises Refusal without one or for one that is too long."""
    name = clean(name, lines=False)
    if not name:
        raise Refusal(_l("Give the group a name."), field="name")
    group.name, group.named_by_hand = check_length(name, NAME_LIMIT, field="name"), True
    record("rename_group", group, by=by, meeting_id=group.meeting_id)


def move_group(group: PassageGroup, *, position: int, by: Actor) -> None:
    """Put a group at a position (from 1) among those of its question or theme; past either end means at the end."""
    lock(group.meeting)
    groups = [row for row in groups_of(group.meeting_id, block_of(group)) if row.kind is GroupKind.LIKE]
    before = groups.index(group) + 1
    groups.remove(group)
    groups.insert(min(max(position, 1), len(groups) + 1) - 1, group)
    for place, row in enumerate(groups, start=1):
        if row.position != place:
            row.position = place
    record("move_group", group, by=by, meeting_id=group.meeting_id, changes={"position": [before, position]})


def move_passages(group: PassageGroup, chosen: Collection[int], *, to: PassageGroup, by: Actor) -> int:
    """Put passages of a group at the end of another one of the same question or theme; return how many.

    Raises Refusal where none is chosen, Stale where one is no longer in the group.
    """
    if to is group or block_of(to) != block_of(group) or to.meeting_id != group.meeting_id:
        raise Refusal(_l("Choose another group of the same question or theme."), field="to")
    rows = _chosen(group, chosen)
    last = db.session.scalar(sa.select(sa.func.max(GroupedPassage.position)).where(GroupedPassage.group_id == to.id))
    for position, row in enumerate(rows, start=(last or 0) + 1):
        row.group_id, row.position, row.by_hand = to.id, position, True
    for changed in (group, to):
        flag_modified(changed, "position")  # the version tells that its passages are others
    record(
        "move_passages",
        to,
        by=by,
        meeting_id=group.meeting_id,
        changes={"group": [group.name, to.name], "passages": [None, len(rows)]},
    )
    db.session.expire(group, ["passages"])
    db.session.expire(to, ["passages"])
    return len(rows)


def split_group(group: PassageGroup, chosen: Collection[int], *, name: str, by: Actor) -> PassageGroup:
    """Make a group of its own of some passages of one; return it. Without a name it is called by its first passage."""
    rows = _chosen(group, chosen)
    name = clean(name, lines=False)
    made = _made(group, GroupKind.LIKE, check_length(name, NAME_LIMIT, field="new_name") or rows[0].quote[:TELLING])
    made.named_by_hand = bool(name)
    record("split_group", made, by=by, meeting_id=group.meeting_id, changes={"name": [group.name, made.name]})
    move_passages(group, chosen, to=made, by=by)
    return made


def set_passages_apart(group: PassageGroup, chosen: Collection[int], *, by: Actor) -> int:
    """Take passages out of a group, so that no grouping puts them into one again; return how many."""
    lock(group.meeting)
    there = next((row for row in groups_of(group.meeting_id, block_of(group)) if row.kind is GroupKind.APART), None)
    return move_passages(group, chosen, to=there or _made(group, GroupKind.APART, ""), by=by)


def merge_groups(group: PassageGroup, *, into: PassageGroup, by: Actor) -> None:
    """Put all passages of a group into another one of its question or theme; the group is gone."""
    ids = db.session.scalars(sa.select(GroupedPassage.id).where(GroupedPassage.group_id == group.id)).all()
    if ids:
        move_passages(group, ids, to=into, by=by)
    elif into is group or block_of(into) != block_of(group):
        raise Refusal(_l("Choose another group of the same question or theme."), field="to")
    record("merge_groups", into, by=by, meeting_id=group.meeting_id, changes={"name": [group.name, into.name]})
    db.session.delete(group)
    db.session.flush()


def _chosen(group: PassageGroup, chosen: Collection[int]) -> Sequence[GroupedPassage]:
    if not chosen:
        raise Refusal(_l("Choose at least one passage."), field="passages")
    statement = sa.select(GroupedPassage).where(GroupedPassage.group_id == group.id, GroupedPassage.id.in_(chosen))
    rows = db.session.scalars(statement.order_by(GroupedPassage.position, GroupedPassage.id)).all()
    if len(rows) != len(set(chosen)):
        raise Stale(_l("Somebody moved a passage of this group meanwhile. Look at it again; nothing was moved."))
    return rows


def _made(like: PassageGroup, kind: GroupKind, name: str) -> PassageGroup:
    lock(like.meeting)
    groups = groups_of(like.meeting_id, block_of(like))
    made = PassageGroup(
        meeting_id=like.meeting_id,
        question=like.question,
        theme=like.theme,
        position=max(group.position for group in groups) + 1,
        kind=kind,
        name=name,
        made_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    return made
