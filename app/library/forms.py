"""The forms of reading pages: GET forms, so that what was asked lives in the address."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SearchField, SelectField

from app.core.forms import Form, SelectChoice
from app.core.localized import LANGUAGE_NAMES
from app.library.queries import Wanted


class PracticeFilter(Form):
    """State, theme, Global Compact objective, language of the original, and the order."""

    class Meta:
        csrf = False

    state = SelectField(_l("State"), default="")
    theme = SelectField(_l("Theme"), default="")
    gcm = SelectField(_l("Global Compact objective"), default="")
    language = SelectField(_l("Language"), default="")
    sort = SelectField(_l("Order"), default="state")

    @classmethod
    def of_request(
        cls, *, states: Mapping[str, str], themes: Mapping[str, str], objectives: Mapping[str, str]
    ) -> "PracticeFilter":
        """Return the form as the address fills it; the choices are mappings from code to name, in order."""
        form = cls(request.args)
        form.state.choices = _choices({"": _("All States")} | dict(states))
        form.theme.choices = _choices({"": _("All themes")} | dict(themes))
        form.gcm.choices = _choices({"": _("All objectives")} | dict(objectives))
        form.language.choices = _choices({"": _("All languages")} | LANGUAGE_NAMES)
        form.sort.choices = _choices(
            {
                "state": _("By State"),
                "-state": _("By State, from the end"),
                "title": _("By title"),
                "-title": _("By title, from the end"),
                "date": _("Oldest first"),
                "-date": _("Newest first"),
            }
        )
        return form

    def wanted(self, meeting: str = "") -> Wanted:
        """Return what the form asks for; a field that was refused asks for nothing."""
        asked: dict[str, Any] = {field.name: field.data for field in self if not field.errors}
        return Wanted(meeting=meeting, **asked)


class SearchForm(Form):
    """What to look for."""

    class Meta:
        csrf = False

    q = SearchField(_l("Words to look for"))


def _choices(names: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value=code, label=name) for code, name in names.items()]
