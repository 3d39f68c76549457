"""whose form the file of a recorded text was, where it was another delegation's

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("intakes", sa.Column("made_for", sa.String(40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("intakes") as table:
        table.drop_column("made_for")
