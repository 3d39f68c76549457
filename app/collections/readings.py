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
from app.core.actors import Actor
from app.core.addresses import whole_address
from app.core.db import db
from app.core.languages import current_language
from app.core.wording import in_reader_language, language_shown, show_day
from app.directory.models import Party
from app.library.citation import un_footnote
from app.library.citing import in_language
from app.library.document_pages import cited_work as cited_document
from app.library.practice_page import cited_work as cited_practice
from app.library.presentation_page import cited_work as cited_presentation
from app.library.summary_page import cited_work as cited_summary
from app.meetings.models import Delegation, GuidingQuestion, Meeting
from app.meetings.queries import visible_to as meeting_visible
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation
from app.presentations.queries import visible_to as presentation_visible
from app.register.models import Document
from app.register.queries import visible_to as document_visible
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
class Shown:
    """A presentation with the questions that were put to its session."""

    presentation: Presentation
    questions: Sequence[GuidingQuestion]


@dataclass(frozen=True)
class Part:
    """A publication in a language, whole or (with `paragraph`) one paragraph of it."""

    meeting: Meeting
    publication: Publication
    language: str
    paragraph: Mapping[str, Any] | None = None


def read(actor: Actor, keys: Iterable[Key]) -> dict[Key, Found]:
    """Return those of the readings that a person may read now. Sixteen statements at most, for however many."""
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
    return found


def read_one(actor: Actor, kind: ReadingKind, name: str) -> Found | None:
    """Return one, or None where there is none that the person may read."""
    return next(iter(read(actor, [(kind, name)]).values()), None)


def _practices(actor: Actor, names: Sequence[str]) -> dict[Key, Found]:
    return {(ReadingKind.PRACTICE, told.practice.slug): _practice(told) for told in tell(named(actor, names))}


def _practice(told: Told) -> Found:
    return Found(
        ReadingKind.PRACTICE,
        told.practice.slug,
        told.title,
        told.language_of("title"),
        f"{told.state}, {told.year} · {told.practice.reference}",
        url_for("library.practice", slug=told.practice.slug),
        un_footnote(cited_practice(told.version, told.reading)),
        told.version.sha256,
        told,
        bool(told.practice.public_sources),
    )


def _presentations(actor: Actor, names: Sequence[str]) -> dict[Key, Found]:
    wanted = [name.partition("/")[::2] for name in names]
    named = [sa.and_(Meeting.slug == slug, Party.code == code) for slug, code in wanted if code]
    rows = db.session.scalars(
        sa.select(Presentation)
        .join(Presentation.meeting)
        .join(Presentation.delegation)
        .join(Delegation.party)
        .where(
            sa.or_(sa.false(), *named),
            Presentation.published_at.is_not(None),
            Presentation.state == PresentationState.FILED,
            presentation_visible(actor),
        )
        .options(
            orm.contains_eager(Presentation.meeting).joinedload(Meeting.mechanism),
            orm.contains_eager(Presentation.delegation).contains_eager(Delegation.party),
            orm.joinedload(Presentation.slot),
            orm.selectinload(Presentation.versions),
        )
    ).all()
    asked: dict[int, list[GuidingQuestion]] = {}
    ids = {row.meeting_id for row in rows}
    if ids:
        statement = sa.select(GuidingQuestion).where(GuidingQuestion.meeting_id.in_(ids))
        for question in db.session.scalars(statement.order_by(GuidingQuestion.number)):
            asked.setdefault(question.meeting_id, []).append(question)
    found = [_presentation(Shown(row, asked.get(row.meeting_id, []))) for row in rows if row.latest]
    return {(one.kind, one.name): one for one in found}


def _presentation(shown: Shown) -> Found:
    row = shown.presentation
    party, meeting, version = row.delegation.party, row.meeting, row.latest
    assert version is not None  # noqa: S101  (the caller has looked)
    title = in_reader_language(party.names)
    url = url_for("library.presentation", slug=meeting.slug, code=party.code)
    return Found(
        ReadingKind.PRESENTATION,
        f"{meeting.slug}/{party.code}",
        title,
        current_language(),
        in_reader_language(meeting.title),
        url,
        un_footnote(cited_presentation(version)),
        version.sha256,
        shown,
        bool(row.public_sources),
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
    found = [_document(row) for row in rows]
    return {(one.kind, one.name): one for one in found}


def _document(row: Document) -> Found:
    day = show_day(row.issued_at, row.meeting.zone)
    return Found(
        ReadingKind.DOCUMENT,
        row.slug,
        in_reader_language(row.title),
        language_shown(row.title),
        f"{row.symbol} · {day}",
        url_for("library.document", symbol=row.slug),
        un_footnote(cited_document(row, current_language())),
        f"{row.id}:{row.issued_at}",
        row,
    )
