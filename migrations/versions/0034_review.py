"""the review of good practices: criteria, assessments, comments at fields, notes; withdrawals and corrections

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "review_criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mechanism_id", sa.Integer(), nullable=False),
        sa.Column("criteria", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mechanism_id"], ["mechanisms.id"], name=op.f("fk_review_criteria_mechanism_id_mechanisms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_criteria")),
        sa.UniqueConstraint("mechanism_id", name=op.f("uq_review_criteria_mechanism_id")),
    )
    op.create_table(
        "staff_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_staff_notes_by_id_users")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_staff_notes_practice_id_practices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_notes")),
    )
    with op.batch_alter_table("staff_notes") as table:
        table.create_index(table.f("ix_staff_notes_by_id"), ["by_id"], unique=False)
        table.create_index(table.f("ix_staff_notes_practice_id"), ["practice_id"], unique=False)

    op.create_table(
        "withdrawals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name=op.f("ck_withdrawals_decided_has_moment")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_withdrawals_asked_by_id_users")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_withdrawals_decided_by_id_users")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_withdrawals_practice_id_practices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawals")),
    )
    with op.batch_alter_table("withdrawals") as table:
        table.create_index(table.f("ix_withdrawals_asked_by_id"), ["asked_by_id"], unique=False)
        table.create_index(table.f("ix_withdrawals_decided_by_id"), ["decided_by_id"], unique=False)
        table.create_index(table.f("ix_withdrawals_practice_id"), ["practice_id"], unique=False)
        table.create_index(
            "uq_withdrawals_open",
            ["practice_id"],
            unique=True,
            sqlite_where=sa.text("granted IS NULL"),
            postgresql_where=sa.text("granted IS NULL"),
        )

    op.create_table(
        "assessments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_version_id", sa.Integer(), nullable=False),
        sa.Column("marks", JSON, nullable=False),
        sa.Column("comments", JSON, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_assessments_by_id_users")),
        sa.ForeignKeyConstraint(
            ["practice_version_id"],
            ["practice_versions.id"],
            name=op.f("fk_assessments_practice_version_id_practice_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint("practice_version_id", name=op.f("uq_assessments_practice_version_id")),
    )
    with op.batch_alter_table("assessments") as table:
        table.create_index(table.f("ix_assessments_by_id"), ["by_id"], unique=False)

    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("of_version_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("proposed", "accepted", "returned", "recalled", name="correction_state", create_constraint=True),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)", name=op.f("ck_corrections_decided_has_moment")
        ),
        sa.CheckConstraint("note <> ''", name=op.f("ck_corrections_says_what_changed")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_corrections_decided_by_id_users")),
        sa.ForeignKeyConstraint(
            ["of_version_id"], ["practice_versions.id"], name=op.f("fk_corrections_of_version_id_practice_versions")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_corrections_practice_id_practices")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["users.id"], name=op.f("fk_corrections_proposed_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    with op.batch_alter_table("corrections") as table:
        table.create_index(table.f("ix_corrections_decided_by_id"), ["decided_by_id"], unique=False)
        table.create_index(table.f("ix_corrections_of_version_id"), ["of_version_id"], unique=False)
        table.create_index(table.f("ix_corrections_practice_id"), ["practice_id"], unique=False)
        table.create_index(table.f("ix_corrections_proposed_by_id"), ["proposed_by_id"], unique=False)
        table.create_index(
            "uq_corrections_proposed",
            ["practice_id"],
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )

    op.create_table(
        "review_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_review_comments_answered_by_id_users")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_comments_review_id_reviews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comments")),
        sa.UniqueConstraint("review_id", "field", name=op.f("uq_review_comments_review_id_field")),
    )
    with op.batch_alter_table("review_comments") as table:
        table.create_index(table.f("ix_review_comments_answered_by_id"), ["answered_by_id"], unique=False)

    with op.batch_alter_table("practice_versions") as table:
        table.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))

    with op.batch_alter_table("practices") as table:
        table.add_column(sa.Column("reviewer_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("revise_by", sa.DateTime(timezone=True), nullable=True))
        table.create_index(table.f("ix_practices_reviewer_id"), ["reviewer_id"], unique=False)
        table.create_foreign_key(table.f("fk_practices_reviewer_id_users"), "users", ["reviewer_id"], ["id"])

    with op.batch_alter_table("reviews") as table:
        table.add_column(sa.Column("criteria", JSON, nullable=False, server_default="[]"))
    for name, column in (("practice_versions", "note"), ("reviews", "criteria")):
        with op.batch_alter_table(name) as table:
            table.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("reviews") as table:
        table.drop_column("criteria")

    with op.batch_alter_table("practices") as table:
        table.drop_constraint(table.f("fk_practices_reviewer_id_users"), type_="foreignkey")
        table.drop_index(table.f("ix_practices_reviewer_id"))
        table.drop_column("revise_by")
        table.drop_column("reviewer_id")

    with op.batch_alter_table("practice_versions") as table:
        table.drop_column("note")

    with op.batch_alter_table("review_comments") as table:
        table.drop_index(table.f("ix_review_comments_answered_by_id"))

    op.drop_table("review_comments")
    with op.batch_alter_table("corrections") as table:
        table.drop_index(
            "uq_corrections_proposed",
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )
        table.drop_index(table.f("ix_corrections_proposed_by_id"))
        table.drop_index(table.f("ix_corrections_practice_id"))
        table.drop_index(table.f("ix_corrections_of_version_id"))
        table.drop_index(table.f("ix_corrections_decided_by_id"))

    op.drop_table("corrections")
    with op.batch_alter_table("assessments") as table:
        table.drop_index(table.f("ix_assessments_by_id"))

    op.drop_table("assessments")
    with op.batch_alter_table("withdrawals") as table:
        table.drop_index(
            "uq_withdrawals_open", sqlite_where=sa.text("granted IS NULL"), postgresql_where=sa.text("granted IS NULL")
        )
        table.drop_index(table.f("ix_withdrawals_practice_id"))
        table.drop_index(table.f("ix_withdrawals_decided_by_id"))
        table.drop_index(table.f("ix_withdrawals_asked_by_id"))

    op.drop_table("withdrawals")
    with op.batch_alter_table("staff_notes") as table:
        table.drop_index(table.f("ix_staff_notes_practice_id"))
        table.drop_index(table.f("ix_staff_notes_by_id"))

    op.drop_table("staff_notes")
    op.drop_table("review_criteria")
    sa.Enum(name="correction_state").drop(op.get_bind(), checkfirst=True)
