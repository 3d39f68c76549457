"""Readings as a person may read them now. What they may not is not told of in any way: it is simply not found.

A reading is looked up by its kind and permanent name; for however many, each kind takes a fixed number of statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import orm

from app.collections.enums import ReadingKind
from app.collections.practices_compared import Told, named, tell
from app.collections.presentations_compared import Shown
from app.collections.presentations_compared import load as load_presentations
from app.core.actors import Actor
from app.core.addresses import whole_address
from app.core.db import db
from app.core.languages import current_language
from app.core.texts import fingerprint
from app.core.wording import in_reader_language, language_shown, show_day
from app.floor.labels import speaker_name
from app.floor.statement_models import FloorStatement
from app.floor.statement_queries import Delivery, statements_among
from app.library.citation import Work, WorkKind, un_footnote
from app.library.citation_page import day_of
from app.library.citing import in_language
from app.library.document_pages import cited_work as cited_document
from app.library.practice_page import cited_work as cited_practice
from app.library.presentation_page import cited_work as cited_presentation
from app.library.summary_page import cited_work as cited_summary
from app.meetings.models import Meeting
from app.meetings.queries import visible_to as meeting_visible
from app.practices.translation_models import PracticeTranslation
from app.register.models import Document
from app.register.queries import visible_to as document_visible
from app.search.models import DOCUMENT_KIND, SearchEntry
from app.summaries.anchors import label_of, mark_of, paragraphs_in
from app.summaries.models import Publication, Summary
from app.summaries.queries import open_to

Key = tuple[ReadingKind, str]


@dataclass(frozen=True)
class Found:
    """A reading that the person may read. `title` is in `language`; `mark` changes whenever its text does. `row`: what
    its text is made of (exporting.py)."""

    kind: ReadingKind
    name: str
    title: str
    language: str
    about: str
    url: str
    citation: str
    mark: str
    row: Any = field(compare=False)
    illustrative: bool = False

    @property
    def permalink(self) -> str:
        """Its whole address, which stays."""
        return whole_address(self.url)


@dataclass(frozen=True)
class Part:
    """A publication in a language, whole or (with `paragraph`) one paragraph of it."""

    meeting: Meeting
    publication: Publication
    language: str
    paragraph: Mapping[str, Any] | None = None


def read(actor: Actor, keys: Iterable[Key]) -> dict[Key, Found]:
    """Return those of the readings that a person may read now. Twenty-two statements at most, for however many."""
    by_kind: dict[ReadingKind, list[str]] = {}
    for kind, name in keys:
        by_kind.setdefault(kind, []).append(name)
    found: dict[Key, Found] = {}
    if names := by_kind.get(ReadingKind.PRACTICE):
        found |= _practices(actor, names)
    if names := by_kind.get(ReadingKind.PRESENTATION):
        found |= _presentations(actor, names)
    parts = [(kind, name) for kind in (ReadingKind.SUMMARY, ReadingKind.PARAGRAPH) for name in by_kind.get(kind, ())]
    if parts:
        found |= _parts(actor, parts)
    if names := by_kind.get(ReadingKind.DOCUMENT):
        found |= _documents(actor, names)
    if names := by_kind.get(ReadingKind.STATEMENT):
        found |= _statements(actor, names)
    return found


def read_one(actor: Actor, kind: ReadingKind, name: str) -> Found | None:
    """Return one, or None where there is none that the person may read."""
    return next(iter(read(actor, [(kind, name)]).values()), None)


def _practices(actor: Actor, names: Sequence[str]) -> dict[Key, Found]:
    versions = named(actor, names)
    marks = _marks_of_translations([version.practice_id for version in versions])
    return {
        (ReadingKind.PRACTICE, told.practice.slug): _practice(told, marks.get(told.version.practice_id, []))
        for told in tell(versions)
    }


def _marks_of_translations(practice_ids: Sequence[int]) -> dict[int, list[str]]:
    """What stands for the translations of practices, in all languages. One statement."""
    row = PracticeTranslation
    marks = (sa.func.count(), sa.func.sum(row.version), sa.func.max(row.id), sa.func.max(row.saved_at))
    rows = sa.select(row.practice_id, *marks).where(row.practice_id.in_(practice_ids)).group_by(row.practice_id)
    return {found[0]: [str(mark) for mark in found[1:]] for found in db.session.execute(rows)}


def _practice(told: Told, translations: Sequence[str]) -> Found:
    return Found(
        ReadingKind.PRACTICE,
        told.practice.slug,
        told.title,
        told.title_lang,
        f"{told.state}, {told.year} · {told.practice.reference}",
        told.url,
        un_footnote(cited_practice(told.version, told.reading)),
        fingerprint([told.version.sha256, *translations]),
        told,
        told.illustrative,
    )


def _presentations(actor: Actor, names: Sequence[str]) -> dict[Key, Found]:
    found = [_presentation(shown) for shown in load_presentations(actor, names)]
    return {(one.kind, one.name): one for one in found}


def _presentation(shown: Shown) -> Found:
    return Found(
        ReadingKind.PRESENTATION,
        shown.name,
        shown.title,
        current_language(),
        in_reader_language(shown.presentation.meeting.title),
        shown.url,
        un_footnote(cited_presentation(shown.version)),
        shown.version.sha256,
        shown,
        shown.illustrative,
    )


def _numbered(name: str) -> tuple[str, int, str] | None:
    """ "cam-2026/1/12-a": the session, the number of the publication, the mark of the paragraph ("": the whole)."""
    slug, _slash, rest = name.partition("/")
    number, _slash, mark = rest.partition("/")
    if not (number.isascii() and number.isdecimal() and len(number) < 7):
        return None
    return slug, int(number), mark


def _parts(actor: Actor, keys: Sequence[Key]) -> dict[Key, Found]:
    wanted = {key: place for key in keys if (place := _numbered(key[1]))}
    named = {sa.and_(Meeting.slug == slug, Publication.number == number) for slug, number, _mark in wanted.values()}
    rows = db.session.execute(
        sa.select(Publication, Meeting)
        .join(Summary, Summary.id == Publication.summary_id)
        .join(Meeting, Meeting.id == Summary.meeting_id)
        .where(sa.or_(sa.false(), *named), meeting_visible(actor), open_to(actor))
        .options(orm.joinedload(Meeting.mechanism))
    ).all()
    known = {(meeting.slug, published.number): (meeting, published) for published, meeting in rows}
    found: dict[Key, Found] = {}
    for key, (slug, number, mark) in wanted.items():
        pair = known.get((slug, number))
        if pair is None or bool(mark) != (key[0] is ReadingKind.PARAGRAPH):
            continue
        meeting, published = pair
        issued = published.languages or meeting.languages
        language = current_language() if current_language() in issued else issued[0]
        if not mark:
            found[key] = _summary(key[1], Part(meeting, published, language))
        else:
            paragraph = next((one for one in paragraphs_in(published.content) if mark_of(label_of(one)) == mark), None)
            if paragraph is not None:
                found[key] = _paragraph(key[1], Part(meeting, published, language, paragraph))
    return found


def _summary(name: str, part: Part) -> Found:
    meeting, published, language = part.meeting, part.publication, part.language
    title, symbol = in_language(published.content["title"], language), published.symbol or published.content["symbol"]
    return Found(
        ReadingKind.SUMMARY,
        name,
        title,
        language,
        " · ".join(words for words in (symbol, show_day(published.dated)) if words),
        url_for("library.summary", slug=meeting.slug, version=published.number, language=language),
        _citation(part),
        published.sha256,
        part,
    )


def _paragraph(name: str, part: Part) -> Found:
    meeting, published, language = part.meeting, part.publication, part.language
    label = label_of(part.paragraph or {})
    values: dict[str, Any] = {"version": published.number, "language": language}
    return Found(
        ReadingKind.PARAGRAPH,
        name,
        _("Paragraph %(label)s", label=label),
        current_language(),
        in_language(published.content["title"], language),
        url_for("library.summary_paragraph", slug=meeting.slug, mark=mark_of(label), **values),
        _citation(part),
        published.sha256,
        part,
    )


def _citation(part: Part) -> str:
    content, language = part.publication.content, part.language
    work = cited_summary(
        part.meeting,
        part.publication,
        language,
        title=in_language(content["title"], language),
        symbol=content["symbol"],
        paragraph=label_of(part.paragraph) if part.paragraph else "",
    )
    with force_locale(language):
        return un_footnote(work)


def _documents(actor: Actor, names: Sequence[str]) -> dict[Key, Found]:
    rows = db.session.scalars(
        sa.select(Document)
        .join(Document.meeting)
        .where(Document.slug.in_(names), document_visible(actor), Document.issued_at.is_not(None))
        .where(Document.withdrawn_at.is_(None))
        .options(
            orm.contains_eager(Document.meeting).joinedload(Meeting.mechanism), orm.selectinload(Document.languages)
        )
    ).all()
    texts: dict[str, list[list[Any]]] = {}
    entry = SearchEntry
    lengths = sa.select(entry.key, entry.language, sa.func.length(entry.text)).where(
        entry.kind == DOCUMENT_KIND, entry.key.in_([row.slug for row in rows])
    )
    for slug, *told in db.session.execute(lengths.order_by(entry.key, entry.language)):
        texts.setdefault(slug, []).append(told)
    found = [_document(row, texts.get(row.slug, [])) for row in rows]
    return {(one.kind, one.name): one for one in found}


def _document(row: Document, texts: Sequence[Any]) -> Found:
    """`texts`: what of its files the index has, by language, and how much."""
    day = show_day(row.issued_at, row.meeting.zone)
    return Found(
        ReadingKind.DOCUMENT,
        row.slug,
        in_reader_language(row.title),
        language_shown(row.title),
        f"{row.symbol} · {day}",
        url_for("library.document", symbol=row.slug),
        un_footnote(cited_document(row, current_language())),
        fingerprint([row.symbol, dict(row.title), str(row.issued_at), _files(row), texts]),
        row,
    )


def _files(row: Document) -> list[list[Any]]:
    return [[version.language, version.number] for version in row.languages]


def _statements(actor: Actor, names: Sequence[str]) -> dict[Key, Found]:
    numbers = [name.partition("/")[2] for name in names]
    ids = {int(number) for number in numbers if number.isascii() and number.isdecimal() and len(number) < 10}
    read = statements_among(actor, ids)
    whole = sa.select(FloorStatement).where(FloorStatement.id.in_([row.id for row, _delivery in read]))
    db.session.scalars(whole.options(orm.selectinload(FloorStatement.versions))).all()
    found = [_statement(row, delivery) for row, delivery in read]
    return {(one.kind, one.name): one for one in found if one.name in names}


def _statement(row: FloorStatement, delivery: Delivery) -> Found:
    meeting, version = row.meeting, row.latest
    session, url = in_reader_language(meeting.title), url_for("floor.statement", statement_id=row.id)
    dated = day_of(delivery.at or version.handed_in_at, meeting.zone)
    title = _("Statement of %(name)s", name=speaker_name(row))
    work = Work(
        kind=WorkKind.DOCUMENT,
        author=in_reader_language(row.delegation.party.names),
        body=in_reader_language(meeting.mechanism.names),
        title=_("Statement to “%(session)s”", session=session),
        symbol="",
        version=version.number,
        session=session,
        dated=dated,
        language=version.language,
        url=whole_address(url),
    )
    return Found(
        ReadingKind.STATEMENT,
        f"{meeting.slug}/{row.id}",
        title,
        current_language(),
        f"{session} · {show_day(dated)}",
        url,
        un_footnote(work),
        version.sha256,
        row,
    )
