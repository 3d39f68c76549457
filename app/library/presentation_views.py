"""Pages of presentations: what was filed last, and the versions that readers have seen."""

from typing import Any

from flask import render_template
from flask_login import current_user

from app.audit.kept_pages import kept_for_visitors
from app.core.policies import public
from app.library import bp, presentation_page, session_pages, taken
from app.library.presentation_page import Shown, shown_version, shows_note, version_shown, versions_shown
from app.meetings.models import Meeting
from app.meetings.queries import meeting_visible_to
from app.presentations.models import Presentation, PresentationVersion


@bp.get("/sessions/<slug>/presentations")
@kept_for_visitors
@public(load=meeting_visible_to)
def presentations(row: Meeting) -> Any:
    """The published presentations of a session, with their languages, dates and files."""
    return render_template("library/presentations.html", **session_pages.presentations(row, current_user))


@bp.get("/sessions/<slug>/presentations/<code>")
@kept_for_visitors
@public(load=shown_version)
def presentation(version: PresentationVersion) -> Any:
    """A presentation as it was filed; of one whose consent was withdrawn, here and at its versions, the note that it
    was."""
    return _page(Shown(version, True))


@bp.get("/sessions/<slug>/presentations/<code>/versions")
@public(load=versions_shown)
def presentation_versions(versions: list[PresentationVersion]) -> Any:
    """What was published of a presentation, each version with what it changed, word by word."""
    row = versions[-1].presentation
    if shows_note(row, current_user):
        return _withdrawn(row)
    return render_template("library/presentation_versions.html", **presentation_page.history(versions))


@bp.get("/sessions/<slug>/presentations/<code>/versions/<int:number>")
@public(load=version_shown)
def presentation_version(shown: Shown) -> Any:
    """A published presentation as it was, for what cites that version."""
    return _page(shown)


def _page(shown: Shown) -> Any:
    if shows_note(shown.version.presentation, current_user):
        return _withdrawn(shown.version.presentation)
    if file := taken.presentation(shown.version):
        return file
    page = presentation_page.presentation(shown.version, current_user, newest=shown.newest)
    return render_template("library/presentation.html", **page)


def _withdrawn(row: Presentation) -> Any:
    return render_template("library/presentation_withdrawn.html", row=row), 410
