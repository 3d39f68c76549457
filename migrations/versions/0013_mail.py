"""mail waits for approval, the log of deliveries, texts of bodies, reminders

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = ("waiting", "sent", "failed")
STATES = ("held", "approved", "sending", "sent", "failed", "cancelled")
OUTCOME = sa.Enum("taken", "put_off", "refused", "interrupted", name="mail_try_outcome", create_constraint=True)


def _change_states(values: tuple[str, ...], renamed: str) -> None:
    """Let mails have these states: a check on SQLite, a type on PostgreSQL. `renamed` is SQL for the new value."""
    wanted = sa.Enum(*values, name="mail_state", create_constraint=True)
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("mails") as table:
            table.drop_constraint("mail_state", type_="check")
            table.alter_column("state", type_=sa.String(10), existing_nullable=False)
        op.execute(f"UPDATE mails SET state = {renamed}")
        with op.batch_alter_table("mails") as table:
            table.alter_column("state", existing_type=sa.String(10), type_=wanted, existing_nullable=False)
        return
    op.execute("ALTER TYPE mail_state RENAME TO mail_state_before")
    wanted.create(op.get_bind())
    op.execute(f"ALTER TABLE mails ALTER COLUMN state TYPE mail_state USING ({renamed})::mail_state")
    op.execute("DROP TYPE mail_state_before")


def upgrade() -> None:
    _change_states(STATES, "CASE CAST(state AS VARCHAR) WHEN 'waiting' THEN 'approved' ELSE CAST(state AS VARCHAR) END")
    with op.batch_alter_table("mails") as table:
        table.add_column(sa.Column("meeting_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("values", JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("edited", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("decided_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE mails SET decided_at = created_at")
    with op.batch_alter_table("mails") as table:
        for name in ("values", "edited", "version"):
            table.alter_column(name, server_default=None)
        table.create_index(table.f("ix_mails_meeting_id"), ["meeting_id"], unique=False)
        table.create_index(table.f("ix_mails_decided_by_id"), ["decided_by_id"], unique=False)
        table.create_index("ix_mails_state_id", ["state", "id"], unique=False)
        table.create_foreign_key(table.f("fk_mails_meeting_id_meetings"), "meetings", ["meeting_id"], ["id"])
        table.create_foreign_key(table.f("fk_mails_decided_by_id_users"), "users", ["decided_by_id"], ["id"])
        table.create_check_constraint(
            table.f("ck_mails_decided_has_moment"), "(state = 'held') = (decided_at IS NULL)"
        )

    op.create_table(
        "mail_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", OUTCOME, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name=op.f("fk_mail_tries_mail_id_mails")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_tries")),
    )
    with op.batch_alter_table("mail_tries") as table:
        table.create_index(table.f("ix_mail_tries_mail_id"), ["mail_id"], unique=False)

    op.create_table(
        "mail_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mechanism_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=80), nullable=False),
        sa.Column("subject", JSON, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mechanism_id"], ["mechanisms.id"], name=op.f("fk_mail_texts_mechanism_id_mechanisms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_texts")),
        sa.UniqueConstraint("mechanism_id", "message", name=op.f("uq_mail_texts_mechanism_id_message")),
    )

    op.create_table(
        "reminder_schedules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=80), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("days", JSON, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_reminder_schedules_hour_of_day")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_reminder_schedules_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_schedules")),
        sa.UniqueConstraint("meeting_id", "message", name=op.f("uq_reminder_schedules_meeting_id_message")),
    )

    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=80), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_reminders_delegation_id_delegations"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name=op.f("fk_reminders_mail_id_mails")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_reminders_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reminders_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_reminders_mail_id")),
        sa.UniqueConstraint(
            "delegation_id",
            "user_id",
            "message",
            "moment",
            name=op.f("uq_reminders_delegation_id_user_id_message_moment"),
        ),
    )
    with op.batch_alter_table("reminders") as table:
        table.create_index(table.f("ix_reminders_meeting_id"), ["meeting_id"], unique=False)
        table.create_index(table.f("ix_reminders_user_id"), ["user_id"], unique=False)

    op.create_table(
        "reminder_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_clock")),
    )


def downgrade() -> None:
    for name in ("reminder_clock", "reminders", "reminder_schedules", "mail_texts", "mail_tries"):
        op.drop_table(name)
    # What waits for approval has no place before: it was never to leave unseen.
    op.execute("DELETE FROM mails WHERE state IN ('held', 'cancelled')")
    with op.batch_alter_table("mails") as table:
        table.drop_constraint(table.f("ck_mails_decided_has_moment"), type_="check")
        table.drop_constraint(table.f("fk_mails_decided_by_id_users"), type_="foreignkey")
        table.drop_constraint(table.f("fk_mails_meeting_id_meetings"), type_="foreignkey")
        table.drop_index("ix_mails_state_id")
        table.drop_index(table.f("ix_mails_decided_by_id"))
        table.drop_index(table.f("ix_mails_meeting_id"))
        for name in ("version", "decided_by_id", "decided_at", "edited", "values", "meeting_id"):
            table.drop_column(name)
    _change_states(BEFORE, "CASE WHEN CAST(state AS VARCHAR) IN ('approved', 'sending') THEN 'waiting' ELSE CAST(state AS VARCHAR) END")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TYPE mail_try_outcome")
