"""Taking a checked file over: all that its plan says, in the transaction of whoever asks for it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.audit.operations import record
from app.core.actors import Actor
from app.core.db import Base, db
from app.core.localized import LANGUAGES
from app.core.tables import YES
from app.directory.enums import PartyKind
from app.directory.exchange import CHAIRS, STATEMENT_LISTS, TABLES, Key, Row, Table
from app.directory.exchange_reading import Line, Plan
from app.directory.models import (
    CivilSociety,
    Mechanism,
    Organization,
    Party,
    State,
    Statement,
    Territory,
    group_chairs,
)
from app.search.operations import queue_reindex

PARTIES: Mapping[str, type[Party]] = {
    PartyKind.STATE: State,
    PartyKind.TERRITORY: Territory,
    PartyKind.CIVIL_SOCIETY: CivilSociety,
    PartyKind.ORGANIZATION: Organization,
    PartyKind.MECHANISM: Mechanism,
}
UNSAID: Mapping[str, Any] = {"stated": None, "count": None, "label": {}, "parties": [], "groups": [], "tags": []}
ENTRIES = ("sources", "parties")
Ids = dict[str, dict[Key, int]]


def hold_still() -> None:
    """Wait until nobody else changes the directory's facts in this moment; nobody then does until the commit."""
    table = Mechanism.__table__
    db.session.execute(sa.select(table.c.id).order_by(table.c.id).with_for_update())


def import_tables(plan: Plan, *, file: Base, by: Actor) -> None:
    """Write what a plan without problems says; `file` is the row of the file that it was made from.

    Loading the data files leaves the statements alone whose row, or a row of whose list, was written. Records an
    event for each table with what was written, and one for each such statement in its mechanism's history.
    """
    ids: Ids = {name: {TABLES[name].key_of(row.row): row.id for row in rows} for name, rows in plan.before.items()}
    for name, table in TABLES.items():
        lines = plan.lines.get(name, [])
        if lines:
            written = _write(table, lines, ids)
            ids[name] |= {table.key_of(line.row): row.id for line, row in zip(lines, written, strict=True)}
            if name == "parties":
                _write_parents(lines, written, ids[name])
            if name in ENTRIES:
                _tell_entries(lines, written, by)
            if name == "groups":
                _write_chairs(lines, written, ids["parties"])
            record(
                "import_table",
                file,
                by=by,
                changes={"table": [None, name], "added": [0, plan.added(name)], "changed": [0, plan.changed(name)]},
            )
    _mark_statements(plan, ids["statements"], by)


def write_entry(plan: Plan, name: str) -> Any:
    """Write the one line of a plan without problems, of a source or a party; return its row."""
    ids: Ids = {table: {TABLES[table].key_of(row.row): row.id for row in rows} for table, rows in plan.before.items()}
    written = _write(TABLES[name], plan.lines[name], ids)
    if name == "parties":
        _write_parents(plan.lines[name], written, ids[name])
    return written[0]


def _write(table: Table, lines: Iterable[Line], ids: Ids) -> list[Any]:
    """Add or change the rows of a table; return them in the order of the lines."""
    model: type[Base] = table.models[0]
    every = sa.select(model)
    if model is Party:
        every = every.options(orm.selectin_polymorphic(Party, [Organization, Mechanism]))
    known = {row.id: row for row in db.session.scalars(every)}
    written: list[Any] = []
    for line in lines:
        kind = PARTIES[line.row["kind"]] if model is Party else model
        row = known[line.held.id] if line.held else kind()
        for name, value in _values(table, kind, line.row, ids).items():
            setattr(row, name, value)
        if line.held is None:
            if written and type(written[-1]) is not kind:
                db.session.flush()  # which numbers the rows of one class in order, but class by class
            db.session.add(row)
        written.append(row)
    db.session.flush()
    return written


def _values(table: Table, model: type[Base], row: Row, ids: Ids) -> dict[str, Any]:
    """Attribute -> value of a row, without what is of another kind of party, and without parents."""
    columns = sa.inspect(model).columns
    values = {name: item.value(row, columns[name]) for name, item in table.fields.items() if name in columns}
    for link in table.links:
        if link.attribute in columns and link.table != table.name:
            key = link.key(row)
            values[link.attribute] = ids[link.table][key] if key else None
    if issubclass(model, Party):
        del values["kind"]  # told by the class
    return values


def _write_parents(lines: Iterable[Line], written: Iterable[Any], ids: Mapping[Key, int]) -> None:
    """What parties belong to, now that all have a number."""
    for line, row in zip(lines, written, strict=True):
        row.parent_id = ids[line.row["parent"],] if line.row["parent"] else None
    db.session.flush()


def _write_chairs(lines: Iterable[Line], written: Iterable[Any], ids: Mapping[Key, int]) -> None:
    for line, group in zip(lines, written, strict=True):
        db.session.execute(sa.delete(group_chairs).where(group_chairs.c.working_group_id == group.id))
        for code in filter(None, line.row["chairs"].split(CHAIRS)):
            db.session.execute(sa.insert(group_chairs).values(working_group_id=group.id, party_id=ids[code,]))
        db.session.expire(group, ["chairs"])


def _mark_statements(plan: Plan, ids: Mapping[Key, int], by: Actor) -> None:
    """Keep the written statements from the data files, and tell of each in its mechanism's history."""
    touched = dict.fromkeys(
        TABLES[name].statement_of(line.row)
        for name in ("statements", *STATEMENT_LISTS)
        for line in plan.lines.get(name, [])
    )
    known = {ids[key]: key for key in touched}
    before = _contents({name: [row.row for row in plan.before[name]] for name in plan.before})
    after = _contents({name: list(rows.values()) for name, rows in plan.merged.items()})
    tagged = set()
    for statement in db.session.scalars(sa.select(Statement).options(orm.joinedload(Statement.mechanism))):
        if statement.id not in known:
            continue
        statement.edited = True
        _mechanism, subject, source, part = key = known[statement.id]
        old, new = before.get(key, UNSAID), after[key]
        about = {"subject": [subject, subject], "source": [source if key in before else None, source]}
        differing = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
        changes = {**about, "part": [part, part], **differing}
        record("import_fact", statement.mechanism, by=by, changes=changes)
        if "tags" in differing:
            tagged.add(statement.mechanism.id)
    queue_reindex(party_ids=tagged)


def _tell_entries(lines: Iterable[Line], written: Iterable[Any], by: Actor) -> None:
    """Tell of each source and party that was there before: loading the data files leaves it alone from now on."""
    for line, row in zip(lines, written, strict=True):
        if line.held:
            record("import_entry", row, by=by, changes=differing(line.held.row, line.row))
    queue_reindex(party_ids=[row.id for row in written if isinstance(row, Party)])


def differing(before: Row, after: Row) -> dict[str, Any]:
    """What the trail tells of a changed entry: {"profile": [the cells that went, those that came]}."""
    columns = [column for column in after if before[column] != after[column]]
    return {"profile": [{column: row[column] for column in columns} for row in (before, after)]}


def _contents(tables: Mapping[str, Iterable[Row]]) -> dict[Key, dict[str, Any]]:
    """Statement -> what it says, as the history of a mechanism tells it."""
    found: dict[Key, dict[str, Any]] = {}
    for row in tables["statements"]:
        found[TABLES["statements"].key_of(row)] = {
            "stated": row["stated"] == YES,
            "count": int(row["count"]) if row["count"] else None,
            "label": _texts(row, "label"),
            **{name: [] for name in LISTED},
        }
    for name, (table, told) in LISTED.items():
        for row in tables[table]:
            found[TABLES[table].statement_of(row)][name].append(told(row))
    return found


def _texts(row: Row, name: str) -> dict[str, str]:
    return {code: text for code in LANGUAGES if (text := row[f"{name}_{code}"])}


def _place(row: Row) -> dict[str, Any]:
    return {"code": row["party"], "since": row["since"], "until": row["until"]}


def _group(row: Row) -> dict[str, Any]:
    return {
        "number": int(row["number"]),
        "kind": row["group_kind"],
        "names": _texts(row, "names"),
        "pillar": _texts(row, "pillar"),
        "chairs": row["chairs"].split(CHAIRS) if row["chairs"] else [],
    }


def _tag(row: Row) -> dict[str, Any]:
    group = f"{row['group_number']} {row['group_source']} {row['group_part']}".rstrip() if row["group_number"] else ""
    return {"term": f"{row['vocabulary']}:{row['term']}", "group": group}


# List of a content -> the table that has it, and how a row says an entry.
LISTED: Mapping[str, tuple[str, Callable[[Row], dict[str, Any]]]] = {
    "parties": ("places", _place),
    "groups": ("groups", _group),
    "tags": ("tags", _tag),
}
