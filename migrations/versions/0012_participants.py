"""participants, notes verbales, rules of their data; who presents, in which order; civil society

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KINDS_BEFORE = ("state", "territory", "organization", "mechanism")
KINDS = (*KINDS_BEFORE, "civil_society")
PRECEDENCE = sa.Enum("alphabetical", "protocol", name="precedence", create_constraint=True)
ROLE = sa.Enum("head", "alternate", "delegate", "adviser", "observer", name="participant_role", create_constraint=True)
ATTENDANCE = sa.Enum("in_person", "virtual", name="attendance", create_constraint=True)
INVITATION = sa.Enum("invited", "accepted", "declined", name="invitation_state", create_constraint=True)
AUDIENCES = ("public", "member_states", "restricted")
AUDIENCE = sa.Enum(*AUDIENCES, name="audience", create_constraint=True).with_variant(
    postgresql.ENUM(*AUDIENCES, name="audience", create_type=False), "postgresql"
)
NAME_KEY = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


def _change_kinds(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let parties be of these kinds: a check on SQLite, a type on PostgreSQL."""
    wanted = sa.Enum(*after, name="party_kind", create_constraint=True)
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("parties") as table:
            table.alter_column(
                "kind",
                existing_type=sa.Enum(*before, name="party_kind", create_constraint=True),
                type_=wanted,
                existing_nullable=False,
            )
        return
    op.execute("ALTER TYPE party_kind RENAME TO party_kind_before")
    wanted.create(op.get_bind())
    op.execute("ALTER TABLE parties ALTER COLUMN kind TYPE party_kind USING kind::text::party_kind")
    op.execute("DROP TYPE party_kind_before")


def upgrade() -> None:
    _change_kinds(KINDS_BEFORE, KINDS)
    PRECEDENCE.create(op.get_bind(), checkfirst=True)
    with op.batch_alter_table("meetings") as table:
        table.add_column(sa.Column("registration_closes_at", MOMENT, nullable=True))
        table.add_column(sa.Column("precedence", PRECEDENCE, nullable=False, server_default="alphabetical"))
    with op.batch_alter_table("meetings") as table:
        table.alter_column("precedence", existing_type=PRECEDENCE, existing_nullable=False, server_default=None)
    with op.batch_alter_table("delegations") as table:
        table.add_column(sa.Column("rank", sa.Integer(), nullable=True))

    op.create_table(
        "notes_verbales",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_notes_verbales_delegation_id_delegations")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_notes_verbales_file_id_stored_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes_verbales")),
        sa.UniqueConstraint("delegation_id", "number", name=op.f("uq_notes_verbales_delegation_id_number")),
    )
    op.create_index(op.f("ix_notes_verbales_file_id"), "notes_verbales", ["file_id"])

    op.create_table(
        "participants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", NAME_KEY, nullable=True),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("function", sa.String(200), nullable=False),
        sa.Column("institution", sa.String(200), nullable=False),
        sa.Column("role", ROLE, nullable=False),
        sa.Column("attendance", ATTENDANCE, nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("access_needs", sa.Text(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("forgotten_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(forgotten_at IS NULL) OR (name = '' AND email = '')", name=op.f("ck_participants_forgotten_says_nothing")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_participants_delegation_id_delegations")
        ),
        sa.ForeignKeyConstraint(["note_id"], ["notes_verbales.id"], name=op.f("fk_participants_note_id_notes_verbales")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_participants_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        sa.UniqueConstraint("delegation_id", "name_key", name=op.f("uq_participants_delegation_id_name_key")),
    )
    op.create_index(op.f("ix_participants_note_id"), "participants", ["note_id"])
    op.create_index(op.f("ix_participants_user_id"), "participants", ["user_id"])
    op.create_index("ix_participants_delegation_position", "participants", ["delegation_id", "position"])

    op.create_table(
        "participant_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mechanism_id", sa.Integer(), nullable=False),
        sa.Column("keep_months", sa.Integer(), nullable=False),
        sa.Column("audience", AUDIENCE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("keep_months BETWEEN 1 AND 120", name=op.f("ck_participant_rules_keep_months_sensible")),
        sa.ForeignKeyConstraint(
            ["mechanism_id"], ["mechanisms.id"], name=op.f("fk_participant_rules_mechanism_id_mechanisms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_rules")),
        sa.UniqueConstraint("mechanism_id", name=op.f("uq_participant_rules_mechanism_id")),
    )

    op.create_table(
        "presentation_slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", INVITATION, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("invited_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("recording_url", sa.String(500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "recording_url = '' OR recording_url LIKE 'https://%'",
            name=op.f("ck_presentation_slots_recording_is_https"),
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_presentation_slots_delegation_id_delegations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presentation_slots")),
        sa.UniqueConstraint("delegation_id", name=op.f("uq_presentation_slots_delegation_id")),
    )
    with op.batch_alter_table("presentations") as table:
        table.add_column(sa.Column("consented_at", MOMENT, nullable=True))
    # What was filed before had its audience chosen by the mechanism when it was filed.
    op.execute(
        "UPDATE presentations SET consented_at = (SELECT max(filed_at) FROM presentation_versions"
        " WHERE presentation_versions.presentation_id = presentations.id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("presentations") as table:
        table.drop_column("consented_at")
    for name in ("presentation_slots", "participant_rules", "participants", "notes_verbales"):
        op.drop_table(name)
    with op.batch_alter_table("delegations") as table:
        table.drop_column("rank")
    with op.batch_alter_table("meetings") as table:
        if op.get_bind().dialect.name == "sqlite":
            table.drop_constraint(table.f("ck_meetings_precedence"), type_="check")
        table.drop_column("precedence")
        table.drop_column("registration_closes_at")
    # A civil society organization is the nearest of what was known before: a party without a page of its own.
    op.execute("UPDATE parties SET kind = 'territory' WHERE kind = 'civil_society'")
    _change_kinds(KINDS, KINDS_BEFORE)
    if op.get_bind().dialect.name == "postgresql":
        for name in ("precedence", "participant_role", "attendance", "invitation_state"):
            op.execute(f"DROP TYPE {name}")
