"""The migration of collections, with rows."""

import sqlalchemy as sa

from app.cli import schema
from app.collections.enums import ReadingKind
from app.collections.models import CollectedReading, Collection, CollectionExport
from app.core.db import db
from tests.factories.collections import make_collection
from tests.factories.summaries import NOON


def test_collections_go_down_and_up(personas):
    owner = personas.delegate_a
    collection = make_collection(owner, *((kind, "A") for kind in ReadingKind), shared=True)
    db.session.add(CollectionExport(collection=collection, reader=owner, extension="pdf", language="en", asked_at=NOON))
    db.session.commit()
    db.session.close()
    schema.downgrade("0061")
    names = set(sa.inspect(db.engine).get_table_names())
    assert not names & {"collections", "collected_readings", "collection_exports"}
    schema.upgrade()
    for model in (Collection, CollectedReading, CollectionExport):
        assert db.session.scalars(sa.select(model)).all() == []
