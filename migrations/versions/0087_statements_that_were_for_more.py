"""for whom a statement was at the widest

Revision ID: 0087
Revises: 0085
"""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0085"
branch_labels = None
depends_on = None

AUDIENCE = sa.Enum("public", "member_states", "restricted", name="was_for", create_constraint=True)


def upgrade() -> None:
    AUDIENCE.create(op.get_bind(), checkfirst=True)
    with op.batch_alter_table("floor_statements") as table:
        table.add_column(sa.Column("was_for", AUDIENCE))


def downgrade() -> None:
    with op.batch_alter_table("floor_statements") as table:
        if op.get_bind().dialect.name == "sqlite":
            table.drop_constraint(op.f("ck_floor_statements_was_for"), type_="check")
        table.drop_column("was_for")
    AUDIENCE.drop(op.get_bind(), checkfirst=True)
