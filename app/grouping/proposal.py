"""A proposed skeleton of the summary: a section for each question and theme, a paragraph for each group, which quotes
sources. Nothing in it is anybody's but the sources' own: each sentence is a passage between quotation marks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.core.localized import LANGUAGES, LocalizedText
from app.core.rich_text import escaped
from app.grouping.blocks import Block, Identity
from app.grouping.enums import GroupKind
from app.grouping.models import PassageGroup
from app.grouping.queries import PassageRow, Shown
from app.summaries.enums import Reflection
from app.summaries.selections import Selection
from app.summaries.sources import SourceText

MARKS = {"en": ("“", "”"), "es": ("«", "»"), "fr": ("«\u00a0", "\u00a0»"), "pt": ("“", "”")}
COLON = {"fr": "\u00a0: "}
LONGEST = 5500  # characters of a paragraph in a language; a quotation past it goes into the next paragraph


class Quote(NamedTuple):
    """A passage that is proposed, as its source says it now. `rank`: its place among those of its language."""

    source: SourceText
    field: str
    start: int
    end: int
    text: str
    rank: int

    @property
    def selection(self) -> Selection:
        return Selection(self.source, self.field, self.start, self.end, self.text)


@dataclass(frozen=True)
class ProposedGroup:
    """What is quoted of a group, those that matter most first; `taken`: how many more the summary cites already;
    `said`: all its passages, as the reader sees them."""

    group: PassageGroup
    quotes: list[Quote] = field(default_factory=list)
    taken: int = 0
    said: Sequence[str] = ()

    @property
    def alone(self) -> bool:
        """Whether each of its passages is said by one alone, and makes a paragraph of its own."""
        return self.group.kind is GroupKind.ALONE


@dataclass(frozen=True)
class ProposedSection:
    """A section of the proposal, with the groups of which something is proposed or has been taken over."""

    block: Block
    title: LocalizedText
    groups: list[ProposedGroup]

    @property
    def open(self) -> int:
        """How many quotations have not been taken over."""
        return sum(len(group.quotes) for group in self.groups)


def section(
    block: Block,
    title: LocalizedText,
    shown: Shown,
    sources: Mapping[str, SourceText],
    fates: Mapping[Identity, Reflection],
) -> ProposedSection:
    """Return what is proposed of a block; `fates`: what became of passages. What was set aside is not proposed."""
    groups = []
    for group in shown.groups:
        wanted = [row for row in shown.passages.get(group.id, ()) if row.chosen is not None]
        chosen = [row for row in wanted if fates.get(row.identity) is not Reflection.SET_ASIDE]
        if group.kind is GroupKind.APART or not chosen:
            continue
        quotes = [
            _quote(row, sources[row.source_key])
            for row in chosen
            if fates.get(row.identity) is not Reflection.REFLECTED
        ]
        quotes.sort(key=lambda quote: (quote.rank, LANGUAGES.index(quote.source.language), quote.source.key))
        said = [row.quote for row in shown.passages.get(group.id, ())]
        groups.append(ProposedGroup(group, quotes, len(chosen) - len(quotes), said))
    return ProposedSection(block, title, groups)


def _quote(row: PassageRow, source: SourceText) -> Quote:
    text = source.fields[row.field]
    start = row.start if text[row.start : row.end] == row.quote else text.index(row.quote)
    return Quote(source, row.field, start, start + len(row.quote), row.quote, row.chosen or 0)


def paragraphs(proposed: ProposedGroup, languages: Sequence[str]) -> list[tuple[LocalizedText, list[Quote]]]:
    """Return the paragraphs that a group becomes: text and what it cites.

    A text has in each language what is quoted in it; what is quoted in none of the session's `languages` stands in the
    first of them, as its source says it.
    """
    if proposed.alone:
        return [(_text([quote], languages), [quote]) for quote in proposed.quotes]
    found: list[list[Quote]] = []
    for quote in proposed.quotes:
        if not found or max(map(len, _text([*found[-1], quote], languages).values())) > LONGEST:
            found.append([])
        found[-1].append(quote)
    return [(_text(quotes, languages), quotes) for quotes in found]


def _text(quotes: Sequence[Quote], languages: Sequence[str]) -> LocalizedText:
    lines: dict[str, list[str]] = {}
    for quote in quotes:
        language = quote.source.language if quote.source.language in languages else languages[0]
        lines.setdefault(language, []).append(quoted(quote, language))
    return LocalizedText({language: " ".join(said) for language, said in lines.items()})


def quoted(quote: Quote, language: str) -> str:
    """Return a quotation with whose it is, as it is written in a paragraph of this language."""
    first, last = MARKS[language]
    party = quote.source.label.in_language(language)
    return f"{_plain(party)}{COLON.get(language, ': ')}{first}{_plain(quote.text)}{last}"


def _plain(text: str) -> str:
    """A text so that rich text reads it as it stands, on one line."""
    return escaped(" ".join(text.split("\n")))
