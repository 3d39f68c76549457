"""What a page of a draft sent, read by the template that the page was made with."""

from typing import Any

from flask import request

from app.practices import queries
from app.practices.content import shaped, terms_for
from app.practices.draft_form import DraftForm, content_of, drop_row
from app.practices.models import Intake, Practice
from app.practices.moving import move
from app.practices.suggesting import with_taken
from app.practices.template import ANSWERS, fields, joined


def made_with(practice: Practice | Intake) -> int:
    """The number of the template that the page was made with that was sent."""
    number = request.form.get("template", practice.call.template_number, type=int)
    return number if 1 <= number <= practice.call.template_number else practice.call.template_number


def sent_template(practice: Practice | Intake) -> dict[str, Any]:
    """The template in force; of a page that was open while it changed, the one before with the new one's fields.

    Such a page may have these too, where a browser put a text back into it that it had kept (static/js/autosave.js).
    """
    call, number = practice.call, made_with(practice)
    return call.template if number == call.template_number else joined(call.template_of(number), call.template)


def sent_content(practice: Practice | Intake, form: DraftForm) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the person sent; fields that were not sent, or of which they keep the saved answer, as saved.

    Beside it, what they wrote in fields that the template has no more, where it changed since the page was made.
    """
    template, questions = sent_template(practice), queries.state_questions(practice.meeting_id)
    names = {*request.form, *request.form.getlist("fields")}
    content = content_of(form, template, questions, saved=practice.content, sent=names)
    content |= {key: practice.content.get(key) for key in request.form.getlist("keep_saved") if key in content}
    content = with_taken(template, content, request.form.get("take", ""))
    drop_row(form, content, request.form.get("remove_row", ""))
    new = practice.call.template
    if template is new:
        return content, {}
    old = {field.content_key for field in fields(practice.call.template_of(made_with(practice)))}
    for key in content.keys() - old:
        if not any(belongs(name, key) for name in names):
            content[key] = practice.content.get(key)
    moved = move(shaped(template, content, terms_for(template, questions)), template, new)
    return moved.kept, moved.lost


def belongs(name: str, field: str) -> bool:
    """Whether an input of the form is one of a field's ("answer_1" is of "answers.1" and of "answers")."""
    start = "answer" if field == ANSWERS else field.replace(f"{ANSWERS}.", "answer_")
    return name == start or name.startswith((f"{start}-", f"{start}_"))
