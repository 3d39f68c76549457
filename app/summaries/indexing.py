"""What of a publication can be found by searching: each paragraph, in each language."""

from app.core.audience import Audience
from app.core.rich_text import plain
from app.meetings.models import Meeting
from app.search.models import SUMMARY_KIND
from app.search.operations import forget, index_entry
from app.summaries.anchors import anchor_of
from app.summaries.models import Publication


def index_publication(publication: Publication, meeting: Meeting) -> None:
    """Put a publication's entries in the place of those of earlier ones, in the same transaction.

    What was issued to others stays, for those who may not read this one (`meetings.queries.findable`).
    """
    for audience in Audience:
        if publication.distribution.reaches(audience):
            forget(SUMMARY_KIND, meeting_id=meeting.id, audience=audience)
    path = f"/sessions/{meeting.slug}/summary"
    for section in publication.content["sections"]:
        for paragraph in section["paragraphs"]:
            label = paragraph.get("label") or str(paragraph["number"])
            for language, text in paragraph["text"].items():
                index_entry(
                    kind=SUMMARY_KIND,
                    key=f"{meeting.slug}:{publication.number}:{label}",
                    language=language,
                    audience=publication.distribution,
                    meeting_id=meeting.id,
                    title=f"{label}. {section['title'].get(language, '')}",
                    context=meeting.title,
                    text=plain(text),
                    path=f"{path}#{anchor_of(paragraph)}",
                )
