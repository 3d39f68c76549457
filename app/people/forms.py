"""Forms of people."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, RadioField, SelectField
from wtforms.validators import DataRequired, Email, EqualTo, InputRequired, Length
from wtforms.widgets import TextInput

from app.core.forms import Form, SelectChoice, TextField, VersionField
from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.people.enums import Standing
from app.people.labels import STANDINGS
from app.people.passwords import LEAST, MOST

LANGUAGE_CHOICES = [SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]


class EmailField(TextField):
    """An e-mail address; browsers on phones show the right keyboard."""

    widget = TextInput(input_type="email")


def _email(missing: Any = None) -> EmailField:
    return EmailField(
        _l("E-mail address"),
        [
            DataRequired(missing or _l("Write your e-mail address.")),
            Length(max=320, message=_l("An e-mail address has at most 320 characters.")),
            Email(_l("Write an e-mail address, like name@example.org.")),
        ],
    )


def _name(label: Any = None) -> TextField:
    return TextField(
        label or _l("Your name, as others see it"),
        [DataRequired(_l("Write a name.")), Length(max=200, message=_l("Use at most 200 characters."))],
    )


def _language(label: Any = None) -> RadioField:
    return RadioField(
        label or _l("Language of your screens and mails"),
        [InputRequired(_l("Choose a language."))],
        choices=LANGUAGE_CHOICES,
    )


def _new_password() -> PasswordField:
    return PasswordField(
        _l("New password"),
        [InputRequired(_l("Write a password.")), Length(max=MOST)],
        description=_l("At least %(least)d characters. A few words in a row are easy to keep in mind.", least=LEAST),
    )


def _new_password_again() -> PasswordField:
    return PasswordField(_l("New password once more"), [EqualTo("password", _l("The two passwords are not the same."))])


class SignInForm(Form):
    email = _email()
    password = PasswordField(_l("Password"), [InputRequired(_l("Write your password."))])
    next = HiddenField()


class LinkForm(Form):
    email = _email()


class SetUpForm(Form):
    name = _name()
    language = _language()
    password = _new_password()
    password_again = _new_password_again()


class AccountForm(Form):
    name = _name()
    language = _language()
    version = VersionField()


class PasswordForm(Form):
    current = PasswordField(_l("Current password"))
    password = _new_password()
    password_again = _new_password_again()


class InviteForm(Form):
    email = _email(_l("Write an e-mail address, like name@example.org."))
    name = _name(_l("Name"))
    standing = RadioField(
        _l("What the account is for"),
        [InputRequired(_l("Choose what the account is for."))],
        choices=[
            SelectChoice(Standing.SECRETARIAT.value, STANDINGS[Standing.SECRETARIAT]),
            SelectChoice(Standing.ADMINISTRATOR.value, STANDINGS[Standing.ADMINISTRATOR]),
            SelectChoice(Standing.MEMBER.value, _l("Reading for a State")),
        ],
    )
    state = SelectField(_l("State"), description=_l("For an account that reads for a State."), validate_choice=False)
    language = _language(_l("Language of the invitation"))
