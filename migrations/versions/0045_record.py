"""the record: parts in the floor, quorum, notes, follow-ups, attendance, minutes; interventions as sources

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, create_constraint=True)


PART = _enum("floor_part", "chair", "rapporteur_of_session")
HALF = _enum("sitting_half", "morning", "afternoon")
STATE = _enum("minutes_state", "minutes_written", "minutes_corrected", "minutes_final")
KEPT = _enum("minutes_kept", "by_hand", "sent_for_correction", "before_restoring", "final_version")
OUTCOME = _enum("correction_outcome", "correction_accepted", "correction_in_part", "correction_declined")
TABLES = (
    "minutes_corrections",
    "minutes_versions",
    "minutes_texts",
    "minutes",
    "sitting_presences",
    "sittings",
    "follow_ups",
    "notes",
)
BEFORE = "(practice_version_id IS NULL) <> (presentation_version_id IS NULL)"
AFTER = (
    "(CASE WHEN practice_version_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN presentation_version_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN intervention_id IS NULL THEN 0 ELSE 1 END) = 1"
)


def _table(
    name: str,
    *parts: sa.Column | sa.CheckConstraint,
    unique: tuple[tuple[str, ...], ...] = (),
    indexed: tuple[str, ...] = (),
) -> None:
    """Make a table; its foreign keys are named after their columns."""
    constraints: list[sa.Constraint] = [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))]
    for column in parts:
        if isinstance(column, sa.Column) and (refers := column.info.get("to")):
            key, goes = op.f(f"fk_{name}_{column.name}_{refers}"), column.info.get("goes")
            constraints.append(sa.ForeignKeyConstraint([column.name], [f"{refers}.id"], name=key, ondelete=goes))
    constraints += [sa.UniqueConstraint(*some, name=op.f("_".join(("uq", name, *some)))) for some in unique]
    op.create_table(name, sa.Column("id", sa.Integer(), nullable=False), *parts, *constraints)
    for one in indexed:
        op.create_index(op.f(f"ix_{name}_{one}"), name, [one], unique=False)


def _to(name: str, table: str, *, nullable: bool = False, goes: str | None = None) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable, info={"to": table, "goes": goes})


def _column(name: str, kind: sa.types.TypeEngine, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=nullable)


def upgrade() -> None:
    member = _to("member_id", "delegation_members", goes="CASCADE")
    _table("floor_parts", member, _column("part", PART), _column("given_at", MOMENT), unique=(("member_id", "part"),))
    op.execute("INSERT INTO floor_parts (member_id, part, given_at) SELECT member_id, 'chair', given_at FROM floor_chairs")
    op.drop_table("floor_chairs")
    with op.batch_alter_table("floor_rules") as batch:
        batch.add_column(_column("quorum", sa.Integer(), nullable=True))
        batch.create_check_constraint(op.f("ck_floor_rules_quorum_sensible"), "quorum BETWEEN 1 AND 100")
    _table(
        "notes",
        _to("intervention_id", "speaker_entries"),
        _to("author_id", "users"),
        _column("points", JSON),
        _column("begun_at", MOMENT),
        _column("saved_at", MOMENT),
        _column("version", sa.Integer()),
        unique=(("intervention_id", "author_id"),),
        indexed=("author_id",),
    )
    _table(
        "follow_ups",
        _to("intervention_id", "speaker_entries"),
        _to("practice_id", "practices"),
        _column("asked_at", MOMENT),
        _to("asked_by_id", "users", nullable=True),
        unique=(("intervention_id",), ("practice_id",)),
        indexed=("asked_by_id",),
    )
    _table(
        "sittings",
        _to("meeting_id", "meetings"),
        _column("day", sa.Integer()),
        _column("half", HALF),
        _column("noted_at", MOMENT),
        _to("noted_by_id", "users", nullable=True),
        _column("version", sa.Integer()),
        sa.CheckConstraint("day >= 1", name=op.f("ck_sittings_day_from_one")),
        unique=(("meeting_id", "day", "half"),),
        indexed=("noted_by_id",),
    )
    _table(
        "sitting_presences",
        _to("sitting_id", "sittings"),
        _to("delegation_id", "delegations"),
        unique=(("sitting_id", "delegation_id"),),
        indexed=("delegation_id",),
    )
    _table(
        "minutes",
        _to("meeting_id", "meetings"),
        _column("language", sa.String(2)),
        _column("state", STATE),
        _column("correct_until", MOMENT, nullable=True),
        _column("version", sa.Integer()),
        sa.CheckConstraint(
            "state <> 'minutes_corrected' OR correct_until IS NOT NULL", name=op.f("ck_minutes_corrected_until")
        ),
        unique=(("meeting_id",),),
    )
    _table(
        "minutes_texts",
        _to("meeting_id", "meetings"),
        _column("mark", sa.String(32), nullable=True),
        _to("intervention_id", "speaker_entries", nullable=True),
        _column("points", JSON),
        _column("version", sa.Integer()),
        sa.CheckConstraint("(mark IS NULL) <> (intervention_id IS NULL)", name=op.f("ck_minutes_texts_of_one_thing")),
        unique=(("intervention_id",), ("meeting_id", "mark")),
    )
    _table(
        "minutes_versions",
        _to("minutes_id", "minutes"),
        _column("number", sa.Integer()),
        _column("why", KEPT),
        _column("texts", JSON),
        _column("kept_at", MOMENT),
        _to("kept_by_id", "users", nullable=True),
        unique=(("minutes_id", "number"),),
        indexed=("kept_by_id",),
    )
    _table(
        "minutes_corrections",
        _to("intervention_id", "speaker_entries"),
        _column("points", JSON),
        _column("reason", sa.Text()),
        _column("proposed_at", MOMENT),
        _to("proposed_by_id", "users", nullable=True),
        _column("outcome", OUTCOME, nullable=True),
        _column("answer", sa.Text()),
        _column("settled_at", MOMENT, nullable=True),
        _to("settled_by_id", "users", nullable=True),
        _column("version", sa.Integer()),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_minutes_corrections_settled_has_moment")
        ),
        indexed=("intervention_id", "proposed_by_id", "settled_by_id"),
    )
    waiting = sa.text("outcome IS NULL")
    op.create_index(
        "uq_minutes_corrections_open",
        "minutes_corrections",
        ["intervention_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    for table in ("citations", "set_asides"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(_column("intervention_id", sa.Integer(), nullable=True))
            key = op.f(f"fk_{table}_intervention_id_speaker_entries")
            batch.create_foreign_key(key, "speaker_entries", ["intervention_id"], ["id"])
            batch.create_index(op.f(f"ix_{table}_intervention_id"), ["intervention_id"], unique=False)
            batch.drop_constraint(op.f(f"ck_{table}_one_source"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_one_source"), AFTER)


def downgrade() -> None:
    for table in ("citations", "set_asides"):
        op.execute(f"DELETE FROM {table} WHERE intervention_id IS NOT NULL")  # noqa: S608  (our own two names)
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_one_source"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_one_source"), BEFORE)
            batch.drop_constraint(op.f(f"fk_{table}_intervention_id_speaker_entries"), type_="foreignkey")
            batch.drop_index(op.f(f"ix_{table}_intervention_id"))
            batch.drop_column("intervention_id")
    for name in TABLES:
        op.drop_table(name)
    with op.batch_alter_table("floor_rules") as batch:
        batch.drop_constraint(op.f("ck_floor_rules_quorum_sensible"), type_="check")
        batch.drop_column("quorum")
    member = _to("member_id", "delegation_members", goes="CASCADE")
    _table("floor_chairs", member, _column("given_at", MOMENT), unique=(("member_id",),))
    op.execute(
        "INSERT INTO floor_chairs (member_id, given_at) SELECT member_id, given_at FROM floor_parts WHERE part = 'chair'"
    )
    op.drop_table("floor_parts")
    if op.get_bind().dialect.name == "postgresql":
        for kind in (PART, HALF, STATE, KEPT, OUTCOME):
            kind.drop(op.get_bind())
