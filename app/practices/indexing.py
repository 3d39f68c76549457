"""What of a practice can be found by searching."""

from app.practices.models import Practice, PracticeVersion
from app.practices.template import passages_source
from app.search.operations import forget, index_entry

KIND = "practice"


def index_practice(practice: Practice, version: PracticeVersion) -> None:
    """Put the running texts of a published version into the index, in the same transaction."""
    meeting = practice.meeting
    index_entry(
        kind=KIND,
        key=practice.slug,
        language=version.language,
        audience=practice.consent,
        meeting_id=meeting.id,
        title=str(version.content.get("title", "")),
        context=practice.delegation.party.label,
        text="\n\n".join(text for _name, text in passages_source(version.content, version.template)),
        path=f"/practices/{practice.slug}",
    )


def forget_practice(practice: Practice) -> None:
    """Take a practice out of the index."""
    forget(KIND, practice.slug)
