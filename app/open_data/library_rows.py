"""The public library as rows of the tables, read some at a time: so many texts never are in memory at once.

Each step reads in a transaction of its own and computes outside of it: on SQLite an open one keeps others from writing.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.db import db
from app.core.rich_text import plain
from app.directory.models import Party, VocabularyItem
from app.library.practice_languages import least_sure
from app.meetings.models import Delegation, GuidingQuestion, Meeting
from app.open_data.catalogue import public_now
from app.open_data.describing import Described, described, full_address
from app.open_data.enums import RecordKind
from app.open_data.oai import utc
from app.open_data.tables import localized
from app.practices.models import Call, Practice, PracticeVersion
from app.practices.queries import newest_number
from app.practices.template import Kind, fields, numbers_in_order
from app.practices.translatable import passages_of
from app.practices.translation_models import PracticeTranslation
from app.practices.translation_queries import Reading, readings
from app.presentations.models import Presentation, PresentationVersion
from app.register.models import Document, FileVersion, LanguageVersion
from app.summaries.anchors import label_of, mark_of
from app.summaries.models import Publication, Summary
from app.summaries.queries import withdrawn_keys

AT_ONCE = 200  # things in one step
Cell = str | int | bool | None
Line = tuple[str, dict[str, Cell]]  # table, cells by column
# What one step found: how many things, their rows, and the same things described for JSON-LD.
Step = tuple[int, list[Line], list[Described]]
LEFT_OUT = frozenset({Kind.CONTACT, Kind.CONSENT, Kind.FILES})


def _ids(kind: RecordKind) -> Iterator[list[int]]:
    """Yield the numbers of what is public of a kind, some at a time."""
    last = 0
    found = public_now(kind).subquery()
    while True:
        statement = sa.select(found.c.source_id).where(found.c.source_id > last).order_by(found.c.source_id)
        ids = list(db.session.scalars(statement.limit(AT_ONCE)))
        if not ids:
            db.session.rollback()
            return
        yield ids
        last = ids[-1]


def _all(statement: sa.Select[Any]) -> Sequence[Any]:
    return db.session.scalars(statement).unique().all()


def _let_go() -> None:
    """End the transaction, and keep nothing of what was read but what the caller holds."""
    db.session.expunge_all()
    db.session.rollback()


def steps() -> Iterator[Step]:
    """Yield the whole public library. Ends the session's transaction at each step."""
    yield from _directory()
    for kind, read in READERS.items():
        for ids in _ids(kind):
            things = described(kind, ids)
            rows = read([row_id for row_id in ids if row_id in things], things)
            yield len(ids), list(rows), list(things.values())


def how_many() -> int:
    """How many things `steps` will read, as it looks now. Ends the session's transaction."""
    counts = [sa.select(sa.func.count()).select_from(public_now(kind).subquery()) for kind in READERS]
    total = sum(db.session.scalar(statement) or 0 for statement in counts)
    db.session.rollback()
    return total


def _moment(value: datetime | None) -> str:
    return utc(value) if value else ""


def _directory() -> Iterator[Step]:
    parties = db.session.execute(
        sa.select(Party.code, Party.kind, Party.names, Party.short_names).order_by(Party.id)
    ).all()
    terms = _all(
        sa.select(VocabularyItem)
        .options(orm.joinedload(VocabularyItem.source))
        .order_by(VocabularyItem.vocabulary, VocabularyItem.position)
    )
    _let_go()
    lines: list[Line] = [
        (
            "parties",
            {
                "code": row.code,
                "kind": row.kind.value,
                **localized("name", row.names),
                **localized("short_name", row.short_names),
            },
        )
        for row in parties
    ]
    for row in terms:
        cells = {"vocabulary": row.vocabulary, "code": row.code, **localized("title", row.title)}
        lines.append(("vocabularies", {**cells, "source": row.source.url or row.source.title.in_language("en")}))
    yield 0, lines, []


def _sessions(ids: list[int], things: Mapping[int, Described]) -> Iterator[Line]:
    meetings = _all(sa.select(Meeting).where(Meeting.id.in_(ids)).options(orm.joinedload(Meeting.mechanism)))
    questions = _all(
        sa.select(GuidingQuestion)
        .where(GuidingQuestion.meeting_id.in_(ids))
        .order_by(GuidingQuestion.meeting_id, GuidingQuestion.number)
    )
    _let_go()
    slugs = {row.id: row.slug for row in meetings}
    for row in meetings:
        yield (
            "sessions",
            {
                "session": row.slug,
                "code": row.code,
                "body": row.mechanism.code,
                **localized("title", row.title),
                **localized("theme", row.theme),
                "resolution": row.mandate_resolution,
                "stage": row.stage.value,
                "mode": row.mode.value,
                "starts_at": _moment(row.starts_at),
                "ends_at": _moment(row.ends_at),
                "zone": row.zone,
                **localized("place", row.place),
                "cancelled": row.cancelled_at is not None,
                "url": things[row.id].url,
            },
        )
    for row in questions:
        cells: dict[str, Cell] = {"session": slugs[row.meeting_id], "number": row.number}
        yield "questions", {**cells, **localized("text", row.text), "audience": row.audience.value}


def _practices(ids: list[int], things: Mapping[int, Described]) -> Iterator[Line]:
    of_practice = orm.contains_eager(PracticeVersion.practice)
    versions = _all(
        sa.select(PracticeVersion)
        .join(PracticeVersion.practice)
        .where(Practice.id.in_(ids), PracticeVersion.number == newest_number())
        .order_by(Practice.id)
        .options(
            of_practice.defer(Practice.content),
            of_practice.joinedload(Practice.meeting),
            of_practice.joinedload(Practice.delegation).joinedload(Delegation.party),
            of_practice.joinedload(Practice.call).selectinload(Call.template_versions),
        )
    )
    translations = defaultdict(list)
    for row in _all(sa.select(PracticeTranslation).where(PracticeTranslation.practice_id.in_(ids))):
        translations[row.practice_id].append(row)
    meetings = {version.practice.meeting_id for version in versions if version.practice_id in translations}
    questions = defaultdict(list)
    asked = sa.select(GuidingQuestion).where(GuidingQuestion.meeting_id.in_(meetings)).order_by(GuidingQuestion.number)
    for question in _all(asked):
        if question.for_states:
            questions[question.meeting_id].append(question)
    _let_go()
    for version in versions:
        practice, thing = version.practice, things[version.practice_id]
        yield (
            "practices",
            {
                "practice": thing.key,
                "reference": practice.reference,
                "session": practice.meeting.slug,
                "party": practice.delegation.party.code,
                "title": str(version.content.get("title", "")),
                "language": version.language,
                "submitted_at": _moment(version.submitted_at),
                "published_at": _moment(practice.published_at),
                "version": version.number,
                "illustrative": bool(practice.public_sources),
                "sha256": version.sha256,
                "url": thing.url,
            },
        )
        yield from _texts(version, thing.key)
        if rows := translations.get(version.practice_id):
            passages = passages_of(version, questions[practice.meeting_id])
            for reading in readings(version, passages, rows).values():
                yield from _translated(version, reading, thing.key)


def _values(version: PracticeVersion, content: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield (name, field, value) of what of a content is for everybody."""
    for field in fields(version.template):
        value = content.get(field.content_key)
        if field.kind in LEFT_OUT or value in (None, "", [], {}):
            continue
        if field.kind is Kind.QUESTIONS:
            for number in numbers_in_order(value):
                if value[number]:
                    yield f"{field.content_key}.{number}", field, value[number]
        else:
            yield field.key, field, value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _texts(version: PracticeVersion, key: str) -> Iterator[Line]:
    for name, field, value in _values(version, version.content):
        if field.kind in (Kind.CHOICE, Kind.MECHANISMS):
            own = bool(field.options)
            vocabulary = "parties" if field.kind is Kind.MECHANISMS else "" if own else field.vocabulary or ""
            for code in [value] if isinstance(value, str) else value:
                cells: dict[str, Cell] = {"practice": key, "field": name, "vocabulary": vocabulary, "code": str(code)}
                yield "practice_terms", cells
            continue
        yield "practice_texts", _text_cells(key, version.language, "", name, field.kind, value)


def _text_cells(key: str, language: str, translation: str, name: str, kind: Kind, value: Any) -> dict[str, Cell]:
    return {
        "practice": key,
        "language": language,
        "translation": translation,
        "field": name,
        "kind": kind.value,
        "text": _text(value),
    }


def _translated(version: PracticeVersion, reading: Reading, key: str) -> Iterator[Line]:
    for name, field, value in _values(version, reading.content):
        if name in reading.fields:
            status = least_sure(reading.fields[name])
            yield "practice_texts", _text_cells(key, reading.language, status.value, name, field.kind, value)


def _presentations(ids: list[int], things: Mapping[int, Described]) -> Iterator[Line]:
    newest = orm.aliased(PresentationVersion)
    last = sa.select(sa.func.max(newest.number)).where(newest.presentation_id == Presentation.id).scalar_subquery()
    of = orm.contains_eager(PresentationVersion.presentation)
    versions = _all(
        sa.select(PresentationVersion)
        .join(PresentationVersion.presentation)
        .where(Presentation.id.in_(ids), PresentationVersion.number == last)
        .order_by(Presentation.id)
        .options(
            of.defer(Presentation.content),
            of.joinedload(Presentation.meeting),
            of.joinedload(Presentation.delegation).joinedload(Delegation.party),
        )
    )
    _let_go()
    for version in versions:
        row, thing = version.presentation, things[version.presentation_id]
        yield (
            "presentations",
            {
                "presentation": thing.key,
                "session": row.meeting.slug,
                "party": row.delegation.party.code,
                "language": version.language,
                "filed_at": _moment(version.filed_at),
                "published_at": _moment(row.published_at),
                "version": version.number,
                "illustrative": bool(row.public_sources),
                "sha256": version.sha256,
                "url": thing.url,
            },
        )
        answers = version.content.get("answers") or {}
        for number in numbers_in_order(answers):
            if answers[number]:
                cells: dict[str, Cell] = {"presentation": thing.key, "question": int(number), "text": answers[number]}
                yield "presentation_answers", cells


def _summaries(ids: list[int], things: Mapping[int, Described]) -> Iterator[Line]:
    for row_id in ids:  # one is large
        publication = db.session.scalars(
            sa.select(Publication)
            .where(Publication.id == row_id)
            .options(orm.undefer(Publication.title), orm.joinedload(Publication.summary).joinedload(Summary.meeting))
        ).one()
        withdrawn = withdrawn_keys(publication.summary.meeting_id)
        _let_go()
        yield from _summary(publication, things[row_id], withdrawn)


def _summary(publication: Publication, thing: Described, withdrawn: frozenset[str]) -> Iterator[Line]:
    slug, content = publication.summary.meeting.slug, publication.content
    yield (
        "summaries",
        {
            "session": slug,
            "version": publication.number,
            **localized("title", publication.title),
            "symbol": publication.symbol or content["symbol"],
            "kind": publication.kind.value,
            "dated": publication.dated.isoformat(),
            "published_at": _moment(publication.published_at),
            "sha256": publication.sha256,
            "url": thing.url,
        },
    )
    for section in content["sections"]:
        for paragraph in section["paragraphs"]:
            yield from _paragraph(section, paragraph, slug, publication.number, withdrawn)


def _paragraph(
    section: Mapping[str, Any], paragraph: Mapping[str, Any], slug: str, number: int, withdrawn: frozenset[str]
) -> Iterator[Line]:
    label = label_of(paragraph)
    place: dict[str, Cell] = {"session": slug, "paragraph": label}
    texts = {code: plain(text) for code, text in paragraph["text"].items()}
    quantifier = paragraph["quantifier"]
    path = f"/sessions/{slug}/summary/paragraph/{mark_of(label)}?version={number}"
    yield (
        "paragraphs",
        {
            **place,
            **localized("section", section["title"]),
            **localized("text", texts),
            "attribution": paragraph.get("attribution") or "collective",
            "quantifier": quantifier["key"] or "",
            "delegations": quantifier["delegations"],
            "url": full_address(path),
        },
    )
    for citation in paragraph["citations"]:
        hidden = citation["audience"] != Audience.PUBLIC or citation["source"] in withdrawn
        yield (
            "citations",
            {
                **place,
                "letter": citation["letter"],
                "source_kind": citation["kind"],
                "reference": citation["reference"],
                "party": citation["party"]["code"],
                "field": citation["field"],
                "language": citation["language"],
                "quote": "" if hidden else citation["quote"],
            },
        )
    for one in paragraph.get("recommendations", ()):
        cells = {"recommendation": one["key"], "addressees": " ".join(one["addressees"]), "due": one["due"] or ""}
        yield "recommendations", {**place, **cells, **localized("text", one["text"])}


def _documents(ids: list[int], things: Mapping[int, Described]) -> Iterator[Line]:
    documents = _all(
        sa.select(Document)
        .where(Document.id.in_(ids))
        .order_by(Document.id)
        .options(
            orm.joinedload(Document.meeting),
            orm.selectinload(Document.languages).selectinload(LanguageVersion.files).joinedload(FileVersion.file),
        )
    )
    _let_go()
    for row in documents:
        yield (
            "documents",
            {
                "document": row.slug,
                "symbol": row.symbol,
                "session": row.meeting.slug,
                "class": row.document_class.value,
                **localized("title", row.title),
                "original_language": row.original_language,
                "issued_at": _moment(row.issued_at),
                "url": things[row.id].url,
            },
        )
        for version in row.languages:
            for item in version.current:
                yield (
                    "document_files",
                    {
                        "document": row.slug,
                        "language": version.language,
                        "status": version.status.value,
                        "media_type": item.file.media_type,
                        "size": item.file.size,
                        "sha256": item.file.sha256,
                        "url": full_address(f"/documents/{row.slug}/files/{version.language}.{item.extension}"),
                    },
                )


READERS: dict[RecordKind, Callable[[list[int], Mapping[int, Described]], Iterator[Line]]] = {
    RecordKind.SESSION: _sessions,
    RecordKind.PRACTICE: _practices,
    RecordKind.PRESENTATION: _presentations,
    RecordKind.SUMMARY: _summaries,
    RecordKind.DOCUMENT: _documents,
}
