"""each version of a presentation keeps for whom it was filed, so that earlier ones can be read by these

Of those filed before, the trail says it; where it does not, it stays unknown and only the latest version is read.

Revision ID: 0081
Revises: 0080
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

_AUDIENCE = sa.Enum("public", "member_states", "restricted", name="audience", create_constraint=True)
AUDIENCE = _AUDIENCE.with_variant(postgresql.ENUM(*_AUDIENCE.enums, name="audience", create_type=False), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("presentation_versions") as table:
        table.add_column(sa.Column("consent", AUDIENCE, nullable=True))
    bind = op.get_bind()
    filed = bind.execute(
        sa.text(
            "SELECT subject_id, changes FROM audit_events"
            " WHERE action = 'file_presentation' AND subject_kind = 'presentation_versions'"
        )
    )
    versions = sa.table("presentation_versions", sa.column("id"), sa.column("consent", AUDIENCE))
    for version_id, kept in filed.all():
        changes = json.loads(kept) if isinstance(kept, str) else kept
        consent = (changes.get("consent") or [None])[-1]
        if consent in _AUDIENCE.enums:
            bind.execute(sa.update(versions).where(versions.c.id == version_id).values(consent=consent))


def downgrade() -> None:
    with op.batch_alter_table("presentation_versions") as table:
        if op.get_bind().dialect.name == "sqlite":
            table.drop_constraint(op.f("ck_presentation_versions_audience"), type_="check")
        table.drop_column("consent")
