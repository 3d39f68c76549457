"""The page behind a link that asks for clearance: for people without an account, once, for one text."""

from typing import Any

from flask import Response, render_template, request, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import NotFound
from wtforms.validators import Optional

from app.core.actors import Actor
from app.core.clock import now
from app.core.errors import Refusal
from app.core.forms import Form, LongTextField, TextField, VersionField, sent
from app.core.languages import expect_language
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to
from app.core.policies import public
from app.documents.responses import send
from app.meetings.holding import CANCELLED
from app.practices import bp, clearance
from app.practices.clearance_models import ClearanceRequest
from app.practices.clearance_queries import (
    answer_to,
    asked_text,
    correction_with_capital,
    is_with_capital,
    request_by_token,
    text_mark,
)
from app.practices.comparing import changes_in
from app.practices.labels import CLEARANCE_ACTS
from app.practices.queries import state_questions
from app.practices.reading import read_content, titles


class LinkForm(Form):
    """What the person says of the text. `seen`: the mark of the text that the page showed."""

    signed = TextField(
        _l("Your name and function"), description=_l("Your delegation sees it beside your answer; nobody else does.")
    )
    comment = LongTextField(
        _l("Comment"), [Optional()], description=_l("Needed to send the text back: say what has to change.")
    )
    seen = VersionField()


def _load(actor: Actor, token: str) -> ClearanceRequest:
    """The request of a link. A draft is not for another State or the secretariat, whoever forwards the link to them."""
    asked = request_by_token(actor, token)
    if actor.is_authenticated and asked.practice.delegation.role_of(actor) is None:
        raise NotFound
    expect_language(asked.step.language)
    return asked


def _load_file(actor: Actor, token: str, file_id: int) -> Any:
    asked = _load(actor, token)
    item = next((item for item in asked.practice.attachments if item.id == file_id), None)
    if item is None or _over(asked):
        raise NotFound
    return item


def _over(asked: ClearanceRequest) -> str:
    """Why a link asks for nothing any more, in a sentence; empty while it does."""
    practice = asked.practice
    if practice.meeting.cancelled_at is not None:
        return str(CANCELLED)
    if asked.step.removed_at is not None:
        return str(_("The delegation has taken this step out: nothing is asked of you any more."))
    if not is_with_capital(practice) or text_mark(practice) != asked.sha256:
        return str(_("The delegation took the text back. If it asks for clearance again, you get a new mail."))
    if asked.closed_at is not None:
        return str(_("This step was cleared by somebody else, or a newer mail with a new link was sent to you."))
    if asked.expires_at is not None and now() >= asked.expires_at:
        return str(_("The link has expired. Ask the delegation for a new one."))
    return ""


@bp.get("/clearance/<token>")
@public(load=_load)
def clear_by_link(asked: ClearanceRequest) -> Any:
    """The whole text, and the two answers to it."""
    return _page(asked, LinkForm(formdata=None))


@bp.post("/clearance/<token>")
@public(load=_load)
def answer_by_link(asked: ClearanceRequest) -> Any:
    """Clear the text or send it back; what was written stays on the page where the link asks for nothing any more."""
    form = LinkForm()
    if _over(asked):
        return _page(asked, form)
    with form.saving():
        sent(form)
        practice, comment, action = asked.practice, form.comment.data or "", request.form.get("action")
        answer: dict[str, Any] = {"seen": form.seen.data or "", "signed": form.signed.data or "", "request": asked}
        if action == "back":
            clearance.send_back(practice, asked.step_id, reason=comment, by=current_user, **answer)
        elif action == "clear":
            clearance.clear_text(practice, asked.step_id, comment=comment, by=current_user, **answer)
        else:
            raise Refusal(_("Press the button that says whether you clear the text or send it back."))
        session[_answered(asked)] = True
        return back_to("practices.clear_by_link", token=request.view_args["token"] if request.view_args else "")
    return _page(asked, form)


def _answered(asked: ClearanceRequest) -> str:
    """How a browser remembers that it has answered."""
    return f"cleared-{asked.id}"


def _page(asked: ClearanceRequest, form: LinkForm) -> Any:
    practice, answer, over = asked.practice, answer_to(asked), _over(asked)
    if answer or over:
        page = render_template(
            "practices/clearance_over.html",
            practice=practice,
            meeting=practice.meeting,
            answer=answer,
            thanks=answer and request.method == "GET" and _answered(asked) in session,
            acts=CLEARANCE_ACTS,
            over=over,
            written=(form.comment.data or "") if not answer or answer.comment != (form.comment.data or "") else "",
        )
        return page, 200 if answer else 410
    form.seen.data = asked.sha256
    questions = state_questions(practice.meeting_id)
    template, content = asked_text(practice)
    latest = practice.latest
    return render_template(
        "practices/clearance_link.html",
        practice=practice,
        meeting=practice.meeting,
        asked=asked,
        token=request.view_args["token"] if request.view_args else "",
        form=form,
        correction=correction_with_capital(practice),
        changes=changes_in(latest, content, template) if latest else [],
        content=read_content(template, content, questions=questions, known=titles(), contact=True),
        language_name=LANGUAGE_NAMES[practice.language],
    ), form.status


@bp.get("/clearance/<token>/files/<int:file_id>")
@public(load=_load_file)
def clearance_file(item: Any) -> Response:
    """A file of the text, as a download, while the link asks for something."""
    return send(item.file)
