"""a delegation waits once on a list, once for a right of reply there, once for a point of order in a session

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

ENTRIES, WAITING = "speaker_entries", "state = 'waiting'"
ONCE = {
    "uq_speaker_entries_waiting": (["list_id", "delegation_id"], "kind NOT IN ('point_of_order', 'right_of_reply')"),
    "uq_speaker_entries_right_waits": (["list_id", "delegation_id"], "kind = 'right_of_reply'"),
    "uq_speaker_entries_point_waits": (["delegation_id"], "kind = 'point_of_order'"),
}


def _one(name: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, ENTRIES, columns, unique=True, sqlite_where=only, postgresql_where=only)


def upgrade() -> None:
    op.drop_index("uq_speaker_entries_waiting", ENTRIES)
    for name, (columns, kinds) in ONCE.items():
        same = " AND ".join(f"earlier.{column} = {ENTRIES}.{column}" for column in columns)
        # What was asked for first waits; the rest counts as withdrawn.
        op.execute(
            f"UPDATE {ENTRIES} SET state = 'withdrawn', left_at = CURRENT_TIMESTAMP, hand = NULL"  # noqa: S608  (no input)
            f" WHERE {WAITING} AND {kinds} AND EXISTS (SELECT 1 FROM {ENTRIES} AS earlier WHERE {same}"
            f" AND earlier.{WAITING} AND earlier.{kinds} AND (earlier.asked_at, earlier.id) <"
            f" ({ENTRIES}.asked_at, {ENTRIES}.id))"
        )
        _one(name, columns, f"{WAITING} AND {kinds}")


def downgrade() -> None:
    for name in ONCE:
        op.drop_index(name, ENTRIES)
    _one("uq_speaker_entries_waiting", ["list_id", "delegation_id", "acts_for", "kind"], WAITING)
