"""What the pages of overlaps and gaps can be asked for: GET forms, so that each answer has an address."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField, ValidationError
from wtforms.validators import NumberRange, Optional

from app.core.forms import choices
from app.core.wording import in_reader_language, with_colon
from app.directory.facts import Known
from app.directory.labels import MECHANISM_KINDS
from app.map.forms import DayForm
from app.map.overlap import OBJECTIVES, THEMES

TOGETHER, DUPLICATE, ALL = "together", "duplicate", "all"
LISTS = {
    TOGETHER: _l("Could work together"),
    DUPLICATE: _l("May duplicate each other"),
    ALL: _l("All that share something"),
}
COMPARED = {THEMES: _l("Themes"), OBJECTIVES: _l("Objectives of the Global Compact")}
ISSUES = "issues"


class ComparisonForm(DayForm):
    """The day, and the vocabulary by which mechanisms are compared."""

    vocabulary = SelectField(_l("Compare by"), default=THEMES, choices=choices(COMPARED.items()))

    @property
    def chosen_vocabulary(self) -> str:
        """The vocabulary asked for; the themes where none, or an unknown one, was."""
        return str(self.wanted("vocabulary") or THEMES)


class OverlapForm(ComparisonForm):
    """Which list of pairs; kind of at least one of the two, and one mechanism that must be in the pair."""

    show = SelectField(_l("List"), default=TOGETHER, choices=choices(LISTS.items()))
    kind = SelectField(
        _l("One of the two is a"), default="", choices=choices([("", _l("All kinds")), *MECHANISM_KINDS.items()])
    )
    mechanism = SelectField(_l("One of the two is"), default="")

    def offer(self, mechanisms: Iterable[Known]) -> None:
        """Offer the mechanisms to choose from."""
        rows = [(party.slug, in_reader_language(party.label)) for party in mechanisms]
        self.mechanism.choices = choices([("", _("All mechanisms")), *rows])


class CommonForm(ComparisonForm):
    """The mechanisms of which the page tells what they all have in common: two or more."""

    m = SelectMultipleField(_l("Mechanisms"))

    def offer(self, mechanisms: Iterable[Known]) -> None:
        """Offer the mechanisms to choose from."""
        self.m.choices = choices([(party.slug, _named(party)) for party in mechanisms])

    def validate_m(self, field: SelectMultipleField) -> None:
        """Refuse a single mechanism, which has all in common with itself."""
        if len(set(field.data or ())) == 1:
            raise ValidationError(_("Choose at least two mechanisms."))


def _named(party: Known) -> str:
    label, name = in_reader_language(party.label), in_reader_language(party.names)
    return label if label == name else f"{with_colon(label)} {name}"


class GapsForm(ComparisonForm):
    """The day, the vocabulary whose terms are counted, and in fewer than how many mechanisms a State is shown."""

    vocabulary = SelectField(_l("Terms"), default=THEMES, choices=choices([*COMPARED.items(), (ISSUES, _l("Issues"))]))
    fewer = IntegerField(_l("States in fewer mechanisms than"), [Optional(), NumberRange(1, 1000)])
