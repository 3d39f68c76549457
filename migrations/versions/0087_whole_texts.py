"""everything is indexed anew, with what it lacked: references, symbols, short texts, tables, themes of paragraphs

Revision ID: 0087
Revises: 0086
"""

from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

JOB = "search_reindex"


def upgrade() -> None:
    op.execute(
        "INSERT INTO jobs (kind, key, payload, state, attempts, run_after, page, progress_done, progress_total, "
        f"created_at) SELECT '{JOB}', '{JOB}:0087', '{{}}', 'queued', 0, CURRENT_TIMESTAMP, '', 0, 0, CURRENT_TIMESTAMP "
        "WHERE EXISTS (SELECT 1 FROM meetings)"
    )


def downgrade() -> None:
    op.execute(f"DELETE FROM jobs WHERE kind = '{JOB}' AND key = '{JOB}:0087'")
