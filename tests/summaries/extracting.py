"""What each format of a summary says, read back without our code: label, text, footnotes and citations by paragraph."""

import csv
import io
import json
import re
import subprocess
import zipfile
from dataclasses import dataclass, field

import html5lib
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
AKN = "{http://docs.oasis-open.org/legaldocml/ns/akn/3.0}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass
class Said:
    """A paragraph as a format has it. `citations`: (letter, what is said of the source with its quotation)."""

    label: str
    text: str = ""
    footnotes: list = field(default_factory=list)
    citations: list = field(default_factory=list)

    def bare(self, change=lambda text: text):
        """All of it without what line breaking, hyphenation and the marks of lists change."""
        return (
            self.label,
            words(change(self.text)),
            [words(change(note)) for note in self.footnotes],
            [(letter, words(change(text))) for letter, text in self.citations],
        )


def words(text):
    return re.sub(r"[\s\u00ad\u2010\u200b•-]+", "", text.replace("ﬁ", "fi").replace("ﬂ", "fl"))


# PDF: the structure that a reader for the blind is given.


# Words that are read from the right stand on a page, and so in pdfinfo's answer, from the left.
FROM_THE_RIGHT = re.compile("[\u0590-\u08ff]+")


def struct_tree(path):
    """The tagged structure of a PDF as [name, attributes, children]; text is a string among the children."""
    told = subprocess.run(["pdfinfo", "-struct-text", path], capture_output=True, check=True, timeout=60).stdout
    root = ["Root", [], []]
    stack = [(-1, root)]
    for line in told.decode(errors="replace").split("\n"):
        depth, bare = len(line) - len(line.lstrip()), line.strip()
        if bare.startswith("/"):
            stack[-1][1][1].append(bare)
            continue
        while stack[-1][0] >= depth:
            stack.pop()
        if bare.startswith('"') and bare.endswith('"'):
            stack[-1][1][2].append(FROM_THE_RIGHT.sub(lambda run: run[0][::-1], bare[1:-1]))
        elif bare:
            node = [bare.split()[0].rstrip(":"), [], []]
            stack[-1][1][2].append(node)
            stack.append((depth, node))
    return root


def _strings(node, leave=()):
    for child in node[2]:
        if isinstance(child, str):
            yield child
        elif child[0] not in leave and not ("Lbl" in leave and any("BaselineShift" in one for one in child[1])):
            yield from _strings(child, leave)


def _found(node, name):
    for child in node[2]:
        if not isinstance(child, str):
            if child[0] == name:
                yield child
            else:
                yield from _found(child, name)


def _in_order(node):
    for child in node[2]:
        if not isinstance(child, str) and child[0] in ("H1", "H2", "P", "L"):
            yield child
        elif not isinstance(child, str):
            yield from _in_order(child)


def from_pdf(path, report):
    """Paragraphs of a PDF; their labels are their marks."""
    paragraphs, sources, part, heads = [], {}, "", {section.title for section in report.sections}
    for node in _in_order(struct_tree(path)):
        said = list(_strings(node, ("Lbl", "Note", "Link")) if node[0] != "L" else _list_strings(node))
        if node[0] in ("H1", "H2"):
            title = "".join(_strings(node))
            part = "text" if words(title) in {words(head) for head in heads} else title
        elif part == "text":
            if node[0] == "P" and said and re.fullmatch(r"(\d+\.|\([a-z]+\)) ?", said[0]):
                paragraphs.append(Said(said.pop(0).strip()))
            if "".join(said) not in {text for one in report.paragraphs for text in one.recommendations}:
                paragraphs[-1].text += "\n" + "".join(said)
                notes = [words("".join(_strings(note, ("Lbl",)))) for note in _found(node, "Note")]
                paragraphs[-1].footnotes += notes
        elif words(part) == words(report.annex_title):
            links = list(_found(node, "Link"))
            if links:
                of = sources.setdefault("".join(_strings(links[0])), [])
            elif sources:
                letter, *rest = said
                of.append((letter.strip(), "".join(rest)))
    return paragraphs, sources


def _list_strings(node):
    for item in _found(node, "LI"):
        for child in item[2]:
            if not isinstance(child, str) and child[0] == "Lbl":
                yield "".join(_strings(child)) + " "
            elif not isinstance(child, str):
                yield from _strings(child, ("Note",))


# DOCX: its numbering is computed as Word does.


def _letters(number):
    return chr(96 + (number - 1) % 26 + 1) * ((number - 1) // 26 + 1)


def _roman(number):
    return ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"][number]


COUNT = {"decimal": str, "lowerLetter": _letters, "lowerRoman": _roman, "bullet": lambda number: ""}


class Numbering:
    """Counts the paragraphs of a DOCX by numbering.xml and styles.xml."""

    def __init__(self, numbering, styles):
        kinds = {one.get(W + "abstractNumId"): one for one in numbering.iter(W + "abstractNum")}
        self.levels, self.starts, self.counts = {}, {}, {}
        for num in numbering.findall(W + "num"):
            kind = kinds[num.find(W + "abstractNumId").get(W + "val")]
            self.levels[num.get(W + "numId")] = [
                (level.find(W + "numFmt").get(W + "val"), level.find(W + "lvlText").get(W + "val"))
                for level in kind.findall(W + "lvl")
            ]
            for override in num.findall(W + "lvlOverride"):
                start = int(override.find(W + "startOverride").get(W + "val"))
                self.starts[num.get(W + "numId"), int(override.get(W + "ilvl"))] = start
        self.styles = {
            style.get(W + "styleId"): found
            for style in styles.iter(W + "style")
            if (found := style.find(f"{W}pPr/{W}numPr")) is not None
        }

    def mark(self, paragraph):
        """(mark, level) of a paragraph; ("", None) where it is not numbered."""
        properties = paragraph.find(W + "pPr")
        style = properties.find(W + "pStyle").get(W + "val") if properties.find(W + "pStyle") is not None else ""
        numbered = properties.find(W + "numPr")
        numbered = self.styles.get(style) if numbered is None else numbered
        if numbered is None or numbered.find(W + "numId") is None:
            return "", None
        own = numbered.find(W + "numId").get(W + "val")
        found = numbered.find(W + "ilvl")
        level = int(found.get(W + "val")) if found is not None else 0
        counts = self.counts.setdefault(own, [0] * 9)
        counts[level] = counts[level] + 1 if counts[level] else self.starts.get((own, level), 1)
        counts[level + 1 :] = [0] * (8 - level)
        text = self.levels[own][level][1]
        for place in range(level + 1):
            text = text.replace(f"%{place + 1}", COUNT[self.levels[own][place][0]](counts[place]))
        return text, level


def _docx_text(paragraph, leave=("sourcemark", "footnotereference")):
    said = []
    for run in paragraph.iter(W + "r"):
        style = run.find(f"{W}rPr/{W}rStyle")
        if style is None or style.get(W + "val") not in leave:
            said += [text.text or "" for text in run.findall(W + "t")]
    return "".join(said)


def from_docx(made):
    """Paragraphs of a DOCX, with the labels that Word shows."""
    archive = zipfile.ZipFile(io.BytesIO(made))
    assert archive.testzip() is None
    body = etree.fromstring(archive.read("word/document.xml")).find(W + "body")
    numbering = Numbering(
        etree.fromstring(archive.read("word/numbering.xml")), etree.fromstring(archive.read("word/styles.xml"))
    )
    notes = {}
    if "word/footnotes.xml" in archive.namelist():
        for note in etree.fromstring(archive.read("word/footnotes.xml")):
            notes[note.get(W + "id")] = "\n".join(_docx_text(line) for line in note.findall(W + "p"))
    paragraphs, above, of, style = [], [], None, ""
    for line in body.findall(W + "p"):
        found = line.find(f"{W}pPr/{W}pStyle")
        style = found.get(W + "val") if found is not None else ""
        mark, level = numbering.mark(line)
        if style.startswith("Numberedparagraph"):
            above = [*above[:level], mark.rstrip(".")]
            paragraphs.append(Said(" ".join(above)))
            mark = ""
        elif style == "Sourcesofaparagraph":
            label = "".join(text.text for run in line.iter(W + "r") for text in run.findall(W + "t")).split(" · ")[0]
            of = next(one for one in paragraphs if one.label == label)
            continue
        elif style.startswith("Heading"):
            if of is not None:
                break
            continue
        if of is not None and style == "Source":
            letter, _space, rest = _docx_text(line).partition(" ")
            of.citations.append((letter, rest))
        elif style in ("Paragraphcontinued", "ListParagraph") or style.startswith("Numberedparagraph"):
            paragraphs[-1].text += f"\n{mark} {_docx_text(line)}"
            paragraphs[-1].footnotes += [
                notes[reference.get(W + "id")] for reference in line.iter(W + "footnoteReference")
            ]
    return paragraphs


# HTML


def _html_text(element, leave):
    if callable(element.tag) or (element.tag, element.get("class", "")) in leave:
        return ""
    said = [element.text or ""]
    for place, child in enumerate(element):
        mark = f"{int(element.get('start', 1)) + place}. " if element.tag == "ol" and child.tag == "li" else ""
        said.append(mark + _html_text(child, leave) + (child.tail or ""))
    return "".join(said) + (" " if element.tag in ("p", "li") else "")


def from_html(made):
    page = html5lib.parse(made, transport_encoding="utf-8", namespaceHTMLElements=False)
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for link in page.iter("a"):
        assert link.get("href")[0] == "#"
        assert link.get("href")[1:] in ids
    named = {element.get("id"): element for element in page.iter() if element.get("id")}
    labels = {
        head.find("a").get("href")[1:]: head.find("a").text for head in page.iter("dt") if head.find("a") is not None
    }
    paragraphs = []
    for element in page.iter("div"):
        if not element.get("class", "").startswith("paragraph "):
            continue
        said = Said(labels.get(element.get("id"), element.find("a").text))
        said.anchor = element.get("id")
        text = next(child for child in element if child.get("class") == "text")
        said.text = _html_text(text, {("sup", "footnote")})
        for mark in text.iter("a"):
            if mark.get("id"):
                note = named[mark.get("href")[1:]]
                assert [back.get("href")[1:] for back in note.iter("a") if back.get("class")] == [mark.get("id")]
                said.footnotes.append(_html_text(note.find("div"), {("sup", "footnote")}))
        for row in page.iter("dd"):
            if re.fullmatch(re.escape(said.anchor) + "-source-[a-z]+", row.get("id")):
                quote = row.find("q")
                told = "".join([row[0].tail or "", f"“{quote.text}”" if quote is not None else ""])
                said.citations.append((row[0].text, told))
        paragraphs.append(said)
    return paragraphs


# Akoma Ntoso


def _akn_text(element, leave=("authorialNote", "noteRef")):
    name = element.tag.removeprefix(AKN)
    if name in leave:
        return ""
    said = [element.text or ""]
    if name == "embeddedText":
        said.insert(0, element.get("startQuote", ""))
    for child in element:
        mark = f"{child.get('value')}. " if child.get("value") else ""
        said.append(mark + _akn_text(child, leave) + (child.tail or ""))
    if name == "embeddedText":
        said.append(element.get("endQuote", ""))
    return "".join(said)


def from_akoma_ntoso(made):
    root = etree.fromstring(made)
    names = {AKN + "paragraph", AKN + "subparagraph", AKN + "point"}
    paragraphs = []
    eids = {element.get("eId") for element in root.iter() if element.get("eId")}
    for element in root.iter(*names):
        above = [one.find(AKN + "num").text for one in element.iterancestors(*names)][::-1]
        label = " ".join([*above, element.find(AKN + "num").text]).replace(".", "")
        text = element.find(AKN + "intro")
        text = element.find(AKN + "content") if text is None else text
        said = Said(label)
        blocks = [child for child in text if child.get("class") not in ("recommendation", "remark", "sources")]
        said.text = "\n".join(_akn_text(child) for child in blocks)
        for note in text.iter(AKN + "authorialNote"):
            if note.get("class") == "footnote":
                said.footnotes.append("\n".join(_akn_text(child) for child in note))
            elif note.get("class") == "source":
                said.citations.append((note.get("marker"), "".join(_akn_text(child) for child in note)))
        for reference in element.iter(AKN + "ref", AKN + "noteRef"):
            assert reference.get("href")[1:] in eids
        for organization in element.iter(AKN + "organization"):
            assert organization.get("refersTo")[1:] in eids
        paragraphs.append(said)
    return paragraphs


# Data


def _with_quote(label, colon, quote):
    return f"{label}{colon}“{quote}”" if quote else label


def from_json(made, language, colon):
    return [
        Said(
            one["label"],
            one["plain"][language],
            [note["text"] for note in one["footnotes"][language]],
            [(each["letter"], _with_quote(each["label"][language], colon, each["quote"])) for each in one["citations"]],
        )
        for section in json.loads(made)["sections"]
        for one in section["paragraphs"]
    ]


def from_csv(made, language, colon):
    paragraphs = []
    for row in csv.DictReader(io.StringIO(made.decode("utf-8-sig"))):
        assert not any(value.startswith(("=", "+", "@", "-")) for value in row.values())
        text = row["text"].removeprefix("'")
        if row["language"] != language:
            continue
        if row["kind"] == "paragraph":
            paragraphs.append(Said(row["paragraph"], text))
        elif row["kind"] == "footnote":
            paragraphs[-1].footnotes.append(text)
        elif row["kind"] == "citation":
            paragraphs[-1].citations.append((row["mark"], _with_quote(row["label"], colon, text)))
    return paragraphs
