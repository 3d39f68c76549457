"""Input of the page of publication."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField
from wtforms.validators import Length, Optional

from app.core.audience import Audience
from app.core.forms import Form, LocalizedField, TextField, choices
from app.core.localized import LANGUAGE_NAMES
from app.meetings.labels import AUDIENCES
from app.meetings.models import Meeting
from app.summaries.enums import PublicationKind
from app.summaries.issuing import NOTE_LIMIT, suggested_symbol
from app.summaries.labels import PUBLICATION_KINDS
from app.summaries.models import SYMBOL_LIMIT, Summary

LATER = (PublicationKind.REVISION, PublicationKind.CORRIGENDUM)


class PublishForm(Form):
    """How a publication is issued; what is left empty is as usual."""

    kind = SelectField(
        _l("What it is"),
        choices=choices((kind.value, PUBLICATION_KINDS[kind]) for kind in LATER),
        coerce=PublicationKind,
        description=_l("A revision takes the place of the text before it; a corrigendum corrects it."),
    )
    note = LocalizedField(
        _l("What it corrects"),
        multiline=True,
        needed=False,
        limit=NOTE_LIMIT,
        description=_l("Readers of the earlier text see it there."),
    )
    symbol = TextField(_l("Symbol"), [Optional(), Length(max=SYMBOL_LIMIT)])
    dated = DateField(_l("Date of the document"), [Optional()], description=_l("Empty: today."))
    distribution = SelectField(_l("Distribution"), coerce=Audience)
    languages = SelectMultipleField(_l("Languages"))
    departs = BooleanField(_l("Publish it though it is not the text that was adopted"))

    def offer(self, meeting: Meeting, summary: Summary | None, languages: Sequence[str]) -> None:
        """Offer what a session permits; whatever the text is complete in is chosen at first."""
        later = bool(summary and summary.publications)
        if not later:
            for name in ("kind", "note"):
                if name in self:
                    del self[name]
        suggested = [suggested_symbol(summary, kind) for kind in LATER] if summary and later else []
        if any(suggested):
            self.symbol.description = _l(
                "Empty: %(revision)s of a revision, %(corrigendum)s of a corrigendum.",
                revision=suggested[0],
                corrigendum=suggested[1],
            )
        elif summary and summary.symbol:
            self.symbol.description = _l("Empty: %(symbol)s.", symbol=summary.symbol)
        narrower = [audience for audience in Audience if audience.rank >= meeting.distribution.rank]
        self.distribution.choices = choices((audience.value, AUDIENCES[audience]) for audience in narrower)
        self.languages.choices = choices((code, LANGUAGE_NAMES[code]) for code in meeting.languages)
        if not self.is_submitted() or self.languages.data is None:
            self.languages.data = list(languages)

    def how(self) -> dict[str, Any]:
        """What the form says, as `issuing.publish_summary` takes it."""
        return {
            "kind": self.kind.data if "kind" in self else None,
            "note": self.note.data if "note" in self else None,
            "symbol": self.symbol.data,
            "dated": self.dated.data,
            "distribution": self.distribution.data,
            "languages": self.languages.data,
            "departs": self.departs.data,
        }
