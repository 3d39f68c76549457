"""What of a publication can be found by searching: each paragraph, in each language."""

from app.core.audience import Audience
from app.core.localized import LANGUAGES
from app.meetings.models import Meeting
from app.search.operations import forget, index_entry
from app.summaries.models import Publication

KIND = "paragraph"


def index_publication(publication: Publication, meeting: Meeting) -> None:
    """Replace the entries of a meeting's summary by those of the publication, in the same transaction."""
    forget(KIND, meeting_id=meeting.id)
    path = f"/sessions/{meeting.slug}/summary"
    for section in publication.content["sections"]:
        for paragraph in section["paragraphs"]:
            for language in LANGUAGES:
                if language not in paragraph["text"]:
                    continue
                index_entry(
                    kind=KIND,
                    key=f"{meeting.slug}:{paragraph['number']}",
                    language=language,
                    audience=Audience.PUBLIC,
                    meeting_id=meeting.id,
                    title=f"{paragraph['number']}. {section['title'].get(language, '')}",
                    context=meeting.title,
                    text=paragraph["text"][language],
                    path=f"{path}#p-{paragraph['number']}",
                )
