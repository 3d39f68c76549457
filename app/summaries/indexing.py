"""What of a publication can be found by searching: it as a whole, and each paragraph, in each language."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

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


def index_publication(publication: Publication, meeting: Meeting) -> None:
    """Replace the entries of a meeting's summary by those of the publication, in the same transaction."""
    forget(PARAGRAPH_KIND, meeting_id=meeting.id)
    forget(SUMMARY_KIND, meeting_id=meeting.id)
    content, path = publication.content, f"/sessions/{meeting.slug}/summary"
    same = {
        "audience": publication.distribution,
        "meeting_id": meeting.id,
        "context": meeting.title,
        "published_at": publication.published_at,
    }
    parties = _parties(content)
    entries = [
        {
            **same,
            "kind": SUMMARY_KIND,
            "key": meeting.slug,
            "language": language,
            "title": title,
            "text": "\n\n".join(section["title"].get(language, "") for section in content["sections"]),
            "path": path,
            "facets": facets_of(meeting, parties.values()),
        }
        for language, title in content["title"].items()
    ]
    for section in content["sections"]:
        for paragraph in section["paragraphs"]:
            label = label_of(paragraph)
            facets = facets_of(meeting, [parties[code] for code in _codes(paragraph) if code in parties])
            entries += [
                {
                    **same,
                    "kind": PARAGRAPH_KIND,
                    "key": f"{meeting.slug}:{label}",
                    "language": language,
                    "title": f"{label}. {section['title'].get(language, '')}",
                    "text": plain(text),
                    "path": f"{path}#{anchor_of(paragraph)}",
                    "facets": facets,
                    "titled": False,  # the title is that of its section
                }
                for language, text in paragraph["text"].items()
            ]
    index_entries(entries)


def _codes(paragraph: Mapping[str, Any]) -> list[str]:
    """The codes of whom a paragraph cites."""
    return sorted({citation["party"]["code"] for citation in paragraph["citations"]})


def _parties(content: Mapping[str, Any]) -> dict[str, Party]:
    codes = {code for paragraph in paragraphs_in(content) for code in _codes(paragraph)}
    return {party.code: party for party in db.session.scalars(sa.select(Party).where(Party.code.in_(codes)))}


@indexes(SUMMARY_KIND)
def index_publications() -> None:
    """Index what is published of each session's summary anew."""
    for summary in db.session.scalars(sa.select(Summary).order_by(Summary.id)).all():
        if summary.publications:
            index_publication(summary.publications[-1], summary.meeting)
        db.session.commit()
