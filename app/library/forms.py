"""The forms of reading pages: GET forms, so that what was asked lives in the address."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SearchField, SelectField
from wtforms.validators import NumberRange, Optional

from app.core.forms import Form, SelectChoice
from app.core.localized import LANGUAGE_NAMES
from app.core.wording import in_reader_language
from app.directory.enums import PartyKind
from app.directory.facts import Facts
from app.directory.labels import MECHANISM_KINDS, ORGANIZATION_KINDS
from app.library.practice_queries import Wanted
from app.map.forms import DayForm
from app.map.naming import in_order
from app.register.labels import CLASSES

STATES = (PartyKind.STATE, PartyKind.TERRITORY)


class PracticeFilter(Form):
    """State, theme, Global Compact objective, year of the session, language of the original, and the order.

    `mechanism`, `term` and `body` are shown where the address names one: the pages of mechanisms, of terms and of
    bodies that convene sessions lead here.
    """

    class Meta:
        csrf = False

    state = SelectField(_l("State"), default="")
    theme = SelectField(_l("Theme"), default="")
    gcm = SelectField(_l("Global Compact objective"), default="")
    language = SelectField(_l("Language"), default="")
    year = IntegerField(_l("Year"), [Optional(), NumberRange(1990, 2199)])
    mechanism = SelectField(_l("Mechanism"), default="")
    term = SelectField(_l("Term"), default="")
    body = SelectField(_l("Body that convened the session"), default="")
    sort = SelectField(_l("Order"), default="state")

    @classmethod
    def of_request(
        cls,
        *,
        states: Mapping[str, str],
        themes: Mapping[str, str],
        objectives: Mapping[str, str],
        mechanisms: Mapping[str, str],
        terms: Mapping[str, str],
    ) -> "PracticeFilter":
        """Return the form as the address fills it; the choices are mappings from code to name, in order."""
        form = cls(request.args)
        form.state.choices = _choices({"": _("All States")} | dict(states))
        form.theme.choices = _choices({"": _("All themes")} | dict(themes))
        form.gcm.choices = _choices({"": _("All objectives")} | dict(objectives))
        form.language.choices = _choices({"": _("All languages")} | LANGUAGE_NAMES)
        form.mechanism.choices = _choices({"": _("All mechanisms")} | dict(mechanisms))
        form.body.choices = _choices({"": _("All bodies")} | dict(mechanisms))
        form.term.choices = _choices({"": _("All terms")} | dict(terms))
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


class MechanismFilter(DayForm):
    """Kind, State that is a member, theme, and the day that the facts are read as at."""

    kind = SelectField(_l("Kind"), default="")
    state = SelectField(_l("State"), default="")
    theme = SelectField(_l("Theme"), default="")

    def choose_from(self, facts: Facts) -> None:
        """Offer the kinds that mechanisms have, the States and territories, and the themes, whatever the day."""
        kinds = {row.subkind for row in facts.of_kind(PartyKind.MECHANISM)}
        states = in_order(facts.of_kind(*STATES))
        self.kind.choices = _choices(
            {"": _("All kinds")} | {kind.value: str(label) for kind, label in MECHANISM_KINDS.items() if kind in kinds}
        )
        self.state.choices = _choices(
            {"": _("All States")} | {row.code: in_reader_language(row.label) for row in states}
        )
        self.theme.choices = _choices(
            {"": _("All themes")} | {term.code: in_reader_language(term.title) for term in facts.vocabulary("themes")}
        )


class OrganizationFilter(DayForm):
    """The kind of organization."""

    kind = SelectField(_l("Kind"), default="")

    def choose_from(self, facts: Facts) -> None:
        """Offer the kinds that organizations have."""
        kinds = {row.subkind for row in facts.of_kind(PartyKind.ORGANIZATION)}
        self.kind.choices = _choices(
            {"": _("All kinds")}
            | {kind.value: str(label) for kind, label in ORGANIZATION_KINDS.items() if kind in kinds}
        )


def _choices(names: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value=code, label=name) for code, name in names.items()]


class DocumentFilter(Form):
    """Words of symbol or title, class, language, agenda item, what is new, and the order."""

    class Meta:
        csrf = False

    q = SearchField(_l("Symbol or words of the title"), default="")
    document_class = SelectField(_l("Class"), default="", name="class")
    language = SelectField(_l("Language"), default="")
    item = SelectField(_l("Item"), default="")
    new = SelectField(_l("Since your last visit"), default="")
    sort = SelectField(_l("Order"), default="symbol")

    @classmethod
    def of_request(cls, items: Mapping[str, str]) -> "DocumentFilter":
        """Return the form as the address fills it; `items` are the agenda items, in order."""
        form = cls(request.args)
        classes = {kind.value: str(label) for kind, label in CLASSES.items()}
        form.document_class.choices = _choices({"": _("All classes")} | classes)
        form.language.choices = _choices({"": _("All languages")} | LANGUAGE_NAMES)
        form.item.choices = _choices({"": _("All items")} | dict(items))
        form.new.choices = _choices({"": _("Everything"), "1": _("Only what is new")})
        form.sort.choices = _choices(
            {
                "symbol": _("By symbol"),
                "-symbol": _("By symbol, from the end"),
                "title": _("By title"),
                "-title": _("By title, from the end"),
                "class": _("By class"),
                "-class": _("By class, from the end"),
                "date": _("Oldest first"),
                "-date": _("Newest first"),
            }
        )
        return form

    def asked(self, name: str) -> str:
        """Return what a field asks for; one that was refused asks for nothing."""
        field = self[name]
        return "" if field.errors else str(field.data or "")
