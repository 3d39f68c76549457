"""What the consolidation's pages show, made ready so that the templates only lay it out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.texts import count_words, fold
from app.core.wording import in_reader_language
from app.meetings.models import GuidingQuestion, Meeting
from app.meetings.queries import questions_of
from app.practices.models import Call
from app.practices.queries import call_of
from app.practices.reading import names_of_fields
from app.record.queries import language_of
from app.record.texts import GENERAL
from app.summaries import queries
from app.summaries.coverage import Counts, Coverage, source_key
from app.summaries.enums import Reflection
from app.summaries.mentions import Mention, voices_of
from app.summaries.models import Citation, Paragraph, SetAside, Summary
from app.summaries.numbering import letter, numbered
from app.summaries.passages import passages
from app.summaries.sources import SourceText, sources_of

STATES = {Reflection.OPEN: "open", Reflection.REFLECTED: "reflected", Reflection.SET_ASIDE: "set-aside"}


@dataclass
class FieldView:
    """One field of the chosen source: its sentences with what became of each."""

    name: str
    label: str
    sentences: list[dict[str, Any]]
    counts: Counts


@dataclass
class WorkspacePage:
    """Everything that the workspace shows."""

    summary: Summary | None
    coverage: Coverage
    sources: list[dict[str, Any]]
    chosen: SourceText | None = None
    chosen_label: str = ""
    fields: list[FieldView] = field(default_factory=list)
    sentences: list[tuple[str, str]] = field(default_factory=list)
    whole_fields: list[tuple[str, str]] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)
    place: str = ""
    sections: list[dict[str, Any]] = field(default_factory=list)
    asides: list[SetAside] = field(default_factory=list)


def source_label(source: SourceText) -> str:
    """Return "Peru, CAM/2026/GP/PER/01" or "RCM, presentation"."""
    party = in_reader_language(source.label)
    if source.kind == "presentation":
        return str(_("%(party)s, presentation", party=party))
    if source.kind == "intervention":
        said = str(_("%(party)s, intervention of %(moment)s", party=party, moment=source.reference))
        return f"{said} ({_('Removed while speaking')})" if source.removed else said
    return f"{party}, {source.reference}"


def workspace(meeting: Meeting, *, chosen: str | None, place: str = "") -> WorkspacePage:
    """Return the workspace of a meeting with one source chosen (by key; else the first with open passages)."""
    summary = queries.summary_of(meeting.id)
    sources = sources_of(meeting.id)
    coverage = queries.coverage_of(summary, sources)
    counts = {source.key: coverage.counts(source) for source in sources}
    source = next((item for item in sources if item.key == chosen), None) or next(
        (item for item in sources if counts[item.key].open), sources[0] if sources else None
    )
    page = WorkspacePage(
        summary=summary,
        coverage=coverage,
        place=place,
        sources=[
            {
                "key": item.key,
                "label": source_label(item),
                "open": counts[item.key].open,
                "text": ngettext(
                    "%(label)s (%(num)d open)",
                    "%(label)s (%(num)d open)",
                    counts[item.key].open,
                    label=source_label(item),
                ),
            }
            for item in sources
        ],
    )
    if source:
        page.chosen, page.chosen_label = source, source_label(source)
        labels = field_labels(questions_of(meeting.id), call_of(meeting.id), source)
        page.fields = [_field_view(coverage, source, name, labels.get(name, name)) for name in source.fields]
        page.sentences = [
            (
                f"{view.name}|{sentence['number']}",
                f"{view.label}, {sentence['number']}: {sentence['text'].strip()[:90]}",
            )
            for view in page.fields
            for sentence in view.sentences
        ]
        page.whole_fields = [(f"{view.name}|all", view.label) for view in page.fields if view.counts.open]
        page.asides = list(_asides(coverage, source))
    if summary:
        page.sections = _sections(meeting, summary, coverage)
        page.places = _places(page.sections)
    return page


def field_labels(asked: Sequence[GuidingQuestion], call: Call | None, source: SourceText) -> dict[str, str]:
    """Return how the fields of a source are called, by name."""
    of_call = call if source.kind == "practice" else None
    template = of_call.template_of(source.template_number) if of_call else {"sections": []}
    names = names_of_fields(template, asked, source.fields)
    return names | ({GENERAL: _("Points")} if source.kind == "intervention" else {})


def _field_view(coverage: Coverage, source: SourceText, name: str, label: str) -> FieldView:
    text = source.fields[name]
    covered = coverage.of_field(source, name)
    starts = [0, *(item.passage.start for item in covered[1:]), len(text)]
    sentences = []
    for index, item in enumerate(covered):
        if item.numbers:
            title = _("Reflected in paragraph %(numbers)s", numbers=", ".join(map(str, item.numbers)))
        elif item.set_aside:
            title = _("Set aside: %(reason)s", reason=item.set_aside.reason)
        else:
            title = ""
        sentences.append(
            {
                "number": item.passage.number,
                "text": text[starts[index] : starts[index + 1]],
                "state": STATES[item.reflection],
                "title": title,
            }
        )
    return FieldView(name, label, sentences, coverage.counts(source, name))


def _asides(coverage: Coverage, source: SourceText) -> Sequence[SetAside]:
    found = {
        item.set_aside.id: item.set_aside
        for name in source.fields
        for item in coverage.of_field(source, name)
        if item.set_aside
    }
    return list(found.values())


def _sections(meeting: Meeting, summary: Summary, coverage: Coverage) -> list[dict[str, Any]]:
    numbers = {paragraph.id: number for number, paragraph in numbered(summary.sections)}
    stale = {citation.id for _number, citation in coverage.stale}
    voices = voices_of(meeting)
    withdrawn, language = queries.withdrawn_keys(meeting.id), language_of(meeting)
    return [
        {
            "row": section,
            "paragraphs": [
                {
                    "row": paragraph,
                    "number": numbers[paragraph.id],
                    "quantifier": quantifier_text(voices.mention(paragraph)),
                    "missing": [code for code in meeting.languages if code not in paragraph.text],
                    "splittable": all(len(passages(text)) > 1 for text in paragraph.text.values()),
                    "citations": [
                        _citation(meeting, citation, position, stale, withdrawn, language)
                        for position, citation in enumerate(paragraph.citations)
                    ],
                }
                for paragraph in section.paragraphs
            ],
        }
        for section in summary.sections
    ]


def quantifier_text(mention: Mention) -> str:
    """Return "several delegations (8 of 40)", or "" where nothing is cited."""
    if mention.step is None:
        return ""
    return str(
        _(
            "%(word)s (%(cited)d of %(all)d)",
            word=mention.step.word,
            cited=mention.number,
            all=mention.participating,
        )
    )


def _citation(
    meeting: Meeting, citation: Citation, position: int, stale: set[int], withdrawn: frozenset[str], of_record: str
) -> dict[str, Any]:
    key = source_key(citation)
    return {
        "row": citation,
        "mark": letter(position),
        "party": in_reader_language(citation.delegation.party.label),
        "language": version.language if (version := citation.cited_version) else of_record,
        "stale": citation.id in stale,
        "withdrawn": key in withdrawn,
        "url": url_for("summaries.workspace", slug=meeting.slug, source=key, _anchor=f"field-{citation.field}"),
    }


def _places(sections: list[dict[str, Any]]) -> list[tuple[str, str]]:
    places = []
    for section in sections:
        title = in_reader_language(section["row"].title)
        places.append((f"section-{section['row'].id}", _("New paragraph in “%(title)s”", title=title)))
        for paragraph in section["paragraphs"]:
            text = in_reader_language(paragraph["row"].text)
            places.append(
                (
                    f"paragraph-{paragraph['row'].id}",
                    _("Paragraph %(number)d: %(text)s", number=paragraph["number"], text=text[:60]),
                )
            )
    return places


def number_of(paragraph: Paragraph) -> int:
    """Return the paragraph's number in the whole text."""
    summary = queries.summary_of(paragraph.section.summary.meeting_id)
    pairs = numbered(summary.sections) if summary else []
    return next((number for number, row in pairs if row.id == paragraph.id), 0)


def matrix(meeting: Meeting) -> dict[str, Any]:
    """Return the matrix guiding question x contributor: words answered, and passages still open, in each cell."""
    sources = sources_of(meeting.id)
    coverage = queries.coverage_of(queries.summary_of(meeting.id), sources)
    questions = questions_of(meeting.id)
    rows = []
    for source in sorted(sources, key=lambda source: fold(source_label(source))):
        cells = []
        for question in questions:
            name = f"answers.{question.number}"
            words = count_words(source.fields.get(name, ""))
            counts = coverage.counts(source, name) if words else Counts()
            url = url_for("summaries.workspace", slug=meeting.slug, source=source.key, _anchor=f"field-{name}")
            cells.append(
                {
                    "text": _("%(words)d words, %(open)d open", words=words, open=counts.open) if words else "–",
                    "heat": 0 if not words else min(4, 1 + words // 100),
                    "url": url if words else "",
                    "label": _(
                        "%(source)s, question %(number)d: %(words)d words, %(open)d open",
                        source=source_label(source),
                        number=question.number,
                        words=words,
                        open=counts.open,
                    ),
                }
            )
        rows.append(
            {
                "label": source_label(source),
                "url": url_for("summaries.workspace", slug=meeting.slug, source=source.key),
                "cells": cells,
            }
        )
    silent = queries.silent_delegations(meeting.id, {source.delegation_id for source in sources})
    return {
        "columns": [
            {"label": _("Question %(number)d", number=question.number), "title": in_reader_language(question.text)}
            for question in questions
        ],
        "rows": rows,
        "questions": questions,
        "coverage": coverage.total,
        "silent": sorted(in_reader_language(delegation.party.label) for delegation in silent),
    }
