"""Files that the address of a reading page is asked for with `format`: to cite the text by, or the text itself.

Any other format is not found. Each view asks here once it knows that the person may read the text.
"""

from flask import Response, request
from flask_babel import force_locale
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.documents.printing import PRINTERS
from app.library import practice_page, presentation_page
from app.library.citation import Work
from app.library.citation_page import FILES, as_file, paragraph_asked
from app.library.practice_languages import chosen
from app.library.printed_texts import printed_practice, printed_presentation, send_printed
from app.practices.models import PracticeVersion
from app.presentations.models import PresentationVersion


def _wanted(*offered: str) -> str:
    wanted = request.args.get("format", "")
    if wanted and wanted not in offered:
        raise NotFound
    return wanted


def citation(work: Work | None) -> Response | None:
    """The citation of a summary, paragraph or document as a file, in the language of the text; None of what is not
    published yet."""
    extension = _wanted(*(FILES if work else ()))
    if not extension or work is None:
        return None
    with force_locale(work.language):
        return as_file(work, extension)


def practice(version: PracticeVersion) -> Response | None:
    """A good practice as a document, or the words to cite it by."""
    extension = _wanted(*FILES, *PRINTERS)
    if not extension:
        return None
    if extension in FILES:
        how = chosen(version)
        anchors = practice_page.numbers_of(how).anchors if request.args.get("paragraph") else {}
        paragraph = paragraph_asked(anchors)
        work = practice_page.cited_work(version, how.reading, paragraph, anchors.get(paragraph, ""))
        return as_file(work, extension)
    return send_printed(printed_practice(version, current_user), extension, version.practice.slug)


def presentation(version: PresentationVersion) -> Response | None:
    """A published presentation as a document, or the words to cite it by."""
    row = version.presentation
    extension = _wanted(*((*FILES, *PRINTERS) if row.published_at else ()))
    if not extension:
        return None
    if extension in FILES:
        anchors = presentation_page.numbers_of(presentation_page.answered(version)).anchors
        paragraph = paragraph_asked(anchors)
        work = presentation_page.cited_work(version, paragraph, anchors.get(paragraph, ""))
        return as_file(work, extension)
    name = f"{row.meeting.slug}-{row.delegation.party.code}"
    return send_printed(printed_presentation(version, current_user), extension, name)
