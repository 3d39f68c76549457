"""for whom texts were: statements at the widest, files of documents when they were replaced

Of what was replaced before its document was last widened the document says for whom it was; of the rest, that it was
for whom the document is for.

Revision ID: 0088
Revises: 0087
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None

KINDS = ("public", "member_states", "restricted")
WAS_FOR = sa.Enum(*KINDS, name="was_for", create_constraint=True)
_AUDIENCE = sa.Enum(*KINDS, name="audience", create_constraint=True)
AUDIENCE = _AUDIENCE.with_variant(postgresql.ENUM(*KINDS, name="audience", create_type=False), "postgresql")


def upgrade() -> None:
    bind = op.get_bind()
    WAS_FOR.create(bind, checkfirst=True)
    with op.batch_alter_table("floor_statements") as table:
        table.add_column(sa.Column("was_for", WAS_FOR))
    with op.batch_alter_table("file_versions") as table:
        table.add_column(sa.Column("replaced_for", AUDIENCE))
    cast = "CAST(CAST(d.widened_from AS VARCHAR) AS audience)" if bind.dialect.name == "postgresql" else "d.widened_from"
    replaced = (
        "FROM file_versions AS later JOIN language_versions AS l ON l.id = later.language_version_id"
        " JOIN documents AS d ON d.id = l.document_id"
        " WHERE later.language_version_id = file_versions.language_version_id"
        " AND later.number = file_versions.number + 1 AND later.added_at < d.widened_at"
    )
    op.execute(
        f"UPDATE file_versions SET replaced_for = (SELECT {cast} {replaced} LIMIT 1)"
        f" WHERE EXISTS (SELECT 1 {replaced})"
    )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("file_versions") as table:
        if sqlite:
            table.drop_constraint(op.f("ck_file_versions_audience"), type_="check")
        table.drop_column("replaced_for")
    with op.batch_alter_table("floor_statements") as table:
        if sqlite:
            table.drop_constraint(op.f("ck_floor_statements_was_for"), type_="check")
        table.drop_column("was_for")
    WAS_FOR.drop(op.get_bind(), checkfirst=True)
