"""what of a session is in the index is found by kind and audience too; what is published is listed without its texts

Revision ID: 0084
Revises: 0083
"""

from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None

OLD, NEW = "ix_search_entries_meeting_id", "ix_search_entries_session"
PUBLISHED = "ix_practices_published"
LISTED = ["delegation_id", "state", "consent", "meeting_id", "published_at", "reference"]


def upgrade() -> None:
    op.create_index(NEW, "search_entries", ["meeting_id", "kind", "audience"])
    op.drop_index(op.f(OLD), table_name="search_entries")
    op.create_index(PUBLISHED, "practices", LISTED)


def downgrade() -> None:
    op.drop_index(PUBLISHED, table_name="practices")
    op.create_index(op.f(OLD), "search_entries", ["meeting_id"])
    op.drop_index(NEW, table_name="search_entries")
