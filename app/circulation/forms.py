"""Input of circulation."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional

from app.circulation.enums import CirculationKind, Disposition
from app.circulation.labels import DISPOSITIONS, KINDS
from app.core.forms import Form, FormKeyField, LocalizedField, LongTextField, VersionField, choices
from app.core.localized import LANGUAGE_NAMES
from app.meetings.forms import LOCAL


def _until(label: Any) -> DateTimeLocalField:
    return DateTimeLocalField(
        label,
        [InputRequired(_l("Say until when."))],
        format=LOCAL,
        description=_l("Date and time in the session's zone."),
    )


def _language() -> SelectField:
    return SelectField(_l("Language in which you write"), choices=choices(LANGUAGE_NAMES.items()))


class BeginForm(Form):
    """What for, until when and to whom a text is circulated."""

    kind = RadioField(
        _l("What for"),
        [InputRequired(_l("Choose what the text is circulated for."))],
        choices=choices((kind.value, label) for kind, label in KINDS.items()),
        coerce=CirculationKind,
        default=CirculationKind.COMMENTS,
    )
    ends_at = _until(_l("Until"))
    delegations = SelectMultipleField(_l("Delegations"), coerce=int)
    message = LocalizedField(_l("What the delegations read with it"), multiline=True, needed=False, limit=4000)
    form_key = FormKeyField()


class ExtendForm(Form):
    """Until when a circulation lasts instead."""

    ends_at = _until(_l("Now until"))


class EndForm(Form):
    """Why a circulation ends early."""

    reason = LongTextField(_l("Why it ends early"), description=_l("The delegations addressed read it."))


class CommentForm(Form):
    """What a delegation says of a paragraph, and the text that it proposes."""

    language = _language()
    text = LongTextField(_l("Comment"), [Optional()])
    proposed = LongTextField(
        _l("Text that you propose"),
        [Optional()],
        description=_l("The whole paragraph as it should read, in that language."),
    )
    version = VersionField()


class ObjectionForm(Form):
    """On which paragraphs a delegation breaks the silence, and why."""

    paragraphs = SelectMultipleField(
        _l("Paragraphs that your delegation cannot accept"),
        [Optional()],
        description=_l("Where you choose none, the objection is to the whole text."),
    )
    language = _language()
    reason = LongTextField(_l("What you cannot accept, and why"), description=_l("All delegations addressed read it."))


class PositionForm(Form):
    """How a delegation explains its position."""

    language = _language()
    text = LongTextField(_l("Explanation of position"))
    version = VersionField()


class DisposeForm(Form):
    """What becomes of a comment."""

    disposition = RadioField(
        _l("Disposition"),
        [InputRequired(_l("Choose a disposition."))],
        choices=choices((one.value, label) for one, label in DISPOSITIONS.items()),
        coerce=Disposition,
    )
    reply = LocalizedField(_l("Reply to the delegation"), multiline=True, needed=False, limit=4000)
    version = VersionField()


class PutInForm(Form):
    """The paragraph that is to say what a comment proposes, and the `comment`, both as they were seen."""

    version = VersionField()
    comment = VersionField()
