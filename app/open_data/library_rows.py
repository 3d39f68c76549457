"""The public library as rows of the tables, read some at a time: so many texts never are in memory at once.

Each step reads in a transaction of its own and computes outside of it: on SQLite an open one keeps others from writing.
"""

from collections.abc import Callable, Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.addresses import whole_address
from app.core.db import db
from app.directory.models import Party, VocabularyItem
from app.meetings.models import GuidingQuestion, Meeting
from app.open_data import contribution_rows, summary_rows
from app.open_data.catalogue import known_now
from app.open_data.described import described
from app.open_data.describing import Described
from app.open_data.enums import RecordKind
from app.open_data.row_reading import Cell, Line, all_of, let_go, moment
from app.open_data.tables import localized
from app.register.models import Document, FileVersion, LanguageVersion

AT_ONCE = 200  # things in one step
# What one step found: how many things, their rows, and the same things described for JSON-LD.
Step = tuple[int, list[Line], list[Described]]


def _ids(kind: RecordKind) -> Iterator[list[int]]:
    """Yield the numbers of what is public of a kind, some at a time."""
    last = 0
    found = known_now(kind).subquery()
    while True:
        statement = sa.select(found.c.source_id).where(found.c.source_id > last).order_by(found.c.source_id)
        ids = list(db.session.scalars(statement.limit(AT_ONCE)))
        if not ids:
            db.session.rollback()
            return
        yield ids
        last = ids[-1]


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
    counts = [sa.select(sa.func.count()).select_from(known_now(kind).subquery()) for kind in READERS]
    total = sum(db.session.scalar(statement) or 0 for statement in counts)
    db.session.rollback()
    return total


def _directory() -> Iterator[Step]:
    parties = db.session.execute(
        sa.select(Party.code, Party.kind, Party.names, Party.short_names).order_by(Party.id)
    ).all()
    terms = all_of(
        sa.select(VocabularyItem)
        .options(orm.joinedload(VocabularyItem.source))
        .order_by(VocabularyItem.vocabulary, VocabularyItem.position)
    )
    let_go()
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
    meetings = all_of(sa.select(Meeting).where(Meeting.id.in_(ids)).options(orm.joinedload(Meeting.mechanism)))
    questions = all_of(
        sa.select(GuidingQuestion)
        .where(GuidingQuestion.meeting_id.in_(ids))
        .order_by(GuidingQuestion.meeting_id, GuidingQuestion.number)
    )
    let_go()
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
                "starts_at": moment(row.starts_at),
                "ends_at": moment(row.ends_at),
                "zone": row.zone,
                **localized("place", row.place),
                "cancelled": row.cancelled_at is not None,
                "url": things[row.id].url,
            },
        )
    for row in questions:
        cells: dict[str, Cell] = {"session": slugs[row.meeting_id], "number": row.number}
        yield "questions", {**cells, **localized("text", row.text), "audience": row.audience.value}


def _documents(ids: list[int], things: Mapping[int, Described]) -> Iterator[Line]:
    documents = all_of(
        sa.select(Document)
        .where(Document.id.in_(ids))
        .order_by(Document.id)
        .options(
            orm.joinedload(Document.meeting),
            orm.selectinload(Document.languages).selectinload(LanguageVersion.files).joinedload(FileVersion.file),
        )
    )
    let_go()
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
                "issued_at": moment(row.issued_at),
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
                        "url": whole_address(f"{things[row.id].path}/files/{version.language}.{item.extension}"),
                    },
                )


READERS: dict[RecordKind, Callable[[list[int], Mapping[int, Described]], Iterator[Line]]] = {
    RecordKind.SESSION: _sessions,
    RecordKind.PRACTICE: contribution_rows.practices,
    RecordKind.PRESENTATION: contribution_rows.presentations,
    RecordKind.STATEMENT: contribution_rows.statements,
    RecordKind.SUMMARY: summary_rows.summaries,
    RecordKind.REPORT: contribution_rows.reports,
    RecordKind.DOCUMENT: _documents,
}
