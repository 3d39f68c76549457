"""Bringing what sources say of a mechanism in line with the data files, and leaving alone what people did."""

from collections.abc import Collection
from typing import Any

from app.core.db import Base, db
from app.directory.models import Mechanism, Membership, Statement, Tag, WorkingGroup


def bring_in_line(mechanism: Mechanism, wanted: list[Statement], deleted: Collection[tuple[Any, ...]]) -> None:
    """Make the statements that come from the files those that are wanted, and write them.

    Those that people edited or added stay; so do groups of which people say what they work on. `deleted`: (mechanism,
    subject, source, part) of those that people deleted, which do not come back.
    """
    held = {place_of(row): row for row in mechanism.statements}
    # Groups that people speak of, which stay whatever the files say.
    spoken_of = {tag.working_group for row in mechanism.statements if row.edited for tag in row.tags}
    groups: dict[WorkingGroup, WorkingGroup] = {}  # as the files have it -> as the directory does
    named = {place_of(row): row for row in wanted}
    for place, row in named.items():
        if (mechanism.id, *place) in deleted and place not in held:
            continue
        for tag in list(row.tags):
            if tag.working_group is not None:
                if tag.working_group not in groups:
                    row.tags.remove(tag)
                    continue
                tag.working_group = groups[tag.working_group]
        own = held.get(place)
        if own is None:
            mechanism.statements.append(row)
        elif not own.edited:
            _take_over(own, row)
        numbered = {group.number: group for group in (own or row).groups}
        groups |= {group: numbered[group.number] for group in row.groups if group.number in numbered}
    for place, row in held.items():  # last, when no term names a group that goes
        if row.edited:
            continue
        numbers = {group.number for group in named[place].groups} if place in named else set()
        for group in list(row.groups):
            if group.number not in numbers and group not in spoken_of:
                row.groups.remove(group)
        if place not in named and not row.groups:
            mechanism.statements.remove(row)
    db.session.flush()


def place_of(statement: Statement) -> tuple[str, str, str]:
    """Where a statement stands: its subject, source and part."""
    return statement.subject, statement.source.key, statement.part


def assign(row: Base, **values: Any) -> None:
    """Set only what differs, so that loading the same data again writes nothing."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _take_over(row: Statement, wanted: Statement) -> None:
    """Make a statement say what the files say, beside groups that it has more; a group is told by its number."""
    assign(row, stated=wanted.stated, count=wanted.count, label=wanted.label)
    now, then = shape(row), shape(wanted)
    if now[6] != then[6]:
        row.memberships.clear()
        db.session.flush()  # a party may come back with the same date, which the table holds once only
        row.memberships = [
            Membership(party=item.party, since=item.since, until=item.until) for item in wanted.memberships
        ]
    if now[7] != then[7]:
        held = {group.number: group for group in row.groups}
        for group in wanted.groups:
            values = {"group_kind": group.group_kind, "names": group.names, "pillar": group.pillar}
            if group.number in held:
                assign(held[group.number], **values, chairs=group.chairs)
            else:
                row.groups.append(WorkingGroup(number=group.number, **values, chairs=group.chairs))
    if now[8] != then[8]:
        row.tags = [Tag(item=tag.item, working_group=tag.working_group) for tag in wanted.tags]


def shape(statement: Statement) -> tuple[Any, ...]:
    """All that a statement says, to be compared."""
    return (
        *place_of(statement),
        statement.stated,
        statement.count,
        statement.label,
        [(row.party.code, row.since, row.until) for row in statement.memberships],
        [
            (row.number, row.group_kind, row.names, row.pillar, {party.code for party in row.chairs})
            for row in statement.groups
        ],
        [
            (row.item.vocabulary, row.item.code, row.working_group.number if row.working_group else None)
            for row in statement.tags
        ],
    )
