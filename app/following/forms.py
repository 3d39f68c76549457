"""Forms of following."""

from typing import Any

from babel.dates import get_day_names
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from app.core.forms import Form, VersionField, choices
from app.core.languages import current_language
from app.following.enums import Rhythm
from app.following.labels import RHYTHMS
from app.meetings.forms import ZONES


def _rhythm() -> RadioField:
    return RadioField(
        _l("How often"),
        [InputRequired(_l("Choose how often."))],
        choices=choices((rhythm.value, label) for rhythm, label in RHYTHMS.items()),
        coerce=Rhythm,
        default=Rhythm.WEEKLY,
    )


class FollowForm(Form):
    """What to follow, and how often. `kind` and `target` come from the page that the person was on."""

    kind = HiddenField()
    target = HiddenField()
    rhythm = _rhythm()


class RhythmForm(Form):
    """How often, of what is followed already."""

    rhythm = SelectField(
        _l("How often"),
        choices=choices((rhythm.value, label) for rhythm, label in RHYTHMS.items()),
        coerce=Rhythm,
    )
    version = VersionField()


class DigestForm(Form):
    """When digests come."""

    hour = SelectField(_l("At"), coerce=int)
    weekday = SelectField(_l("The weekly one on"), coerce=int)
    zone = SelectField(_l("Time zone"))
    version = VersionField()

    @classmethod
    def of(cls, row: Any, **more: Any) -> "DigestForm":
        """The form of a person's settings, with the names of days in the language of the screen."""
        form = cls(obj=row, **more)
        form.hour.choices = choices((hour, f"{hour:02}:00") for hour in range(24))
        days = get_day_names("wide", locale=current_language())
        form.weekday.choices = choices((number, days[number]) for number in range(7))
        own = {row.zone} if row else set()
        form.zone.choices = choices((zone, zone.replace("_", " ")) for zone in (*ZONES, *sorted(own - {*ZONES})))
        return form
