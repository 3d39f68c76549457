"""The demonstration's documents: a concept paper from its file, and what Plenaria writes itself."""

from typing import Any

import sqlalchemy as sa

from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.reference import read
from app.documents.printing import Block, BlockKind, printed_docx, printed_pdf
from app.meetings.enums import ItemKind
from app.meetings.models import Meeting
from app.meetings.queries import agenda_of
from app.register import operations
from app.register.enums import DocumentClass, LanguageStatus
from app.register.generating import written
from app.register.masthead import printed_document
from app.register.models import Document
from app.register.operations import DocumentFields
from app.register.settings import edit_settings

SERIES = "OEA/Ser.W"
PATTERN = "CIDI/{body}/{class}.{number}/{yy}"


def set_up_register(meeting: Meeting, *, by: Actor) -> None:
    """Give the convening body its series and pattern."""
    abbreviations = {
        kind: "INF" if kind in (DocumentClass.INFORMATION, DocumentClass.PARTICIPANTS) else "doc"
        for kind in DocumentClass
    }
    edit_settings(meeting.mechanism, series=SERIES, pattern=PATTERN, abbreviations=abbreviations, by=by)


def register_documents(meeting: Meeting, *, by: Actor) -> None:
    """Register and issue a concept paper and the order of business."""
    _concept_paper(meeting, read("demo/documents.yaml")["concept_paper"], by=by)
    order = operations.register_generated(meeting, DocumentClass.ORDER_OF_BUSINESS, seen=0, by=by)
    for language in meeting.languages:
        printed = written(meeting, DocumentClass.ORDER_OF_BUSINESS, language, series=SERIES, document=order)
        made = {"pdf": printed_pdf(printed), "docx": printed_docx(printed)}
        operations.add_made(order, language, made, by=by)
    operations.issue_document(order, by=by)


def replace_translation(meeting: Meeting, *, by: Actor) -> None:
    """Put the official French version of the concept paper in the place of the unofficial one, which stays below it."""
    papers = sa.select(Document).where(
        Document.meeting_id == meeting.id, Document.document_class == DocumentClass.CONCEPT_PAPER
    )
    script = read("demo/documents.yaml")["concept_paper"]
    _put_concept_paper(db.session.scalars(papers).one(), script, "fr", LanguageStatus.OFFICIAL, by=by)


def register_list_of_participants(meeting: Meeting, *, by: Actor) -> None:
    """Register the list of participants: the worker makes its files, and it waits to be looked at and issued."""
    operations.register_generated(meeting, DocumentClass.PARTICIPANTS, seen=0, by=by)


def _concept_paper(meeting: Meeting, script: dict[str, Any], *, by: Actor) -> Document:
    statuses = {code: LanguageStatus(status) for code, status in script["statuses"].items()}
    document = operations.register_document(
        meeting,
        DocumentFields(
            document_class=DocumentClass.CONCEPT_PAPER,
            title=LocalizedText(script["title"]),
            original_language=script["original"],
            distribution=Audience.PUBLIC,
            statuses=statuses,
            items=[item for item in agenda_of(meeting.id) if item.kind in (ItemKind.OPENING, ItemKind.DIALOGUE)],
        ),
        by=by,
    )
    for language, status in statuses.items():
        if status is not LanguageStatus.PENDING:
            _put_concept_paper(document, script, language, status, by=by)
    operations.issue_document(document, by=by)
    return document


def _put_concept_paper(
    document: Document, script: dict[str, Any], language: str, status: LanguageStatus, *, by: Actor
) -> None:
    blocks = []
    for section in script["sections"]:
        blocks.append(Block(BlockKind.HEADING, section["heading"][language]))
        blocks.append(Block(BlockKind.PARAGRAPH, section["text"][language]))
    printed = printed_document(
        document.meeting,
        language=language,
        series=SERIES,
        title=document.title.in_language(language),
        blocks=blocks,
        created=now(),
        document=document,
    )
    operations.add_made(document, language, {"pdf": printed_pdf(printed)}, status=status, by=by)
