"""whether the working text of a presentation is the secretariat's, written for its mechanism

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "presentations", sa.Column("kept_by_staff", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    with op.batch_alter_table("presentations") as table:
        table.alter_column("kept_by_staff", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("presentations") as table:
        table.drop_column("kept_by_staff")
