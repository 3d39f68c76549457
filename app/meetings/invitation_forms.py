"""The lines on which many people are invited at once."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, FileField, IntegerField, SelectField
from wtforms.validators import Email, InputRequired, Length, NumberRange

from app.core.errors import Refusal
from app.core.forms import Form, choices
from app.core.localized import LANGUAGES
from app.core.wording import in_reader_language
from app.meetings.forms import InvitationForm
from app.meetings.inviting import DEFAULT_ROLE, MOST_LINES, Line
from app.meetings.models import Delegation
from app.meetings.recipients import language_for
from app.people.queries import normal_email


class AddressForm(Form):
    """The right address of a person whose invitation went wrong."""

    email = EmailField(
        _l("The right address"),
        [
            InputRequired(_l("Write the person's e-mail address.")),
            Length(max=320),
            Email(_l("This is not an e-mail address.")),
        ],
    )


class InvitationsForm(Form):
    """What is sent with the lines."""

    count = IntegerField(validators=[NumberRange(0, MOST_LINES)])


class InvitationFileForm(Form):
    """A file that fills in the lines; nobody is invited by it."""

    file = FileField(
        _l("File"), description=_l("XLSX or CSV, %(limit)d people at most. It fills in the lines.", limit=MOST_LINES)
    )


class LineForm(InvitationForm):
    """One person; a line without name and address invites nobody."""

    delegation = SelectField(_l("Delegation"), coerce=int)

    def __init__(self, number: int, delegations: Sequence[Delegation], **more: Any) -> None:
        super().__init__(prefix=f"line{number}-", meta={"csrf": False}, **more)
        self.delegation.choices = choices([(row.id, in_reader_language(row.party.names)) for row in delegations])
        self.party = next((row for row in delegations if row.id == self.delegation.data), None)

    @property
    def is_empty(self) -> bool:
        return not (self.name.data or "").strip() and not (self.email.data or "").strip()

    def wrong(self, name: str, message: Any) -> None:
        """Say at a field of the line what is wrong with it."""
        self[name].errors = [*self[name].errors, message]


def empty_lines(delegations: Sequence[Delegation]) -> list[LineForm]:
    """A line for each delegation without anybody, in the language of its State."""
    lacking = [row for row in delegations if not row.members][:MOST_LINES]
    return [
        LineForm(number, delegations, formdata=None, data={"delegation": row.id, "language": language_for(row)})
        for number, row in enumerate(lacking)
    ]


def lines_of_file(lines: Sequence[Line], delegations: Sequence[Delegation]) -> list[LineForm]:
    """The lines as a file fills them in, checked; what it said and was not understood is told at its field."""
    forms = []
    for number, line in enumerate(lines):
        values = {
            "delegation": str(line.delegation.id) if line.delegation else "",
            "name": line.texts["name"],
            "email": line.texts["email"],
            "role": line.texts["role"] or DEFAULT_ROLE.value,
            "language": line.texts["language"] or (language_for(line.delegation) if line.delegation else LANGUAGES[0]),
        }
        sent: MultiDict[str, str] = MultiDict((f"line{number}-{name}", value) for name, value in values.items())
        form = LineForm(number, delegations, formdata=sent)
        form.validate()
        for name, message in line.wrong.items():
            form[name].errors = [message]
        forms.append(form)
    mark_twice(forms)
    return forms


def lines_sent(count: int, delegations: Sequence[Delegation]) -> list[LineForm]:
    """The lines as a person sent them, checked."""
    forms = [LineForm(number, delegations) for number in range(count)]
    for form in forms:
        if not form.is_empty:
            form.validate()
    mark_twice(forms)
    return forms


def mark_twice(forms: Sequence[LineForm]) -> None:
    """Tell of an address that stands in two lines at the second."""
    seen: set[str] = set()
    for form in forms:
        email = normal_email(form.email.data)
        if email and email in seen:
            form.wrong("email", _("This address stands in a line above already."))
        seen.add(email)


def refuse_wrong(forms: Sequence[LineForm]) -> None:
    """Raise Refusal where something is wrong with a line: then nobody is invited."""
    if any(form.errors for form in forms):
        raise Refusal(_l("Nobody was invited yet: mend the lines that are marked."))
