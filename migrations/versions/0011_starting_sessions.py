"""a session's parent, country and planned days; templates of a body

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("meetings") as table:
        table.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("country", sa.String(length=2), nullable=True))
        table.add_column(sa.Column("call_planned_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("publication_planned_on", sa.Date(), nullable=True))
        table.create_index(table.f("ix_meetings_parent_id"), ["parent_id"], unique=False)
        table.create_foreign_key(table.f("fk_meetings_parent_id_meetings"), "meetings", ["parent_id"], ["id"])
        table.create_check_constraint(table.f("ck_meetings_not_its_own_parent"), "parent_id <> id")

    op.create_table(
        "session_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mechanism_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mechanism_id"], ["mechanisms.id"], name=op.f("fk_session_templates_mechanism_id_mechanisms")
        ),
        sa.ForeignKeyConstraint(["saved_by_id"], ["users.id"], name=op.f("fk_session_templates_saved_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_templates")),
        sa.UniqueConstraint("mechanism_id", "name", name=op.f("uq_session_templates_mechanism_id_name")),
    )
    with op.batch_alter_table("session_templates") as table:
        table.create_index(table.f("ix_session_templates_saved_by_id"), ["saved_by_id"], unique=False)


def downgrade() -> None:
    op.drop_table("session_templates")
    with op.batch_alter_table("meetings") as table:
        table.drop_constraint(table.f("ck_meetings_not_its_own_parent"), type_="check")
        table.drop_constraint(table.f("fk_meetings_parent_id_meetings"), type_="foreignkey")
        table.drop_index(table.f("ix_meetings_parent_id"))
        for name in ("publication_planned_on", "call_planned_on", "country", "parent_id"):
            table.drop_column(name)
