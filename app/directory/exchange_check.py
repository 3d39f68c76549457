"""What must hold among rows before a file is taken over: `check` says what it would do, or what is wrong with it."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise

from flask_babel import lazy_gettext as _l

from app.core.tables import NO, Sheet
from app.directory.content import FACTS, overlap
from app.directory.enums import PartyKind
from app.directory.exchange import PARTY_FIELDS, STATEMENT_LISTS, TABLES, Key
from app.directory.exchange_reading import EnoughError, Line, Plan, Reading

SLUG = re.compile(r"[a-z0-9][a-z0-9+.-]*", re.ASCII)
OF_SOME_PARTIES = frozenset().union(*(own for own, _needed in PARTY_FIELDS.values()))
SHORT_NAMES = TABLES["parties"].fields["short_names"].columns
FIXED = ("kind", "slug")  # of a party that the directory holds


def check(sheets: Mapping[str, Sheet]) -> Plan:
    """Compare tables (by name, all known) with the directory."""
    checking = _Checking()
    try:
        checking.run(sheets)
    except EnoughError:
        checking.plan.cut = True
    order = list(TABLES)
    checking.plan.problems.sort(key=lambda problem: (order.index(problem.table), problem.row))
    return checking.plan


class _Checking(Reading):
    def __init__(self) -> None:
        super().__init__()
        self.rules = {
            "parties": self._party,
            "vocabularies": self._term,
            "statements": self._statement,
            "places": self._place,
            "groups": self._listed,
            "tags": self._tag,
            "involvement": self._cell,
            "events": self._event,
        }

    def run(self, sheets: Mapping[str, Sheet]) -> None:
        for name, table in TABLES.items():
            if name in sheets and self.columns(table, sheets[name].columns):
                self.take(table, sheets[name])
        for name, lines in self.lines.items():
            for line in lines.values():
                self.links(TABLES[name], line)
        for name, rule in self.rules.items():
            for key, line in self.good(name):
                rule(key, line)
        self._cycles()
        self._overlaps()
        for name, lines in self.lines.items():
            differing = [line for line in lines.values() if line.held is None or line.held.row != line.row]
            self.plan.lines[name] = differing
            self.plan.unchanged[name] = len(lines) - len(differing)

    def _order(self, table: str, line: Line, since: str, until: str) -> None:
        """Whether what has two dates ends after it begins."""
        first, last = line.row[since], line.row[until]
        if first and last and first[: len(last)] > last:
            message = _l("%(until)s, when it ends, is before %(since)s, when it begins.", since=first, until=last)
            self.refuse(table, line.number, until, message)

    @cached_property
    def _codes(self) -> Counter[str]:
        """How many parties have a code, in whatever case it is written."""
        return Counter(key[0].lower() for key in self.plan.merged["parties"])

    @cached_property
    def _short_names(self) -> Counter[tuple[str, str]]:
        """How many parties have a short name (an acronym, say) in a column, in whatever case it is written."""
        rows = self.plan.merged["parties"].values()
        return Counter((name, row[name].casefold()) for row in rows for name in SHORT_NAMES if row[name])

    @cached_property
    def _slugs(self) -> Counter[str]:
        return Counter(row["slug"] for row in self.plan.merged["parties"].values())

    def _party(self, key: Key, line: Line) -> None:
        row, number = line.row, line.number
        own, needed = PARTY_FIELDS[PartyKind(row["kind"])]
        for name in FIXED:
            if line.held and line.held.row[name] and line.held.row[name] != row[name]:
                message = _l("This cannot be changed: the directory has “%(value)s”.", value=line.held.row[name])
                self.refuse("parties", number, name, message)
                return
        if self._codes[key[0].lower()] > 1:
            self.refuse(
                "parties", number, "code", _l("Another party has this code, whatever its case: %(code)s.", code=key[0])
            )
        elif taken := next((name for name in SHORT_NAMES if self._short_names[name, row[name].casefold()] > 1), None):
            self.refuse("parties", number, taken, _l("Another party has this short name: %(name)s.", name=row[taken]))
        if re.search("[/;]", row["code"]):
            self.refuse("parties", number, "code", _l("A code has neither “/” nor “;” in it."))
        if row["slug"] and not SLUG.fullmatch(row["slug"]):
            message = _l("A slug is made of small letters without accents, digits and hyphens.")
            self.refuse("parties", number, "slug", message)
        elif row["slug"] and self._slugs[row["slug"]] > 1:
            self.refuse("parties", number, "slug", _l("Another mechanism has this slug: %(slug)s.", slug=row["slug"]))
        for name in sorted(OF_SOME_PARTIES - own):
            item = TABLES["parties"].fields[name]
            if item.first(row):
                message = _l("Leave this empty: it does not belong to this kind of party.")
                self.refuse("parties", number, item.columns[0], message)
        self.needed(TABLES["parties"], number, row, sorted(needed))
        self._order("parties", line, "founded", "ended")

    def _cycles(self) -> None:
        """No party is part of itself, however far round."""
        parents = {key[0]: row["parent"] for key, row in self.plan.merged["parties"].items()}
        settled: set[str] = set()
        for key, line in self.good("parties"):
            path: dict[str, None] = {}
            code = key[0]
            while code and code not in settled and code not in path:
                path[code] = None
                code = parents.get(code, "")
            if code in path:
                ring = list(path)[list(path).index(code) :]
                message = _l("A party cannot be part of itself: %(codes)s.", codes=" < ".join([*ring, code]))
                self.refuse("parties", line.number, "parent", message)
            settled |= set(path)

    @cached_property
    def _with_list(self) -> set[Key]:
        """The statements that have a list, of whatever."""
        merged = self.plan.merged
        return {TABLES[name].statement_of(row) for name in STATEMENT_LISTS for row in merged[name].values()}

    def _term(self, key: Key, line: Line) -> None:
        """What a term is related to are terms."""
        for named in line.row["related"].split():
            vocabulary, _colon, code = named.partition(":")
            if (vocabulary, code) not in self.plan.merged["vocabularies"]:
                message = _l(
                    "The vocabulary “%(vocabulary)s” has no term “%(code)s”.", vocabulary=vocabulary, code=code
                )
                self.refuse("vocabularies", line.number, "related", message)

    def _statement(self, key: Key, line: Line) -> None:
        row = line.row
        listed = key in self._with_list
        if row["stated"] == NO and (row["count"] or listed):
            message = _l("Where the source does not say, there is no list and no number.")
            self.refuse("statements", line.number, "stated", message)
        elif row["count"] and listed:
            self.refuse("statements", line.number, "count", _l("Give the number only where the source has no list."))

    def _listed(self, key: Key, line: Line, table: str = "groups") -> None:
        """A list may stand only where the source says something, and not beside a number."""
        owner = TABLES[table].statement_of(line.row)
        if owner in self.lines.get("statements", {}):
            return  # said there
        said = self.plan.merged["statements"][owner]
        if said["stated"] == NO or said["count"]:
            message = _l("The directory has no list from this source, which gives a number alone or does not say.")
            self.refuse(table, line.number, "source", message)

    def _place(self, key: Key, line: Line) -> None:
        row = line.row
        if row["subject"] not in FACTS:
            message = _l("Lists are kept of members, of the technical secretariat and of the presidency.")
            self.refuse("places", line.number, "subject", message)
        if row["party"] == row["mechanism"]:
            message = _l("A mechanism cannot stand in its own list: %(party)s.", party=row["party"])
            self.refuse("places", line.number, "party", message)
        self._order("places", line, "since", "until")
        self._listed(key, line, "places")

    def _overlaps(self) -> None:
        """A party is not in a list twice for the same time."""
        named = {key: line.number for key, line in self.good("places")}
        periods: dict[Key, list[tuple[str, str, Key]]] = {}
        for key, row in self.plan.merged["places"].items():
            periods.setdefault(key[:-1], []).append((row["since"], row["until"], key))
        for party, rows in periods.items():
            rows.sort()
            for one, other in pairwise(rows):
                key = other[2] if other[2] in named else one[2]
                if key in named and overlap(one[:2], other[:2]):
                    message = _l(
                        "%(party)s is in the list twice for the same time. Give dates that do not overlap.",
                        party=party[-1],
                    )
                    self.refuse("places", named[key], "since", message)

    def _tag(self, key: Key, line: Line) -> None:
        if not line.row["group_number"] and (line.row["group_source"] or line.row["group_part"]):
            self.refuse("tags", line.number, "group_number", _l("This may not be empty."))
        self._listed(key, line, "tags")

    def _cell(self, key: Key, line: Line) -> None:
        if bool(line.row["corrected"]) != bool(line.row["reason"]):
            message = _l("A corrected value and its reason go together: give both or neither.")
            self.refuse("involvement", line.number, "reason", message)

    def _event(self, key: Key, line: Line) -> None:
        self._order("events", line, "date", "until")
