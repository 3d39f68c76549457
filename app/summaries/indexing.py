"""What of a publication can be found by searching: it as a whole, and each paragraph, in each language."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from app.core.audience import Audience
from app.core.db import db
from app.core.rich_text import plain
from app.directory.models import Party
from app.meetings.indexing import facets_of
from app.meetings.models import Meeting
from app.search.jobs import indexes
from app.search.models import PARAGRAPH_KIND, SUMMARY_KIND
from app.search.operations import forget, index_entries
from app.summaries.anchors import anchor_of, label_of, paragraphs_in
from app.summaries.models import Publication, Summary
from app.summaries.open_citations import Readers, open_citations
from app.summaries.sources_now import sources_now


def index_publication(publication: Publication, meeting: Meeting) -> None:
    """Put a publication's entries in the place of those of earlier ones, in the same transaction.

    Facets name whom a paragraph cites as far as everybody may know of it by now to whom the publication is distributed.
    What was issued to others stays, for those who may not read this one (`meetings.queries.findable`).
    """
    for audience in Audience:
        if publication.distribution.reaches(audience):
            forget(PARAGRAPH_KIND, meeting_id=meeting.id, audience=audience)
            forget(SUMMARY_KIND, meeting_id=meeting.id, audience=audience)
    content, path = publication.content, f"/sessions/{meeting.slug}/summary"
    same = {
        "audience": publication.distribution,
        "meeting_id": meeting.id,
        "context": meeting.title,
        "published_at": publication.published_at,
    }
    readers = sources_now(meeting.id).readers_of(publication.distribution)
    named = [_codes(paragraph, readers) for paragraph in paragraphs_in(content)]
    parties = _parties({code for codes in named for code in codes})
    entries = [
        {
            **same,
            "kind": SUMMARY_KIND,
            "key": f"{meeting.slug}:{publication.number}",
            "language": language,
            "title": title,
            "text": "\n\n".join(section["title"].get(language, "") for section in content["sections"]),
            "path": f"{path}?language={language}",
            "facets": facets_of(meeting, parties.values()),
        }
        for language, title in content["title"].items()
    ]
    for section in content["sections"]:
        for paragraph in section["paragraphs"]:
            label = label_of(paragraph)
            codes = _codes(paragraph, readers)
            facets = facets_of(meeting, [parties[code] for code in codes if code in parties])
            entries += [
                {
                    **same,
                    "kind": PARAGRAPH_KIND,
                    "key": f"{meeting.slug}:{publication.number}:{label}",
                    "language": language,
                    "title": f"{label}. {section['title'].get(language, '')}",
                    "text": plain(text),
                    "path": f"{path}?language={language}#{anchor_of(paragraph)}",
                    "places": [(0, anchor_of(paragraph))],
                    "facets": facets,
                    "titled": False,  # the title is that of its section
                }
                for language, text in paragraph["text"].items()
            ]
    index_entries(entries)


def _codes(paragraph: Mapping[str, Any], readers: Readers) -> list[str]:
    """The codes of whom a paragraph cites, as far as all readers of the publication may know."""
    return sorted({citation["party"]["code"] for citation in open_citations(paragraph["citations"], readers)})


def _parties(codes: Collection[str]) -> dict[str, Party]:
    return {party.code: party for party in db.session.scalars(sa.select(Party).where(Party.code.in_(codes)))}


@indexes(SUMMARY_KIND)
def index_publications() -> None:
    """Index what is published of each session's summary anew."""
    for summary in db.session.scalars(sa.select(Summary).order_by(Summary.id)).all():
        for publication in summary.publications:
            index_publication(publication, summary.meeting)
        db.session.commit()
