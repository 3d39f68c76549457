"""The masthead of a document, and the page that holds it alone, in each language."""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from app.core.audience import Audience
from app.core.wording import show_day
from app.documents.printing import Block, Masthead, Printed
from app.meetings.models import Meeting
from app.register.labels import DISTRIBUTIONS, ORIGINALS
from app.register.models import Document


def printed_document(
    meeting: Meeting,
    *,
    language: str,
    series: str,
    title: str,
    blocks: list[Block],
    created: datetime,
    document: Document | None = None,
    audience: Audience = Audience.PUBLIC,
    contents: str = "",
) -> Printed:
    """Return a document in a language with its masthead; without `document`, it says that it has no symbol yet.

    `audience`: whom it is for where it is not registered. `contents`: what the list of its headings is called, if any.
    """
    with force_locale(language):
        if document is None:
            right = [_("Not registered yet: this copy has no symbol"), show_day(created, meeting.zone)]
        else:
            right = [
                document.symbol,
                show_day(document.registered_at, meeting.zone),
                _("Textual") if document.textual else str(ORIGINALS[document.original_language]),
            ]
        if notice := DISTRIBUTIONS[document.audience if document else audience]:
            right.append(str(notice))
        body = meeting.mechanism.names.in_language(language)
        return Printed(
            language=language,
            title=title,
            author=body,
            masthead=Masthead(
                left=[line for line in (body, series) if line],
                right=right,
                session=meeting.title.in_language(language),
            ),
            created=created,
            blocks=blocks,
            symbol=document.symbol if document else "",
            contents=contents,
            note=[part for part in meeting.note.in_language(language).split("\n\n") if part],
        )


def masthead_page(document: Document, language: str, *, series: str) -> Printed:
    """Return the masthead alone, with the title of the document."""
    return printed_document(
        document.meeting,
        language=language,
        series=series,
        title=document.title.in_language(language),
        blocks=[],
        created=document.registered_at,
        document=document,
    )
