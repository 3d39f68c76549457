"""The form of a draft as a Word file, to be filled in off line: made from the call's template, with what was written.

Each field stands in a control with its tag, its value beside a label with its code, after a bookmark: Word keeps all
three, LibreOffice the last two.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt
from flask_babel import force_locale

from app.core.localized import LocalizedText
from app.documents.word import SOURCE_STYLE, TAGS, add_notes, finished, fitting, new_document
from app.documents.word_reading import CHECKED, UNCHECKED
from app.practices.template import Column, Field, Kind
from app.practices.word_shape import (
    CHOOSE,
    LISTS,
    TAG,
    TYPED,
    Slot,
    WordShape,
    bookmark_of,
    is_listed,
    list_of,
)

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
MUTED = '<w:color w:val="55595C"/>'
BLANK_ROWS = 3
LONGEST_ALIAS = 60
LABELS, VALUES = 3400, 5900  # widths of the two columns, in twentieths of a point
HALVES = (4650, 4650)


def form_docx(
    shape: WordShape,
    content: Mapping[str, Any],
    *,
    language: str,
    written_in: str,
    token: str,
    author: str,
    created: datetime,
    widths: tuple[int, int] = (LABELS, VALUES),
) -> bytes:
    """Return the form as a DOCX with its labels in `language` and the content, written in `written_in`, filled in.

    `widths`: of the labels and of the values.
    `token` is kept in the file's properties and read back as its identifier.
    """
    with force_locale(language):
        document = new_document(language=language, title=str(shape.title), author=author, created=created)
        document.core_properties.identifier = token
        for head in shape.heads.get(language, ()):
            document.add_paragraph(fitting(head), style=SOURCE_STYLE)
        document.add_paragraph(fitting(str(shape.title)), style="Title")
        document.styles["Normal"].paragraph_format.space_after = Pt(4)
        add_notes(document, [str(text) for text in shape.guide])
        writer = _Writer(shape, content, language, written_in, widths)
        end = document.element.body.find(qn("w:sectPr"))
        for element in parse_xml(f"<w:body {NAMESPACES}>{''.join(writer.body())}</w:body>"):
            end.addprevious(element)
    return finished(document, created)


class _Writer:
    """Writes the form's XML: text of ours and of others goes through `_run` alone, which escapes it."""

    def __init__(
        self, shape: WordShape, content: Mapping[str, Any], language: str, written_in: str, widths: tuple[int, int]
    ) -> None:
        self.shape = shape
        self.content = content
        self.language = language
        self.written_in = written_in
        self.labels, self.values = widths
        self.numbers = itertools.count(1)
        self._spoken = f'<w:lang w:val="{TAGS[written_in]}"/>'
        self._hinted = f'<w:lang w:val="{TAGS[shape.hints_in or language]}"/>'

    def body(self) -> Iterator[str]:
        for section in self.shape.sections:
            yield _paragraph(_run(self._own(section.titles)), "Heading1")
            for many, slots in itertools.groupby(section.slots, lambda slot: slot.field.kind is Kind.ROWS):
                if many:
                    for slot in slots:
                        yield from self._rows(slot)
                else:
                    rows = "".join(self._row(slot) for slot in slots)
                    yield _table((self.labels, self.values), rows) + _paragraph("")
        yield from self._lists()

    def _own(self, text: Mapping[str, str]) -> str:
        return LocalizedText(text).in_language(self.language)

    def _label(self, labels: Mapping[str, str], code: str) -> str:
        return _run(self._own(labels), bold=True) + _run(f" [{code}]", look=f'{MUTED}<w:sz w:val="16"/>')

    def _hints(self, slot: Slot) -> str:
        lines = list(slot.hints.get(self.language, ()))
        if is_listed(slot.field, self.shape):
            lines.append(str(TYPED))
        return "".join(_paragraph(_run(line, look=self._hinted), SOURCE_STYLE, '<w:ind w:left="0"/>') for line in lines)

    def _row(self, slot: Slot) -> str:
        """A row in a control: around the row, since in a control inside a cell LibreOffice glues lines together, and

        repeats the text where part of it has a look of its own or a tracked change.
        """
        label = _paragraph(self._label(slot.labels, slot.code)) + self._hints(slot)
        row = f"<w:tr>{_cell(label, self.labels, shaded=True)}{_cell(self._value(slot), self.values)}</w:tr>"
        return self._control(slot.code, self._own(slot.labels), row)

    def _bookmark(self, name: str) -> str:
        number = next(self.numbers)
        return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/><w:bookmarkEnd w:id="{number}"/>'

    def _value(self, slot: Slot) -> str:
        field, held = slot.field, self.content.get(slot.field.content_key)
        mark = self._bookmark(slot.bookmark)
        if slot.part:
            return self._text(mark, _plain((held or {}).get(slot.part)))
        if field.kind is Kind.QUESTIONS:
            return self._text(mark, (held or {}).get(slot.code.partition(".")[2]) or "")
        if field.kind in (Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.DATE):
            return self._text(mark, held or "")
        codes = [held] if isinstance(held, str) else list(held or [])
        if field.single or field.kind is Kind.CONSENT:
            return _paragraph(mark + self._dropdown(slot.code, self._own(slot.labels), field, "".join(codes[:1])))
        options = self.shape.options(field)
        if is_listed(field, self.shape):
            return self._text(mark, "\n".join(options.shown(code, self.language) for code in codes))
        boxes = [
            f"{self._box(code in codes)}{_run(f' {options.shown(code, self.language)}')}" for code in options.titles
        ]
        return "".join(_paragraph(line) for line in [mark + boxes[0], *boxes[1:]])

    def _text(self, mark: str, text: str) -> str:
        first, *others = (_run(part, look=self._spoken) for part in text.split("\n\n"))
        return _paragraph(mark + first) + "".join(_paragraph(part) for part in others)

    def _control(self, code: str, alias: str, content: str, kind: str = "", *, empty: bool = False) -> str:
        """A content control. What is empty shows a text that is nobody's."""
        return (
            f'<w:sdt><w:sdtPr><w:alias w:val="{escape(fitting(alias)[:LONGEST_ALIAS])}"/>'
            f'<w:tag w:val="{escape(TAG + code)}"/><w:id w:val="{1000 + next(self.numbers)}"/>'
            f"{'<w:showingPlcHdr/>' if empty else ''}{kind}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"
        )

    def _dropdown(self, code: str, alias: str, of: Field | Column, chosen: str) -> str:
        options = self.shape.options(of)
        shown = ((one, escape(fitting(options.shown(one, self.language)))) for one in options.titles)
        items = "".join(f'<w:listItem w:displayText="{title}" w:value="{escape(one)}"/>' for one, title in shown)
        text = options.shown(chosen, self.language) if chosen in options.titles else chosen
        content = _run(text) if text else _run(str(CHOOSE), look=MUTED)
        return self._control(code, alias, content, f"<w:dropDownList>{items}</w:dropDownList>", empty=not text)

    def _box(self, checked: bool) -> str:
        return (
            f'<w:sdt><w:sdtPr><w:id w:val="{1000 + next(self.numbers)}"/><w14:checkbox>'
            f'<w14:checked w14:val="{int(checked)}"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
            f'<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
            f"<w:sdtContent>{_run(CHECKED if checked else UNCHECKED)}</w:sdtContent></w:sdt>"
        )

    def _rows(self, slot: Slot) -> Iterator[str]:
        """A field of rows: its label and help, and a table of its own with empty rows to write in."""
        field = slot.field
        yield _paragraph(self._label(slot.labels, slot.code), look="<w:keepNext/>") + self._hints(slot)
        held: Sequence[Mapping[str, str]] = self.content.get(field.key) or []
        blank = max(BLANK_ROWS if field.most is None else min(BLANK_ROWS, field.most - len(held)), 0)
        width = (LABELS + VALUES) // len(field.columns)
        heads = [self._label(column.label, f"{field.key}.{column.key}") for column in field.columns]
        mark = self._bookmark(bookmark_of(field.key))
        head = "".join(_cell(_paragraph(text), width, shaded=True) for text in [mark + heads[0], *heads[1:]])
        rows = "".join(
            "<w:tr>" + "".join(_cell(self._cell_of(field, column, row), width) for column in field.columns) + "</w:tr>"
            for row in [*held, *({} for _ in range(blank))]
        )
        header = f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{head}</w:tr>"
        header = self._control(slot.code, self._own(slot.labels), header)
        yield _table((width,) * len(field.columns), header + rows) + _paragraph("")

    def _cell_of(self, field: Field, column: Column, row: Mapping[str, str]) -> str:
        text = row.get(column.key) or ""
        if column.kind == "choice":
            return _paragraph(self._dropdown(f"{field.key}.{column.key}", self._own(column.label), column, text))
        return self._text("", text)

    def _lists(self) -> Iterator[str]:
        wanted = list(self.shape.lists_at_the_end())
        if wanted:
            yield _paragraph(_run(str(LISTS)), "Heading1")
        for name, options in wanted:
            labels = [slot.labels for slot in self.shape.slots if list_of(slot.field) == name]
            yield _paragraph(_run(self._own(labels[0])), "Heading2")
            for code in options.titles:
                shown = options.shown(code, self.language)
                yield _paragraph(_run(shown if code.isdecimal() else f"{code}. {shown}"))


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _run(text: str, *, bold: bool = False, look: str = "") -> str:
    lines = escape(fitting(text), quote=False).split("\n")
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r><w:rPr>{'<w:b/>' if bold else ''}{look}</w:rPr>{inner}</w:r>"


def _paragraph(runs: str, style: str = "", look: str = "") -> str:
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{look}</w:pPr>{runs}</w:p>"


def _cell(content: str, width: int, *, shaded: bool = False) -> str:
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F1F3F3"/>' if shaded else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{content}</w:tc>'


def _table(widths: Sequence[int], rows: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    layout = '<w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/><w:tblLayout w:type="fixed"/>'
    return f"<w:tbl><w:tblPr>{layout}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
