"""Rows as the API's models take them: names in the language in force, addresses in full."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.api.directory_shapes import Shape, address, party
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.localized import LocalizedText
from app.core.rich_text import plain
from app.core.wording import in_reader_language as text
from app.library import practice_queries, queries
from app.library.policies import can_see_contact
from app.library.practice_languages import translated
from app.library.practice_page import submitted_files
from app.library.practice_queries import Listed
from app.meetings.models import Meeting
from app.meetings.queries import latest_agenda, questions_of
from app.practices.models import PracticeVersion
from app.practices.template import Kind, fields, numbers_in_order
from app.practices.translation_queries import Reading
from app.presentations.models import PresentationVersion
from app.presentations.operations import speaker_text
from app.summaries.anchors import label_of, mark_of
from app.summaries.enums import ALL_LANGUAGES, Attribution
from app.summaries.models import Publication
from app.summaries.open_citations import Readers, is_open
from app.summaries.quantifiers import scale_in, step_in
from app.summaries.sources_now import SourcesNow

Terms = Mapping[str, Mapping[str, LocalizedText]]


def session_item(row: Meeting) -> Shape:
    """Return a session as in the list."""
    return {
        "slug": row.slug,
        "code": row.code,
        "title": text(row.title),
        "mechanism": party(row.mechanism),
        "stage": row.stage,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "zone": row.zone,
        "place": text(row.place),
        "mode": row.mode,
        "languages": row.languages,
        "url": address("library.meeting", slug=row.slug),
    }


def session(row: Meeting, call: Any, *, has_summary: bool) -> Shape:
    """Return a session with its mandate, order of business, questions and call."""
    agenda = latest_agenda(row.id)
    return {
        **session_item(row),
        "theme": text(row.theme),
        "chair": text(row.chair),
        "note": text(row.note),
        "distribution": row.distribution,
        "summary": has_summary,
        "mandate": {
            "resolution": row.mandate_resolution,
            "paragraph": row.mandate_paragraph,
            "text": text(row.mandate_text),
        },
        "order_of_business": [
            {
                "number": item["number"],
                "day": item["day"],
                "starts_at": item["starts_at"] if item["timed"] else None,
                "minutes": item["minutes"],
                "kind": item["kind"],
                "title": text(item["title"]),
                "description": text(item["description"]),
            }
            for item in (agenda.content["items"] if agenda else ())
        ],
        "guiding_questions": [
            {"number": item.number, "text": text(item.text), "audience": item.audience, "word_limit": item.word_limit}
            for item in questions_of(row.id)
        ],
        "call": {
            "title": text(call.title),
            "text": text(call.text),
            "opens_at": call.opens_at,
            "closes_at": call.closes_at,
        }
        if call
        else None,
    }


def term(terms: Mapping[str, LocalizedText], code: str) -> Shape:
    """Return a term of a vocabulary; one that is no longer in it stands by its code."""
    return {"code": code, "title": text(terms.get(code)) or code}


def practice_item(row: Listed, terms: Terms) -> Shape:
    """Return a published practice as in the list."""
    return {
        "reference": row.reference,
        "slug": row.slug,
        "title": row.facts.title,
        "language": row.language,
        "party": {"code": row.party.code, "name": text(row.party.names)},
        "session": row.meeting.slug,
        "themes": [term(terms["themes"], code) for code in row.facts.themes],
        "gcm_main": term(terms["gcm"], row.facts.gcm_main) if row.facts.gcm_main else None,
        "gcm_other": [term(terms["gcm"], code) for code in row.facts.gcm_other],
        "published_at": row.published_at,
        "url": address("library.practice", slug=row.slug),
    }


def presentation_item(row: Any) -> Shape:
    """Return a published presentation as in the list (a row of `queries.presentations_published`)."""
    return {
        "session": row.slug,
        "party": {"code": row.code, "name": text(row.names)},
        "language": row.language,
        "published_at": row.published_at,
        "url": address("library.presentation", slug=row.slug, code=row.code),
    }


def files(attached: Iterable[Any], endpoint: str) -> list[Shape]:
    """Return files that `endpoint` hands out by `file_id`."""
    return [file(item.file, address(endpoint, file_id=item.id)) for item in attached]


def file(stored: Any, url: str) -> Shape:
    """Return one file."""
    return {"name": stored.name, "media_type": stored.media_type, "size": stored.size, "url": url}


def summary_item(publication: Publication, meeting: Meeting) -> Shape:
    """Return a publication as in the list."""
    return {
        "session": meeting.slug,
        "title": text(publication.title),
        "version": publication.number,
        "published_at": publication.published_at,
        "sha256": publication.sha256,
        "url": address("library.summary", slug=meeting.slug, version=publication.number),
    }


def summary(publication: Publication, meeting: Meeting, readable: frozenset[Audience], sources: SourcesNow) -> Shape:
    """Return a publication with its paragraphs; quotes of what the person may not read are null."""
    content, readers = publication.content, sources.readers(readable)
    left_out = sources.left_out(publication.distribution)
    return {
        **summary_item(publication, meeting),
        "symbol": publication.symbol or content["symbol"],
        "kind": publication.kind,
        "note": text(publication.note),
        "dated": publication.dated,
        "distribution": publication.distribution,
        "languages": publication.languages,
        "supersedes": publication.number - 1 if publication.number > 1 else None,
        "participating": content["participating"],
        "scale": [
            {"key": step.key, "word": step.word, "meaning": str(step.meaning), "kind": step.kind, "from": step.least}
            for step in scale_in(content)
        ],
        "sections": [
            {
                "key": section.get("key"),
                "title": text(section["title"]),
                "paragraphs": [
                    _paragraph(content, paragraph, publication, meeting, readers, sources.withdrawn)
                    for paragraph in section["paragraphs"]
                ],
            }
            for section in content["sections"]
        ],
        "files": [
            file(
                item.file,
                address(
                    "summaries.document",
                    slug=meeting.slug,
                    number=publication.number,
                    language=item.language or ALL_LANGUAGES,
                    extension=item.format.value,
                ),
            )
            for item in publication.files
            if set(item.hidden_sources) == left_out and queries.gets_files(publication, meeting, readable)
        ],
    }


def _paragraph(
    content: Shape,
    paragraph: Shape,
    publication: Publication,
    meeting: Meeting,
    readers: Readers,
    withdrawn: frozenset[str],
) -> Shape:
    words, label = text(paragraph["text"]), label_of(paragraph)
    more = {"slug": meeting.slug, "mark": mark_of(label), "version": publication.number}
    return {
        "key": paragraph.get("key"),
        "number": paragraph["number"],
        "label": label,
        "level": paragraph.get("level") or 0,
        "text": words,
        "plain": plain(words),
        "attribution": paragraph.get("attribution") or Attribution.COLLECTIVE,
        "quantifier": _quantifier(content, paragraph["quantifier"]),
        "recommendations": [{**one, "text": text(one["text"])} for one in paragraph.get("recommendations", ())],
        "citations": [_citation(citation, readers, withdrawn) for citation in paragraph["citations"]],
        "url": address("library.summary_paragraph", **more),
    }


def _quantifier(content: Shape, value: Shape) -> Shape:
    step = step_in(content, value["key"])
    return {**value, "word": step.word if step else None}


def _citation(value: Shape, readers: Readers, withdrawn: frozenset[str]) -> Shape:
    gone = value["source"] in withdrawn
    if not is_open(value, readers):
        hidden = ("reference", "party", "on_behalf", "version", "language", "field", "start", "end", "quote")
        return {**value, **dict.fromkeys(hidden), "withdrawn": False}
    return {
        **value,
        "party": {"code": value["party"]["code"], "name": text(value["party"]["name"])},
        "on_behalf": {**group, "name": text(group["name"])} if (group := value.get("on_behalf")) else None,
        "withdrawn": gone,
        "quote": None if gone else value["quote"],
    }


def practice(version: PracticeVersion, actor: Actor) -> Shape:
    """Return a published practice with the content of its version; contacts only for who may see them."""
    row = version.practice
    terms = queries.terms("themes", "gcm")
    facts = practice_queries.facts_of([version.id])[version.id]
    more = [field.key for field in fields(version.template) if field.kind is Kind.CONTACT]
    own = list(dict.fromkeys(("contact", *more)))
    content = {key: value for key, value in version.content.items() if key not in (*own, "consent")}
    contacts = {key: version.content[key] for key in own if isinstance(version.content.get(key), dict)}
    if not can_see_contact(actor, row):
        contacts = {}
    return {
        "reference": row.reference,
        "slug": row.slug,
        "title": facts.title,
        "language": version.language,
        "party": party(row.delegation.party),
        "session": row.meeting.slug,
        "themes": [term(terms["themes"], code) for code in facts.themes],
        "gcm_main": term(terms["gcm"], facts.gcm_main) if facts.gcm_main else None,
        "gcm_other": [term(terms["gcm"], code) for code in facts.gcm_other],
        "published_at": row.published_at,
        "url": address("library.practice", slug=row.slug),
        "version": version.number,
        "submitted_at": version.submitted_at,
        "sha256": version.sha256,
        "audience": row.audience,
        "illustrative": bool(row.public_sources),
        "public_sources": row.public_sources,
        "content": content,
        "contact": next(iter(contacts.values()), None),
        "contacts": contacts,
        "files": files(submitted_files(version), "practices.attachment"),
        "cited_in": queries.paragraphs_citing(actor, row.meeting_id).get(f"practice-{row.id}", []),
        "translations": [translation(reading, row.slug) for reading in translated(version).values()],
    }


def translation(reading: Reading, slug: str) -> Shape:
    """Return what of a practice is translated into a language."""
    return {
        "language": reading.language,
        "complete": reading.missing == 0,
        "url": address("library.practice", slug=slug, text=reading.language),
        "texts": [
            {
                "field": row.field,
                "text": row.text,
                "status": row.status,
                "translator": row.translator_name,
                "by": "delegation" if row.by_delegation else "secretariat",
                "saved_at": row.saved_at,
                "checked_at": row.checked_at,
            }
            for row in reading.rows
        ],
    }


def presentation(version: PresentationVersion, actor: Actor) -> Shape:
    """Return a published presentation with the answers of its version, in the order of the questions."""
    row = version.presentation
    answers = version.content.get("answers", {})
    return {
        "session": row.meeting.slug,
        "party": party(row.delegation.party),
        "language": version.language,
        "published_at": row.published_at,
        "url": address("library.presentation", slug=row.meeting.slug, code=row.delegation.party.code),
        "version": version.number,
        "filed_at": version.filed_at,
        "audience": row.audience,
        "illustrative": bool(row.public_sources),
        "public_sources": row.public_sources,
        "speakers": [speaker_text(item, ", ") for item in version.content.get("speakers", [])],
        "answers": [{"question": int(number), "text": answers[number]} for number in numbers_in_order(answers)],
        "files": files(row.filed_slides, "presentations.slides"),
        "cited_in": queries.paragraphs_citing(actor, row.meeting_id).get(f"presentation-{row.id}", []),
    }
