"""Making the files of a generated document, away from the request that registers it."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import SYSTEM
from app.core.db import db
from app.documents.printing import of_plain, printed_docx, printed_pdf
from app.jobs.operations import report_progress
from app.jobs.registry import GiveUp, handles, reason
from app.register import operations
from app.register.models import Document
from app.register.queries import RENDER_JOB

GONE = reason(_l("The document is no longer there."))


@handles(RENDER_JOB, title=_l("Making the files of a document"))
def render_document(payload: dict[str, Any]) -> None:
    """Job: make the PDF and DOCX of each language of a generated document that has no file yet, as it was when it was
    registered.

    Commits after each language, and never computes inside a transaction: on SQLite that would keep everybody else
    from writing. Running it twice makes nothing twice.
    """
    document_id = payload["document_id"]
    document = db.session.get(Document, document_id)
    if document is None:
        raise GiveUp(GONE)
    if document.withdrawn_at is not None:
        return
    waiting = [row.language for row in document.languages if not row.number]
    db.session.rollback()
    for done, language in enumerate(waiting):
        report_progress(done, len(waiting))
        printed = of_plain(payload["printed"][language])
        made = {"pdf": printed_pdf(printed), "docx": printed_docx(printed)}
        document = db.session.get_one(Document, document_id)
        row = document.in_language(language)
        if row is not None and not row.number and document.withdrawn_at is None:
            operations.add_made(document, language, made, by=SYSTEM)
        db.session.commit()
