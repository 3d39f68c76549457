"""Freezing the working text into the value that versions and publications keep (its shape: models.Publication), and
what must be in order before."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString, lazy_ngettext
from flask_babel import lazy_gettext as _l

from app.core.audience import Audience
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.texts import fingerprint
from app.core.wording import in_reader_language
from app.directory.models import Party
from app.meetings.models import Meeting
from app.summaries.checking import in_the_way
from app.summaries.coverage import Coverage, source_key
from app.summaries.enums import PublicationKind
from app.summaries.mentions import Voices, voices_of
from app.summaries.models import Citation, Paragraph, Publication, Recommendation, Summary
from app.summaries.numbering import Place, letter, placed
from app.summaries.queries import recommendations_of
from app.summaries.sources import SourceText
from app.summaries.tokens import write_out


def unmet(
    meeting: Meeting, summary: Summary | None, coverage: Coverage, languages: Collection[str] | None = None
) -> list[LazyString]:
    """Return what stands in the way of publication in these languages (usually all of the session's), as sentences;
    empty where nothing does."""
    paragraphs = [(place.label, paragraph) for place, paragraph in placed(summary.sections)] if summary else []
    if summary is None or not paragraphs:
        return [_l("The summary has no paragraphs yet.")]
    languages = meeting.languages if languages is None else languages
    sentences: list[LazyString] = []
    for code in languages:
        missing = [number for number, paragraph in paragraphs if code not in paragraph.text]
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
    uncited = [number for number, paragraph in paragraphs if not paragraph.citations]
    if uncited:
        sentences.append(_l("Without a source: paragraphs %(numbers)s.", numbers=", ".join(uncited)))
    sentences += _to_mend(coverage)
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
    sentences += in_the_way(meeting, summary, coverage, languages)
    if coverage.total.open:
        sentences.append(
            _l("Submitted passages neither reflected nor set aside: %(count)d.", count=coverage.total.open)
        )
    return sentences


def _to_mend(coverage: Coverage) -> list[LazyString]:
    """Of which paragraphs words were changed since, a sentence for each party whose words they are."""
    found: dict[str, dict[str, None]] = {}
    for _number, tie in sorted(coverage.stale, key=lambda item: (item[0], item[1].label)):
        found.setdefault(in_reader_language(tie.delegation.party.label), {})[tie.label] = None
    return [
        lazy_ngettext(
            "Paragraph %(numbers)s cites words of %(party)s that were changed or withdrawn.",
            "Paragraphs %(numbers)s cite words of %(party)s that were changed or withdrawn.",
            len(labels),
            numbers=", ".join(labels),
            party=party,
        )
        for party, labels in found.items()
    ]


def freeze(
    summary: Summary, sources: Sequence[SourceText], participating: int | None = None, voices: Voices | None = None
) -> dict[str, Any]:
    """Return the whole summary as the value that a version keeps; the same text gives the same value.

    Who takes part and spoke for whom is loaded unless given. Takes time in proportion to the text and its citations.
    A citation whose source was withdrawn is frozen for the narrowest audience, and readers hide its words.
    """
    voices = voices or voices_of(summary.meeting)
    known = {source.key: source for source in sources}
    asked = recommendations_of(summary.id)
    places = {paragraph: place for place, paragraph in placed(summary.sections)}
    parties = _Parties()
    return {
        "title": dict(summary.title),
        "symbol": summary.symbol,
        "participating": len(voices.parties) if participating is None else participating,
        "scale": [dict(row) for row in voices.rows],
        "sections": [
            {
                "key": f"s-{section.id}",
                "title": dict(section.title),
                "paragraphs": [
                    _frozen_paragraph(paragraph, places[paragraph], known, voices, asked.get(paragraph.id, ()), parties)
                    for paragraph in section.paragraphs
                ],
            }
            for section in summary.sections
        ],
    }


def in_languages(content: Mapping[str, Any], languages: Collection[str]) -> dict[str, Any]:
    """Return a frozen text with its own words in these languages alone; sources keep theirs."""

    def only(texts: Mapping[str, str]) -> dict[str, str]:
        return {code: text for code, text in texts.items() if code in languages}

    return {
        **content,
        "title": only(content["title"]),
        "sections": [
            {
                **section,
                "title": only(section["title"]),
                "paragraphs": [
                    {
                        **paragraph,
                        "text": only(paragraph["text"]),
                        "recommendations": [
                            {**one, "text": only(one["text"])} for one in paragraph.get("recommendations", ())
                        ],
                    }
                    for paragraph in section["paragraphs"]
                ],
            }
            for section in content["sections"]
        ],
    }


def mark_of(content: Mapping[str, Any]) -> str:
    """Return what two texts have in common that differ in nothing but their symbol."""
    return fingerprint({**content, "symbol": ""})


class _Parties(dict[int, dict[str, Any]]):
    """Party id -> its code and name as frozen, once for the thousands of citations of one."""

    def of(self, party: Party) -> dict[str, Any]:
        if party.id not in self:
            self[party.id] = {"code": party.code, "name": dict(party.label)}
        return self[party.id]


def _frozen_paragraph(
    paragraph: Paragraph,
    place: Place,
    known: Mapping[str, SourceText],
    voices: Voices,
    asked: Sequence[Recommendation],
    parties: _Parties,
) -> dict[str, Any]:
    mention = voices.mention(paragraph)
    step = mention.step
    return {
        "key": f"p-{paragraph.id}",
        "number": place.number,
        "label": place.label,
        "level": place.level,
        "text": {code: write_out(text, code, mention) for code, text in paragraph.text.items()},
        "attribution": mention.attribution.value,
        "quantifier": {"key": step.key if step else None, "delegations": mention.number},
        "recommendations": [
            {
                "key": f"r-{one.id}",
                "addressees": list(one.addressees),
                "due": one.due.isoformat() if one.due else None,
                "text": dict(one.text),
            }
            for one in asked
        ],
        "citations": [
            _frozen_citation(citation, position, known, voices, parties)
            for position, citation in enumerate(paragraph.citations)
        ],
    }


def _frozen_citation(
    citation: Citation, position: int, known: Mapping[str, SourceText], voices: Voices, parties: _Parties
) -> dict[str, Any]:
    key, version = source_key(citation), citation.cited_version
    source = known.get(key)
    return {
        "letter": letter(position),
        "source": key,
        "kind": key.partition("-")[0],
        "reference": source.reference if source else _reference(citation),
        "party": parties.of(citation.delegation.party),
        "on_behalf": _on_behalf(citation, voices),
        "audience": (source.audience if source else Audience.RESTRICTED).value,
        "version": version.number if version else source.version_number if source else 0,
        "language": version.language if version else source.language if source else "",
        "field": citation.field,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def _reference(citation: Citation) -> str:
    """What readers know a source by that is not among the submitted ones any more."""
    practice_version = citation.practice_version
    return (practice_version.practice.reference or "") if practice_version else citation.delegation.party.code


def _on_behalf(citation: Citation, voices: Voices) -> dict[str, Any] | None:
    group = voices.groups.get(citation.intervention_id or 0)
    if group is None:
        return None
    codes = (voices.parties[key].code for key in group.members)
    return {"name": dict(LocalizedText(group.name)), "members": sorted(codes)}


def issued(
    summary: Summary,
    content: dict[str, Any],
    *,
    at: datetime,
    by_id: int | None = None,
    kind: PublicationKind | None = None,
    note: LocalizedText | None = None,
    symbol: str | None = None,
    dated: date | None = None,
    distribution: Audience | None = None,
    languages: Sequence[str] | None = None,
) -> Publication:
    """Return the next publication of a summary; what is not given is as its session is."""
    meeting, before = summary.meeting, len(summary.publications)
    return Publication(
        summary=summary,
        number=before + 1,
        kind=kind or (PublicationKind.REVISION if before else PublicationKind.ORIGINAL),
        note=note or LocalizedText(),
        content=content,
        sha256=fingerprint(content),
        symbol=content["symbol"] if symbol is None else symbol,
        dated=dated or at.astimezone(meeting.tz).date(),
        distribution=distribution or meeting.distribution,
        languages=list(languages or meeting.languages),
        published_at=at,
        published_by_id=by_id,
        files=[],
    )
