"""What a delegation does after it submitted: answering comments, withdrawing; and what the secretariat says to that."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.forms import sent
from app.core.pages import back_to, say
from app.people.queries import accounts_by_id
from app.practices import bp, queries
from app.practices.after_forms import WithdrawalAnswerForm, WithdrawForm, answers_form
from app.practices.after_queries import open_withdrawal, withdrawals_of
from app.practices.draft_views import own_draft, own_practice
from app.practices.emails import say_told
from app.practices.enums import PracticeState
from app.practices.models import Practice
from app.practices.policies import can_edit_practice
from app.practices.reading import names_of_fields
from app.practices.review_queries import comments_of, open_comments
from app.practices.review_views import reviewed
from app.practices.reviewing import answer_comments
from app.practices.templates import whole_template
from app.practices.withdrawing import ask_withdrawal, decide_withdrawal


def _comments_page(practice: Practice, form: Any) -> Any:
    rows = comments_of(practice)
    asked = queries.state_questions(practice.meeting_id)
    return render_template(
        "practices/comments_received.html",
        practice=practice,
        meeting=practice.meeting,
        form=form,
        rows=rows,
        labels=names_of_fields(whole_template(practice.call), asked, [row.field for row in rows]),
        may_answer=practice.state.editable and can_edit_practice(current_user, practice),
        last=practice.reviews[-1] if practice.reviews else None,
    ), form.status


@bp.get("/practices/drafts/<int:practice_id>/comments-received")
@own_practice
def comments_received(practice: Practice) -> Any:
    """The secretariat's comments at fields with the delegation's answers."""
    return _comments_page(practice, answers_form(open_comments(practice).values()))


@bp.post("/practices/drafts/<int:practice_id>/comments-received")
@own_draft
def answer_received(practice: Practice) -> Any:
    """Keep the answers; the secretariat reads them once the practice is submitted again."""
    rows = open_comments(practice).values()
    form = answers_form(rows)
    with form.saving():
        sent(form)
        answer_comments(practice, {row.id: form[f"answer-{row.id}"].data or "" for row in rows}, by=current_user)
        say(_("Your answers were saved. The secretariat reads them once you submit again."))
        return back_to("practices.comments_received", practice_id=practice.id)
    return _comments_page(practice, form)


def _withdraw_page(practice: Practice, form: WithdrawForm) -> Any:
    return render_template(
        "practices/withdraw.html",
        practice=practice,
        meeting=practice.meeting,
        form=form,
        published=practice.state is PracticeState.PUBLISHED,
        waiting=open_withdrawal(practice),
        past=[row for row in withdrawals_of(practice) if row.granted is False],
    ), form.status


@bp.get("/practices/drafts/<int:practice_id>/withdraw")
@own_draft
def confirm_withdrawal(practice: Practice) -> Any:
    """Say what withdrawing does, and ask why."""
    if practice.state is PracticeState.WITHDRAWN:
        return back_to("practices.receipt", practice_id=practice.id)
    return _withdraw_page(practice, WithdrawForm(formdata=None))


@bp.post("/practices/drafts/<int:practice_id>/withdraw")
@own_draft
def withdraw(practice: Practice) -> Any:
    """Take the practice back, or ask the secretariat to once it is published; a second click finds it done."""
    form = WithdrawForm()
    with form.saving():
        row = ask_withdrawal(practice, reason=sent(form).reason.data or "", by=current_user)
        if row is not None and row.granted is None:
            say(_("The secretariat was asked to withdraw the practice. It stays published until it decides."))
            return back_to("practices.confirm_withdrawal", practice_id=practice.id)
        say(_("The practice was withdrawn.") if practice.reference else _("The draft was closed for good."))
        return back_to("practices.receipt", practice_id=practice.id)
    return _withdraw_page(practice, form)


@bp.route("/practices/review/<int:practice_id>/withdrawal", methods=["GET", "POST"])
@reviewed
def answer_withdrawal(practice: Practice) -> Any:
    """What a delegation asks, why, and the secretariat's yes or no."""
    rows = withdrawals_of(practice)
    if not rows:
        raise NotFound
    row, form = rows[-1], WithdrawalAnswerForm()
    if form.is_submitted():
        with form.saving():
            granted = request.form.get("action") == "grant"
            decide_withdrawal(row, granted=granted, answer=sent(form).answer.data or "", by=current_user)
            done = _("The practice was withdrawn.") if granted else _("The practice stays published.")
            say_told(done, practice.delegation, slug=practice.meeting.slug)
            return back_to("practices.review", practice_id=practice.id)
    return render_template(
        "practices/withdrawal.html",
        practice=practice,
        meeting=practice.meeting,
        form=form,
        row=row,
        by=accounts_by_id({row.asked_by_id}).get(row.asked_by_id),
    ), form.status
