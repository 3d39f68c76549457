"""GET forms of the map: what was asked lives in the address."""

import re
from calendar import monthrange
from datetime import date
from typing import Any, Self

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, ValidationError
from wtforms.validators import Optional

from app.core.forms import Form
from app.directory.facts import today

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


def _within_reach(_form: Form, field: DateField) -> None:
    """Refuse a year that no source can speak of."""
    if field.data and not FIRST <= field.data <= LAST:
        raise ValidationError(_l("Give a day between 1900 and 2199."))


class DayField(DateField):
    """A day; a year or a month stands for its last day."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        try:
            self.data = _last_day(text) if text else None
        except ValueError as error:
            self.data = None
            raise ValueError(_("Write a day such as 2016-03-31, or a year.")) from error


def _last_day(text: str) -> date:
    if re.fullmatch(r"\d{4}", text, re.ASCII):
        return date(int(text), 12, 31)
    if re.fullmatch(r"\d{4}-\d\d", text, re.ASCII):
        year, month = map(int, text.split("-"))
        return date(year, month, monthrange(year, month)[1])
    return date.fromisoformat(text)


class DayForm(Form):
    """The day that the facts are read as at; pages add what else they filter by."""

    class Meta:
        csrf = False

    at = DayField(_l("As at"), [Optional(), _within_reach])

    @classmethod
    def of_request(cls) -> Self:
        """Return the form as the address fills it; validate it once its choices are set."""
        form = cls(request.args)
        form.at.validate(form)
        return form

    def wanted(self, name: str) -> Any:
        """Return what a field asks for; one that was refused asks for nothing."""
        field = self[name]
        return None if field.errors else field.data

    @property
    def day(self) -> str:
        """The ISO day to read the facts at: today where none, or none that can be read, was given."""
        return today() if self.at.errors or not self.at.data else self.at.data.isoformat()
