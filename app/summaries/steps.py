"""Steps of writing a summary, each of which can be undone and done again while what it left is still so.

A step keeps the parts of rows that it touched, before and after it: of a paragraph "section" and "position", "level",
"attribution", "text" (the languages it changed), and of what hangs on it ("citations", "comments", "recommendations")
the rows that came or went; "stamps": when each language was changed; all of it where the paragraph itself came or
went. Of passages that were set aside, "set_asides", it keeps the whole row.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from app.audit.labels import ACTIONS
from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.columns import Moment
from app.core.db import Base, db
from app.core.errors import Stale, WrongState
from app.core.localized import LANGUAGES, LocalizedText
from app.core.wording import clock_time
from app.live import publish
from app.people.models import User
from app.summaries import ordering
from app.summaries.enums import Attribution
from app.summaries.models import (
    Citation,
    MarginComment,
    Paragraph,
    Recommendation,
    Section,
    SetAside,
    Summary,
    SummaryStep,
)
from app.summaries.outline import Place

TOGETHER = timedelta(minutes=5)  # what one person writes in one paragraph without a break is one step
SHOWN = 20
# Steps that are of one paragraph, or begin from one; what they left is read to say which. Others can hold a whole text.
OF_A_PARAGRAPH = (
    "add_paragraph", "edit_paragraph", "move_paragraph", "set_level", "set_attribution", "merge_paragraphs",
    "split_paragraph", "cite", "uncite", "mark_recommendation", "change_recommendation", "unmark_recommendation",
)  # fmt: skip
KINDS = ("sections", "paragraphs", "set_asides")  # steps of before have no "set_asides"
HANGING: dict[str, type[Base]] = {
    "citations": Citation,
    "comments": MarginComment,
    "recommendations": Recommendation,
}
Values = dict[str, Any]
Added = TypeVar("Added", Section, Paragraph)


def topic(summary_id: int) -> str:
    """What changes when somebody writes in a summary."""
    return f"summary:{summary_id}"


@dataclass
class Touched:
    """What a step changes: values of rows by their ids, None where a row was not there."""

    before: dict[str, dict[str, Values | None]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    after: dict[str, dict[str, Values | None]] = field(default_factory=lambda: {kind: {} for kind in KINDS})

    def note(self, kind: str, row_id: int, before: Values | None, after: Values | None) -> None:
        """Add parts of a row as they were and as they are now."""
        for side, values in ((self.before[kind], before), (self.after[kind], after)):
            known = side.get(str(row_id))
            side[str(row_id)] = {**known, **values} if known and values is not None else values

    def moved(self, changed: dict[int, tuple[Place, Place]], *, placed: Sequence[int] = ()) -> None:
        """Add what `ordering.arrange` changed: the places of those that were `placed`, the levels of all."""
        for paragraph_id, (old, new) in changed.items():
            if paragraph_id in placed:
                parts = [{"section": one.section_id, "position": one.position} for one in (old, new)]
                self.note("paragraphs", paragraph_id, *parts)
            if old.level != new.level and self.after["paragraphs"].get(str(paragraph_id), {}) is not None:
                self.note("paragraphs", paragraph_id, {"level": old.level}, {"level": new.level})


@contextmanager
def step(summary_id: int, verb: str, *, by: Actor, form_key: str | None = None) -> Iterator[Touched]:
    """Keep what the block does as one step, and tell those who look on. `form_key`: of the form that it came from."""
    touched = Touched()
    yield touched
    db.session.flush()
    row = SummaryStep(summary_id=summary_id, verb=verb, before=touched.before, after=touched.after, at=now())
    row.by_id, row.form_key = by.id, form_key
    db.session.add(row)
    publish(topic(summary_id))


def made_by(form_key: str | None, summary_id: int, model: type[Added]) -> Added | None:
    """The row that a form made when it was sent before, in a held summary; what was taken out since is made anew."""
    known = sa.select(SummaryStep).filter_by(form_key=form_key, summary_id=summary_id)
    found = db.session.scalars(known).one_or_none() if form_key else None
    if found is None:
        return None
    rows = found.before["sections" if model is Section else "paragraphs"]
    made = next((db.session.get(model, int(key)) for key, was in rows.items() if was is None), None)
    if made is None:
        found.form_key = None
        db.session.flush()
    return made


def last_edit(summary_id: int, paragraph_id: int, *, by: Actor) -> SummaryStep | None:
    """The last step where the same person has just written in the same paragraph: their next save is part of it."""
    newest = sa.select(SummaryStep).filter_by(summary_id=summary_id).order_by(SummaryStep.id.desc()).limit(1)
    last = db.session.scalars(newest).one_or_none()
    if (
        last is None
        or (last.verb, last.by_id, last.undone_at) != ("edit_paragraph", by.id, None)
        or last.at < now() - TOGETHER
        or list(last.after["paragraphs"]) != [str(paragraph_id)]
    ):
        return None
    return last


def text_before(row: SummaryStep, paragraph_id: int) -> dict[str, str]:
    """What a paragraph said before a step, in the languages that it changed."""
    return dict((row.before["paragraphs"].get(str(paragraph_id)) or {}).get("text", {}))


def add_to(last: SummaryStep, paragraph_id: int, before: Values, after: Values) -> None:
    """Add a save of texts to the step before it."""
    key = str(paragraph_id)
    known, new = last.before["paragraphs"][key], last.after["paragraphs"][key]
    parts = ("text", "stamps")
    sides = (
        {part: {**before[part], **known.get(part, {})} for part in parts},
        {part: {**new.get(part, {}), **after[part]} for part in parts},
    )
    last.before, last.after = ({"sections": {}, "paragraphs": {key: side}} for side in sides)
    publish(topic(last.summary_id))


def last_steps(summary_id: int) -> Sequence[tuple[SummaryStep, str, frozenset[int]]]:
    """The newest steps with the names of who did them and the ids of the paragraphs that they are of, the last step
    first; one statement."""
    left = sa.case((SummaryStep.verb.in_(OF_A_PARAGRAPH), SummaryStep.after), else_=sa.null())
    statement = (
        sa.select(SummaryStep, sa.func.coalesce(User.name, ""), left)
        .outerjoin(User, User.id == SummaryStep.by_id)
        .where(SummaryStep.summary_id == summary_id)
        .order_by(SummaryStep.id.desc())
        .limit(SHOWN)
    )
    light = orm.defer(SummaryStep.before), orm.defer(SummaryStep.after)
    return [(row, name, _of(row.verb, after)) for row, name, after in db.session.execute(statement.options(*light))]


def _of(verb: str, after: Values | None) -> frozenset[int]:
    """The paragraphs that a step is of; of a move not those whose level alone changed by it."""
    touched = (after or {}).get("paragraphs", {})
    if verb == "move_paragraph":
        touched = [key for key, values in touched.items() if "section" in (values or {})]
    return frozenset(map(int, touched))


def undo(row: SummaryStep, summary: Summary, *, by: Actor) -> None:
    """Put back what was before a step. Raises Stale where somebody changed it since, and says who."""
    ordering.hold(summary)
    db.session.refresh(row)
    if row.undone_at:
        raise WrongState(_l("This step was undone already."))
    _turn(row, summary, row.after, row.before)
    row.undone_at, row.form_key = now(), None
    record("undo_step", row, by=by, meeting_id=summary.meeting_id, changes={"verb": [row.verb, None]})
    publish(topic(summary.id))


def redo(row: SummaryStep, summary: Summary, *, by: Actor) -> None:
    """Do an undone step again. Raises Stale where somebody changed since what it would change."""
    ordering.hold(summary)
    db.session.refresh(row)
    if not row.undone_at:
        raise WrongState(_l("This step is not undone."))
    _turn(row, summary, row.before, row.after)
    row.undone_at = None
    record("redo_step", row, by=by, meeting_id=summary.meeting_id, changes={"verb": [None, row.verb]})
    publish(topic(summary.id))


def _turn(row: SummaryStep, summary: Summary, left: Values, wanted: Values) -> None:
    """Lead from one side of a step to its other; all or nothing."""
    db.session.flush()
    aside = left.get("set_asides", {})
    as_left = _sections_as(left["sections"]) and _paragraphs_as(left["paragraphs"]) and _set_asides_as(aside)
    if not as_left or _would_lose_some(left, wanted):
        raise _overtaken(row, summary)
    gone = [int(key) for key, values in wanted["paragraphs"].items() if values is None]
    for values in left["paragraphs"].values():
        for name, model in HANGING.items():
            ids = [one["id"] for one in (values or {}).get(name, [])]
            if ids:
                db.session.execute(sa.delete(model).where(model.id.in_(ids)).execution_options(**UNSEEN))
    orders: dict[int, list[Place]] = {}
    for section_id in {*_sections_named(left), *_sections_named(wanted)}:
        orders[section_id] = [place for place in ordering.places_in(section_id) if place.id not in gone]
    if gone:
        db.session.execute(sa.delete(Paragraph).where(Paragraph.id.in_(gone)).execution_options(**UNSEEN))
        for paragraph in [one for one in db.session.identity_map.values() if isinstance(one, Paragraph)]:
            if paragraph.id in gone:
                db.session.expunge(paragraph)
    _bring_sections(summary, wanted["sections"], orders)
    levels = _put_back(wanted["paragraphs"], orders)
    ordering.arrange(orders, levels)
    if wanted["sections"]:
        _place_sections(summary, wanted["sections"])
    for values in wanted["paragraphs"].values():
        for name, model in HANGING.items():
            if values and values.get(name):
                rows = [_read_in(model, one) for one in values[name]]
                db.session.execute(sa.insert(cast(sa.Table, model.__table__)), rows)
    _turn_set_asides(wanted.get("set_asides", {}))
    db.session.expire_all()


UNSEEN = {"synchronize_session": False}


def _set_asides_as(left: dict[str, Values | None]) -> bool:
    """Whether those are there that a step left, and none that it took away."""
    ids = sa.select(SetAside.id).where(SetAside.id.in_([int(key) for key in left]))
    there = set(db.session.scalars(ids)) if left else set()
    return there == {int(key) for key, values in left.items() if values is not None}


def _turn_set_asides(wanted: dict[str, Values | None]) -> None:
    gone = [int(key) for key, values in wanted.items() if values is None]
    if gone:
        db.session.execute(sa.delete(SetAside).where(SetAside.id.in_(gone)).execution_options(**UNSEEN))
        for row in [one for one in db.session.identity_map.values() if isinstance(one, SetAside) and one.id in gone]:
            db.session.expunge(row)
    rows = [_read_in(SetAside, values) for values in wanted.values() if values is not None]
    if rows:
        db.session.execute(sa.insert(cast(sa.Table, SetAside.__table__)), rows)


def _put_back(wanted: dict[str, Values | None], orders: dict[int, list[Place]]) -> dict[int, int]:
    """Write texts, bring back paragraphs, and put those that moved in their old places; return levels."""
    levels: dict[int, int] = {}
    placed: list[tuple[int, int, Place]] = []
    for key, values in wanted.items():
        if values is None:
            continue
        paragraph = db.session.get(Paragraph, int(key))
        if paragraph is None:
            paragraph = Paragraph(id=int(key), section_id=values["section"], position=values["position"], level=0)
            paragraph.text, paragraph.citations, paragraph.recommendations = LocalizedText(values["text"]), [], []
            paragraph.edited_at, paragraph.attribution = values["edited_at"], Attribution(values["attribution"])
            db.session.add(paragraph)
            db.session.flush()
        elif "text" in values:
            paragraph.text = LocalizedText({**paragraph.text, **values["text"]})
            stamps = {**dict.fromkeys(values["text"], now().isoformat()), **values.get("stamps", {})}
            stamps = {**(paragraph.edited_at or {}), **stamps}
            paragraph.edited_at = {code: at for code, at in stamps.items() if at}
        if "attribution" in values:
            paragraph.attribution = Attribution(values["attribution"])
        if "level" in values:
            levels[paragraph.id] = values["level"]
        if "section" in values:
            was = Place(paragraph.id, paragraph.section_id, paragraph.position, paragraph.level)
            placed.append((values["position"], values["section"], was))
    db.session.flush()
    moving = {place.id for _position, _section, place in placed}
    for section_id, places in orders.items():
        orders[section_id] = [place for place in places if place.id not in moving]
    for position, section_id, place in sorted(placed):
        orders[section_id].insert(position - 1, place)
    return levels


def _bring_sections(summary: Summary, wanted: dict[str, Values | None], orders: dict[int, list[Place]]) -> None:
    """Bring sections back, and give those that are there the titles that they had."""
    for key, values in wanted.items():
        section = db.session.get(Section, int(key))
        if values is None:
            continue
        if section is None:
            section = Section(id=int(key), summary_id=summary.id, position=0, paragraphs=[])
            section.title = LocalizedText(values["title"])
            db.session.add(section)
            orders.setdefault(int(key), [])
        elif "title" in values:
            section.title = LocalizedText(values["title"])
    db.session.flush()


def _place_sections(summary: Summary, wanted: dict[str, Values | None]) -> None:
    """Take sections out, and put the others where they stood."""
    order = ordering.sections_in(summary.id)
    for key, values in wanted.items():
        section_id = int(key)
        if values is None:
            order.remove(section_id)
            section = db.session.get_one(Section, section_id)
            db.session.expire(section)
            db.session.delete(section)
        elif "position" in values:
            order.remove(section_id)
            order.insert(values["position"] - 1, section_id)
    db.session.flush()
    ordering.arrange_sections(order)


def _would_lose_some(left: Values, wanted: Values) -> bool:
    """Whether a section that would go holds a paragraph that the step does not know of."""
    gone = [int(key) for key, values in wanted["sections"].items() if values is None and left["sections"][key]]
    known = [int(key) for key in wanted["paragraphs"]]
    others = sa.select(Paragraph.id).where(Paragraph.section_id.in_(gone), Paragraph.id.not_in(known))
    return bool(gone and db.session.scalars(others.limit(1)).first())


def _sections_named(side: Values) -> set[int]:
    named = {values["section"] for values in side["paragraphs"].values() if values and "section" in values}
    ids = [int(key) for key in side["paragraphs"]]
    return named | set(db.session.scalars(sa.select(Paragraph.section_id).where(Paragraph.id.in_(ids))))


def _sections_as(left: dict[str, Values | None]) -> bool:
    for key, values in left.items():
        section = db.session.get(Section, int(key), populate_existing=True)
        if (section is None) != (values is None):
            return False
        if section is None or values is None:
            continue
        if "title" in values and dict(section.title) != values["title"]:
            return False
    return True


def _paragraphs_as(left: dict[str, Values | None]) -> bool:
    """Whether paragraphs are as a step left them; that something was put above them is no change."""
    for key, values in left.items():
        paragraph = db.session.get(Paragraph, int(key), populate_existing=True)
        if (paragraph is None) != (values is None):
            return False
        if paragraph is None or values is None:
            continue
        is_now = {"section": paragraph.section_id, "level": paragraph.level, "attribution": paragraph.attribution.value}
        if any(values[name] != value for name, value in is_now.items() if name in values):
            return False
        if any(paragraph.text.get(code, "") != text for code, text in values.get("text", {}).items()):
            return False
        for name, model in HANGING.items():
            ids = {one["id"] for one in values.get(name, [])}
            there = sa.select(model.id).where(model.paragraph_id == paragraph.id)  # type: ignore[attr-defined]
            if "edited_at" in values:  # all of it came with the step, and would go with it
                if set(db.session.scalars(there)) != ids:
                    return False
            elif ids and len(db.session.scalars(there.where(model.id.in_(ids))).all()) != len(ids):
                return False
            if ids and model is Recommendation and rows_of(model, Recommendation.id.in_(ids)) != values[name]:
                return False
    return True


def _overtaken(row: SummaryStep, summary: Summary) -> Stale:
    """Say who changed since what a step touched."""
    later = (
        sa.select(SummaryStep, User.name)
        .outerjoin(User, User.id == SummaryStep.by_id)
        .where(SummaryStep.summary_id == row.summary_id, SummaryStep.id > row.id, SummaryStep.undone_at.is_(None))
        .order_by(SummaryStep.id.desc())
    )
    own = {(kind, key) for kind in KINDS for key in row.after.get(kind, ())}
    for other, name in db.session.execute(later):
        if own & {(kind, key) for kind in KINDS for key in other.after.get(kind, ())}:
            return Stale(
                _l(
                    "Nothing was undone: %(name)s changed the same place since (%(what)s, %(time)s). Undo that first.",
                    name=name or _l("somebody"),
                    what=ACTIONS.get(other.verb, other.verb),
                    time=clock_time(other.at, summary.meeting.zone),
                )
            )
    return Stale(_l("Nothing was undone: what this step left was changed since."))


def rows_of(model: type[Base], *where: Any) -> list[Values]:
    """Rows as values that a step can keep."""
    table = model.__table__
    rows = db.session.execute(sa.select(table).where(*where).order_by(table.c.id)).mappings()
    return [{str(name): _written(value) for name, value in row.items()} for row in rows]


def whole(paragraph: Paragraph) -> Values:
    """All of a paragraph, with what hangs on it."""
    return wholes([paragraph])[paragraph.id]


def wholes(paragraphs: Sequence[Paragraph]) -> dict[int, Values]:
    """All of paragraphs, with what hangs on them, by their ids; a statement for each kind of that."""
    db.session.flush()
    ids = [paragraph.id for paragraph in paragraphs]
    hanging: dict[str, dict[int, list[Values]]] = {}
    for name, model in HANGING.items():
        rows = hanging[name] = {row_id: [] for row_id in ids}
        for row in rows_of(model, model.paragraph_id.in_(ids)):  # type: ignore[attr-defined]
            rows[row["paragraph_id"]].append(row)
    return {
        paragraph.id: {
            "section": paragraph.section_id,
            "position": paragraph.position,
            "level": paragraph.level,
            "text": dict(paragraph.text),
            "edited_at": dict(paragraph.edited_at or {}),
            "attribution": paragraph.attribution.value,
            **{name: rows[paragraph.id] for name, rows in hanging.items()},
        }
        for paragraph in paragraphs
    }


def every_language(text: LocalizedText) -> dict[str, str]:
    """A text with "" where it says nothing in a language."""
    return {code: text.get(code, "") for code in LANGUAGES}


def _written(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, LocalizedText):
        return dict(value)
    return value.value if isinstance(value, Enum) else value


def _read_in(model: type[Base], values: Values) -> Values:
    """Values that a step kept, as the columns take them."""
    read = dict(values)
    for column in model.__table__.columns:
        value = read.get(column.name)
        if isinstance(value, str) and isinstance(column.type, Moment):
            read[column.name] = datetime.fromisoformat(value)
        elif isinstance(value, str) and isinstance(column.type, sa.Date):
            read[column.name] = date.fromisoformat(value)
    return read
