"""Coverage: what became of each submitted passage.

A passage of a source's latest version is *reflected* where a citation of that source and field overlaps
it, *set aside* where somebody said why, and *open* otherwise. A citation of an earlier version counts as
long as its quote still stands in the same field; once the source is changed there, the passage is open
again and the citation is *stale*.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from app.record.texts import key_of
from app.summaries.enums import Reflection
from app.summaries.models import Citation, PassageOfSource, SetAside
from app.summaries.passages import Passage, overlap, passages
from app.summaries.sources import SourceText


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


@dataclass(frozen=True)
class CoveredPassage:
    """A passage of a source and what became of it. `numbers`: the paragraphs that reflect it."""

    passage: Passage
    reflection: Reflection
    numbers: tuple[int, ...] = ()
    set_aside: SetAside | None = None


@dataclass
class Counts:
    """How many passages are reflected, set aside and open."""

    counter: Counter[Reflection] = field(default_factory=Counter)

    @property
    def reflected(self) -> int:
        return self.counter[Reflection.REFLECTED]

    @property
    def set_aside(self) -> int:
        return self.counter[Reflection.SET_ASIDE]

    @property
    def open(self) -> int:
        return self.counter[Reflection.OPEN]

    @property
    def total(self) -> int:
        return self.counter.total()


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


class Coverage:
    """The coverage of all sources of a summary, computed once from what was loaded; makes no query.

    `citations` are (paragraph number, citation).
    """

    def __init__(
        self,
        sources: Iterable[SourceText],
        citations: Iterable[tuple[int, Citation]],
        set_asides: Iterable[SetAside],
    ) -> None:
        self.sources = {source.key: source for source in sources}
        self._cited: dict[tuple[str, str], list[tuple[tuple[int, int], int]]] = {}
        self._aside: dict[tuple[str, str], list[tuple[tuple[int, int], SetAside]]] = {}
        self.stale: list[tuple[int, Citation]] = []
        for number, citation in citations:
            source = self.sources.get(source_key(citation))
            span = span_now(citation, source) if source else None
            if source and span:
                self._cited.setdefault((source.key, citation.field), []).append((span, number))
            else:
                self.stale.append((number, citation))
        for aside in set_asides:
            source = self.sources.get(source_key(aside))
            span = span_now(aside, source) if source else None
            if source and span:
                self._aside.setdefault((source.key, aside.field), []).append((span, aside))

    def of_field(self, source: SourceText, name: str) -> list[CoveredPassage]:
        """Return the passages of one field in order, each with what became of it."""
        cited = self._cited.get((source.key, name), [])
        aside = self._aside.get((source.key, name), [])
        covered = []
        for passage in passages(source.fields[name]):
            here = (passage.start, passage.end)
            numbers = tuple(sorted({number for span, number in cited if overlap(span, here)}))
            reason = next((row for span, row in aside if overlap(span, here)), None)
            reflection = Reflection.REFLECTED if numbers else Reflection.SET_ASIDE if reason else Reflection.OPEN
            covered.append(CoveredPassage(passage, reflection, numbers, None if numbers else reason))
        return covered

    def counts(self, source: SourceText, name: str | None = None) -> Counts:
        """Count one field of a source, or all of them."""
        names = [name] if name else list(source.fields)
        return Counts(
            Counter(item.reflection for each in names if each in source.fields for item in self.of_field(source, each))
        )

    @cached_property
    def total(self) -> Counts:
        """The count over everything that was submitted."""
        counts: Counter[Reflection] = Counter()
        for source in self.sources.values():
            counts.update(self.counts(source).counter)
        return Counts(counts)


def source_key(tie: PassageOfSource) -> str:
    """Return the key of the source that a citation or set-aside names: "practice-12", "intervention-5"."""
    if tie.practice_version is not None:
        return f"practice-{tie.practice_version.practice_id}"
    if tie.presentation_version is not None:
        return f"presentation-{tie.presentation_version.presentation_id}"
    if tie.intervention_id is not None:
        return key_of(tie.intervention_id)
    raise ValueError("a tie without a source")
