"""jobs: who asked, progress, signs of life

Revision ID: 0009
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("jobs") as table:
        table.add_column(sa.Column("requested_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("page", sa.String(300), nullable=False, server_default=""))
        table.add_column(sa.Column("progress_done", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("progress_total", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(table.f("fk_jobs_requested_by_id_users"), "users", ["requested_by_id"], ["id"])
        table.create_index(table.f("ix_jobs_requested_by_id"), ["requested_by_id"], unique=False)
    with op.batch_alter_table("jobs") as table:
        for name in ("page", "progress_done", "progress_total"):
            table.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("jobs") as table:
        table.drop_index(table.f("ix_jobs_requested_by_id"))
        table.drop_constraint(table.f("fk_jobs_requested_by_id_users"), type_="foreignkey")
        for name in ("seen_at", "progress_total", "progress_done", "page", "requested_by_id"):
            table.drop_column(name)
