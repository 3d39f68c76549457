"""A published summary as DOCX, with real styles, numbering and footnotes, so that a secretariat can go on editing it.

Paragraphs are numbered by their styles, footnotes by Word, and the annex names paragraphs by fields: all of them follow
when somebody puts a paragraph in or takes one out.
"""

from collections.abc import Iterator
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.shared import Pt

from app.core.rich_text import Block, Run
from app.documents.word import (
    SOURCE_STYLE,
    add_notes,
    add_running_lines,
    finished,
    fitting,
    new_document,
)
from app.documents.word_xml import (
    FOOTNOTE_MARK,
    SOURCE_MARK,
    SPACE,
    Level,
    add_footnotes,
    add_levels,
    add_note_styles,
    append_xml,
    bookmark_xml,
    footnote_mark_xml,
    link_xml,
    number_field_xml,
    paragraph_xml,
    restarted,
    run_xml,
)
from app.summaries.report import Note, PrintedParagraph, Report, marked_items

NUMBERED = ("Numbered paragraph", "Numbered paragraph (a)", "Numbered paragraph (i)")
CONTINUED, RECOMMENDATION, SOURCES_OF = "Paragraph continued", "Recommendation", "Sources of a paragraph"
LEFT = (510, 1020, 1530)  # twentieths of a point, by level
STEP = 454


def render_docx(report: Report) -> bytes:
    """Return the report as a DOCX; the same report gives the same bytes."""
    return _Writer(report).written()


class _Writer:
    """Writes one report. The ids of styles and numberings are those of its document."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.document = new_document(
            language=report.language, title=report.title, author=report.author, created=report.created
        )
        add_note_styles(self.document)
        _add_styles(self.document)
        self.ids = {style.name: style.style_id for style in self.document.styles}
        formats = zip(("decimal", "lowerLetter", "lowerRoman"), ("%1.", "(%2)", "(%3)"), LEFT, NUMBERED, strict=True)
        levels = [Level(kind, text, left, self.ids[name]) for kind, text, left, name in formats]
        self._number_styles(add_levels(self.document, levels))
        deeper = [LEFT[0] + STEP * (place + 1) for place in range(9)]
        self.bullets = add_levels(self.document, [Level("bullet", "•", left) for left in deeper])
        self.enumeration = add_levels(
            self.document, [Level("decimal", f"%{place}.", left) for place, left in enumerate(deeper, start=1)]
        )
        self.footnotes: list[list[str]] = []
        self.bookmarks = 0
        self.counted = [0, 0, 0]

    def written(self) -> bytes:
        report, document = self.report, self.document
        add_running_lines(document, report.symbol)
        for masthead in (*report.left, *report.right):
            document.add_paragraph(fitting(masthead), style=SOURCE_STYLE)
        document.add_paragraph(fitting(report.session), style="Subtitle")
        document.add_paragraph(fitting(report.title), style="Title")
        document.add_paragraph(fitting(" · ".join(report.facts)), style=SOURCE_STYLE)
        add_notes(document, [*report.corrects, *report.note])
        append_xml(document, self._all())
        add_footnotes(document, self.footnotes)
        return finished(document, report.created)

    def _number_styles(self, numbering: int) -> None:
        for level, name in enumerate(NUMBERED):
            properties = self.document.styles[name].element.get_or_add_pPr()
            properties.insert(
                0,
                parse_xml(f'<w:numPr {SPACE}><w:ilvl w:val="{level}"/><w:numId w:val="{numbering}"/></w:numPr>'),
            )

    def _all(self) -> Iterator[str]:
        report, heading = self.report, self.ids["Heading 1"]
        for section in report.sections:
            yield paragraph_xml(heading, run_xml(section.title, language=self._other(section.language)))
            for paragraph in section.paragraphs:
                yield from self._paragraph(paragraph)
        normal, small = self.ids["Normal"], self.ids[SOURCE_STYLE]
        yield paragraph_xml(heading, run_xml(report.terms_title))
        yield paragraph_xml(normal, run_xml(report.terms_text))
        for word, meaning in report.terms:
            yield paragraph_xml(normal, run_xml(word, bold=True), run_xml(f"{report.colon}{meaning}"))
        yield paragraph_xml(heading, run_xml(report.annex_title))
        yield paragraph_xml(normal, run_xml(report.annex_text))
        for paragraph in report.paragraphs:
            if paragraph.notes:
                yield from self._sources(paragraph)
        yield paragraph_xml(heading, run_xml(report.sources_title))
        for source in report.sources:
            yield paragraph_xml(small, run_xml(source))

    def _other(self, language: str) -> str:
        """The language, where it is not the document's."""
        return language if language != self.report.language else ""

    def _bookmark(self, name: str) -> str:
        self.bookmarks += 1
        return bookmark_xml(self.bookmarks, name)

    def _counts(self, paragraph: PrintedParagraph) -> bool:
        """Whether Word counts to what the paragraph's mark says; it counts on where it does."""
        counted = [*self.counted[: paragraph.level], self.counted[paragraph.level] + 1, *[0] * (2 - paragraph.level)]
        said = (f"{counted[0]}.", f"({_letters(counted[1])})", f"({_roman(counted[2])})")[paragraph.level]
        if said != paragraph.mark:
            return False
        self.counted = counted
        return True

    def _paragraph(self, paragraph: PrintedParagraph) -> Iterator[str]:
        language = self._other(paragraph.language)
        for footnote in paragraph.footnotes:
            lines = [mark + self._runs(block.runs, language) for block, mark, _depth, _list in _lines(footnote.blocks)]
            self.footnotes.append(lines or [""])
        counts, begun = self._counts(paragraph), False
        numbered = self.ids[NUMBERED[paragraph.level]]
        head = self._bookmark(_place(paragraph))
        parts = list(_lines(paragraph.blocks))
        if not parts or parts[0][3]:
            parts.insert(0, (Block("text"), "", 0, ""))
        lists: dict[str, int] = {}
        for place, (block, _mark, depth, kind) in enumerate(parts):
            runs = self._runs(block.runs, language)
            if place == len(parts) - 1:
                runs += self._marks(paragraph)
            if not begun:
                begun = True
                if counts:
                    yield paragraph_xml(numbered, head, runs)
                else:  # Word counts otherwise: the mark is written
                    mark = run_xml(f"{paragraph.mark} ")
                    yield paragraph_xml(self.ids[CONTINUED], head, mark, runs, indent=LEFT[paragraph.level])
            elif kind == "":
                yield paragraph_xml(self.ids[CONTINUED], runs, indent=LEFT[paragraph.level] + STEP * depth)
            else:
                if kind not in lists:
                    lists[kind] = self._list(kind, depth - 1)
                yield paragraph_xml(self.ids["List Paragraph"], runs, number=(lists[kind], depth - 1))
        if paragraph.remark:
            yield paragraph_xml(self.ids[SOURCE_STYLE], run_xml(paragraph.remark))
        for text in paragraph.recommendations:
            yield paragraph_xml(self.ids[RECOMMENDATION], run_xml(text))

    def _list(self, kind: str, level: int) -> int:
        name, _sep, rest = kind.partition(":")
        if name == "bullets":
            return self.bullets
        return restarted(self.document, self.enumeration, level=level, start=int(rest.split("/")[0]))

    def _runs(self, runs: tuple[Run, ...], language: str) -> str:
        return "".join(self._run(run, language) for run in runs)

    def _run(self, run: Run, language: str) -> str:
        if run.note is None:
            return run_xml(run.text, bold=run.bold, italic=run.italic, language=language)
        if run.note > 0:
            return footnote_mark_xml(run.note, self.ids[FOOTNOTE_MARK])
        return run_xml(str(-run.note), style=self.ids[FOOTNOTE_MARK])

    def _marks(self, paragraph: PrintedParagraph) -> str:
        style = self.ids[SOURCE_MARK]
        return "".join(
            run_xml(" ", style=style) + link_xml(_place(paragraph, letter), run_xml(shown, style=style))
            for shown, letter in paragraph.marks
        )

    def _sources(self, paragraph: PrintedParagraph) -> Iterator[str]:
        head = number_field_xml(_place(paragraph), paragraph.label)
        said = run_xml(f" · {paragraph.quantifier}") if paragraph.quantifier else ""
        yield paragraph_xml(self.ids[SOURCES_OF], head, said)
        for note in paragraph.notes:
            yield self._source(paragraph, note)

    def _source(self, paragraph: PrintedParagraph, note: Note) -> str:
        runs = [self._bookmark(_place(paragraph, note.letter)), run_xml(f"{note.letter} ", bold=True)]
        runs.append(run_xml(f"{note.label}{self.report.colon if note.quote else ''}"))
        if note.quote:
            runs.append(run_xml(f"“{note.quote}”", italic=True, language=note.language))
        return paragraph_xml(self.ids[SOURCE_STYLE], *runs)


def _place(paragraph: PrintedParagraph, letter: str = "") -> str:
    """The name of a bookmark: a paragraph's, or that of one of its sources."""
    return paragraph.anchor.replace("-", "_") + (f"_source_{letter}" if letter else "")


def _lines(
    blocks: tuple[Block, ...], depth: int = 0, kind: str = "", mark: str = ""
) -> Iterator[tuple[Block, str, int, str]]:
    """Yield the paragraphs of blocks: each with its mark as a run, how deep it stands in lists, and which list it is an
    item of ("bullets", or "numbers:3/1": the start and which list); "" for what goes on under an item."""
    of = kind
    for number, block in enumerate(blocks):
        if block.kind == "text":
            yield block, mark, depth, of
        else:
            name = block.kind if block.kind == "bullets" else f"numbers:{block.start}/{id(block)}"
            for said, item in marked_items(block):
                yield from _lines(item, depth + 1, name, f"{run_xml(said + ' ')}")
        if number == 0:
            mark, of = "", ""


def _letters(number: int) -> str:
    """What Word writes for a number: a … z, aa, bb …"""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number else ""


def _roman(number: int) -> str:
    written = ""
    steps = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    for value, sign in steps:
        while number >= value:
            written, number = written + sign, number - value
    return written


def _add_styles(document: Any) -> None:
    styles = document.styles
    for name in (*NUMBERED, CONTINUED, RECOMMENDATION):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = styles["Normal"], True
        style.paragraph_format.space_after = Pt(8)
    styles[RECOMMENDATION].paragraph_format.left_indent = Pt(LEFT[1] / 20)
    sources = styles.add_style(SOURCES_OF, WD_STYLE_TYPE.PARAGRAPH)
    sources.base_style = styles[SOURCE_STYLE]
    sources.paragraph_format.keep_with_next, sources.paragraph_format.space_before = True, Pt(8)
