"""where in found texts their parts begin; the index is made anew, for it named parties of citations that are not for all

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


def upgrade() -> None:
    op.add_column("search_entries", sa.Column("places", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")))
    op.execute(
        "INSERT INTO jobs (kind, key, payload, state, attempts, run_after, page, progress_done, progress_total, "
        f"created_at) SELECT '{JOB}', '{JOB}:0080', '{{}}', 'queued', 0, CURRENT_TIMESTAMP, '', 0, 0, CURRENT_TIMESTAMP "
        "WHERE EXISTS (SELECT 1 FROM meetings)"
    )


def downgrade() -> None:
    op.execute(f"DELETE FROM jobs WHERE kind = '{JOB}' AND key = '{JOB}:0080'")
    op.drop_column("search_entries", "places")
