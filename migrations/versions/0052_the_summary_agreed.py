"""summaries written together, grouped, circulated, adopted, published in more formats; recommendations

Revision ID: 0052
Revises: 0051
"""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NEW = (
    KIND_OF_CIRCULATION := sa.Enum(
        "for_comments", "silence_procedure", name="circulation_kind", create_constraint=True
    ),
    END := sa.Enum(
        "comments_closed",
        "adopted_by_silence",
        "silence_broken",
        "circulation_ended_early",
        name="circulation_end",
        create_constraint=True,
    ),
    DISPOSITION := sa.Enum(
        "comment_accepted",
        "comment_in_part",
        "comment_not_accepted",
        "comment_noted",
        name="comment_disposition",
        create_constraint=True,
    ),
    PROGRESS := sa.Enum(
        "not_begun", "being_followed", "followed", "not_for_us", name="recommendation_progress", create_constraint=True
    ),
    KIND := sa.Enum("original", "revision", "corrigendum", name="publication_kind", create_constraint=True),
    ATTRIBUTION := sa.Enum("collective", "named", name="paragraph_attribution", create_constraint=True),
)
_MADE = postgresql.ENUM("public", "member_states", "restricted", name="audience", create_type=False)
AUDIENCE = sa.Enum("public", "member_states", "restricted", name="audience", create_constraint=True).with_variant(
    _MADE, "postgresql"
)
TABLES = (
    "recommendation_reports",
    "recommendations",
    "paragraph_locks",
    "margin_comments",
    "grouped_passages",
    "circulation_positions",
    "circulation_objections",
    "circulation_delegations",
    "circulation_comments",
    "carried_recommendations",
    "circulations",
    "summary_versions",
    "summary_steps",
    "passage_groups",
    "summary_rules",
    "passage_vectors",
)


def _add(table: str, column: sa.Column, value: str | None) -> None:
    """Add a column that has a value in every row: `value`, or what is filled in before `_require`."""
    if isinstance(column.type, sa.Enum) and op.get_bind().dialect.name == "postgresql":
        column.type.create(op.get_bind(), checkfirst=True)
    with op.batch_alter_table(table) as batch:
        batch.add_column(column)
    if value is not None:
        place = sa.bindparam("value", value if not isinstance(column.type, sa.JSON) else json.loads(value), column.type)
        op.get_bind().execute(
            sa.update(sa.table(table, sa.column(column.name, column.type))).values({column.name: place})
        )
        _require(table, column)


def _require(table: str, column: sa.Column) -> None:
    with op.batch_alter_table(table) as batch:
        batch.alter_column(column.name, existing_type=column.type, nullable=False)


def _fill_publications() -> None:
    """A publication was issued as its session was, on the day it was published; the first is the original."""
    columns = [
        sa.Column("kind", KIND),
        sa.Column("note", JSON),
        sa.Column("symbol", sa.String(80)),
        sa.Column("dated", sa.Date()),
        sa.Column("distribution", AUDIENCE),
        sa.Column("languages", JSON),
    ]
    for column in columns:
        _add("publications", column, None)
    bind = op.get_bind()
    rows = bind.execute(
        sa.text(
            "SELECT p.id, p.number, p.content, p.published_at, m.zone, m.distribution, m.languages FROM publications p"
            " JOIN summaries s ON s.id = p.summary_id JOIN meetings m ON m.id = s.meeting_id"
        )
    ).all()
    table = sa.table("publications", sa.column("id"), *(sa.column(each.name, each.type) for each in columns))
    for row in rows:
        content = json.loads(row.content) if isinstance(row.content, str) else row.content
        languages = json.loads(row.languages) if isinstance(row.languages, str) else row.languages
        moment = row.published_at
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        bind.execute(
            sa.update(table)
            .where(table.c.id == row.id)
            .values(
                kind="original" if row.number == 1 else "revision",
                note={},
                symbol=content["symbol"],
                dated=moment.astimezone(ZoneInfo(row.zone)).date(),
                distribution=row.distribution,
                languages=languages,
            )
        )
    for column in columns:
        _require("publications", column)


def _take_formats(*formats: str) -> None:
    """Have files of publications be of these formats."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute("ALTER TABLE publication_files ALTER COLUMN format TYPE varchar(10) USING format::text")
        op.execute("DROP TYPE publication_format")
        values = ", ".join(f"'{value}'" for value in formats)
        op.execute(f"CREATE TYPE publication_format AS ENUM ({values})")
        op.execute(
            "ALTER TABLE publication_files ALTER COLUMN format TYPE publication_format USING format::publication_format"
        )
        return
    values = ", ".join(f"'{value}'" for value in formats)
    with op.batch_alter_table("publication_files") as table:
        table.drop_constraint(op.f("ck_publication_files_publication_format"), type_="check")
        table.alter_column("format", existing_type=sa.String(4), type_=sa.String(max(map(len, formats))))
        table.create_check_constraint(op.f("ck_publication_files_publication_format"), f"format IN ({values})")


def upgrade() -> None:
    op.create_table(
        "passage_vectors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage_vectors")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_passage_vectors_fingerprint")),
    )
    op.create_table(
        "summary_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mechanism_id", sa.Integer(), nullable=False),
        sa.Column("scale", JSON, nullable=False),
        sa.Column("silence_hours", sa.Integer(), nullable=False),
        sa.Column("comments_seen_by_all", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("silence_hours BETWEEN 1 AND 2160", name=op.f("ck_summary_rules_silence_sensible")),
        sa.ForeignKeyConstraint(
            ["mechanism_id"], ["mechanisms.id"], name=op.f("fk_summary_rules_mechanism_id_mechanisms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_rules")),
        sa.UniqueConstraint("mechanism_id", name=op.f("uq_summary_rules_mechanism_id")),
    )
    op.create_table(
        "passage_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(length=80), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("named_by_hand", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(question IS NULL) <> (theme IS NULL)", name=op.f("ck_passage_groups_question_or_theme")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_passage_groups_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage_groups")),
    )
    with op.batch_alter_table("passage_groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passage_groups_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "summary_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_summary_steps_by_id_users")),
        sa.ForeignKeyConstraint(["summary_id"], ["summaries.id"], name=op.f("fk_summary_steps_summary_id_summaries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_steps")),
    )
    with op.batch_alter_table("summary_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_summary_steps_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_summary_steps_summary_id"), ["summary_id"], unique=False)

    op.create_table(
        "summary_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("frozen_at", MOMENT, nullable=False),
        sa.Column("frozen_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["frozen_by_id"], ["users.id"], name=op.f("fk_summary_versions_frozen_by_id_users")),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summaries.id"], name=op.f("fk_summary_versions_summary_id_summaries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_versions")),
        sa.UniqueConstraint("summary_id", "number", name=op.f("uq_summary_versions_summary_id_number")),
    )
    with op.batch_alter_table("summary_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_summary_versions_frozen_by_id"), ["frozen_by_id"], unique=False)

    op.create_table(
        "circulations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("version_of_text_id", sa.Integer(), nullable=False),
        sa.Column("kind", KIND_OF_CIRCULATION, nullable=False),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("seen_by_all", sa.Boolean(), nullable=False),
        sa.Column("message", JSON, nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end", END, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint('(ended_at IS NULL) = ("end" IS NULL)', name=op.f("ck_circulations_end_has_moment")),
        sa.CheckConstraint("ends_at > begins_at", name=op.f("ck_circulations_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["begun_by_id"], ["users.id"], name=op.f("fk_circulations_begun_by_id_users")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_circulations_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["version_of_text_id"],
            ["summary_versions.id"],
            name=op.f("fk_circulations_version_of_text_id_summary_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circulations")),
    )
    with op.batch_alter_table("circulations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_circulations_begun_by_id"), ["begun_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_circulations_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_circulations_version_of_text_id"), ["version_of_text_id"], unique=False)
        batch_op.create_index(
            "uq_circulations_one_silence",
            ["meeting_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'silence_procedure' AND ended_at IS NULL"),
            postgresql_where=sa.text("kind = 'silence_procedure' AND ended_at IS NULL"),
        )

    op.create_table(
        "carried_recommendations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("carried_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closing", sa.String(length=1000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closing = '')", name=op.f("ck_carried_recommendations_closing_says_why")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_carried_recommendations_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_carried_recommendations_publication_id_publications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_recommendations")),
        sa.UniqueConstraint(
            "meeting_id", "publication_id", "key", name=op.f("uq_carried_recommendations_meeting_id_publication_id_key")
        ),
    )
    with op.batch_alter_table("carried_recommendations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carried_recommendations_publication_id"), ["publication_id"], unique=False)

    op.create_table(
        "circulation_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circulation_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("paragraph", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=True),
        sa.Column("disposition", DISPOSITION, nullable=True),
        sa.Column("reply", JSON, nullable=False),
        sa.Column("disposed_at", MOMENT, nullable=True),
        sa.Column("disposed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(disposition IS NULL) = (disposed_at IS NULL)", name=op.f("ck_circulation_comments_disposition_has_moment")
        ),
        sa.CheckConstraint(
            "disposition IS NULL OR filed_at IS NOT NULL", name=op.f("ck_circulation_comments_disposed_once_filed")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_circulation_comments_author_id_users")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulations.id"], name=op.f("fk_circulation_comments_circulation_id_circulations")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_circulation_comments_delegation_id_delegations")
        ),
        sa.ForeignKeyConstraint(
            ["disposed_by_id"], ["users.id"], name=op.f("fk_circulation_comments_disposed_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circulation_comments")),
    )
    with op.batch_alter_table("circulation_comments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_circulation_comments_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_circulation_comments_circulation_id"), ["circulation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_circulation_comments_delegation_id"), ["delegation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_circulation_comments_disposed_by_id"), ["disposed_by_id"], unique=False)

    op.create_table(
        "circulation_delegations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circulation_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulations.id"], name=op.f("fk_circulation_delegations_circulation_id_circulations")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_circulation_delegations_delegation_id_delegations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circulation_delegations")),
        sa.UniqueConstraint(
            "circulation_id", "delegation_id", name=op.f("uq_circulation_delegations_circulation_id_delegation_id")
        ),
    )
    with op.batch_alter_table("circulation_delegations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_circulation_delegations_delegation_id"), ["delegation_id"], unique=False)

    op.create_table(
        "circulation_objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circulation_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("paragraphs", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_circulation_objections_by_id_users")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulations.id"], name=op.f("fk_circulation_objections_circulation_id_circulations")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_circulation_objections_delegation_id_delegations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circulation_objections")),
        sa.UniqueConstraint(
            "circulation_id", "delegation_id", name=op.f("uq_circulation_objections_circulation_id_delegation_id")
        ),
    )
    with op.batch_alter_table("circulation_objections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_circulation_objections_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_circulation_objections_delegation_id"), ["delegation_id"], unique=False)

    op.create_table(
        "circulation_positions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circulation_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulations.id"], name=op.f("fk_circulation_positions_circulation_id_circulations")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_circulation_positions_delegation_id_delegations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circulation_positions")),
        sa.UniqueConstraint(
            "circulation_id", "delegation_id", name=op.f("uq_circulation_positions_circulation_id_delegation_id")
        ),
    )
    with op.batch_alter_table("circulation_positions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_circulation_positions_delegation_id"), ["delegation_id"], unique=False)

    op.create_table(
        "grouped_passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("start_offset", sa.Integer(), nullable=False),
        sa.Column("end_offset", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("practice_version_id", sa.Integer(), nullable=True),
        sa.Column("presentation_version_id", sa.Integer(), nullable=True),
        sa.Column("intervention_id", sa.Integer(), nullable=True),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN practice_version_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN presentation_version_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN intervention_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_grouped_passages_one_source"),
        ),
        sa.CheckConstraint(
            "start_offset >= 0 AND end_offset > start_offset", name=op.f("ck_grouped_passages_offsets_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_grouped_passages_delegation_id_delegations")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["passage_groups.id"],
            name=op.f("fk_grouped_passages_group_id_passage_groups"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["intervention_id"],
            ["speaker_entries.id"],
            name=op.f("fk_grouped_passages_intervention_id_speaker_entries"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_version_id"],
            ["practice_versions.id"],
            name=op.f("fk_grouped_passages_practice_version_id_practice_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["presentation_version_id"],
            ["presentation_versions.id"],
            name=op.f("fk_grouped_passages_presentation_version_id_presentation_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grouped_passages")),
    )
    with op.batch_alter_table("grouped_passages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grouped_passages_delegation_id"), ["delegation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_grouped_passages_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_grouped_passages_intervention_id"), ["intervention_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_grouped_passages_practice_version_id"), ["practice_version_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_grouped_passages_presentation_version_id"), ["presentation_version_id"], unique=False
        )

    op.create_table(
        "margin_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paragraph_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "resolved_by_id IS NULL OR resolved_at IS NOT NULL", name=op.f("ck_margin_comments_resolved_has_moment")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_margin_comments_author_id_users")),
        sa.ForeignKeyConstraint(
            ["paragraph_id"],
            ["summary_paragraphs.id"],
            name=op.f("fk_margin_comments_paragraph_id_summary_paragraphs"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["resolved_by_id"], ["users.id"], name=op.f("fk_margin_comments_resolved_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_margin_comments")),
    )
    with op.batch_alter_table("margin_comments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_margin_comments_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_margin_comments_paragraph_id"), ["paragraph_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_margin_comments_resolved_by_id"), ["resolved_by_id"], unique=False)

    op.create_table(
        "paragraph_locks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paragraph_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("tab", sa.String(length=40), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["paragraph_id"],
            ["summary_paragraphs.id"],
            name=op.f("fk_paragraph_locks_paragraph_id_summary_paragraphs"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_paragraph_locks_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paragraph_locks")),
        sa.UniqueConstraint("paragraph_id", name=op.f("uq_paragraph_locks_paragraph_id")),
    )
    with op.batch_alter_table("paragraph_locks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paragraph_locks_user_id"), ["user_id"], unique=False)

    op.create_table(
        "recommendations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paragraph_id", sa.Integer(), nullable=False),
        sa.Column("addressees", JSON, nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("text", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paragraph_id"],
            ["summary_paragraphs.id"],
            name=op.f("fk_recommendations_paragraph_id_summary_paragraphs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendations")),
    )
    with op.batch_alter_table("recommendations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recommendations_paragraph_id"), ["paragraph_id"], unique=False)

    op.create_table(
        "recommendation_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("carried_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("progress", PROGRESS, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("consent", AUDIENCE, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "filed_at IS NULL OR progress IS NOT NULL", name=op.f("ck_recommendation_reports_filed_says_how_far")
        ),
        sa.ForeignKeyConstraint(
            ["carried_id"],
            ["carried_recommendations.id"],
            name=op.f("fk_recommendation_reports_carried_id_carried_recommendations"),
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_recommendation_reports_delegation_id_delegations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation_reports")),
        sa.UniqueConstraint(
            "carried_id", "delegation_id", name=op.f("uq_recommendation_reports_carried_id_delegation_id")
        ),
    )
    with op.batch_alter_table("recommendation_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recommendation_reports_delegation_id"), ["delegation_id"], unique=False)

    with op.batch_alter_table("publications") as table:
        table.add_column(sa.Column("version_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_publications_version_id_summary_versions"), "summary_versions", ["version_id"], ["id"]
        )
        table.create_index(op.f("ix_publications_version_id"), ["version_id"])
    _fill_publications()
    _add("summary_paragraphs", sa.Column("level", sa.Integer()), "0")
    _add("summary_paragraphs", sa.Column("edited_at", JSON), "{}")
    _add("summary_paragraphs", sa.Column("attribution", ATTRIBUTION), "collective")
    with op.batch_alter_table("summary_paragraphs") as table:
        table.create_check_constraint(op.f("ck_summary_paragraphs_level_known"), "level BETWEEN 0 AND 2")
    _take_formats("pdf", "docx", "html", "xml", "json", "csv")


def downgrade() -> None:
    checked = op.get_bind().dialect.name == "sqlite"  # where an enumeration is a constraint
    op.execute("DELETE FROM publication_files WHERE format NOT IN ('pdf', 'docx')")
    _take_formats("pdf", "docx")
    with op.batch_alter_table("summary_paragraphs") as table:
        table.drop_constraint(op.f("ck_summary_paragraphs_level_known"), type_="check")
        if checked:
            table.drop_constraint(op.f("ck_summary_paragraphs_paragraph_attribution"), type_="check")
        for column in ("attribution", "edited_at", "level"):
            table.drop_column(column)
    with op.batch_alter_table("publications") as table:
        if checked:
            table.drop_constraint(op.f("ck_publications_publication_kind"), type_="check")
            table.drop_constraint(op.f("ck_publications_audience"), type_="check")
        table.drop_constraint(op.f("fk_publications_version_id_summary_versions"), type_="foreignkey")
        table.drop_index(op.f("ix_publications_version_id"))
        for column in ("languages", "distribution", "dated", "symbol", "note", "kind", "version_id"):
            table.drop_column(column)
    for name in TABLES:
        op.drop_table(name)
    for kind in NEW:
        kind.drop(op.get_bind(), checkfirst=False)
