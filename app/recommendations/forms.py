"""Input of reports, and of what the secretariat does with recommendations."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import Optional

from app.core.audience import Audience
from app.core.forms import Form, LongTextField, VersionField, choices
from app.core.localized import LANGUAGE_NAMES
from app.meetings.labels import AUDIENCES
from app.recommendations.enums import Progress
from app.recommendations.labels import PROGRESS


class BoardForm(Form):
    """The filter of the board."""

    class Meta:
        csrf = False

    party = SelectField(_l("State or mechanism that is asked"), default="")
    body = HiddenField()


class ReportForm(Form):
    """What a delegation reports."""

    progress = RadioField(
        _l("How far the recommendation is followed"),
        [Optional()],
        choices=choices((key.value, label) for key, label in PROGRESS.items()),
        coerce=lambda value: Progress(value) if value else None,
        description=_l("A draft can be saved without it."),
    )
    text = LongTextField(_l("What was done, and what is planned"), [Optional()])
    language = SelectField(_l("Language you write in"), choices=choices(LANGUAGE_NAMES.items()))
    consent = SelectField(
        _l("Who may read it once it is filed"),
        choices=choices((key.value, label) for key, label in AUDIENCES.items()),
        coerce=Audience,
        description=_l("The session's own audience may be narrower; the narrower of the two holds."),
    )
    version = VersionField()


class CarryForm(Form):
    """Which of the open recommendations the session asks about too."""

    chosen = SelectMultipleField(_l("Open recommendations of earlier sessions"), validate_choice=False)


class CloseForm(Form):
    """Why a recommendation is closed."""

    reason = LongTextField(_l("Why it is closed"))
    version = VersionField()
