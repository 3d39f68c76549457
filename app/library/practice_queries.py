"""Reading the published practices, by audience, with no more columns than a page shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.actors import Actor
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LocalizedText
from app.core.paging import FURTHEST_PAGE, MOST_PER_PAGE, PER_PAGE, Page
from app.core.texts import fold
from app.directory.models import Mechanism, Party
from app.library.frozen import Key, frozen_all
from app.meetings.models import Delegation, Meeting
from app.meetings.years import began_in
from app.practices.models import Call, Practice, PracticeVersion
from app.practices.queries import newest_number, published_to
from app.practices.term_models import having_term
from app.practices.titles import Called, Written, called

ACCENTED = "áàâãéèêíóôõúçñÁÀÂÉÊÍÓÔÚÇÑ"  # of titles in four languages; SQLite nests no more than about thirty calls
SORTS = ("state", "title", "date")


@dataclass(frozen=True)
class Facts:
    """What lists show of a published version; read once, since the version is frozen."""

    title: str
    summary: str
    themes: tuple[str, ...]
    gcm_main: str
    gcm_other: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """A published practice as a line of a register, as it was written.

    `party`: a row of `parties_in_order`; `meeting`: id, slug, code, and the convening mechanism's short_names.
    """

    id: int
    reference: str
    language: str
    published_at: datetime
    party: Any
    meeting: Any
    facts: Facts

    @property
    def slug(self) -> str:
        """The reference as it stands in addresses."""
        return self.reference.replace("/", "-")

    @property
    def written(self) -> Written:
        """What a reader of another language may read a translation of."""
        return Written(self.id, self.language, self.facts.title, self.facts.summary)


# Vocabulary -> the field of a practice that has terms of it, beside those that the register has a filter for.
TERM_FIELDS = {"sdg": "sdg_targets", "population": "population", "tracks": "tracks", "capacities": "capacities"}


@dataclass(frozen=True)
class Wanted:
    """What a register is filtered and sorted by; empty means all.

    `state`: a party's code; `term`: one of TERM_FIELDS and a code ("sdg:10.7"); `meeting`: a slug; `body`: the code of
    the mechanism that convened the session; `year`: that of the session (`years.year_of`); `sort`: one of SORTS, with
    "-" before it for descending.
    """

    state: str = ""
    theme: str = ""
    gcm: str = ""
    language: str = ""
    mechanism: str = ""
    term: str = ""
    meeting: str = ""
    body: str = ""
    year: int | None = None
    sort: str = "state"

    @property
    def filtered(self) -> bool:
        """Whether any filter is on (the meeting is no filter but the register's own)."""
        asked = (self.state, self.theme, self.gcm, self.language, self.mechanism, self.term, self.body, self.year)
        return any(asked)


def published(actor: Actor, *columns: Any) -> sa.Select[Any]:
    """The published practices that a person may read, joined to all that a register filters by but their versions:
    to find the newest of each costs more than all else."""
    return (
        sa.select(*columns)
        .select_from(Practice)
        .join(Meeting, Meeting.id == Practice.meeting_id)
        .join(Delegation, Delegation.id == Practice.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .where(published_to(actor))
    )


def with_texts(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Join to `published` the newest version of each practice, where all of them are read or ordered by."""
    version = PracticeVersion
    return statement.join(version, sa.and_(version.practice_id == Practice.id, version.number == newest_number()))


def newest(column: Any) -> sa.ColumnElement[Any]:
    """What the newest version of a practice has in a column; for statements that return few of many."""
    versions = sa.select(column).where(PracticeVersion.practice_id == Practice.id)
    one = versions.order_by(PracticeVersion.number.desc()).limit(1)
    return one.correlate_except(PracticeVersion).scalar_subquery()


def _folded(text: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Lower case without accents, the same on both engines: SQLite's lower() knows ASCII alone."""
    for letter in ACCENTED:
        text = sa.func.replace(text, letter, fold(letter))
    return sa.func.lower(text)


def conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """What `published` is filtered by. A year is asked for in one statement."""
    found: list[sa.ColumnElement[bool]] = []
    if wanted.meeting:
        found.append(Meeting.slug == wanted.meeting)
    if wanted.body:
        found.append(Meeting.mechanism_id.in_(sa.select(Mechanism.id).where(Mechanism.code == wanted.body)))
    if wanted.state:
        found.append(Party.code == wanted.state)
    if wanted.theme:
        found.append(having_term(wanted.theme, "themes"))
    if wanted.gcm:
        found.append(having_term(wanted.gcm, "gcm_main", "gcm_other"))
    if wanted.mechanism:
        found.append(having_term(wanted.mechanism, "mechanisms"))
    if wanted.term:
        vocabulary, _colon, code = wanted.term.partition(":")
        found.append(having_term(code, TERM_FIELDS[vocabulary]))
    if wanted.year:
        found.append(began_in(wanted.year))
    if wanted.language:
        found.append(newest(PracticeVersion.language) == wanted.language)
    return found


def _sort_key(sort: str, places: dict[int, int]) -> sa.ColumnElement[Any]:
    if sort == "title":
        return _folded(PracticeVersion.content["title"].as_string())
    if sort == "date":
        return Practice.published_at.expression
    return sa.case(places, value=Delegation.party_id, else_=len(places)) if places else sa.literal(0)


def in_order(wanted: Wanted, parties: Sequence[Any]) -> tuple[sa.ColumnElement[Any], ...]:
    """What `published` is ordered by; `parties` as of `practice_register`."""
    by = _sort_key(wanted.sort.removeprefix("-"), {party.id: place for place, party in enumerate(parties)})
    return by.desc() if wanted.sort.startswith("-") else by, Practice.reference.expression


def practice_register(
    actor: Actor,
    wanted: Wanted,
    parties: Sequence[Any],
    *,
    page: int = 1,
    per_page: int = PER_PAGE,
    total: int | None = None,
) -> Page[Listed]:
    """Return one page of the published practices that a person may read.

    `parties`: as `parties_in_order` gives them to the same person; `total`: how many there are, where that is known.
    Three statements (two), and one more for versions that this worker has not read yet.
    """
    page, per_page = min(max(page, 1), FURTHEST_PAGE), min(max(per_page, 1), MOST_PER_PAGE)
    chosen = conditions(wanted)
    if total is None:
        total = db.session.scalar(published(actor, sa.func.count()).where(*chosen)) or 0
    listed = published(
        actor,
        newest(PracticeVersion.id).label("id"),
        Practice.id.label("practice_id"),
        Practice.reference,
        newest(PracticeVersion.language).label("language"),
        Practice.published_at,
        Delegation.party_id,
        Practice.meeting_id,
    )
    rows = db.session.execute(
        (with_texts(listed) if wanted.sort.removeprefix("-") == "title" else listed)
        .where(*chosen)
        .order_by(*in_order(wanted, parties))
        .limit(per_page)
        .offset((page - 1) * per_page)
    ).all()
    facts = facts_of([row.id for row in rows])
    meetings = _meetings({row.meeting_id for row in rows})
    by_id = {party.id: party for party in parties}
    items = [
        Listed(
            row.practice_id,
            row.reference,
            row.language,
            row.published_at,
            by_id[row.party_id],
            meetings[row.meeting_id],
            facts[row.id],
        )
        for row in rows
    ]
    return Page(items, total, page, per_page)


class Answer(NamedTuple):
    """A published practice that answers a question."""

    short_names: LocalizedText
    reference: str
    called: Called
    themes: tuple[str, ...]
    at: datetime


def practices_answering(actor: Actor, meeting_id: int, question: str) -> list[Answer]:
    """The published practices of a session that a person may read and that answer a question, in two statements."""
    version = PracticeVersion
    statement = with_texts(
        published(
            actor,
            Practice.id,
            Party.short_names,
            Practice.reference,
            version.language,
            version.content,
            version.submitted_at,
        )
    ).where(Practice.meeting_id == meeting_id)
    found = [
        (row, facts_in(row.content))
        for row in db.session.execute(statement.order_by(Practice.reference))
        if (row.content.get("answers") or {}).get(question)
    ]
    named = called(Written(row.id, row.language, facts.title) for row, facts in found)
    return [
        Answer(row.short_names, row.reference, named[row.id], facts.themes, row.submitted_at) for row, facts in found
    ]


def count_practices(actor: Actor, **wanted: Any) -> int:
    """How many published practices that a person may read answer to filters (those of Wanted)."""
    return db.session.scalar(published(actor, sa.func.count()).where(*conditions(Wanted(**wanted)))) or 0


def _meetings(ids: set[int]) -> dict[int, Any]:
    statement = (
        sa.select(Meeting.id, Meeting.slug, Meeting.code, Party.short_names)
        .join(Party, Party.id == Meeting.mechanism_id)
        .where(Meeting.id.in_(ids))
    )
    return {row.id: row for row in db.session.execute(statement)}


def facts_of(version_ids: Iterable[int]) -> dict[int, Facts]:
    """What lists show of versions; each is read from the database once a worker."""

    def read(missing: set[Key]) -> dict[Key, Facts]:
        ids = [key[1] for key in missing]
        statement = sa.select(PracticeVersion.id, PracticeVersion.content).where(PracticeVersion.id.in_(ids))
        return {("facts", row.id): facts_in(row.content) for row in db.session.execute(statement)}

    found = frozen_all([("facts", version_id) for version_id in version_ids], read)
    return {key[1]: facts for key, facts in found.items()}  # type: ignore[misc]


def facts_in(content: Mapping[str, Any]) -> Facts:
    """What lists show of a version with this content."""

    def codes(key: str) -> tuple[str, ...]:
        value = content.get(key) or ()
        return (value,) if isinstance(value, str) else tuple(value)

    return Facts(
        title=content.get("title") or "",
        summary=content.get("summary") or "",
        themes=codes("themes"),
        gcm_main=content.get("gcm_main") or "",
        gcm_other=codes("gcm_other"),
    )


def parties_in_order(actor: Actor, meeting: str = "", *, body_id: int | None = None) -> Sequence[Any]:
    """Id, code, names and short_names of the parties whose published practices a person may read, in the
    order of their everyday names in the reader's language."""
    sending = orm.aliased(Party)
    # Asked of each party until one practice is found: among many practices, far less than which parties they are of.
    theirs = published(actor, Practice.id).where(
        Delegation.party_id == sending.id, *conditions(Wanted(meeting=meeting))
    )
    if body_id is not None:
        theirs = theirs.where(Meeting.mechanism_id == body_id)
    rows = db.session.execute(
        sa.select(sending.id, sending.code, sending.names, sending.short_names).where(
            theirs.correlate(sending).exists()
        )
    )
    language = current_language()
    return sorted(rows, key=lambda row: fold(row.short_names.in_language(language)))


def call_with_practices(actor: Actor, meeting_id: int) -> Any:
    """Title, text, opening and deadline of a session's call, and how many of its practices a person may read.

    None where the session has no call, and so no practices.
    """
    readable = published(actor, sa.func.count()).where(Practice.meeting_id == meeting_id).scalar_subquery()
    statement = sa.select(Call.title, Call.text, Call.opens_at, Call.closes_at, readable.label("practices"))
    return db.session.execute(statement.where(Call.meeting_id == meeting_id)).one_or_none()
