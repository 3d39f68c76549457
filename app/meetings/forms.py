"""Input of a session's pages."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    FieldList,
    FileField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TimeField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from app.core.audience import Audience
from app.core.forms import Form, FormKeyField, LocalizedField, LongTextField, TextField, VersionField, choices
from app.core.localized import LANGUAGE_NAMES
from app.meetings.arrangement import Direction
from app.meetings.enums import DelegationRole, ItemKind, ItemRole, Mode, QuestionAudience
from app.meetings.fields import YEARS
from app.meetings.labels import AUDIENCES, ITEM_KINDS, ITEM_ROLES, MODES, QUESTION_AUDIENCES, ROLES
from app.meetings.models import DEFAULT_WORD_LIMIT
from app.meetings.operations import LONGEST_ITEM
from app.meetings.timing import MOST_DAYS

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


def _code() -> TextField:
    return TextField(
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


def _parent() -> SelectField:
    return SelectField(
        _l("Held within"),
        [Optional()],
        description=_l("The session of which this one is a part, for example the regular sessions of the same body."),
    )


def _resolution() -> TextField:
    return TextField(
        _l("Mandate: resolution"),
        [InputRequired(_l("Name the resolution that orders the session.")), Length(max=120)],
        description=_l("For example AG/RES. 2988 (LII-O/22)."),
    )


def _paragraph() -> TextField:
    return TextField(
        _l("Mandate: operative paragraph"), [InputRequired(_l("Name the operative paragraph.")), Length(max=40)]
    )


class MeetingForm(Form):
    """A session's own facts. Dates are local to its zone. `seen`: what the person was shown of what they mean."""

    mechanism = SelectField(_l("Convening mechanism"), validate_choice=True)
    code = _code()
    parent = _parent()
    title = LocalizedField(_l("Title"), limit=300)
    theme = LocalizedField(_l("Theme"), needed=False, limit=600)
    mandate_resolution = _resolution()
    mandate_paragraph = _paragraph()
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
    country = SelectField(
        _l("Country of the venue"),
        [Optional()],
        description=_l("Its holidays are pointed out when dates are chosen or carried to a new session."),
    )
    mode = SelectField(_l("Mode"), choices=_choices(MODES), coerce=Mode)
    languages = SelectMultipleField(_l("Working languages"), choices=choices(LANGUAGE_NAMES.items()))
    chair = LocalizedField(_l("Chair"), needed=False, limit=200, description=_l("The office, or the person's name."))
    distribution = SelectField(
        _l("Who may read what is published"),
        choices=_choices(AUDIENCES),
        coerce=Audience,
        description=_l("A delegation can agree to less than this for its own text, never to more."),
    )
    seen = HiddenField()
    version = VersionField()
    form_key = FormKeyField()


def _number(value: Any) -> int | None:
    return int(value) if str(value).isdecimal() else None


class CarryForm(Form):
    """What a session takes over from an earlier one or a template. `seen`: the first day whose dates were shown."""

    code = _code()
    first_day = DateField(
        _l("First day of the session"),
        [InputRequired(_l("Say on which day the session starts."))],
        description=_l("All other dates keep their distance from it, and their hour."),
    )
    title = LocalizedField(_l("Title"), limit=300)
    mandate_resolution = _resolution()
    mandate_paragraph = _paragraph()
    parent = _parent()
    parts = SelectMultipleField(_l("What to carry"))
    seen = HiddenField()
    action = HiddenField()

    def validate_first_day(self, field: DateField) -> None:
        """The dates that are counted from the day are to be on the calendar as well."""
        if field.data and field.data.year not in YEARS:
            raise ValidationError(_l("This date cannot be reckoned with. Choose another."))

    form_key = FormKeyField()


class TemplateForm(Form):
    """A set-up to keep."""

    name = TextField(_l("Name of the template"), [InputRequired(_l("Give the template a name.")), Length(max=120)])
    parts = SelectMultipleField(
        _l("What it holds"),
        description=_l(
            "The session's facts are always in it, people never: the chair and the functions in items stay out."
        ),
    )


class PaperForm(Form):
    """A concept paper to read."""

    file = FileField(_l("Concept paper"), description=_l("DOCX, PDF with text, or TXT; up to 20 MB and 60 pages."))


class PaperFactsForm(MeetingForm):
    """What a concept paper says of a session, as a person confirms it.

    `paper` is the paper's text, which is kept nowhere else; `kept` its file, which waits a day. `language` is the
    language that it is in, and `read_in` the one that its texts were asked in.
    """

    questions = FieldList(LongTextField(_l("Question"), [Length(max=1500)]), max_entries=30)
    question_audience = SelectField(
        _l("Questions addressed to"),
        choices=_choices(QUESTION_AUDIENCES),
        coerce=QuestionAudience,
        default=QuestionAudience.BOTH,
    )
    delegations = SelectMultipleField(
        _l("Mechanisms named: those ticked get a delegation"),
        description=_l("Others are added on the page of the delegations."),
    )
    name = HiddenField()
    paper = HiddenField()
    kept = HiddenField()
    register_paper = BooleanField(
        _l("Register the paper itself as a document of the session"),
        default=True,
        description=_l("It gets a symbol; its readers get it when you issue it. Without the tick the file is deleted."),
    )
    language = SelectField(_l("Language of the paper"), choices=choices(LANGUAGE_NAMES.items()))
    read_in = HiddenField()


class AgendaItemForm(Form):
    """An item of the order of business."""

    title = LocalizedField(_l("Title"), limit=300)
    description = LocalizedField(_l("Description"), multiline=True, needed=False, limit=2000)
    kind = SelectField(_l("Kind"), choices=_choices(ITEM_KINDS), coerce=ItemKind, default=ItemKind.DIALOGUE)
    parent = SelectField(
        _l("Part of"),
        coerce=_number,
        description=_l("A sub-item has the day of its item, and its number before its own."),
    )
    day = IntegerField(
        _l("Day"),
        [InputRequired(_l("Say on which day.")), NumberRange(1, MOST_DAYS, _l("Choose a day from 1 to 30."))],
        default=1,
    )
    begins = TimeField(
        _l("Begins at"),
        [Optional()],
        format=["%H:%M", "%H:%M:%S"],
        description=_l("Only where it does not follow the item before it, for example after a break."),
    )
    minutes = IntegerField(
        _l("Minutes"),
        [Optional(), NumberRange(0, LONGEST_ITEM, _l("Choose from 0 to 720 minutes."))],
        default=30,
        description=_l("0 where it has no set time."),
    )
    version = VersionField()
    form_key = FormKeyField()


class MoveForm(Form):
    """Where an item goes: one up or down, or to a position; `item`: the one dragged, in an address of a list.

    `version` is the row's, or the `order_mark` of the list that the person saw.
    """

    direction = SelectField(choices=choices([("up", ""), ("down", "")]), validators=[Optional()])
    position = IntegerField(validators=[Optional(), NumberRange(1, 10_000)])
    item = IntegerField(validators=[Optional(), NumberRange(1, 2**31 - 1)])
    version = VersionField()


class ItemMoveForm(Form):
    """Where an item goes: a step in a direction."""

    direction = SelectField(choices=choices([(way, "") for way in Direction]), coerce=Direction)
    version = VersionField()


class DeleteForm(Form):
    """What is deleted, as the person saw it."""

    version = VersionField()


class DropForm(Form):
    """Where an item was dropped: its position in the whole list, and the day that it lies under."""

    item = IntegerField(validators=[InputRequired()])
    position = IntegerField(validators=[InputRequired(), NumberRange(1, 10_000)])
    day = IntegerField(validators=[Optional(), NumberRange(1, 30)])
    version = VersionField()


class PublishAgendaForm(Form):
    """The draft that the person saw and publishes."""

    seen = HiddenField()


class ItemPersonForm(Form):
    """Somebody with a part in an item: a participant, or a delegation, a function, or both."""

    role = SelectField(_l("Part in it"), choices=_choices(ITEM_ROLES), coerce=ItemRole, default=ItemRole.SPEAKER)
    participant = SelectField(
        _l("Registered participant"),
        coerce=_number,
        description=_l(
            "Readers of the order of business see the name and the delegation until participants are forgotten; "
            "documents have the delegation and the function alone."
        ),
    )
    delegation = SelectField(_l("Delegation, where no participant is chosen"), coerce=_number)
    function = LocalizedField(
        _l("Function"),
        needed=False,
        limit=200,
        description=_l("For example “Chair of the Committee”; with a delegation, who of it."),
    )


class QuestionForm(Form):
    """A guiding question. `seen`: the answers that the person was shown before confirming."""

    text = LocalizedField(_l("Question"), multiline=True, limit=1500)
    audience = SelectField(
        _l("Addressed to"), choices=_choices(QUESTION_AUDIENCES), coerce=QuestionAudience, default=QuestionAudience.BOTH
    )
    word_limit = IntegerField(
        _l("Longest answer, in words"),
        [
            InputRequired(_l("Say how long an answer may be.")),
            NumberRange(10, 3000, _l("Choose from 10 to 3,000 words.")),
        ],
        default=DEFAULT_WORD_LIMIT,
    )
    item = SelectField(_l("Item of the order of business"), coerce=_number)
    tell = BooleanField(
        _l("Write to the delegations whose answers these are"),
        description=_l("Both wordings, to each person who writes for them; the mails wait in the outbox."),
    )
    seen = HiddenField()
    version = VersionField()
    form_key = FormKeyField()


class StageForm(Form):
    """The step that the person saw and confirms."""

    stage = SelectField(_l("Stage"), validate_choice=False)
    version = VersionField()


class PlanForm(Form):
    """The days on which the stages are to be entered that the session's own dates do not tell."""

    call_planned_on = DateField(
        _l("The call is to open on"), [Optional()], description=_l("A day in the session's zone.")
    )
    publication_planned_on = DateField(
        _l("The summary is to be published on"), [Optional()], description=_l("A day in the session's zone.")
    )
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
