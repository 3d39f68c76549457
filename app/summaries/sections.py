"""What is done with sections. Nothing here commits."""

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.db import db
from app.core.errors import WrongState
from app.core.localized import LocalizedText
from app.summaries import ordering
from app.summaries.models import Paragraph, Section, Summary
from app.summaries.steps import made_by, step


def add_section(summary: Summary, *, title: LocalizedText, form_key: str | None = None, by: Actor) -> Section:
    """Add a section at the end; a form (`form_key`) adds one once."""
    ordering.hold(summary)
    if made := made_by(form_key, summary.id, Section):
        return made
    order = ordering.sections_in(summary.id)
    with step(summary.id, "add_section", by=by, form_key=form_key) as touched:
        section = Section(summary_id=summary.id, title=title, position=len(order) + 1, paragraphs=[])
        record("add_section", section, by=by, meeting_id=summary.meeting_id)
        touched.note("sections", section.id, None, {"title": dict(title), "position": len(order) + 1})
    db.session.expire(summary, ["sections"])
    return section


def edit_section(section: Section, *, title: LocalizedText, by: Actor) -> None:
    """Change a section's title."""
    with step(section.summary_id, "edit_section", by=by) as touched:
        touched.note("sections", section.id, {"title": dict(section.title)}, {"title": dict(title)})
        section.title = title
        record("edit_section", section, by=by, meeting_id=section.summary.meeting_id)


def move_section(section: Section, *, position: int, by: Actor) -> None:
    """Put a section at a position (from 1); past either end means at the end."""
    summary = section.summary
    ordering.hold(summary)
    order = ordering.sections_in(summary.id)
    before = order.index(section.id) + 1
    order.remove(section.id)
    after = min(max(position, 1), len(order) + 1)
    order.insert(after - 1, section.id)
    with step(summary.id, "move_section", by=by) as touched:
        touched.note("sections", section.id, {"position": before}, {"position": after})
        ordering.arrange_sections(order)
        changes = {"position": [before, after]}
        record("move_section", section, by=by, meeting_id=summary.meeting_id, changes=changes)


def delete_section(section: Section, *, by: Actor) -> None:
    """Take an empty section out. Raises WrongState while it has paragraphs."""
    summary = section.summary
    ordering.hold(summary)
    if ordering.places_in(section.id):
        raise WrongState(_l("A section with paragraphs cannot be deleted. Move or delete its paragraphs first."))
    order = ordering.sections_in(summary.id)
    with step(summary.id, "delete_section", by=by) as touched:
        was = {"title": dict(section.title), "position": order.index(section.id) + 1}
        touched.note("sections", section.id, was, None)
        changes = {"title": [was["title"], None]}
        record("delete_section", section, by=by, meeting_id=summary.meeting_id, changes=changes)
        db.session.delete(section)
        order.remove(section.id)
        db.session.flush()
        ordering.arrange_sections(order)


def merge_sections(first: Section, second: Section, *, by: Actor) -> None:
    """Put the paragraphs of a section at the end of the one before it; the second is gone, with its title."""
    summary = first.summary
    ordering.hold(summary)
    order = ordering.sections_in(summary.id)
    moving = ordering.places_in(second.id)
    with step(summary.id, "merge_sections", by=by) as touched:
        was = {"title": dict(second.title), "position": order.index(second.id) + 1}
        touched.note("sections", second.id, was, None)
        changed = ordering.arrange({first.id: [*ordering.places_in(first.id), *moving]})
        touched.moved(changed, placed=[place.id for place in moving])
        changes = {"title": [was["title"], None]}
        record("merge_sections", first, by=by, meeting_id=summary.meeting_id, changes=changes)
        db.session.expire(second)
        db.session.delete(second)
        order.remove(second.id)
        db.session.flush()
        ordering.arrange_sections(order)


def begin_section(paragraph: Paragraph, *, title: LocalizedText, form_key: str | None = None, by: Actor) -> Section:
    """Begin a new section with a paragraph: it and all after it in its section stand there; a form does so once."""
    before = paragraph.section
    summary = before.summary
    ordering.hold(summary)
    if made := made_by(form_key, summary.id, Section):
        return made
    order, places = ordering.sections_in(summary.id), ordering.places_in(before.id)
    at = next(index for index, place in enumerate(places) if place.id == paragraph.id)
    with step(summary.id, "begin_section", by=by, form_key=form_key) as touched:
        section = Section(summary_id=summary.id, title=title, position=len(order) + 1, paragraphs=[])
        record("begin_section", section, by=by, meeting_id=summary.meeting_id)
        position = order.index(before.id) + 2
        order.insert(position - 1, section.id)
        touched.note("sections", section.id, None, {"title": dict(title), "position": position})
        changed = ordering.arrange({before.id: places[:at], section.id: places[at:]})
        touched.moved(changed, placed=[place.id for place in places[at:]])
        ordering.arrange_sections(order)
    return section
