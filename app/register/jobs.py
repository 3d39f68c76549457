"""Making the files of a generated document, away from the request that registers it; reading what files say."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import Refusal
from app.core.storage import storage
from app.documents.printing import of_plain, printed_docx, printed_pdf
from app.jobs.operations import report_progress
from app.jobs.registry import GiveUp, handles, reason
from app.meetings.paper_reading import LIMIT, paragraphs_of
from app.register import operations
from app.register.indexing import READ_JOB, index_document
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


@handles(READ_JOB, title=_l("Reading a document, to find it by its words"))
def read_document(payload: dict[str, Any]) -> None:
    """Job: index what the newest files of an issued document say. What cannot be read (scanned, protected, of more than
    60 pages) is found by its title alone. Done twice it changes nothing."""
    document = db.session.get(Document, payload["document_id"])
    if document is None or document.issued_at is None or document.withdrawn_at is not None:
        return
    files = {
        row.language: (file.file.sha256, file.extension)
        for row in document.languages
        for file in sorted(row.current, key=lambda file: file.extension == "docx")  # the Word file, where there is one
        if file.extension in ("pdf", "docx") and file.file.size <= LIMIT
    }
    db.session.rollback()  # nothing is held while files are read
    said = {}
    for language, (sha256, extension) in files.items():
        try:
            with storage().open(sha256) as stream:
                blocks = paragraphs_of(stream.read(), extension)
        except (Refusal, FileNotFoundError):
            continue
        said[language] = "\n\n".join(block.text for block in blocks)
    document = db.session.get(Document, payload["document_id"])
    if document is not None:
        index_document(document, said)
        db.session.commit()
