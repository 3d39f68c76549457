"""One paragraph of a published summary beside the texts that it cites, with the words to cite it by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import redirect, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, NotFound

from app.core import rich_text
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.localized import LANGUAGE_NAMES
from app.library import queries
from app.library.citing import in_language
from app.library.marked_text import Span, marked, place_of
from app.library.paragraph_sources import Texts, texts_cited
from app.library.summary_page import (
    chosen_publication,
    cited,
    cited_work,
    languages_offered,
    name_of,
    passage_fragment,
    quantifier_text,
    source_url,
    why_unread,
)
from app.meetings.models import Meeting
from app.summaries.anchors import anchor_of, label_of, mark_of, own_label_of, paragraphs_in
from app.summaries.open_citations import Readers, is_open, open_citations
from app.summaries.queries import corrected_since, publication, publications_of
from app.summaries.sources_now import sources_now


def paragraph(meeting: Meeting, mark: str, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/summary_paragraph.html needs; `mark` is a label as addresses write it ("12-a").

    Raises NotFound where no publication that the person may read has it, and leads to an earlier one that had it.
    The address may name a `version` and a
    `language`, as that of the summary.
    """
    listed = chosen_publication(meeting, actor)
    published = publication(meeting.id, listed.number)
    if published is None:
        raise NotFound
    content = published.content
    all_of_them = list(paragraphs_in(content))
    places = {mark_of(label_of(one)): place for place, one in enumerate(all_of_them)}
    if mark not in places:
        raise _where_it_was(meeting, mark, listed.number, actor)
    place = places[mark]
    found = all_of_them[place]
    offered = languages_offered(meeting, published, "library.summary_paragraph", mark=mark)
    language, beside = offered.language, offered.beside
    sources, audiences = sources_now(meeting.id), queries.audiences(actor, meeting)
    readers, withdrawn = sources.readers(audiences), sources.withdrawn
    citations = found["citations"]
    read = [one for one in open_citations(citations, readers) if one["source"] not in withdrawn]
    texts = texts_cited(meeting, read, actor, floor=Audience.RESTRICTED in audiences) if read else {}
    corrected = dict(corrected_since(meeting.id))
    work = cited_work(
        meeting,
        listed,
        language,
        title=in_language(content["title"], language),
        symbol=content["symbol"],
        paragraph=label_of(found),
    )
    return {
        "meeting": meeting,
        "publication": published,
        "label": label_of(found),
        "mark": mark,
        "own_label": own_label_of(found),
        "title": in_language(content["title"], language),
        "section": next(
            in_language(section["title"], language) for section in content["sections"] if found in section["paragraphs"]
        ),
        "html": rich_text.as_html(in_language(found["text"], language), notes=anchor_of(found)),
        "language": language,
        "offered": offered,
        "names": LANGUAGE_NAMES,
        "html_beside": rich_text.as_html(in_language(found["text"], beside), notes=f"{anchor_of(found)}-{beside}")
        if beside
        else "",
        "quantifier": quantifier_text(content, found["quantifier"], language),
        "sources": [
            {
                "marks": [one["letter"] for one in group],
                "name": name_of(group[0], language, readers),
                "language": group[0]["language"],
                "note": why_unread(group[0], readers, withdrawn),
                "url": f"{source_url(group[0], meeting, corrected)}#{passage_fragment(group[0])}"
                if group[0] in read
                else "",
                **_context(group, texts, group[0] in read),
            }
            for group in _by_field(citations, readers)
        ],
        "before": _neighbour(meeting, listed.number, language, all_of_them, place - 1),
        "after": _neighbour(meeting, listed.number, language, all_of_them, place + 1),
        "whole_url": f"{url_for('library.summary', slug=meeting.slug, version=listed.number, language=language)}"
        f"#{anchor_of(found)}",
        "work": work,
        "citation": cited(work),
    }


def _where_it_was(meeting: Meeting, mark: str, number: int, actor: Actor) -> HTTPException:
    """What answers for a paragraph that a publication has no more: the way to the newest before it that had it."""
    for earlier in reversed(publications_of(meeting.id, actor)):
        if earlier.number < number and any(mark_of(label_of(one)) == mark for one in paragraphs_in(earlier.content)):
            address = url_for("library.summary_paragraph", slug=meeting.slug, mark=mark, version=earlier.number)
            return HTTPException(response=redirect(address))
    return NotFound()


def _by_field(citations: Iterable[Mapping[str, Any]], readers: Readers) -> list[list[Mapping[str, Any]]]:
    """Put together what is cited of one field of one version, for one group, in the order of the citations; and all of
    what was not made for the reader, who is not told which of it is of one source."""
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for one in citations:
        known = is_open(one, readers)
        key = (one["source"], one["version"], one["field"], str(one.get("on_behalf"))) if known else ()
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _context(group: Sequence[Mapping[str, Any]], texts: Texts, may_read: bool) -> dict[str, Any]:
    """The whole field with the cited words marked, else the words alone, where they may be read at all."""
    if not may_read:
        return {"html": "", "quotes": []}
    first = group[0]
    text = texts.get((first["source"], first["version"]), {}).get(first["field"], "")
    places = {one["letter"]: place_of(text, one["start"], one["end"], one["quote"]) for one in group}
    spans = [Span(*place, Markup("<sup>{}</sup>").format(mark)) for mark, place in places.items() if place]
    return {
        "html": marked(text, spans) if spans else "",
        "quotes": [one["quote"] for one in group if places[one["letter"]] is None],
    }


def _neighbour(
    meeting: Meeting, version: int, language: str, all_of_them: list[Mapping[str, Any]], place: int
) -> dict[str, str] | None:
    if not 0 <= place < len(all_of_them):
        return None
    label = label_of(all_of_them[place])
    url = url_for(
        "library.summary_paragraph", slug=meeting.slug, mark=mark_of(label), version=version, language=language
    )
    return {"label": label, "url": url}
