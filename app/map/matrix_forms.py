"""What a matrix is filtered and sorted by; it lives in the address."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField

from app.core.forms import choices
from app.directory.labels import MECHANISM_KINDS, ORGANIZATION_KINDS
from app.map.forms import DayForm

ORDERS = choices(
    [("source", _l("As the sources have it")), ("name", _l("By name")), ("count", _l("By how much is filled"))]
)
VOCABULARIES = choices(
    [
        ("themes", _l("Thematic categories")),
        ("issues", _l("Issues")),
        ("gcm", _l("Objectives of the Global Compact")),
        ("tracks", _l("Tracks")),
        ("capacities", _l("Capacities")),
    ]
)


class MatrixForm(DayForm):
    """Order, what stands in rows, and whether empty lines are shown."""

    order = SelectField(_l("Order"), choices=ORDERS, default="name")
    turned = BooleanField(_l("Swap rows and columns"))
    empty = BooleanField(_l("Show empty rows and columns too"))


class MechanismMatrixForm(MatrixForm):
    """Which kinds of mechanism stand in it (all where none is ticked)."""

    kind = SelectMultipleField(_l("Kinds of mechanism"))

    def offer(self, present: Iterable[str]) -> None:
        """Offer the kinds that there are."""
        kinds = set(present)
        self.kind.choices = choices((kind.value, label) for kind, label in MECHANISM_KINDS.items() if kind in kinds)


class TermMatrixForm(MechanismMatrixForm):
    """Which vocabulary the terms are of."""

    vocabulary = SelectField(_l("What they work on"), choices=VOCABULARIES, default="themes")


class OrganizationMatrixForm(MatrixForm):
    """Which kinds of organization stand in it (all where none is ticked)."""

    kind = SelectMultipleField(_l("Kinds of organization"))

    def offer(self, present: Iterable[str]) -> None:
        """Offer the kinds that there are."""
        kinds = set(present)
        self.kind.choices = choices((kind.value, label) for kind, label in ORGANIZATION_KINDS.items() if kind in kinds)
