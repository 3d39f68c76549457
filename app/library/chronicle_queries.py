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
from app.practices.models import Practice, PracticeVersion
from app.recommendations.labels import PROGRESS
from app.recommendations.queries import reports_of_party
from app.recommendations.reading import Asked, recommended
from app.summaries.addressing import is_addressed
from app.summaries.models import Publication

BEGINNING = 160  # characters of a paragraph that stand for it


class Counted(NamedTuple):
    """How many published practices a person may read, by the year of the session and by party (id), and which (ids)."""

    by_year: Mapping[int, int]
    by_party: Mapping[int, int]
    ids: frozenset[int]

    @property
    def number(self) -> int:
        return len(self.ids)


def practices_counted(actor: Actor, wanted: Wanted) -> Counted:
    """Count them and tell which they are. One statement, with a row for each delegation."""
    ids = sa.func.aggregate_strings(sa.cast(Practice.id, sa.String), ",")
    rows = db.session.execute(
        practice_queries.published(actor, Meeting.starts_at, Delegation.party_id, sa.func.count(), ids)
        .where(*practice_queries.conditions(wanted))
        .group_by(Delegation.id, Meeting.id)
    )
    by_year: Counter[int] = Counter()
    by_party: Counter[int] = Counter()
    found: set[int] = set()
    for starts_at, party_id, number, listed in rows:
        by_year[starts_at.year] += number
        by_party[party_id] += number
        found.update(map(int, listed.split(",")))
    return Counted(by_year, by_party, frozenset(found))


def practices_by_party(actor: Actor, wanted: Wanted) -> dict[int, int]:
    """Party id -> how many published practices a person may read. One statement."""
    rows = db.session.execute(
        practice_queries.published(actor, Delegation.party_id, sa.func.count())
        .where(*practice_queries.conditions(wanted))
        .group_by(Delegation.party_id)
    )
    return {row[0]: row[1] for row in rows}


def newest_practices(actor: Actor, wanted: Wanted, *, with_party: bool) -> list[Entry]:
    """The newest practices of each year, as many as a timeline names. One statement; two where a worker has not read
    one of them yet."""
    place = sa.func.row_number().over(
        partition_by=Practice.meeting_id, order_by=(Practice.published_at.desc(), Practice.reference)
    )
    numbered = (
        practice_queries.published(
            actor,
            Practice.id,
            Practice.reference,
            Practice.published_at,
            Meeting.starts_at,
            Delegation.party_id,
            place.label("place"),
        )
        .where(*practice_queries.conditions(wanted))
        .subquery()
    )
    first = numbered.c
    statement = (
        sa.select(
            practice_queries.newest(PracticeVersion.id, first.id).label("id"),
            practice_queries.newest(PracticeVersion.language, first.id).label("language"),
            first.reference,
            first.starts_at,
            Party.short_names,
        )
        .join(Party, Party.id == first.party_id)
        .where(first.place <= NAMED)
        .order_by(first.published_at.desc(), first.reference)
    )
    named: dict[int, list[Any]] = {}
    for row in db.session.execute(statement):
        named.setdefault(row.starts_at.year, []).append(row)
    rows = [row for of_year in named.values() for row in of_year[:NAMED]]
    facts = facts_of([row.id for row in rows])
    return [
        Entry(
            ChronicleKind.PRACTICE,
            row.starts_at.year,
            facts[row.id].title,
            row.language,
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
        row.starts_at.year,
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
    return Entry(ChronicleKind.STATEMENT, meeting.starts_at.year, title, current_language(), url, note)


def reports(actor: Actor, party_id: int) -> list[Entry]:
    """What a party reported on recommendations, as far as a person may read it."""
    found = []
    for carried, report in reports_of_party(actor, party_id):
        texts = carried.asked.text
        language = language_shown(dict(texts))
        done = PROGRESS[report.progress] if report.progress else ""
        note = f"{done} · {in_reader_language(carried.meeting.title)}"
        url = url_for("recommendations.show", carried_id=carried.row.id)
        year = carried.meeting.starts_at.year
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
            meeting.starts_at.year,
            beginning_of(texts.get(language, "")),
            language,
            f"{url_for('library.summary', slug=meeting.slug)}#{anchor}",
            _("%(where)s, by %(day)s", where=where, day=show_day(due)) if due else where,
        )

    return Later(kind, meeting.starts_at.year, made)


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
