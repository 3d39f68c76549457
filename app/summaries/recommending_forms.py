"""Input of a recommendation."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectMultipleField
from wtforms.validators import Optional

from app.core.forms import Form, LocalizedField, VersionField, choices
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.meetings.models import Delegation
from app.summaries.labels import ADDRESSEES
from app.summaries.models import Recommendation
from app.summaries.recommending import ALL, GROUPS, TEXT_LIMIT

CHOSEN = "chosen"


class RecommendationForm(Form):
    """To whom, by when, and in short what; `parties` counts where `to` says so."""

    to = RadioField(
        _l("To whom"),
        choices=choices([*ADDRESSEES.items(), (CHOSEN, _l("Delegations that you choose below"))]),
        default=ALL,
    )
    parties = SelectMultipleField(_l("Chosen delegations"), [Optional()])
    due = DateField(_l("By when"), [Optional()])
    text = LocalizedField(
        _l("What is recommended, in short"),
        [Optional()],
        multiline=True,
        needed=False,
        limit=TEXT_LIMIT,
        description=_l("Left empty, the paragraph speaks for itself."),
    )
    version = VersionField()

    @property
    def addressees(self) -> list[str]:
        """The addressees as a recommendation keeps them."""
        return list(self.parties.data or []) if self.to.data == CHOSEN else [self.to.data]


def recommendation_form(delegations: Sequence[Delegation], row: Recommendation | None = None) -> RecommendationForm:
    """Return the form of a recommendation (a new one without `row`), with the session's delegations to choose from."""
    data = {}
    if row is not None:
        group = row.addressees[0] if row.addressees[0] in GROUPS else ""
        data = {
            "to": group or CHOSEN,
            "parties": [] if group else row.addressees,
            "due": row.due,
            "text": row.text,
            "version": row.version,
        }
    form = RecommendationForm(data=data)
    named = [(item.party.code, in_reader_language(item.party.label)) for item in delegations]
    form.parties.choices = choices(sorted(named, key=lambda pair: fold(pair[1])))
    return form
