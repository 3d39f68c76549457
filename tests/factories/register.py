"""Registered documents, made by the operations that people use."""

import io

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.meetings.models import Meeting
from app.register import operations
from app.register.enums import DocumentClass, LanguageStatus
from app.register.models import Document
from tests.factories.summaries import everywhere

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def fields(**more) -> operations.DocumentFields:
    return operations.DocumentFields(
        **{
            "document_class": DocumentClass.WORKING,
            "title": everywhere("Concept paper"),
            "original_language": "es",
            "distribution": Audience.PUBLIC,
            "statuses": {"es": LanguageStatus.PENDING, "en": LanguageStatus.PENDING},
            **more,
        }
    )


def register(meeting: Meeting, **more) -> Document:
    """A document that has a symbol and no file."""
    return operations.register_document(meeting, fields(**more), by=SYSTEM)


def issue(meeting: Meeting, *, content: bytes = PDF, **more) -> Document:
    """A document with a PDF in its original language, issued."""
    document = register(meeting, **more)
    operations.add_made(document, document.original_language, {"pdf": io.BytesIO(content)}, by=SYSTEM)
    operations.issue_document(document, by=SYSTEM)
    return document
