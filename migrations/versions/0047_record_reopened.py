"""minutes that are opened again, with the reason; good practices whose deadline the secretariat is asked for

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("minutes") as table:
        table.add_column(sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("reopened_because", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("minutes") as table:
        table.alter_column("reopened_because", existing_type=sa.Text(), server_default=None, existing_nullable=False)
    with op.batch_alter_table("follow_ups") as table:
        table.alter_column("practice_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM follow_ups WHERE practice_id IS NULL")
    with op.batch_alter_table("follow_ups") as table:
        table.alter_column("practice_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("minutes") as table:
        table.drop_column("reopened_because")
        table.drop_column("reopened_at")
