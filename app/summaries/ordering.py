"""Where sections and paragraphs stand: their order and levels, written without a new version of the rows.

So nobody's text is taken for overtaken because something was put above it. Whoever changes an order holds the summary
(`hold`) until the transaction ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import sqlalchemy as sa

from app.core.db import db, lock
from app.summaries.models import DEEPEST, Paragraph, Section, Summary
from app.summaries.outline import Place

PARAGRAPHS = cast(sa.Table, Paragraph.__table__)
SECTIONS = cast(sa.Table, Section.__table__)


def hold(summary: Summary) -> None:
    """Wait until nobody else changes the order of a summary."""
    lock(summary)


def places_in(section_id: int) -> list[Place]:
    """The paragraphs of a section in order; one statement."""
    db.session.flush()
    columns = sa.select(Paragraph.id, Paragraph.section_id, Paragraph.position, Paragraph.level)
    rows = columns.where(Paragraph.section_id == section_id).order_by(Paragraph.position, Paragraph.id)
    return [Place(*row) for row in db.session.execute(rows)]


def block(places: Sequence[Place], paragraph_id: int) -> list[Place]:
    """A paragraph with its sub-paragraphs, which go where it goes."""
    index = next(index for index, place in enumerate(places) if place.id == paragraph_id)
    end = index + 1
    while end < len(places) and places[end].level > places[index].level:
        end += 1
    return list(places[index:end])


def arrange(
    orders: Mapping[int, Sequence[Place]], levels: Mapping[int, int] | None = None
) -> dict[int, tuple[Place, Place]]:
    """Put the paragraphs of sections in the orders given; return what changed, paragraph -> (before, after).

    `levels`: those that are to be others. No level is deeper than one below the paragraph above; the first of a section
    has none above.
    """
    changed: dict[int, tuple[Place, Place]] = {}
    wanted = levels or {}
    for section_id, places in orders.items():
        above = -1
        for position, place in enumerate(places, start=1):
            above = min(wanted.get(place.id, place.level), above + 1)
            settled = replace(place, section_id=section_id, position=position, level=above)
            if settled != place:
                changed[place.id] = (place, settled)
    if changed:
        db.session.connection().execute(
            sa.update(PARAGRAPHS)
            .where(PARAGRAPHS.c.id == sa.bindparam("its"))
            .values(section_id=sa.bindparam("s"), position=sa.bindparam("p"), level=sa.bindparam("l")),
            [{"its": new.id, "s": new.section_id, "p": new.position, "l": new.level} for _, new in changed.values()],
        )
    _read_anew()
    return changed


def deeper(places: Sequence[Place], paragraph_id: int, by: int) -> dict[int, int]:
    """The levels of a paragraph and its sub-paragraphs once they are so much deeper (or, below 0, higher)."""
    return {place.id: min(max(place.level + by, 0), DEEPEST) for place in block(places, paragraph_id)}


def sections_in(summary_id: int) -> list[int]:
    """The sections of a summary in order."""
    db.session.flush()
    statement = sa.select(Section.id).where(Section.summary_id == summary_id).order_by(Section.position, Section.id)
    return list(db.session.scalars(statement))


def arrange_sections(order: Sequence[int]) -> None:
    """Put the sections of a summary in an order."""
    if order:
        db.session.connection().execute(
            sa.update(SECTIONS).where(SECTIONS.c.id == sa.bindparam("its")).values(position=sa.bindparam("p")),
            [{"its": section_id, "p": position} for position, section_id in enumerate(order, start=1)],
        )
    _read_anew()


def _read_anew() -> None:
    for row in list(db.session.identity_map.values()):
        if isinstance(row, Paragraph):
            db.session.expire(row, ["position", "level", "section_id", "section"])
        elif isinstance(row, Section):
            db.session.expire(row, ["position", "paragraphs"])
        elif isinstance(row, Summary):
            db.session.expire(row, ["sections"])
