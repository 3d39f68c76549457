"""Input of statements."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from app.core.audience import Audience
from app.core.forms import Form, LongTextField, TextField, VersionField, choices
from app.core.wording import in_reader_language
from app.floor.enums import SpeakingKind, StatementOutcome
from app.floor.forms import BehalfForm
from app.floor.labels import KINDS, OUTCOMES
from app.floor.queries import Item
from app.floor.statement_codes import DAYS
from app.floor.statement_models import FloorStatement
from app.floor.statement_queries import TEXTS
from app.meetings.forms import InvitationForm

CONSENTS = {
    Audience.RESTRICTED: _l("Only those who follow the floor of this session"),
    Audience.MEMBER_STATES: _l("Also the body's member States"),
    Audience.PUBLIC: _l("Everybody: it is published"),
}


def item_choices(items: Iterable[Item]) -> list[Any]:
    """Return items of the order of business as choices, of which none is made."""
    named = ((item["mark"], f"{item['number']} {in_reader_language(item['title'])}") for item in items)
    return choices([("", _("Choose one")), *named])


def _consent() -> SelectField:
    return SelectField(
        _l("Who may read it once it is delivered"),
        choices=choices((key.value, label) for key, label in CONSENTS.items()),
        coerce=Audience,
        default=Audience.RESTRICTED,
        description=_l("The session's own audience may be narrower; the narrower of the two holds."),
    )


class StatementForm(BehalfForm):
    """A statement that is handed in."""

    item = SelectField(_l("Item of the order of business"))
    kind = SelectField(
        _l("What it is"), choices=choices((kind.value, KINDS[kind]) for kind in TEXTS), coerce=SpeakingKind
    )
    file = FileField(_l("File"), description=_l("PDF or DOCX, 25 MB at most. Or write the text below, or both."))
    text = LongTextField(_l("Text"), [Optional()])
    said = BooleanField(
        _l("It was said already, or is being said now"),
        description=_l(
            "It is the text of what your delegation has the floor for, or had it for last. Otherwise it is under "
            "embargo until your delegation has had the floor for it."
        ),
    )
    check_delivery = BooleanField(_l("Check against delivery: what is said counts"), default=True)
    written_only = BooleanField(
        _l("In writing only: it will not be read out"),
        description=_l("Its embargo ends when the session begins."),
    )
    consent = _consent()
    version = VersionField()

    def is_of(self, row: FloorStatement) -> None:
        """Have the form be that of a newer version of a statement, whatever it says of which that is."""
        self.item.data, self.kind.data = row.mark, row.kind
        self.on_behalf.data, self.group_name.data = str(row.on_behalf_id or ""), row.group_name

    def fields(self, parties: dict[str, Any]) -> dict[str, Any]:
        """What the form says, as `statements.hand_in` takes it; `parties`: those offered, by the form's values."""
        return {
            "kind": self.kind.data,
            "language": self.language.data,
            "on_behalf": parties.get(self.on_behalf.data or ""),
            "group_name": self.group_name.data or "",
            "upload": self.file.data,
            "text": self.text.data or "",
            "said": self.said.data,
            "check_delivery": self.check_delivery.data,
            "written_only": self.written_only.data,
            "consent": self.consent.data,
            "form_key": self.once,
        }


class ConsentForm(Form):
    """Who may read a statement."""

    consent = _consent()
    version = VersionField()


class OutcomeForm(Form):
    """What became of a statement."""

    outcome = SelectField(
        _l("What became of it"),
        choices=choices(
            [("", _l("What the floor says")), *((outcome.value, label) for outcome, label in OUTCOMES.items())]
        ),
        coerce=lambda value: StatementOutcome(value) if value else None,
    )
    version = VersionField()


class NewCodeForm(Form):
    """For which item a code is, and for how long."""

    item = SelectField(_l("Item of the order of business"))
    days = SelectField(
        _l("The code works for"),
        coerce=int,
        default=7,
        choices=choices((days, lazy_ngettext("%(num)d day", "%(num)d days", days)) for days in DAYS),
    )


class CodeForm(Form):
    """A code that somebody was given."""

    code = TextField(_l("Code"), [InputRequired(_l("Write the code.")), Length(max=60)])


class InterpreterForm(InvitationForm):
    """Somebody for the interpreters' list."""

    role = None  # type: ignore[assignment]  # they are in no delegation
