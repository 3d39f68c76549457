"""The delegation's pages of submission: checking the answers, submitting, the receipt."""

from typing import Any

from flask import Response, g, render_template, request
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.errors import Refusal
from app.core.forms import sent
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to
from app.documents.printing import printed_pdf
from app.documents.responses import send_made
from app.practices import bp, operations, queries
from app.practices.after_queries import corrections_told, withdrawals_of
from app.practices.clearance_queries import correction_with_capital, is_required, progress_of, sent_back
from app.practices.content import Problem, problems
from app.practices.draft_views import file_lines, is_late, is_overdue, own_practice, standing_draft, standing_practice
from app.practices.enums import PracticeState
from app.practices.forms import VersionForm
from app.practices.labels import CORRECTIONS_TOLD, DECISIONS, LATE, STATE_KINDS, STATES
from app.practices.models import Practice, PracticeVersion
from app.practices.policies import can_edit_practice
from app.practices.reading import names_of_fields, read_content, titles
from app.practices.receipts import receipt_of


def _check_page(practice: Practice, refusal: Refusal | None = None) -> Any:
    questions = queries.state_questions(practice.meeting_id)
    own = practice.state.own
    latest = practice.latest
    content = practice.content if own or latest is None else latest.content
    template = practice.call.template if own or latest is None else latest.template
    found: list[Problem] = problems(template, content, questions) if own else []
    clearance = progress_of(practice) if own else None
    required = own and is_required(practice.delegation_id)
    page = render_template(
        "practices/check.html",
        practice=practice,
        meeting=practice.meeting,
        problems=found,
        content=read_content(template, content, questions=questions, known=titles(), contact=True, empty=own),
        by_name={problem.name: problem for problem in found},
        names=names_of_fields(template, questions, [problem.name for problem in found]),
        refusal=refusal,
        late=is_late(practice),
        overdue=is_overdue(practice),
        files=file_lines(practice.attachments),
        language_name=LANGUAGE_NAMES[practice.language],
        deadline=practice.call.deadline_for(practice.delegation_id),
        may_edit=can_edit_practice(current_user, practice) and practice.state.editable,
        may_submit=can_edit_practice(current_user, practice)
        and own
        and practice.meeting.cancelled_at is None
        and (not required or (clearance is not None and clearance.cleared)),
        clearance=clearance,
        required=required,
        sent_back=sent_back(practice),
        intake=practice.to_confirm,
        states=STATES,
        kinds=STATE_KINDS,
    )
    return page, refusal.status if refusal else 200


@bp.get("/practices/drafts/<int:practice_id>/check")
@standing_practice
def check(practice: Practice) -> Any:
    """Everything that was written and what is missing; of a submitted practice, what was submitted."""
    return _check_page(practice)


@bp.post("/practices/drafts/<int:practice_id>/check")
@standing_draft
def submit(practice: Practice) -> Any:
    """Submit to the secretariat, once: a second click or a second tab gets the same receipt."""
    form = VersionForm()
    with form.saving():
        seen = sent(form).version.data or ""
        operations.submit_practice(practice, received_at=g.received_at, by=current_user, seen=seen)
        return back_to("practices.receipt", practice_id=practice.id)
    if isinstance(form.refused, operations.CallClosed):
        return render_template(
            "practices/closed.html",
            practice=practice,
            meeting=practice.meeting,
            deadline=practice.call.deadline_for(practice.delegation_id),
            received_at=practice.to_confirm.received_at if practice.to_confirm else g.received_at,
        ), form.status
    return _check_page(practice, form.refused)


def _version(practice: Practice) -> PracticeVersion | None:
    """The version whose number the address names, else the newest."""
    asked = request.args.get("version", type=int)
    return next((item for item in practice.versions if item.number == asked), practice.latest)


@bp.get("/practices/drafts/<int:practice_id>/receipt")
@own_practice
def receipt(practice: Practice) -> Any:
    """The reference, the moment and the fingerprint of a submission, the last or `?version=`, and what came of it."""
    if practice.latest is None and practice.state is not PracticeState.WITHDRAWN:
        return back_to("practices.check", practice_id=practice.id)
    withdrawn = practice.state is PracticeState.WITHDRAWN
    return render_template(
        "practices/receipt.html",
        late_text=LATE,
        practice=practice,
        meeting=practice.meeting,
        version=_version(practice),
        states=STATES,
        kinds=STATE_KINDS,
        decisions=DECISIONS,
        may_edit=can_edit_practice(current_user, practice),
        correction=corrections_told([practice]).get(practice.id) or correction_with_capital(practice),
        corrections=CORRECTIONS_TOLD,
        withdrawn=withdrawn,
        wish=next(reversed(withdrawals_of(practice)), None) if withdrawn else None,
    )


@bp.get("/practices/drafts/<int:practice_id>/receipt.pdf")
@own_practice
def receipt_pdf(practice: Practice) -> Response:
    """The receipt of a submission, the last or `?version=`, as a PDF in the reader's language."""
    version = _version(practice)
    if version is None or practice.state is PracticeState.WITHDRAWN:
        raise NotFound
    return send_made(printed_pdf(receipt_of(version)), f"{practice.slug}-v{version.number}-{current_language()}.pdf")
