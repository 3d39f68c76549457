"""the catalogue of public records, releases of open data, and addresses that moved

Revision ID: 0076
Revises: 0074
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0076"
down_revision = "0074"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
KINDS = ("session", "practice", "presentation", "summary", "document")


def upgrade() -> None:
    op.create_table(
        "public_records",
        sa.Column("kind", sa.Enum(*KINDS, name="record_kind", create_constraint=True), nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("meeting_slug", sa.String(80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source_at", MOMENT, nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("stamped_at", MOMENT, nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_records")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_public_records_kind_key")),
    )
    op.create_index("ix_public_records_stamped_at_id", "public_records", ["stamped_at", "id"])
    op.create_index("ix_public_records_meeting_slug", "public_records", ["meeting_slug"])
    op.create_table(
        "releases",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("made", "withdrawn", "expired", name="release_state", create_constraint=True),
            nullable=False,
        ),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("rows", JSON, nullable=False),
        sa.Column("changes", JSON, nullable=True),
        sa.Column("licence", sa.String(120), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'made') = (ended_at IS NULL)", name=op.f("ck_releases_ended_has_moment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("number", name=op.f("uq_releases_number")),
    )
    op.create_table(
        "release_files",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column(
            "format", sa.Enum("csv", "xlsx", "json", "jsonld", name="release_format", create_constraint=True), nullable=False
        ),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_release_files_release_id_releases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_release_files_file_id_stored_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_files")),
        sa.UniqueConstraint("release_id", "format", name=op.f("uq_release_files_release_id_format")),
        sa.UniqueConstraint("name", name=op.f("uq_release_files_name")),
    )
    op.create_index(op.f("ix_release_files_file_id"), "release_files", ["file_id"])
    op.create_table(
        "moved_addresses",
        sa.Column("old", sa.String(300), nullable=False),
        sa.Column("new", sa.String(300), nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("old <> new", name=op.f("ck_moved_addresses_moved")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moved_addresses")),
        sa.UniqueConstraint("old", name=op.f("uq_moved_addresses_old")),
    )


def downgrade() -> None:
    for table in ("moved_addresses", "release_files", "releases", "public_records"):
        op.drop_table(table)
    for name in ("release_format", "release_state", "record_kind"):
        sa.Enum(name=name).drop(op.get_bind(), checkfirst=True)
