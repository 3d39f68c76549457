"""Input of the pages of participants."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional, Regexp

from app.core.audience import Audience
from app.core.forms import CheckedForm, Form, LocalizedField, LongTextField, TextField, VersionField, choices
from app.core.wording import in_reader_language, show_day
from app.meetings.enums import Attendance, ParticipantRole, Precedence
from app.meetings.forms import LOCAL
from app.meetings.labels import ATTENDANCES, AUDIENCES, PARTICIPANT_ROLES, PRECEDENCES
from app.meetings.models import Delegation, NoteVerbale, Participant
from app.meetings.participant_queries import SORTS, Wanted

NEEDS_LIMIT = 1000
MONTHS = (1, 120)


def _labels(labels: dict[Any, Any]) -> list[Any]:
    return choices((key.value, label) for key, label in labels.items())


class PersonForm(Form):
    """A person who attends in a delegation."""

    name = TextField(
        _l("Name"),
        [InputRequired(_l("Write the person's name.")), Length(max=200)],
        description=_l("As it should stand in the list of participants."),
    )
    title = TextField(_l("Title"), [Optional(), Length(max=60)], description=_l("For example Ambassador, Dr., Ms."))
    function = TextField(_l("Function"), [Optional(), Length(max=200)])
    institution = TextField(_l("Institution"), [Optional(), Length(max=200)])
    role = SelectField(
        _l("Attends as"), choices=_labels(PARTICIPANT_ROLES), coerce=ParticipantRole, default=ParticipantRole.DELEGATE
    )
    attendance = SelectField(
        _l("Attends"), choices=_labels(ATTENDANCES), coerce=Attendance, default=Attendance.IN_PERSON
    )
    email = EmailField(
        _l("E-mail"),
        [Optional(), Length(max=320), Email(_l("This is not an e-mail address."))],
        description=_l("For the secretariat alone, which may write to it about the session; it is in no list."),
    )
    access_needs = LongTextField(
        _l("What the person needs for access"),
        [Optional(), Length(max=NEEDS_LIMIT)],
        description=_l(
            "For example step-free access, sign-language interpretation, captions. "
            "Only the secretariat and this delegation see it; it is in no list of participants."
        ),
    )
    note_id = SelectField(_l("Named in the note verbale"), [Optional()], validate_choice=False)
    user_id = SelectField(
        _l("Account"),
        [Optional()],
        validate_choice=False,
        description=_l("Where the person has an account in this delegation."),
    )
    version = VersionField()

    def offer(self, delegation: Delegation, notes: Sequence[NoteVerbale]) -> None:
        """Fill the lists to choose from with what the delegation has."""
        self.note_id.choices = choices([("", _("None yet")), *((str(row.id), note_label(row)) for row in notes)])
        accounts = ((str(row.user_id), row.user.name) for row in delegation.members)
        self.user_id.choices = choices([("", _("None")), *accounts])

    @property
    def fields(self) -> dict[str, Any]:
        """What `participants.PersonFields` names."""
        texts = ("name", "title", "function", "institution", "email", "access_needs")
        return {
            **{name: self[name].data or "" for name in texts},
            "role": self.role.data,
            "attendance": self.attendance.data,
            "note_id": _number(self.note_id.data),
            "user_id": _number(self.user_id.data),
        }


class ProposedForm(Form):
    """Which people of the session before attend again."""

    people = SelectMultipleField(_l("Who attends again"), coerce=int, validate_choice=False)

    def offer(self, proposed: Sequence[Participant]) -> None:
        """Fill the list to tick."""
        self.people.choices = choices(
            (row.id, ", ".join(filter(None, (row.full_name, row.function)))) for row in proposed
        )


def _number(text: str | None) -> int | None:
    """The number in a field: None for an empty one, -1 (which nothing has) for what is no number."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def note_label(note: NoteVerbale) -> str:
    """How a note verbale is called in lists: number and date."""
    if note.dated is None:
        return note.number
    return str(_("%(number)s of %(date)s", number=note.number, date=show_day(note.dated)))


class NoteForm(Form):
    """The note verbale that names a delegation's people."""

    number = TextField(_l("Number"), [InputRequired(_l("Write the number of the note verbale.")), Length(max=80)])
    dated = DateField(_l("Date"), [Optional()])
    file = FileField(_l("File"), [Optional()], description=_l("PDF, DOCX, JPEG or PNG, 25 MB at most."))


class RegisterFilter(Form):
    """The filter of the register of participants."""

    class Meta:
        csrf = False

    q = TextField(_l("Name or institution"))
    delegation = SelectField(_l("Delegation"), validate_choice=False)
    role = SelectField(
        _l("Attends as"), choices=[*choices([("", _l("All"))]), *_labels(PARTICIPANT_ROLES)], validate_choice=False
    )
    attendance = SelectField(
        _l("Attends"), choices=[*choices([("", _l("All"))]), *_labels(ATTENDANCES)], validate_choice=False
    )
    needs = BooleanField(_l("Only with needs for access"))
    no_note = BooleanField(_l("Only without note verbale"))

    def offer(self, delegations: Sequence[Delegation]) -> None:
        """Fill the list of delegations."""
        named = ((row.party.code, in_reader_language(row.party.label)) for row in delegations)
        self.delegation.choices = choices([("", _("All")), *named])

    def wanted(self, sort: str) -> Wanted:
        """Return what the address asks for; what no filter knows asks for nothing."""
        roles = {role.value: role for role in ParticipantRole}
        ways = {way.value: way for way in Attendance}
        return Wanted(
            words=self.q.data or "",
            delegation=self.delegation.data or "",
            role=roles.get(self.role.data or ""),
            attendance=ways.get(self.attendance.data or ""),
            needs=self.needs.data,
            no_note=self.no_note.data,
            sort=sort if sort in SORTS else SORTS[0],
        )


class RegistrationForm(Form):
    """Until when delegations register their people."""

    closes_at = DateTimeLocalField(
        _l("Delegations register their people until"),
        [Optional()],
        format=[LOCAL, "%Y-%m-%dT%H:%M:%S"],
        description=_l("Date and time in the session's zone. Empty: until the session ends."),
    )
    version = VersionField()


class RulesForm(Form):
    """What a body does with the data of participants; `confirmed` repeats the months whose consequence was shown."""

    keep_months = IntegerField(
        _l("Months for which the data of participants are kept after a session"),
        [
            InputRequired(_l("Say for how many months.")),
            NumberRange(*MONTHS, _l("Choose from 1 to 120 months.")),
        ],
        description=_l("Afterwards names, functions, addresses and notes verbales are deleted; numbers stay."),
    )
    audience = RadioField(
        _l("Who may read the list of participants"),
        choices=_labels(AUDIENCES),
        coerce=Audience,
        description=_l("Never more people than may see the session. Addresses and needs for access are not in it."),
    )
    confirmed = HiddenField()
    version = VersionField()


class PrecedenceForm(Form):
    """Which order lists follow."""

    precedence = RadioField(_l("Order of delegations in lists"), choices=_labels(PRECEDENCES), coerce=Precedence)


class CivilSocietyForm(Form):
    """A civil society organization that takes part."""

    code = TextField(
        _l("Acronym"),
        [
            InputRequired(_l("Write an acronym.")),
            Length(max=40),
            Regexp(
                r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*\Z",
                message=_l("Use letters without accents, figures, dots and hyphens."),
            ),
        ],
    )
    names = LocalizedField(_l("Name of the organization"), limit=300)


class PeopleFileForm(Form):
    """A file to be checked; nobody is registered by it."""

    file = FileField(_l("File"), description=_l("XLSX or CSV, 10 MB and 5,000 people at most."))


class PeopleImportForm(CheckedForm):
    """What was checked, to be imported."""

    salt = "participants-import"
