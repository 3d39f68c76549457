"""A publication as data: JSON with all languages, and CSV with a line for each paragraph, footnote and citation."""

import json
from collections.abc import Mapping
from typing import Any

from app.core.sheets import csv_bytes
from app.summaries.report import Note, PrintedParagraph, Report, plain_of

VERSION = 1
COLUMNS = (
    "kind", "language", "section", "paragraph", "mark", "text", "text_language", "speaks_for", "source", "party",
    "reference", "label",
)  # fmt: skip
CODEBOOK = (
    "kind: section, paragraph, recommendation, footnote or citation. language: of the document that the line is of; "
    "text_language: of the text. paragraph: its label; mark: the number of a footnote, the letter of a citation. text: "
    "plain words, of a citation its quotation. speaks_for: how many delegations are cited. source, party, reference, "
    "label: of a citation; empty where its audience is narrower. A text that begins as a formula has an apostrophe "
    "before it."
)


def render_json(reports: Mapping[str, Report]) -> bytes:
    """Return a publication, by language as it is printed, as one JSON document."""
    first = next(iter(reports.values()))
    data = {
        "format": f"plenaria-summary-{VERSION}",
        "symbol": first.symbol,
        "number": first.number,
        "date": first.dated,
        "languages": list(reports),
        "title": _each(reports, lambda report: report.title),
        "body": _each(reports, lambda report: report.body),
        "session": _each(reports, lambda report: report.session),
        "masthead": _each(reports, lambda report: [*report.left, *report.right]),
        "corrects": _each(reports, lambda report: report.corrects),
        "terms": _each(reports, lambda report: [report.terms_text, *map(list, report.terms)]),
        "sections": [
            {
                "key": section.key,
                "title": _each(reports, lambda report, place=place: report.sections[place].title),
                "paragraphs": [
                    _paragraph({code: report.sections[place].paragraphs[number] for code, report in reports.items()})
                    for number in range(len(section.paragraphs))
                ],
            }
            for place, section in enumerate(first.sections)
        ],
        "sources": _each(reports, lambda report: report.sources),
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _each(printed: Mapping[str, Any], value: Any) -> dict[str, Any]:
    return {code: value(one) for code, one in printed.items()}


def _paragraph(printed: Mapping[str, PrintedParagraph]) -> dict[str, Any]:
    first = next(iter(printed.values()))
    return {
        "key": first.key,
        "number": first.number,
        "label": first.label,
        "level": first.level,
        "anchor": first.anchor,
        "text": _each(printed, lambda one: one.source),
        "text_language": _each(printed, lambda one: one.language),
        "plain": _each(printed, lambda one: one.plain),
        "footnotes": _each(
            printed, lambda one: [{"number": note.number, "text": plain_of(note.blocks)} for note in one.footnotes]
        ),
        "speaks_for": _each(printed, lambda one: one.quantifier),
        "recommendations": _each(printed, lambda one: one.recommendations),
        "citations": [
            {
                "letter": note.letter,
                "label": _each(printed, lambda one, place=place: one.notes[place].label),
                "source": note.source,
                "party": note.party_code,
                "reference": note.reference,
                "quote": note.quote,
                "language": note.language,
            }
            for place, note in enumerate(first.notes)
        ],
    }


def render_csv(reports: Mapping[str, Report]) -> bytes:
    """Return a publication as one table (its columns: CODEBOOK, which is its last line)."""
    rows: list[tuple[str, ...]] = [COLUMNS]
    for language, report in reports.items():
        for section in report.sections:
            rows.append(_row("section", language, section.key, text=section.title, text_language=section.language))
            for paragraph in section.paragraphs:
                rows += _rows(language, section.key, paragraph)
    return csv_bytes([*rows, _row("codebook", "en", "", text=CODEBOOK, text_language="en")])


def _row(kind: str, language: str, section: str, **values: str) -> tuple[str, ...]:
    return (kind, language, section, *(values.get(name, "") for name in COLUMNS[3:]))


def _rows(language: str, section: str, paragraph: PrintedParagraph) -> list[tuple[str, ...]]:
    of = {"paragraph": paragraph.label}
    said = {**of, "text_language": paragraph.language}
    return [
        _row("paragraph", language, section, **said, text=paragraph.plain, speaks_for=paragraph.quantifier),
        *(_row("recommendation", language, section, **of, text=text) for text in paragraph.recommendations),
        *(
            _row("footnote", language, section, **said, mark=str(note.number), text=plain_of(note.blocks))
            for note in paragraph.footnotes
        ),
        *(_citation(language, section, of, note) for note in paragraph.notes),
    ]


def _citation(language: str, section: str, of: Mapping[str, str], note: Note) -> tuple[str, ...]:
    return _row(
        "citation",
        language,
        section,
        **of,
        mark=note.letter,
        text=note.quote,
        text_language=note.language,
        source=note.source,
        party=note.party,
        reference=note.reference,
        label=note.label,
    )
