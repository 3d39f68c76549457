"""terms of other vocabularies that mean the same

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("vocabulary_items") as table:
        table.add_column(sa.Column("related", sa.String(length=400), nullable=False, server_default=""))
    with op.batch_alter_table("vocabulary_items") as table:
        table.alter_column("related", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("vocabulary_items") as table:
        table.drop_column("related")
