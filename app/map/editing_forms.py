"""Forms that change the directory: a statement, the decision on a proposal, a cell of the table of involvement."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import wtforms
from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from app.core.forms import Form, LocalizedField, LongTextField, SelectChoice, TextField, VersionField, choices
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.directory.content import TITLE_LIMIT, content_of, fingerprint_of
from app.directory.enums import Extent, PartyKind, ProposalState
from app.directory.labels import EXTENTS, PROPOSAL_STATES
from app.directory.models import Party, Source, Statement
from app.map.naming import day_shown

PARTY_KINDS = {
    PartyKind.STATE: _l("States"),
    PartyKind.TERRITORY: _l("Territories"),
    PartyKind.ORGANIZATION: _l("Organizations"),
    PartyKind.MECHANISM: _l("Mechanisms"),
    PartyKind.CIVIL_SOCIETY: _l("Civil society"),
}
BLANK_ROWS = 3
NEW_SOURCE = ("title", "publisher", "date", "symbol", "url")


class PartyRow(wtforms.Form):
    """One party of a list, with its dates."""

    code = SelectField(_l("Who"), validate_choice=False)
    since = TextField(_l("Since"), [Optional()])
    until = TextField(_l("Until"), [Optional()])


class StatementForm(Form):
    """What a source says, where the address names the source."""

    parties = FieldList(
        FormField(PartyRow),
        label=_l("List"),
        description=_l(
            "Dates as exact as the source gives them: 2014, 2014-10 or 2014-10-03. An empty row is left out."
        ),
    )
    count = IntegerField(
        _l("Number"),
        [Optional()],
        description=_l("Only where the source gives the number and no list; 0 where it says that there is none."),
    )
    not_stated = BooleanField(_l("The source does not say"))
    seen = VersionField()

    @classmethod
    def showing(cls, statement: Statement | None, *, like: Statement | None = None) -> Self:
        """Return the form as it was sent, else filled from a statement (or with the list of another, `like`)."""
        filled = statement or like
        shown = content_of(filled) if filled else {"parties": [], "count": None, "stated": True}
        return cls(
            data={
                "parties": _with_blanks(shown["parties"]),
                "count": shown["count"],
                "not_stated": not shown["stated"],
                "seen": fingerprint_of(statement),
            }
        )

    def offer(self, parties: Iterable[Party], saved: Statement | None) -> None:
        """Fill the lists to choose from; a row that is saved offers its own party alone, which keeps pages small."""
        named = {party.code: (party.kind, in_reader_language(party.label)) for party in parties}
        offered = [SelectChoice("", _("Choose"))]
        for kind, title in PARTY_KINDS.items():
            of_kind = ((code, name) for code, (its_kind, name) in named.items() if its_kind is kind)
            for code, name in sorted(of_kind, key=lambda choice: fold(choice[1])):
                offered.append(SelectChoice(code, name, optgroup=str(title)))
        kept = {row.party.code for row in saved.memberships} if saved else set()
        for row in self.parties:
            code = row.form.code.data or ""
            fixed = code in kept or code not in named
            row.form.code.choices = (
                choices([(code, named[code][1] if code in named else code)]) if code and fixed else offered
            )

    def with_rows(self) -> Self:
        """Return the form with a row more or less, as the button that was pressed asks."""
        removed = request.form.get("remove_row", "")
        rows = [entry.data for entry in self.parties if entry.name != removed]
        if "add_row" in request.form:
            rows.append({})
        form = type(self)(formdata=None, data={**self.data, "parties": rows})
        form.count.raw_data = self.count.raw_data  # what was typed, even where it is no number
        return form

    def content(self, saved: Statement | None) -> dict[str, Any]:
        """Return what was filled in, as `directory.operations` take it."""
        rows = [entry.data for entry in self.parties if any(entry.data.values())]
        return {
            "source": saved.source.key if saved else "",
            "part": saved.part if saved else "",
            "stated": not self.not_stated.data,
            "count": self.count.data,
            "parties": [{name: row.get(name) or "" for name in ("code", "since", "until")} for row in rows],
        }


class NewStatementForm(StatementForm):
    """What another source says: one that the directory knows, or a new one."""

    source = SelectField(_l("Source"), validate_choice=False)
    part = TextField(
        _l("Place in the source"),
        [Optional()],
        description=_l("Only where one source says two different things, for example “annex”."),
    )
    title = LocalizedField(_l("Title"), needed=False, limit=TITLE_LIMIT)
    publisher = TextField(_l("Publisher"))
    date = TextField(_l("Date"), description=_l("A year (2014), a month (2014-10) or a day (2014-10-03)."))
    symbol = TextField(_l("Symbol"), [Optional()])
    url = TextField(_l("Web address"), [Optional()])

    def offer_sources(self, sources: Iterable[Source]) -> None:
        """Fill the list of sources."""
        known = [(row.key, f"{in_reader_language(row.title)} ({day_shown(row.date)})") for row in sources]
        self.source.choices = choices([("", _("A new source, described below")), *known])

    def content(self, saved: Statement | None) -> dict[str, Any]:
        """Return what was filled in, as `directory.operations` take it."""
        described = {name: self[name].data for name in NEW_SOURCE}
        source = self.source.data or (described if any(described.values()) else "")
        return {**super().content(saved), "source": source, "part": self.part.data}


def _with_blanks(rows: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    return [*rows, *([{}] * (1 if rows else BLANK_ROWS))]


class ProposalFilter(Form):
    """What the list of proposals is filtered by; lives in the address."""

    class Meta:
        csrf = False

    state = SelectField(
        _l("Status"),
        choices=choices([("", _l("All")), *((state.value, label) for state, label in PROPOSAL_STATES.items())]),
        validate_choice=False,
    )

    @property
    def wanted(self) -> ProposalState | None:
        """The state that is asked for, if any."""
        return ProposalState(self.state.data) if self.state.data in list(ProposalState) else None


class DecisionForm(Form):
    """The secretariat's decision on a proposal."""

    reason = LongTextField(
        _l("Reason"), description=_l("Needed to refuse. Whoever proposed it gets your words by mail.")
    )
    seen = VersionField()


class CorrectionForm(Form):
    """The value that holds beside the printed one, with the reason."""

    extent = RadioField(
        _l("Value that holds"),
        [InputRequired(_l("Choose one."))],
        choices=choices(
            [
                *((extent.value, label) for extent, label in EXTENTS.items()),
                ("printed", _l("As printed: take the correction back")),
            ]
        ),
    )
    reason = LongTextField(_l("Reason"), description=_l("Shown to everybody beside the value."))
    version = VersionField()

    @property
    def wanted(self) -> Extent | None:
        """The corrected value; None to take a correction back."""
        return None if self.extent.data == "printed" else Extent(self.extent.data)
