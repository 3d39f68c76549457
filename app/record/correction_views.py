"""Pages on which delegations correct the minutes of what they said, and on which that is answered."""

from typing import Any

from flask import g, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.word_differences import compare_words
from app.meetings.queries import questions_of
from app.record import bp, correcting, pages, queries
from app.record.forms import CorrectionForm, SettleForm, points_form
from app.record.noting import noted
from app.record.policies import can_correct, can_keep_record
from app.record.queries import Intervention, Proposed
from app.record.texts import key_of


@bp.route("/record/interventions/<int:entry_id>/correct", methods=["GET", "POST"])
@signed_in(can_correct, load=queries.intervention_of)
def correct(found: Intervention) -> Any:
    """Say what the minutes shall say of an intervention of one's delegation."""
    row, questions = queries.open_correction(found.entry.id), questions_of(found.meeting.id)
    minutes = queries.minutes_of(found.meeting.id)
    if request.method == "GET":  # what is sent too late is kept on the page
        correcting.check_taking(minutes, g.received_at)
    stands = correcting.standing(found.entry, minutes)
    points, reason, version = correcting.beginning(row, stands)
    form = points_form(CorrectionForm, questions, points, reason=reason, version=version)
    if form.validate_on_submit():
        with form.saving():
            correcting.propose(
                found.entry,
                form.written,
                reason=form.reason.data or "",
                received_at=g.received_at,
                seen=form.version.data,
                by=current_user,
            )
            say(_("Your correction was received. The answer comes by mail."))
            return back_to("record.minutes", slug=found.meeting.slug, _anchor=key_of(found.entry.id))
    page = render_template(
        "record/correct.html",
        form=form,
        questions=questions,
        **pages.heading(found),
    )
    return page, form.status


@bp.route("/minutes/corrections/<int:correction_id>", methods=["GET", "POST"])
@signed_in(can_keep_record, load=queries.correction_of)
def settle(found: Proposed) -> Any:
    """A correction (or what was taken of it) beside what the minutes say now, word by word; a POST answers it."""
    row, meeting = found.correction, found.meeting
    questions, now_says = questions_of(meeting.id), noted(found.entry)
    form = points_form(SettleForm, questions, now_says, version=correcting.settled_from(row, now_says))
    if form.validate_on_submit():
        with form.saving():
            answer = form.answer.data or ""
            correcting.settle(
                row,
                form.outcome.data,
                answer=answer,
                points=form.written,
                seen=form.version.data,
                by=current_user,
            )
            say(_("The answer was kept. A mail to the delegation waits in the outbox."))
            return back_to("record.minutes", slug=meeting.slug, _anchor=key_of(found.entry.id))
    wanted = row.taken or row.points
    page = render_template(
        "record/settle.html",
        form=form,
        questions=questions,
        correction=pages.correction_line(row, meeting, questions),
        changes=[
            {
                "label": pages.points_lines({key: ""}, questions)[0]["label"],
                "pieces": compare_words(now_says.get(key, ""), wanted.get(key, "")),
            }
            for key in {**now_says, **wanted}
            if now_says.get(key, "") != wanted.get(key, "")
        ],
        **pages.heading(found),
    )
    return page, form.status
