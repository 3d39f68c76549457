"""the floor: lists of speakers, requests, speeches, offers to swap, a body's rules, who chairs

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ORDER = sa.Enum(
    "by_request",
    "groups_first",
    "by_lot",
    "by_alphabet",
    "by_precedence",
    name="speaking_order",
    create_constraint=True,
)
ORDER_AGAIN = ORDER.with_variant(postgresql.ENUM(*ORDER.enums, name="speaking_order", create_type=False), "postgresql")
KIND = sa.Enum(
    "statement",
    "question_to_panellist",
    "reply",
    "explanation_of_position",
    "point_of_order",
    "right_of_reply",
    name="speaking_kind",
    create_constraint=True,
)
STATE = sa.Enum(
    "waiting", "speaking", "spoken", "withdrawn", "removed", name="speaker_entry_state", create_constraint=True
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


def _one(name: str, table: str, columns: list[str], where: str) -> None:
    """At most one row where a condition holds."""
    only = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=only, postgresql_where=only)


def _rules(order: sa.types.TypeEngine) -> tuple[sa.Column, ...]:
    return (
        sa.Column("order", order, nullable=False),
        sa.Column("order_language", sa.String(2), nullable=False),
        sa.Column("seconds", JSON, nullable=False),
        sa.Column("quotas", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def upgrade() -> None:
    _table("floor_rules", _to("mechanism_id", "mechanisms"), *_rules(ORDER), unique=(("mechanism_id",),))
    _table(
        "floor_chairs",
        _to("member_id", "delegation_members", goes="CASCADE"),
        sa.Column("given_at", MOMENT, nullable=False),
        unique=(("member_id",),),
    )
    _table(
        "speakers_lists",
        _to("meeting_id", "meetings"),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closes_at", MOMENT, nullable=True),
        *_rules(ORDER_AGAIN),
        sa.Column("seed", sa.String(32), nullable=True),
        sa.Column("drawn_at", MOMENT, nullable=True),
        sa.Column("factor", sa.Integer(), nullable=False),
        sa.Column("placed", JSON, nullable=False),
        sa.CheckConstraint("factor BETWEEN 10 AND 100", name=op.f("ck_speakers_lists_factor_sensible")),
        sa.CheckConstraint("(seed IS NULL) = (drawn_at IS NULL)", name=op.f("ck_speakers_lists_lot_has_moment")),
        unique=(("meeting_id", "mark"),),
    )
    entries = "ck_speaker_entries_"
    _table(
        "speaker_entries",
        _to("list_id", "speakers_lists"),
        _to("delegation_id", "delegations"),
        _to("on_behalf_id", "parties", nullable=True),
        sa.Column("group_name", sa.String(120), nullable=False),
        sa.Column("acts_for", sa.String(130), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        _to("asked_by_id", "users", nullable=True),
        sa.Column("raised_flag", sa.Boolean(), nullable=False),
        sa.Column("hand", sa.Integer(), nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("ruling", sa.String(1000), nullable=False),
        sa.Column("ruled_at", MOMENT, nullable=True),
        sa.Column("form_key", sa.String(40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("on_behalf_id IS NULL OR group_name = ''", name=op.f(f"{entries}for_one")),
        sa.CheckConstraint(
            "(acts_for = '') = (on_behalf_id IS NULL AND group_name = '')", name=op.f(f"{entries}acts_for_told")
        ),
        sa.CheckConstraint(
            "(left_at IS NOT NULL) = (state IN ('withdrawn', 'removed'))", name=op.f(f"{entries}left_has_moment")
        ),
        sa.CheckConstraint("hand IS NULL OR hand >= 1", name=op.f(f"{entries}hand_from_one")),
        sa.CheckConstraint("(ruling = '') = (ruled_at IS NULL)", name=op.f(f"{entries}ruling_has_moment")),
        sa.CheckConstraint("ruling = '' OR kind = 'point_of_order'", name=op.f(f"{entries}ruling_on_point_of_order")),
        unique=(("form_key",),),
        indexed=("list_id", "delegation_id", "on_behalf_id", "asked_by_id"),
    )
    _one(
        "uq_speaker_entries_waiting",
        "speaker_entries",
        ["list_id", "delegation_id", "acts_for", "kind"],
        "state = 'waiting'",
    )
    speeches = "ck_speeches_"
    _table(
        "speeches",
        _to("entry_id", "speaker_entries"),
        _to("meeting_id", "meetings"),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("paused_ms", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("allowed >= 1", name=op.f(f"{speeches}some_time")),
        sa.CheckConstraint("paused_ms >= 0", name=op.f(f"{speeches}pauses_not_negative")),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= begun_at", name=op.f(f"{speeches}ends_after_start")),
        sa.CheckConstraint("ended_at IS NULL OR paused_at IS NULL", name=op.f(f"{speeches}ended_stands_no_more")),
        sa.CheckConstraint(
            "NOT held OR (paused_at IS NOT NULL AND ended_at IS NULL)", name=op.f(f"{speeches}held_stands")
        ),
        unique=(("entry_id",),),
        indexed=("meeting_id",),
    )
    _one("uq_speeches_one_has_the_floor", "speeches", ["meeting_id"], "ended_at IS NULL AND NOT held")
    _one("uq_speeches_one_held", "speeches", ["meeting_id"], "held")
    _table(
        "swap_offers",
        _to("offered_id", "speaker_entries"),
        _to("wanted_id", "speaker_entries"),
        sa.Column("offered_at", MOMENT, nullable=False),
        _to("offered_by_id", "users", nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint("offered_id <> wanted_id", name=op.f("ck_swap_offers_not_with_itself")),
        sa.CheckConstraint(
            "(accepted IS NULL) = (answered_at IS NULL)", name=op.f("ck_swap_offers_answered_has_moment")
        ),
        indexed=("wanted_id", "offered_by_id"),
    )
    _one("uq_swap_offers_open", "swap_offers", ["offered_id"], "answered_at IS NULL")


def downgrade() -> None:
    for name in ("swap_offers", "speeches", "speaker_entries", "speakers_lists", "floor_chairs", "floor_rules"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        for kind in (ORDER, KIND, STATE):
            kind.drop(op.get_bind())
