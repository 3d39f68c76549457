"""statements handed in for the floor, their versions, codes to hand them in by, the interpreters' list

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _known(name: str, *values: str) -> sa.types.TypeEngine:
    """An enumeration that an earlier migration made."""
    made = postgresql.ENUM(*values, name=name, create_type=False)
    return sa.Enum(*values, name=name, create_constraint=True).with_variant(made, "postgresql")


KIND = _known(
    "speaking_kind",
    "statement",
    "question_to_panellist",
    "reply",
    "explanation_of_position",
    "point_of_order",
    "right_of_reply",
)
AUDIENCE = _known("audience", "public", "member_states", "restricted")
OUTCOME = sa.Enum("delivered", "not_delivered", "written_only", name="statement_outcome", create_constraint=True)


def _to(table: str, column: str, refers: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{refers}.id"], name=op.f(f"fk_{table}_{column}_{refers}"))


def upgrade() -> None:
    statements, versions = "floor_statements", "floor_statement_versions"
    codes, interpreters = "floor_statement_codes", "floor_interpreters"
    op.create_table(
        statements,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("on_behalf_id", sa.Integer(), nullable=True),
        sa.Column("group_name", sa.String(120), nullable=False),
        sa.Column("acts_for", sa.String(130), nullable=False),
        sa.Column("consent", AUDIENCE, nullable=False),
        sa.Column("outcome", OUTCOME, nullable=True),
        sa.Column("outcome_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{statements}")),
        _to(statements, "delegation_id", "delegations"),
        _to(statements, "on_behalf_id", "parties"),
        sa.UniqueConstraint(
            "delegation_id", "mark", "kind", "acts_for", name=op.f(f"uq_{statements}_delegation_id_mark_kind_acts_for")
        ),
        sa.CheckConstraint("on_behalf_id IS NULL OR group_name = ''", name=op.f(f"ck_{statements}_for_one")),
        sa.CheckConstraint(
            "(acts_for = '') = (on_behalf_id IS NULL AND group_name = '')", name=op.f(f"ck_{statements}_acts_for_told")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (outcome_at IS NULL)", name=op.f(f"ck_{statements}_outcome_has_moment")
        ),
    )
    op.create_table(
        codes,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{codes}")),
        _to(codes, "delegation_id", "delegations"),
        _to(codes, "made_by_id", "users"),
    )
    op.create_table(
        versions,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("check_delivery", sa.Boolean(), nullable=False),
        sa.Column("handed_in_at", MOMENT, nullable=False),
        sa.Column("handed_in_by_id", sa.Integer(), nullable=True),
        sa.Column("code_id", sa.Integer(), nullable=True),
        sa.Column("form_key", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{versions}")),
        _to(versions, "statement_id", statements),
        _to(versions, "file_id", "stored_files"),
        _to(versions, "handed_in_by_id", "users"),
        _to(versions, "code_id", codes),
        sa.UniqueConstraint("statement_id", "number", name=op.f(f"uq_{versions}_statement_id_number")),
        sa.UniqueConstraint("code_id", name=op.f(f"uq_{versions}_code_id")),
        sa.UniqueConstraint("form_key", name=op.f(f"uq_{versions}_form_key")),
        sa.CheckConstraint("text <> '' OR file_id IS NOT NULL", name=op.f(f"ck_{versions}_says_something")),
    )
    op.create_table(
        interpreters,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{interpreters}")),
        _to(interpreters, "meeting_id", "meetings"),
        _to(interpreters, "user_id", "users"),
        sa.UniqueConstraint("meeting_id", "user_id", name=op.f(f"uq_{interpreters}_meeting_id_user_id")),
    )
    indexed = {
        statements: ("on_behalf_id",),
        codes: ("delegation_id", "made_by_id"),
        versions: ("file_id", "handed_in_by_id"),
        interpreters: ("user_id",),
    }
    for table, columns in indexed.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    for name in ("floor_interpreters", "floor_statement_versions", "floor_statement_codes", "floor_statements"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        OUTCOME.drop(op.get_bind())
