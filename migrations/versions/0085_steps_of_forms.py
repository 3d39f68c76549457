"""the form that a step of writing came from

Revision ID: 0085
Revises: 0084
"""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("summary_steps") as table:
        table.add_column(sa.Column("form_key", sa.String(40)))
        table.create_unique_constraint(op.f("uq_summary_steps_form_key"), ["form_key"])


def downgrade() -> None:
    with op.batch_alter_table("summary_steps") as table:
        table.drop_constraint(op.f("uq_summary_steps_form_key"), type_="unique")
        table.drop_column("form_key")
