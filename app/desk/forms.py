"""Input of the pages of mail."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField

from app.core.forms import Form, FormKeyField, LocalizedField, LongTextField, TextField, VersionField, choices
from app.desk.letters import LetterTo
from app.mail.enums import MailState
from app.mail.labels import STATES
from app.mail.texts import BODY_LIMIT, SUBJECT_LIMIT
from app.meetings.enums import DelegationRole
from app.meetings.labels import ROLES

LETTER_TO = {
    LetterTo.MEMBERS: _l("People with an account in the delegations"),
    LetterTo.PARTICIPANTS: _l("Participants of the delegations"),
    LetterTo.BOTH: _l("Both"),
}


class MailFilterForm(Form):
    """The filter of the outbox and (with the state) of the log."""

    class Meta:
        csrf = False

    state = SelectField(
        _l("State"),
        choices=choices([("", _l("All")), *((state.value, STATES[state]) for state in MailState)]),
        default="",
    )
    session = SelectField(_l("Session"), default="", validate_choice=False)
    message = SelectField(_l("Message"), default="", validate_choice=False)
    person = TextField(_l("Person"), description=_l("Part of the name or of the address."))


class MailForm(Form):
    """The text of one mail."""

    subject = TextField(_l("Subject"))
    body = LongTextField(_l("Text"))
    version = VersionField()


class TextForm(Form):
    """A body's own text of a message."""

    subject = LocalizedField(_l("Subject"), needed=False, limit=SUBJECT_LIMIT)
    body = LocalizedField(_l("Text"), needed=False, multiline=True, limit=BODY_LIMIT)
    version = VersionField()


class LetterForm(Form):
    """A free message; `seen` marks the mails that were shown, `form_key` the form."""

    subject = LocalizedField(_l("Subject"), limit=SUBJECT_LIMIT)
    body = LocalizedField(_l("Text"), multiline=True, limit=BODY_LIMIT)
    to = SelectField(
        _l("To"),
        choices=choices([(to.value, label) for to, label in LETTER_TO.items()]),
        coerce=LetterTo,
        default=LetterTo.MEMBERS,
        description=_l(
            "Participants are those who were registered with an e-mail address, for as long as their data are kept. "
            "Who has an account as well gets one mail."
        ),
    )
    delegations = SelectMultipleField(_l("Delegations"), coerce=int, description=_l("None ticked: all of them."))
    roles = SelectMultipleField(
        _l("Roles"),
        choices=choices((role.value, label) for role, label in ROLES.items()),
        coerce=DelegationRole,
        description=_l("Of people with an account. None ticked: all of them."),
    )
    seen = HiddenField()
    form_key = FormKeyField()
