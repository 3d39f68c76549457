"""the index asks the session whose member States may read

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

def upgrade() -> None:
    op.drop_column("search_entries", "body_id")


def downgrade() -> None:
    op.add_column("search_entries", sa.Column("body_id", sa.Integer()))
    op.execute(
        "UPDATE search_entries SET body_id = "
        "(SELECT mechanism_id FROM meetings WHERE meetings.id = search_entries.meeting_id)"
    )
