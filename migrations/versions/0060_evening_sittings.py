"""sittings in the evening

Revision ID: 0060
Revises: 0054
"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0054"
branch_labels = None
depends_on = None

BEFORE = ("morning", "afternoon")
AFTER = (*BEFORE, "evening")


def _change_halves(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let sittings be in these parts of a day: a check on SQLite, a type on PostgreSQL."""
    wanted = sa.Enum(*after, name="sitting_half", create_constraint=True)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TYPE sitting_half RENAME TO sitting_half_before")
        wanted.create(op.get_bind())
        op.execute("ALTER TABLE sittings ALTER COLUMN half TYPE sitting_half USING half::text::sitting_half")
        op.execute("DROP TYPE sitting_half_before")
        return
    with op.batch_alter_table("sittings") as table:
        table.alter_column(
            "half",
            existing_type=sa.Enum(*before, name="sitting_half", create_constraint=True),
            type_=wanted,
            existing_nullable=False,
        )


def upgrade() -> None:
    _change_halves(BEFORE, AFTER)


def downgrade() -> None:
    """What was noted of evenings goes."""
    op.execute("DELETE FROM sitting_presences WHERE sitting_id IN (SELECT id FROM sittings WHERE half = 'evening')")
    op.execute("DELETE FROM sittings WHERE half = 'evening'")
    _change_halves(AFTER, BEFORE)
