"""The closed-down page: somebody without an account hands in one statement by a code, and reads nothing else."""

from typing import Any

from flask import render_template, request, session
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.forms import Form
from app.core.pages import back_to
from app.core.policies import public
from app.floor import bp, statements
from app.floor import statement_queries as queries
from app.floor.queries import language_of
from app.floor.statement_codes import code_by_id, code_by_text, works
from app.floor.statement_forms import CodeForm, StatementForm, item_choices
from app.floor.statement_models import FloorStatementCode
from app.floor.statement_views import statement_form
from app.people.throttle import count_attempt, forgive_attempts

KEY = "hand_in"  # in the browser's session: the code that somebody wrote


@bp.get("/statements/hand-in")
@public()
def code_door() -> Any:
    """The form that asks for the code."""
    return render_template("floor/code_door.html", form=CodeForm(formdata=None))


@bp.post("/statements/hand-in")
@public()
def enter_code() -> Any:
    """Take a code; tries are counted as those of signing in are."""
    form = CodeForm()
    if form.validate_on_submit():
        tried, address = form.code.data or "", request.remote_addr or ""
        with form.saving():
            count_attempt("code", email=tried, address=address)
            code = code_by_text(current_user, tried)
            forgive_attempts("code", email=tried, address=address)
            session[KEY] = code.id
            return back_to("floor.handing_in_by_code")
    return render_template("floor/code_door.html", form=form), form.status


def _entered(actor: Actor) -> FloorStatementCode:
    """The code that this browser wrote; raises NotFound for every other browser."""
    code = code_by_id(actor, session.get(KEY))
    if code is None:
        raise NotFound
    return code


def _page(code: FloorStatementCode, form: Form) -> tuple[str, int]:
    meeting = code.delegation.meeting
    page = render_template(
        "floor/hand_in_by_code.html",
        code=code,
        works=works(code) and statements.takes_statements(meeting),
        version=queries.handed_in_by(code),
        meeting=meeting,
        party=code.delegation.party,
        item=queries.item_named(meeting, code.mark),
        form=form,
    )
    return page, form.status


def _form(code: FloorStatementCode) -> tuple[StatementForm, dict[str, Any]]:
    form, spoken_for = statement_form(
        code.delegation, data={"item": code.mark, "language": language_of(code.delegation, code.mark)}
    )
    form.item.choices = item_choices(queries.items_of(code.delegation.meeting))
    form.item.data = code.mark
    return form, spoken_for


@bp.get("/statements/hand-in/statement")
@public(load=_entered)
def handing_in_by_code(code: FloorStatementCode) -> Any:
    """The form of one statement; once it was handed in, that it was received."""
    return _page(code, _form(code)[0])


@bp.post("/statements/hand-in/statement")
@public(load=_entered)
def hand_in_by_code(code: FloorStatementCode) -> Any:
    """Hand in the statement of a code."""
    form, spoken_for = _form(code)
    if form.validate_on_submit():
        with form.saving():
            statements.hand_in(code.delegation, mark=code.mark, code=code, by=current_user, **form.fields(spoken_for))
            return back_to("floor.handing_in_by_code")
    return _page(code, form)
