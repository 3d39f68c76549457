"""versions of summaries never change, nor what was circulated and how that ended, early ones with why; one comment of a
delegation on a paragraph

Revision ID: 0057
Revises: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0060"
branch_labels = None
depends_on = None

VERSION, CIRCULATION = "a version of a summary cannot be changed", "what was circulated cannot be changed"
CHANGED = (
    "old.ended_at IS NOT NULL OR new.meeting_id <> old.meeting_id OR new.version_of_text_id <> old.version_of_text_id"
    " OR new.kind <> old.kind OR new.begins_at <> old.begins_at"
)
SQLITE_UP = (
    "CREATE TRIGGER summary_versions_no_update BEFORE UPDATE ON summary_versions "
    f"BEGIN SELECT RAISE(ABORT, '{VERSION}'); END",
    "CREATE TRIGGER summary_versions_no_delete BEFORE DELETE ON summary_versions "
    f"BEGIN SELECT RAISE(ABORT, '{VERSION}'); END",
    "CREATE TRIGGER summary_versions_no_replace BEFORE INSERT ON summary_versions "
    "WHEN EXISTS (SELECT 1 FROM summary_versions WHERE id = new.id) "
    f"BEGIN SELECT RAISE(ABORT, '{VERSION}'); END",
    f"CREATE TRIGGER circulations_no_update BEFORE UPDATE ON circulations WHEN {CHANGED} "
    f"BEGIN SELECT RAISE(ABORT, '{CIRCULATION}'); END",
    "CREATE TRIGGER circulations_no_delete BEFORE DELETE ON circulations "
    f"BEGIN SELECT RAISE(ABORT, '{CIRCULATION}'); END",
    "CREATE TRIGGER circulations_no_replace BEFORE INSERT ON circulations "
    "WHEN EXISTS (SELECT 1 FROM circulations WHERE id = new.id) "
    f"BEGIN SELECT RAISE(ABORT, '{CIRCULATION}'); END",
)
SQLITE_DOWN = tuple(
    f"DROP TRIGGER {table}_no_{verb}"
    for table in ("summary_versions", "circulations")
    for verb in ("update", "delete", "replace")
)
POSTGRESQL_UP = (
    "CREATE FUNCTION summary_versions_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{VERSION}'; END $$",
    "CREATE TRIGGER summary_versions_no_change BEFORE UPDATE OR DELETE ON summary_versions "
    "FOR EACH ROW EXECUTE FUNCTION summary_versions_refuse()",
    "CREATE TRIGGER summary_versions_no_truncate BEFORE TRUNCATE ON summary_versions "
    "FOR EACH STATEMENT EXECUTE FUNCTION summary_versions_refuse()",
    "CREATE FUNCTION circulations_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{CIRCULATION}'; END $$",
    f"CREATE TRIGGER circulations_no_update BEFORE UPDATE ON circulations FOR EACH ROW WHEN ({CHANGED}) "
    "EXECUTE FUNCTION circulations_refuse()",
    "CREATE TRIGGER circulations_no_delete BEFORE DELETE ON circulations "
    "FOR EACH ROW EXECUTE FUNCTION circulations_refuse()",
    "CREATE TRIGGER circulations_no_truncate BEFORE TRUNCATE ON circulations "
    "FOR EACH STATEMENT EXECUTE FUNCTION circulations_refuse()",
)
POSTGRESQL_DOWN = (
    "DROP TRIGGER circulations_no_truncate ON circulations",
    "DROP TRIGGER circulations_no_delete ON circulations",
    "DROP TRIGGER circulations_no_update ON circulations",
    "DROP FUNCTION circulations_refuse()",
    "DROP TRIGGER summary_versions_no_truncate ON summary_versions",
    "DROP TRIGGER summary_versions_no_change ON summary_versions",
    "DROP FUNCTION summary_versions_refuse()",
)


UNIQUE = "uq_circulation_comments_circulation_id_delegation_id_paragraph"


def upgrade() -> None:
    op.add_column("circulations", sa.Column("ending", sa.String(1000), nullable=False, server_default=""))
    with op.batch_alter_table("circulations") as table:
        table.alter_column("ending", existing_type=sa.String(1000), existing_nullable=False, server_default=None)
    with op.batch_alter_table("circulation_comments") as table:
        table.create_unique_constraint(op.f(UNIQUE), ["circulation_id", "delegation_id", "paragraph"])
    for statement in SQLITE_UP if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in SQLITE_DOWN if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_DOWN:
        op.execute(statement)
    with op.batch_alter_table("circulation_comments") as table:
        table.drop_constraint(op.f(UNIQUE), type_="unique")
    with op.batch_alter_table("circulations") as table:
        table.drop_column("ending")
