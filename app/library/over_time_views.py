"""Pages of what concerns a State or a theme over the years, and the map of practices."""

from typing import Any

from flask import render_template, request
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.audit.kept_pages import kept_for_visitors
from app.core.actors import Actor
from app.core.clock import now
from app.core.policies import public
from app.core.wording import show_day
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.directory.queries import party_by_code
from app.library import bp, practice_map, state_page, theme_page
from app.map.forms import DayForm
from app.map.svg import as_file


def _state(actor: Actor, code: str) -> Party:
    found = party_by_code(code)
    if found is None or found.kind not in (PartyKind.STATE, PartyKind.TERRITORY):
        raise NotFound
    return found


@bp.get("/states/<code>")
@kept_for_visitors
@public(load=_state)
def state(party: Party) -> Any:
    """One State or territory: all that concerns it over the years, and where it takes part."""
    shown = state_page.state(party, current_user)
    return render_template("library/state.html", **shown), 422 if shown["form"].at.errors else 200


@bp.get("/themes/<code>")
@kept_for_visitors
@public()
def theme(code: str) -> Any:
    """One theme: all that concerns it over the years, and who works on it."""
    return _theme("themes", code)


@bp.get("/objectives/<code>")
@kept_for_visitors
@public()
def objective(code: str) -> Any:
    """One objective of the Global Compact, as a theme."""
    return _theme("gcm", code)


def _theme(vocabulary: str, code: str) -> Any:
    form = DayForm.of_request()
    shown = theme_page.theme(vocabulary, code, current_user, form)
    return render_template("library/theme.html", **shown), 422 if form.at.errors else 200


@bp.get("/practices/map", endpoint="practice_map")
@kept_for_visitors
@public()
def map_of_practices() -> Any:
    """The States by how many good practices of theirs are published; or the picture as a file."""
    shown = practice_map.practice_map(current_user)
    kind, form = request.args.get("format", ""), shown["form"]
    if kind and not form.errors:
        return as_file(shown["as_drawn"], kind, show_day(now()))
    return render_template("library/practice_map.html", **shown), form.status
