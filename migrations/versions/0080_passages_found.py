"""where in found texts their parts begin; the index is made anew, for it named parties of citations that are not for
all; the codes that practices have chosen

Revision ID: 0080
Revises: 0076
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0080"
down_revision = "0076"
branch_labels = None
depends_on = None

JOB = "search_reindex"
FIELDS = ("themes", "gcm_main", "gcm_other", "mechanisms", "sdg_targets", "population", "tracks", "capacities")
AT_ONCE = 500
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("search_entries", sa.Column("places", JSON))
    op.execute(
        "INSERT INTO jobs (kind, key, payload, state, attempts, run_after, page, progress_done, progress_total, "
        f"created_at) SELECT '{JOB}', '{JOB}:0080', '{{}}', 'queued', 0, CURRENT_TIMESTAMP, '', 0, 0, CURRENT_TIMESTAMP "
        "WHERE EXISTS (SELECT 1 FROM meetings)"
    )
    terms = op.create_table(
        "practice_terms",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["practice_versions.id"],
            name=op.f("fk_practice_terms_version_id_practice_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_terms")),
        sa.UniqueConstraint("code", "field", "version_id", name=op.f("uq_practice_terms_code_field_version_id")),
    )
    op.create_index(op.f("ix_practice_terms_version_id"), "practice_terms", ["version_id"])
    fill(terms)


def fill(terms: sa.Table) -> None:
    """Write what the versions that are there have chosen."""
    versions = sa.table("practice_versions", sa.column("id", sa.Integer), sa.column("content", JSON))
    connection, last = op.get_bind(), 0
    while True:
        some = sa.select(versions).where(versions.c.id > last).order_by(versions.c.id).limit(AT_ONCE)
        read = connection.execute(some).all()
        if not read:
            return
        last = read[-1].id
        rows = []
        for version_id, content in read:
            for field in FIELDS:
                value = (content or {}).get(field) or ()
                codes = [value] if isinstance(value, str) else value
                chosen = dict.fromkeys(code for code in codes if isinstance(code, str) and code)
                rows += [{"version_id": version_id, "field": field, "code": code} for code in chosen]
        if rows:
            connection.execute(terms.insert(), rows)


def downgrade() -> None:
    op.drop_table("practice_terms")
    op.execute(f"DELETE FROM jobs WHERE kind = '{JOB}' AND key = '{JOB}:0080'")
    op.drop_column("search_entries", "places")
