"""Forms that change the directory: a statement, the decision on a proposal, a cell of the table of involvement."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from app.core.controls import RowForm
from app.core.forms import Form, LocalizedField, LongTextField, SelectChoice, TextField, VersionField, choices
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.directory.content import LISTS, TITLE_LIMIT, content_of, fingerprint_of, term_key
from app.directory.enums import Extent, ProposalState, StatementSubject
from app.directory.labels import EXTENTS, GROUP_KINDS, PARTY_GROUPS, PROPOSAL_STATES
from app.directory.models import Party, Source, Statement, VocabularyItem, WorkingGroup
from app.map.naming import day_shown, group_shown, term_shown

# The vocabularies of what mechanisms are said to work on.
VOCABULARIES = {
    "themes": _l("Themes"),
    "gcm": _l("Objectives of the Global Compact for Migration"),
    "issues": _l("Issues of the table of involvement"),
    "tracks": _l("Tracks"),
    "capacities": _l("Capacities"),
}
LABELLED = (StatementSubject.GROUPS, StatementSubject.PRESIDENCY)
BLANK_ROWS = 3
NEW_SOURCE = ("title", "publisher", "date", "symbol", "url")


class PartyRow(RowForm):
    """One party of a list, with its dates."""

    code = SelectField(_l("Who"), validate_choice=False)
    since = TextField(_l("Since"), [Optional()])
    until = TextField(_l("Until"), [Optional()])


class GroupRow(RowForm):
    """One group of a list."""

    number = TextField(_l("Number"))
    kind = SelectField(_l("Kind"), choices=choices(GROUP_KINDS.items()), validate_choice=False)
    chairs = TextField(_l("Chaired by"), [Optional()])
    names = LocalizedField(_l("Name"), needed=False)
    pillar = LocalizedField(_l("Pillar"), needed=False)


class TagRow(RowForm):
    """One term, of the whole mechanism or of one of its groups."""

    term = SelectField(_l("Term"), validate_choice=False)
    group = SelectField(_l("Whose"), validate_choice=False)


class StatementForm(Form):
    """What a source says, where the address names the source. It has the list of its subject alone."""

    label = LocalizedField(
        _l("What the source calls it"), needed=False, description=_l("For example “networks” or “work areas”.")
    )
    parties = FieldList(
        FormField(PartyRow),
        label=_l("List"),
        description=_l(
            "Dates as exact as the source gives them: 2014, 2014-10 or 2014-10-03. An end date counts to its last day: "
            "until 2014 is until 31 December 2014. Whoever left and came back within one year has two rows; give the "
            "months then, or both count for the whole year. An empty row is left out."
        ),
    )
    groups = FieldList(
        FormField(GroupRow),
        label=_l("List"),
        description=_l(
            "The terms that a group works on stay with its number. Those who chair it: their acronyms or codes, with "
            "semicolons between them (IOM; UNHCR). An empty row is left out."
        ),
    )
    tags = FieldList(FormField(TagRow), label=_l("List"), description=_l("An empty row is left out."))
    count = IntegerField(
        _l("Number"),
        [Optional()],
        description=_l("Only where the source gives the number and no list; 0 where it says that there is none."),
    )
    not_stated = BooleanField(_l("The source does not say"))
    version = VersionField()

    def __init__(self, subject: StatementSubject, **more: Any) -> None:
        super().__init__(**more)
        self.subject = subject
        for name in {"label", *LISTS.values()} - {LISTS[subject], "label" if subject in LABELLED else ""}:
            delattr(self, name)

    @property
    def rows(self) -> Any:
        """The rows of its list."""
        return self[LISTS[self.subject]]

    @classmethod
    def showing(cls, subject: StatementSubject, statement: Statement | None, *, like: Statement | None = None) -> Self:
        """Return the form as it was sent, else filled from a statement (or with the list of another, `like`)."""
        filled = statement or like
        shown = content_of(filled) if filled else {"count": None, "stated": True, "label": {}}
        rows = [{**row, **_written(row)} for row in shown.get(LISTS[subject], ())]
        return cls(
            subject,
            data={
                LISTS[subject]: _with_blanks(rows),
                "label": shown["label"],
                "count": shown["count"],
                "not_stated": not shown["stated"],
                "version": fingerprint_of(statement),
            },
        )

    def offer_parties(self, parties: Iterable[Party], saved: Statement | None) -> None:
        """Fill the lists to choose from; a row that is saved offers its own party alone, which keeps pages small."""
        named = {party.code: (PARTY_GROUPS[party.kind], in_reader_language(party.label)) for party in parties}
        order = list(PARTY_GROUPS.values())
        ordered = sorted(named.items(), key=lambda item: (order.index(item[1][0]), fold(item[1][1])))
        self._offer("code", dict(ordered), {row.party.code for row in saved.memberships} if saved else set())

    def offer_terms(
        self, terms: Mapping[str, VocabularyItem], groups: Mapping[str, WorkingGroup], saved: Statement | None
    ) -> None:
        """Fill the lists to choose from, as `offer_parties` does."""
        named = {
            key: (VOCABULARIES[item.vocabulary], term_shown(item))
            for vocabulary in VOCABULARIES
            for key, item in terms.items()
            if item.vocabulary == vocabulary
        }
        self._offer("term", named, {term_key(tag.item) for tag in saved.tags} if saved else set())
        whole = [("", _("The whole mechanism"))]
        of_groups = [(key, group_shown(group)) for key, group in groups.items()]
        for row in self.tags:
            own = row.form.group.data or ""
            lost = [(own, own)] if own and own not in groups else []
            row.form.group.choices = choices([*whole, *of_groups, *lost])

    def _offer(self, column: str, named: Mapping[str, tuple[Any, str]], kept: set[str]) -> None:
        offered = [
            SelectChoice("", _("Choose")),
            *(SelectChoice(code, name, optgroup=str(title)) for code, (title, name) in named.items()),
        ]
        for row in self.rows:
            code = row.form[column].data or ""
            fixed = code in kept or code not in named
            row.form[column].choices = (
                choices([(code, named[code][1] if code in named else code)]) if code and fixed else offered
            )

    def with_rows(self) -> Self:
        """Return the form with a row more or less, as the button that was pressed asks."""
        removed = request.form.get("remove_row", "")
        rows = [entry.data for entry in self.rows if entry.name != removed]
        if "add_row" in request.form:
            rows.append({})
        form = type(self)(self.subject, formdata=None, data={**self.data, LISTS[self.subject]: rows})
        form.count.raw_data = self.count.raw_data  # what was typed, even where it is no number
        return form

    def content(self, saved: Statement | None) -> dict[str, Any]:
        """Return what was filled in, as `directory.operations` take it."""
        return {
            "source": saved.source.key if saved else "",
            "part": saved.part if saved else "",
            "stated": not self.not_stated.data,
            "count": self.count.data,
            "label": self.label.data if self.subject in LABELLED else None,
            LISTS[self.subject]: [_told(entry.data) for entry in self.rows if _is_filled(entry.data)],
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


def _written(row: Mapping[str, Any]) -> dict[str, str]:
    """The chairs of a group, if the row is one, as they are written."""
    return {"chairs": "; ".join(row["chairs"])} if "chairs" in row else {}


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as contents have it."""
    told = {name: value or "" for name, value in row.items()}
    return {**told, "chairs": re.split("[;,]", told["chairs"])} if "chairs" in told else told


def _is_filled(row: Mapping[str, Any]) -> bool:
    return any(value for name, value in row.items() if name != "kind")  # a new group has a kind before it has anything


def _with_blanks(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
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


class SeenForm(Form):
    """An act of one button on a statement that the person had before them."""

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
