"""Documents that were registered before know what takes the place of what."""

import sqlalchemy as sa

from app.cli import schema
from app.core.db import db
from app.register.models import Document
from tests.guards.test_programme_migration import STARTS, WORDS, _insert, _session

SYMBOLS = {
    "B/doc.1/26": ["B/doc.1/26", 0, False],
    "B/doc.1/26 rev. 2": ["B/doc.1/26", 2, False],
    "B/doc.1/26 rev. 2 corr. 1": ["B/doc.1/26", 2, True],
    "B/doc.1/26 add. 1": ["B/doc.1/26 add. 1", 0, False],
}


def test_documents_learn_their_place_from_their_symbols(empty):
    schema.upgrade("0009")
    _insert("sources", id=1, key="kept", title=WORDS, publisher="OAS", date="2023-04")
    names = {"names": WORDS, "short_names": WORDS}
    _insert("parties", id=1, kind="mechanism", code="B", reference_code="C", **names)
    _insert("mechanisms", id=1, slug="b", about={}, mechanism_kind="committee", source_id=1)
    _session(1, "call_open")
    db.session.commit()
    schema.upgrade("0017")
    for number, symbol in enumerate(SYMBOLS, start=1):
        more = {"title": WORDS, "title_keys": WORDS, "withdrawal_note": {}, "words": "", "order_key": symbol}
        _insert(
            "documents", id=number, meeting_id=1, document_class="working", symbol=symbol, slug=f"b-{number}",
            original_language="en", textual=False, distribution="public", generated=False, registered_at=STARTS,
            updated_at=STARTS, version=1, **more,
        )  # fmt: skip
    db.session.commit()
    schema.upgrade()
    found = db.session.execute(sa.select(Document.symbol, Document.base, Document.revision, Document.corrects))
    assert {symbol: place for symbol, *place in found} == SYMBOLS
