"""PostgreSQL finds a phrase however often its words stand before it; everything is indexed anew, with what it lacked

A tsvector keeps 255 positions of a lexeme. What stands oftener is kept under further names as well ("de", then "deß1"
for the next 250, and so on: a letter that no token has), by which a phrase is asked for too (search/retrieving.py).

Revision ID: 0086
Revises: 0085
"""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

JOB = "search_reindex"
MOST = 250  # positions under one name; the engine keeps 255
KEEP = (
    "CREATE OR REPLACE FUNCTION search_fts_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO search_fts VALUES (new.id, to_tsvector('simple', new.title_words), {vector}) "
    "ON CONFLICT (id) DO UPDATE SET title_words = excluded.title_words, words = excluded.words; RETURN NULL; END $$"
)
VECTOR = (
    "CREATE FUNCTION search_vector_of(stream text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$ "
    "DECLARE found tsvector := to_tsvector('simple', stream); BEGIN "
    "IF NOT EXISTS (SELECT FROM unnest(found) AS kept WHERE array_length(kept.positions, 1) >= 255) THEN "
    "RETURN found; END IF; "
    "RETURN (SELECT string_agg(format('''%s'':%s', name, places), ' ')::tsvector FROM ("
    "SELECT word || CASE WHEN times = 0 THEN '' ELSE 'ß' || times END AS name, "
    "string_agg(place::text, ',') AS places FROM ("
    f"SELECT word, place, (row_number() OVER (PARTITION BY word ORDER BY place) - 1) / {MOST} AS times FROM ("
    "SELECT word, row_number() OVER (ORDER BY number) AS place "
    "FROM unnest(string_to_array(stream, ' ')) WITH ORDINALITY AS written (word, number) WHERE word ~ '^[a-z0-9]+$'"
    ") AS placed) AS counted GROUP BY word, times) AS named); END $$"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(VECTOR)
        op.execute(KEEP.format(vector="search_vector_of(new.words)"))
        op.execute(
            "UPDATE search_fts SET words = search_vector_of(entry.words) FROM search_entries AS entry "
            "WHERE entry.id = search_fts.id AND EXISTS ("
            "SELECT FROM unnest(search_fts.words) AS kept WHERE array_length(kept.positions, 1) >= 255)"
        )
    op.execute(
        "INSERT INTO jobs (kind, key, payload, state, attempts, run_after, page, progress_done, progress_total, "
        f"created_at) SELECT '{JOB}', '{JOB}:0086', '{{}}', 'queued', 0, CURRENT_TIMESTAMP, '', 0, 0, CURRENT_TIMESTAMP "
        "WHERE EXISTS (SELECT 1 FROM meetings)"
    )


def downgrade() -> None:
    op.execute(f"DELETE FROM jobs WHERE kind = '{JOB}' AND key = '{JOB}:0086'")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(KEEP.format(vector="to_tsvector('simple', new.words)"))
        op.execute("DROP FUNCTION search_vector_of(text)")
        op.execute(
            "UPDATE search_fts SET words = to_tsvector('simple', entry.words) FROM search_entries AS entry "
            "WHERE entry.id = search_fts.id AND strpos(search_fts.words::text, 'ß') > 0"
        )
