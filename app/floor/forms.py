"""Input of the floor."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, DecimalField, HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core.forms import Form, FormKeyField, LongTextField, TextField, VersionField, choices
from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.core.wording import in_reader_language
from app.directory.models import Party
from app.floor.enums import Category, FloorPart, SpeakingKind, SpeakingOrder, Times
from app.floor.labels import CATEGORIES, KINDS, ORDERS, PARTS, TIMES
from app.floor.models import GROUP_LIMIT, RULING_LIMIT, SUBJECT_LIMIT
from app.meetings.forms import LOCAL
from app.meetings.models import Delegation, Meeting

LONGEST, LARGEST = 60, 600  # minutes: of one intervention, of all of a category together


class BehalfForm(Form):
    """In which language, and on whose behalf, a delegation does something."""

    language = SelectField(_l("Language of the intervention"))
    on_behalf = SelectField(_l("On behalf of"), [Optional()], default="")
    group_name = TextField(
        _l("On behalf of a group"),
        [Optional(), Length(max=GROUP_LIMIT)],
        description=_l("Its name, where it is none of the mechanisms above."),
    )
    form_key = FormKeyField()

    def offer(self, meeting: Meeting, parties: Iterable[Party], language: str) -> dict[str, Party]:
        """Offer the working languages (the reader's first where it is one) and those who can be spoken for; return
        these by the form's values."""
        offered = {str(row.id): row for row in parties}
        self.language.choices = choices((code, LANGUAGE_NAMES[code]) for code in meeting.languages)
        if not self.is_submitted() and language in meeting.languages:
            self.language.data = language
        labels = [(value, in_reader_language(row.label)) for value, row in offered.items()]
        self.on_behalf.choices = choices([("", _("Nobody else")), *labels])
        return offered


class AskForm(BehalfForm):
    """A request for the floor."""

    kind = SelectField(
        _l("What for"), choices=choices((kind.value, label) for kind, label in KINDS.items()), coerce=SpeakingKind
    )
    subject = TextField(
        _l("To whom, or on what"),
        [Optional(), Length(max=SUBJECT_LIMIT)],
        description=_l("Whom a question goes to, or what a point of order is about. All delegations read it."),
    )

    def fields(self, parties: Mapping[str, Party]) -> dict[str, Any]:
        """What the form says, as `asking.ask` takes it; `parties`: those offered, by the form's values."""
        return {
            "kind": self.kind.data,
            "language": self.language.data,
            "on_behalf": parties.get(self.on_behalf.data or ""),
            "group_name": self.group_name.data or "",
            "subject": self.subject.data or "",
            "form_key": self.once,
        }


class FlagForm(AskForm):
    """A request that staff or the Chair note for a delegation that raised its flag."""

    delegation = SelectField(_l("Delegation"), coerce=int)

    def offer_delegations(self, delegations: Iterable[Delegation]) -> None:
        """Offer the session's delegations; who notes a flag need not know their language."""
        self.language.choices = [*choices([("", _("That of the delegation"))]), *(self.language.choices or ())]
        if not self.is_submitted():
            self.language.data = ""
        self.delegation.choices = choices((row.id, in_reader_language(row.party.label)) for row in delegations)


class CloseForm(Form):
    """When a list closes."""

    closes_at = DateTimeLocalField(
        _l("Close the list at"),
        [Optional()],
        format=LOCAL,
        description=_l("In the session's time. Empty: now. Points of order and rights of reply still pass."),
    )


def _minutes(label: Any, most: int, *validators: Any) -> DecimalField:
    within = _l("Give between half a minute and %(most)d minutes.", most=most)
    return DecimalField(label, [*validators, NumberRange(min=0.5, max=most, message=within)], places=None)


class RulesForm(Form):
    """How speakers follow one another, and how long they have: all in minutes, halves too."""

    order = SelectField(
        _l("Order of speakers"),
        choices=choices((order.value, label) for order, label in ORDERS.items()),
        coerce=SpeakingOrder,
    )
    order_language = SelectField(
        _l("Whose alphabet"),
        choices=choices((code, LANGUAGE_NAMES[code]) for code in LANGUAGES),
        description=_l("For the alphabetical order, and between equals in precedence."),
    )
    version = VersionField()

    @property
    def seconds(self) -> dict[str, int]:
        """The times as the rules hold them."""
        return {time.value: round(self[f"time_{time.value}"].data * 60) for time in Times}

    @property
    def quotas(self) -> dict[str, int]:
        """The quotas as the rules hold them: of the categories that have one."""
        given = {category: self[f"quota_{category.value}"].data for category in Category}
        return {category.value: round(minutes * 60) for category, minutes in given.items() if minutes is not None}


for _time, _label in TIMES.items():
    _needed = InputRequired(_l("Give a time in minutes."))
    setattr(RulesForm, f"time_{_time.value}", _minutes(_label, LONGEST, _needed))
for _category, _label in CATEGORIES.items():
    setattr(RulesForm, f"quota_{_category.value}", _minutes(_label, LARGEST, Optional()))


class BodyRulesForm(RulesForm):
    """The same for a body, with when it has a quorum."""

    quorum = IntegerField(
        _l("Quorum in per cent of the member States"),
        [Optional(), NumberRange(1, 100, message=_l("Choose between 1 and 100 per cent."))],
        description=_l("33 for a third, 51 for a majority. Empty: the body has no such rule."),
    )


def shown(rules: Any) -> dict[str, Any]:
    """Return rules as RulesForm takes them."""
    return {
        "order": rules.order,
        "order_language": rules.order_language,
        "version": rules.version,
        "quorum": getattr(rules, "quorum", None),  # a list has none
        **{f"time_{key}": _in_minutes(seconds) for key, seconds in rules.seconds.items()},
        **{f"quota_{key}": _in_minutes(seconds) for key, seconds in rules.quotas.items()},
    }


def _in_minutes(seconds: int) -> int | float:
    return seconds // 60 if seconds % 60 == 0 else seconds / 60


def _factor() -> IntegerField:
    within = _l("Choose between 10 and 100 per cent.")
    return IntegerField(
        _l("Times in per cent"),
        [InputRequired(within), NumberRange(10, 100, message=within)],
        description=_l("Of what the rules of this list give; 100 gives it back."),
    )


class CutPreview(Form):
    """A cut that is only looked at."""

    class Meta:
        csrf = False

    factor = _factor()


class CutForm(Form):
    """How much of their time all who have not spoken keep; `seen`: how much it was on the page."""

    factor = _factor()
    seen = HiddenField()


class RulingForm(Form):
    """The Chair's ruling on a point of order. `back`: the screen that it is noted from; `version`: its mark before."""

    version = VersionField()
    back = HiddenField()
    ruling = LongTextField(_l("Ruling"), [InputRequired(_l("Write the ruling.")), Length(max=RULING_LIMIT)])


class SwapForm(Form):
    """Whose place one wants for one's own."""

    wanted = SelectField(_l("Swap places with"), coerce=int)


class PartForm(Form):
    """Who gets which part in the floor."""

    part = SelectField(
        _l("Part"), choices=choices((part.value, label) for part, label in PARTS.items()), coerce=FloorPart
    )
    member = SelectField(_l("Person"), coerce=int)
