"""Pages of the consolidation: the workspace, the summary's title, the matrix."""

from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.audit.labels import ACTIONS
from app.core.db import db
from app.core.forms import Form, check_version
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff
from app.summaries import bp, operations, queries
from app.summaries.forms import CiteForm, NewTitleForm, ParagraphForm, SummaryForm
from app.summaries.models import Paragraph
from app.summaries.policies import can_consolidate
from app.summaries.workspace import Choice
from app.summaries.workspace import workspace as workspace_page
from app.summaries.writers import Workroom, meeting_for_writers, workspace_for_writers

staff_meeting = signed_in(can_consolidate, load=meeting_for_staff)
writers_meeting = signed_in(can_consolidate, load=meeting_for_writers)


def show_workspace(room: Workroom, **forms: Form) -> tuple[str, int]:
    """The workspace, with forms that were refused."""
    page = workspace_page(room, Choice.of({**request.form.to_dict(), **request.args.to_dict()}))
    blank = {
        "cite_form": CiteForm(sentence=request.args.get("sentence")),
        "section_form": NewTitleForm(),
        "summary_form": SummaryForm(obj=page.summary),
    }
    here = page.choice.edit if page.choice.edit and page.outline.part_of(page.choice.edit) else None
    writing = db.session.get(Paragraph, here) if here else None
    if writing:
        blank["form"] = ParagraphForm(formdata=None, obj=writing)
    status = max((form.status for form in forms.values()), default=200)
    return render_template(
        "summaries/workspace.html",
        labels=ACTIONS,
        meeting=room.meeting,
        room=room,
        page=page,
        writing=writing,
        **{**blank, **forms},
    ), status


def back_to_text(meeting: Meeting, section_id: int, anchor: str, **values: Any) -> Any:
    """Lead back to a place in the text."""
    return back_to("summaries.workspace", slug=meeting.slug, section=section_id, _anchor=anchor, **values)


@bp.get("/sessions/<slug>/consolidation")
@signed_in(can_consolidate, load=workspace_for_writers)
def workspace(room: Workroom) -> Any:
    """The sources beside the summary."""
    return show_workspace(room)


@bp.post("/sessions/<slug>/consolidation/start")
@writers_meeting
def start(room: Workroom) -> Any:
    """Begin the summary."""
    form = SummaryForm()
    if form.validate_on_submit():
        with form.saving():
            title, symbol = form.title.data, form.symbol.data or ""
            operations.start_summary(room.meeting, title=title, symbol=symbol, by=current_user)
            return back_to("summaries.workspace", slug=room.meeting.slug)
    return show_workspace(room, summary_form=form)


@bp.route("/sessions/<slug>/consolidation/title", methods=["GET", "POST"])
@writers_meeting
def edit_summary(room: Workroom) -> Any:
    """Change the summary's title and symbol."""
    meeting = room.meeting
    summary = queries.begun_summary(meeting.id) or abort(404)
    form = SummaryForm(obj=summary)
    if form.validate_on_submit():
        with form.saving(summary):
            check_version(summary, form.version.data)
            operations.edit_summary(summary, title=form.title.data, symbol=form.symbol.data or "", by=current_user)
            say(_("The title was saved."))
            return back_to("summaries.workspace", slug=meeting.slug)
    return render_template("summaries/title.html", summary=summary, meeting=meeting, form=form), form.status
