"""Input of the pages of groups."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.core.db import row_number
from app.core.forms import Form, FormKeyField, TextField, VersionField
from app.grouping.models import NAME_LIMIT

NEW, APART = "new", "apart"  # where passages go that go into no group that there is


class MakeForm(Form):
    """Asks for groups."""

    form_key = FormKeyField()


class NameForm(Form):
    """The name of a group."""

    name = TextField(_l("Name of the group"), [Length(max=NAME_LIMIT)])
    version = VersionField()


class PassagesForm(Form):
    """Passages of a group that were chosen, and where they go."""

    passages = SelectMultipleField(_l("Passages"), coerce=row_number, validate_choice=False)
    to = SelectField(_l("Where they go"), validate_choice=False)
    new_name = TextField(_l("Name of the new group (may be left empty)"), [Length(max=NAME_LIMIT)])
    dragged = BooleanField(widget=HiddenInput())  # on the page of all groups
    version = VersionField()


class MergeForm(Form):
    """The group that another is put into."""

    to = SelectField(_l("Group that takes its passages"), validate_choice=False)
    version = VersionField()


class StepForm(Form):
    """One step up or down, or a place."""

    direction = StringField(widget=HiddenInput())
    position = IntegerField(validators=[Optional(), NumberRange(1, 100_000)], widget=HiddenInput())
    version = VersionField()


class TakeForm(Form):
    """What of a proposal is taken over: a block ("question-1"), a group, or where neither is named all of it."""

    block = StringField(widget=HiddenInput())
    group = StringField(widget=HiddenInput())
    form_key = FormKeyField()
