"""what a mail is about, so that nobody is written to twice about one thing

Revision ID: 0024
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mails", sa.Column("about", sa.String(80), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("mails") as table:
        table.drop_column("about")
