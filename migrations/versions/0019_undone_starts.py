"""the session whose participants are proposed again; when a session was cancelled

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("meetings") as table:
        table.add_column(sa.Column("people_from_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index(table.f("ix_meetings_people_from_id"), ["people_from_id"], unique=False)
        table.create_foreign_key(
            table.f("fk_meetings_people_from_id_meetings"), "meetings", ["people_from_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("meetings") as table:
        table.drop_constraint(table.f("fk_meetings_people_from_id_meetings"), type_="foreignkey")
        table.drop_index(table.f("ix_meetings_people_from_id"))
        table.drop_column("cancelled_at")
        table.drop_column("people_from_id")
