"""what people follow, and what digests told them

Revision ID: 0074
Revises: 0073
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
KINDS = ("search", "state", "theme", "session", "mechanism")


def upgrade() -> None:
    op.create_table(
        "follows",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="follow_kind", create_constraint=True), nullable=False),
        sa.Column("target", sa.String(length=1000), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column(
            "rhythm",
            sa.Enum("daily", "weekly", "never", name="follow_rhythm", create_constraint=True),
            nullable=False,
        ),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("told_until", MOMENT, nullable=False),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'session') = (meeting_id IS NOT NULL)", name=op.f("ck_follows_session_is_named")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_follows_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_follows_meeting_id_meetings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follows")),
        sa.UniqueConstraint("user_id", "kind", "target", name=op.f("uq_follows_user_id_kind_target")),
    )
    op.create_index(op.f("ix_follows_meeting_id"), "follows", ["meeting_id"])
    op.create_table(
        "digest_settings",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("feed_hash", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_digest_settings_hour_of_day")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_digest_settings_day_of_week")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_digest_settings_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_settings")),
        sa.UniqueConstraint("user_id", name=op.f("uq_digest_settings_user_id")),
        sa.UniqueConstraint("feed_hash", name=op.f("uq_digest_settings_feed_hash")),
    )
    op.create_index(op.f("ix_digest_settings_next_at"), "digest_settings", ["next_at"])
    op.create_table(
        "digests",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("things", JSON, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_digests_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mails.id"], name=op.f("fk_digests_mail_id_mails"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_digests_mail_id")),
    )
    op.create_index(op.f("ix_digests_user_id"), "digests", ["user_id"])


def downgrade() -> None:
    op.drop_table("digests")
    op.drop_table("digest_settings")
    op.drop_table("follows")
    for name in ("follow_kind", "follow_rhythm"):
        sa.Enum(name=name).drop(op.get_bind(), checkfirst=True)
