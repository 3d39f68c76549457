"""Pages of the versions of a summary: all of them, one to read, two compared, and what changed as a document."""

from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms.validators import Length, Optional

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.forms import Form, TextField
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.documents.printing import PRINTERS
from app.documents.responses import send_made
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff
from app.summaries import bp, queries, version_papers, version_queries, versions
from app.summaries.models import SummaryVersion
from app.summaries.policies import can_consolidate
from app.summaries.version_comparing import changes_between
from app.summaries.version_labels import changes_since, revision_name
from app.summaries.version_queries import TwoVersions


class FreezeForm(Form):
    """What is new in a version."""

    note = TextField(
        _l("What is new in it"),
        [Optional(), Length(max=versions.NOTE_LIMIT)],
        description=_l("A line for the list of versions; readers of the text do not see it."),
    )


@dataclass(frozen=True)
class WantedChanges(TwoVersions):
    """Two versions, compared in a language and in a file of a kind."""

    language: str
    extension: str


def _wanted(actor: Actor, slug: str, older: int, newer: int, language: str, extension: str) -> WantedChanges:
    if language not in LANGUAGES or extension not in PRINTERS:
        raise NotFound
    two = version_queries.two_versions(actor, slug, older, newer)
    return WantedChanges(two.meeting, two.older, two.newer, language, extension)


def language_read(languages: list[str]) -> str:
    """Return the language that the address asks a text in, else the reader's, else the session's first."""
    for code in (request.args.get("language"), current_language()):
        if code in languages:
            return str(code)
    return languages[0]


@bp.route("/sessions/<slug>/consolidation/versions", endpoint="versions", methods=["GET", "POST"])
@signed_in(can_consolidate, load=meeting_for_staff)
def versions_page(meeting: Meeting) -> Any:
    """The versions of the text; a POST freezes one more."""
    summary, form = queries.summary_of(meeting.id), FreezeForm()
    if form.validate_on_submit():
        with form.saving():
            version = versions.freeze_version(summary or abort(404), note=form.note.data or "", by=current_user)
            say(_("%(version)s holds the text as it is now.", version=revision_name(version.number)))
            return back_to("summaries.versions", slug=meeting.slug)
    page = render_template(
        "summaries/versions.html",
        meeting=meeting,
        summary=summary,
        form=form,
        rows=version_queries.versions_of(meeting.id),
        revision_name=revision_name,
        changes_since=changes_since,
    )
    return page, form.status


@bp.get("/sessions/<slug>/consolidation/versions/<int(min=0):number>")
@signed_in(can_consolidate, load=version_queries.version_for_staff)
def version(found: SummaryVersion) -> Any:
    """A version as it was frozen."""
    meeting = found.summary.meeting
    return render_template(
        "summaries/version.html",
        meeting=meeting,
        found=found,
        name=revision_name(found.number),
        language=language_read(meeting.languages),
        names=LANGUAGE_NAMES,
    )


@bp.get("/sessions/<slug>/consolidation/versions/<int(min=0):older>/<int(min=0):newer>")
@signed_in(can_consolidate, load=version_queries.two_versions)
def compare_versions(two: TwoVersions) -> Any:
    """Two versions, paragraph by paragraph and word by word."""
    meeting = two.meeting
    return render_template(
        "summaries/compare_versions.html",
        meeting=meeting,
        two=two,
        changes=changes_between(two.older.content, two.newer.content, queries.withdrawn_keys(meeting.id)),
        what_happened=version_papers.what_happened,
        revision_name=revision_name,
        changes_since=changes_since,
        language=language_read(meeting.languages),
        names=LANGUAGE_NAMES,
    )


@bp.get("/sessions/<slug>/consolidation/versions/<int(min=0):older>/<int(min=0):newer>/<language>.<extension>")
@signed_in(can_consolidate, load=_wanted)
def changes_document(wanted: WantedChanges) -> Response:
    """What changed since a version, as PDF or DOCX."""
    printed = version_papers.changes_document(wanted, wanted.language, now())
    name = f"{wanted.meeting.slug}-changes-{wanted.older.number}-{wanted.newer.number}-{wanted.language}"
    db.session.rollback()
    return send_made(PRINTERS[wanted.extension](printed), f"{name}.{wanted.extension}")
