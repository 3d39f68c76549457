"""what is found, by facets and by title

What was published before is found by its words at once; a job gives it its facets and the words of its title.

Revision ID: 0070
Revises: 0064
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0070"
down_revision = "0064"
branch_labels = None
depends_on = None

OLD_SQLITE = (
    "CREATE VIRTUAL TABLE search_fts USING fts5("
    "words, content='search_entries', content_rowid='id', tokenize='unicode61')",
    "CREATE TRIGGER search_fts_insert AFTER INSERT ON search_entries BEGIN "
    "INSERT INTO search_fts(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_fts_delete AFTER DELETE ON search_entries BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER search_fts_update AFTER UPDATE OF words ON search_entries BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, words) VALUES ('delete', old.id, old.words); "
    "INSERT INTO search_fts(rowid, words) VALUES (new.id, new.words); END",
    "INSERT INTO search_fts(search_fts) VALUES ('rebuild')",
)
NEW_SQLITE = (
    "CREATE VIRTUAL TABLE search_fts USING fts5("
    "title_words, words, content='search_entries', content_rowid='id', tokenize='unicode61')",
    "CREATE TRIGGER search_fts_insert AFTER INSERT ON search_entries BEGIN "
    "INSERT INTO search_fts(rowid, title_words, words) VALUES (new.id, new.title_words, new.words); END",
    "CREATE TRIGGER search_fts_delete AFTER DELETE ON search_entries BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, title_words, words) "
    "VALUES ('delete', old.id, old.title_words, old.words); END",
    "CREATE TRIGGER search_fts_update AFTER UPDATE OF title_words, words ON search_entries BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, title_words, words) "
    "VALUES ('delete', old.id, old.title_words, old.words); "
    "INSERT INTO search_fts(rowid, title_words, words) VALUES (new.id, new.title_words, new.words); END",
    "INSERT INTO search_fts(search_fts) VALUES ('rebuild')",
)
DROP_SQLITE = (
    "DROP TRIGGER search_fts_update",
    "DROP TRIGGER search_fts_delete",
    "DROP TRIGGER search_fts_insert",
    "DROP TABLE search_fts",
)
OLD_POSTGRESQL = ("CREATE INDEX search_fts ON search_entries USING gin (to_tsvector('simple', words))",)
# A table of its own, narrow: finding many reads little.
NEW_POSTGRESQL = (
    "CREATE TABLE search_fts (id integer NOT NULL CONSTRAINT pk_search_fts PRIMARY KEY "
    "CONSTRAINT fk_search_fts_id_search_entries REFERENCES search_entries (id) ON DELETE CASCADE, "
    "title_words tsvector NOT NULL, words tsvector NOT NULL)",
    "INSERT INTO search_fts SELECT id, to_tsvector('simple', title_words), to_tsvector('simple', words) "
    "FROM search_entries",
    "CREATE INDEX search_fts_title_words ON search_fts USING gin (title_words)",
    "CREATE INDEX search_fts_words ON search_fts USING gin (words)",
    "CREATE FUNCTION search_fts_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO search_fts VALUES (new.id, to_tsvector('simple', new.title_words), to_tsvector('simple', new.words)) "
    "ON CONFLICT (id) DO UPDATE SET title_words = excluded.title_words, words = excluded.words; RETURN NULL; END $$",
    "CREATE TRIGGER search_fts_insert AFTER INSERT ON search_entries "
    "FOR EACH ROW EXECUTE FUNCTION search_fts_keep()",
    "CREATE TRIGGER search_fts_update AFTER UPDATE OF title_words, words ON search_entries "
    "FOR EACH ROW EXECUTE FUNCTION search_fts_keep()",
)
DROP_POSTGRESQL = (
    "DROP TRIGGER search_fts_update ON search_entries",
    "DROP TRIGGER search_fts_insert ON search_entries",
    "DROP FUNCTION search_fts_keep()",
    "DROP TABLE search_fts",
)
JOB = "search_reindex"


def run(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.execute(statement)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    run(DROP_SQLITE if sqlite else ("DROP INDEX search_fts",))
    facets = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    with op.batch_alter_table("search_entries") as batch:
        batch.add_column(sa.Column("published_at", sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("facets", facets, nullable=False, server_default="{}"))
        batch.add_column(sa.Column("title_words", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.execute(
        "UPDATE search_entries SET published_at = COALESCE("
        "(SELECT published_at FROM practices WHERE search_entries.kind = 'practice' "
        "AND REPLACE(practices.reference, '/', '-') = search_entries.key), "
        "(SELECT issued_at FROM documents WHERE search_entries.kind = 'document' "
        "AND documents.slug = search_entries.key), "
        "(SELECT MAX(publications.published_at) FROM publications JOIN summaries "
        "ON summaries.id = publications.summary_id WHERE search_entries.kind = 'paragraph' "
        "AND summaries.meeting_id = search_entries.meeting_id), "
        "(SELECT MAX(presentations.published_at) FROM presentations WHERE search_entries.kind = 'presentation' "
        "AND presentations.meeting_id = search_entries.meeting_id), "
        "(SELECT starts_at FROM meetings WHERE meetings.id = search_entries.meeting_id), CURRENT_TIMESTAMP)"
    )
    with op.batch_alter_table("search_entries") as batch:
        batch.alter_column("published_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        for name in ("facets", "title_words", "revision"):
            batch.alter_column(name, server_default=None)
        batch.create_index(batch.f("ix_search_entries_revision"), ["revision"])
    op.create_table(
        "search_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_revisions")),
    )
    op.create_table(
        "search_forgotten",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_forgotten")),
    )
    op.create_index(op.f("ix_search_forgotten_revision"), "search_forgotten", ["revision"])
    op.execute("INSERT INTO search_revisions (id, number) VALUES (1, 1)")
    run(NEW_SQLITE if sqlite else NEW_POSTGRESQL)
    # Sessions were not searched before: there may be work to do where there is no entry yet.
    op.execute(
        "INSERT INTO jobs (kind, key, payload, state, attempts, run_after, page, progress_done, progress_total, "
        f"created_at) SELECT '{JOB}', '{JOB}:0070', '{{}}', 'queued', 0, CURRENT_TIMESTAMP, '', 0, 0, CURRENT_TIMESTAMP "
        "WHERE EXISTS (SELECT 1 FROM meetings)"
    )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(f"DELETE FROM jobs WHERE kind = '{JOB}'")
    op.execute("DELETE FROM search_entries WHERE kind IN ('summary', 'session')")
    run(DROP_SQLITE if sqlite else DROP_POSTGRESQL)
    op.drop_table("search_forgotten")
    op.drop_table("search_revisions")
    with op.batch_alter_table("search_entries") as batch:
        batch.drop_index(batch.f("ix_search_entries_revision"))
        for name in ("revision", "title_words", "facets", "published_at"):
            batch.drop_column(name)
    run(OLD_SQLITE if sqlite else OLD_POSTGRESQL)
