"""statements can be kept in collections

Revision ID: 0083
Revises: 0082
"""

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

BEFORE = ("practice", "presentation", "summary", "paragraph", "document")
AFTER = (*BEFORE, "statement")


def _change_kinds(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let readings be of these kinds: a check on SQLite, a type on PostgreSQL."""
    wanted = sa.Enum(*after, name="reading_kind", create_constraint=True)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TYPE reading_kind RENAME TO reading_kind_before")
        wanted.create(op.get_bind())
        op.execute("ALTER TABLE collected_readings ALTER COLUMN kind TYPE reading_kind USING kind::text::reading_kind")
        op.execute("DROP TYPE reading_kind_before")
        return
    with op.batch_alter_table("collected_readings") as table:
        table.alter_column(
            "kind",
            existing_type=sa.Enum(*before, name="reading_kind", create_constraint=True),
            type_=wanted,
            existing_nullable=False,
        )


def upgrade() -> None:
    _change_kinds(BEFORE, AFTER)


def downgrade() -> None:
    """Statements that were kept go, with the notes on them."""
    op.execute("DELETE FROM collected_readings WHERE kind = 'statement'")
    _change_kinds(AFTER, BEFORE)
