"""What a concept paper says of its session: found in its paragraphs, for a person to confirm or correct.

Papers are in English, Spanish, French or Portuguese; one language a paper. Everything is told by how such papers are
written (headings, set phrases, shapes of references and dates), so what is found is an offer, never a fact.
"""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from babel import Locale

from app.core.localized import LANGUAGES
from app.core.texts import fold
from app.meetings.enums import Mode
from app.meetings.paper_questions import questions_in
from app.meetings.paper_reading import Block
from app.meetings.paper_words import (
    DAYS_FIRST,
    FILLERS,
    HELD,
    LABELS,
    MONTH_FIRST,
    MONTHS,
    PAPER_OPENING,
    PAPER_WORDS,
    PARAGRAPH,
    PREPARED,
    REMOTE,
    RESOLUTION,
    ROOMS,
    SESSION_WORDS,
    STOPWORDS,
    TRAILING,
    YEARLY,
)

HEAD = 12  # paragraphs that can belong to the head of a paper
RUNNING_TEXT = 250  # characters from which a paragraph is no line of the head
LONGEST_LABEL = 60  # characters within which a label ends ("Place: ")
QUOTED = re.compile(r"[“«\"](?P<text>[^“”«»\"]{120,}?)[.,;]?[”»\"]")
SENTENCES = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÀ-Ý¿¡“«\"])")
SHORTEST = 80  # characters of a sentence that says what a paragraph asks for
FARTHEST = 220  # characters between a resolution and its paragraph


@dataclass(frozen=True)
class Found:
    """What a paper says; what is not found is empty. `mandates` are (resolution, operative paragraph)."""

    language: str
    title: str
    mandates: list[tuple[str, str]]
    mandate_text: str
    starts: date | None
    ends: date | None
    place: str
    mode: Mode
    questions: list[str]
    mechanisms: list[str]


Names = Iterable[tuple[str, Sequence[str]]]


def find(blocks: list[Block], names: Names) -> Found:
    """Return what the paragraphs of a paper say.

    `names`: for each mechanism its code, and all the names and acronyms it goes by in any language.
    """
    head = _head(blocks)
    language = language_of(blocks)
    title = _title(head)
    span, place = _when_and_where(blocks, head, title)
    remote = any(REMOTE.search(fold(block.text)) for block in blocks)
    return Found(
        language=language,
        title=title,
        mandates=_mandates(blocks),
        mandate_text=_mandate_text(blocks),
        starts=span[0] if span else None,
        ends=span[1] if span else None,
        place=place,
        mode=(Mode.HYBRID if place else Mode.VIRTUAL) if remote else Mode.IN_PERSON,
        questions=questions_in(blocks),
        mechanisms=mechanisms_in(blocks, names),
    )


def language_of(blocks: list[Block]) -> str:
    """Return the language that most of a paper's small words are of."""
    words = re.findall(r"[^\W\d_]+", " ".join(block.text for block in blocks).casefold())
    return max(LANGUAGES, key=lambda code: sum(1 for word in words if word in STOPWORDS[code]))


def _head(blocks: list[Block]) -> list[Block]:
    """The paragraphs before the running text begins."""
    head: list[Block] = []
    for block in blocks[:HEAD]:
        if (len(block.text) > RUNNING_TEXT and not block.text.isupper()) or (
            head and block.kind in ("heading", "item")
        ):
            break
        head.append(block)
    return head or blocks[:1]


def _title(head: list[Block]) -> str:
    if titled := _labelled(head, "title"):
        return titled
    marked = [block for block in head if block.kind == "title" and not PAPER_WORDS.fullmatch(fold(block.text).strip())]
    if marked:
        return _alone(marked[0].text)

    def likely(block: Block) -> int:
        text = fold(_alone(block.text))
        named = bool(SESSION_WORDS.search(text))
        if not text or (PAPER_WORDS.search(text) and len(text) < 60) or PREPARED.search(text):
            return -10
        if text.startswith("(") or (_spans(fold(block.text)) and len(text) < 90 and not named):
            return -5
        if RESOLUTION.search(block.text) or any(label.match(text) for label in LABELS.values()):
            return -5
        return 4 * named + 2 * bool(YEARLY.search(text)) + (len(text) > 40)

    return _alone(max(head, key=likely).text).rstrip(". ")


def _alone(text: str) -> str:
    """A title without what can stand on its line: that this is a concept paper, the days and the place."""
    bare = text
    if spans := _spans(_folded(text)):
        *_, begin, end = spans[0]
        place = _place_beside(text, begin, end)
        before, bracket, within = text[:begin].rpartition("(")
        begin = len(before) if bracket and ")" not in within else begin
        parts = [
            re.split(rf",?\s*{re.escape(place)}", part)[0] if place else part for part in (text[:begin], text[end:])
        ]
        bare = max(parts, key=lambda part: bool(SESSION_WORDS.search(fold(part)))).strip(" .,;:(–—-")
    opening = PAPER_OPENING.match(_folded(bare))
    if opening and SESSION_WORDS.search(fold(bare[opening.end() :])):
        bare = bare[opening.end() :]
    return bare[:1].upper() + bare[1:]


def _labelled(blocks: list[Block], name: str) -> str:
    """What stands after a label ("Place: ...") on its line, or, as in a table, in the next paragraph."""
    for block, after in itertools.zip_longest(blocks, blocks[1:], fillvalue=Block("")):
        if label := LABELS[name].match(_folded(block.text[:LONGEST_LABEL])):
            return block.text[label.end() :].strip() or after.text
    return ""


def _spans(text: str) -> list[tuple[date, date, int, int]]:
    """The dates in a folded text: first day, last day, where they stand."""
    found = []
    for pattern in (DAYS_FIRST, MONTH_FIRST):
        for match in pattern.finditer(text):
            part = match.groupdict()
            last = part["last"] or part["first"]
            month = MONTHS[part.get("month") or part["first_month"]]
            first_month = MONTHS[part["first_month"]] if part["first_month"] else month
            year = int(part["year"])
            first_year = int(part.get("first_year") or year)
            try:
                ends = date(year, month, _number(last))
                starts = date(first_year, first_month, _number(part["first"])) if part["first"] else ends
            except ValueError:
                continue
            if starts <= ends and (ends - starts).days < 32:
                found.append((starts, ends, match.start(), match.end()))
    return sorted(found, key=lambda span: span[2])


def days_said(text: str, first: date, last: date) -> list[str]:
    """The words of a paragraph that say these days."""
    return [text[begin:end] for starts, ends, begin, end in _spans(_folded(text)) if (starts, ends) == (first, last)]


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _folded(text: str) -> str:
    """The text folded letter by letter, so that places in it are places in the text."""
    return "".join((fold(char) or char)[0] for char in text)


def _when_and_where(blocks: list[Block], head: list[Block], title: str) -> tuple[tuple[date, date] | None, str]:
    labelled = _place_in(_labelled(blocks, "place"))
    for index, block in enumerate(head):
        text = _folded(block.text)
        spans = _spans(text)
        if not spans or PREPARED.search(text):
            continue
        starts, ends, begin, end = spans[0]
        rest = f"{block.text[:begin]}, {block.text[end:]}"
        place = labelled or _place_beside(block.text, begin, end)
        if not place:
            for other in head[index + 1 : index + 2] + head[max(index - 1, 0) : index]:
                if not place and _may_name_a_place(other, title):
                    place = _place_in(other.text, certain=True)
        alone = starts == ends and not re.search(r"\w", re.sub(r"[().,]", "", rest)) and not place
        if not alone:  # one day in brackets, and nothing else, is the day of the paper
            return (starts, ends), place
    if spans := _spans(_folded(_labelled(blocks, "when"))):
        return spans[0][:2], labelled or _place_in(_labelled(blocks, "when"), certain=True)
    for block in blocks:
        text = _folded(block.text)
        held = HELD.search(text)
        spans = _spans(text)
        if held and spans:
            near = min(spans, key=lambda span: abs(span[2] - held.end()))
            return near[:2], labelled or _place_after(block.text[held.end() :])
    for block in head:
        if place := _place_in(block.text, certain=True) if _may_name_a_place(block, title) else "":
            return None, labelled or place
    return None, labelled


def _may_name_a_place(block: Block, title: str) -> bool:
    text = fold(block.text)
    other = PREPARED.search(text) or PAPER_WORDS.search(text) or RESOLUTION.search(block.text)
    return not other and block.kind != "title" and _alone(block.text) != title and not LABELS["title"].match(text)


def _place_beside(text: str, begin: int, end: int) -> str:
    """The place on a line whose days stand from `begin` to `end`; a title before them is none."""
    before, bracket, within = text[:begin].rpartition("(")
    if bracket and SESSION_WORDS.search(fold(before)) and ")" not in within:
        return _place_in(within) or _place_in(text[end:])
    if SESSION_WORDS.search(fold(text)):
        return _place_in(text[end:]) or _place_in(text[:begin], certain=True)
    return _place_in(f"{text[:begin]}, {text[end:]}")


def _place_after(text: str) -> str:
    """The first place named after "will be held", "se celebrará" and the like."""
    named = re.search(
        r"\b(?:in|en|em|at|a|à)\s+(?P<place>[A-ZÀ-Ý][\w’'-]+(?:[ -](?:(?:de|del|do|da|of|la|los)\s)*[A-ZÀ-Ý][\w’'-]*)*"
        r"(?:,\s*D\.\s?C\.)?)",
        text[:200],
    )
    return named["place"] if named else ""


def _cities() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(fold(zone.rsplit("/", 1)[-1].replace("_", " ")) for zone in available_timezones() if "/" in zone)


def _countries() -> frozenset[str]:
    return frozenset(fold(name) for code in LANGUAGES for name in Locale(code).territories.values())


def _place_in(text: str, *, certain: bool = False) -> str:
    """The city in a line of the head; `certain`: only where the line looks like a place, not like a body's name."""
    labels = [label.match(_folded(text[:LONGEST_LABEL])) for label in LABELS.values()]
    text = text[max((label.end() for label in labels if label), default=0) :]
    bare = re.sub(r"\([^()]*\)", lambda inner: "" if not re.search(r",", inner[0]) else inner[0][1:-1], text)
    bare = bare.strip("() ")
    bare = re.sub(r",\s*D\.\s?C\.?", "\x00", bare)
    countries = _countries()
    parts = [TRAILING.sub("", part.strip(" .;:()")) for part in re.split(r"[,;·|/]|\s[–—-]\s", bare)]
    parts = [part for part in parts if part and len(part) < 40 and part[0].isupper() and not ROOMS.search(fold(part))]
    parts = [part for part in parts if not PAPER_WORDS.search(fold(part)) and not SESSION_WORDS.search(fold(part))]
    cities = [part for part in parts if fold(part) not in countries and not re.search(r"\d", part)]
    known = _cities()
    sure = [part for part in cities if "\x00" in part or fold(part) in known]
    several = len([part for part in parts if fold(part) in countries]) > 0 or "(" in text
    chosen = sure or (cities if not certain or several else [])
    return chosen[0].replace("\x00", ", D.C.") if chosen else ""


def _mandates(blocks: list[Block]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    named = []
    for block in blocks:
        resolutions = list(RESOLUTION.finditer(block.text))
        named += [_tidy(match[0]) for match in resolutions]
        paragraphs = list(PARAGRAPH.finditer(block.text))
        ends = [paragraph.end() for paragraph in paragraphs]
        pairs = sorted(
            (_apart(resolution, paragraphs[other]), one, other)
            for one, resolution in enumerate(resolutions)
            for other in range(
                bisect_left(ends, resolution.start() - FARTHEST), bisect_right(ends, resolution.end() + 2 * FARTHEST)
            )
        )
        taken: set[int] = set()
        for apart, one, other in pairs:
            name = _tidy(resolutions[one][0])
            if apart <= FARTHEST and other not in taken and name not in found:
                taken.add(other)
                found[name] = paragraphs[other]["number"]
    return [(name, found[name]) for name in dict.fromkeys(named) if name in found] or [(name, "") for name in named[:1]]


def _mandate_text(blocks: list[Block]) -> str:
    """What the paragraph that orders the session asks for: as a paper quotes it, else the sentence that names it."""
    for index, block in enumerate(blocks):
        sentences = [text for text in SENTENCES.split(block.text) if PARAGRAPH.search(text) and len(text) >= SHORTEST]
        if RESOLUTION.search(block.text) and sentences:
            quoted = [
                found["text"].strip() for near in blocks[index : index + 2] for found in QUOTED.finditer(near.text)
            ]
            return (quoted or sentences)[0]
    return ""


def _apart(one: re.Match[str], other: re.Match[str]) -> int:
    return max(one.start() - other.end(), other.start() - one.end(), 0)


def _tidy(resolution: str) -> str:
    text = " ".join(resolution.split())
    return re.sub(r"(?<=\d)\(", " (", re.sub(r"RES\.?(?=\d)", "RES. ", text)).strip()


def _tokens(text: str) -> list[str]:
    words = re.findall(r"[^\W_]+\+?", fold(text.replace("’", "'")))
    return [re.sub(r"(?<=\w{3})(?:es|s)$", "", word) for word in words if word not in FILLERS]


def mechanisms_in(blocks: list[Block], names: Names) -> list[str]:
    """Return the codes of the mechanisms that a paper names, in the order in which it first does."""
    texts = [block.text for block in blocks]
    mixed = " \n ".join(text for text in texts if not text.isupper())
    tokens = [token for text in texts for token in [*_tokens(text), "\n"]]
    places: dict[str, list[int]] = {}
    for index, token in enumerate(tokens):
        places.setdefault(token, []).append(index)
    found: dict[str, int] = {}
    for code, own in names:
        for name in own:
            where = _where(name, tokens, places, mixed)
            if where is not None:
                found[code] = min(where, found.get(code, where))
    return sorted(found, key=lambda code: found[code])


def _where(name: str, tokens: list[str], places: dict[str, list[int]], mixed: str) -> int | None:
    """Where a name first stands among the tokens; an acronym is looked for as it is written."""
    wanted = _tokens(name)
    if len(wanted) >= 2:
        for index in places.get(wanted[0], []):
            if tokens[index : index + len(wanted)] == wanted:
                return index
        return None
    acronym = name.strip()
    if re.fullmatch(r"[A-Z][A-Z0-9+-]{1,9}", acronym) and re.search(
        rf"(?<![\w/-]){re.escape(acronym)}(?![\w/])", mixed
    ):
        return (places.get(wanted[0]) or [len(tokens)])[0] if wanted else len(tokens)
    return None
