"""What the pictures can be asked for: GET forms, so that a picture has an address."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from app.core.forms import choices
from app.core.wording import in_reader_language
from app.directory.enums import EventKind, MechanismKind
from app.directory.facts import Known
from app.directory.labels import EVENT_KINDS, MECHANISM_KINDS
from app.map.forms import DayForm


class NetworkForm(DayForm):
    """The day, the kind of mechanism, and how many members two must share for a line."""

    kind = SelectField(_l("Kind"), default="", choices=choices([("", _l("All kinds")), *MECHANISM_KINDS.items()]))
    shared = IntegerField(_l("Members in common, at least"), [Optional(), NumberRange(1, 1000)])

    @property
    def mechanism_kind(self) -> MechanismKind | None:
        """The kind asked for, if any."""
        return MechanismKind(self.wanted("kind")) if self.wanted("kind") else None


class AmericasForm(DayForm):
    """The day, and the mechanism whose members are shown."""

    mechanism = SelectField(_l("Members of"), default="")

    def offer(self, mechanisms: Iterable[Known]) -> None:
        """Offer the mechanisms to choose from."""
        rows = [(party.slug, in_reader_language(party.label)) for party in mechanisms]
        self.mechanism.choices = choices([("", _("All mechanisms: how many")), *rows])


class TimelineForm(DayForm):
    """Until which day, and which kind of events."""

    kind = SelectField(_l("What happened"), default="", choices=choices([("", _l("All events")), *EVENT_KINDS.items()]))

    @property
    def event_kind(self) -> EventKind | None:
        """The kind asked for, if any."""
        return EventKind(self.wanted("kind")) if self.wanted("kind") else None
