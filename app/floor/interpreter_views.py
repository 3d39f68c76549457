"""The interpreters' list of a session."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_login import current_user

from app.core.db import db
from app.core.forms import sent
from app.core.pages import back_to, say
from app.core.policies import is_staff, signed_in
from app.floor import bp, statements
from app.floor import statement_queries as queries
from app.floor.statement_forms import InterpreterForm
from app.floor.statement_models import FloorInterpreter
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff


@bp.route("/sessions/<slug>/manage/interpreters", methods=["GET", "POST"])
@signed_in(is_staff, load=meeting_for_staff)
def interpreters(meeting: Meeting) -> Any:
    """Who reads statements before they are delivered, to interpret them; a POST adds somebody."""
    form = InterpreterForm()
    if form.validate_on_submit():
        with form.saving():
            statements.add_interpreter(
                meeting,
                email=form.email.data or "",
                name=form.name.data or "",
                language=form.language.data,
                by=current_user,
            )
            say(_("Until the session is over, this person reads statements as soon as they are handed in."))
            return back_to("floor.interpreters", slug=meeting.slug)
    people, over = queries.interpreters_of(meeting.id), queries.is_over(meeting)
    page = render_template("floor/interpreters.html", meeting=meeting, form=form, people=people, over=over)
    return page, form.status


@bp.post("/interpreters/<int:interpreter_id>/remove")
@signed_in(is_staff, load=queries.interpreter_for_staff)
def remove_interpreter(interpreter: FloorInterpreter) -> Any:
    """Take somebody off the list."""
    sent()
    answer = back_to("floor.interpreters", slug=interpreter.meeting.slug)
    statements.remove_interpreter(interpreter, by=current_user)
    db.session.commit()
    say(_("This person reads statements as others do from now on."))
    return answer
