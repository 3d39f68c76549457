"""What of a presentation can be found by searching."""

from app.core.localized import LocalizedText
from app.presentations.models import Presentation, PresentationVersion
from app.search.operations import forget, index_entry

KIND = "presentation"


def index_presentation(presentation: Presentation, version: PresentationVersion) -> None:
    """Put the version's answers into the index, in place of an earlier version's, in the same transaction."""
    meeting = presentation.meeting
    party = presentation.delegation.party
    forget_presentation(presentation)  # an earlier version may be in another language
    index_entry(
        kind=KIND,
        key=_key(presentation),
        language=version.language,
        audience=presentation.consent,
        meeting_id=meeting.id,
        title=LocalizedText(party.names).in_language(version.language),
        context=meeting.title,
        text="\n\n".join(text for _number, text in sorted(version.content["answers"].items())),
        path=f"/sessions/{meeting.slug}/presentations/{party.code}",
    )


def forget_presentation(presentation: Presentation) -> None:
    """Take a presentation out of the index."""
    forget(KIND, _key(presentation))


def _key(presentation: Presentation) -> str:
    return f"{presentation.meeting.slug}:{presentation.delegation.party.code}"
