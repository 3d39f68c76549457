"""which item of the order of business a session's floor is at

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "floor_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_floor_places_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_floor_places")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_floor_places_meeting_id")),
    )


def downgrade() -> None:
    op.drop_table("floor_places")
