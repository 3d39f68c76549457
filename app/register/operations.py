"""Everything that changes the register. Nothing here commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.datastructures import FileStorage

from app.audit.operations import record
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGES, LocalizedText
from app.core.texts import alphabetical, fold
from app.documents.models import StoredFile
from app.documents.operations import keep_file, keep_upload
from app.documents.printing import as_plain
from app.jobs.operations import queue_job
from app.meetings.models import AgendaItem, Meeting
from app.register import queries, symbols
from app.register.enums import DocumentClass, LanguageStatus, Suffix
from app.register.generating import blocks_of, title_of, written
from app.register.indexing import index_document
from app.register.models import (
    Document,
    FileVersion,
    LanguageVersion,
    SymbolCounter,
)

UPLOADS = frozenset({"pdf", "docx", "xlsx", "pptx"})
NOTE_LIMIT = 2000


@dataclass(frozen=True)
class DocumentFields:
    """What the secretariat says of a document. `statuses`: by language; a language without one is not foreseen."""

    document_class: DocumentClass
    title: LocalizedText
    original_language: str
    distribution: Audience
    textual: bool = False
    items: Sequence[AgendaItem] = ()
    statuses: Mapping[str, LanguageStatus] = field(default_factory=dict)


def _counter(stem: str) -> SymbolCounter:
    """The counter of a stem, held by this transaction until it ends: who else registers under it waits."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    db.session.execute(insert(SymbolCounter).values(stem=stem, last=0).on_conflict_do_nothing())
    held = sa.select(SymbolCounter).where(SymbolCounter.stem == stem).with_for_update()
    return db.session.scalars(held.execution_options(populate_existing=True)).one()


def _next_symbol(counter: SymbolCounter) -> str:
    counter.last += 1
    symbol = symbols.numbered(counter.stem, counter.last)
    if len(symbol) > symbols.SYMBOL_LIMIT or queries.is_taken(symbol, symbols.slug_of(symbol)):
        raise Refusal(_l("The symbol %(symbol)s cannot be used: change the body's pattern.", symbol=symbol))
    return symbol


def _checked(meeting: Meeting, fields: DocumentFields) -> None:
    if not fields.title:
        raise Refusal(_l("Write the title in at least one language."), field="title")
    if fields.original_language not in LANGUAGES:
        raise Refusal(_l("Choose the language of the original."), field="original_language")
    if fields.distribution.rank < meeting.distribution.rank:
        raise Refusal(_l("A document cannot reach further than its session."), field="distribution")
    if any(item.meeting_id != meeting.id for item in fields.items):
        raise Refusal(_l("Choose items of this session's order of business."), field="items")


def _words(symbol: str, title: LocalizedText) -> str:
    return fold(" ".join((symbol, *title.values())))


def _title_keys(title: LocalizedText) -> dict[str, str]:
    return {code: alphabetical(title.in_language(code), code)[0] for code in LANGUAGES}


def register_document(
    meeting: Meeting,
    fields: DocumentFields,
    *,
    by: Actor,
    follows: Document | None = None,
    suffix: Suffix | None = None,
    form_key: str | None = None,
    generated: bool = False,
) -> Document:
    """Register a document under the next symbol of its body's pattern; with `follows` and `suffix`, as the next
    revision, corrigendum or addendum of that document.

    A form that was sent before gives the document it registered then. Raises Refusal.
    """
    _checked(meeting, fields)
    at = now()
    if follows is not None and suffix is not None:
        stem = symbols.suffixed_stem(follows.symbol, suffix)
    else:
        settings = queries.settings_of(meeting.mechanism)
        stem = symbols.stem_of(
            settings.pattern,
            series=settings.series,
            body=meeting.mechanism.reference_code,
            document_class=fields.document_class,
            abbreviations=settings.abbreviations,
            day=at.astimezone(meeting.tz).date(),
            session=meeting.code,
        )
    counter = _counter(stem)
    if form_key and (found := queries.document_by_form(form_key)):
        return found
    symbol = _next_symbol(counter)
    base, revision, corrects = symbols.place_of(symbol)
    document = Document(
        meeting=meeting,
        original_id=(follows.original_id or follows.id) if follows else None,
        document_class=fields.document_class,
        symbol=symbol,
        slug=symbols.slug_of(symbol),
        order_key=symbols.order_key(symbol),
        base=base,
        revision=revision,
        corrects=corrects,
        words=_words(symbol, fields.title),
        title=fields.title,
        title_keys=_title_keys(fields.title),
        original_language=fields.original_language,
        textual=fields.textual,
        distribution=fields.distribution,
        items=list(fields.items),
        generated=generated,
        form_key=form_key,
        registered_at=at,
        registered_by_id=by.id,
        updated_at=at,
        updated_by_id=by.id,
    )
    _set_statuses(document, fields.statuses)
    record(
        "register_document",
        document,
        by=by,
        meeting_id=meeting.id,
        changes={
            "symbol": [None, symbol],
            "title": [None, dict(fields.title)],
            "distribution": [None, fields.distribution.value],
        },
    )
    return document


def _set_statuses(document: Document, statuses: Mapping[str, LanguageStatus]) -> dict[str, list[str | None]]:
    """Bring the language versions in line; return what changed. What has a file is never given up."""
    changes: dict[str, list[str | None]] = {}
    for language in LANGUAGES:
        row, status = document.in_language(language), statuses.get(language)
        if status is None:
            if row is not None and row.number:
                raise Refusal(_l("A language that has a file keeps its status."), field=f"status_{language}")
            if row is not None:
                document.languages.remove(row)
                changes[f"status_{language}"] = [row.status.value, None]
            continue
        if row is None:
            document.languages.append(LanguageVersion(language=language, status=status, number=0))
            changes[f"status_{language}"] = [None, status.value]
        elif row.status is not status:
            changes[f"status_{language}"] = [row.status.value, status.value]
            row.status = status
    return changes


def edit_document(document: Document, fields: DocumentFields, *, by: Actor) -> None:
    """Change what a document is called, whom it is for and how far its languages are; the symbol stays.

    Raises Refusal, and WrongState for a document that was withdrawn.
    """
    _refuse_withdrawn(document)
    _checked(document.meeting, fields)
    before = {
        "document_class": document.document_class.value,
        "title": dict(document.title),
        "original_language": document.original_language,
        "textual": document.textual,
        "distribution": document.distribution.value,
        "items": [item.position for item in document.items],
    }
    statuses = _set_statuses(document, fields.statuses)
    document.document_class, document.title = fields.document_class, fields.title
    document.original_language, document.textual = fields.original_language, fields.textual
    if fields.distribution.rank < document.distribution.rank:
        document.widened_at, document.widened_from = now(), document.distribution
        document.updated_by_id = by.id
    document.distribution = fields.distribution
    document.items = list(fields.items)
    document.words, document.title_keys = _words(document.symbol, fields.title), _title_keys(fields.title)
    after = {
        "document_class": fields.document_class.value,
        "title": dict(fields.title),
        "original_language": fields.original_language,
        "textual": fields.textual,
        "distribution": fields.distribution.value,
        "items": [item.position for item in document.items],
    }
    changes: dict[str, list[object]] = {
        name: [value, after[name]] for name, value in before.items() if value != after[name]
    }
    record(
        "edit_document",
        document,
        by=by,
        meeting_id=document.meeting_id,
        changes={**changes, **statuses},
    )
    index_document(document)


def _refuse_withdrawn(document: Document) -> None:
    if document.withdrawn_at is not None:
        raise WrongState(_l("This document was withdrawn: nothing can be added to it."))


def add_uploads(
    document: Document,
    uploads: Mapping[str, Collection[FileStorage]],
    *,
    statuses: Mapping[str, LanguageStatus],
    by: Actor,
) -> None:
    """Put files that a person sent into languages: they become the newest version there, and all older ones stay.

    `statuses` say what a language that was pending becomes. Raises Refusal or TooLarge (naming the language's field)
    and keeps nothing then; WrongState for a document that was withdrawn.
    """
    _refuse_withdrawn(document)
    for language, sent in uploads.items():
        try:
            kept = [keep_upload(upload, allowed=UPLOADS, by=by) for upload in sent]
            _add(document, language, kept, statuses.get(language), by=by)
        except Refusal as refusal:
            refusal.field = f"file_{language}"
            raise


def register_generated(meeting: Meeting, document_class: DocumentClass, *, seen: int, by: Actor) -> Document:
    """Register what Plenaria writes of a class, as the next revision where it was registered before, and have its files
    made in each working language: what it says now is what is printed, whatever changes until then.

    `seen`: the id of the newest one that the person had before them (0: none); where there is a newer one, that one is
    returned, so that a form sent twice registers once. Raises Refusal where there is nothing to print.
    """
    known = [row for row in queries.generated_documents(meeting.id) if row.document_class is document_class]
    if known and known[0].id != seen:
        return known[0]
    if not blocks_of(meeting, document_class, meeting.languages[0]):
        raise Refusal(_l("The session has nothing to print here yet."))
    follows = next((row for row in known if row.withdrawn_at is None), None)
    # A list of people reaches no further than the room until somebody says otherwise.
    distribution = Audience.RESTRICTED if document_class is DocumentClass.PARTICIPANTS else meeting.distribution
    fields = DocumentFields(
        document_class=document_class,
        title=title_of(document_class),
        original_language=meeting.languages[0],
        distribution=follows.distribution if follows else distribution,
        items=follows.items if follows else (),
        statuses=dict.fromkeys(meeting.languages, LanguageStatus.PENDING),
    )
    document = register_document(
        meeting,
        fields,
        by=by,
        follows=follows,
        suffix=Suffix.REVISION if follows else None,
        form_key=f"{meeting.id}:{document_class.value}:{seen}",
        generated=True,
    )
    series = queries.settings_of(meeting.mechanism).series
    printed = {
        language: as_plain(written(meeting, document_class, language, series=series, document=document))
        for language in meeting.languages
    }
    queue_job(
        queries.RENDER_JOB,
        key=queries.render_key(document.id),
        payload={"document_id": document.id, "printed": printed},
        by=by,
        page=f"/documents/{document.slug}/edit",
    )
    return document


def add_made(
    document: Document,
    language: str,
    made: Mapping[str, bytes | BinaryIO],
    *,
    status: LanguageStatus = LanguageStatus.OFFICIAL,
    by: Actor,
) -> None:
    """Put documents that Plenaria made, by extension, into a language, as a version of that status."""
    kept = [keep_file(content, name=f"{document.slug}-{language}.{kind}", by=by) for kind, content in made.items()]
    _add(document, language, kept, status, by=by)


def _add(
    document: Document, language: str, files: Sequence[StoredFile], status: LanguageStatus | None, *, by: Actor
) -> None:
    at = now()
    row = document.in_language(language)
    if row is None:
        row = LanguageVersion(language=language, status=LanguageStatus.PENDING, number=0)
        document.languages.append(row)
    extensions = [file.name.rsplit(".", 1)[-1] for file in files]
    if len(set(extensions)) < len(extensions):
        raise Refusal(_l("Send one file of each kind for a language: a PDF and a DOCX, not two PDFs."))
    if row.number and {file.sha256 for file in files} == {version.file.sha256 for version in row.current}:
        return  # sent twice
    for version in row.current if document.issued_at else ():
        version.replaced_for = document.distribution
    row.number += 1
    for file, extension in zip(files, extensions, strict=True):
        row.files.append(FileVersion(number=row.number, extension=extension, file=file, added_at=at, added_by_id=by.id))
    if status is not None and status is not LanguageStatus.PENDING:
        row.status = status
    elif row.status is LanguageStatus.PENDING:
        is_original = language == document.original_language
        row.status = LanguageStatus.OFFICIAL if is_original else LanguageStatus.UNOFFICIAL
    document.updated_at, document.updated_by_id = at, by.id
    if document.issued_at is not None:
        index_document(document)
    record(
        "add_document_files",
        row,
        by=by,
        meeting_id=document.meeting_id,
        changes={
            "symbol": [document.symbol, document.symbol],
            "language": [None, language],
            "version_number": [row.number - 1, row.number],
            "sha256": [None, [file.sha256 for file in files]],
        },
    )


def issue_document(document: Document, *, by: Actor) -> None:
    """Let a document's readers have it; issuing it again changes nothing.

    Of a session in preparation they get it when the session opens, because until then nobody sees the session.
    Raises WrongState where it has no file yet or was withdrawn.
    """
    _refuse_withdrawn(document)
    if document.issued_at is not None:
        return
    if not any(row.number for row in document.languages):
        raise WrongState(_l("This document has no file yet: add one, then issue it."))
    document.issued_at = document.updated_at = now()
    document.updated_by_id = by.id
    record("issue_document", document, by=by, meeting_id=document.meeting_id)
    index_document(document)
    _index_replaced(document)


def withdraw_document(document: Document, *, note: LocalizedText, by: Actor) -> None:
    """Take a document back: its symbol, title and a note stay; its files are for the secretariat alone.

    Withdrawing it again changes nothing. Raises Refusal without a note, or with one past the limit.
    """
    if document.withdrawn_at is not None:
        return
    if not note:
        raise Refusal(_l("Say why it is withdrawn: the note stays in its place."), field="note")
    if max(len(text) for text in note.values()) > NOTE_LIMIT:
        raise Refusal(_l("A note has at most %(limit)d characters.", limit=NOTE_LIMIT), field="note")
    document.withdrawn_at = now()
    document.withdrawal_note = note
    record("withdraw_document", document, by=by, meeting_id=document.meeting_id)
    index_document(document)
    _index_replaced(document)


def _index_replaced(document: Document) -> None:
    """Let searching say anew what takes the place of the papers that this one comes after."""
    if document.revision and not document.corrects:
        older = sa.select(Document).where(Document.base == document.base, Document.revision < document.revision)
        for row in db.session.scalars(older).all():
            index_document(row)
