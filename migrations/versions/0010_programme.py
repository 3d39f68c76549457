"""order of business with sub-items, people and published versions; wordings of questions; calendar addresses

Revision ID: 0010
Revises: 0009
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ROLE = sa.Enum("chair", "moderator", "speaker", "item_rapporteur", name="agenda_item_role", create_constraint=True)
AUDIENCE = sa.Enum("mechanisms", "states", "both", name="question_audience", create_constraint=True)

ITEMS = sa.table(
    "agenda_items",
    sa.column("id", sa.Integer),
    sa.column("meeting_id", sa.Integer),
    sa.column("position", sa.Integer),
    sa.column("day", sa.Integer),
    sa.column("minutes", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("title", JSON),
    sa.column("description", JSON),
    sa.column("mark", sa.String),
)
MEETINGS = sa.table(
    "meetings",
    sa.column("id", sa.Integer),
    sa.column("zone", sa.String),
    sa.column("starts_at", sa.DateTime(timezone=True)),
    sa.column("stage", sa.String),
)
VERSIONS = sa.table(
    "agenda_versions",
    sa.column("meeting_id", sa.Integer),
    sa.column("number", sa.Integer),
    sa.column("content", JSON),
    sa.column("changes", JSON),
    sa.column("sha256", sa.String),
    sa.column("published_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    _items()
    _versions()
    _questions()
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_feeds_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
        sa.UniqueConstraint("user_id", name=op.f("uq_calendar_feeds_user_id")),
    )


def _items() -> None:
    with op.batch_alter_table("agenda_items") as table:
        table.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("mark", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("begins", sa.Time(), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(ITEMS.c.id)).all():
        connection.execute(sa.update(ITEMS).where(ITEMS.c.id == row.id).values(mark=uuid4().hex))
    with op.batch_alter_table("agenda_items") as table:
        table.alter_column("mark", existing_type=sa.String(length=32), nullable=False)
        table.create_unique_constraint(table.f("uq_agenda_items_mark"), ["mark"])
        table.create_foreign_key(
            table.f("fk_agenda_items_parent_id_agenda_items"), "agenda_items", ["parent_id"], ["id"]
        )
        table.create_check_constraint(table.f("ck_agenda_items_not_its_own_parent"), "parent_id <> id")
        table.create_index(table.f("ix_agenda_items_parent_id"), ["parent_id"], unique=False)
    op.create_table(
        "agenda_item_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=True),
        sa.Column("role", ROLE, nullable=False),
        sa.Column("function", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_agenda_item_people_delegation_id_delegations")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_items.id"], name=op.f("fk_agenda_item_people_item_id_agenda_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item_people")),
    )
    with op.batch_alter_table("agenda_item_people") as table:
        table.create_index(table.f("ix_agenda_item_people_delegation_id"), ["delegation_id"], unique=False)
        table.create_index(table.f("ix_agenda_item_people_item_id"), ["item_id"], unique=False)


def _versions() -> None:
    op.create_table(
        "agenda_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_agenda_versions_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["users.id"], name=op.f("fk_agenda_versions_published_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_versions")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_agenda_versions_meeting_id_number")),
    )
    with op.batch_alter_table("agenda_versions") as table:
        table.create_index(table.f("ix_agenda_versions_published_by_id"), ["published_by_id"], unique=False)
    connection = op.get_bind()
    seen = sa.cast(MEETINGS.c.stage, sa.String) != "preparing"
    for meeting in connection.execute(sa.select(MEETINGS).where(seen)).all():
        _publish(connection, meeting)


def _publish(connection: sa.Connection, meeting: sa.Row) -> None:
    """Give a session that readers see the order of business that they saw until now, as its first version."""
    rows = connection.execute(
        sa.select(ITEMS).where(ITEMS.c.meeting_id == meeting.id).order_by(ITEMS.c.position)
    ).all()
    if not rows:
        return
    at = datetime.now(UTC)
    start = meeting.starts_at.replace(tzinfo=meeting.starts_at.tzinfo or UTC).astimezone(ZoneInfo(meeting.zone))
    reached: dict[int, datetime] = {}
    items = []
    for number, row in enumerate(rows, start=1):
        date = start.date() + timedelta(days=row.day - 1)
        begins = reached.get(row.day) or datetime.combine(date, start.time(), tzinfo=start.tzinfo).astimezone(UTC)
        reached[row.day] = begins + timedelta(minutes=row.minutes)
        items.append(
            {
                "mark": row.mark,
                "parent": None,
                "number": str(number),
                "day": row.day,
                "date": date.isoformat(),
                "starts_at": begins.isoformat(),
                "ends_at": reached[row.day].isoformat(),
                "timed": row.minutes > 0,
                "minutes": row.minutes,
                "kind": row.kind,
                "title": row.title,
                "description": row.description,
                "people": [],
            }
        )
    said = json.dumps([meeting.zone, items], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    life = {"sequence": 0, "changed_at": at.isoformat(), "listed": True}
    connection.execute(
        sa.insert(VERSIONS).values(
            meeting_id=meeting.id,
            number=1,
            content={"zone": meeting.zone, "items": [{**item, **life} for item in items], "cancelled": []},
            changes=[],
            sha256=hashlib.sha256(said.encode()).hexdigest(),
            published_at=at,
        )
    )


def _questions() -> None:
    with op.batch_alter_table("guiding_questions") as table:
        table.add_column(sa.Column("word_limit", sa.Integer(), nullable=True))
        table.add_column(sa.Column("item_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("worded_at", sa.DateTime(timezone=True), nullable=True))
    # What mechanisms alone answer could have a thousand words until now, what States answer four hundred.
    op.execute("UPDATE guiding_questions SET word_limit = CASE WHEN audience = 'mechanisms' THEN 1000 ELSE 400 END")
    with op.batch_alter_table("guiding_questions") as table:
        table.alter_column("word_limit", existing_type=sa.Integer(), nullable=False)
        table.create_check_constraint(table.f("ck_guiding_questions_word_limit_from_one"), "word_limit >= 1")
        table.create_foreign_key(
            table.f("fk_guiding_questions_item_id_agenda_items"), "agenda_items", ["item_id"], ["id"], ondelete="SET NULL"
        )
        table.create_index(table.f("ix_guiding_questions_item_id"), ["item_id"], unique=False)
    op.create_table(
        "question_wordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column(
            "audience",
            AUDIENCE.with_variant(
                postgresql.ENUM(*AUDIENCE.enums, name="question_audience", create_type=False), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("word_limit", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["guiding_questions.id"], name=op.f("fk_question_wordings_question_id_guiding_questions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_wordings")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_wordings_question_id_number")),
    )


def downgrade() -> None:
    op.drop_table("calendar_feeds")
    op.drop_table("question_wordings")
    with op.batch_alter_table("guiding_questions") as table:
        table.drop_index(table.f("ix_guiding_questions_item_id"))
        table.drop_constraint(table.f("fk_guiding_questions_item_id_agenda_items"), type_="foreignkey")
        table.drop_constraint(table.f("ck_guiding_questions_word_limit_from_one"), type_="check")
        for name in ("worded_at", "item_id", "word_limit"):
            table.drop_column(name)
    op.drop_table("agenda_versions")
    op.drop_table("agenda_item_people")
    op.execute("UPDATE agenda_items SET parent_id = NULL")
    with op.batch_alter_table("agenda_items") as table:
        table.drop_index(table.f("ix_agenda_items_parent_id"))
        table.drop_constraint(table.f("ck_agenda_items_not_its_own_parent"), type_="check")
        table.drop_constraint(table.f("fk_agenda_items_parent_id_agenda_items"), type_="foreignkey")
        table.drop_constraint(table.f("uq_agenda_items_mark"), type_="unique")
        for name in ("begins", "mark", "parent_id"):
            table.drop_column(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TYPE agenda_item_role")
