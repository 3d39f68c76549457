"""what was published of summaries never changes

Revision ID: 0061
Revises: 0058
"""

from alembic import op

revision = "0061"
down_revision = "0058"
branch_labels = None
depends_on = None

SAYS = "what was published cannot be changed"
# As it was issued. Who issued it may be taken away with the account.
COLUMNS = (
    "id, summary_id, version_id, number, content, sha256, kind, note, symbol, dated, distribution, languages, published_at"
)
SQLITE_UP = (
    f"CREATE TRIGGER publications_no_update BEFORE UPDATE OF {COLUMNS} ON publications "
    f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
    f"CREATE TRIGGER publications_no_delete BEFORE DELETE ON publications BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
    "CREATE TRIGGER publications_no_replace BEFORE INSERT ON publications "
    "WHEN EXISTS (SELECT 1 FROM publications WHERE id = new.id) "
    f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
)
SQLITE_DOWN = tuple(f"DROP TRIGGER publications_no_{verb}" for verb in ("update", "delete", "replace"))
POSTGRESQL_UP = (
    "CREATE FUNCTION publications_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$",
    f"CREATE TRIGGER publications_no_update BEFORE UPDATE OF {COLUMNS} ON publications "
    "FOR EACH ROW EXECUTE FUNCTION publications_refuse()",
    "CREATE TRIGGER publications_no_delete BEFORE DELETE ON publications "
    "FOR EACH ROW EXECUTE FUNCTION publications_refuse()",
    "CREATE TRIGGER publications_no_truncate BEFORE TRUNCATE ON publications "
    "FOR EACH STATEMENT EXECUTE FUNCTION publications_refuse()",
)
POSTGRESQL_DOWN = (
    "DROP TRIGGER publications_no_truncate ON publications",
    "DROP TRIGGER publications_no_delete ON publications",
    "DROP TRIGGER publications_no_update ON publications",
    "DROP FUNCTION publications_refuse()",
)


def upgrade() -> None:
    for statement in SQLITE_UP if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in SQLITE_DOWN if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_DOWN:
        op.execute(statement)
