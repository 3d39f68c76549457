"""when readers last got something else of what is in the index than was published

Revision ID: 0089
Revises: 0088
"""

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: the table's triggers stay as they are.
    op.add_column("search_entries", sa.Column("changed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("search_entries", "changed_at")
