"""when people last looked at the start page

Revision ID: 0072
Revises: 0071
"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "library_visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_library_visits_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_visits")),
        sa.UniqueConstraint("user_id", name=op.f("uq_library_visits_user_id")),
    )


def downgrade() -> None:
    op.drop_table("library_visits")
