"""the form that a circulation came from, so that one which is sent twice circulates once

The table is not made anew on SQLite: its triggers (0057) stay.

Revision ID: 0064
Revises: 0063
"""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

INDEX = "uq_circulations_form_key"


def upgrade() -> None:
    op.add_column("circulations", sa.Column("form_key", sa.String(40)))
    op.create_index(INDEX, "circulations", ["form_key"], unique=True)


def downgrade() -> None:
    op.drop_index(INDEX, "circulations")
    op.drop_column("circulations", "form_key")
