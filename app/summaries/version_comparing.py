"""Two frozen texts of one summary compared: paragraph by paragraph, matched by their keys, and word by word."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.audience import Audience
from app.core.localized import LANGUAGES
from app.core.word_differences import Piece, compare_words

Frozen = Mapping[str, Any]


@dataclass(frozen=True)
class FrozenParagraph:
    """A paragraph of a frozen text with the section that it stands in (its key and its title by language)."""

    key: str
    label: str
    row: Frozen
    section: str
    title: Mapping[str, str]


@dataclass(frozen=True)
class Cited:
    """A citation that came or went: whose words, and which; no `quote` where their source was withdrawn since.

    `audience`: for whom its source was made; nobody else is told any of it, nor who its `source` (its key, or what the
    `field` is of) is not for by now.
    """

    source: str
    field: str
    reference: str
    party: Mapping[str, str]
    quote: str
    language: str
    audience: Audience


@dataclass(frozen=True)
class ParagraphChange:
    """What became of a paragraph. `before` is None of one that was added, `after` of one that was removed.

    `texts`: by language, only those in which it says something else; all that it says of one that was added or removed.
    """

    before: FrozenParagraph | None
    after: FrozenParagraph | None
    moved: bool
    texts: Mapping[str, Sequence[Piece]]
    cited: Sequence[Cited]
    uncited: Sequence[Cited]

    @property
    def here(self) -> FrozenParagraph:
        """The paragraph as it stands now, or as it stood before it was removed."""
        found = self.after or self.before
        assert found is not None  # noqa: S101  (one of them is there)
        return found


def paragraphs_in(content: Frozen) -> list[FrozenParagraph]:
    """The paragraphs of a frozen text in order; of what was frozen before 2026-11 the number stands for the key."""
    return [
        FrozenParagraph(
            key=row.get("key") or f"n-{row['number']}",
            label=row.get("label") or str(row["number"]),
            row=row,
            section=section.get("key") or f"n-{place}",
            title=section["title"],
        )
        for place, section in enumerate(content["sections"], start=1)
        for row in section["paragraphs"]
    ]


def changes_between(before: Frozen, after: Frozen, withdrawn: Collection[str] = frozenset()) -> list[ParagraphChange]:
    """Return the paragraphs that are not alike in two frozen texts, in the order of the newer; the removed come last.

    `withdrawn`: keys of sources whose words nobody reads any more (queries.withdrawn_keys).

    One that has another number only because others came or went before it is alike.
    """
    old = {paragraph.key: paragraph for paragraph in paragraphs_in(before)}
    new = {paragraph.key: paragraph for paragraph in paragraphs_in(after)}
    moved = _moved(old, new)
    order = [*new, *(key for key in old if key not in new)]
    changes = (_change(old.get(key), new.get(key), withdrawn, moved=key in moved) for key in order)
    return [
        one
        for one in changes
        if one.before is None or one.after is None or one.moved or one.texts or one.cited or one.uncited
    ]


def _moved(old: Mapping[str, FrozenParagraph], new: Mapping[str, FrozenParagraph]) -> set[str]:
    """Which of those in both stand in another section or in another order; as few as explain the order."""
    both = [key for key in new if key in old]
    places = {key: place for place, key in enumerate(old)}
    kept = _rising([places[key] for key in both])
    return {
        key
        for place, key in enumerate(both)
        if place not in kept
        or old[key].section != new[key].section
        or old[key].row.get("level") != new[key].row.get("level")
    }


def _rising(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising run among different numbers."""
    ends: list[int] = []  # the least number by which a run of each length ends
    at: list[int] = []  # the place of that number
    before: list[int | None] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(at[length - 1] if length else None)
        ends[length:] = [number, *ends[length + 1 :]]
        at[length:] = [place, *at[length + 1 :]]
    found: set[int] = set()
    last = at[-1] if at else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found


def _change(
    old: FrozenParagraph | None, new: FrozenParagraph | None, withdrawn: Collection[str], *, moved: bool
) -> ParagraphChange:
    was, says = (paragraph.row["text"] if paragraph else {} for paragraph in (old, new))
    texts = {
        code: compare_words(was.get(code, ""), says.get(code, ""))
        for code in LANGUAGES
        if was.get(code, "") != says.get(code, "")
    }
    cited, uncited = _citations(old, withdrawn), _citations(new, withdrawn)
    return ParagraphChange(
        before=old,
        after=new,
        moved=moved,
        texts=texts,
        cited=_without(uncited, cited),
        uncited=_without(cited, uncited),
    )


def _citations(paragraph: FrozenParagraph | None, withdrawn: Collection[str]) -> dict[Any, Cited]:
    rows: Iterable[Frozen] = paragraph.row["citations"] if paragraph else ()
    return {
        (row["source"], row["field"], row["start"], row["end"], row["quote"]): Cited(
            row["source"],
            row["field"],
            row["reference"],
            row["party"]["name"],
            "" if row["source"] in withdrawn else row["quote"],
            row["language"],
            Audience(row["audience"]),
        )
        for row in rows
    }


def _without(these: Mapping[Any, Cited], those: Mapping[Any, Cited]) -> list[Cited]:
    return [cited for key, cited in these.items() if key not in those]
