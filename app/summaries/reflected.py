"""Where a contributor's texts were used: each of their sentences against the summary as it was published."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.meetings.models import Delegation
from app.summaries import queries
from app.summaries.anchors import anchor_of, label_of, paragraphs_in
from app.summaries.coverage import source_key, span_now
from app.summaries.models import Publication, SetAside
from app.summaries.passages import overlap, passages
from app.summaries.sources import SourceText, sources_of


class Used(NamedTuple):
    """A paragraph of the publication: its place in it (from 0), what it is called, and its id on pages."""

    place: int
    label: str
    anchor: str


class Tie(NamedTuple):
    """A citation as it was published: words of a field."""

    field: str
    start: int
    end: int
    quote: str
    paragraph: Used


@dataclass(frozen=True)
class UsedSentence:
    """A sentence, the `paragraphs` that reflect it, else the `reason` why none does ("" where none was written)."""

    text: str
    paragraphs: tuple[Used, ...]
    reason: str


@dataclass(frozen=True)
class UsedField:
    """A field of a text. `earlier`: paragraphs that cite words of an earlier version, which it no longer has."""

    name: str
    sentences: Sequence[UsedSentence]
    earlier: tuple[Used, ...]

    @property
    def paragraphs(self) -> tuple[Used, ...]:
        """All paragraphs that reflect it."""
        return tuple(sorted({number for sentence in self.sentences for number in sentence.paragraphs}))

    @property
    def left(self) -> Mapping[str, int]:
        """Of the sentences that no paragraph reflects: reason ("": none was written) -> how many, that last."""
        found = Counter(one.reason for one in self.sentences if not one.paragraphs)
        return dict(sorted(found.items(), key=lambda item: not item[0]))


@dataclass(frozen=True)
class UsedText:
    """One text of a contributor, with the fields that hold running text."""

    source: SourceText
    fields: Sequence[UsedField]


@dataclass(frozen=True)
class Totals:
    """Of a contributor's sentences, how many are reflected, were set aside with a reason, and neither."""

    reflected: int
    aside: int
    neither: int

    @property
    def all(self) -> int:
        return self.reflected + self.aside + self.neither

    @property
    def share(self) -> int:
        """How many of a hundred are reflected."""
        return round(100 * self.reflected / self.all) if self.all else 0


def totals_of(texts: Iterable[UsedText]) -> Totals:
    """Count the sentences of texts."""
    sentences = [one for text in texts for field in text.fields for one in field.sentences]
    reflected = sum(1 for one in sentences if one.paragraphs)
    aside = sum(1 for one in sentences if one.reason)
    return Totals(reflected, aside, len(sentences) - reflected - aside)


@dataclass(frozen=True)
class Citing:
    """A paragraph that cites a contributor: its text by language, and their words."""

    paragraph: Used
    text: Mapping[str, str]
    quotes: Sequence[tuple[str, str]]  # (language, words)


def citing(published: Publication, sources: Collection[str]) -> list[Citing]:
    """Return the paragraphs of a publication that cite any of the sources ("practice-12"), in order."""
    found = []
    for place, paragraph in enumerate(paragraphs_in(published.content)):
        quotes = [(one["language"], one["quote"]) for one in paragraph["citations"] if one["source"] in sources]
        if quotes:
            used = Used(place, label_of(paragraph), anchor_of(paragraph))
            found.append(Citing(used, paragraph["text"], quotes))
    return found


def used_texts(delegation: Delegation, published: Publication) -> list[UsedText]:
    """Return what became of each text of a delegation in a publication. Four statements.

    A reason is what the secretariat wrote where it set a passage aside.
    """
    sources = sources_of(delegation.meeting_id, delegation_id=delegation.id)
    ties = _ties(published.content)
    asides: dict[str, list[SetAside]] = {}
    for row in queries.set_asides_of(published.summary_id):
        if row.delegation_id == delegation.id:
            asides.setdefault(source_key(row), []).append(row)
    return [
        UsedText(
            source,
            [_field(source, name, ties.get(source.key, []), asides.get(source.key, [])) for name in source.fields],
        )
        for source in sources
    ]


def _ties(content: Mapping[str, Any]) -> dict[str, list[Tie]]:
    found: dict[str, list[Tie]] = {}
    for place, paragraph in enumerate(paragraphs_in(content)):
        used = Used(place, label_of(paragraph), anchor_of(paragraph))
        for one in paragraph["citations"]:
            tie = Tie(one["field"], one["start"], one["end"], one["quote"], used)
            found.setdefault(one["source"], []).append(tie)
    return found


def _field(source: SourceText, name: str, ties: Sequence[Tie], asides: Sequence[SetAside]) -> UsedField:
    here = [(span_now(tie, source), tie.paragraph) for tie in ties if tie.field == name]
    cited = [(span, number) for span, number in here if span]
    aside = [(span, row.reason) for row in asides if row.field == name and (span := span_now(row, source))]
    sentences = []
    for passage in passages(source.fields[name]):
        place = (passage.start, passage.end)
        numbers = tuple(sorted({number for span, number in cited if overlap(span, place)}))
        reason = next((why for span, why in aside if overlap(span, place)), "")
        sentences.append(UsedSentence(passage.text, numbers, "" if numbers else reason))
    return UsedField(name, sentences, tuple(sorted({number for span, number in here if not span})))
