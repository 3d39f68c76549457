"""The schema is what the migrations make, on both engines, and goes back a step."""

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import orm

from app.cli import schema
from app.core.db import Base, db
from app.directory.models import Source


def tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_there_is_one_head():
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_upgrade_makes_what_the_models_say(empty):
    assert schema.revisions()[0] is None
    schema.upgrade()
    current, newest = schema.revisions()
    assert current == newest
    assert {table for table in tables() if not table.startswith("search_fts")} == set(Base.metadata.tables)
    with schema._alembic() as config:
        command.check(config)


def test_downgrade_goes_a_step_back_and_forth_with_data(empty):
    schema.upgrade()
    db.session.add(Source(key="kept", title={"en": "Kept"}, publisher="OAS", date="2023-04"))
    db.session.commit()
    newest = schema.revisions()[1]
    schema.downgrade()
    assert schema.revisions()[0] != newest
    schema.upgrade()
    assert schema.revisions()[0] == newest
    assert db.session.scalars(sa.select(Source.key)).all() == ["kept"]


def test_downgrade_to_nothing_leaves_nothing(empty):
    schema.upgrade()
    schema.downgrade("base")
    assert tables() == set()
    schema.upgrade()
    assert "meetings" in tables()


def test_every_constraint_has_a_name():
    orm.configure_mappers()
    bare = [
        f"{table.name}: {type(constraint).__name__}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert bare == []


def test_every_foreign_key_can_be_followed_by_an_index():
    """A foreign key without an index makes deletes and joins read the whole table."""
    missing = []
    for table in Base.metadata.tables.values():
        led = {next(iter(index.columns)).name for index in table.indexes}
        led |= {
            next(iter(constraint.columns)).name
            for constraint in table.constraints
            if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint)
        }
        missing += [f"{table.name}.{key.parent.name}" for key in table.foreign_keys if key.parent.name not in led]
    assert missing == []
