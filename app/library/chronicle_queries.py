"""Reading what concerns a State or a theme over the years, as far as a person may read it; constant statements."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _

from app.core import rich_text
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LocalizedText
from app.core.wording import in_reader_language, language_shown, show_day
from app.directory.models import Party
from app.floor.enums import SpeakingKind
from app.floor.labels import KINDS as SPEAKING_KINDS
from app.floor.statement_models import FloorStatement
from app.floor.statement_queries import Delivery, statement_cited, statements_among, statements_of_party
from app.library import practice_queries, queries
from app.library.chronicle import NAMED, ChronicleKind, Entry
from app.library.frozen import Key, frozen_all
from app.library.practice_queries import Wanted, facts_of
from app.meetings.models import Delegation, Meeting
from app.meetings.years import year_of
from app.practices.models import Practice, PracticeVersion
from app.practices.titles import Written, called
from app.recommendations.labels import PROGRESS
from app.recommendations.queries import reports_of_party
from app.recommendations.reading import Asked, recommended
from app.summaries.addressing import is_addressed
from app.summaries.anchors import anchor_of, label_of, paragraphs_in
from app.summaries.models import Publication
from app.summaries.open_citations import Readers
from app.summaries.sources_now import sources_now_of

BEGINNING = 160  # characters of a paragraph that stand for it


class Source(NamedTuple):
    """What a paragraph cites: a source ("practice-12"), for whom it was made, and whose words it has (codes of parties,
    those of the group for which one spoke among them); `field`: which of its texts."""

    key: str
    audience: Audience
    parties: frozenset[str]
    field: str

    @property
    def statement(self) -> int | None:
        """The id of the statement that was read out, if one was."""
        return statement_cited(self.field)


@dataclass(frozen=True)
class Mentioned:
    """A paragraph of a publication, and what it cites. `text`: as it was written, by language."""

    label: str
    anchor: str
    text: Mapping[str, str]
    cited: frozenset[Source]

    @property
    def parties(self) -> frozenset[str]:
        """Whose words it cites."""
        return frozenset(code for one in self.cited for code in one.parties)

    @property
    def statements(self) -> frozenset[int]:
        """The ids of statements whose words it cites."""
        return frozenset(one.statement for one in self.cited if one.statement)

    @property
    def sources(self) -> frozenset[str]:
        """Out of which sources."""
        return frozenset(one.key for one in self.cited)


def practices_by_year(actor: Actor, wanted: Wanted) -> dict[int, int]:
    """Year -> how many published practices a person may read. One statement."""
    rows = db.session.execute(
        practice_queries.published(actor, Meeting.starts_at, Meeting.zone, sa.func.count().label("number"))
        .where(*practice_queries.conditions(wanted))
        .group_by(Meeting.id, Meeting.starts_at, Meeting.zone)
    )
    found: dict[int, int] = {}
    for row in rows:
        found[year_of(row)] = found.get(year_of(row), 0) + row.number
    return found


def practices_by_party(actor: Actor, wanted: Wanted) -> dict[int, int]:
    """Party id -> how many published practices a person may read. One statement."""
    rows = db.session.execute(
        practice_queries.published(actor, Delegation.party_id, sa.func.count())
        .where(*practice_queries.conditions(wanted))
        .group_by(Delegation.party_id)
    )
    return {row[0]: row[1] for row in rows}


def newest_practices(actor: Actor, wanted: Wanted, *, with_party: bool) -> list[Entry]:
    """The newest practices of each session, as many as a timeline names. Two statements; three where a worker has not
    read one of them yet."""
    place = sa.func.row_number().over(
        partition_by=Practice.meeting_id, order_by=(Practice.published_at.desc(), Practice.reference)
    )
    numbered = (
        practice_queries.published(
            actor,
            PracticeVersion.id,
            Practice.id.label("practice_id"),
            Practice.reference,
            PracticeVersion.language,
            Practice.published_at,
            Meeting.starts_at,
            Meeting.zone,
            Party.short_names,
            place.label("place"),
        )
        .where(*practice_queries.conditions(wanted))
        .subquery()
    )
    statement = sa.select(numbered).where(numbered.c.place <= NAMED)
    rows = db.session.execute(statement.order_by(numbered.c.published_at.desc(), numbered.c.reference)).all()
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


def mentions(publications: Sequence[Publication], actor: Actor) -> dict[int, Sequence[Mentioned]]:
    """Publication id -> its paragraphs, each with no more of what it cites than the person may know of: what was not
    made for them, or is not for them by now, is as if it were not cited. Two statements; one more where a worker has
    not read one of them before.
    """

    def read(missing: set[Key]) -> dict[Key, Any]:
        ids = [key[1] for key in missing]
        rows = db.session.execute(sa.select(Publication.id, Publication.content).where(Publication.id.in_(ids)))
        return {("mentions", row.id): tuple(_mentioned(row.content)) for row in rows}

    found = frozen_all([("mentions", row.id) for row in publications], read)
    audiences = queries.audiences_of(actor, (row.summary.meeting for row in publications))
    readers = {key: now.readers(audiences[key]) for key, now in sources_now_of(audiences).items()}
    return {
        row.id: [_as_known(one, readers[row.summary.meeting_id]) for one in found["mentions", row.id]]
        for row in publications
    }


def _as_known(one: Mentioned, readers: Readers) -> Mentioned:
    cited = frozenset(source for source in one.cited if readers.may_know(source.audience, source.key, source.field))
    return one if cited == one.cited else replace(one, cited=cited)


def _mentioned(content: Mapping[str, Any]) -> Iterator[Mentioned]:
    for one in paragraphs_in(content):
        yield Mentioned(
            label_of(one),
            anchor_of(one),
            one["text"],
            frozenset(map(_source, one["citations"])),
        )


def _source(citation: Mapping[str, Any]) -> Source:
    members = (citation.get("on_behalf") or {}).get("members", ())
    return Source(
        citation["source"],
        Audience(citation["audience"]),
        frozenset((citation["party"]["code"], *members)),
        citation["field"],
    )


@lru_cache(maxsize=20_000)  # a State is in thousands of paragraphs
def beginning_of(text: str) -> str:
    """Return the first words of a paragraph, without their form."""
    words = " ".join(rich_text.plain(text).split())
    return words if len(words) <= BEGINNING else f"{words[:BEGINNING].rsplit(' ', 1)[0]} …"


def paragraphs(
    publications: Sequence[Publication],
    known: Mapping[int, Sequence[Mentioned]],
    wanted: Callable[[Mentioned], bool],
) -> list[Entry]:
    """The paragraphs of publications that are wanted, in their order. No query."""
    return [
        _in_publication(ChronicleKind.PARAGRAPH, publication, one.anchor, one.label, one.text)
        for publication in publications
        for one in known[publication.id]
        if wanted(one)
    ]


def _in_publication(
    kind: ChronicleKind, publication: Publication, anchor: str, label: str, texts: Mapping[str, str], due: str = ""
) -> Entry:
    meeting = publication.summary.meeting
    language = language_shown(dict(texts))
    where = _("%(session)s, paragraph %(label)s", session=in_reader_language(meeting.title), label=label)
    return Entry(
        kind,
        year_of(meeting),
        beginning_of(texts.get(language, "")),
        language,
        f"{url_for('library.summary', slug=meeting.slug)}#{anchor}",
        _("%(where)s, by %(day)s", where=where, day=due) if due else where,
    )


def recommendations(publications: Sequence[Publication], wanted: Callable[[int, Asked], bool]) -> list[Entry]:
    """What publications recommend, as far as it is wanted (given the publication's id and the recommendation). One
    statement where a worker has not read one of them before."""
    known = recommended(publications)
    return [
        _in_publication(
            ChronicleKind.RECOMMENDATION,
            publication,
            asked.anchor,
            asked.label,
            asked.text,
            show_day(asked.due),
        )
        for publication in publications
        for asked in known[publication.id].values()
        if wanted(publication.id, asked)
    ]


def addressed_to(party: Party) -> Callable[[int, Asked], bool]:
    """Return what says whether a recommendation is for a party: by its code, or with all of its kind."""
    return lambda _publication_id, asked: is_addressed(asked.addressees, party)


def practices_among(actor: Actor, sources: Collection[str], wanted: Wanted) -> frozenset[str]:
    """Those of the sources that are published practices which a person may read and that are wanted. One statement."""
    ids = [int(key.removeprefix("practice-")) for key in sources if key.startswith("practice-")]
    if not ids:
        return frozenset()
    statement = practice_queries.published(actor, Practice.id)
    rows = db.session.scalars(statement.where(Practice.id.in_(ids), *practice_queries.conditions(wanted)))
    return frozenset(f"practice-{practice_id}" for practice_id in rows)
