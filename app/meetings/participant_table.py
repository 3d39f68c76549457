"""A table of people: read, and looked over row by row against what a session has. Nothing here saves."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, BinaryIO, NamedTuple

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.tables import Formula, Sheet, check_size, csv_rows, decoded, sheet_of, worksheets
from app.core.texts import clean, fingerprint, fold
from app.core.wording import in_all_languages
from app.directory.models import Party
from app.documents.sniffing import sniff
from app.meetings.enums import Attendance, ParticipantRole
from app.meetings.labels import ATTENDANCES, PARTICIPANT_ROLES
from app.meetings.models import Delegation, Meeting, Participant
from app.meetings.participants import name_key

ROW_LIMIT = 5000
MOST_PROBLEMS = 200
# Column -> its heading, and how many characters it may have.
COLUMNS: dict[str, tuple[Any, int]] = {
    "delegation": (_l("Delegation"), 300),
    "name": (_l("Name"), 200),
    "title": (_l("Title"), 60),
    "function": (_l("Function"), 200),
    "institution": (_l("Institution"), 200),
    "role": (_l("Attends as"), 60),
    "attendance": (_l("Attends"), 60),
    "email": (_l("E-mail"), 320),
    "access_needs": (_l("Needs for access"), 1000),
    "note_number": (_l("Note verbale"), 80),
    "note_date": (_l("Date of the note"), 10),
}
NEEDED = ("delegation", "name")
_FIGURES = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class Problem(NamedTuple):
    """What is wrong, and where: the row as the file numbers it, the column's heading."""

    row: int
    column: Any
    message: Any


class Person(NamedTuple):
    """A row of the file, understood."""

    row: int
    delegation_id: int
    texts: dict[str, str]
    role: ParticipantRole
    attendance: Attendance
    note_date: date | None


@dataclass
class Plan:
    """What a file would do: whom it registers; `there` are its rows whose person is registered already.

    Where there are `problems` there is nothing to be done. `cut`: there may be more problems than these.
    """

    encoding: str
    people: list[Person] = field(default_factory=list)
    there: list[Person] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    cut: bool = False

    @property
    def fingerprint(self) -> str:
        """The same for two plans that register the same people."""
        return fingerprint([[str(part) for part in person[1:]] for person in self.people])


def known_words(name: str, label: LazyString) -> set[str]:
    """What a table may write for a thing, folded: its own name, and its label in any of our languages."""
    return {fold(word) for word in (name, *in_all_languages(label).values())}


@cache
def _headings() -> dict[str, str]:
    """Heading as a table may write it -> column."""
    return {word: key for key, (label, _limit) in COLUMNS.items() for word in known_words(key, label)}


@cache
def _words() -> dict[str, dict[str, Any]]:
    """Column with a list of values -> word that a table may write for one -> the value."""
    return {
        column: {word: key for key, label in labels.items() for word in known_words(key.value, label)}
        for column, labels in (("role", PARTICIPANT_ROLES), ("attendance", ATTENDANCES))
    }


def template_rows() -> list[list[str]]:
    """The head of an empty table to fill in, in the reader's language."""
    return [[str(label) for label, _limit in COLUMNS.values()]]


def read_people(stream: BinaryIO) -> tuple[str, str, Sheet]:
    """Return "xlsx" or "csv", the encoding ("" of a workbook) and the one table that a file holds.

    Raises Refusal for what is no such file, is damaged, holds macros, unpacks to too much, has several sheets or
    more than ROW_LIMIT rows, and TooLarge.
    """
    check_size(stream)
    kind = sniff(stream)
    name = str(_l("Participants"))
    if kind is None:
        text, encoding = decoded(stream.read())
        rows = csv_rows(text)
        return "csv", encoding, sheet_of(name, next(rows, []), rows, row_limit=ROW_LIMIT)
    if kind.extension != "xlsx":
        raise Refusal(_l("Send a workbook (XLSX) or a table (CSV). What counts is the content, not the name."))
    sheets = worksheets(stream, row_limit=ROW_LIMIT)
    if len(sheets) != 1:
        raise Refusal(_l("The workbook has several sheets. Keep the one with the people, and send it again."))
    found = sheets[0][1]
    return "xlsx", "", sheet_of(sheets[0][0], next(found, []), found, row_limit=ROW_LIMIT)


def plan_of(meeting: Meeting, encoding: str, sheet: Sheet) -> Plan:
    """Say what a table would do to a session's participants. Three statements, however many rows."""
    checking = _Checking(meeting, Plan(encoding))
    checking.run(sheet)
    return checking.plan


def _days_meant(text: str) -> list[date]:
    """The days that a text can mean: one, or two where day and month cannot be told apart, the day-first one first."""
    with suppress(ValueError):
        return [date.fromisoformat(text)]
    parts = _FIGURES.fullmatch(text)
    if parts is None:
        return []
    first, second, year = (int(part) for part in parts.groups())
    days: list[date] = []
    for day, month in ((first, second), (second, first)):
        with suppress(ValueError):
            if (meant := date(year, month, day)) not in days:
                days.append(meant)
    return days


def _day_first(texts: Iterable[str]) -> bool | None:
    """Whether dates of a column begin with the day, as those tell whose day is past 12; None where none tells, or they
    contradict one another."""
    told = set()
    for text in texts:
        parts = _FIGURES.fullmatch(clean(text, lines=False))
        if parts and len(_days_meant(parts[0])) == 1 and parts[1] != parts[2]:
            told.add(int(parts[1]) > 12)
    return told.pop() if len(told) == 1 else None


def delegations_by_word(delegations: Iterable[Delegation]) -> dict[str, set[Delegation]]:
    """Folded code, acronym or name of a party, in any language -> the delegations that it can mean."""
    found: dict[str, set[Delegation]] = {}
    for row in delegations:
        party = row.party
        for word in (party.code, party.reference_code, *party.names.values(), *party.short_names.values()):
            found.setdefault(fold(word), set()).add(row)
    return found


class _Checking:
    def __init__(self, meeting: Meeting, plan: Plan) -> None:
        self.plan = plan
        self.today = now().astimezone(meeting.tz).date()
        delegations = db.session.scalars(
            sa.select(Delegation)
            .where(Delegation.meeting_id == meeting.id)
            .options(orm.joinedload(Delegation.party).options(orm.selectin_polymorphic(Party, [])))
        ).all()
        self.delegations = delegations_by_word(delegations)
        people = db.session.execute(
            sa.select(Participant.delegation_id, Participant.name_key, Participant.email).where(
                Participant.delegation_id.in_([row.id for row in delegations]), Participant.forgotten_at.is_(None)
            )
        ).all()
        self.there = {(row.delegation_id, row.name_key) for row in people}
        self.emails = {row.email for row in people if row.email}
        self.day_first: bool | None = None  # how the file writes dates, where one of them tells
        self.seen: dict[tuple[int, str], int] = {}
        self.seen_emails: dict[str, int] = {}

    def _wrong(self, row: int, column: str, message: Any) -> None:
        if len(self.plan.problems) < MOST_PROBLEMS:
            self.plan.problems.append(Problem(row, COLUMNS[column][0] if column in COLUMNS else column, message))
        else:
            self.plan.cut = True

    def run(self, sheet: Sheet) -> None:
        columns = self._columns(sheet.columns)
        if self.plan.problems:
            return
        if "note_date" in columns:
            place = columns.index("note_date")
            self.day_first = _day_first(cells[place] for _row, cells in sheet.rows if len(cells) > place)
        for number, cells in sheet.rows:
            self._take(number, columns, cells)
        if not sheet.rows:
            self._wrong(2, "name", _l("There is nobody in this table."))

    def _columns(self, headings: Iterable[str]) -> list[str]:
        known = _headings()
        columns = [known.get(fold(clean(heading, lines=False)), "") for heading in headings]
        for heading, column in zip(headings, columns, strict=True):
            if not column:
                message = _l(
                    "No column is called so here. They are: %(names)s.",
                    names=", ".join(str(label) for label, _limit in COLUMNS.values()),
                )
                self._wrong(1, clean(heading, lines=False)[:80], message)
            elif columns.count(column) > 1:
                self._wrong(1, column, _l("This column is there twice."))
        for column in NEEDED:
            if column not in columns:
                self._wrong(1, column, _l("This column is missing."))
        return columns

    def _take(self, number: int, columns: Sequence[str], cells: Sequence[str]) -> None:
        before = len(self.plan.problems) + self.plan.cut
        if len(cells) > len(columns):
            self._wrong(number, columns[-1], _l("This row has more cells than there are columns."))
            return
        texts = self._texts(number, columns, cells)
        found = self.delegations.get(fold(texts["delegation"]), set()) if texts["delegation"] else set()
        if texts["delegation"] and len(found) != 1:
            self._wrong(
                number,
                "delegation",
                _l("No delegation of this session is called “%(word)s”.", word=texts["delegation"]),
            )
        role = self._value(number, texts, "role", ParticipantRole.DELEGATE)
        attendance = self._value(number, texts, "attendance", Attendance.IN_PERSON)
        note_date = self._note_date(number, texts)
        self._email(number, texts)
        if len(found) == 1 and texts["name"]:
            person = Person(number, next(iter(found)).id, texts, role, attendance, note_date)
            self._place(person, good=len(self.plan.problems) + self.plan.cut == before)

    def _texts(self, number: int, columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
        texts = dict.fromkeys(COLUMNS, "")
        for column, cell in zip(columns, cells, strict=False):
            text = clean(cell, lines=column == "access_needs")
            if isinstance(cell, Formula):
                self._wrong(number, column, _l("This cell holds a formula. Write its value instead."))
            elif len(text) > COLUMNS[column][1]:
                message = _l(
                    "This has %(count)d characters; the limit is %(limit)d.", count=len(text), limit=COLUMNS[column][1]
                )
                self._wrong(number, column, message)
            else:
                texts[column] = text
        for column in NEEDED:
            if not texts[column] and not any(
                name == column and cell.strip() for name, cell in zip(columns, cells, strict=False)
            ):
                self._wrong(number, column, _l("This is missing."))
        return texts

    def _value(self, number: int, texts: dict[str, str], column: str, otherwise: Any) -> Any:
        text = texts[column]
        words = _words()[column]
        if text and fold(text) not in words:
            labels = PARTICIPANT_ROLES if column == "role" else ATTENDANCES
            names = ", ".join(str(label) for label in labels.values())
            self._wrong(number, column, _l("“%(word)s” is none of these: %(names)s.", word=text, names=names))
        return words.get(fold(text), otherwise)

    def _note_date(self, number: int, texts: dict[str, str]) -> date | None:
        if not texts["note_date"]:
            return None
        days = _days_meant(texts["note_date"])
        if len(days) == 2 and self.day_first is not None:
            days = days[:1] if self.day_first else days[1:]
        if len(days) == 2:
            one, other = (day.isoformat() for day in days)
            words = {"word": texts["note_date"], "one": one, "other": other}
            message = _l("“%(word)s” can be two days. Write %(one)s or %(other)s.", **words)
            self._wrong(number, "note_date", message)
            return None
        if not days:
            message = _l(
                "“%(word)s” is not a date that can be read. Write it as year-month-day, for example 2026-04-30.",
                word=texts["note_date"],
            )
            self._wrong(number, "note_date", message)
            return None
        day = days[0]
        if day > self.today:
            self._wrong(number, "note_date", _l("The note verbale is dated after today."))
        if not texts["note_number"]:
            self._wrong(number, "note_number", _l("The date of a note verbale needs its number."))
        return day

    def _email(self, number: int, texts: dict[str, str]) -> None:
        email = texts["email"] = texts["email"].lower()
        if not email:
            return
        try:
            validate_email(email, check_deliverability=False)
        except EmailNotValidError:
            self._wrong(number, "email", _l("“%(word)s” is not an e-mail address.", word=email))

    def _place(self, person: Person, *, good: bool) -> None:
        """Put a row among those to register or those that are there; a second row for one person is a problem."""
        key = (person.delegation_id, name_key(person.texts["name"]))
        email = person.texts["email"]
        if key in self.seen:
            message = _l("This person is in row %(row)d already.", row=self.seen[key])
            self._wrong(person.row, "name", message)
            return
        self.seen[key] = person.row
        if key in self.there:
            self.plan.there.append(person)
            return
        if email and email in self.seen_emails:
            message = _l(
                "Row %(row)d has the same address. Leave it out where people share one.", row=self.seen_emails[email]
            )
            self._wrong(person.row, "email", message)
            return
        if email in self.emails:
            message = _l("Somebody else is registered with this address. Leave it out where people share one.")
            self._wrong(person.row, "email", message)
            return
        if email:
            self.seen_emails[email] = person.row
        if good:
            self.plan.people.append(person)
