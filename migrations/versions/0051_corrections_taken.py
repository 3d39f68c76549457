"""what the minutes said once a correction was accepted, as it is or in part

Revision ID: 0051
Revises: 0049
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0049"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("minutes_corrections") as table:
        table.add_column(sa.Column("taken", JSON, nullable=False, server_default="{}"))
    # Of what was accepted in part nothing says what was taken but the text as it is now.
    op.execute("UPDATE minutes_corrections SET taken = points WHERE outcome = 'correction_accepted'")
    op.execute(
        "UPDATE minutes_corrections SET taken = (SELECT points FROM minutes_texts"
        " WHERE minutes_texts.intervention_id = minutes_corrections.intervention_id)"
        " WHERE outcome = 'correction_in_part' AND EXISTS (SELECT 1 FROM minutes_texts"
        " WHERE minutes_texts.intervention_id = minutes_corrections.intervention_id)"
    )
    with op.batch_alter_table("minutes_corrections") as table:
        table.alter_column("taken", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("minutes_corrections") as table:
        table.drop_column("taken")
