"""Input of schedules."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, ValidationError

from app.core.forms import Form, TextField, VersionField, choices


class ScheduleForm(Form):
    """When a session reminds of one thing (`subject`: the name of its message)."""

    subject = HiddenField()
    active = BooleanField(_l("Remind those who are asked for it"))
    days = TextField(
        _l("How many days before the deadline"),
        description=_l("Numbers with commas between them, for example 14, 7, 2."),
    )
    hour = SelectField(
        _l("At which hour"), choices=choices((str(hour), f"{hour:02d}:00") for hour in range(24)), validate_choice=False
    )
    version = VersionField()

    def validate_days(self, field: Any) -> None:
        """Refuse what is not a list of numbers."""
        if not re.fullmatch(r"[\d,;\s]*", field.data or "", flags=re.ASCII):
            raise ValidationError(_l("Write numbers with commas between them, for example 14, 7, 2."))

    @property
    def numbers(self) -> list[int]:
        """The days as numbers; a number too long to be days is one too many."""
        return [int(number[:4]) for number in re.findall(r"[0-9]+", self.days.data or "")]

    @property
    def hour_number(self) -> int:
        """The hour, or -1 for what is none."""
        return int(self.hour.data) if re.fullmatch("[0-9]{1,2}", self.hour.data or "") else -1
