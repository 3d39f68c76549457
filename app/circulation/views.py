"""The secretariat's pages of circulation: all of a session's, beginning one, one of them with its comments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.circulation import bp, disposing, operations, pages, papers, queries
from app.circulation.enums import CirculationEnd, CirculationKind
from app.circulation.forms import BeginForm, DisposeForm, EndForm, ExtendForm, PutInForm
from app.circulation.labels import DISPOSITION_KINDS, DISPOSITIONS, KINDS
from app.circulation.models import Circulation, Comment
from app.circulation.policies import can_circulate
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.forms import check_version, choices, sent
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.sheets import as_download
from app.core.wording import in_reader_language
from app.documents.printing import printed_docx
from app.documents.responses import send_made
from app.mail.labels import say_held
from app.meetings.models import Meeting
from app.meetings.queries import delegations_of_meeting, meeting_for_staff
from app.meetings.timing import local_moment
from app.summaries.publishing import unmet
from app.summaries.queries import coverage_of, summary_of
from app.summaries.sources import sources_of
from app.summaries.version_comparing import paragraphs_in
from app.summaries.version_labels import revision_name

staff_meeting = signed_in(can_circulate, load=meeting_for_staff)
staff_circulation = signed_in(can_circulate, load=queries.circulation_for_staff)
staff_comment = signed_in(can_circulate, load=queries.comment_for_staff)


def _local(moment: datetime, meeting: Meeting) -> datetime:
    return moment.astimezone(meeting.tz).replace(tzinfo=None)


@bp.get("/sessions/<slug>/circulations")
@staff_meeting
def circulations(meeting: Meeting) -> Any:
    """All circulations of a session's summary."""
    return render_template(
        "circulation/circulations.html",
        meeting=meeting,
        rows=queries.circulations_of(meeting.id),
        counts=queries.filed_counts(meeting.id),
        standing=pages.standing,
        kinds=KINDS,
        revision_name=revision_name,
        may_begin=meeting.stage in operations.STAGES,
    )


@bp.route("/sessions/<slug>/circulations/new", methods=["GET", "POST"])
@staff_meeting
def begin(meeting: Meeting) -> Any:
    """Say what the text is circulated for, until when and to whom; then circulate it."""
    delegations = pages.sorted_delegations(delegations_of_meeting(meeting.id))
    hours, seen_by_all = queries.rules_of(meeting)
    form = BeginForm(data={"delegations": [row.id for row in delegations], "kind": CirculationKind.COMMENTS})
    form.delegations.choices = choices((row.id, in_reader_language(row.party.label)) for row in delegations)
    if form.validate_on_submit():
        with form.saving():
            row = operations.begin(
                summary_of(meeting.id) or abort(404),
                kind=form.kind.data,
                ends_at=local_moment(form.ends_at.data, meeting.zone, field="ends_at"),
                delegations=form.delegations.data or [],
                message=form.message.data,
                form_key=form.once,
                by=current_user,
            )
            name = revision_name(row.version_of_text.number)
            sentence = _("%(version)s is before the delegations. The mails to them wait in the outbox.", version=name)
            say_held(sentence, meeting.slug)
            return back_to("circulation.circulation", circulation_id=row.id)
    summary = summary_of(meeting.id)
    page = render_template(
        "circulation/begin.html",
        meeting=meeting,
        form=form,
        hours=hours,
        seen_by_all=seen_by_all,
        summary=summary,
        open_points=unmet(meeting, summary, coverage_of(summary, sources_of(meeting.id))) if summary else [],
        without=[row for row in delegations if not row.members],
    )
    return page, form.status


@bp.get("/circulations/<int:circulation_id>")
@staff_circulation
def circulation(row: Circulation) -> Any:
    """How a circulation stands, and what delegations filed, by paragraph; `?show=open`: what has no disposition yet."""
    comments = queries.filed_comments(row.id)
    show_open = request.args.get("show") == "open"
    chosen = [one for one in comments if one.disposition is None] if show_open else comments
    heard = {one.delegation_id for one in comments}
    objections = queries.objections_of(row.id)
    return render_template(
        "circulation/circulation.html",
        meeting=row.meeting,
        row=row,
        version=row.version_of_text,
        name=revision_name(row.version_of_text.number),
        standing=pages.standing(row),
        kinds=KINDS,
        lines=pages.lines(row, chosen),
        total=len(comments),
        undecided=sum(one.disposition is None for one in comments),
        show_open=show_open,
        objections=objections,
        positions=queries.filed_positions(row.id) if row.end is CirculationEnd.ADOPTED else [],
        labels={found.key: found.label for found in paragraphs_in(row.version_of_text.content)},
        addressed=pages.sorted_delegations([one.delegation for one in row.addressed]),
        heard=heard | {one.delegation_id for one in objections},
        waiting=queries.mails_waiting(row),
        minutes=pages.minutes_of_grace(),
        dispositions=DISPOSITIONS,
        disposition_kinds=DISPOSITION_KINDS,
        names=LANGUAGE_NAMES,
    )


@bp.route("/circulations/<int:circulation_id>/extend", methods=["GET", "POST"])
@staff_circulation
def extend(row: Circulation) -> Any:
    """Let a circulation end later."""
    form = ExtendForm(data={"ends_at": _local(row.ends_at, row.meeting)})
    if form.validate_on_submit():
        with form.saving():
            until = local_moment(form.ends_at.data, row.meeting.zone, field="ends_at")
            operations.extend(row, until, by=current_user)
            say_held(_("It ends later now. The mails to the delegations wait in the outbox."), row.meeting.slug)
            return back_to("circulation.circulation", circulation_id=row.id)
    return render_template("circulation/extend.html", meeting=row.meeting, row=row, form=form), form.status


@bp.route("/circulations/<int:circulation_id>/end", methods=["GET", "POST"])
@staff_circulation
def end_early(row: Circulation) -> Any:
    """End a circulation before its moment, and say why."""
    form = EndForm()
    if form.validate_on_submit():
        with form.saving():
            operations.end_early(row, form.reason.data or "", by=current_user)
            say_held(_("It has ended. The mails to the delegations wait in the outbox."), row.meeting.slug)
            return back_to("circulation.circulation", circulation_id=row.id)
    return render_template("circulation/end.html", meeting=row.meeting, row=row, form=form), form.status


@dataclass(frozen=True)
class WantedMatrix:
    """The comments on a circulated text as a file of a kind."""

    circulation: Circulation
    extension: str


def _wanted(actor: Actor, circulation_id: int, extension: str) -> WantedMatrix:
    if extension not in ("docx", "xlsx"):
        raise NotFound
    return WantedMatrix(queries.circulation_for_staff(actor, circulation_id), extension)


@bp.get("/circulations/<int:circulation_id>/comments.<extension>")
@signed_in(can_circulate, load=_wanted)
def matrix(wanted: WantedMatrix) -> Response:
    """The comments with their dispositions as a table, in the reader's language."""
    row = wanted.circulation
    rows = papers.matrix_rows(row, queries.filed_comments(row.id))
    name = f"{row.meeting.slug}-comments-{row.id}"
    if wanted.extension == "xlsx":
        return as_download(rows, name=name, file_format="xlsx")
    printed = papers.matrix_document(row, rows, current_language(), now())
    db.session.rollback()
    return send_made(printed_docx(printed), f"{name}.docx")


@bp.route("/circulation-comments/<int:comment_id>", methods=["GET", "POST"])
@staff_comment
def dispose(comment: Comment) -> Any:
    """A comment beside the text; a POST says what becomes of it."""
    form = DisposeForm(obj=comment)
    row = comment.circulation
    if form.validate_on_submit():
        with form.saving(comment):
            check_version(comment, form.version.data)
            disposing.dispose(comment, form.disposition.data, form.reply.data, by=current_user)
            say(_("The answer was saved. The delegation reads it on its page."))
            return back_to("circulation.circulation", circulation_id=row.id, _anchor=f"comment-{comment.id}")
    paragraph = pages.paragraph_of(row, comment.paragraph)
    page = render_template(
        "circulation/dispose.html",
        meeting=row.meeting,
        row=row,
        comment=comment,
        line=pages.line_of(comment, paragraph),
        circulated=paragraph.row["text"] if paragraph else {},
        working=queries.working_paragraph(comment),
        form=form,
        names=LANGUAGE_NAMES,
    )
    return page, form.status


@bp.post("/circulation-comments/<int:comment_id>/put-in")
@staff_comment
def put_in(comment: Comment) -> Any:
    """Have the paragraph of the working text say what the comment proposes."""
    paragraph = queries.working_paragraph(comment) or abort(404)
    form = sent(PutInForm())
    check_version(paragraph, form.version.data)
    check_version(comment, form.comment.data)  # its delegation may have changed what it proposes
    answer = back_to("circulation.dispose", comment_id=comment.id)
    disposing.put_in(comment, paragraph, by=current_user)
    db.session.commit()
    say(_("The paragraph says now what the comment proposes."))
    return answer
