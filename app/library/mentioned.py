"""What the paragraphs of publications cite, by whose words and by which practices they are found: publications never
change, so each worker reads one once."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.actors import Actor
from app.core.audience import Audience
from app.core.db import db
from app.floor.statement_queries import statement_cited
from app.library import queries
from app.summaries.anchors import anchor_of, label_of, paragraphs_in
from app.summaries.models import Publication
from app.summaries.open_citations import Readers
from app.summaries.sources_now import sources_now_of

MOST_KEPT = 50_000  # paragraphs, of a kilobyte or two
PRACTICE = "practice-"  # what the keys of practices among the sources begin with


class Source(NamedTuple):
    """What was cited: for whom it was made, its key ("practice-12"), and the field that holds the words."""

    audience: Audience
    key: str
    field: str


class Paragraph(NamedTuple):
    """A paragraph of a publication. `text`: as it was written, by language; `statements`: those that it cites, with
    their ids."""

    label: str
    anchor: str
    text: Mapping[str, str]
    statements: frozenset[tuple[Source, int]]


class Place(NamedTuple):
    """That a paragraph cites a source, and which paragraph of its publication it is."""

    source: Source
    paragraph: int


@dataclass(frozen=True)
class Told:
    """The paragraphs of a publication. `by_party`: code -> where its words are cited, those of a group of which it is a
    member among them; `by_practice`: id -> where it is cited."""

    paragraphs: Sequence[Paragraph]
    by_party: Mapping[str, Sequence[Place]]
    by_practice: Mapping[int, Sequence[Place]]


@dataclass(frozen=True)
class Mentions:
    """The same for one person: what was not made for them, or is not for them by now, is as if it were not cited."""

    told: Told
    readers: Readers

    def of_party(self, code: str) -> list[Paragraph]:
        """The paragraphs that cite words of a party, in their order."""
        return self._at(self.told.by_party.get(code, ()))

    def of_practices(self, ids: frozenset[int]) -> list[Paragraph]:
        """The paragraphs that cite any of some practices, in their order."""
        by_practice = self.told.by_practice
        return self._at(place for one in ids.intersection(by_practice) for place in by_practice[one])

    def statements(self, paragraph: Paragraph) -> set[int]:
        """The ids of the statements whose words a paragraph cites."""
        return {statement for source, statement in paragraph.statements if self.readers.may_know(*source)}

    def _at(self, cited: Iterable[Place]) -> list[Paragraph]:
        places = {place.paragraph for place in cited if self.readers.may_know(*place.source)}
        return [self.told.paragraphs[place] for place in sorted(places)]


def mentions(publications: Sequence[Publication], actor: Actor) -> dict[int, Mentions]:
    """Publication id -> what its paragraphs cite, as far as a person may know of it. Two statements; one more where a
    worker has not read one of them before."""
    told = _read({row.id: row.sha256 for row in publications})
    audiences = queries.audiences_of(actor, (row.summary.meeting for row in publications))
    readers = {key: now.readers(audiences[key]) for key, now in sources_now_of(audiences).items()}
    return {row.id: Mentions(told[row.id], readers[row.summary.meeting_id]) for row in publications}


_kept: OrderedDict[str, Told] = OrderedDict()  # by SHA-256, what was asked for last at the end
_keeping = Lock()


def _read(marks: Mapping[int, str]) -> dict[int, Told]:
    with _keeping:
        known = {mark: _kept[mark] for mark in marks.values() if mark in _kept}
    if missing := [row_id for row_id, mark in marks.items() if mark not in known]:
        statement = sa.select(Publication.sha256, Publication.content).where(Publication.id.in_(missing))
        for mark, content in db.session.execute(statement.execution_options(yield_per=10)):  # each may be a megabyte
            known[mark] = told_by(content)
    with _keeping:
        for mark, told in known.items():
            _kept[mark] = told
            _kept.move_to_end(mark)
        number = sum(1 + len(told.paragraphs) for told in _kept.values())
        while number > MOST_KEPT:
            number -= 1 + len(_kept.popitem(last=False)[1].paragraphs)
    return {row_id: known[mark] for row_id, mark in marks.items()}


def told_by(content: Mapping[str, Any]) -> Told:
    """Return what a frozen text says."""
    paragraphs: list[Paragraph] = []
    by_party: dict[str, list[Place]] = {}
    by_practice: dict[int, list[Place]] = {}
    for number, one in enumerate(paragraphs_in(content)):
        statements = set()
        for citation in one["citations"]:
            source = Source(Audience(citation["audience"]), citation["source"], citation["field"])
            place = Place(source, number)
            for code in _voices(citation):
                by_party.setdefault(code, []).append(place)
            if citation["source"].startswith(PRACTICE):
                by_practice.setdefault(int(citation["source"].removeprefix(PRACTICE)), []).append(place)
            if statement := statement_cited(citation["field"]):
                statements.add((source, statement))
        paragraphs.append(Paragraph(label_of(one), anchor_of(one), one["text"], frozenset(statements)))
    return Told(paragraphs, by_party, by_practice)


def _voices(citation: Mapping[str, Any]) -> Iterator[str]:
    """Whose words are cited: codes of parties, those of the group for which one spoke among them."""
    yield from {citation["party"]["code"], *(citation.get("on_behalf") or {}).get("members", ())}
