"""coordination names a paragraph by its label, so that it can be a sub-paragraph

Revision ID: 0063
Revises: 0061
"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("coordinations") as table:
        table.alter_column(
            "paragraph", existing_type=sa.Integer(), type_=sa.String(40), postgresql_using="paragraph::text"
        )


def downgrade() -> None:
    """A sub-paragraph is named by the number of the paragraph that it is part of."""
    place = "strpos" if op.get_bind().dialect.name == "postgresql" else "instr"
    number = f"substr(paragraph, 1, {place}(paragraph, ' ') - 1)"
    op.execute(f"UPDATE coordinations SET paragraph = {number} WHERE paragraph LIKE '% %'")  # noqa: S608
    with op.batch_alter_table("coordinations") as table:
        table.alter_column(
            "paragraph", existing_type=sa.String(40), type_=sa.Integer(), postgresql_using="paragraph::integer"
        )
