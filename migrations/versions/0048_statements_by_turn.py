"""a statement for each time a delegation has the floor on an item, and the words of files that came alone

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

OF_ONE = "uq_floor_statements_delegation_id_mark_kind_acts_for"
COUNTS = {"turn": "1", "requests_before": "0"}


def upgrade() -> None:
    with op.batch_alter_table("floor_statements") as table:
        for name, first in COUNTS.items():
            table.add_column(sa.Column(name, sa.Integer(), server_default=first, nullable=False))
        table.drop_constraint(op.f(OF_ONE), type_="unique")
        table.create_unique_constraint(
            op.f(f"{OF_ONE}_turn"), ["delegation_id", "mark", "kind", "acts_for", "turn"]
        )
    with op.batch_alter_table("floor_statements") as table:
        for name in COUNTS:
            table.alter_column(name, existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("floor_statement_versions") as table:
        table.add_column(sa.Column("file_text", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("floor_statement_versions") as table:
        table.alter_column("file_text", existing_type=sa.Text(), server_default=None)


def downgrade() -> None:
    of = "delegation_id, mark, kind, acts_for"
    twice = f"SELECT 1 FROM floor_statements GROUP BY {of} HAVING COUNT(*) > 1"  # noqa: S608  (our own names)
    if op.get_bind().execute(sa.text(twice)).first():
        raise RuntimeError("A delegation has two statements of the same, which revision 0047 cannot hold.")
    with op.batch_alter_table("floor_statement_versions") as table:
        table.drop_column("file_text")
    with op.batch_alter_table("floor_statements") as table:
        table.drop_constraint(op.f(f"{OF_ONE}_turn"), type_="unique")
        table.create_unique_constraint(op.f(OF_ONE), ["delegation_id", "mark", "kind", "acts_for"])
        for name in COUNTS:
            table.drop_column(name)
