"""published orders of business say which parties have a part in which items

Revision ID: 0016
Revises: 0015
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
VERSIONS = sa.table(
    "agenda_versions",
    sa.column("id", sa.Integer),
    sa.column("meeting_id", sa.Integer),
    sa.column("number", sa.Integer),
    sa.column("content", JSON),
)
PARTIES = sa.table("parties", sa.column("code", sa.String), sa.column("short_names", JSON))


def upgrade() -> None:
    connection = op.get_bind()
    codes = {json.dumps(row.short_names, sort_keys=True): row.code for row in connection.execute(sa.select(PARTIES))}
    before: dict = {}
    for row in connection.execute(sa.select(VERSIONS).order_by(VERSIONS.c.meeting_id, VERSIONS.c.number)).all():
        old = before.get(row.meeting_id, {})
        parts = {mark: {code: [] for code in known} for mark, known in old.items()}
        for item in row.content["items"]:
            for person in item["people"]:
                code = codes.get(json.dumps(person["party"], sort_keys=True)) if person["party"] else None
                if code:
                    roles = parts.setdefault(item["mark"], {}).setdefault(code, [])
                    roles += [person["role"]] if person["role"] not in roles else []
        before[row.meeting_id] = parts
        _write(row.id, {**row.content, "parts": parts})


def downgrade() -> None:
    for row in op.get_bind().execute(sa.select(VERSIONS)).all():
        _write(row.id, {key: value for key, value in row.content.items() if key != "parts"})


def _write(version_id: int, content: dict) -> None:
    op.execute(sa.update(VERSIONS).where(VERSIONS.c.id == version_id).values(content=content))
