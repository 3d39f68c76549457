"""What the page of a presentation shows, made ready for the template."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import orm
from werkzeug.exceptions import Gone, NotFound

from app.core.actors import Actor
from app.core.addresses import whole_address
from app.core.localized import LANGUAGE_NAMES
from app.core.wording import in_reader_language
from app.library.citation import Work, WorkKind
from app.library.citation_page import cite_as, day_of, same_page
from app.library.citing import cites_of
from app.library.directory_pages import party_link
from app.library.reading_time import minutes_to_read
from app.library.source_parts import file_lines, illustrative_sources
from app.meetings.queries import questions_of
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.presentations.operations import speaker_text
from app.presentations.policies import can_edit_presentation
from app.presentations.queries import presentation_visible_to


def shown_version(actor: Actor, slug: str, code: str) -> PresentationVersion:
    """Load the latest filed version of a presentation that the person may see; raises NotFound otherwise.

    Where the consent to publish it was withdrawn, only a note may be shown: look at `shows_note`.
    """
    presentation = presentation_visible_to(actor, slug, code)
    withdrawn = presentation.state is PresentationState.WITHDRAWN and presentation.withdrawn_at is None
    if presentation.latest is None or withdrawn:
        raise NotFound
    version = presentation.latest
    orm.attributes.set_committed_value(version, "presentation", presentation)  # it was loaded from there
    return version


def published_version(actor: Actor, slug: str, code: str) -> PresentationVersion:
    """Load as `shown_version` does, but only what is published; raises Gone of what was and is no more."""
    version = shown_version(actor, slug, code)
    if version.presentation.published_at is None:
        raise Gone if version.presentation.withdrawn_at else NotFound
    return version


def shows_note(presentation: Presentation, actor: Actor) -> bool:
    """Whether all that a person may see is that the consent was withdrawn; what is filed later its own see first."""
    if presentation.published_at or presentation.withdrawn_at is None:
        return False
    own = actor.is_staff or presentation.delegation.role_of(actor)
    return presentation.state is PresentationState.WITHDRAWN or not own


def presentation(version: PresentationVersion, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/presentation.html needs."""
    row: Presentation = version.presentation
    answers = version.content.get("answers", {})
    cites = cites_of(actor, row.meeting, f"presentation-{row.id}")
    return {
        "presentation": row,
        "meeting": row.meeting,
        "version": version,
        "party": party_link(row.delegation.party),
        "language_names": LANGUAGE_NAMES,
        "answers": [
            {
                "anchor": f"field-answers.{question.key}",
                "number": question.number,
                "question": question.text,
                "html": cites.marked(f"answers.{question.key}", answers[question.key]),
                "beside": cites.beside(f"answers.{question.key}"),
            }
            for question in questions_of(row.meeting_id)
            if answers.get(question.key)
        ],
        "minutes": minutes_to_read(answers.values()),
        "speakers": [speaker_text(item, ", ") for item in version.content.get("speakers", [])],
        "delivered_at": row.slot.delivered_at if row.slot else None,
        "recording": row.slot.recording_url if row.slot else "",
        "files": file_lines(row.filed_slides, "presentations.slides"),
        "sources": illustrative_sources(row.public_sources),
        "citation": cite_as(cited_work(version)) if row.published_at else None,
        "pdf_url": same_page(format="pdf"),
        "docx_url": same_page(format="docx"),
        "cited_in": cites.paragraphs,
        "may_edit": can_edit_presentation(actor, row),
    }


def cited_work(version: PresentationVersion) -> Work:
    """Return a published presentation as it is cited."""
    row, meeting = version.presentation, version.presentation.meeting
    party = row.delegation.party
    session = in_reader_language(meeting.title)
    return Work(
        kind=WorkKind.PRESENTATION,
        author=in_reader_language(party.names),
        body=in_reader_language(meeting.mechanism.names),
        title=_("Presentation to “%(session)s”", session=session),
        symbol="",
        version=version.number,
        session=session,
        dated=day_of(row.slot.delivered_at if row.slot and row.slot.delivered_at else row.published_at, meeting.zone),
        language=version.language,
        url=whole_address(url_for("library.presentation", slug=meeting.slug, code=party.code)),
    )
