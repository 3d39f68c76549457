"""why a mail was cancelled or failed; a try whose answer was lost; account links are made when their mail leaves

Revision ID: 0018
Revises: 0017
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

REASON = sa.Enum("closed", "set_up", "removed", "replaced", "done", "refused", "address", "exhausted", "stopped", name="mail_reason", create_constraint=True)
BEFORE = ("taken", "put_off", "refused", "interrupted")
OUTCOMES = (*BEFORE, "unsure")


def _change_outcomes(values: tuple[str, ...]) -> None:
    """Let tries have these outcomes: a check on SQLite, a type on PostgreSQL."""
    wanted = sa.Enum(*values, name="mail_try_outcome", create_constraint=True)
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("mail_tries") as table:
            table.drop_constraint("mail_try_outcome", type_="check")
            table.alter_column("outcome", type_=sa.String(11), existing_nullable=True)
        with op.batch_alter_table("mail_tries") as table:
            table.alter_column("outcome", existing_type=sa.String(11), type_=wanted, existing_nullable=True)
        return
    op.execute("ALTER TYPE mail_try_outcome RENAME TO mail_try_outcome_before")
    wanted.create(op.get_bind())
    op.execute("ALTER TABLE mail_tries ALTER COLUMN outcome TYPE mail_try_outcome USING outcome::text::mail_try_outcome")
    op.execute("DROP TYPE mail_try_outcome_before")


def _links_are_made_later() -> None:
    """Mails that have not left held their link in their text, where the secretariat may read it from now on."""
    mails = sa.table("mails", sa.column("id"), sa.column("message"), sa.column("state"), sa.column("body"))
    rows = sa.select(mails.c.id, mails.c.body).where(
        mails.c.message.in_(("people/sign_in", "people/set_up", "people/invited")),
        sa.cast(mails.c.state, sa.String).not_in(("sent", "cancelled")),
    )
    for mail_id, body in op.get_bind().execute(rows).all():
        hidden = re.sub(r"\S+/(?:set-up|sign-in/link)/\S+", "{link}", body)
        op.get_bind().execute(sa.update(mails).where(mails.c.id == mail_id).values(body=hidden))


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        REASON.create(op.get_bind())
    with op.batch_alter_table("mails") as table:
        table.add_column(sa.Column("reason", REASON, nullable=True))
    _change_outcomes(OUTCOMES)
    _links_are_made_later()


def downgrade() -> None:
    op.execute("UPDATE mail_tries SET outcome = 'interrupted' WHERE outcome = 'unsure'")
    _change_outcomes(BEFORE)
    with op.batch_alter_table("mails") as table:
        if op.get_bind().dialect.name == "sqlite":
            table.drop_constraint("mail_reason", type_="check")
        table.drop_column("reason")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TYPE mail_reason")
