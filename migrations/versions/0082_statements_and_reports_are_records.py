"""statements and reports are public records; releases that told whose hidden citations are get withdrawn

Revision ID: 0082
Revises: 0081
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

BEFORE = ("session", "practice", "presentation", "summary", "document")
AFTER = (*BEFORE, "statement", "report")
STATE = sa.Enum("made", "withdrawn", "expired", name="release_state", create_constraint=True)


def _change_kinds(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let records be of these kinds: a check on SQLite, a type on PostgreSQL."""
    wanted = sa.Enum(*after, name="record_kind", create_constraint=True)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TYPE record_kind RENAME TO record_kind_before")
        wanted.create(op.get_bind())
        op.execute("ALTER TABLE public_records ALTER COLUMN kind TYPE record_kind USING kind::text::record_kind")
        op.execute("DROP TYPE record_kind_before")
        return
    with op.batch_alter_table("public_records") as table:
        table.alter_column(
            "kind",
            existing_type=sa.Enum(*before, name="record_kind", create_constraint=True),
            type_=wanted,
            existing_nullable=False,
        )


def upgrade() -> None:
    """What was made until now held the references and parties of contributions that not everybody may read. The worker
    forgets the files of what is withdrawn, and makes a release without them."""
    _change_kinds(BEFORE, AFTER)
    releases = sa.table(
        "releases", sa.column("state", STATE), sa.column("ended_at", sa.DateTime(timezone=True))
    )
    op.get_bind().execute(
        sa.update(releases).where(releases.c.state == "made").values(state="withdrawn", ended_at=datetime.now(UTC))
    )


def downgrade() -> None:
    """Records of statements and reports go; what was withdrawn stays so."""
    op.execute("DELETE FROM public_records WHERE kind IN ('statement', 'report')")
    _change_kinds(AFTER, BEFORE)
