"""Reading what concerns a State or a theme over the years, as far as a person may read it; constant statements."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _

from app.core import rich_text
from app.core.actors import Actor
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LocalizedText
from app.core.wording import in_reader_language, language_shown, show_day
from app.directory.models import Party
from app.floor.enums import SpeakingKind
from app.floor.labels import KINDS as SPEAKING_KINDS
from app.floor.statement_models import FloorStatement
from app.floor.statement_queries import Delivery, statements_among, statements_of_party
from app.library import practice_queries, queries
from app.library.chronicle import NAMED, ChronicleKind, Entry, Later
from app.library.mentioned import Paragraph
from app.library.practice_queries import Wanted, facts_of
from app.meetings.models import Delegation, Meeting
from app.meetings.years import year_of
from app.practices.models import Practice, PracticeVersion
from app.practices.titles import Written, called
from app.recommendations.labels import PROGRESS
from app.recommendations.queries import reports_of_party
from app.recommendations.reading import Asked, recommended
from app.summaries.addressing import is_addressed
from app.summaries.models import Publication

BEGINNING = 160  # characters of a paragraph that stand for it


class Counted(NamedTuple):
    """How many published practices a person may read, by the year of the session and by party (id), and which (ids);
    `newest`: the newest of each year, as many as a timeline names."""

    by_year: Mapping[int, int]
    by_party: Mapping[int, int]
    ids: frozenset[int]
    newest: Sequence[int]

    @property
    def number(self) -> int:
        return len(self.ids)


def practices_counted(actor: Actor, wanted: Wanted) -> Counted:
    """Count them and tell which they are. Two statements: all are read once, as three numbers each."""
    meetings = db.session.execute(sa.select(Meeting.id, Meeting.starts_at, Meeting.zone))
    began = {row.id: year_of(row) for row in meetings}
    of_year: dict[int, list[int]] = {}
    by_party: Counter[int] = Counter()
    listed = (
        practice_queries.published(actor, Practice.id, Practice.meeting_id, Delegation.party_id)
        .where(*practice_queries.conditions(wanted))
        .order_by(Practice.published_at.desc(), Practice.reference)
        .execution_options(yield_per=500)  # tens of thousands of rows at once would set off a collection of all garbage
    )
    for practice_id, meeting_id, party_id in db.session.execute(listed):
        of_year.setdefault(began[meeting_id], []).append(practice_id)
        by_party[party_id] += 1
    return Counted(
        {year: len(ids) for year, ids in of_year.items()},
        by_party,
        frozenset(practice_id for ids in of_year.values() for practice_id in ids),
        [practice_id for ids in of_year.values() for practice_id in ids[:NAMED]],
    )


def practices_by_party(actor: Actor, wanted: Wanted) -> dict[int, int]:
    """Party id -> how many published practices a person may read. One statement."""
    rows = db.session.execute(
        practice_queries.published(actor, Delegation.party_id, sa.func.count())
        .where(*practice_queries.conditions(wanted))
        .group_by(Delegation.party_id)
    )
    return {row[0]: row[1] for row in rows}


def newest_practices(actor: Actor, counted: Counted, *, with_party: bool) -> list[Entry]:
    """The newest practices of each year. Two statements; three where a worker has not read one of them yet."""
    statement = practice_queries.published(
        actor,
        practice_queries.newest(PracticeVersion.id).label("id"),
        Practice.id.label("practice_id"),
        Practice.reference,
        practice_queries.newest(PracticeVersion.language).label("language"),
        Meeting.starts_at,
        Meeting.zone,
        Party.short_names,
    ).where(Practice.id.in_(counted.newest))
    rows = db.session.execute(statement.order_by(Practice.published_at.desc(), Practice.reference)).all()
    facts = facts_of([row.id for row in rows])
    named = called(Written(row.practice_id, row.language, facts[row.id].title) for row in rows)
    return [
        Entry(
            ChronicleKind.PRACTICE,
            year_of(row),
            named[row.practice_id].title,
            named[row.practice_id].title_lang,
            url_for("library.practice", slug=row.reference.replace("/", "-")),
            in_reader_language(row.short_names) if with_party else row.reference,
        )
        for row in rows
    ]


def presentations(actor: Actor, party_id: int) -> list[Entry]:
    """The published presentations of a party, by their sessions. One statement."""
    return [
        _presentation(row, row.title, show_day(row.published_at))
        for row in queries.presentations_published(actor, party_id=party_id).items
    ]


def presentations_on(actor: Actor, term_id: int) -> list[Entry]:
    """The published presentations of mechanisms that work on a term by the directory's sources. One statement."""
    return [
        _presentation(row, row.short_names, in_reader_language(row.title))
        for row in queries.presentations_published(actor, term_id=term_id).items
    ]


def _presentation(row: Any, title: LocalizedText, note: str) -> Entry:
    return Entry(
        ChronicleKind.PRESENTATION,
        year_of(row),
        in_reader_language(title),
        language_shown(title),
        url_for("library.presentation", slug=row.slug, code=row.code),
        note,
    )


def statements(actor: Actor, party_id: int) -> list[Entry]:
    """The statements of a party that were delivered and are published. Three statements."""
    return [_statement(*read, with_party=False) for read in statements_of_party(actor, party_id)]


def statements_cited(actor: Actor, ids: Collection[int]) -> list[Entry]:
    """Those of statements, cited somewhere, that were delivered and are published. Three statements."""
    return [_statement(*read, with_party=True) for read in statements_among(actor, ids)]


def _statement(row: FloorStatement, delivery: Delivery, *, with_party: bool) -> Entry:
    meeting = row.meeting
    day = show_day(delivery.at or meeting.starts_at, meeting.zone)
    title = _("Statement of %(day)s", day=day)
    if row.kind is not SpeakingKind.STATEMENT:
        title = f"{SPEAKING_KINDS[row.kind]}, {day}"
    note = in_reader_language(meeting.title)
    if with_party:
        note = f"{in_reader_language(row.delegation.party.label)} · {note}"
    url = url_for("floor.statement", statement_id=row.id)
    return Entry(ChronicleKind.STATEMENT, year_of(meeting), title, current_language(), url, note)


def reports(actor: Actor, party_id: int) -> list[Entry]:
    """What a party reported on recommendations, as far as a person may read it."""
    found = []
    for carried, report in reports_of_party(actor, party_id):
        texts = carried.asked.text
        language = language_shown(dict(texts))
        done = PROGRESS[report.progress] if report.progress else ""
        note = f"{done} · {in_reader_language(carried.meeting.title)}"
        url = url_for("recommendations.show", carried_id=carried.row.id)
        year = year_of(carried.meeting)
        found.append(Entry(ChronicleKind.REPORT, year, beginning_of(texts.get(language, "")), language, url, note))
    return found


@lru_cache(maxsize=20_000)  # a State is in thousands of paragraphs
def beginning_of(text: str) -> str:
    """Return the first words of a paragraph, without their form."""
    words = " ".join(rich_text.plain(text).split())
    return words if len(words) <= BEGINNING else f"{words[:BEGINNING].rsplit(' ', 1)[0]} …"


def paragraphs(publications: Sequence[Publication], wanted: Mapping[int, Sequence[Paragraph]]) -> list[Later]:
    """The paragraphs of publications that are wanted (publication id -> those), in their order. No query."""
    return [
        _later(ChronicleKind.PARAGRAPH, publication, one.anchor, one.label, one.text)
        for publication in publications
        for one in wanted[publication.id]
    ]


def _later(
    kind: ChronicleKind,
    publication: Publication,
    anchor: str,
    label: str,
    texts: Mapping[str, str],
    due: date | None = None,
) -> Later:
    meeting = publication.summary.meeting

    def made() -> Entry:
        language = language_shown(dict(texts))
        where = _("%(session)s, paragraph %(label)s", session=in_reader_language(meeting.title), label=label)
        return Entry(
            kind,
            year_of(meeting),
            beginning_of(texts.get(language, "")),
            language,
            f"{url_for('library.summary', slug=meeting.slug)}#{anchor}",
            _("%(where)s, by %(day)s", where=where, day=show_day(due)) if due else where,
        )

    return Later(kind, year_of(meeting), made)


def recommendations(publications: Sequence[Publication], wanted: Callable[[int, Asked], bool]) -> list[Later]:
    """What publications recommend, as far as it is wanted (given the publication's id and the recommendation). One
    statement where a worker has not read one of them before."""
    known = recommended(publications)
    return [
        _later(ChronicleKind.RECOMMENDATION, publication, asked.anchor, asked.label, asked.text, asked.due)
        for publication in publications
        for asked in known[publication.id].values()
        if wanted(publication.id, asked)
    ]


def addressed_to(party: Party) -> Callable[[int, Asked], bool]:
    """Return what says whether a recommendation is for a party: by its code, or with all of its kind."""
    return lambda _publication_id, asked: is_addressed(asked.addressees, party)
