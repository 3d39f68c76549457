"""calendars remember a fingerprint of what an event said, and in words its title and hours alone

Revision ID: 0038
Revises: 0035
"""

import hashlib
import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0035"
branch_labels = None
depends_on = None

ENTRIES = sa.table(
    "calendar_entries", sa.column("id", sa.Integer), sa.column("shown", sa.Text), sa.column("said", sa.String)
)
# A property with the lines that it is folded into.
NOT_KEPT = re.compile(r"^(?:DESCRIPTION|LOCATION|URL|STATUS)[:;].*\r\n(?:[ \t].*\r\n)*", re.MULTILINE)


def upgrade() -> None:
    with op.batch_alter_table("calendar_entries") as batch:
        batch.add_column(sa.Column("said", sa.String(length=64), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(ENTRIES.c.id, ENTRIES.c.shown)).all():
        said = hashlib.sha256(json.dumps(row.shown, ensure_ascii=False).encode()).hexdigest()
        kept = {"said": said, "shown": NOT_KEPT.sub("", row.shown)}
        connection.execute(sa.update(ENTRIES).where(ENTRIES.c.id == row.id).values(**kept))
    with op.batch_alter_table("calendar_entries") as batch:
        batch.alter_column("said", existing_type=sa.String(length=64), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("calendar_entries") as batch:
        batch.drop_column("said")
