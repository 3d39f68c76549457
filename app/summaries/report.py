"""A publication in one language, as all formats print it: what may be printed, in what words, in what order.

A document goes to the whole audience of its publication, so a source with a narrower audience is printed without its
words or name, and a withdrawn one as withdrawn. What people wrote as footnotes stays with the text as footnotes; the
sources stand in an annex, by paragraph, under the letters that the text has as marks.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.core.audience import Audience
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.rich_text import Block, Run, read
from app.core.texts import fold
from app.core.wording import show_day
from app.meetings.models import Meeting
from app.register.labels import DISTRIBUTIONS, ORIGINALS
from app.summaries.addressing import addressees_text
from app.summaries.anchors import anchor_of, label_of, own_label_of
from app.summaries.enums import PublicationKind
from app.summaries.models import Publication
from app.summaries.open_citations import Readers, is_open
from app.summaries.quantifiers import scale_in, step_in

MARKS_SHOWN = 8  # more marks than these stand in the text as the first and the last


@dataclass(frozen=True)
class Note:
    """A source of a paragraph. `quote` is in `language`; both are empty where it may not be printed, and so are the
    `source` (its key), its `party` (code and name) and its `reference`."""

    letter: str
    label: str
    quote: str = ""
    language: str = ""
    source: str = ""
    party_code: str = ""
    party: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Footnote:
    """What people wrote as a footnote; `number` runs through the document."""

    number: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class PrintedParagraph:
    """`label`: "12 (a)"; `mark`: what stands before its own text ("12.", "(a)", "(i)"). `source` is its text as it is
    kept, `blocks` what it reads as, in `language`: the marks of footnotes are numbered through the document, negative
    where the same footnote was marked before. `remark` says where that is not the document's language. `quantifier`:
    whom it speaks for, counted. `recommendations`: whole sentences.
    """

    key: str
    number: int
    label: str
    level: int
    mark: str
    anchor: str
    language: str
    source: str
    blocks: tuple[Block, ...]
    footnotes: tuple[Footnote, ...]
    quantifier: str
    notes: list[Note]
    recommendations: list[str]
    remark: str = ""

    @property
    def plain(self) -> str:
        """The words alone, without mark and footnotes."""
        return plain_of(self.blocks)

    @property
    def marks(self) -> list[tuple[str, str]]:
        """What the text has of its sources: (what is shown, the letter that it leads to)."""
        if len(self.notes) <= MARKS_SHOWN:
            return [(note.letter, note.letter) for note in self.notes]
        return [(f"{self.notes[0].letter}-{self.notes[-1].letter}", self.notes[0].letter)]


@dataclass(frozen=True)
class PrintedSection:
    key: str
    title: str
    language: str
    paragraphs: list[PrintedParagraph]


@dataclass(frozen=True)
class Report:
    """Everything that a document prints, in the order it prints it.

    `left`, `right`: the lines of the masthead (the body and its series; symbol, day, original, distribution);
    `corrects`: what this publication is to the one before it. `colon` parts a label from what it names; French puts a
    space before it. `number` is the publication's.
    """

    language: str
    colon: str
    title: str
    body: str
    body_code: str
    author: str
    session: str
    symbol: str
    number: int
    dated: str
    left: list[str]
    right: list[str]
    facts: list[str]
    corrects: list[str]
    sections: list[PrintedSection]
    annex_title: str
    annex_text: str
    footnotes_title: str
    sources_title: str
    sources: list[str]
    terms_title: str
    terms_text: str
    terms: list[tuple[str, str]]
    created: datetime
    note: list[str] = field(default_factory=list)

    @property
    def paragraphs(self) -> list[PrintedParagraph]:
        """All paragraphs in order."""
        return [paragraph for section in self.sections for paragraph in section.paragraphs]

    def as_data(self) -> dict[str, Any]:
        """Return the report as plain values (without the moment), for Typst."""
        data = {name: value for name, value in asdict(self).items() if name != "created"}
        for section, printed in zip(data["sections"], self.sections, strict=True):
            for paragraph, one in zip(section["paragraphs"], printed.paragraphs, strict=True):
                paragraph["marks"] = one.marks
        return data


def make_report(
    publication: Publication,
    *,
    meeting: Meeting,
    language: str,
    withdrawn: Collection[str] = (),
    closed: Collection[str] = (),
    series: str = "",
    before: Publication | None = None,
    parties: Mapping[str, Mapping[str, str]] | None = None,
) -> Report:
    """Return a publication (of whatever shape models.Publication names) as it is printed in a language.

    `withdrawn`: the keys of sources that were; `closed`: of those that are for fewer readers by now than the document.
    `before`: the publication that it revises or corrects; `parties`: names by code, of those whom it recommends to.
    """
    content = publication.content
    audience = publication.distribution
    with force_locale(language):
        maker = _Maker(content, language, _readers(audience, closed), withdrawn, parties or {})
        day = show_day(publication.dated)
        body = meeting.mechanism.names.in_language(language)
        symbol = publication.symbol or content["symbol"]
        languages = publication.languages or meeting.languages
        notice = DISTRIBUTIONS[audience]
        count = content["participating"]
        return Report(
            language=language,
            colon="\u00a0: " if language == "fr" else ": ",
            title=_in(content["title"], language),
            body=body,
            body_code=meeting.mechanism.reference_code,
            author=body,
            session=meeting.title.in_language(language),
            symbol=symbol,
            number=publication.number,
            dated=publication.dated.isoformat(),
            left=[line for line in (body, series) if line],
            right=[line for line in (symbol, day, str(ORIGINALS[languages[0]]), str(notice)) if line],
            facts=[
                _("Version %(number)d", number=publication.number),
                _("Languages: %(names)s", names=", ".join(LANGUAGE_NAMES[code] for code in languages)),
            ],
            corrects=_corrects(publication, before, language),
            sections=[maker.section(section, place) for place, section in enumerate(content["sections"], start=1)],
            annex_title=_("Annex: sources of each paragraph"),
            annex_text=_("The letters are those that stand after the text of each paragraph."),
            footnotes_title=_("Footnotes"),
            sources_title=_("Sources"),
            sources=sorted(maker.sources.values(), key=fold),
            terms_title=_("Note on terms"),
            terms_text=ngettext(
                "%(num)d delegation took part in the session. The words for how many spoke of a matter are counted "
                "from the sources cited:",
                "%(num)d delegations took part in the session. The words for how many spoke of a matter are counted "
                "from the sources cited:",
                count,
            ),
            terms=[(str(step.in_language(language)), str(step.meaning)) for step in scale_in(content)],
            created=publication.published_at,
            note=[part for part in meeting.note.in_language(language).split("\n\n") if part],
        )


def _readers(audience: Audience, closed: Collection[str]) -> Readers:
    return Readers(frozenset(one for one in Audience if one.reaches(audience)), frozenset(closed))


def plain_of(blocks: tuple[Block, ...]) -> str:
    """Return the words of blocks: paragraphs parted by blank lines, items of lists by lines, without footnote marks."""
    return "\n\n".join(_plain_block(block) for block in blocks)


def _plain_block(block: Block) -> str:
    if block.kind == "text":
        return "".join(run.text for run in block.runs)
    return "\n".join(f"{mark} " + "\n".join(_plain_block(part) for part in item) for mark, item in marked_items(block))


def marked_items(block: Block) -> list[tuple[str, tuple[Block, ...]]]:
    """Return the items of a list, each with what stands before it: "-", or "3."."""
    places = range(block.start, block.start + len(block.items))
    return [
        (f"{place}." if block.kind == "numbers" else "-", item) for place, item in zip(places, block.items, strict=True)
    ]


def _in(texts: Mapping[str, str], language: str) -> str:
    return LocalizedText(texts).in_language(language)


def _corrects(publication: Publication, before: Publication | None, language: str) -> list[str]:
    if publication.kind is PublicationKind.ORIGINAL or before is None:
        return []
    named = before.symbol or _("version %(number)d", number=before.number)
    if publication.kind is PublicationKind.CORRIGENDUM:
        head = _("Corrigendum to %(document)s of %(day)s.", document=named, day=show_day(before.dated))
    else:
        head = _("Revision: takes the place of %(document)s of %(day)s.", document=named, day=show_day(before.dated))
    return [head, *(part for part in publication.note.in_language(language).split("\n\n") if part.strip())]


class _Maker:
    """Makes what is printed of a content in one language; counts footnotes and collects sources as it goes."""

    def __init__(
        self,
        content: Mapping[str, Any],
        language: str,
        readers: Readers,
        withdrawn: Collection[str],
        parties: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.content, self.language, self.readers = content, language, readers
        self.withdrawn, self.parties = withdrawn, parties
        self.sources: dict[str, str] = {}
        self.footnotes = 0

    def section(self, section: Mapping[str, Any], place: int) -> PrintedSection:
        title = LocalizedText(section["title"])
        return PrintedSection(
            key=section.get("key") or f"section-{place}",
            title=title.in_language(self.language),
            language=title.language_for(self.language),
            paragraphs=[self._paragraph(paragraph) for paragraph in section["paragraphs"]],
        )

    def _paragraph(self, paragraph: Mapping[str, Any]) -> PrintedParagraph:
        text = LocalizedText(paragraph["text"])
        language = text.language_for(self.language)
        label, level = label_of(paragraph), paragraph.get("level", 0)
        blocks, footnotes = self._blocks(text.in_language(self.language))
        remark = ""
        if language != self.language:
            remark = _("Not available in this language; here as it stands in %(name)s.", name=LANGUAGE_NAMES[language])
        return PrintedParagraph(
            key=paragraph.get("key") or f"paragraph-{label}",
            number=paragraph["number"],
            label=label,
            level=level,
            mark=own_label_of(paragraph),
            anchor=anchor_of(paragraph),
            language=language,
            source=text.in_language(self.language),
            blocks=blocks,
            footnotes=footnotes,
            quantifier=self._quantifier(paragraph["quantifier"]),
            notes=[self._note(citation) for citation in paragraph["citations"]],
            recommendations=[self._recommendation(row) for row in paragraph.get("recommendations") or ()],
            remark=remark,
        )

    def _blocks(self, source: str) -> tuple[tuple[Block, ...], tuple[Footnote, ...]]:
        """A text's blocks, its footnotes numbered on from those before; each has its mark in the text."""
        rich, before = read(source), self.footnotes
        if not rich.notes:
            return rich.blocks, ()
        seen: set[int] = set()
        blocks = tuple(_placed(block, before, seen) for block in rich.blocks)
        numbers = range(before + 1, before + len(rich.notes) + 1)
        if lost := [number for number in numbers if number not in seen]:  # marked in another footnote alone
            blocks = (*blocks, Block("text", tuple(Run("", note=number) for number in lost)))
        seen.update(numbers)
        footnotes = tuple(
            Footnote(number, tuple(_placed(block, before, seen) for block in note))
            for number, note in zip(numbers, rich.notes, strict=True)
        )
        self.footnotes += len(footnotes)
        return blocks, footnotes

    def _quantifier(self, quantifier: Mapping[str, Any]) -> str:
        step = step_in(self.content, quantifier["key"])
        if step is None:
            return ""
        word = step.in_language(self.language)
        return str(_("%(word)s (%(count)d)", word=word, count=quantifier["delegations"]))

    def _note(self, citation: Mapping[str, Any]) -> Note:
        letter = citation["letter"]
        if not is_open(citation, self.readers):
            return Note(letter, _("A contribution for a narrower audience than this document's."))
        label = self._label(citation)
        named = {
            "source": citation["source"],
            "party_code": citation["party"]["code"],
            "party": _in(citation["party"]["name"], self.language),
            "reference": citation["reference"],
        }
        if citation["source"] in self.withdrawn:
            return Note(letter, _("%(source)s: withdrawn by the delegation.", source=label), **named)
        self.sources[citation["source"]] = label
        return Note(letter, label, citation["quote"], citation["language"], **named)

    def _label(self, citation: Mapping[str, Any]) -> str:
        party = _in(citation["party"]["name"], self.language)
        if citation["kind"] == "presentation":
            label = _("%(party)s, presentation", party=party)
        elif citation["kind"] == "intervention":
            label = _("%(party)s, intervention of %(moment)s", party=party, moment=citation["reference"])
        else:
            label = f"{party}, {citation['reference']}"
        if group := (citation.get("on_behalf") or {}).get("name"):
            name = group if isinstance(group, str) else _in(group, self.language)
            label = _("%(source)s, on behalf of %(group)s", source=label, group=name)
        return str(label)

    def _recommendation(self, row: Mapping[str, Any]) -> str:
        whom = addressees_text(row["addressees"], self.parties)
        if row.get("due"):
            day = show_day(date.fromisoformat(row["due"]))
            head = _("Recommendation (%(addressees)s; by %(day)s)", addressees=whom, day=day)
        else:
            head = _("Recommendation (%(addressees)s)", addressees=whom)
        text = _in(row.get("text") or {}, self.language)
        colon = "\u00a0: " if self.language == "fr" else ": "
        return f"{head}{colon}{text}" if text else f"{head}."


def _placed(block: Block, before: int, seen: set[int]) -> Block:
    """The block with its footnotes' numbers counted on; a mark of one that was `seen` has its number negative."""
    runs = []
    for run in block.runs:
        if run.note is not None:
            number = run.note + before
            runs.append(replace(run, note=-number if number in seen else number))
            seen.add(number)
        else:
            runs.append(run)
    items = tuple(tuple(_placed(part, before, seen) for part in item) for item in block.items)
    return replace(block, runs=tuple(runs), items=items)
