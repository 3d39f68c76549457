"""Pages of corrections: the delegation's proposal, the secretariat's comparison and decision."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.db import db
from app.core.forms import LongTextField, sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.people.queries import accounts_by_id
from app.practices import bp, queries
from app.practices.after_forms import CorrectionAnswerForm
from app.practices.after_models import Correction
from app.practices.after_queries import correction_for_staff, corrections_of, open_correction
from app.practices.clearance_queries import is_required
from app.practices.comparing import changes_in
from app.practices.correcting import (
    accept_correction,
    correction_text,
    must_be_published,
    propose_correction,
    recall_correction,
    return_correction,
)
from app.practices.draft_form import GROUPS, LISTS, DraftForm, content_of, draft_form
from app.practices.draft_views import own_draft
from app.practices.emails import say_told
from app.practices.enums import CorrectionState, PracticeState
from app.practices.labels import CORRECTIONS
from app.practices.models import Practice
from app.practices.operations import Incomplete
from app.practices.policies import can_review_practice
from app.practices.reading import titles
from app.practices.template import sections


def _form(practice: Practice, *, sent: bool) -> DraftForm:
    """The form of the published text, or of the correction that was not accepted last; with the note."""
    past = [row for row in corrections_of(practice) if row.state is not CorrectionState.ACCEPTED]
    version = practice.versions[-1]
    last = past[-1] if past and past[-1].of_version_id == version.id else None
    form = draft_form(
        version.template,
        queries.state_questions(practice.meeting_id),
        titles(practice.meeting.mechanism_id),
        practice,
        sent=sent,
        content=last.content if last else version.content,
        more={"note": LongTextField(_("What is corrected, and why"))},
    )
    if last and not sent:
        form.note.data = last.note
    return form


def _page(practice: Practice, form: DraftForm | None, *, waiting: Correction | None = None) -> Any:
    page = render_template(
        "practices/correct.html",
        practice=practice,
        meeting=practice.meeting,
        form=form,
        waiting=waiting,
        changes=changes_in(waiting.of_version, waiting.content) if waiting else [],
        past=[row for row in corrections_of(practice) if row.state is not CorrectionState.PROPOSED],
        labels=CORRECTIONS,
        cleared_first=is_required(practice.delegation_id),
        sections=sections(practice.versions[-1].template),
        questions=queries.state_questions(practice.meeting_id),
        parts=GROUPS,
        lists=LISTS,
        files_at=None,
        suggested={},
        similar_url="",
    )
    return page, form.refused.status if form and form.refused else 200


@bp.get("/practices/drafts/<int:practice_id>/correction")
@own_draft
def correct(practice: Practice) -> Any:
    """The published text, to propose a correction of; or the correction that the secretariat has."""
    if practice.state is not PracticeState.PUBLISHED:
        return back_to("practices.receipt", practice_id=practice.id)
    waiting = open_correction(practice)
    return _page(practice, None if waiting else _form(practice, sent=False), waiting=waiting)


@bp.post("/practices/drafts/<int:practice_id>/correction")
@own_draft
def propose(practice: Practice) -> Any:
    """Send the corrected text to the secretariat; a second click finds it sent."""
    must_be_published(practice)
    form = _form(practice, sent=True)
    version = practice.versions[-1]
    content = content_of(
        form,
        version.template,
        queries.state_questions(practice.meeting_id),
        saved=version.content,
        sent={*request.form, *request.form.getlist("fields")},
    )
    with form.saving():
        row = propose_correction(practice, content=content, note=sent(form).note.data or "", by=current_user)
        if row.with_capital:
            say(_("The correction is with the capital. Once everybody has cleared it, the secretariat gets it."))
        else:
            say(_("The correction was sent to the secretariat. Readers see what is published until it is accepted."))
        return back_to("practices.correct", practice_id=practice.id)
    if isinstance(form.refused, Incomplete):
        form.show(correction_text(version, content)[1])
    return _page(practice, form)


@bp.post("/practices/drafts/<int:practice_id>/correction/recall")
@own_draft
def recall(practice: Practice) -> Any:
    """Take the correction back that the secretariat has not decided; a second click finds it taken back."""
    sent()
    practice_id, waiting = practice.id, open_correction(practice)
    if waiting is not None:
        recall_correction(waiting, by=current_user)
        say(_("The correction was taken back. What is published stays as it is."))
    db.session.commit()
    return back_to("practices.correct", practice_id=practice_id)


correction_reviewed = signed_in(can_review_practice, load=correction_for_staff)


def _review_page(row: Correction, form: CorrectionAnswerForm) -> Any:
    return render_template(
        "practices/correction.html",
        practice=row.practice,
        meeting=row.practice.meeting,
        row=row,
        form=form,
        changes=changes_in(row.of_version, row.content),
        labels=CORRECTIONS,
        by=accounts_by_id({row.proposed_by_id}).get(row.proposed_by_id),
    ), form.status


@bp.get("/practices/corrections/<int:correction_id>")
@correction_reviewed
def review_correction(row: Correction) -> Any:
    """What a correction changes, field by field and word by word, and the decision."""
    return _review_page(row, CorrectionAnswerForm(formdata=None))


@bp.post("/practices/corrections/<int:correction_id>")
@correction_reviewed
def decide_correction(row: Correction) -> Any:
    """Publish a correction as the next version, or say why not."""
    form = CorrectionAnswerForm()
    with form.saving():
        comment = sent(form).comment.data or ""
        if request.form.get("action") == "accept":
            accept_correction(row, comment=comment, by=current_user)
            done = _("The correction is published as a new version.")
        else:
            return_correction(row, comment=comment, by=current_user)
            done = _("The correction was not accepted.")
        say_told(done, row.practice.delegation, slug=row.practice.meeting.slug)
        return back_to("practices.review", practice_id=row.practice_id)
    return _review_page(row, form)
