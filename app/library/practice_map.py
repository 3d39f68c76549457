"""The map of practices: States shaded by how many good practices of theirs are published, and the same as a table."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.exceptions import NotFound
from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from app.core.actors import Actor
from app.core.forms import Form, SelectChoice
from app.core.languages import current_language
from app.directory.facts import Facts, facts_at
from app.library import chronicle_queries, queries
from app.library.practice_queries import Wanted
from app.map.americas import STATES, Counted, is_drawn, number_picture
from app.map.naming import in_order, link
from app.map.svg import TYPES, Picture, drawn


class PracticeMapForm(Form):
    """Theme, objective and year of the practices that the map counts."""

    class Meta:
        csrf = False

    theme = SelectField(_l("Theme"), default="")
    gcm = SelectField(_l("Global Compact objective"), default="")
    year = IntegerField(_l("Year"), [Optional(), NumberRange(1990, 2199)])

    def offer(self) -> None:
        """Offer the themes and objectives. One statement."""
        terms, language = queries.terms("themes", "gcm"), current_language()
        themes = [(code, title.in_language(language)) for code, title in terms["themes"].items()]
        objectives = [(code, f"{code}. {title.in_language(language)}") for code, title in terms["gcm"].items()]
        for field, first, rows in (
            (self.theme, _("All themes"), themes),
            (self.gcm, _("All objectives"), objectives),
        ):
            field.choices = [SelectChoice(value=code, label=name) for code, name in [("", first), *rows]]

    @property
    def wanted(self) -> Wanted:
        """What the form asks for; a field that was refused asks for nothing."""
        asked: dict[str, Any] = {field.name: field.data for field in self if not field.errors}
        return Wanted(**asked)


def practice_map(actor: Actor) -> dict[str, Any]:
    """Return what templates/library/practice_map.html needs, as the address asks for it."""
    form = PracticeMapForm(request.args)
    form.offer()
    form.validate()
    wanted = form.wanted
    asked: dict[str, Any] = {"theme": wanted.theme or None, "gcm": wanted.gcm or None, "year": wanted.year}
    rows = _rows(facts_at(), chronicle_queries.practices_by_party(actor, wanted), asked)
    picture = _picture(rows, wanted)
    kind = request.args.get("format", "")
    if kind and kind not in TYPES:
        raise NotFound
    return {
        "form": form,
        "filtered": wanted.filtered,
        "as_drawn": picture,
        "picture": drawn(picture),
        "caption": picture.caption,
        "files": {kind: url_for("library.practice_map", format=kind, **asked) for kind in TYPES},
        "rows": sorted((row for row in rows if row["number"]), key=lambda row: -row["number"]),
        "total": sum(row["number"] for row in rows),
        "register_url": url_for("library.practices", **asked),
    }


def _rows(facts: Facts, numbers: dict[int, int], asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The States and territories that are drawn or have a practice, in the order of their names."""
    parties = [party for party in facts.parties.values() if numbers.get(party.id) or party.kind in STATES]
    return [
        {
            "code": party.code,
            **link(party),
            "number": numbers.get(party.id, 0),
            "drawn": is_drawn(party),
            "list_url": url_for("library.practices", state=party.code, **asked),
        }
        for party in in_order(parties)
    ]


def _picture(rows: list[dict[str, Any]], wanted: Wanted) -> Picture:
    found = {}
    for row in rows:
        if row["drawn"]:
            said = ngettext("%(num)d good practice", "%(num)d good practices", row["number"])
            found[row["code"]] = Counted(row["label"], row["number"], said, row["url"])
    caption = (
        _("How many good practices of each State are published, of those that the filters leave.")
        if wanted.filtered
        else _("How many good practices of each State are published.")
    )
    return number_picture(_("Good practices by State"), caption, _("Good practices"), found)
