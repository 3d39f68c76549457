"""The pages of the register, as tests ask for them."""

import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.core.db import db
from app.core.localized import LocalizedText
from app.register.models import Document
from tests.client import post_form

REGISTER = "/sessions/cam-2026/documents"
PAPER = LocalizedText(en="Concept paper")
NEW = "/sessions/cam-2026/manage/documents/new"


def only() -> Document:
    db.session.expire_all()
    return db.session.scalars(sa.select(Document)).one()


def send(client, url=NEW, **values):
    base = {
        "document_class": "concept_paper", "title-en": "Concept paper", "title-es": "Documento conceptual",
        "original_language": "es", "distribution": "public",
    }  # fmt: skip
    return post_form(client, url, {**base, **values})


def symbols(client, **query) -> list[str]:
    page = BeautifulSoup(client.get(REGISTER, query_string=query).text, "html5lib")
    return [cell.a.text for cell in page.select("table.register tbody th")]
