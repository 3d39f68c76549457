"""one way to remind; slides and consent of a presentation hold once they are filed

Revision ID: 0015
Revises: 0014
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CONSENT = sa.Enum("public", "member_states", "restricted", name="working_consent", create_constraint=True)
MOMENT = sa.DateTime(timezone=True)
# Messages that said what another says now: the other's name, and how its placeholders are called there.
MERGED = {
    "presentations/still_missing": ("presentations/missing", {"{begins}": "{deadline}"}),
    "desk/presentation_due": ("presentations/missing", {"{deadline}": "{until}"}),
    "desk/practice_due": ("practices/call_closes", {"{deadline}": "{until}"}),
}
TEXTS = sa.table(
    "mail_texts",
    sa.column("id", sa.Integer),
    sa.column("mechanism_id", sa.Integer),
    sa.column("message", sa.String),
    sa.column("subject", JSON),
    sa.column("body", JSON),
)
MAILS = sa.table("mails", sa.column("message", sa.String), sa.column("state"), sa.column("edited", sa.Boolean))


def _move_texts(before: str, after: str, renamed: dict[str, str]) -> None:
    """Give a body's own text to the message that stays, unless the body has one of that already."""
    connection = op.get_bind()
    have = set(connection.scalars(sa.select(TEXTS.c.mechanism_id).where(TEXTS.c.message == after)))
    for row in connection.execute(sa.select(TEXTS).where(TEXTS.c.message == before)).all():
        if row.mechanism_id in have:
            connection.execute(sa.delete(TEXTS).where(TEXTS.c.id == row.id))
            continue
        subject, body = json.dumps(row.subject), json.dumps(row.body)
        for old, new in renamed.items():
            subject, body = subject.replace(old, new), body.replace(old, new)
        values = {"message": after, "subject": json.loads(subject), "body": json.loads(body)}
        connection.execute(sa.update(TEXTS).where(TEXTS.c.id == row.id).values(**values))


def upgrade() -> None:
    for before, (after, renamed) in MERGED.items():
        _move_texts(before, after, renamed)
        op.execute(sa.update(MAILS).where(MAILS.c.message == before).values(message=after))
    # What waits has not the values of the new placeholders: it goes as it is written.
    kept = sa.and_(MAILS.c.message.in_({after for after, _renamed in MERGED.values()}), sa.text("state = 'held'"))
    op.execute(sa.update(MAILS).where(kept).values(edited=True))

    with op.batch_alter_table("reminders") as table:
        table.add_column(sa.Column("parts", JSON, nullable=False, server_default="[]"))
        table.add_column(sa.Column("by_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("reminders") as table:
        table.alter_column("parts", server_default=None)
        table.create_index(table.f("ix_reminders_by_id"), ["by_id"], unique=False)
        table.create_foreign_key(table.f("fk_reminders_by_id_users"), "users", ["by_id"], ["id"])
    with op.batch_alter_table("presentation_slots") as table:
        table.drop_column("reminded_at")
    with op.batch_alter_table("presentation_files") as table:
        table.add_column(sa.Column("removed_at", MOMENT, nullable=True))
    CONSENT.create(op.get_bind(), checkfirst=True)
    with op.batch_alter_table("presentations") as table:
        table.add_column(sa.Column("working_consent", CONSENT, nullable=True))
        table.add_column(sa.Column("withdrawn_at", MOMENT, nullable=True))
    said = "CAST(consent AS VARCHAR)"
    if op.get_bind().dialect.name == "postgresql":
        said += "::working_consent"
    op.execute(
        f"UPDATE presentations SET working_consent = {said} WHERE consented_at IS NOT NULL OR state <> 'draft'"
    )
    with op.batch_alter_table("presentations") as table:
        table.drop_column("consented_at")


def downgrade() -> None:
    with op.batch_alter_table("presentations") as table:
        table.add_column(sa.Column("consented_at", MOMENT, nullable=True))
    op.execute("UPDATE presentations SET consented_at = CURRENT_TIMESTAMP WHERE working_consent IS NOT NULL")
    with op.batch_alter_table("presentations") as table:
        table.drop_column("withdrawn_at")
        if op.get_bind().dialect.name == "sqlite":
            table.drop_constraint("working_consent", type_="check")
        table.drop_column("working_consent")
    CONSENT.drop(op.get_bind(), checkfirst=True)
    op.execute("DELETE FROM presentation_files WHERE removed_at IS NOT NULL")
    with op.batch_alter_table("presentation_files") as table:
        table.drop_column("removed_at")
    with op.batch_alter_table("presentation_slots") as table:
        table.add_column(sa.Column("reminded_at", MOMENT, nullable=True))
    with op.batch_alter_table("reminders") as table:
        table.drop_constraint(table.f("fk_reminders_by_id_users"), type_="foreignkey")
        table.drop_index(table.f("ix_reminders_by_id"))
        table.drop_column("by_id")
        table.drop_column("parts")
