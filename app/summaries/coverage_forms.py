"""Filters of the coverage pages: GET forms, so that what was asked lives in the address."""

from collections.abc import Mapping

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.core.forms import Form, choices
from app.core.localized import LANGUAGE_NAMES
from app.summaries.coverage_labels import KINDS, REFLECTIONS
from app.summaries.enums import Reflection


class PassageFilter(Form):
    """Which passages: of whom, on what, in which language and state."""

    class Meta:
        csrf = False

    question = SelectField(_l("Guiding question"), default="")
    party = SelectField(_l("Contributor"), default="")
    theme = SelectField(_l("Theme"), default="")
    mechanism = SelectField(_l("Mechanism"), default="")
    kind = SelectField(_l("Kind of text"), default="")
    language = SelectField(_l("Language"), default="")
    state = SelectField(_l("What became of it"), default="")

    @classmethod
    def of_request(
        cls,
        *,
        questions: Mapping[str, str],
        parties: Mapping[str, str],
        themes: Mapping[str, str],
        mechanisms: Mapping[str, str],
    ) -> "PassageFilter":
        """Return the form as the address fills it; the choices are mappings from code to name, in order."""
        form = cls(request.args)
        form.question.choices = choices({"": _("All questions"), **questions}.items())
        form.party.choices = choices({"": _("All contributors"), **parties}.items())
        form.theme.choices = choices({"": _("All themes"), **themes}.items())
        form.mechanism.choices = choices({"": _("All mechanisms"), **mechanisms}.items())
        form.kind.choices = choices([("", _("All kinds")), *KINDS.items()])
        form.language.choices = choices([("", _("All languages")), *LANGUAGE_NAMES.items()])
        form.state.choices = choices([("", _("All passages")), *REFLECTIONS.items()])
        return form

    def asked(self, name: str) -> str:
        """What a field asks for; one that was refused asks for nothing."""
        return "" if self[name].errors else self[name].data or ""

    @property
    def reflection(self) -> Reflection | None:
        """The state that is asked for."""
        asked = self.asked("state")
        return Reflection(asked) if asked else None

    @property
    def filtered(self) -> bool:
        """Whether anything is asked for."""
        return any(self.asked(field.name) for field in self)
