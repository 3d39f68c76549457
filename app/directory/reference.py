"""Loading the reference data of `data/` into the directory; loading it again changes nothing."""

from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
import yaml

from app.audit.operations import changes_of, record
from app.core.actors import SYSTEM
from app.core.db import Base, db
from app.core.localized import LocalizedText
from app.directory.enums import StatementSubject
from app.directory.models import (
    Alias,
    Mechanism,
    Membership,
    Organization,
    Party,
    Source,
    State,
    Statement,
    Territory,
    VocabularyItem,
    WorkingGroup,
)

DATA = Path(__file__).resolve().parents[2] / "data"
Row = TypeVar("Row", bound=Base)


class ReferenceDataError(ValueError):
    """A data file names something that no data file defines; the message says which."""


def read(name: str) -> Any:
    """Return the content of a data file."""
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def load_reference_data() -> int:
    """Bring the directory in line with the data files; return how many rows changed. Never commits.

    Raises ReferenceDataError. What is no longer in the files stays, because sessions may refer to it.
    """
    loader = _Loader()
    loader.sources()
    loader.parties()
    loader.mechanism_facts()
    loader.vocabularies()
    return loader.changed


class _Loader:
    def __init__(self) -> None:
        self.changed = 0
        self._sources = {row.key: row for row in db.session.scalars(sa.select(Source))}
        self._parties = {row.code: row for row in db.session.scalars(sa.select(Party))}

    def _save(self, row: Row) -> Row:
        new = row not in db.session
        if new or changes_of(row):
            self.changed += 1
            record("load_reference_data", row, by=SYSTEM, changes={} if new else None)
        return row

    def _party(self, code: str) -> Party:
        if code not in self._parties:
            raise ReferenceDataError(f"no State, organization or mechanism {code!r}")
        return self._parties[code]

    def _source(self, key: str) -> Source:
        if key not in self._sources:
            raise ReferenceDataError(f"no source {key!r}")
        return self._sources[key]

    def sources(self) -> None:
        for entry in read("sources.yaml"):
            row = self._sources.setdefault(entry["key"], Source(key=entry["key"]))
            _assign(
                row,
                title=LocalizedText(entry["title"]),
                publisher=entry["publisher"],
                date=str(entry["date"]),
                symbol=entry.get("symbol"),
                url=entry.get("url"),
            )
            self._save(row)

    def parties(self) -> None:
        for entry in read("states.yaml"):
            kind = State if entry["kind"] == "state" else Territory
            self._save_party(kind, entry["code"], entry["names"], entry["short"], entry["iso3"])
        for entry in read("organizations.yaml"):
            self._save_party(
                Organization,
                entry["acronym"],
                entry["names"],
                _acronym(entry),
                entry["acronym"],
                organization_kind=entry["kind"],
                source=self._source(entry["source"]),
            )
        for entry in read("mechanisms.yaml"):
            self._save_party(
                Mechanism,
                entry["acronym"],
                entry["names"],
                _acronym(entry),
                entry["acronym"],
                slug=entry["acronym"].lower().replace(" ", "-"),
                mechanism_kind=entry["kind"],
                about=LocalizedText(entry["about"]),
                source=self._source(entry["source"]),
                founded=str(entry["founded"]) if entry.get("founded") else None,
            )

    def _save_party(
        self, kind: type[Party], code: str, names: dict[str, str], short: dict[str, str], reference: str, **more: Any
    ) -> None:
        row = self._parties.setdefault(code, kind(code=code))
        _assign(row, names=LocalizedText(names), short_names=LocalizedText(short), reference_code=reference, **more)
        self._save(row)

    def mechanism_facts(self) -> None:
        for entry in read("mechanisms.yaml"):
            mechanism = self._party(entry["acronym"])
            if not isinstance(mechanism, Mechanism):
                raise ReferenceDataError(f"{entry['acronym']!r} is not a mechanism")
            wanted = self._statements(entry)
            if [_shape(row) for row in mechanism.statements] != [_shape(row) for row in wanted]:
                mechanism.statements = []
                db.session.flush()
                mechanism.statements = wanted
                self.changed += 1
                record("load_reference_data", mechanism, by=SYSTEM, changes={"statements": []})
            names = [(alias["source"], LocalizedText(alias["names"])) for alias in entry.get("aliases") or []]
            if [(row.source.key, row.names) for row in mechanism.aliases] != names:
                mechanism.aliases = [Alias(source=self._source(key), names=text) for key, text in names]
                self.changed += 1
                record("load_reference_data", mechanism, by=SYSTEM, changes={"aliases": []})

    def _statements(self, entry: dict[str, Any]) -> list[Statement]:
        statements = [
            Statement(
                subject=StatementSubject.MEMBERS,
                source=self._source(fact["source"]),
                stated=True,
                count=None,
                label=LocalizedText(),
                memberships=[Membership(party=self._party(code)) for code in fact["codes"]],
            )
            for fact in entry.get("members") or []
        ]
        statements += [
            Statement(
                subject=StatementSubject.MEMBERS,
                source=self._source(fact["source"]),
                stated=True,
                count=fact["count"],
                label=LocalizedText(),
            )
            for fact in entry.get("member_counts") or []
        ]
        for fact in _as_list(entry.get("groups")):
            statements.append(
                Statement(
                    subject=StatementSubject.GROUPS,
                    source=self._source(fact["source"]),
                    count=None,
                    stated=not fact.get("not_stated"),
                    label=LocalizedText(fact.get("label")),
                    groups=[
                        WorkingGroup(
                            number=item["number"],
                            names=LocalizedText(item["names"]),
                            pillar=LocalizedText(item.get("pillar")),
                        )
                        for item in fact.get("items") or []
                    ],
                )
            )
        for fact in _as_list(entry.get("secretariat")):
            statements.append(
                Statement(
                    subject=StatementSubject.SECRETARIAT,
                    source=self._source(fact["source"]),
                    count=None,
                    stated=not fact.get("not_stated"),
                    label=LocalizedText(),
                    memberships=[Membership(party=self._party(code)) for code in fact.get("organizations") or []],
                )
            )
        return statements

    def vocabularies(self) -> None:
        existing = {(row.vocabulary, row.code): row for row in db.session.scalars(sa.select(VocabularyItem))}
        for vocabulary, entry in read("vocabularies.yaml").items():
            for position, item in enumerate(entry["items"], start=1):
                code = str(item["code"])
                row = existing.get((vocabulary, code)) or VocabularyItem(vocabulary=vocabulary, code=code)
                _assign(
                    row, position=position, title=LocalizedText(item["title"]), source=self._source(entry["source"])
                )
                self._save(row)


def _assign(row: Base, **values: Any) -> None:
    """Set only what differs, so that loading the same data again writes nothing."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _as_list(facts: Any) -> list[dict[str, Any]]:
    return facts if isinstance(facts, list) else [facts] if facts else []


def _acronym(entry: dict[str, Any]) -> dict[str, str]:
    """The acronym for lists: the same in all languages unless the file gives one for each."""
    return entry.get("acronyms") or dict.fromkeys(("en", "es", "fr", "pt"), entry["acronym"])


def _shape(statement: Statement) -> tuple[Any, ...]:
    return (
        statement.subject,
        statement.source.key,
        statement.stated,
        statement.count,
        statement.label,
        [membership.party.code for membership in statement.memberships],
        [(group.number, group.names, group.pillar) for group in statement.groups],
    )
