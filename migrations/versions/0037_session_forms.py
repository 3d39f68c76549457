"""the form that a session came from, so that one which is sent twice makes one session

Revision ID: 0037
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("meetings") as batch:
        batch.add_column(sa.Column("form_key", sa.String(length=40)))
        batch.create_unique_constraint(op.f("uq_meetings_form_key"), ["form_key"])


def downgrade() -> None:
    with op.batch_alter_table("meetings") as batch:
        batch.drop_constraint(op.f("uq_meetings_form_key"), type_="unique")
        batch.drop_column("form_key")
