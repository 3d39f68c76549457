"""what is read of many practices at once: codes stand beside the practice, as its newest version has them; an index
of the newest, with all that their lists read of them

Revision ID: 0090
Revises: 0089
"""

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None

KEPT = "practice_terms_kept"
LISTED = ("published_at", "reference", "state", "consent", "meeting_id", "delegation_id")


def upgrade() -> None:
    newest = "(SELECT max(number) FROM practice_versions AS other WHERE other.practice_id = version.practice_id)"
    _make_anew(
        "practice",
        "practices",
        "SELECT version.practice_id AS whose, field, code FROM practice_terms "
        f"JOIN practice_versions AS version ON version.id = version_id WHERE version.number = {newest}",
    )
    op.create_index("ix_practices_newest", "practices", LISTED)


def downgrade() -> None:
    op.drop_index("ix_practices_newest", "practices")
    _make_anew(
        "version",
        "practice_versions",
        "SELECT max(version.id) AS whose, field, code FROM practice_terms AS term "
        "JOIN practice_versions AS version ON version.practice_id = term.practice_id "
        "GROUP BY term.id, field, code",
    )


def _make_anew(whose: str, table: str, rows: str) -> None:
    """Write the codes into a new table, beside what they belong to now; a constraint's name is taken while its table
    is there."""
    key = f"{whose}_id"
    op.execute(f"CREATE TABLE {KEPT} AS {rows}")
    op.drop_table("practice_terms")
    op.create_table(
        "practice_terms",
        sa.Column(key, sa.Integer(), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            [key], [f"{table}.id"], name=op.f(f"fk_practice_terms_{key}_{table}"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_terms")),
        sa.UniqueConstraint("code", "field", key, name=op.f(f"uq_practice_terms_code_field_{key}")),
    )
    op.execute(f"INSERT INTO practice_terms ({key}, field, code) SELECT whose, field, code FROM {KEPT}")
    op.create_index(op.f(f"ix_practice_terms_{key}"), "practice_terms", [key])
    op.drop_table(KEPT)
