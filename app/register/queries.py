"""Reading the register, through visibility."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import Gone, NotFound

from app.core.actors import Actor
from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LocalizedText
from app.core.paging import FURTHEST_PAGE, MOST_PER_PAGE, PER_PAGE, Page
from app.core.texts import fold
from app.directory.models import Mechanism
from app.documents.models import StoredFile
from app.documents.responses import ArchivedFile
from app.jobs.models import Job
from app.meetings.models import AgendaItem, Meeting
from app.meetings.queries import latest_agenda, readable
from app.register.enums import DocumentClass, LanguageStatus
from app.register.models import (
    Document,
    FileVersion,
    LanguageVersion,
    RegisterSettings,
)
from app.register.symbols import ABBREVIATIONS, DEFAULT_PATTERN, archive_name

RENDER_JOB = "register.render"
SORTS = ("symbol", "title", "class", "date")
# A visit is over when nobody has looked for so long; what came after it is new in the next one.
VISIT = timedelta(minutes=30)
_WHOLE = (
    orm.joinedload(Document.meeting).joinedload(Meeting.mechanism),
    orm.selectinload(Document.items),
    orm.selectinload(Document.languages)
    .selectinload(LanguageVersion.files)
    .options(orm.joinedload(FileVersion.file), orm.joinedload(FileVersion.added_by)),
)


@dataclass(frozen=True)
class Wanted:
    """What a register is filtered and sorted by; empty means all. `item`: the mark of an agenda item ("" for any);
    `language`: has a file in it; `since`: what a person got after it is marked as new, and with `only_new` is all there
    is; `sort`: one of SORTS, "-" before it turns it round; `meeting`: a slug."""

    words: str = ""
    document_class: str = ""
    language: str = ""
    item: str = ""
    since: datetime | None = None
    only_new: bool = False
    meeting: str = ""
    sort: str = "symbol"


@dataclass(frozen=True)
class ListedFile:
    """A current file of a listed document, or (without `extension`) a language that has none yet."""

    language: str
    status: LanguageStatus
    extension: str | None


@dataclass(frozen=True)
class Listed:
    """A document as a line of a register; `new` to its reader since `Wanted.since`, `replaced_by` the symbol of what
    took its place."""

    id: int
    symbol: str
    slug: str
    title: LocalizedText
    document_class: DocumentClass
    distribution: Audience
    original_language: str
    registered_at: datetime
    issued_at: datetime | None
    updated_at: datetime
    withdrawn_at: datetime | None
    meeting_slug: str
    new: bool
    replaced_by: str | None
    files: list[ListedFile] = field(default_factory=list)


Documents = type[Document]  # or an alias of it


def visible_to(actor: Actor, document: Documents = Document) -> sa.ColumnElement[bool]:
    """The condition on Document (with its meeting joined) that says the same as `policies.can_view_document`."""
    if actor.is_staff:
        return sa.true()
    return sa.and_(document.issued_at.is_not(None), readable(actor, document.distribution))


_later: Documents = orm.aliased(Document)


def _follows(later: Any, document: Any) -> sa.ColumnElement[bool]:
    """Whether `later` took the place of a document: a revision of it that was issued and stands."""
    return sa.and_(
        later.base == document.base,
        later.revision > document.revision,
        ~later.corrects,
        later.issued_at.is_not(None),
        later.withdrawn_at.is_(None),
    )


def _takes_the_place(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether `_later`, which a person may read, takes the place of Document."""
    return sa.and_(_follows(_later, Document), visible_to(actor, _later))


def _replaced_by(actor: Actor) -> sa.ScalarSelect[str]:
    """The symbol of the newest that takes the place of Document (with its meeting joined), as a person may know it."""
    newest = sa.select(_later.symbol).where(_takes_the_place(actor)).order_by(_later.revision.desc()).limit(1)
    return newest.correlate(Document, Meeting).scalar_subquery()


def document_visible_to(actor: Actor, symbol: str) -> Document:
    """Load a document by its symbol as addresses write it, whole; raises NotFound. At most five statements."""
    statement = sa.select(Document).join(Document.meeting).where(Document.slug == symbol, visible_to(actor))
    document = db.session.scalars(statement.options(*_WHOLE)).one_or_none()
    if document is None:
        raise NotFound
    return document


def document_to_read(actor: Actor, symbol: str) -> Document:
    """Load as `document_visible_to` does; raises Gone of what was withdrawn, but for the secretariat."""
    document = document_visible_to(actor, symbol)
    if document.withdrawn_at and not actor.is_staff:
        raise Gone
    return document


def file_to_read(actor: Actor, symbol: str, language: str, extension: str, number: int | None = None) -> FileVersion:
    """The current file of a document in a language, or that of an earlier version; raises NotFound. One statement.

    The secretariat has every version; readers have those that were current at the issue or came after it, and were for
    them before they were replaced, as `LanguageVersion.earlier` says.
    """
    later = orm.aliased(FileVersion)
    was_issued = sa.exists().where(
        later.language_version_id == FileVersion.language_version_id,
        later.number == FileVersion.number + 1,
        later.added_at > Document.issued_at,
    )
    is_current = FileVersion.number == LanguageVersion.number
    was_for = sa.func.coalesce(FileVersion.replaced_for, Document.distribution, type_=Document.distribution.type)
    was_theirs = sa.and_(was_issued, readable(actor, was_for))
    for_readers = sa.and_(Document.withdrawn_at.is_(None), sa.or_(is_current, was_theirs))
    statement = (
        sa.select(FileVersion)
        .join(FileVersion.language_version)
        .join(LanguageVersion.document)
        .join(Document.meeting)
        .where(
            Document.slug == symbol,
            LanguageVersion.language == language,
            is_current if number is None else FileVersion.number == number,
            FileVersion.extension == extension,
            visible_to(actor),
            sa.true() if actor.is_staff else for_readers,
        )
        .options(orm.contains_eager(FileVersion.language_version), orm.joinedload(FileVersion.file))
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        document_to_read(actor, symbol)  # raises Gone of what was withdrawn
        raise NotFound
    return found


def family_of(actor: Actor, document: Document) -> Sequence[Document]:
    """The document that this one belongs to, with all its revisions, corrigenda and addenda, in order."""
    root = document.original_id or document.id
    statement = (
        sa.select(Document)
        .join(Document.meeting)
        .where(sa.or_(Document.id == root, Document.original_id == root), visible_to(actor))
        .order_by(Document.order_key)
        .options(orm.contains_eager(Document.meeting))
    )
    return db.session.scalars(statement).all()


def _conditions(actor: Actor, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.meeting:
        found.append(Meeting.slug == wanted.meeting)
    found += [Document.words.contains(word, autoescape=True) for word in fold(wanted.words).split()]
    if wanted.document_class:
        found.append(Document.document_class == DocumentClass(wanted.document_class))
    if wanted.language:
        with_file = sa.and_(LanguageVersion.language == wanted.language, LanguageVersion.number > 0)
        found.append(Document.languages.any(with_file))
    if wanted.item:
        found.append(Document.items.any(AgendaItem.mark == wanted.item))
    if wanted.only_new and wanted.since:
        found.append(new_since(actor, wanted.since))
    return found


def new_since(actor: Actor, since: datetime | sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    """Whether a person got something of Document after a moment: by its issue or a file of somebody else's, or because
    it reaches them only since. That it was withdrawn is no news of that kind."""
    reached = sa.and_(
        Document.widened_at > since, ~readable(actor, sa.type_coerce(Document.widened_from, Document.distribution.type))
    )
    if actor.is_staff:
        reached = sa.false()
    return sa.and_(
        Document.issued_at.is_not(None),
        Document.withdrawn_at.is_(None),
        sa.or_(Document.updated_at > since, reached),
        sa.func.coalesce(Document.updated_by_id, 0) != (actor.id or 0) if actor.id else sa.true(),
    )


def _sort_key(sort: str, language: str) -> sa.ColumnElement[Any]:
    if sort == "title":
        key: sa.ColumnElement[Any] = Document.title_keys[language].as_string()
        return key
    if sort == "class":
        places = {member: place for place, member in enumerate(DocumentClass)}
        return sa.case(places, value=Document.document_class)
    if sort == "date":
        return sa.func.coalesce(Document.issued_at, Document.registered_at)
    return Document.order_key.expression


def documents(
    actor: Actor, wanted: Wanted, *, language: str, page: int = 1, per_page: int | None = PER_PAGE
) -> Page[Listed]:
    """One page of the documents that a person may see (all of them where `per_page` is None), in three statements."""
    selected = sa.select(Document.id).join(Document.meeting).where(visible_to(actor), *_conditions(actor, wanted))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(selected.subquery())) or 0
    by = _sort_key(wanted.sort.removeprefix("-"), language)
    statement = selected.with_only_columns(
        Document.id, Document.symbol, Document.slug, Document.title, Document.document_class, Document.distribution,
        Document.original_language, Document.registered_at, Document.issued_at, Document.updated_at,
        Document.withdrawn_at, Meeting.slug, new_since(actor, wanted.since) if wanted.since else sa.false(),
        _replaced_by(actor),
    ).order_by(by.desc() if wanted.sort.startswith("-") else by, Document.order_key, Document.id)  # fmt: skip
    page = min(max(page, 1), FURTHEST_PAGE)
    if per_page is not None:
        per_page = min(max(per_page, 1), MOST_PER_PAGE)
        statement = statement.limit(per_page).offset((page - 1) * per_page)
    found: list[Any] = list(db.session.execute(statement))
    rows = [Listed(*values) for values in found]
    by_id = {row.id: row for row in rows}
    for document_id, code, status, extension in db.session.execute(_files_of(list(by_id))):
        by_id[document_id].files.append(ListedFile(code, status, extension))
    return Page(rows, total, page, per_page or max(total, 1))


def _files_of(document_ids: list[int]) -> sa.Select[Any, Any, Any, Any]:
    """Select the language versions of documents with the kinds of their current files."""
    return (
        sa.select(LanguageVersion.document_id, LanguageVersion.language, LanguageVersion.status, FileVersion.extension)
        .outerjoin(
            FileVersion,
            sa.and_(
                FileVersion.language_version_id == LanguageVersion.id, FileVersion.number == LanguageVersion.number
            ),
        )
        .where(LanguageVersion.document_id.in_(document_ids))
        .order_by(LanguageVersion.language, FileVersion.extension.desc())
    )


def archived_files(actor: Actor, meeting: Meeting, *, language: str, replaced: bool = False) -> list[ArchivedFile]:
    """The current files of a session's documents that a person may have, in one statement; `replaced`: also those of
    documents whose place another took.

    Each is named by symbol, the title in the reader's `language` and the code of its own. A withdrawn document's are
    for nobody's archive.
    """
    statement = (
        sa.select(
            Document.slug, Document.title, LanguageVersion.language, FileVersion.extension,
            StoredFile.sha256, StoredFile.size,
        )
        .join(Document.meeting)
        .join(LanguageVersion, LanguageVersion.document_id == Document.id)
        .join(
            FileVersion,
            sa.and_(
                FileVersion.language_version_id == LanguageVersion.id, FileVersion.number == LanguageVersion.number
            ),
        )
        .join(StoredFile, StoredFile.id == FileVersion.file_id)
        .where(Document.meeting_id == meeting.id, Document.withdrawn_at.is_(None), visible_to(actor))
        .where(sa.true() if replaced else ~sa.exists().where(_takes_the_place(actor)).correlate(Document, Meeting))
        .order_by(Document.order_key, LanguageVersion.language, FileVersion.extension)
    )  # fmt: skip
    files: dict[str, ArchivedFile] = {}
    for slug, title, code, extension, sha256, size in db.session.execute(statement):
        name = archive_name(slug, title.in_language(language), code, extension, taken=files)
        files[fold(name)] = ArchivedFile(name, sha256, size)
    return list(files.values())


def in_place_of(document: Document) -> Document | None:
    """What took a document's place and reaches whoever may read the document itself, so that anybody may be told."""
    no_narrower = [audience for audience in Audience if audience.rank <= document.distribution.rank]
    later = sa.select(Document).where(_follows(Document, document), Document.distribution.in_(no_narrower))
    return db.session.scalars(later.order_by(Document.revision.desc()).limit(1)).one_or_none()


def symbols_by_item(actor: Actor, meeting_id: int) -> dict[str, list[tuple[str, str]]]:
    """Mark of an item -> symbol and slug of its documents that a person may read, in order. One statement."""
    statement = (
        sa.select(AgendaItem.mark, Document.symbol, Document.slug)
        .select_from(Document)
        .join(Document.meeting)
        .join(Document.items)
        .where(Document.meeting_id == meeting_id, Document.withdrawn_at.is_(None), visible_to(actor))
        .order_by(Document.order_key, Document.id)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for mark, symbol, slug in db.session.execute(statement):
        found.setdefault(mark, []).append((symbol, slug))
    return found


def items_known(document: Document) -> list[dict[str, Any]]:
    """The items that a document belongs to, as the published order of business has them: a draft's are nobody's."""
    version = latest_agenda(document.meeting_id)
    marks = {item.mark for item in document.items}
    return [item for item in (version.content["items"] if version else ()) if item["mark"] in marks]


def settings_of(mechanism: Mechanism) -> RegisterSettings:
    """How a body numbers its documents: its row, or one that is not in the database yet, with what holds for all."""
    found = db.session.scalars(
        sa.select(RegisterSettings).where(RegisterSettings.mechanism_id == mechanism.id)
    ).one_or_none()
    return found or RegisterSettings(
        mechanism_id=mechanism.id, series="", pattern=DEFAULT_PATTERN, abbreviations=dict(ABBREVIATIONS), version=0
    )


def generated_documents(meeting_id: int) -> Sequence[Document]:
    """The documents of a session that Plenaria wrote, the newest first; also those that were withdrawn."""
    statement = (
        sa.select(Document)
        .where(Document.meeting_id == meeting_id, Document.generated)
        .order_by(Document.id.desc())
        .options(orm.selectinload(Document.languages))
    )
    return db.session.scalars(statement).all()


def render_key(document_id: int) -> str:
    """The key of the job that makes the files of a generated document."""
    return f"{RENDER_JOB}:{document_id}"


def render_jobs(document_ids: Collection[int]) -> dict[int, Job]:
    """The jobs that make the files of generated documents, as long as they are kept, by document."""
    keys = {render_key(document_id): document_id for document_id in document_ids}
    if not keys:
        return {}
    return {keys[job.key]: job for job in db.session.scalars(sa.select(Job).where(Job.key.in_(keys)))}


def document_by_form(key: str) -> Document | None:
    """The document that a form registered before."""
    return db.session.scalars(sa.select(Document).where(Document.form_key == key)).one_or_none()


def is_taken(symbol: str, slug: str) -> bool:
    """Whether a symbol, or its form in addresses, is a document's already."""
    taken = sa.or_(Document.symbol == symbol, Document.slug == slug)
    return bool(db.session.scalar(sa.select(sa.exists().where(taken))))
