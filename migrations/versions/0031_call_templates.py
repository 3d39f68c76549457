"""templates of calls that change, what drafts held in them, and submissions that came late

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.columns import Moment

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _change_rules(*values: str) -> None:
    """Let calls have these late rules: a check on SQLite, a type on PostgreSQL."""
    wanted = sa.Enum(*values, name="late_rule", create_constraint=True)
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("calls") as table:
            table.drop_constraint("late_rule", type_="check")
            table.alter_column("late_rule", type_=sa.String(6), existing_nullable=False)
        with op.batch_alter_table("calls") as table:
            table.alter_column("late_rule", existing_type=sa.String(6), type_=wanted, existing_nullable=False)
        return
    op.execute("ALTER TYPE late_rule RENAME TO late_rule_before")
    wanted.create(op.get_bind())
    op.execute("ALTER TABLE calls ALTER COLUMN late_rule TYPE late_rule USING late_rule::text::late_rule")
    op.execute("DROP TYPE late_rule_before")


def _add(table_name: str, *columns: sa.Column) -> None:
    """Add columns whose default is for the rows that are there alone."""
    with op.batch_alter_table(table_name) as table:
        for column in columns:
            table.add_column(column)
    with op.batch_alter_table(table_name) as table:
        for column in columns:
            if column.server_default is not None:
                table.alter_column(column.name, existing_type=column.type, server_default=None, existing_nullable=False)


def upgrade() -> None:
    _change_rules("refuse", "accept")
    _add(
        "calls",
        sa.Column("template_number", sa.Integer(), server_default="1", nullable=False),
        sa.Column("template_draft", JSON, nullable=True),
    )
    _add("practices", sa.Column("set_aside", JSON, server_default="[]", nullable=False))
    _add(
        "practice_versions",
        sa.Column("template_number", sa.Integer(), server_default="1", nullable=False),
        sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _add("practice_files", sa.Column("field", sa.String(60), server_default="", nullable=False))
    op.create_table(
        "call_template_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("template", JSON, nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_call_template_versions_by_id_users"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_template_versions_call_id_calls"),
        sa.PrimaryKeyConstraint("id", name="pk_call_template_versions"),
        sa.UniqueConstraint("call_id", "number", name="uq_call_template_versions_call_id_number"),
    )
    op.create_index("ix_call_template_versions_by_id", "call_template_versions", ["by_id"])
    op.create_table(
        "template_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_template_looks_call_id_calls"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_template_looks_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_template_looks"),
        sa.UniqueConstraint("call_id", "user_id", name="uq_template_looks_call_id_user_id"),
    )
    op.create_index("ix_template_looks_user_id", "template_looks", ["user_id"])


def downgrade() -> None:
    op.drop_table("template_looks")
    op.drop_table("call_template_versions")
    for table_name, *columns in (
        ("practice_files", "field"),
        ("practice_versions", "late", "template_number"),
        ("practices", "set_aside"),
        ("calls", "template_draft", "template_number"),
    ):
        with op.batch_alter_table(table_name) as table:
            for column in columns:
                table.drop_column(column)
    op.execute("UPDATE calls SET late_rule = 'refuse'")
    _change_rules("refuse")
