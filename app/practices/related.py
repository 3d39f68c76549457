"""Reading what a draft can begin with, which practices are like it, and which ones it came from or led to."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.actors import Actor
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Party
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import findable
from app.meetings.years import year_of
from app.practices.enums import PracticeState
from app.practices.likeness import MOST, most_alike, nearly_same, traits
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import has_slug, newest_number, published_to
from app.practices.titles import Written, called
from app.search.models import PRACTICE_KIND
from app.search.sharing import sharing

LIBRARY_LIMIT = 2_000  # practices that a title that is typed is compared with: the newest
CANDIDATES = 100  # practices whose titles are compared with a practice's; a title takes half a millisecond
TYPED_LIMIT = 200  # characters of a title


class Line(NamedTuple):
    """A practice as one line, as it was written or as its reader reads it; `language`: of the title. `updates_id`: what
    it is an update of."""

    id: int
    reference: str
    language: str
    title: str
    summary: str
    party_id: int
    short_names: LocalizedText
    year: int
    updates_id: int | None

    @property
    def slug(self) -> str:
        """The reference as it stands in addresses."""
        return self.reference.replace("/", "-")

    def is_nearly(self, typed: str) -> bool:
        """Whether its title is nearly the one that was typed."""
        return nearly_same(typed, self.title, self.language)


def _lines(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    content = PracticeVersion.content
    return (
        sa.select(
            Practice.id,
            Practice.reference,
            PracticeVersion.language,
            content["title"].as_string().label("title"),
            content["summary"].as_string().label("summary"),
            Party.id.label("party_id"),
            Party.short_names,
            Meeting.starts_at,
            Meeting.zone,
            Practice.updates_id,
        )
        .select_from(Practice)
        .join(Meeting, Meeting.id == Practice.meeting_id)
        .join(Delegation, Delegation.id == Practice.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .join(
            PracticeVersion,
            sa.and_(PracticeVersion.practice_id == Practice.id, PracticeVersion.number == newest_number()),
        )
        .where(*conditions)
    )


def _read(statement: sa.Select[Any]) -> list[Line]:
    return [_line(row) for row in db.session.execute(statement)]


def _line(row: Any) -> Line:
    return Line(
        row.id,
        row.reference,
        row.language,
        row.title or "",
        row.summary or "",
        row.party_id,
        row.short_names,
        year_of(row),
        row.updates_id,
    )


def _as_read(lines: Sequence[Line]) -> list[Line]:
    """Lines as their reader reads them. One statement."""
    named = called(Written(line.id, line.language, line.title) for line in lines)
    return [line._replace(title=named[line.id].title, language=named[line.id].title_lang) for line in lines]


def _is_earlier(delegation: Delegation) -> sa.ColumnElement[bool]:
    """What its party submitted to earlier sessions of the body, and the secretariat accepted."""
    meeting = delegation.meeting
    return sa.and_(
        Practice.state.in_((PracticeState.ACCEPTED, PracticeState.PUBLISHED)),
        Delegation.party_id == delegation.party_id,
        Meeting.mechanism_id == meeting.mechanism_id,
        Meeting.starts_at < meeting.starts_at,
    )


def earlier_practices(delegation: Delegation) -> list[Line]:
    """What a delegation may begin an update of, the newest first, as it was written, since the update begins with that
    text. For those who write for it. One statement."""
    return _read(_lines(_is_earlier(delegation)).order_by(Meeting.starts_at.desc(), Practice.reference))


def _one(condition: sa.ColumnElement[bool], practice_id: int) -> Practice | None:
    statement = sa.select(Practice).join(Practice.meeting).join(Practice.delegation)
    return db.session.scalars(
        statement.where(condition, Practice.id == practice_id).options(
            orm.joinedload(Practice.call), orm.selectinload(Practice.versions)
        )
    ).one_or_none()


def earlier_practice(delegation: Delegation, practice_id: int) -> Practice | None:
    """One of those that `earlier_practices` lists."""
    return _one(_is_earlier(delegation), practice_id)


def published_practice(actor: Actor, practice_id: int) -> Practice | None:
    """A published practice that a person may read."""
    return _one(published_to(actor), practice_id)


def published_line(actor: Actor, practice_id: int) -> Line | None:
    """The same as one line, in the reader's language. Two statements."""
    found = _read(_lines(published_to(actor), Practice.id == practice_id))
    return _as_read(found)[0] if found else None


def like(
    actor: Actor, typed: str, language: str, *, for_party: int, leave_out: Collection[int | None] = ()
) -> list[Line]:
    """The published practices, among the newest LIBRARY_LIMIT, that are like a title and that the person may read, each
    in the reader's language: those of their own party that have nearly the same title, then the most alike.

    `typed` may break off within a word. Two statements; none for less than a word.
    """
    if len(typed) < 3:
        return []
    others = Practice.id.not_in([practice_id for practice_id in leave_out if practice_id])
    statement = _lines(published_to(actor), others).order_by(Practice.published_at.desc(), Practice.id)
    library = _read(statement.limit(LIBRARY_LIMIT))
    own = [place for place, line in enumerate(library) if line.party_id == for_party and line.is_nearly(typed)]
    places = _alike(typed, language, library)
    return _as_read([library[place] for place in dict.fromkeys((*own, *places))][:MOST])


def like_it(actor: Actor, slug: str, title: str, language: str) -> list[Line]:
    """The published practices that are like one and that the person may read, the most alike first: by their titles,
    among the CANDIDATES of the whole library that share most of what it is about.

    Three statements; none is found while the search index does not have the practice.
    """
    if len(title) < 3:
        return []
    slugs = sharing(PRACTICE_KIND, slug, findable(actor), CANDIDATES)
    statement = _lines(published_to(actor), has_slug(*slugs)).order_by(Practice.published_at.desc(), Practice.id)
    library = _read(statement)
    return [library[place] for place in _alike(title, language, library)]


def _alike(title: str, language: str, library: Sequence[Line]) -> list[int]:
    return most_alike(title, language, [traits(line.title, line.summary, line.language) for line in library])


class Relatives(NamedTuple):
    """Published practices that one came from or led to, and others that are shown with them, as far as the person may
    read them."""

    updates: Line | None
    model: Line | None
    updated_by: Sequence[Line]
    led_to: Sequence[Line]
    others: Sequence[Line]


def relatives(actor: Actor, practice: Practice, others: Sequence[int] = ()) -> Relatives:
    """Read them, and those `others` (ids) that are none of them, in that order, each in the reader's language. Two
    statements."""
    begun = (Practice.updates_id == practice.id, Practice.model_id == practice.id)
    condition = sa.or_(Practice.id.in_((practice.updates_id, practice.model_id, *others)), *begun)
    statement = _lines(published_to(actor), condition).order_by(Meeting.starts_at, Practice.id)
    rows = db.session.execute(statement.add_columns(Practice.model_id)).all()
    lines = _as_read([_line(row) for row in rows])
    by_id = {line.id: line for line in lines}
    updated_by = [line for line, row in zip(lines, rows, strict=True) if row.updates_id == practice.id]
    led_to = [line for line, row in zip(lines, rows, strict=True) if row.model_id == practice.id]
    known = {practice.id, practice.updates_id, practice.model_id, *(line.id for line in (*updated_by, *led_to))}
    return Relatives(
        by_id.get(practice.updates_id or 0),
        by_id.get(practice.model_id or 0),
        updated_by,
        led_to,
        [by_id[one] for one in others if one in by_id and one not in known],
    )
