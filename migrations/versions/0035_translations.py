"""translations of good practices, text by text, and how far each language is

Revision ID: 0035
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0037"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATUS = sa.Enum("machine", "unofficial", "official", name="translation_status", create_constraint=True)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    name = "practice_translations"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("field", sa.String(120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("status", STATUS, nullable=False),
        sa.Column("translator_id", sa.Integer(), nullable=True),
        sa.Column("translator_name", sa.String(120), nullable=False),
        sa.Column("by_delegation", sa.Boolean(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_by_delegation", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f(f"ck_{name}_says_something")),
        sa.CheckConstraint(
            "(status = 'official') = (checked_at IS NOT NULL)", name=op.f(f"ck_{name}_official_was_checked")
        ),
        _to(name, "practice_id", "practices"),
        _to(name, "translator_id", "users"),
        _to(name, "checked_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("practice_id", "language", "field", name=op.f(f"uq_{name}_practice_id_language_field")),
    )
    for column in ("translator_id", "checked_by_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)
    name = "practice_languages"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Integer(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _to(name, "practice_id", "practices"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("practice_id", "language", name=op.f(f"uq_{name}_practice_id_language")),
    )


def downgrade() -> None:
    op.drop_table("practice_languages")
    op.drop_table("practice_translations")
    if op.get_bind().dialect.name == "postgresql":
        STATUS.drop(op.get_bind())
