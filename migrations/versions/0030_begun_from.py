"""what a practice was begun from: its delegation's earlier one, or somebody else's

Revision ID: 0030
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0025"
branch_labels = None
depends_on = None

COLUMNS = ("updates_id", "model_id")


def upgrade() -> None:
    with op.batch_alter_table("practices") as table:
        for name in COLUMNS:
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
            table.create_foreign_key(op.f(f"fk_practices_{name}_practices"), "practices", [name], ["id"])
            table.create_index(op.f(f"ix_practices_{name}"), [name])
        table.create_check_constraint(op.f("ck_practices_begun_from_another"), "updates_id <> id AND model_id <> id")


def downgrade() -> None:
    with op.batch_alter_table("practices") as table:
        table.drop_constraint(op.f("ck_practices_begun_from_another"), type_="check")
        for name in COLUMNS:
            table.drop_index(op.f(f"ix_practices_{name}"))
            table.drop_constraint(op.f(f"fk_practices_{name}_practices"), type_="foreignkey")
            table.drop_column(name)
