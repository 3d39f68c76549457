"""The forms of collections."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.collections.models import Collection
from app.collections.operations import NOTE_LIMIT, TITLE_LIMIT
from app.core.forms import Form, FormKeyField, LongTextField, TextField, VersionField, choices

NEW = "new"


class CollectionForm(Form):
    """What a collection is called, and what its owner says of it."""

    title = TextField(_l("Title"), [InputRequired(_l("Give the collection a title.")), Length(max=TITLE_LIMIT)])
    note = LongTextField(
        _l("What the collection is for"),
        [Optional(), Length(max=NOTE_LIMIT)],
        description=_l("It stands at the head of the collection, and of the document that is made of it."),
    )
    version = VersionField()
    form_key = FormKeyField()


class AddForm(Form):
    """Into which collection a reading goes, with a note; `title`: of a new one."""

    collection = RadioField(_l("Collection"), validate_choice=False)
    title = TextField(_l("Title of the new collection"), [Optional(), Length(max=TITLE_LIMIT)])
    note = LongTextField(_l("Your note on this reading"), [Optional(), Length(max=NOTE_LIMIT)])
    form_key = FormKeyField()

    def offer(self, own: Iterable[Collection]) -> None:
        """Offer the person's collections and a new one."""
        self.collection.choices = choices([*((str(row.id), row.title) for row in own), (NEW, _("A new collection"))])
        if self.collection.data is None:
            self.collection.data = self.collection.choices[0].value


class NoteForm(Form):
    """The note on one reading."""

    note = LongTextField(_l("Your note"), [Optional(), Length(max=NOTE_LIMIT)])
    version = VersionField()


class CopyForm(Form):
    """A button that copies what the person sees."""

    form_key = FormKeyField()


class SeenForm(Form):
    """A button that acts on what the person saw."""

    version = VersionField()


class MoveForm(Form):
    """Where a reading goes: a step up or down, or to a place; `version` is the mark of the order that was seen."""

    item = IntegerField(validators=[InputRequired(), NumberRange(1, 2**31 - 1)])
    direction = SelectField(choices=choices([("up", ""), ("down", "")]), validators=[Optional()])
    position = IntegerField(validators=[Optional(), NumberRange(1, 10_000)])
    version = VersionField()


class FileForm(Form):
    """As what a collection is to be made."""

    extension = HiddenField()
