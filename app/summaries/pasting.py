"""What is pasted from Word, LibreOffice, Google Docs or a page: its HTML made the little Markdown that paragraphs have.

Bold, italic, lists and footnotes stay; tables become lines of text, headings bold lines; all else is words alone. Word
does not write lists as lists, but as paragraphs of the style MsoListParagraph with their mark among the words.
"""

import re
from html import unescape

import nh3
from flask_babel import lazy_gettext as _l
from lxml import etree, html
from markdownify import MarkdownConverter

from app.core.errors import TooLarge
from app.core.texts import clean

HTML_LIMIT = 1_000_000  # characters: Word writes some fifty for each that one sees
TAGS = {"p", "br", "div", "b", "strong", "i", "em", "ul", "ol", "li", "table", "thead", "tbody", "tr", "td", "th"}
HEADINGS = {f"h{level}" for level in range(1, 7)}
KEPT = {
    "a": {"href", "name", "id"},
    "p": {"class", "style"},
    "span": {"style", "class"},
    "div": {"style", "id", "class"},
}
KEPT |= {tag: {"style"} for tag in ("b", "strong", "i", "em")}
_LIST_STYLE = re.compile(r"mso-list:\s*l\d+\s+level(\d)", re.IGNORECASE)
_LIST_CLASS = re.compile(r"MsoList(?!Table)", re.IGNORECASE)
_MARK = re.compile(r"^[\s\u00a0]*(?:([·•▪◦‣§oü–-])|(?:\(?(\d{1,3}|[a-z]|[ivxl]{1,5})[.)]))[\s\u00a0]+", re.IGNORECASE)
_NOTE = re.compile(r"#?_?(?:ftn|sdfootnote|footnote)(ref)?_?(\d+)(anc|sym|-ref)?", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\*_\[\]])")


_MARKDOWN = MarkdownConverter(bullets="-", strip=["a", "span", "div", "sup"])


def from_html(source: str) -> str:
    """Return the text of a clipboard's HTML as Markdown. Raises TooLarge past a million characters.

    Whatever is pasted gives a text: what can't be read as HTML gives its words.
    """
    if len(source) > HTML_LIMIT:
        raise TooLarge(_l("This is too much to paste at once. Paste a part of it, or paste it without its form."))
    source = re.sub(r"<!--\[if[^\]]*supportFootnotes\]-->|<!\[if[^\]]*\]>|<!\[endif\]>", "", source)
    tags = TAGS | HEADINGS | {"a", "span", "sup"}
    safe = nh3.clean(source, tags=tags, attributes=KEPT, url_schemes={"http", "https"}, link_rel=None)
    try:
        tree = html.fragment_fromstring(safe, create_parent="div")
    except (etree.ParserError, ValueError):
        return clean(unescape(re.sub("<[^>]*>", " ", safe)))
    _forms(tree)
    _word_lists(tree)
    notes = _footnotes(tree)
    _tables(tree)
    text = _MARKDOWN.convert(etree.tostring(tree, encoding="unicode", method="html"))
    text = re.sub(r"[ \u00a0]+\n", "\n", text.replace("\u200b", ""))
    text = re.sub(r"\\?\[\\?\^(\w+)\\?\]", r"[^\1]", text)
    text = re.sub(r"(?<=\w) {2,}(?=\w)", " ", text)
    return clean("\n\n".join([text.strip(), *(f"[^{mark}]: {words}" for mark, words in notes)]))


def _forms(tree: etree._Element) -> None:
    """Bold and italic that are only said in styles become elements; a bold that says it is not bold is none."""
    for element in list(tree.iter("span", "b", "strong", "i", "em")):
        style = (element.get("style") or "").replace(" ", "").lower()
        if element.tag in ("b", "strong") and "font-weight:normal" in style:  # Google Docs wraps all it copies so
            element.drop_tag()
        elif element.tag == "span":
            bold = re.search("font-weight:(bold|[6-9]00)", style)
            italic = "font-style:italic" in style
            if bold or italic:
                element.tag = "strong" if bold else "em"
                if bold and italic:
                    inner = etree.Element("em")
                    inner.text, element.text = element.text, None
                    inner.extend(list(element))
                    element.append(inner)
    for heading in tree.iter(*HEADINGS):
        inner = etree.Element("strong")
        inner.text, heading.text = heading.text, None
        inner.extend(list(heading))
        heading.append(inner)
        heading.tag = "p"


def _word_lists(tree: etree._Element) -> None:
    """Paragraphs that Word shows as a list become one."""
    current: list[tuple[int, etree._Element]] = []
    last = None
    for paragraph in list(tree.iter("p")):
        level = _LIST_STYLE.search(paragraph.get("style") or "")
        of_class = _LIST_CLASS.search(paragraph.get("class") or "")
        words = paragraph.text_content()
        mark = _MARK.match(words)
        if not (level or (of_class and mark)):
            current = []
            continue
        deep = int(level[1]) if level else 1
        if last is not None and paragraph.getprevious() is not last and not current:
            current = []
        if mark:
            _drop_start(paragraph, len(mark[0]))
        numbered = bool(mark and mark[2])
        while current and current[-1][0] > deep:
            current.pop()
        if not current or current[-1][0] < deep:
            new = etree.Element("ol" if numbered else "ul")
            if current and len(current[-1][1]):
                current[-1][1][-1].append(new)
            else:
                paragraph.addprevious(new)
            current.append((deep, new))
        item = etree.SubElement(current[-1][1], "li")
        item.text = paragraph.text
        item.extend(list(paragraph))
        parent = paragraph.getparent()
        if parent is not None:
            parent.remove(paragraph)
        last = item


def _drop_start(element: etree._Element, count: int) -> int:
    """Take so many characters from the start of an element's text; return how many are left to take."""
    if element.text:
        taken = min(count, len(element.text))
        element.text, count = element.text[taken:], count - taken
    for child in element:
        if not count:
            break
        count = _drop_start(child, count)
        if child.tail and count:
            taken = min(count, len(child.tail))
            child.tail, count = child.tail[taken:], count - taken
    return count


def _footnotes(tree: etree._Element) -> list[tuple[str, str]]:
    """Take footnotes out of the text; return (mark, words) of each, and leave [^mark] where they stood."""
    notes: dict[str, str] = {}
    marks: list[str] = []
    for link in list(tree.iter("a")):
        target = _NOTE.fullmatch((link.get("href") or "").rpartition("#")[2])
        own = _NOTE.fullmatch(link.get("name") or link.get("id") or "")
        if target is None or own is None or link.getparent() is None:
            continue
        number = target[2]
        note_itself = bool(target[1] or (target[3] and target[3] != "sym"))
        if note_itself:
            holder = next((one for one in link.iterancestors("div", "li") if one is not tree), None)
            place = holder if holder is not None else link.getparent()
            link.drop_tree()
            notes[number] = " ".join(place.text_content().split()).lstrip("[]0123456789 ") if place is not None else ""
            if place is not None and place.getparent() is not None:
                place.drop_tree()
        else:
            marks.append(number)
            mark = etree.Element("span")
            mark.text, mark.tail = f"[^{number}]", link.tail
            holder = link.getparent()
            if holder is not None:
                holder.replace(link, mark)
    return [(mark, notes[mark]) for mark in dict.fromkeys(marks) if notes.get(mark)]


def _tables(tree: etree._Element) -> None:
    """A table becomes a line for each of its rows, the cells parted by bars."""
    for table in list(tree.iter("table")):
        if table.getparent() is None:
            continue
        lines = etree.Element("div")
        lines.tail = table.tail
        for row in table.iter("tr"):
            line = etree.SubElement(lines, "p")
            cells = (" ".join(cell.text_content().split()) for cell in row.iter("td", "th"))
            line.text = " | ".join(cells)
        table.getparent().replace(table, lines)
