"""What of a publication can be found by searching: each paragraph, in each language."""

from app.core.rich_text import plain
from app.meetings.models import Meeting
from app.search.models import SUMMARY_KIND
from app.search.operations import forget, index_entry
from app.summaries.anchors import anchor_of
from app.summaries.models import Publication


def index_publication(publication: Publication, meeting: Meeting) -> None:
    """Replace the entries of a meeting's summary by those of the publication, in the same transaction."""
    forget(SUMMARY_KIND, meeting_id=meeting.id)
    path = f"/sessions/{meeting.slug}/summary"
    for section in publication.content["sections"]:
        for paragraph in section["paragraphs"]:
            label = paragraph.get("label") or str(paragraph["number"])
            for language, text in paragraph["text"].items():
                index_entry(
                    kind=SUMMARY_KIND,
                    key=f"{meeting.slug}:{label}",
                    language=language,
                    audience=publication.distribution,
                    meeting_id=meeting.id,
                    title=f"{label}. {section['title'].get(language, '')}",
                    context=meeting.title,
                    text=plain(text),
                    path=f"{path}#{anchor_of(paragraph)}",
                )
