"""Loading the reference data of `data/` into the directory; loading it again changes nothing."""

from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
import yaml
from sqlalchemy import orm

from app.audit.models import AuditEvent
from app.audit.operations import changes_of, record
from app.core.actors import SYSTEM
from app.core.db import Base, db
from app.core.localized import LocalizedText
from app.directory.enums import (
    EventKind,
    Extent,
    GroupKind,
    MechanismKind,
    OrganizationKind,
    StatementSubject,
)
from app.directory.history import EDITS
from app.directory.models import (
    Alias,
    Event,
    Involvement,
    Mechanism,
    Membership,
    Organization,
    Party,
    Source,
    State,
    Statement,
    Tag,
    Territory,
    VocabularyItem,
    WorkingGroup,
)
from app.directory.queries import FACTS
from app.directory.reference_statements import assign, bring_in_line, shape
from app.search.operations import queue_reindex

DATA = Path(__file__).resolve().parents[2] / "data"
EXTENTS = {".": Extent.NONE, "x": Extent.SOME, "X": Extent.STRONG}
Row = TypeVar("Row", bound=Base)


class ReferenceDataError(ValueError):
    """A data file names something that no data file defines; the message says which."""


def read(name: str) -> Any:
    """Return the content of a data file."""
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def load_reference_data() -> int:
    """Bring the directory in line with the data files; return how many rows changed. Never commits.

    Raises ReferenceDataError. What is no longer in the files stays, because sessions may refer to it; what
    people changed here stays as they left it.
    """
    loader = _Loader()
    loader.sources()
    loader.parties()
    loader.parents()
    loader.vocabularies()
    loader.mechanism_facts()
    loader.involvement()
    loader.events()
    return loader.changed


class _Loader:
    def __init__(self) -> None:
        self.changed = 0
        self._sources = {row.key: row for row in db.session.scalars(sa.select(Source))}
        every = orm.selectin_polymorphic(Party, [Organization, Mechanism])
        self._parties = {row.code: row for row in db.session.scalars(sa.select(Party).options(every))}
        db.session.scalars(sa.select(Mechanism).options(*FACTS)).all()
        # What people did here, by the trail: whose entries they changed, and which statements they deleted.
        done = sa.select(AuditEvent).where(AuditEvent.action.in_((*EDITS, "delete_fact")))
        events = db.session.scalars(done).all()
        edited = {(event.subject_kind, event.subject_id) for event in events if event.action in EDITS}
        self._edited = {
            row for row in (*self._sources.values(), *self._parties.values()) if (row.__tablename__, row.id) in edited
        }
        self._deleted = {
            (event.subject_id, *(event.changes[name][0] for name in ("subject", "source", "part")))
            for event in events
            if event.action == "delete_fact"
        }
        self._items = {(row.vocabulary, row.code): row for row in db.session.scalars(sa.select(VocabularyItem))}

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
            self._assign_unless_edited(
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
            mandate = entry.get("mandate") or {}
            self._save_party(
                Organization,
                entry["acronym"],
                entry["names"],
                _acronym(entry),
                entry["acronym"],
                organization_kind=OrganizationKind(entry["kind"]),
                source=self._source(entry["source"]),
                founded=_day(entry.get("founded")),
                ended=_day(entry.get("ended")),
                mandate=LocalizedText(mandate.get("text")),
                mandate_source=self._source(mandate["source"]) if mandate else None,
            )
        for entry in read("mechanisms.yaml"):
            dates_source = entry.get("founded_source") or entry.get("ended_source")
            self._save_party(
                Mechanism,
                entry["acronym"],
                entry["names"],
                _acronym(entry),
                entry["acronym"],
                slug=slug_of(entry["acronym"]),
                mechanism_kind=MechanismKind(entry["kind"]),
                about=LocalizedText(entry["about"]),
                source=self._source(entry["source"]),
                founded=_day(entry.get("founded")),
                ended=_day(entry.get("ended")),
                dates_source=self._source(dates_source) if dates_source else None,
            )

    def parents(self) -> None:
        for name in ("organizations.yaml", "mechanisms.yaml"):
            for entry in read(name):
                row = self._party(entry["acronym"])
                self._assign_unless_edited(row, parent=self._party(entry["parent"]) if entry.get("parent") else None)
                self._save(row)

    def _save_party(
        self, kind: type[Party], code: str, names: dict[str, str], short: dict[str, str], reference: str, **more: Any
    ) -> None:
        row = self._parties.setdefault(code, kind(code=code))
        self._assign_unless_edited(
            row, names=LocalizedText(names), short_names=LocalizedText(short), reference_code=reference, **more
        )
        self._save(row)

    def _assign_unless_edited(self, row: Source | Party, **values: Any) -> None:
        if row not in self._edited:
            assign(row, **values)

    def mechanism_facts(self) -> None:
        for entry in read("mechanisms.yaml"):
            mechanism = self._party(entry["acronym"])
            if not isinstance(mechanism, Mechanism):
                raise ReferenceDataError(f"{entry['acronym']!r} is not a mechanism")
            self._say(mechanism, self._statements(entry))
            names = [(alias["source"], LocalizedText(alias["names"])) for alias in entry.get("aliases") or []]
            if [(row.source.key, row.names) for row in mechanism.aliases] != names:
                mechanism.aliases = [Alias(source=self._source(key), names=text) for key, text in names]
                self.changed += 1
                record("load_reference_data", mechanism, by=SYSTEM, changes={"aliases": []})

    def _say(self, mechanism: Mechanism, wanted: list[Statement]) -> None:
        """Bring the statements that come from the files in line; those that people edited, added or deleted stay so."""
        before = [shape(row) for row in mechanism.statements]
        bring_in_line(mechanism, wanted, self._deleted)
        if [shape(row) for row in mechanism.statements] != before:
            self.changed += 1
            record("load_reference_data", mechanism, by=SYSTEM, changes={"statements": []})
            queue_reindex(party_ids=[mechanism.id])

    def _statements(self, entry: dict[str, Any]) -> list[Statement]:
        return [
            *(
                self._statement(StatementSubject.MEMBERS, fact, memberships=self._memberships(fact.get("codes") or []))
                for fact in _as_list(entry.get("members"))
            ),
            *(
                self._statement(StatementSubject.MEMBERS, fact, count=fact["count"])
                for fact in _as_list(entry.get("member_counts"))
            ),
            *(groups := [self._groups(fact) for fact in _as_list(entry.get("groups"))]),
            *(
                self._statement(
                    StatementSubject.SECRETARIAT, fact, memberships=self._memberships(fact.get("organizations") or [])
                )
                for fact in _as_list(entry.get("secretariat"))
            ),
            *(
                self._statement(
                    StatementSubject.PRESIDENCY, fact, memberships=self._memberships(fact.get("holders") or [])
                )
                for fact in _as_list(entry.get("presidency"))
            ),
            *self._themes(_as_list(entry.get("themes")), groups),
        ]

    def _statement(self, subject: StatementSubject, fact: dict[str, Any], **more: Any) -> Statement:
        return Statement(
            **{
                "subject": subject,
                "source": self._source(fact["source"]),
                "part": fact.get("part", ""),
                "stated": not fact.get("not_stated"),
                "label": LocalizedText(fact.get("label")),
                "count": None,
                "edited": False,
                **more,
            }
        )

    def _memberships(self, codes: list[Any]) -> list[Membership]:
        facts = [fact if isinstance(fact, dict) else {"code": fact} for fact in codes]
        return [
            Membership(
                party=self._party(fact["code"]),
                since=_day(fact.get("since")) or "",
                until=_day(fact.get("until")) or "",
            )
            for fact in facts
        ]

    def _groups(self, fact: dict[str, Any]) -> Statement:
        return self._statement(
            StatementSubject.GROUPS,
            fact,
            groups=[
                WorkingGroup(
                    number=item["number"],
                    group_kind=GroupKind(item.get("kind", GroupKind.WORKING_GROUP)),
                    names=LocalizedText(item["names"]),
                    pillar=LocalizedText(item.get("pillar")),
                    chairs=[self._party(code) for code in item.get("chairs") or []],
                )
                for item in fact.get("items") or []
            ],
        )

    def _themes(self, facts: list[dict[str, Any]], groups: list[Statement]) -> list[Statement]:
        """One statement a source; the numbers of groups are those of the first list that has them."""
        numbered = {group.number: group for said in reversed(groups) for group in said.groups}
        said: dict[str, Statement] = {}
        for fact in facts:
            row = said.setdefault(fact["source"], self._statement(StatementSubject.THEMES, fact, tags=[]))
            named = [(None, fact.get("codes") or []), *(fact.get("groups") or {}).items()]
            row.tags += [
                Tag(
                    item=self._item(fact["vocabulary"], str(code)),
                    working_group=None if number is None else numbered[number],
                )
                for number, codes in named
                for code in codes
            ]
        return list(said.values())

    def _item(self, vocabulary: str, code: str) -> VocabularyItem:
        if (vocabulary, code) not in self._items:
            raise ReferenceDataError(f"no term {code!r} in {vocabulary!r}")
        return self._items[vocabulary, code]

    def involvement(self) -> None:
        entry = read("involvement.yaml")
        source = self._source(entry["source"])
        rows = db.session.scalars(sa.select(Involvement).where(Involvement.source_id == source.id))
        existing = {(row.organization_id, row.item_id): row for row in rows}
        changed: list[Involvement] = []
        for line in entry["rows"]:
            item = self._item("issues", str(line["issue"]))
            doubt = line.get("doubt") or {"cells": [], "note": {}}
            for acronym, mark in zip(entry["organizations"], line["marks"], strict=True):
                organization = self._party(acronym)
                row = existing.get((organization.id, item.id)) or Involvement(
                    organization=organization, item=item, source=source, corrected=None, reason=""
                )
                assign(
                    row,
                    printed=EXTENTS[mark],
                    doubt=LocalizedText(doubt["note"] if acronym in doubt["cells"] else {}),
                )
                if row not in db.session or changes_of(row):
                    changed.append(row)
        if changed:  # one event for the whole table: its cells are one fact of one source
            db.session.add_all(changed)
            self.changed += len(changed)
            record("load_reference_data", source, by=SYSTEM, changes={"involvements": [None, len(changed)]})

    def events(self) -> None:
        existing = {(row.date, row.title.get("en")): row for row in db.session.scalars(sa.select(Event))}
        for entry in read("events.yaml"):
            date = str(entry["date"])
            row = existing.get((date, entry["title"]["en"])) or Event(date=date)
            assign(
                row,
                until=_day(entry.get("until")) or "",
                event_kind=EventKind(entry["kind"]),
                title=LocalizedText(entry["title"]),
                place=LocalizedText(entry.get("place")),
                party=self._party(entry["party"]) if entry.get("party") else None,
                host=self._party(entry["host"]) if entry.get("host") else None,
                source=self._source(entry["source"]),
            )
            self._save(row)

    def vocabularies(self) -> None:
        for vocabulary, entry in read("vocabularies.yaml").items():
            for position, item in enumerate(entry["items"], start=1):
                key = (vocabulary, str(item["code"]))
                row = self._items.setdefault(key, VocabularyItem(vocabulary=vocabulary, code=key[1]))
                assign(
                    row,
                    position=position,
                    title=LocalizedText(item["title"]),
                    source=self._source(entry["source"]),
                    related=" ".join(item.get("related", [])),
                )
                self._save(row)


def slug_of(acronym: str) -> str:
    """Return a mechanism's acronym as it stands in addresses."""
    return acronym.lower().replace(" ", "-")


def _day(value: Any) -> str | None:
    return str(value) if value else None


def _as_list(facts: Any) -> list[dict[str, Any]]:
    return facts if isinstance(facts, list) else [facts] if facts else []


def _acronym(entry: dict[str, Any]) -> dict[str, str]:
    """The acronym for lists: the same in all languages unless the file gives one for each."""
    return entry.get("acronyms") or dict.fromkeys(("en", "es", "fr", "pt"), entry["acronym"])
