"""Parts of a DOCX that python-docx has no words for: footnotes, numbering on several levels, marks that lead elsewhere.

Long documents are written as XML at once, which is many times faster than paragraph by paragraph.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from app.documents.word import SANS, TAGS, fitting

SPACE = f"{nsdecls('w')} {nsdecls('r')}"
FOOTNOTE_TEXT, FOOTNOTE_MARK, SOURCE_MARK = "footnote text", "footnote reference", "source mark"
# Before these in the settings stands what is said of footnotes: the order is that of the format's schema.
_AFTER_FOOTNOTES = (
    "endnotePr",
    "compat",
    "docVars",
    "rsids",
    "mathPr",
    "attachedSchema",
    "themeFontLang",
    "clrSchemeMapping",
)


class Level(NamedTuple):
    """A level of a numbering: its format ("decimal", "lowerLetter", "lowerRoman", "bullet"), its text ("%1."), how far
    its text stands from the margin in twentieths of a point, and the id of the style that has it."""

    format: str
    text: str
    left: int
    style: str = ""


def run_xml(text: str, *, bold: bool = False, italic: bool = False, style: str = "", language: str = "") -> str:
    """Return a run. `style`: the id of a character style; `language`: where it is another than the document's."""
    looks = [
        f"<w:rStyle w:val={quoteattr(style)}/>" if style else "",
        "<w:b/>" if bold else "",
        "<w:i/>" if italic else "",
        f'<w:lang w:val="{TAGS[language]}"/>' if language else "",
    ]
    properties = "".join(looks)
    head = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{head}<w:t xml:space="preserve">{escape(fitting(text))}</w:t></w:r>'


def paragraph_xml(style: str, *runs: str, number: tuple[int, int] | None = None, indent: int | None = None) -> str:
    """Return a paragraph of a style (its id). `number`: (id of a numbering, level); `indent`: twentieths of a point."""
    numbered = ""
    if number:
        numbered = f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    place = f'<w:ind w:left="{indent}"/>' if indent is not None else ""
    return f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{numbered}{place}</w:pPr>{''.join(runs)}</w:p>"


def bookmark_xml(number: int, name: str) -> str:
    """Return a place to lead to; `number` is its own in the document."""
    return f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(name)}/><w:bookmarkEnd w:id="{number}"/>'


def link_xml(name: str, *runs: str) -> str:
    """Return runs that lead to a bookmark."""
    return f'<w:hyperlink w:anchor={quoteattr(name)} w:history="1">{"".join(runs)}</w:hyperlink>'


def number_field_xml(name: str, shown: str) -> str:
    """Return the number of the paragraph at a bookmark, which Word brings up to date when paragraphs move."""

    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    order = f'<w:r><w:instrText xml:space="preserve"> REF {escape(name)} \\w \\h </w:instrText></w:r>'
    return mark("begin") + order + mark("separate") + run_xml(shown, bold=True) + mark("end")


def append_xml(document: Any, parts: Iterable[str]) -> None:
    """Put paragraphs, as XML, at the end of a document."""
    body = document.element.body
    end = body.find(qn("w:sectPr"))
    for element in list(parse_xml(f"<w:body {SPACE}>{''.join(parts)}</w:body>")):
        end.addprevious(element)


def add_levels(document: Any, levels: Sequence[Level]) -> int:
    """Add a numbering of several levels; return its id."""
    numbering = document.part.numbering_part.element
    known = numbering.findall(qn("w:abstractNum"))
    number = max((int(one.get(qn("w:abstractNumId"))) for one in known), default=-1) + 1
    lines = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{level.format}"/>'
        + (f"<w:pStyle w:val={quoteattr(level.style)}/>" if level.style else "")
        + f'<w:lvlText w:val={quoteattr(level.text)}/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:tabs><w:tab w:val="num" w:pos="{level.left}"/></w:tabs>'
        f'<w:ind w:left="{level.left}" w:hanging="510"/></w:pPr></w:lvl>'
        for place, level in enumerate(levels)
    )
    made = parse_xml(
        f'<w:abstractNum {SPACE} w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>{lines}'
        "</w:abstractNum>"
    )
    known[-1].addnext(made) if known else numbering.insert(0, made)
    return int(numbering.add_num(number).numId)


def restarted(document: Any, numbering_id: int, *, level: int, start: int) -> int:
    """Add a list that counts as another does, on a level from `start` on; return its id."""
    numbering = document.part.numbering_part.element
    of = numbering.num_having_numId(numbering_id).abstractNumId.val
    added = numbering.add_num(of)
    added.add_lvlOverride(level).add_startOverride(start)
    return int(added.numId)


def add_note_styles(document: Any) -> None:
    """Add the styles of footnotes, of their marks and of the marks of sources."""
    text = document.styles.add_style(FOOTNOTE_TEXT, WD_STYLE_TYPE.PARAGRAPH)
    text.base_style, text.font.size = document.styles["Normal"], Pt(9)
    text.paragraph_format.space_after = Pt(2)
    for name in (FOOTNOTE_MARK, SOURCE_MARK):
        mark = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        mark.font.superscript = True
    document.styles[SOURCE_MARK].font.name = SANS


def style_id(document: Any, name: str) -> str:
    """Return the id by which XML names a style."""
    return str(document.styles[name].style_id)


def footnote_mark_xml(number: int, style: str) -> str:
    """Return the mark of a footnote, which Word numbers."""
    return f'<w:r><w:rPr><w:rStyle w:val={quoteattr(style)}/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>'


def add_footnotes(document: Any, footnotes: Sequence[Sequence[str]]) -> None:
    """Add the footnotes of a document, the first is number 1: each of paragraphs, which are runs as XML.

    The marks stand in the text (`footnote_mark_xml`). Needs the styles of `add_note_styles`.
    """
    if not footnotes:
        return
    text, mark = style_id(document, FOOTNOTE_TEXT), style_id(document, FOOTNOTE_MARK)
    ruled = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for kind, number in (("separator", -1), ("continuationSeparator", 0))
    )
    first = f"<w:r><w:rPr><w:rStyle w:val={quoteattr(mark)}/></w:rPr><w:footnoteRef/></w:r>" + run_xml(" ")
    written = "".join(
        f'<w:footnote w:id="{number}">'
        + "".join(paragraph_xml(text, first if place == 0 else "", runs) for place, runs in enumerate(parts))
        + "</w:footnote>"
        for number, parts in enumerate(footnotes, start=1)
    )
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {SPACE}>{ruled}{written}</w:footnotes>'
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, xml.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    _tell_settings(document)


def _tell_settings(document: Any) -> None:
    """Name the lines that part footnotes from the text: Word looks for them in the settings."""
    settings = document.settings.element
    told = parse_xml(f'<w:footnotePr {SPACE}><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>')
    after = next((one for one in settings if one.tag.rsplit("}", 1)[-1] in _AFTER_FOOTNOTES), None)
    settings.append(told) if after is None else after.addprevious(told)


def contents_xml(headings: Sequence[tuple[int, str, int, str]], *, style: str) -> list[str]:
    """Return a list of contents that Word can bring up to date: (bookmark, text, level from 0, its language) each."""
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\n \\h '
    )
    begin += '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    lines = [
        paragraph_xml(
            style,
            begin if place == 0 else "",
            link_xml(f"heading_{number}", run_xml(text, language=language)),
            indent=340 * level,
        )
        for place, (number, text, level, language) in enumerate(headings)
    ]
    return [*lines, paragraph_xml(style, '<w:r><w:fldChar w:fldCharType="end"/></w:r>')] if lines else []


def marks_of(number: int) -> list[Any]:
    """Return the bookmark to which a line of the contents leads, as elements of a paragraph."""
    return list(parse_xml(f"<w:p {SPACE}>{bookmark_xml(number, f'heading_{number}')}</w:p>"))
