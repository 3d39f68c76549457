"""a removed attachment stays with the versions it came with

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("practice_files") as table:
        table.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM practice_files WHERE removed_at IS NOT NULL")
    with op.batch_alter_table("practice_files") as table:
        table.drop_column("removed_at")
