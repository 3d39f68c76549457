"""Coverage: what became of each submitted passage.

A passage of a source's latest version is *reflected* where a citation of that source and field overlaps
it, *set aside* where somebody said why, and *open* otherwise. A citation of an earlier version counts as
long as its quote still stands in the same field; once the source is changed there, the passage is open
again and the citation is *stale*: it is to be mended, and `standing` says why.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar

from app.summaries.enums import Reflection, Standing
from app.summaries.passages import Passage, overlap, passages
from app.summaries.sources import SourceText
from app.summaries.ties import Cited, LeftOut, Tie, source_key

__all__ = ["Counts", "Coverage", "CoveredPassage", "source_key", "span_now"]

Key = TypeVar("Key", bound=Hashable)
ANSWER = "answers."


class Quoted(Protocol):
    """Words of a field of a source, with the place where they stood."""

    @property
    def field(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def quote(self) -> str: ...


@dataclass(frozen=True, slots=True)
class CoveredPassage:
    """A passage of a source and what became of it. `numbers`: the paragraphs that reflect it, by `citations`."""

    passage: Passage
    reflection: Reflection
    numbers: tuple[int, ...] = ()
    set_aside: LeftOut | None = None
    citations: tuple[Cited, ...] = ()

    @property
    def labels(self) -> list[str]:
        """What the paragraphs that reflect it are called, in order: "12", "12 (a)"."""
        return list(dict.fromkeys(tie.label for tie in sorted(self.citations, key=lambda tie: (tie.number, tie.label))))


@dataclass(slots=True)
class Counts:
    """How many passages are reflected, set aside and open."""

    reflected: int = 0
    set_aside: int = 0
    open: int = 0

    @property
    def total(self) -> int:
        return self.reflected + self.set_aside + self.open

    def of(self, reflection: Reflection | None) -> int:
        """How many there are of one state; of all without one."""
        return self.total if reflection is None else getattr(self, reflection.value)

    def add(self, other: "Counts") -> None:
        """Count what another counted too."""
        self.reflected += other.reflected
        self.set_aside += other.set_aside
        self.open += other.open


class OpenIn(NamedTuple):
    """How many passages are open in the answers to a question; `question` None: in what answers none."""

    question: int | None
    open: int


def question_of(field: str) -> int | None:
    """Return the number of the guiding question that a field answers, or None."""
    number = field.removeprefix(ANSWER) if field.startswith(ANSWER) else ""
    return int(number) if number.isdecimal() else None


def span_now(tie: Quoted, source: SourceText) -> tuple[int, int] | None:
    """Return where a citation's (or set-aside's) quote stands in the source's latest version, or None.

    Where the field is unchanged the offsets hold; else the quote is looked for in the new text.
    """
    text = source.fields.get(tie.field)
    if text is None:
        return None
    if text[tie.start : tie.end] == tie.quote:
        return tie.start, tie.end
    found = text.find(tie.quote)
    return (found, found + len(tie.quote)) if found >= 0 else None


def standing(tie: Tie, source: SourceText | None) -> Standing:
    """Return how the source of a tie stands to what was quoted of it; `source` None: it is no longer a source."""
    if source is not None:
        return Standing.AS_QUOTED if span_now(tie, source) else Standing.CHANGED
    if tie.withdrawn:
        return Standing.TAKEN_BACK
    if tie.kind == "intervention":
        return Standing.NOT_IN_RECORD
    return Standing.WITH_DELEGATION if tie.own else Standing.NOT_ACCEPTED


class Coverage:
    """The coverage of all sources of a summary, computed once from what was loaded; makes no query.

    `citations` are (paragraph number, citation). `stale` are those whose words no source has any more; `lapsed`, the
    set-asides of which that is true: their passages are open again.
    """

    def __init__(
        self,
        sources: Iterable[SourceText],
        citations: Iterable[tuple[int, Cited]],
        set_asides: Iterable[LeftOut],
    ) -> None:
        self.sources = {source.key: source for source in sources}
        self.citations = list(citations)
        self.set_asides = list(set_asides)
        self._cited: dict[tuple[str, str], list[tuple[tuple[int, int], int, Cited]]] = {}
        self._aside: dict[tuple[str, str], list[tuple[tuple[int, int], LeftOut]]] = {}
        self._counted: dict[tuple[str, str], Counts] = {}
        self.stale: list[tuple[int, Cited]] = []
        self.lapsed: list[LeftOut] = []
        for number, citation in self.citations:
            source = self.sources.get(citation.key)
            span = span_now(citation, source) if source else None
            if span:
                self._cited.setdefault((citation.key, citation.field), []).append((span, number, citation))
            else:
                self.stale.append((number, citation))
        for aside in self.set_asides:
            source = self.sources.get(aside.key)
            span = span_now(aside, source) if source else None
            if span:
                self._aside.setdefault((aside.key, aside.field), []).append((span, aside))
            else:
                self.lapsed.append(aside)

    def standing(self, tie: Tie) -> Standing:
        """Return how the source of a citation or set-aside stands to what was quoted of it."""
        return standing(tie, self.sources.get(tie.key))

    def of_field(self, source: SourceText, name: str) -> list[CoveredPassage]:
        """Return the passages of one field in order, each with what became of it."""
        cited = self._cited.get((source.key, name), [])
        aside = self._aside.get((source.key, name), [])
        covered = []
        for passage in passages(source.fields[name]):
            here = (passage.start, passage.end)
            ties = [(number, tie) for span, number, tie in cited if overlap(span, here)]
            if ties:
                numbers = tuple(sorted({number for number, _tie in ties}))
                found = tuple(tie for _number, tie in ties)
                covered.append(CoveredPassage(passage, Reflection.REFLECTED, numbers, None, found))
                continue
            reason = next((row for span, row in aside if overlap(span, here)), None)
            covered.append(
                CoveredPassage(passage, Reflection.SET_ASIDE if reason else Reflection.OPEN, set_aside=reason)
            )
        return covered

    def _count(self, source: SourceText, name: str) -> Counts:
        place = (source.key, name)
        found = self._counted.get(place)
        if found is None:
            cited = [span for span, _number, _tie in self._cited.get(place, ())]
            aside = [span for span, _row in self._aside.get(place, ())]
            found = Counts()
            cut = passages(source.fields[name])
            if not cited and not aside:
                found.open = len(cut)
            else:
                for passage in cut:
                    here = (passage.start, passage.end)
                    if any(overlap(span, here) for span in cited):
                        found.reflected += 1
                    elif any(overlap(span, here) for span in aside):
                        found.set_aside += 1
                    else:
                        found.open += 1
            self._counted[place] = found
        return found

    def counts(self, source: SourceText, name: str | None = None) -> Counts:
        """Count one field of a source, or all of them."""
        total = Counts()
        for each in [name] if name else source.fields:
            if each in source.fields:
                total.add(self._count(source, each))
        return total

    def fields(self) -> Iterator[tuple[SourceText, str, Counts]]:
        """Yield each field of each source with its counts."""
        for source in self.sources.values():
            for name in source.fields:
                yield source, name, self._count(source, name)

    def counts_by(self, keys: Callable[[SourceText, str], Iterable[Key]]) -> dict[Key, Counts]:
        """Count by whatever (source, field) belongs to: a passage counts once under each key."""
        found: dict[Key, Counts] = {}
        for source, name, counts in self.fields():
            for key in keys(source, name):
                found.setdefault(key, Counts()).add(counts)
        return found

    @cached_property
    def total(self) -> Counts:
        """The count over everything that was submitted."""
        total = Counts()
        for _source, _name, counts in self.fields():
            total.add(counts)
        return total

    def checklist(self) -> list[OpenIn]:
        """Return where passages are open: by guiding question, then in what answers none. Nothing where none is."""
        counted = self.counts_by(lambda _source, name: [question_of(name)])
        order = sorted(counted, key=lambda number: (number is None, number or 0))
        return [OpenIn(number, counted[number].open) for number in order if counted[number].open]
