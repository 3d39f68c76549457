"""documents that hold the good practices of a session whole

Revision ID: 0058
Revises: 0056
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0058"
down_revision = "0056"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "compilations",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column(
            "arrangement",
            sa.Enum("by_theme", "by_state", name="compilation_arrangement", create_constraint=True),
            nullable=False,
        ),
        sa.Column("practices", JSON, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_compilations_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_compilations_document_id_documents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compilations")),
        sa.UniqueConstraint("document_id", name=op.f("uq_compilations_document_id")),
    )
    op.create_index(op.f("ix_compilations_meeting_id"), "compilations", ["meeting_id"])


def downgrade() -> None:
    op.drop_table("compilations")
    sa.Enum(name="compilation_arrangement").drop(op.get_bind(), checkfirst=True)
