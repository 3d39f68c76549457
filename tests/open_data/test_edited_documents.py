"""A document that was edited is told of anew: to harvesters, and by a release that is due."""

from datetime import timedelta

import pytest
from lxml import etree

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import now, standing_at
from app.core.db import db
from app.open_data import queries
from app.open_data.jobs import bring_up_to_date
from app.register.enums import DocumentClass
from app.register.operations import edit_document
from tests.factories.register import fields
from tests.factories.summaries import everywhere
from tests.open_data.test_oai import LIST, ask, identifiers
from tests.open_data.test_releases import make

LATER = timedelta(hours=2)
EDITS = {
    "title": {"title": everywhere("Another paper")},
    "class": {"document_class": DocumentClass.INFORMATION},
    "language": {"original_language": "en"},
}


def edit(document, **more) -> None:
    edit_document(document, fields(**{"distribution": Audience.PUBLIC, **more}), by=SYSTEM)


@pytest.mark.parametrize("edited", EDITS.values(), ids=EDITS)
def test_harvesters_who_come_back_get_it(client, library, settled, edited):
    settled()
    asked_from = {**LIST, "from": f"{now():%Y-%m-%dT%H:%M:%SZ}"}
    with standing_at(now() + LATER):
        edit(library.document, **edited)
        settled()
        root = ask(client, asked_from)
        assert identifiers(root) == [f"oai:localhost:document/{library.document.slug}"]
        assert ("Another paper" in etree.tostring(root, encoding="unicode")) is ("title" in edited)


def test_one_that_was_saved_as_it_was_is_not_told_of(client, library, settled):
    settled()
    asked_from = {**LIST, "from": f"{now():%Y-%m-%dT%H:%M:%SZ}"}
    with standing_at(now() + LATER):
        edit(library.document)
        settled()
        assert identifiers(ask(client, asked_from)) == []


def test_it_makes_a_release_due(library):
    bring_up_to_date()
    make()
    with standing_at(now() + timedelta(days=2)):
        bring_up_to_date()
        assert not queries.is_due()
        edit(library.document, title=everywhere("Another paper"))
        db.session.commit()
        bring_up_to_date()
    with standing_at(now() + timedelta(days=2, minutes=1)):
        assert queries.is_due()
