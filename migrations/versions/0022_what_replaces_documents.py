"""which document takes the place of which; who gave readers something new, and when a document reached further

Revision ID: 0022
Revises: 0020
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

AUDIENCE = sa.Enum("public", "member_states", "restricted", name="widened_from", create_constraint=True)
CORRECTS = re.compile(r"( corr\. \d+)+$")
REVISION = re.compile(r" rev\. (\d+)$")


def upgrade() -> None:
    AUDIENCE.create(op.get_bind(), checkfirst=True)
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("base", sa.String(120), nullable=False, server_default=""))
        table.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("corrects", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("updated_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("widened_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("widened_from", AUDIENCE, nullable=True))
        table.create_foreign_key(table.f("fk_documents_updated_by_id_users"), "users", ["updated_by_id"], ["id"])
        table.create_index(table.f("ix_documents_base"), ["base"])
        table.create_index(table.f("ix_documents_updated_by_id"), ["updated_by_id"])
    documents = sa.table("documents", *map(sa.column, ("id", "symbol", "base", "revision", "corrects")))
    for row in op.get_bind().execute(sa.select(documents.c.id, documents.c.symbol)).all():
        paper = CORRECTS.sub("", row.symbol)
        found = REVISION.search(paper)
        values = {
            "base": paper[: found.start()] if found else paper,
            "revision": int(found[1]) if found else 0,
            "corrects": paper != row.symbol,
        }
        op.get_bind().execute(sa.update(documents).where(documents.c.id == row.id).values(values))
    with op.batch_alter_table("documents") as table:
        for name in ("base", "revision", "corrects"):
            table.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("documents") as table:
        if op.get_bind().dialect.name == "sqlite":
            table.drop_constraint("widened_from", type_="check")
        table.drop_index(table.f("ix_documents_base"))
        table.drop_index(table.f("ix_documents_updated_by_id"))
        table.drop_constraint(table.f("fk_documents_updated_by_id_users"), type_="foreignkey")
        for name in ("base", "revision", "corrects", "updated_by_id", "widened_at", "widened_from"):
            table.drop_column(name)
    AUDIENCE.drop(op.get_bind(), checkfirst=True)
