"""clearance in the capital before submission; texts that staff record for a State, which it confirms

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = ("draft", "submitted", "returned", "accepted", "published", "withdrawn")
STATES = ("draft", "with_capital", *BEFORE[1:])
KIND = sa.Enum("drafter", "focal_point", "ministry", "head", name="clearance_kind", create_constraint=True)
ACT = sa.Enum("sent", "cleared", "commented", "sent_back", "recalled", name="clearance_act", create_constraint=True)
MEANS = sa.Enum("email", "note", "hand", "other", name="intake_means", create_constraint=True)
REFERENCE, MOMENT_OF = "ck_practices_submitted_has_reference", "ck_practices_published_has_moment"


def _change_states(before: tuple[str, ...], after: tuple[str, ...], without_reference: str) -> None:
    """Let practices be in these states: a check on SQLite, a type on PostgreSQL; and these have no reference yet."""
    wanted = sa.Enum(*after, name="practice_state", create_constraint=True)
    with op.batch_alter_table("practices") as table:
        table.drop_constraint(table.f(REFERENCE), type_="check")
        table.drop_constraint(table.f(MOMENT_OF), type_="check")
        if op.get_bind().dialect.name == "sqlite":
            table.alter_column(
                "state",
                existing_type=sa.Enum(*before, name="practice_state", create_constraint=True),
                type_=wanted,
                existing_nullable=False,
            )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TYPE practice_state RENAME TO practice_state_before")
        wanted.create(op.get_bind())
        op.execute("ALTER TABLE practices ALTER COLUMN state TYPE practice_state USING state::text::practice_state")
        op.execute("DROP TYPE practice_state_before")
    with op.batch_alter_table("practices") as table:
        table.create_check_constraint(table.f(REFERENCE), f"state IN ({without_reference}) OR reference IS NOT NULL")
        table.create_check_constraint(table.f(MOMENT_OF), "state <> 'published' OR published_at IS NOT NULL")


def _table(name: str, *parts: sa.Column | sa.CheckConstraint, unique: str = "", indexed: tuple[str, ...] = ()) -> None:
    """Make a table; its foreign keys are named after their columns."""
    constraints: list[sa.Constraint] = [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))]
    for column in parts:
        if isinstance(column, sa.Column) and (refers := column.info.get("to")):
            key = op.f(f"fk_{name}_{column.name}_{refers}")
            constraints.append(sa.ForeignKeyConstraint([column.name], [f"{refers}.id"], name=key))
    constraints += [sa.UniqueConstraint(one, name=op.f(f"uq_{name}_{one}")) for one in unique.split()]
    op.create_table(name, sa.Column("id", sa.Integer(), nullable=False), *parts, *constraints)
    for one in indexed:
        op.create_index(op.f(f"ix_{name}_{one}"), name, [one], unique=False)


def _to(name: str, table: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable, info={"to": table})


def upgrade() -> None:
    _change_states(BEFORE, STATES, "'draft', 'with_capital', 'withdrawn'")
    with op.batch_alter_table("practice_versions") as table:
        table.add_column(sa.Column("confirmed_at", MOMENT, nullable=True))
    _table(
        "clearance_steps",
        _to("delegation_id", "delegations"),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.CheckConstraint("turn >= 1", name=op.f("ck_clearance_steps_turn_from_one")),
        sa.CheckConstraint(
            "kind <> 'ministry' OR email <> '' OR removed_at IS NOT NULL",
            name=op.f("ck_clearance_steps_ministry_has_address"),
        ),
        indexed=("delegation_id",),
    )
    _table(
        "clearance_rules",
        _to("delegation_id", "delegations"),
        sa.Column("required", sa.Boolean(), nullable=False),
        unique="delegation_id",
    )
    _table(
        "clearance_requests",
        _to("practice_id", "practices"),
        _to("step_id", "clearance_steps"),
        sa.Column("sha256", sa.String(64), nullable=False),
        _to("user_id", "users", nullable=True),
        _to("mail_id", "mails"),
        sa.Column("token_hash", sa.String(64), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        unique="mail_id token_hash",
        indexed=("practice_id", "step_id", "user_id"),
    )
    _table(
        "clearances",
        _to("practice_id", "practices"),
        _to("step_id", "clearance_steps", nullable=True),
        _to("request_id", "clearance_requests", nullable=True),
        sa.Column("act", ACT, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("signed", sa.String(200), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _to("by_id", "users", nullable=True),
        sa.CheckConstraint("act <> 'sent_back' OR comment <> ''", name=op.f("ck_clearances_sent_back_says_why")),
        indexed=("practice_id", "step_id", "request_id", "by_id"),
    )
    only = sa.text("act = 'cleared'")
    op.create_index(
        "uq_clearances_cleared_once",
        "clearances",
        ["practice_id", "step_id", "sha256"],
        unique=True,
        sqlite_where=only,
        postgresql_where=only,
    )
    _table(
        "intakes",
        _to("practice_id", "practices"),
        sa.Column("means", MEANS, nullable=False),
        sa.Column("sender", sa.String(300), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        _to("file_id", "stored_files", nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("leftovers", JSON, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        _to("recorded_by_id", "users", nullable=True),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("confirm_by", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        _to("confirmed_by_id", "users", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        unique="practice_id",
        indexed=("file_id", "recorded_by_id", "confirmed_by_id"),
    )


def downgrade() -> None:
    for name in ("intakes", "clearances", "clearance_requests", "clearance_rules", "clearance_steps"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        for kind in (KIND, ACT, MEANS):
            kind.drop(op.get_bind())
    with op.batch_alter_table("practice_versions") as table:
        table.drop_column("confirmed_at")
    # What was with the capital is with its drafters again.
    op.execute("UPDATE practices SET state = 'returned' WHERE state = 'with_capital' AND reference IS NOT NULL")
    op.execute("UPDATE practices SET state = 'draft' WHERE state = 'with_capital'")
    _change_states(STATES, BEFORE, "'draft', 'withdrawn'")
