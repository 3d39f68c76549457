"""The directory as tables of text, which leave it and come back: what each table holds, and reading it.

A *table* has fields; each is a column of the file, or four where its text is in four languages (`names_en` …).
A *row* maps a column to its text, "" where there is none. What a row refers to it names by key, code or acronym,
never by a number of the database. Rows stand in the order in which they were entered, so that an empty directory
that takes them in gives the same again. `exchange_check` reads them back, `exchange_write` takes them over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.columns import Localized
from app.core.db import Base, db
from app.core.localized import LANGUAGES, LocalizedText
from app.core.tables import NO, YES
from app.directory.enums import PartyKind, StatementSubject
from app.directory.models import (
    Alias,
    Event,
    Involvement,
    Mechanism,
    Membership,
    Organization,
    Party,
    Source,
    Statement,
    Tag,
    VocabularyItem,
    WorkingGroup,
    group_chairs,
)

Row = dict[str, str]
Key = tuple[str, ...]
TEXT_LIMIT = 4000
CHAIRS = "; "  # what stands between the codes of those who chair a group
DAYS = frozenset({"date", "since", "until", "founded", "ended"})


class Kind(Enum):
    """What a field holds."""

    TEXT = auto()
    LOCALIZED = auto()
    DAY = auto()
    NUMBER = auto()
    FLAG = auto()
    CHOICE = auto()
    ADDRESS = auto()
    CODES = auto()


@dataclass(frozen=True)
class Field:
    """One field: `limit` in characters; `choices` are the values of a CHOICE."""

    name: str
    kind: Kind = Kind.TEXT
    limit: int = TEXT_LIMIT
    choices: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file that hold it."""
        return tuple(f"{self.name}_{code}" for code in LANGUAGES) if self.kind is Kind.LOCALIZED else (self.name,)

    def first(self, row: Row) -> str:
        """Its text in a row; of a text in several languages, the first there is."""
        return next((row[column] for column in self.columns if row[column]), "")

    def cells(self, value: Any) -> Row:
        """The cells that say a value of the directory."""
        if self.kind is Kind.LOCALIZED:
            return {f"{self.name}_{code}": (value or {}).get(code, "") for code in LANGUAGES}
        if isinstance(value, bool):
            return {self.name: YES if value else NO}
        if isinstance(value, StrEnum):
            return {self.name: value.value}
        return {self.name: "" if value is None else str(value)}

    def value(self, row: Row, column: sa.Column[Any]) -> Any:
        """What a row says, as a column of the database takes it."""
        if self.kind is Kind.LOCALIZED:
            return LocalizedText({code: row[f"{self.name}_{code}"] for code in LANGUAGES})
        text = row[self.name]
        if not text:
            return None if column.nullable else ""
        if isinstance(column.type, sa.Enum) and column.type.enum_class:
            return column.type.enum_class(text)
        if self.kind is Kind.FLAG:
            return text == YES
        return int(text) if self.kind is Kind.NUMBER else text


@dataclass(frozen=True)
class Link:
    """What a row refers to: the row of `table` whose key stands in `columns` ("=x" stands for the text x).

    `attribute` is the model's column that keeps its id ("": it only has to exist). `shown` is the column in which
    it is refused; where that is empty the row refers to nothing. `kinds`: which parties are taken.
    """

    attribute: str
    table: str
    columns: tuple[str, ...]
    shown: str
    kinds: frozenset[PartyKind] = frozenset()

    def key(self, row: Row) -> Key | None:
        """The key of what the row refers to."""
        if not row[self.shown]:
            return None
        return tuple(column[1:] if column.startswith("=") else row[column] for column in self.columns)

    def cells(self, key: Key) -> Row:
        """The cells that say a key."""
        return {column: part for column, part in zip(self.columns, key, strict=True) if not column.startswith("=")}


@dataclass(frozen=True)
class Table:
    """A table: the names of its fields, of those that tell a row from all others, of those never empty.

    Rows stand in the order of their ids; `owner` is the attribute of what they are kept together by, if anything.
    """

    name: str
    models: tuple[type[Base], ...]
    names: str
    key: str
    needed: str
    links: tuple[Link, ...] = ()
    owner: str = ""

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Name -> field, of the kind that the models' columns have."""
        columns = {name: column for model in self.models for name, column in model.__table__.columns.items()}
        return {name: _field(name, columns.get(name)) for name in self.names.split()}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file, in order."""
        return tuple(column for item in self.fields.values() for column in item.columns)

    @cached_property
    def needed_fields(self) -> list[Field]:
        """What a file may not leave out."""
        names = {*self.key.split(), *self.needed.split()}
        return [item for name, item in self.fields.items() if name in names]

    def key_of(self, row: Row) -> Key:
        """What tells a row from all others of the table."""
        return tuple(self.fields[name].first(row) for name in self.key.split())

    def statement_of(self, row: Row) -> Key:
        """The key of the statement that the row is, or belongs to."""
        return next((link.key(row) for link in self.links if link.table == "statements"), None) or self.key_of(row)


class Held(NamedTuple):
    """A row that the directory holds."""

    id: int
    row: Row


def _field(name: str, column: Any) -> Field:
    if name == "chairs":
        return Field(name, Kind.CODES)
    if column is None:  # part of the key of what the row refers to
        return Field(name)
    kind = column.type
    if isinstance(kind, Localized):
        return Field(name, Kind.LOCALIZED)
    if isinstance(kind, sa.Enum):
        return Field(name, Kind.CHOICE, choices=tuple(kind.enums))
    if isinstance(kind, sa.Boolean):
        return Field(name, Kind.FLAG)
    if isinstance(kind, sa.Integer):
        return Field(name, Kind.NUMBER)
    limit = kind.length or TEXT_LIMIT
    if name in DAYS:
        return Field(name, Kind.DAY, limit)
    return Field(name, Kind.ADDRESS if name == "url" else Kind.TEXT, limit)


def _source(column: str = "source") -> Link:
    return Link(f"{column}_id", "sources", (column,), column)


def _party(column: str, *kinds: PartyKind) -> Link:
    return Link(f"{column}_id", "parties", (column,), column, frozenset(kinds))


def _statement(subject: str) -> tuple[Link, ...]:
    """A row that belongs to a statement; the mechanism and the source have to exist as well."""
    return (
        Link("", "parties", ("mechanism",), "mechanism", frozenset({PartyKind.MECHANISM})),
        Link("", "sources", ("source",), "source"),
        Link("statement_id", "statements", ("mechanism", subject, "source", "part"), "source"),
    )


# In the order in which they are written: a table refers to those before it, and to itself.
TABLES = {
    table.name: table
    for table in (
        Table("sources", (Source,), "key title publisher date symbol url", "key", "key title publisher date"),
        Table(
            "parties",
            (Party, Organization, Mechanism),
            "kind code names short_names reference_code parent organization_kind mechanism_kind slug founded ended "
            "about mandate source mandate_source dates_source",
            "code",
            "kind code names short_names reference_code",
            (_party("parent"), _source(), _source("mandate_source"), _source("dates_source")),
        ),
        Table(
            "vocabularies",
            (VocabularyItem,),
            "vocabulary code position title source related",
            "vocabulary code",
            "vocabulary code position title source",
            (_source(),),
        ),
        Table(
            "aliases",
            (Alias,),
            "mechanism source names",
            "mechanism source names",
            "mechanism source names",
            (_party("mechanism", PartyKind.MECHANISM), _source()),
            owner="mechanism_id",
        ),
        Table(
            "statements",
            (Statement,),
            "mechanism subject source part stated count label",
            "mechanism subject source part",
            "mechanism subject source stated",
            (_party("mechanism", PartyKind.MECHANISM), _source()),
            owner="mechanism_id",
        ),
        Table(
            "places",
            (Membership,),
            "mechanism subject source part party since until",
            "mechanism subject source part party since",
            "mechanism subject source party",
            (*_statement("subject"), _party("party")),
            owner="statement_id",
        ),
        Table(
            "groups",
            (WorkingGroup,),
            "mechanism source part number group_kind names pillar chairs",
            "mechanism source part number",
            "mechanism source number group_kind names",
            _statement(f"={StatementSubject.GROUPS}"),
            owner="statement_id",
        ),
        Table(
            "tags",
            (Tag,),
            "mechanism source part vocabulary term group_source group_part group_number",
            "mechanism source part vocabulary term group_source group_part group_number",
            "mechanism source vocabulary term",
            (
                *_statement(f"={StatementSubject.THEMES}"),
                Link("item_id", "vocabularies", ("vocabulary", "term"), "term"),
                Link(
                    "working_group_id",
                    "groups",
                    ("mechanism", "group_source", "group_part", "group_number"),
                    "group_number",
                ),
            ),
            owner="statement_id",
        ),
        Table(
            "involvement",
            (Involvement,),
            "organization issue source printed doubt corrected reason",
            "organization issue source",
            "organization issue source printed",
            (
                _party("organization", PartyKind.ORGANIZATION),
                Link("item_id", "vocabularies", ("=issues", "issue"), "issue"),
                _source(),
            ),
        ),
        Table(
            "events",
            (Event,),
            "date until event_kind title place party host source",
            "date title",
            "date event_kind title source",
            (
                _party("party", PartyKind.MECHANISM, PartyKind.ORGANIZATION),
                _party("host", PartyKind.STATE, PartyKind.TERRITORY),
                _source(),
            ),
        ),
    )
}
STATEMENT_LISTS = ("places", "groups", "tags")  # what statements have lists of
# What a party of a kind may say beside what all say, and what it may not leave out.
PARTY_FIELDS: Mapping[PartyKind, tuple[frozenset[str], frozenset[str]]] = {
    PartyKind.STATE: (frozenset(), frozenset()),
    PartyKind.TERRITORY: (frozenset(), frozenset()),
    PartyKind.CIVIL_SOCIETY: (frozenset(), frozenset()),
    PartyKind.ORGANIZATION: (
        frozenset({"organization_kind", "founded", "ended", "mandate", "source", "mandate_source"}),
        frozenset({"organization_kind", "source"}),
    ),
    PartyKind.MECHANISM: (
        frozenset({"mechanism_kind", "slug", "founded", "ended", "about", "source", "dates_source"}),
        frozenset({"mechanism_kind", "slug", "source"}),
    ),
}


def read(*names: str) -> dict[str, list[Held]]:
    """Table -> all that the directory holds, in order; one statement for each table of the database.

    `names`: the tables to read (all where none is named), with those that they refer to.
    """
    found: dict[str, list[Held]] = {}
    keys: dict[str, dict[int, Key]] = {}
    for name, table in TABLES.items():
        if names and name not in names:
            continue
        values = _values(table)
        rows = {row_id: _stored(table, value) for row_id, value in values.items()}
        for own in (False, True):  # what rows of one table are to each other needs the keys of them all
            for link in table.links:
                if link.attribute and (link.table == name) is own:
                    for row_id, value in values.items():
                        if (referred := value.get(link.attribute)) is not None:
                            rows[row_id] |= link.cells(keys[link.table][referred])
            keys.setdefault(name, {row_id: table.key_of(row) for row_id, row in rows.items()})
        if name == "groups":
            _add_chairs(rows, keys["parties"])
        order = _order(table, values, found)
        found[name] = [Held(row_id, rows[row_id]) for row_id in sorted(rows, key=lambda row_id: order[row_id])]
    return found


def _values(table: Table) -> dict[int, dict[str, Any]]:
    """Id -> the columns of the table's models, joined."""
    found: dict[int, dict[str, Any]] = {}
    for model in table.models:
        for row in db.session.execute(sa.select(model.__table__)).mappings():
            found.setdefault(row["id"], {}).update(row)
    return found


def _stored(table: Table, value: Mapping[str, Any]) -> Row:
    """The cells that the table's own columns fill; the others are empty."""
    return {column: text for item in table.fields.values() for column, text in item.cells(value.get(item.name)).items()}


def _order(
    table: Table, values: Mapping[int, Mapping[str, Any]], found: Mapping[str, list[Held]]
) -> dict[int, tuple[int, int]]:
    owner = next((link.table for link in table.links if link.attribute == table.owner), None)
    place = {row.id: number for number, row in enumerate(found[owner])} if owner else {}
    return {row_id: (place.get(value.get(table.owner, 0), 0), row_id) for row_id, value in values.items()}


def _add_chairs(rows: Mapping[int, Row], parties: Mapping[int, Key]) -> None:
    chairs: dict[int, list[str]] = {}
    for group_id, party_id in db.session.execute(sa.select(group_chairs)):
        chairs.setdefault(group_id, []).append(parties[party_id][0])
    for group_id, codes in chairs.items():
        rows[group_id]["chairs"] = CHAIRS.join(sorted(codes))
