"""Freezing the working text into a publication, and what must be in order before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.texts import fingerprint
from app.core.wording import in_reader_language
from app.meetings.models import Meeting
from app.summaries.coverage import Coverage, source_key
from app.summaries.enums import PublicationKind
from app.summaries.models import Citation, Paragraph, Publication, Summary
from app.summaries.numbering import letter, numbered
from app.summaries.quantifiers import quantifier
from app.summaries.sources import SourceText


def unmet(meeting: Meeting, summary: Summary | None, coverage: Coverage) -> list[LazyString]:
    """Return what stands in the way of publication, as sentences; empty where nothing does."""
    paragraphs = numbered(summary.sections) if summary else []
    if summary is None or not paragraphs:
        return [_l("The summary has no paragraphs yet.")]
    sentences: list[LazyString] = []
    for code in meeting.languages:
        missing = [str(number) for number, paragraph in paragraphs if code not in paragraph.text]
        if missing:
            sentences.append(
                _l(
                    "Not yet in %(language)s: paragraphs %(numbers)s.",
                    language=LANGUAGE_NAMES[code],
                    numbers=", ".join(missing),
                )
            )
        if code not in summary.title or any(code not in section.title for section in summary.sections):
            sentences.append(_l("A title is missing in %(language)s.", language=LANGUAGE_NAMES[code]))
    empty = [in_reader_language(section.title) for section in summary.sections if not section.paragraphs]
    if empty:
        sentences.append(_l("Sections without a paragraph: %(titles)s.", titles="; ".join(empty)))
    uncited = [str(number) for number, paragraph in paragraphs if not paragraph.citations]
    if uncited:
        sentences.append(_l("Without a source: paragraphs %(numbers)s.", numbers=", ".join(uncited)))
    for number, citation in coverage.stale:
        sentences.append(
            _l(
                "Paragraph %(number)d cites words of %(party)s that were changed or withdrawn.",
                number=number,
                party=in_reader_language(citation.delegation.party.label),
            )
        )
    unready = {
        (source.kind, source.reference)
        for number, paragraph in paragraphs
        for citation in paragraph.citations
        if (source := coverage.sources.get(source_key(citation))) and not source.ready
    }
    if references := sorted(reference for kind, reference in unready if kind != "intervention"):
        sentences.append(_l("Cited but not yet accepted: %(references)s.", references=", ".join(references)))
    if any(kind == "intervention" for kind, _reference in unready):
        sentences.append(_l("Interventions are cited, and the minutes are not final yet."))
    if coverage.total.open:
        sentences.append(
            _l("Submitted passages neither reflected nor set aside: %(count)d.", count=coverage.total.open)
        )
    return sentences


def delegations_cited(paragraph: Paragraph) -> int:
    """Count the distinct delegations that a paragraph cites."""
    return len({citation.delegation_id for citation in paragraph.citations})


def freeze(summary: Summary, sources: Sequence[SourceText], participating: int) -> dict[str, Any]:
    """Return the whole summary as the value that a publication keeps (its shape: models.Publication)."""
    known = {source.key: source for source in sources}
    numbers = {paragraph.id: number for number, paragraph in numbered(summary.sections)}
    return {
        "title": dict(summary.title),
        "symbol": summary.symbol,
        "participating": participating,
        "sections": [
            {
                "title": dict(section.title),
                "paragraphs": [
                    _frozen_paragraph(paragraph, numbers[paragraph.id], known, participating)
                    for paragraph in section.paragraphs
                ],
            }
            for section in summary.sections
        ],
    }


def _frozen_paragraph(
    paragraph: Paragraph, number: int, known: dict[str, SourceText], participating: int
) -> dict[str, Any]:
    cited = delegations_cited(paragraph)
    step = quantifier(cited, participating)
    return {
        "number": number,
        "text": dict(paragraph.text),
        "quantifier": {"key": step.key if step else None, "delegations": cited},
        "citations": [
            _frozen_citation(citation, position, known) for position, citation in enumerate(paragraph.citations)
        ],
    }


def _frozen_citation(citation: Citation, position: int, known: dict[str, SourceText]) -> dict[str, Any]:
    source = known[source_key(citation)]
    version = citation.cited_version
    return {
        "letter": letter(position),
        "source": source.key,
        "kind": source.kind,
        "reference": source.reference,
        "party": {"code": source.party.code, "name": dict(source.party.label)},
        "audience": source.audience.value,
        "version": version.number if version else source.version_number,
        "language": version.language if version else source.language,
        "field": citation.field,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def issued(summary: Summary, content: dict[str, Any], *, at: datetime, by_id: int | None = None) -> Publication:
    """Return the next publication of a summary, issued as its session is."""
    meeting, before = summary.meeting, len(summary.publications)
    return Publication(
        summary=summary,
        number=before + 1,
        kind=PublicationKind.REVISION if before else PublicationKind.ORIGINAL,
        note=LocalizedText(),
        content=content,
        sha256=fingerprint(content),
        symbol=content["symbol"],
        dated=at.astimezone(meeting.tz).date(),
        distribution=meeting.distribution,
        languages=list(meeting.languages),
        published_at=at,
        published_by_id=by_id,
        files=[],
    )
