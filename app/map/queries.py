"""Reading what the facts of a day leave out."""

from collections.abc import Collection

import sqlalchemy as sa

from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Statement, Tag, WorkingGroup


def groups_on(item_ids: Collection[int]) -> dict[tuple[int, int], list[LocalizedText]]:
    """(mechanism, term) -> the names of the mechanism's groups that work on the term, by their numbers."""
    found: dict[tuple[int, int], dict[int, LocalizedText]] = {}
    for mechanism_id, item_id, number, names in db.session.execute(
        sa.select(Statement.mechanism_id, Tag.item_id, WorkingGroup.number, WorkingGroup.names)
        .select_from(Tag)
        .join(Statement, Statement.id == Tag.statement_id)
        .join(WorkingGroup, WorkingGroup.id == Tag.working_group_id)
        .where(Tag.item_id.in_(item_ids))
        .order_by(WorkingGroup.number, Tag.id)
    ):
        found.setdefault((mechanism_id, item_id), {}).setdefault(number, names)
    return {key: list(groups.values()) for key, groups in found.items()}
