"""several hands at one draft: revisions, who is there, sections handed on by link, comments inside a delegation

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def _table(name: str, *parts: sa.schema.SchemaItem, indexes: tuple[str, ...]) -> None:
    op.create_table(name, sa.Column("id", sa.Integer(), nullable=False), *parts, sa.PrimaryKeyConstraint("id", name=f"pk_{name}"))
    for column in indexes:
        op.create_index(f"ix_{name}_{column}", name, [column])


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")


def upgrade() -> None:
    _table(
        "handovers",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(60), nullable=False),
        sa.Column("for_whom", sa.String(200), nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        _reference("handovers", "practice_id", "practices"),
        _reference("handovers", "made_by_id", "users"),
        indexes=("practice_id", "made_by_id"),
    )
    _table(
        "handover_uses",
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("saves", sa.Integer(), nullable=False),
        _reference("handover_uses", "handover_id", "handovers"),
        indexes=("handover_id",),
    )
    _table(
        "draft_revisions",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("use_id", sa.Integer(), nullable=True),
        _reference("draft_revisions", "practice_id", "practices"),
        _reference("draft_revisions", "by_id", "users"),
        _reference("draft_revisions", "use_id", "handover_uses"),
        sa.UniqueConstraint("practice_id", "number", name="uq_draft_revisions_practice_id_number"),
        indexes=("by_id", "use_id"),
    )
    _table(
        "presences",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("use_id", sa.Integer(), nullable=True),
        sa.Column("section", sa.String(60), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("written", JSON, nullable=False),
        _reference("presences", "practice_id", "practices"),
        _reference("presences", "user_id", "users"),
        _reference("presences", "use_id", "handover_uses"),
        sa.UniqueConstraint("practice_id", "page", name="uq_presences_practice_id_page"),
        indexes=("user_id", "use_id"),
    )
    _table(
        "delegation_comments",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        _reference("delegation_comments", "practice_id", "practices"),
        _reference("delegation_comments", "by_id", "users"),
        indexes=("practice_id", "by_id"),
    )
    # What was written before has one revision of nobody's, to compare with and to bring back.
    op.execute(
        "INSERT INTO draft_revisions (practice_id, number, language, content, fields, began_at, saved_at) "
        "SELECT id, 1, language, content, '[]', created_at, saved_at FROM practices WHERE CAST(content AS TEXT) <> '{}'"
    )


def downgrade() -> None:
    for table in ("delegation_comments", "presences", "draft_revisions", "handover_uses", "handovers"):
        op.drop_table(table)
