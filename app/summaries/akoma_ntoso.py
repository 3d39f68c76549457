"""A published summary as Akoma Ntoso 3.0, valid against the schema of OASIS: a `debateReport` of numbered paragraphs.

Addresses follow the naming convention: /akn/<body>/debateReport/<day>/<symbol> is the work, with /<language>@<day> the
expression. People's own footnotes are notes at the bottom, sources notes at the side, each in its paragraph; the
contributors, and what they contributed, are named among the references.
"""

import re
from typing import Any

from lxml import etree

from app.core.rich_text import Block, Run
from app.documents.word import fitting
from app.summaries.report import Footnote, Note, PrintedParagraph, Report

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
LANGUAGES = {"en": "eng", "es": "spa", "fr": "fra", "pt": "por"}  # ISO 639-2, as FRBRlanguage has them
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
PARTS = (("paragraph", "para"), ("subparagraph", "subpara"), ("point", "point"))
OURS = "#plenaria"


def render_akoma_ntoso(report: Report) -> bytes:
    """Return the report as an Akoma Ntoso document in UTF-8; the same report gives the same bytes."""
    root = etree.Element(f"{{{NAMESPACE}}}akomaNtoso", nsmap={None: NAMESPACE})
    document = _add(root, "debateReport", name="debateReport")
    _meta(_add(document, "meta"), report)
    preface = _add(document, "preface")
    for kind, lines in (
        ("body", report.left),
        ("document", [*report.right, *report.facts]),
        ("session", [report.session]),
    ):
        for line in lines:
            _add(preface, "p", line, **{"class": kind})
    _add(_add(_add(preface, "longTitle", eId="title"), "p"), "docTitle", report.title)
    for line in [*report.corrects, *report.note]:
        _add(preface, "p", line, **{"class": "note"})
    body = _add(document, "mainBody")
    for place, section in enumerate(report.sections, start=1):
        element = _add(body, "section", eId=f"sec_{place}")
        heading = _add(element, "heading", section.title)
        if section.language != report.language:
            heading.set(XML_LANGUAGE, section.language)
        _Paragraphs(report, element).add_all(section.paragraphs)
    terms = _add(body, "hcontainer", eId="terms", name="terms")
    _add(terms, "heading", report.terms_title)
    content = _add(terms, "content")
    _add(content, "p", report.terms_text)
    for word, meaning in report.terms:
        line = _add(content, "p")
        _add(line, "term", word, refersTo=OURS)
        _say(line, f"{report.colon}{meaning}")
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return made


def _add(parent: Any, tag: str, text: str = "", /, **attributes: str) -> Any:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    if text:
        element.text = fitting(text)
    return element


def _say(element: Any, text: str) -> None:
    """Add text after all that an element holds."""
    text = fitting(text)
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _meta(meta: Any, report: Report) -> None:
    identification = _add(meta, "identification", source=OURS)
    name = _slug(report.symbol) or f"{_slug(report.title) or 'summary'}-{report.number}"
    body = _slug(report.body_code) or "body"
    work = f"/akn/{body}/debateReport/{report.dated}/{name}"
    expression = f"{work}/{LANGUAGES[report.language]}@{report.dated}"
    for level, address in (("Work", work), ("Expression", expression), ("Manifestation", f"{expression}.xml")):
        element = _add(identification, f"FRBR{level}")
        main = f"{address.removesuffix('.xml')}/!main{'.xml' if level == 'Manifestation' else ''}"
        _add(element, "FRBRthis", value=main)
        _add(element, "FRBRuri", value=address)
        _add(element, "FRBRdate", date=report.dated, name="publication")
        _add(element, "FRBRauthor", href="#body")
        if level == "Work":
            _add(element, "FRBRcountry", value=body)
            _add(element, "FRBRsubtype", value="summary")
            _add(element, "FRBRnumber", value=report.symbol or str(report.number))
            _add(element, "FRBRname", value=fitting(report.title))
        elif level == "Expression":
            _add(element, "FRBRlanguage", language=LANGUAGES[report.language])
        else:
            _add(element, "FRBRformat", value="application/akn+xml")
    _add(
        meta,
        "publication",
        date=report.dated,
        name=fitting(report.body),
        showAs=fitting(report.body),
        number=report.symbol,
    )
    references = _add(meta, "references", source=OURS)
    _add(references, "TLCOrganization", eId="plenaria", href="/akn/ontology/organization/plenaria", showAs="Plenaria")
    _add(
        references,
        "TLCOrganization",
        eId="body",
        href=f"/akn/ontology/organization/{body}",
        showAs=fitting(report.body),
    )
    notes = [note for paragraph in report.paragraphs for note in paragraph.notes]
    parties = {note.party_code: note.party for note in notes if note.party_code}
    for code, party in sorted(parties.items()):
        address = f"/akn/ontology/organization/{_slug(code)}"
        _add(references, "TLCOrganization", eId=_party(code), href=address, showAs=fitting(party))
    sources = {note.source: note for note in notes if note.source}
    for key, note in sorted(sources.items()):
        address = f"/akn/{body}/doc/{_slug(note.reference) or _slug(key)}"
        shown = fitting(note.reference or note.label)
        _add(references, "TLCReference", eId=f"source_{_slug(key)}", name="source", href=address, showAs=shown)


def _party(code: str) -> str:
    return f"party_{_slug(code)}"


class _Paragraphs:
    """Writes the paragraphs of a section, sub-paragraphs inside those that they belong to."""

    def __init__(self, report: Report, section: Any) -> None:
        self.report, self.section = report, section

    def add_all(self, paragraphs: list[PrintedParagraph]) -> None:
        above: list[tuple[int, Any]] = []
        for place, paragraph in enumerate(paragraphs):
            while above and above[-1][0] >= paragraph.level:
                above.pop()
            parent = above[-1][1] if above else self.section
            below = place + 1 < len(paragraphs) and paragraphs[place + 1].level > paragraph.level
            above.append((paragraph.level, self._add(parent, paragraph, "intro" if below else "content")))

    def _add(self, parent: Any, paragraph: PrintedParagraph, holder: str) -> Any:
        name, short = PARTS[paragraph.level]
        own = _slug(paragraph.mark) or str(paragraph.number)
        element = _add(parent, name, eId=f"{parent.get('eId')}__{short}_{own}")
        _add(element, "num", paragraph.mark)
        text = _add(element, holder)
        if paragraph.language != self.report.language:
            text.set(XML_LANGUAGE, paragraph.language)
        self._blocks(text, paragraph.blocks, element.get("eId"), paragraph.footnotes)
        if not len(text):
            _add(text, "p")
        last = text[-1] if text[-1].tag.endswith("}p") else _add(text, "p", **{"class": "sources"})
        for note in paragraph.notes:
            self._source(last, element.get("eId"), note)
        if paragraph.quantifier:
            self._aside(last, f"{element.get('eId')}__count", "quantifier", paragraph.quantifier)
        if paragraph.remark:
            _add(text, "p", paragraph.remark, **{"class": "remark"})
        for recommendation in paragraph.recommendations:
            _add(text, "p", recommendation, **{"class": "recommendation"})
        return element

    def _blocks(self, parent: Any, blocks: tuple[Block, ...], eid: str, footnotes: tuple[Footnote, ...]) -> None:
        for place, block in enumerate(blocks, start=1):
            if block.kind == "text":
                self._runs(_add(parent, "p"), block.runs, footnotes)
                continue
            own = f"{eid}__list_{place}"
            rows = _add(parent, "ul" if block.kind == "bullets" else "ol", eId=own)
            for number, item in enumerate(block.items, start=1):
                line = _add(rows, "li")
                if block.kind == "numbers":
                    line.set("value", str(block.start + number - 1))
                self._blocks(line, item, f"{own}__item_{number}", footnotes)

    def _runs(self, line: Any, runs: tuple[Run, ...], footnotes: tuple[Footnote, ...]) -> None:
        for run in runs:
            if run.note is not None:
                self._footnote(line, run.note, footnotes)
            elif run.bold or run.italic:
                element = _add(line, "b" if run.bold else "i")
                if run.bold and run.italic:
                    element = _add(element, "i")
                element.text = fitting(run.text)
            else:
                _say(line, run.text)

    def _footnote(self, line: Any, number: int, footnotes: tuple[Footnote, ...]) -> None:
        note = next((note for note in footnotes if note.number == number), None)
        if note is None:  # marked before
            _add(line, "noteRef", href=f"#fn_{-number}", marker=str(-number))
            return
        own = f"fn_{number}"
        element = _add(line, "authorialNote", marker=str(number), placement="bottom", eId=own, **{"class": "footnote"})
        self._blocks(element, note.blocks, own, ())
        if not len(element):
            _add(element, "p")

    def _aside(self, line: Any, eid: str, kind: str, text: str = "", marker: str = "") -> Any:
        element = _add(line, "authorialNote", placement="side", eId=eid, **{"class": kind})
        if marker:
            element.set("marker", marker)
        return _add(element, "p", text)

    def _source(self, line: Any, eid: str, note: Note) -> None:
        said = self._aside(line, f"{eid}__src_{note.letter}", "source", marker=note.letter)
        if not note.source:
            _say(said, note.label)
            return
        name, _party_name, rest = note.label.partition(note.party) if note.party else ("", "", note.label)
        _say(said, name)
        if note.party:
            _add(said, "organization", note.party, refersTo=f"#{_party(note.party_code)}")
        _add(said, "ref", rest, href=f"#source_{_slug(note.source)}")
        if note.quote:
            _say(said, self.report.colon)
            quote = _add(said, "embeddedText", note.quote, startQuote="“", endQuote="”")
            quote.set(XML_LANGUAGE, note.language)
