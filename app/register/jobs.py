"""Making the files of a generated document, away from the request that registers it."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import SYSTEM
from app.core.db import db
from app.documents.printing import printed_docx, printed_pdf
from app.jobs.registry import GiveUp, handles
from app.register import operations
from app.register.generating import written
from app.register.models import Document
from app.register.operations import RENDER_JOB
from app.register.queries import settings_of


@handles(RENDER_JOB, title=_l("Making the files of a document"))
def render_document(payload: dict[str, Any]) -> None:
    """Job: make the PDF and DOCX of each language of a generated document that has no file yet.

    Commits after each language, and never computes inside a transaction: on SQLite that would keep everybody else
    from writing. Running it twice makes nothing twice.
    """
    document = db.session.get(Document, payload["document_id"])
    if document is None:
        raise GiveUp("the document is gone")
    series = settings_of(document.meeting.mechanism).series
    waiting = {
        row.language: written(document.meeting, document.document_class, row.language, series=series, document=document)
        for row in document.languages
        if not row.number
    }
    document_id = document.id
    db.session.rollback()
    for language, printed in waiting.items():
        made = {"pdf": printed_pdf(printed), "docx": printed_docx(printed)}
        document = db.session.get_one(Document, document_id)
        row = document.in_language(language)
        if row is not None and not row.number and document.withdrawn_at is None:
            operations.add_made(document, language, made, by=SYSTEM)
        db.session.commit()
