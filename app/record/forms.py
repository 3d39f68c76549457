"""Input of the record."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional

from app.core.forms import Form, LongTextField, VersionField, choices
from app.core.localized import LANGUAGE_NAMES
from app.meetings.forms import LOCAL
from app.meetings.models import GuidingQuestion
from app.record.enums import Outcome
from app.record.labels import OUTCOMES
from app.record.models import Points
from app.record.texts import GENERAL, answer_key, field_of


class PointsForm(Form):
    """What was said in an intervention: in general, and on each guiding question (`points_form` adds those)."""

    points = LongTextField(_l("Points"), description=_l("One a line, in the order in which they were made."))
    version = VersionField()

    @property
    def answers(self) -> list[Any]:
        """The fields of the questions, in order."""
        return [field for field in self if field.short_name.startswith("answer_")]

    @property
    def written(self) -> Points:
        """What was written, as the record holds it."""
        return {GENERAL: self.points.data or ""} | {
            answer_key(field.short_name.removeprefix("answer_")): field.data or "" for field in self.answers
        }


AnyForm = TypeVar("AnyForm", bound=PointsForm)


class CorrectionForm(PointsForm):
    """What a delegation wants the minutes to say, and why."""

    reason = LongTextField(_l("Why, where it is no matter of course"), [Optional()])


def points_form(
    base: type[AnyForm],
    questions: Sequence[GuidingQuestion],
    points: Mapping[str, str],
    *,
    sent: bool = True,
    **values: Any,
) -> AnyForm:
    """Return a form with a field for each question, made with points; with `sent`, as the request sent it."""
    fields = {
        f"answer_{question.key}": LongTextField(_l("On question %(number)d", number=question.number))
        for question in questions
    }
    made: type[AnyForm] = type(base.__name__, (base,), fields)
    of_row = {**values, **{field_of(key): text for key, text in points.items()}}
    return made(data=of_row) if sent else made(formdata=None, data=of_row)


class LanguageForm(Form):
    """What the record is written in."""

    language = SelectField(_l("Language of notes and minutes"), choices=choices(LANGUAGE_NAMES.items()))


class _LeftOut(Optional):
    """May be left out by who is not asked for it; who sees the field is to fill it in, so nothing calls it optional."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {}


class FollowUpForm(Form):
    """Until when a delegation may hand in a good practice, where its call is closed."""

    until = DateTimeLocalField(
        _l("It may be handed in until"),
        [_LeftOut()],
        format=LOCAL,
        description=_l("The call is closed. Date and time in the session's zone."),
    )


class AttendanceForm(Form):
    """Which delegations are present."""

    present = SelectMultipleField(_l("Present"), coerce=int)
    version = VersionField()


class SendForm(Form):
    """Until when delegations correct the minutes."""

    until = DateTimeLocalField(
        _l("Corrections until"),
        [InputRequired(_l("Say until when."))],
        format=LOCAL,
        description=_l("Date and time in the session's zone."),
    )


class RestoreForm(Form):
    """That a version is brought back, by who saw what it changes."""

    version = VersionField()


class ReopenForm(Form):
    """Why final minutes are opened again."""

    reason = LongTextField(
        _l("Why they are opened again"),
        [InputRequired(_l("Write why: the delegations read it."))],
        description=_l("It stands with the minutes."),
    )


class SettleForm(PointsForm):
    """What becomes of a correction, and what the minutes say where it is accepted in part."""

    outcome = RadioField(
        _l("Answer"),
        [InputRequired(_l("Choose an answer."))],
        choices=choices((outcome.value, label) for outcome, label in OUTCOMES.items()),
        coerce=Outcome,
    )
    answer = LongTextField(
        _l("To the delegation"), [Optional()], description=_l("Needed where the minutes do not say it as proposed.")
    )
