"""a correction waits for its clearance in the capital before the secretariat sees it

Revision ID: 0040
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("corrections") as table:
        table.add_column(sa.Column("with_capital", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("corrections") as table:
        table.alter_column("with_capital", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("corrections") as table:
        table.drop_column("with_capital")
