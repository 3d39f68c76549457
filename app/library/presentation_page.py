"""What the page of a presentation shows, made ready for the template."""

from typing import Any

from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.localized import LANGUAGE_NAMES
from app.library.directory_pages import party_link
from app.library.source_parts import cited_in, file_lines, illustrative_sources
from app.meetings.queries import questions_of
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.presentations.operations import speaker_text
from app.presentations.policies import can_edit_presentation
from app.presentations.queries import presentation_visible_to


def filed_version(actor: Actor, slug: str, code: str) -> PresentationVersion:
    """Load the latest filed version of a presentation that the person may see; raises NotFound otherwise."""
    presentation = presentation_visible_to(actor, slug, code)
    if presentation.latest is None or presentation.state is PresentationState.WITHDRAWN:
        raise NotFound
    version = presentation.latest
    orm.attributes.set_committed_value(version, "presentation", presentation)  # it was loaded from there
    return version


def published_version(actor: Actor, slug: str, code: str) -> PresentationVersion:
    """Load as `filed_version` does, but only what is published."""
    version = filed_version(actor, slug, code)
    if version.presentation.published_at is None:
        raise NotFound
    return version


def presentation(version: PresentationVersion, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/presentation.html needs."""
    row: Presentation = version.presentation
    answers = version.content.get("answers", {})
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
                "text": answers[question.key],
            }
            for question in questions_of(row.meeting_id)
            if answers.get(question.key)
        ],
        "speakers": [speaker_text(item, ", ") for item in version.content.get("speakers", [])],
        "delivered_at": row.slot.delivered_at if row.slot else None,
        "recording": row.slot.recording_url if row.slot else "",
        "files": file_lines(row.slides, "presentations.slides"),
        "sources": illustrative_sources(row.public_sources),
        "cited_in": cited_in(row.meeting, f"presentation-{row.id}"),
        "may_edit": can_edit_presentation(actor, row),
    }
