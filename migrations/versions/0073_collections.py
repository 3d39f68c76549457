"""what readers keep with their notes

Revision ID: 0073
Revises: 0072
"""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

KINDS = ("practice", "presentation", "summary", "paragraph", "document")


def upgrade() -> None:
    op.create_table(
        "collections",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=True),
        sa.Column("shared_with_id", sa.Integer(), nullable=True),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(seed IS NULL) = (shared_with_id IS NULL)", name=op.f("ck_collections_shared_with_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_collections_owner_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["shared_with_id"], ["parties.id"], name=op.f("fk_collections_shared_with_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("form_key", name=op.f("uq_collections_form_key")),
    )
    op.create_index(op.f("ix_collections_owner_id"), "collections", ["owner_id"])
    op.create_index(op.f("ix_collections_shared_with_id"), "collections", ["shared_with_id"])
    op.create_index("ix_collections_deleted", "collections", ["deleted_at"])
    op.create_table(
        "collected_readings",
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="reading_kind", create_constraint=True), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_collected_readings_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collected_readings")),
        sa.UniqueConstraint(
            "collection_id", "kind", "name", name=op.f("uq_collected_readings_collection_id_kind_name")
        ),
    )
    op.create_table(
        "collection_exports",
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("for_id", sa.Integer(), nullable=False),
        sa.Column("extension", sa.String(length=4), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holds", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_collection_exports_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["for_id"], ["users.id"], name=op.f("fk_collection_exports_for_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_collection_exports_file_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_exports")),
    )
    for column in ("collection_id", "for_id", "file_id"):
        op.create_index(op.f(f"ix_collection_exports_{column}"), "collection_exports", [column])


def downgrade() -> None:
    op.drop_table("collection_exports")
    op.drop_table("collected_readings")
    op.drop_table("collections")
    sa.Enum(name="reading_kind").drop(op.get_bind(), checkfirst=True)
