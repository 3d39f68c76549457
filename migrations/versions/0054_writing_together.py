"""Since when somebody writes in a paragraph; the number of a section or paragraph is never given to another

Revision ID: 0054
Revises: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0052"
branch_labels = None
depends_on = None

NAMED_FOR_EVER = ("summary_sections", "summary_paragraphs")


def _recreate(**kind: bool) -> None:
    """SQLite gives the number of a deleted row to the next one, unless its table says otherwise."""
    if op.get_bind().dialect.name == "sqlite":
        for name in NAMED_FOR_EVER:
            with op.batch_alter_table(
                name, recreate="always", table_kwargs={f"sqlite_{key}": on for key, on in kind.items()}
            ):
                pass


def upgrade() -> None:
    op.execute("DELETE FROM paragraph_locks")
    with op.batch_alter_table("paragraph_locks") as table:
        table.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=False))
    _recreate(autoincrement=True)


def downgrade() -> None:
    _recreate(autoincrement=False)
    with op.batch_alter_table("paragraph_locks") as table:
        table.drop_column("since")
