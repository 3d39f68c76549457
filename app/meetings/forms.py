"""Input of a session's pages."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateTimeLocalField,
    EmailField,
    IntegerField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional, Regexp

from app.core.audience import Audience
from app.core.forms import Form, LocalizedField, TextField, VersionField, choices
from app.core.localized import LANGUAGE_NAMES
from app.meetings.enums import DelegationRole, ItemKind, Mode, QuestionAudience
from app.meetings.labels import AUDIENCES, ITEM_KINDS, MODES, QUESTION_AUDIENCES, ROLES

# The zones of the capitals of the Americas, of Europe's members, and UTC: a list people can read.
ZONES = (
    "America/New_York",
    "America/Argentina/Buenos_Aires",
    "America/Asuncion",
    "America/Barbados",
    "America/Belize",
    "America/Bogota",
    "America/Caracas",
    "America/Costa_Rica",
    "America/El_Salvador",
    "America/Guatemala",
    "America/Guayaquil",
    "America/Guyana",
    "America/Havana",
    "America/Jamaica",
    "America/La_Paz",
    "America/Lima",
    "America/Managua",
    "America/Mexico_City",
    "America/Montevideo",
    "America/Nassau",
    "America/Panama",
    "America/Paramaribo",
    "America/Port-au-Prince",
    "America/Port_of_Spain",
    "America/Puerto_Rico",
    "America/Santiago",
    "America/Santo_Domingo",
    "America/Sao_Paulo",
    "America/St_Lucia",
    "America/Tegucigalpa",
    "America/Toronto",
    "Europe/Lisbon",
    "Europe/Madrid",
    "Europe/Zurich",
    "UTC",
)
ZONE_CHOICES = choices((zone, zone.replace("_", " ")) for zone in ZONES)
LOCAL = "%Y-%m-%dT%H:%M"


def _choices(labels: dict[Any, Any]) -> list[Any]:
    return choices((key.value, label) for key, label in labels.items())


class MeetingForm(Form):
    """A session's own facts. Dates are local to its zone."""

    mechanism = SelectField(_l("Convening mechanism"), validate_choice=True)
    code = TextField(
        _l("Code"),
        [
            InputRequired(_l("Give the session a code.")),
            Length(max=20),
            Regexp(
                r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*\Z",
                message=_l("Use letters without accents, figures, dots and hyphens."),
            ),
        ],
        description=_l("Stands in references and in the address, for example the year. It cannot be changed later."),
    )
    title = LocalizedField(_l("Title"), limit=300)
    theme = LocalizedField(_l("Theme"), needed=False, limit=600)
    mandate_resolution = TextField(
        _l("Mandate: resolution"),
        [InputRequired(_l("Name the resolution that orders the session.")), Length(max=120)],
        description=_l("For example AG/RES. 2988 (LII-O/22)."),
    )
    mandate_paragraph = TextField(
        _l("Mandate: operative paragraph"), [InputRequired(_l("Name the operative paragraph.")), Length(max=40)]
    )
    mandate_text = LocalizedField(_l("What the mandate asks"), multiline=True, needed=False, limit=3000)
    zone = SelectField(_l("Time zone"), choices=ZONE_CHOICES)
    starts_at = DateTimeLocalField(
        _l("Starts"),
        [InputRequired(_l("Say when the session starts."))],
        format=[LOCAL, "%Y-%m-%dT%H:%M:%S"],
        description=_l("Date and time in the session's zone."),
    )
    ends_at = DateTimeLocalField(
        _l("Ends"), [InputRequired(_l("Say when the session ends."))], format=[LOCAL, "%Y-%m-%dT%H:%M:%S"]
    )
    place = LocalizedField(_l("Place"), needed=False, limit=300)
    mode = SelectField(_l("Mode"), choices=_choices(MODES), coerce=Mode)
    languages = SelectMultipleField(_l("Working languages"), choices=choices(LANGUAGE_NAMES.items()))
    chair = LocalizedField(_l("Chair"), needed=False, limit=200, description=_l("The office, or the person's name."))
    distribution = SelectField(
        _l("Who may read what is published"),
        choices=_choices(AUDIENCES),
        coerce=Audience,
        description=_l("A delegation can agree to less than this for its own text, never to more."),
    )
    version = VersionField()


class AgendaItemForm(Form):
    """An item of the order of business."""

    title = LocalizedField(_l("Title"), limit=300)
    description = LocalizedField(_l("Description"), multiline=True, needed=False, limit=2000)
    kind = SelectField(_l("Kind"), choices=_choices(ITEM_KINDS), coerce=ItemKind, default=ItemKind.DIALOGUE)
    day = IntegerField(
        _l("Day"),
        [InputRequired(_l("Say on which day.")), NumberRange(1, 30, _l("Choose a day from 1 to 30."))],
        default=1,
    )
    minutes = IntegerField(
        _l("Minutes"),
        [Optional(), NumberRange(0, 1440, _l("Choose from 0 to 1440 minutes."))],
        default=30,
        description=_l("0 where it has no set time."),
    )
    version = VersionField()


class MoveForm(Form):
    """Where an item goes: one up or down, or to a position; `item`: the one dragged, in an address of a list."""

    direction = SelectField(choices=choices([("up", ""), ("down", "")]), validators=[Optional()])
    position = IntegerField(validators=[Optional(), NumberRange(1, 10_000)])
    item = IntegerField(validators=[Optional(), NumberRange(1, 2**31 - 1)])
    version = VersionField()


class QuestionForm(Form):
    """A guiding question."""

    text = LocalizedField(_l("Question"), multiline=True, limit=1500)
    audience = SelectField(
        _l("Addressed to"), choices=_choices(QUESTION_AUDIENCES), coerce=QuestionAudience, default=QuestionAudience.BOTH
    )
    version = VersionField()


class StageForm(Form):
    """The step that the person saw and confirms."""

    stage = SelectField(_l("Stage"), validate_choice=False)
    version = VersionField()


class DelegationForm(Form):
    """A party to add."""

    party = SelectField(_l("State, organization or mechanism"), validate_choice=True)


class InvitationForm(Form):
    """A person to invite to a delegation."""

    name = TextField(_l("Name"), [InputRequired(_l("Write the person's name.")), Length(max=200)])
    email = EmailField(
        _l("E-mail"),
        [
            InputRequired(_l("Write the person's e-mail address.")),
            Length(max=320),
            Email(_l("This is not an e-mail address.")),
        ],
    )
    role = SelectField(_l("Role"), choices=_choices(ROLES), coerce=DelegationRole, default=DelegationRole.FOCAL_POINT)
    language = SelectField(_l("Language of the invitation"), choices=choices(LANGUAGE_NAMES.items()))
