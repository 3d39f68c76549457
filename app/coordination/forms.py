"""Input of coordinations."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import Length, Optional

from app.coordination.labels import STATES
from app.coordination.operations import NOTE_LIMIT
from app.core.forms import Form, LocalizedField, LongTextField, VersionField, choices

STATE_CHOICES = choices((state.value, label) for state, label in STATES.items())


class WhoAndWhatForm(Form):
    """Who works together, and on what."""

    topic = LocalizedField(_l("On what"), limit=400)
    parties = SelectMultipleField(_l("Who works together"))
    theme = SelectField(_l("Theme"), [Optional()], default="")
    version = VersionField()


class RecordForm(WhoAndWhatForm):
    """A coordination, with the source that tells of it."""

    source = SelectField(_l("From which source"), validate_choice=False)
    state = SelectField(_l("How far it is"), choices=STATE_CHOICES)
    note = LongTextField(_l("Note"), [Optional(), Length(max=NOTE_LIMIT)])


class StepForm(Form):
    """What became of a coordination."""

    state = SelectField(_l("How far it is"), choices=STATE_CHOICES)
    note = LongTextField(_l("Note"), [Optional(), Length(max=NOTE_LIMIT)])
    version = VersionField()


class RegisterForm(Form):
    """The filter of the register."""

    class Meta:
        csrf = False

    state = SelectField(_l("How far it is"), choices=[*choices([("", _l("All"))]), *STATE_CHOICES], default="")
    mechanism = SelectField(_l("Mechanism"), default="")
