"""the map: dated places, kinds, themes, involvement, events, proposals

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MECHANISM_KIND = sa.Enum(
    "committee",
    "consultative process",
    "conference",
    "framework",
    "declaration",
    "compact",
    "agenda",
    "platform",
    "network",
    "commission",
    "forum",
    "inter-agency group",
    "initiative",
    "information system",
    "project",
    name="mechanism_kind",
    create_constraint=True,
)
ORGANIZATION_KIND = sa.Enum(
    "united nations agency",
    "united nations specialized agency",
    "united nations fund or programme",
    "united nations office",
    "united nations regional commissions",
    "united nations mandate holder",
    "related organization",
    "regional organization",
    "financial institution",
    "secretariat department",
    "research institute",
    "other",
    name="organization_kind",
    create_constraint=True,
)
GROUP_KIND = sa.Enum(
    "working group",
    "task force",
    "network",
    "sector",
    "area",
    "organ",
    "axis",
    name="group_kind",
    create_constraint=True,
)
SUBJECTS_BEFORE = ("members", "groups", "secretariat")
SUBJECTS = (*SUBJECTS_BEFORE, "presidency", "themes")
# Columns that rows of before need a value for; the models give it themselves.
DEFAULTED = {
    "memberships": ("since", "until"),
    "organizations": ("mandate",),
    "statements": ("part", "edited", "version"),
    "working_groups": ("group_kind",),
}
NEW_TYPES = ("event_kind", "extent", "proposal_state", "mechanism_kind", "organization_kind", "group_kind")


def _change_subjects(values: tuple[str, ...]) -> None:
    """Let statements have these subjects: a check on SQLite, a type on PostgreSQL."""
    before = SUBJECTS if values == SUBJECTS_BEFORE else SUBJECTS_BEFORE
    wanted = sa.Enum(*values, name="statement_subject", create_constraint=True)
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("statements") as table:
            table.alter_column(
                "subject",
                existing_type=sa.Enum(*before, name="statement_subject", create_constraint=True),
                type_=wanted,
                existing_nullable=False,
            )
        return
    op.execute("ALTER TYPE statement_subject RENAME TO statement_subject_before")
    wanted.create(op.get_bind())
    op.execute(
        "ALTER TABLE statements ALTER COLUMN subject TYPE statement_subject USING subject::text::statement_subject"
    )
    op.execute("DROP TYPE statement_subject_before")


def _known_kinds(table: str, column: str, known: sa.Enum, else_kind: str) -> None:
    """Make the type, and give rows of a kind that it lacks the one for the rest: loading the data files mends it."""
    known.create(op.get_bind(), checkfirst=True)
    rows = sa.table(table, sa.column(column, sa.String))
    op.execute(rows.update().where(rows.c[column].not_in(known.enums)).values({column: else_kind}))


def upgrade() -> None:
    _change_subjects(SUBJECTS)
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("date", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column(
            "event_kind",
            sa.Enum("founded", "meeting", "adopted", "published", "ended", name="event_kind", create_constraint=True),
            nullable=False,
        ),
        sa.Column("title", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("place", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["parties.id"], name=op.f("fk_events_host_id_parties")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_events_party_id_parties")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_events_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events") as table:
        table.create_index(table.f("ix_events_host_id"), ["host_id"], unique=False)
        table.create_index(table.f("ix_events_party_id"), ["party_id"], unique=False)
        table.create_index(table.f("ix_events_source_id"), ["source_id"], unique=False)

    op.create_table(
        "involvements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("printed", sa.Enum("none", "some", "strong", name="extent", create_constraint=True), nullable=False),
        sa.Column("doubt", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("corrected", sa.Enum("none", "some", "strong", name="extent", create_constraint=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("corrected IS NULL OR reason <> ''", name=op.f("ck_involvements_correction_says_why")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["vocabulary_items.id"], name=op.f("fk_involvements_item_id_vocabulary_items")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_involvements_organization_id_organizations")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_involvements_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_involvements")),
        sa.UniqueConstraint(
            "organization_id", "item_id", "source_id", name=op.f("uq_involvements_organization_id_item_id_source_id")
        ),
    )
    with op.batch_alter_table("involvements") as table:
        table.create_index(table.f("ix_involvements_item_id"), ["item_id"], unique=False)
        table.create_index(table.f("ix_involvements_source_id"), ["source_id"], unique=False)

    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mechanism_id", sa.Integer(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(*SUBJECTS, name="statement_subject", create_constraint=True).with_variant(
                postgresql.ENUM(*SUBJECTS, name="statement_subject", create_type=False), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum("proposed", "accepted", "refused", name="proposal_state", create_constraint=True),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f("ck_proposals_decided_has_moment")),
        sa.CheckConstraint("state <> 'refused' OR reason <> ''", name=op.f("ck_proposals_refusal_says_why")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_proposals_decided_by_id_users")),
        sa.ForeignKeyConstraint(["mechanism_id"], ["mechanisms.id"], name=op.f("fk_proposals_mechanism_id_mechanisms")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["users.id"], name=op.f("fk_proposals_proposed_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    with op.batch_alter_table("proposals") as table:
        table.create_index(table.f("ix_proposals_decided_by_id"), ["decided_by_id"], unique=False)
        table.create_index(table.f("ix_proposals_mechanism_id"), ["mechanism_id"], unique=False)
        table.create_index(table.f("ix_proposals_proposed_by_id"), ["proposed_by_id"], unique=False)

    op.create_table(
        "group_chairs",
        sa.Column("working_group_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_group_chairs_party_id_parties")),
        sa.ForeignKeyConstraint(
            ["working_group_id"],
            ["working_groups.id"],
            name=op.f("fk_group_chairs_working_group_id_working_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("working_group_id", "party_id", name=op.f("pk_group_chairs")),
    )
    with op.batch_alter_table("group_chairs") as table:
        table.create_index(table.f("ix_group_chairs_party_id"), ["party_id"], unique=False)

    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("working_group_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["vocabulary_items.id"], name=op.f("fk_tags_item_id_vocabulary_items")),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name=op.f("fk_tags_statement_id_statements")),
        sa.ForeignKeyConstraint(
            ["working_group_id"],
            ["working_groups.id"],
            name=op.f("fk_tags_working_group_id_working_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
    )
    with op.batch_alter_table("tags") as table:
        table.create_index(table.f("ix_tags_item_id"), ["item_id"], unique=False)
        table.create_index(table.f("ix_tags_statement_id"), ["statement_id"], unique=False)
        table.create_index(table.f("ix_tags_working_group_id"), ["working_group_id"], unique=False)

    _known_kinds("mechanisms", "mechanism_kind", MECHANISM_KIND, "initiative")
    with op.batch_alter_table("mechanisms") as table:
        table.add_column(sa.Column("ended", sa.String(length=10), nullable=True))
        table.add_column(sa.Column("dates_source_id", sa.Integer(), nullable=True))
        table.alter_column(
            "mechanism_kind",
            existing_type=sa.String(60),
            type_=MECHANISM_KIND,
            existing_nullable=False,
            postgresql_using="mechanism_kind::mechanism_kind",
        )
        table.create_index(table.f("ix_mechanisms_dates_source_id"), ["dates_source_id"], unique=False)
        table.create_foreign_key(
            table.f("fk_mechanisms_dates_source_id_sources"), "sources", ["dates_source_id"], ["id"]
        )

    with op.batch_alter_table("memberships") as table:
        table.add_column(sa.Column("since", sa.String(length=10), nullable=False, server_default=""))
        table.add_column(sa.Column("until", sa.String(length=10), nullable=False, server_default=""))
        table.drop_constraint(table.f("uq_memberships_statement_id_party_id"), type_="unique")
        table.create_unique_constraint(
            table.f("uq_memberships_statement_id_party_id_since"), ["statement_id", "party_id", "since"]
        )
        table.create_check_constraint(
            table.f("ck_memberships_dates_in_order"),
            "since = '' OR until = '' OR substr(since, 1, length(until)) <= until",
        )

    _known_kinds("organizations", "organization_kind", ORGANIZATION_KIND, "other")
    with op.batch_alter_table("organizations") as table:
        table.add_column(sa.Column("founded", sa.String(length=10), nullable=True))
        table.add_column(sa.Column("ended", sa.String(length=10), nullable=True))
        table.add_column(
            sa.Column(
                "mandate", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="{}"
            )
        )
        table.add_column(sa.Column("mandate_source_id", sa.Integer(), nullable=True))
        table.alter_column(
            "organization_kind",
            existing_type=sa.String(60),
            type_=ORGANIZATION_KIND,
            existing_nullable=False,
            postgresql_using="organization_kind::organization_kind",
        )
        table.create_index(table.f("ix_organizations_mandate_source_id"), ["mandate_source_id"], unique=False)
        table.create_foreign_key(
            table.f("fk_organizations_mandate_source_id_sources"), "sources", ["mandate_source_id"], ["id"]
        )

    with op.batch_alter_table("parties") as table:
        table.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        table.create_index(table.f("ix_parties_parent_id"), ["parent_id"], unique=False)
        table.create_foreign_key(table.f("fk_parties_parent_id_parties"), "parties", ["parent_id"], ["id"])
        table.create_check_constraint(table.f("ck_parties_not_its_own_parent"), "parent_id <> id")

    with op.batch_alter_table("statements") as table:
        table.add_column(sa.Column("part", sa.String(length=80), nullable=False, server_default=""))
        table.add_column(sa.Column("edited", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        table.drop_constraint(table.f("uq_statements_mechanism_id_subject_source_id"), type_="unique")
        table.create_unique_constraint(
            table.f("uq_statements_mechanism_id_subject_source_id_part"),
            ["mechanism_id", "subject", "source_id", "part"],
        )

    GROUP_KIND.create(op.get_bind(), checkfirst=True)
    with op.batch_alter_table("working_groups") as table:
        table.add_column(
            sa.Column(
                "group_kind",
                GROUP_KIND,
                nullable=False,
                server_default="working group",
            )
        )

    for name, columns in DEFAULTED.items():
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.alter_column(column, server_default=None)


def downgrade() -> None:
    for name in ("tags", "group_chairs", "proposals", "involvements", "events"):
        op.drop_table(name)
    # What the schema of before cannot hold: other subjects, several statements of a source, dated places.
    gone = "SELECT id FROM statements WHERE subject IN ('presidency', 'themes') OR part <> ''"
    op.execute(f"DELETE FROM memberships WHERE since <> '' OR statement_id IN ({gone})")
    op.execute(f"DELETE FROM working_groups WHERE statement_id IN ({gone})")
    op.execute("DELETE FROM statements WHERE subject IN ('presidency', 'themes') OR part <> ''")
    with op.batch_alter_table("working_groups") as table:
        if op.get_bind().dialect.name == "sqlite":
            table.drop_constraint(table.f("ck_working_groups_group_kind"), type_="check")
        table.drop_column("group_kind")

    with op.batch_alter_table("statements") as table:
        table.drop_constraint(table.f("uq_statements_mechanism_id_subject_source_id_part"), type_="unique")
        table.create_unique_constraint(
            table.f("uq_statements_mechanism_id_subject_source_id"), ["mechanism_id", "subject", "source_id"]
        )
        table.drop_column("version")
        table.drop_column("edited")
        table.drop_column("part")

    with op.batch_alter_table("parties") as table:
        table.drop_constraint(table.f("ck_parties_not_its_own_parent"), type_="check")
        table.drop_constraint(table.f("fk_parties_parent_id_parties"), type_="foreignkey")
        table.drop_index(table.f("ix_parties_parent_id"))
        table.drop_column("parent_id")

    with op.batch_alter_table("organizations") as table:
        table.drop_constraint(table.f("fk_organizations_mandate_source_id_sources"), type_="foreignkey")
        table.drop_index(table.f("ix_organizations_mandate_source_id"))
        table.alter_column(
            "organization_kind", existing_type=ORGANIZATION_KIND, type_=sa.String(60), existing_nullable=False
        )
        table.drop_column("mandate_source_id")
        table.drop_column("mandate")
        table.drop_column("ended")
        table.drop_column("founded")

    with op.batch_alter_table("memberships") as table:
        table.drop_constraint(table.f("ck_memberships_dates_in_order"), type_="check")
        table.drop_constraint(table.f("uq_memberships_statement_id_party_id_since"), type_="unique")
        table.create_unique_constraint(table.f("uq_memberships_statement_id_party_id"), ["statement_id", "party_id"])
        table.drop_column("until")
        table.drop_column("since")

    with op.batch_alter_table("mechanisms") as table:
        table.drop_constraint(table.f("fk_mechanisms_dates_source_id_sources"), type_="foreignkey")
        table.drop_index(table.f("ix_mechanisms_dates_source_id"))
        table.alter_column("mechanism_kind", existing_type=MECHANISM_KIND, type_=sa.String(60), existing_nullable=False)
        table.drop_column("dates_source_id")
        table.drop_column("ended")
    _change_subjects(SUBJECTS_BEFORE)
    if op.get_bind().dialect.name == "postgresql":
        for name in NEW_TYPES:
            op.execute(f"DROP TYPE {name}")
