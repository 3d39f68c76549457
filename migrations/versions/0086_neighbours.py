"""on PostgreSQL, which words stand beside one another is in the index

Places in a text were kept for the first 255 of a word alone, and a phrase was looked for in each text that has its
words. Neighbours are tokens of their own now, "_one_two". Rows are as narrow as can be: finding many reads little.

Revision ID: 0086
Revises: 0085
"""

from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

DROP = (
    "DROP TRIGGER search_fts_update ON search_entries",
    "DROP TRIGGER search_fts_insert ON search_entries",
    "DROP FUNCTION search_fts_keep()",
    "DROP TABLE search_fts",
)
TABLE = (
    "CREATE TABLE search_fts (id integer NOT NULL CONSTRAINT pk_search_fts PRIMARY KEY "
    "CONSTRAINT fk_search_fts_id_search_entries REFERENCES search_entries (id) ON DELETE CASCADE, "
    "title_words tsvector NOT NULL, words tsvector NOT NULL)"
)
# The words in their order end at "|".
TOKENS = (
    "CREATE FUNCTION search_fts_tokens(stream text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
    "SELECT array_to_tsvector(coalesce(array_agg(token), '{}')) FROM ("
    "SELECT token FROM unnest(string_to_array(replace(stream, '|', ''), ' ')) AS token "
    "UNION ALL SELECT '_' || one || '_' || lead(one) OVER (ORDER BY place) "
    "FROM unnest(string_to_array(trim(split_part(stream, '|', 1)), ' ')) WITH ORDINALITY AS ordered (one, place)"
    ") AS tokens WHERE token <> '' $$"
)


def build(tokens: str) -> None:
    """Make the table from the entries, its indexes, and what keeps it; `tokens`: what a stream is indexed by."""
    values = (tokens.format(stream=f"{{row}}{column}") for column in ("title_words", "words"))
    both = ", ".join(values)
    op.execute(f"INSERT INTO search_fts SELECT id, {both.format(row='')} FROM search_entries")
    op.execute("CREATE INDEX search_fts_title_words ON search_fts USING gin (title_words)")
    op.execute("CREATE INDEX search_fts_words ON search_fts USING gin (words)")
    op.execute(
        "CREATE FUNCTION search_fts_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"INSERT INTO search_fts VALUES (new.id, {both.format(row='new.')}) "
        "ON CONFLICT (id) DO UPDATE SET title_words = excluded.title_words, words = excluded.words; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER search_fts_insert AFTER INSERT ON search_entries "
        "FOR EACH ROW EXECUTE FUNCTION search_fts_keep()"
    )
    op.execute(
        "CREATE TRIGGER search_fts_update AFTER UPDATE OF title_words, words ON search_entries "
        "FOR EACH ROW EXECUTE FUNCTION search_fts_keep()"
    )


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for statement in DROP:
        op.execute(statement)
    op.execute(f"{TABLE} WITH (toast_tuple_target = 128)")
    op.execute(TOKENS)
    build("search_fts_tokens({stream})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for statement in DROP:
        op.execute(statement)
    op.execute("DROP FUNCTION search_fts_tokens(text)")
    op.execute(TABLE)
    build("to_tsvector('simple', {stream})")
