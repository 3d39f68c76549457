"""Forms of what the directory says of a party or a source itself; their fields are those of the tables of exchange."""

from typing import Any, ClassVar, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional

from app.core.errors import Refusal
from app.core.forms import Form, LocalizedField, TextField, VersionField, choices
from app.core.localized import LANGUAGES, LocalizedText
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.directory.content import TITLE_LIMIT
from app.directory.entries import Entry, Wrong
from app.directory.enums import PartyKind
from app.directory.exchange import PARTY_FIELDS, TABLES, Field, Kind, Row
from app.directory.exchange_check import OF_SOME_PARTIES
from app.directory.labels import ENTRY_FIELDS, MECHANISM_KINDS, ORGANIZATION_KINDS
from app.map.naming import day_shown

DAY = _l("A year (2014), a month (2014-10) or a day (2014-10-03).")


class EntryForm(Form):
    """A row of a table of exchange; `fixed` are the cells that nobody changes."""

    table: ClassVar[str]
    fixed: ClassVar[tuple[str, ...]]
    version = VersionField()

    @classmethod
    def showing(cls, entry: Entry) -> Self:
        """Return the form as it was sent, else filled from the entry."""
        data = {name: _value(item, entry.row) for name, item in TABLES[cls.table].fields.items()}
        return cls(data={**data, "version": entry.seen})

    def cells(self, entry: Entry) -> Row:
        """What was filled in, as `directory.entries` take it."""
        cells = {name: entry.row[name] for name in self.fixed}
        for name, item in TABLES[self.table].fields.items():
            if name in self and name not in self.fixed:
                cells |= item.cells(self[name].data)
        return cells

    def refuse(self, refusal: Refusal) -> None:
        """Show what is wrong with an entry at its fields."""
        if not isinstance(refusal, Wrong):
            super().refuse(refusal)
            return
        for problem in refusal.problems:
            name, _underscore, language = problem.column.rpartition("_")
            super().refuse(Refusal(problem.message, field=name if language in LANGUAGES else problem.column))


class ProfileForm(EntryForm):
    """A mechanism or an organization. It has the fields of its kind alone."""

    table = "parties"
    fixed = ("kind", "code", "reference_code")

    names = LocalizedField(ENTRY_FIELDS["names"])
    short_names = LocalizedField(ENTRY_FIELDS["short_names"])
    mechanism_kind = SelectField(ENTRY_FIELDS["mechanism_kind"], choices=choices(MECHANISM_KINDS.items()))
    organization_kind = SelectField(ENTRY_FIELDS["organization_kind"], choices=choices(ORGANIZATION_KINDS.items()))
    about = LocalizedField(ENTRY_FIELDS["about"], multiline=True, needed=False)
    mandate = LocalizedField(ENTRY_FIELDS["mandate"], multiline=True, needed=False)
    mandate_source = SelectField(ENTRY_FIELDS["mandate_source"], validate_choice=False)
    parent = SelectField(ENTRY_FIELDS["parent"], validate_choice=False)
    founded = TextField(ENTRY_FIELDS["founded"], [Optional()], description=DAY)
    ended = TextField(ENTRY_FIELDS["ended"], [Optional()], description=DAY)
    dates_source = SelectField(ENTRY_FIELDS["dates_source"], validate_choice=False)
    source = SelectField(
        ENTRY_FIELDS["source"],
        validate_choice=False,
        description=_l("The source of all that has none of its own here."),
    )

    @classmethod
    def showing(cls, entry: Entry) -> Self:
        """Return the form as it was sent, else filled from the entry."""
        form = super().showing(entry)
        own, _needed = PARTY_FIELDS[PartyKind(entry.row["kind"])]
        for name in OF_SOME_PARTIES - own - {"slug"}:
            delattr(form, name)
        form._offer(entry)
        return form

    def _offer(self, entry: Entry) -> None:
        sources = sorted((held.row for held in entry.tables["sources"]), key=lambda row: row["date"], reverse=True)
        known = [(row["key"], f"{_text('title', row)} ({day_shown(row['date'])})") for row in sources]
        for name in ("source", "dates_source", "mandate_source"):
            if name in self:
                self[name].choices = choices(known if name == "source" else [("", _("No source of its own")), *known])
        others = (held.row for held in entry.tables["parties"] if held.row["code"] != entry.row["code"])
        bodies = (row for row in others if row["kind"] in (PartyKind.MECHANISM, PartyKind.ORGANIZATION))
        named = sorted(((row["code"], _text("short_names", row)) for row in bodies), key=lambda pair: fold(pair[1]))
        if (own := entry.row["parent"]) and own not in dict(named):
            named.append((own, own))
        self.parent.choices = choices([("", _("Nothing else")), *named])


class SourceForm(EntryForm):
    """A document that facts come from."""

    table = "sources"
    fixed = ("key",)

    title = LocalizedField(ENTRY_FIELDS["title"], limit=TITLE_LIMIT)
    publisher = TextField(ENTRY_FIELDS["publisher"])
    date = TextField(ENTRY_FIELDS["date"], description=DAY)
    symbol = TextField(ENTRY_FIELDS["symbol"], [Optional()])
    url = TextField(ENTRY_FIELDS["url"], [Optional()])


def _value(item: Field, row: Row) -> Any:
    return _localized(item.name, row) if item.kind is Kind.LOCALIZED else row[item.name]


def _localized(name: str, row: Row) -> LocalizedText:
    return LocalizedText({code: row[f"{name}_{code}"] for code in LANGUAGES})


def _text(name: str, row: Row) -> str:
    return in_reader_language(_localized(name, row))
