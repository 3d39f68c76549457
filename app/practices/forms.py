"""Forms of the call, of starting a draft and of the review."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from wtforms import DateTimeLocalField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core.forms import Form, LocalizedField, LongTextField, TextField, VersionField, choices
from app.core.localized import LANGUAGE_NAMES
from app.practices.enums import LateRule
from app.practices.handing_over import DAYS
from app.practices.labels import LATE_RULES
from app.practices.related import TYPED_LIMIT

LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class CallForm(Form):
    """The call's words and moments; dates are local to the session's zone."""

    title = LocalizedField(_l("Title"), limit=300)
    text = LocalizedField(_l("What delegations are asked for"), multiline=True, limit=6000)
    opens_at = DateTimeLocalField(
        _l("Opens"),
        [InputRequired(_l("Say when the call opens."))],
        format=LOCAL,
        description=_l("Date and time in the session's zone."),
    )
    closes_at = DateTimeLocalField(
        _l("Deadline"),
        [InputRequired(_l("Say when the call closes."))],
        format=LOCAL,
        description=_l("Date and time in the session's zone. From this moment on submissions are late."),
    )
    late_rule = RadioField(
        _l("After the deadline"),
        coerce=LateRule,
        default=LateRule.REFUSE,
        choices=choices((rule.value, label) for rule, label in LATE_RULES.items()),
    )
    version = VersionField()


class ExtensionForm(Form):
    """A later deadline for one delegation."""

    delegation = SelectField(
        _l("Delegation"),
        [InputRequired(_l("Choose a delegation."))],
        coerce=lambda value: int(value) if value else None,
    )
    until = DateTimeLocalField(
        _l("New deadline"),
        [InputRequired(_l("Say until when."))],
        format=LOCAL,
        description=_l("Date and time in the session's zone."),
    )
    reason = LongTextField(
        _l("Reason"),
        [InputRequired(_l("Write the reason; it is kept with the extension."))],
        description=_l("The delegation is told of the new deadline and the reason."),
    )


class StartForm(Form):
    """What a new draft is called and begins with, and its language; `told`: the title with which the person was pointed
    at what their delegation has."""

    told = HiddenField()
    title = TextField(_l("Is there a practice like yours already?"), [Optional(), Length(max=TYPED_LIMIT)])
    begin_with = RadioField(_l("Begin with"), default="", validate_choice=False)

    language = RadioField(
        _l("Language you will write in"),
        [InputRequired(_l("Choose a language."))],
        choices=choices(LANGUAGE_NAMES.items()),
    )


class VersionForm(Form):
    """A button that acts on what the person saw."""

    version = VersionField()


class SetAsideForm(Form):
    """A text that was set aside (by its place in the list), and the field it is put into."""

    item = IntegerField(validators=[InputRequired()])
    into = SelectField(validate_choice=False)


class SeenForm(Form):
    """Up to which template the person has seen what was changed."""

    number = IntegerField(validators=[InputRequired(), NumberRange(min=1)])


class HandOverForm(Form):
    """A section to hand to somebody by a link; `offer` fills the list of sections."""

    section = SelectField(_l("Section"), validate_choice=False)
    for_whom = TextField(
        _l("For whom"),
        description=_l("A name or a function, and the institution. Whoever opens the link reads it."),
    )
    days = SelectField(
        _l("The link works for"),
        coerce=int,
        default=7,
        choices=choices((days, lazy_ngettext("%(num)d day", "%(num)d days", days)) for days in DAYS),
        validate_choice=False,
    )

    def offer(self, known: Iterable[tuple[str, str]]) -> None:
        """Fill the list of sections."""
        self.section.choices = choices(known)


class OpenForm(Form):
    """Who opens a link."""

    name = TextField(_l("Your name"), description=_l("The delegation sees it beside what you write."))


class CommentForm(Form):
    """Something to say to one's delegation; `offer` fills the list of sections."""

    section = SelectField(_l("Part of the draft"), validate_choice=False)
    text = LongTextField(_l("Comment"))

    def offer(self, known: Iterable[tuple[str, str]]) -> None:
        """Fill the list of sections."""
        self.section.choices = choices([("", _l("The whole draft")), *known])
