"""A collection as one document: each reading as published with its address, citation and note, by the rights of whoever
asks. A short one is made while they wait, a long one by a job."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.collections.compare_papers import compiled
from app.collections.enums import ReadingKind
from app.collections.models import CollectedReading, Collection, CollectionExport
from app.collections.policies import may_see
from app.collections.practices_compared import Told
from app.collections.presentations_compared import Shown
from app.collections.readings import Found, Key, Part, read
from app.core import rich_text
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.texts import fingerprint
from app.core.wording import in_reader_language, language_shown
from app.directory.queries import member_mechanism_ids
from app.documents.operations import keep_file, name_of_title
from app.documents.printing import ILLUSTRATIVE, PRINTERS, Block, BlockKind, Printed, other, paragraphs
from app.floor.statement_models import FloorStatement
from app.jobs.operations import queue_job, report_progress
from app.jobs.registry import GiveUp, handles, reason
from app.library.citing import in_language
from app.library.practice_page import ELSEWHERE
from app.library.printed_texts import paragraphs as numbered
from app.people.models import User
from app.practices.reading import Titles, read_content, titles
from app.register.models import Document
from app.search.models import DOCUMENT_KIND, SearchEntry
from app.summaries.anchors import own_label_of

EXPORT_JOB = "collections.export"
AT_ONCE = 12  # readings, a whole summary counting as ten and a document as five, up to which a person waits
WEIGHT = {ReadingKind.SUMMARY: 10, ReadingKind.DOCUMENT: 5}
PIECE = 10  # readings between two reports of a job
GONE = reason(_l("The collection is no longer there for the person who asked."))


def is_long(collection: Collection) -> bool:
    """Whether its document is made by a job."""
    return sum(WEIGHT.get(row.kind, 1) for row in collection.readings) > AT_ONCE


def fingerprint_of(collection: Collection, found: Mapping[Any, Found]) -> str:
    """Return what stands for all that a document of it says: while it is the same, an earlier one is still true."""
    held = [
        [row.kind, row.name, row.note, one.mark if (one := found.get((row.kind, row.name))) else ""]
        for row in collection.readings
    ]
    return fingerprint([collection.title, collection.note, held])


def document_of(collection: Collection, found: Mapping[Any, Found]) -> Printed:
    """Return a collection as a document in the language in force."""
    known = titles() if any(one.kind is ReadingKind.PRACTICE for one in found.values()) else Titles({}, {})
    blocks: list[Block] = []
    for place, row in enumerate(collection.readings, start=1):
        blocks += blocks_of(place, row, found.get((row.kind, row.name)), known)
    return _printed(collection, blocks, any(one.illustrative for one in found.values()))


def _printed(collection: Collection, blocks: Sequence[Block], demonstration: bool) -> Printed:
    foreword = list(paragraphs(collection.note))
    return compiled(
        collection.title,
        [*foreword, *blocks],
        session=_("Collection of readings"),
        note=[str(ILLUSTRATIVE)] if demonstration else [],
        contents=_("Contents"),
        depth=1,
    )


def blocks_of(place: int, row: CollectedReading, found: Found | None, known: Titles) -> Iterator[Block]:
    """Yield one reading: title, what it is, note, text, citation with address; of one that is no longer there, that it
    is not, and the note."""
    if found is None:
        yield Block(BlockKind.HEADING, f"{place}. {_('No longer available')}")
        yield Block(BlockKind.PARAGRAPH, _("This reading was withdrawn, or is not for you to read any more."))
        yield from _note(row)
        return
    title = found.title if found.kind is not ReadingKind.PARAGRAPH else f"{found.title}, {found.about}"
    yield Block(BlockKind.HEADING, f"{place}. {title}", language=other(found.language))
    yield Block(BlockKind.ENTRY, found.about, below=[found.citation])
    yield from _note(row)
    yield from _text(found, known)


def _note(row: CollectedReading) -> Iterator[Block]:
    first, *rest = row.note.split("\n")
    if first:
        yield Block(BlockKind.ENTRY, first, mark=_("Note:"))
        yield from paragraphs("\n".join(rest))


def _text(found: Found, known: Titles) -> Iterator[Block]:
    if isinstance(found.row, Told):
        yield from _practice(found.row, known)
    elif isinstance(found.row, Shown):
        yield from _presentation(found.row)
    elif isinstance(found.row, Part):
        yield from _part(found.row)
    elif isinstance(found.row, Document):
        yield from _document(found.row)
    elif isinstance(found.row, FloorStatement):
        yield from _statement(found.row)


def _practice(told: Told, known: Titles) -> Iterator[Block]:
    yield Block(BlockKind.PARAGRAPH, told.shown_as)
    numbers = count(1)
    for section in read_content(told.version.template, told.content, questions=told.questions, known=known):
        fields = [one for one in section.fields if one.name not in ELSEWHERE]
        if fields:
            yield Block(BlockKind.SUBHEADING, section.title, language=other(section.title_lang))
        for one in fields:
            yield Block(BlockKind.LABEL, one.label, language=other(one.label_lang))
            language = told.language_of(one.name)
            if one.shape == "text":
                yield from numbered(one.text, other(language), numbers)
            else:
                yield from paragraphs(one.plain, language if one.shape == "rows" else "")


def _presentation(shown: Shown) -> Iterator[Block]:
    numbers = count(1)
    for question in shown.questions:
        if text := shown.answer(question.key):
            label = f"{question.number}. {in_reader_language(question.text)}"
            yield Block(BlockKind.SUBHEADING, label, language=other(language_shown(question.text)))
            yield from numbered(text, other(shown.version.language), numbers)


def _part(part: Part) -> Iterator[Block]:
    """The words of paragraphs; not those that they quote, which may have been withdrawn."""
    if part.paragraph is not None:
        yield from _paragraph(part.paragraph, part.language)
        return
    for section in part.publication.content["sections"]:
        yield Block(BlockKind.SUBHEADING, in_language(section["title"], part.language), language=other(part.language))
        for one in section["paragraphs"]:
            yield from _paragraph(one, part.language)


def _paragraph(one: Mapping[str, Any], language: str) -> Iterator[Block]:
    first, *rest = rich_text.plain(in_language(one["text"], language)).split("\n\n")
    yield Block(BlockKind.PARAGRAPH, f"{own_label_of(one)} {first}", language=other(language))
    yield from paragraphs("\n\n".join(rest), language)


def _document(row: Document) -> Iterator[Block]:
    """What its files say, as the index has read them: in the document's language where there is such a file, else in
    another. What could not be read is at its address alone. One statement."""
    names = "; ".join(LANGUAGE_NAMES[version.language] for version in row.languages if version.number)
    yield Block(BlockKind.PARAGRAPH, _("Its files are at its address. Languages: %(names)s.", names=names or "-"))
    entry = SearchEntry
    with_file = [version.language for version in row.languages if version.number]
    nearest = sa.case((entry.language == current_language(), 0), else_=1)
    rows = db.session.execute(
        sa.select(entry.language, entry.text)
        .where(entry.kind == DOCUMENT_KIND, entry.key == row.slug, entry.language.in_(with_file))
        .order_by(nearest, entry.language)
    )
    texts = ((found.language, found.text.partition("\n\n")[2]) for found in rows)  # after symbol and class
    language, text = next(((language, text) for language, text in texts if text), ("", ""))
    if text:
        yield Block(BlockKind.LABEL, _("The words of its file (tables and pictures are in the file)"))
        yield from paragraphs(text, language)


def _statement(row: FloorStatement) -> Iterator[Block]:
    version = row.latest
    if version.text:
        yield from paragraphs(version.text, version.language)
    else:
        yield Block(BlockKind.PARAGRAPH, _("Its text is in the file at its address."))


def ask_for_export(collection: Collection, extension: str, language: str, *, by: Actor) -> tuple[CollectionExport, int]:
    """Queue the making of a collection's document for a person; return it and the number of the job. What is waiting
    already is not queued twice."""
    waiting = db.session.scalars(
        sa.select(CollectionExport)
        .where(
            CollectionExport.collection_id == collection.id,
            CollectionExport.for_id == by.id,
            CollectionExport.extension == extension,
            CollectionExport.language == language,
            CollectionExport.file_id.is_(None),
        )
        .order_by(CollectionExport.id.desc())
    ).first()
    row = waiting or CollectionExport(
        collection_id=collection.id, for_id=by.id, extension=extension, language=language, asked_at=now()
    )
    if waiting is None:
        record("ask_for_collection_file", row, by=by)
    job_id = queue_job(
        EXPORT_JOB,
        key=f"collection-export:{row.id}",
        payload={"export_id": row.id},
        by=by,
        page=url_for("collections.export_file", export_id=row.id),
    )
    return row, job_id


@handles(EXPORT_JOB, title=_l("Making a file of a collection"))
def make_export(payload: dict[str, Any]) -> None:
    """Job: make a collection's document with the rights that its reader has now. Commits at the end, and computes
    outside of transactions. A second run makes nothing more."""
    export, collection = _load(payload["export_id"])
    if export.file_id is not None:
        return
    language, extension, title = export.language, export.extension, collection.title
    total = len(collection.readings) + 1
    printed, holds = _put_together(payload["export_id"], language, total)
    made = PRINTERS[extension](printed)
    export, _collection = _load(payload["export_id"])
    export.file = keep_file(made, name=name_of_title(title, extension), by=export.reader)
    export.holds = holds
    db.session.commit()
    report_progress(total, total)


def _put_together(export_id: int, language: str, total: int) -> tuple[Printed, str]:
    """Read a collection piece by piece; return its document, and what stands for what is in it. Leaves no transaction.

    The addresses in it are those that pages have. What changes meanwhile is seen when the file is asked for.
    """
    with current_app.test_request_context(), force_locale(language):
        known, blocks = titles(), list[Block]()
        found: dict[Key, Found] = {}
        for start in range(0, total, PIECE):
            export, collection = _load(export_id)
            rows = collection.readings[start : start + PIECE]
            some = read(export.reader, [(row.kind, row.name) for row in rows])
            for place, row in enumerate(rows, start=start + 1):
                blocks += blocks_of(place, row, some.get((row.kind, row.name)), known)
            found |= some
            db.session.rollback()
            report_progress(min(start + PIECE, total - 1), total)
        export, collection = _load(export_id)
        printed = _printed(collection, blocks, any(one.illustrative for one in found.values()))
        holds = fingerprint_of(collection, found)
        db.session.rollback()
    return printed, holds


def _load(export_id: int) -> tuple[CollectionExport, Collection]:
    """Load what is to be made, its reader with what they may read as a member State. Raises GiveUp where it is gone."""
    export = db.session.get(CollectionExport, export_id)
    if export is None:
        raise GiveUp(GONE)
    reader: User = export.reader
    reader.remember_membership(partial(member_mechanism_ids, reader.party_id))
    if not reader.is_active or not may_see(reader, export.collection):
        raise GiveUp(GONE)
    return export, export.collection
