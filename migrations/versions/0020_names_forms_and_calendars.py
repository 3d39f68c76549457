"""people of an item chosen among participants, forms sent twice, what calendars last showed

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None



def upgrade() -> None:
    with op.batch_alter_table("agenda_item_people") as batch:
        batch.add_column(sa.Column("participant_id", sa.Integer()))
        batch.create_foreign_key(
            op.f("fk_agenda_item_people_participant_id_participants"),
            "participants",
            ["participant_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_index(op.f("ix_agenda_item_people_participant_id"), ["participant_id"])
    for table in ("agenda_items", "guiding_questions"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("form_key", sa.String(length=40)))
            batch.create_unique_constraint(op.f(f"uq_{table}_form_key"), ["form_key"])
    with op.batch_alter_table("presentation_slots") as batch:
        batch.alter_column("position", existing_type=sa.Integer(), nullable=True)
    op.create_table(
        "calendar_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_entries")),
        sa.UniqueConstraint("feed", "name", name=op.f("uq_calendar_entries_feed_name")),
    )


def downgrade() -> None:
    op.drop_table("calendar_entries")
    op.execute("UPDATE presentation_slots SET position = 1000 WHERE position IS NULL")
    with op.batch_alter_table("presentation_slots") as batch:
        batch.alter_column("position", existing_type=sa.Integer(), nullable=False)
    for table in ("guiding_questions", "agenda_items"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"uq_{table}_form_key"), type_="unique")
            batch.drop_column("form_key")
    with op.batch_alter_table("agenda_item_people") as batch:
        batch.drop_index(op.f("ix_agenda_item_people_participant_id"))
        batch.drop_constraint(op.f("fk_agenda_item_people_participant_id_participants"), type_="foreignkey")
        batch.drop_column("participant_id")
