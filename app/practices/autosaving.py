"""Keeping a draft field by field while it is written, in the order in which it was written; and who else is there.

A page numbers what it sends. Of each page and field the number and the mark of what was taken last are kept: what is
older, or came before, changes nothing; and what the page itself saved is never a conflict with its next save, even
where it never heard the answer.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.actors import Actor
from app.core.clock import now
from app.core.columns import Moment
from app.core.db import db
from app.core.merging import mark, marks_in, version_in, with_marks
from app.people.models import User
from app.practices.drafting_models import HandoverUse, Presence
from app.practices.merging import by_name, merge
from app.practices.models import Practice
from app.practices.operations import keep_text, must_be_editable
from app.practices.revisions import use_of
from app.practices.template import section_of

SHOWN = timedelta(minutes=5)  # a page with a script says every two minutes that it is open
WRITING = timedelta(minutes=2)  # after a save of such a page somebody is still at its section
SHOWN_PLAIN = timedelta(minutes=30)  # one without says both when it is saved
KEPT = timedelta(days=7)  # a page that was off line for longer is told by its marks alone
MOST_PAGES = 200  # of one draft


class Page(NamedTuple):
    """A page of a draft: what it calls itself ("" without a script), its `sequence`, the section that its user says
    they write in, pressing a button."""

    name: str
    sequence: int
    section: str


class Kept(NamedTuple):
    """What became of a save: the marks of the fields as the page shows them, and what is saved where both changed."""

    marks: dict[str, str]
    conflicts: dict[str, Any]


class Somebody(NamedTuple):
    """Who is at a draft, the section in which they write ("": in none), and when they wrote there last."""

    name: str
    section: str
    since: datetime


def note_presence(practice: Practice, page: Page, *, by: Actor) -> Presence:
    """Note that the person has the page open."""
    at, use = now(), use_of(by)
    name = page.name or (f"link {use.id}" if use else f"account {by.id}")
    use_id = use.id if use else None
    row = db.session.scalars(sa.select(Presence).filter_by(practice_id=practice.id, page=name)).one_or_none()
    if row is None:
        _clear(practice, at)
        row = Presence(practice_id=practice.id, page=name, section="", since=at, until=at, written={})
        row.user_id, row.use_id = by.id, use_id
        db.session.add(row)
    elif (row.user_id, row.use_id) != (by.id, use_id):  # a page of somebody else that has the same name
        row.user_id, row.use_id, row.written = by.id, use_id, {}
    if page.section:
        row.section, row.since = page.section, at
    row.until = at + (SHOWN if page.name else SHOWN_PLAIN)
    return row


def _note_writing(row: Presence, section: str, *, by: Actor) -> None:
    """Note that the person wrote just now, on that page."""
    at = now()
    if section:
        row.section, row.since = section, at
    if use := use_of(by):
        use.last_at = at


def _clear(practice: Practice, at: datetime) -> None:
    """Forget pages that are long closed, and the oldest where there are more than people open."""
    rows = sa.select(Presence.id).where(Presence.practice_id == practice.id)
    newest = rows.order_by(Presence.until.desc()).limit(MOST_PAGES)
    db.session.execute(
        sa.delete(Presence)
        .where(Presence.practice_id == practice.id, sa.or_(Presence.until < at - KEPT, Presence.id.not_in(newest)))
        .execution_options(synchronize_session=False)
    )


_HERE = (
    sa.select(
        Presence.user_id,
        Presence.use_id,
        sa.func.coalesce(User.name, HandoverUse.name),
        Presence.page,
        Presence.section,
        Presence.since,
    )
    .outerjoin(Presence.user)
    .outerjoin(Presence.use)
    .where(Presence.practice_id == sa.bindparam("practice"), Presence.until > sa.bindparam("at", type_=Moment))
    .order_by(Presence.section == "", Presence.since.desc())
)


def who_is_here(practice_id: int, *, besides: Actor) -> list[Somebody]:
    """Return who else has a page of the draft open, those who write first; one statement."""
    use = use_of(besides)
    at = now()
    rows = db.session.execute(_HERE, {"practice": practice_id, "at": at})
    found: dict[tuple[int | None, int | None], Somebody] = {}
    for user_id, use_id, name, page, section, since in rows:
        own = (user_id, use_id) == (besides.id, use.id if use else None)
        lately = since > at - (SHOWN_PLAIN if " " in page else WRITING)
        if name is not None and not own:
            found.setdefault((user_id, use_id), Somebody(name, section if lately else "", since))
    return list(found.values())


def save_fields(practice: Practice, fields: Mapping[str, Any], *, page: Page, seen: str | None, by: Actor) -> Kept:
    """Keep the fields that were sent, shaped and named as `merging.by_name` does; one sent empty is emptied.

    A field that somebody else changed since the page showed it is left as it is saved, and returned. Raises WrongState
    once the practice is submitted, Refusal for an unknown language. The text is held (holding.hold_text).
    """
    must_be_editable(practice)
    row = note_presence(practice, page, by=by)
    taken_before = {name for name in fields if page.sequence <= row.written.get(name, [0])[0]} if page.name else set()
    new = {name: value for name, value in fields.items() if name not in taken_before}
    saved = by_name(practice.content, practice.language)
    mine = {**saved, **new}
    known = _marks_seen(row, saved, seen)
    conflicts = {name: saved.get(name) for name in merge(mine, saved, known).conflicts}
    both = merge({**mine, **conflicts}, saved, known)
    kept_marks = {name: mark(value) for name, value in new.items() if name not in conflicts}
    if touched := [name for name in kept_marks if new[name] != saved.get(name)]:
        _note_writing(row, section_of(practice.call.template, touched[-1]), by=by)
    keep_text(practice, both.content, language=both.language, by=by)
    if page.name and new:
        now_saved = by_name(both.content, both.language)
        own = {name for name, its in kept_marks.items() if its == mark(now_saved.get(name))}
        numbered = {name: [page.sequence, kept_marks[name] if name in own else None] for name in kept_marks}
        row.written = {**row.written, **numbered}
    again = {name: row.written[name] for name in taken_before}
    heard = {name: its for name, (number, its) in again.items() if number == page.sequence and its is not None}
    return Kept({**kept_marks, **heard}, conflicts)


def _marks_seen(row: Presence, saved: Mapping[str, Any], seen: str | None) -> str | None:
    """What the page has seen: as it says, but for what it saved itself."""
    marks = marks_in(seen)
    own = {name: its for name, (_number, its) in row.written.items() if its == mark(saved.get(name))}
    if marks is None and not own:
        return seen
    return with_marks(version_in(seen), {**(marks or {}), **own})
