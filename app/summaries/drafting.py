"""Putting much into a summary at once: sections with paragraphs and what these cite, as one step. Nothing commits."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.summaries import ordering, steps
from app.summaries.enums import Attribution
from app.summaries.models import Citation, Paragraph, Section, Summary
from app.summaries.paragraphs import checked, stamped
from app.summaries.selections import COLUMNS, Selection, columns, verified
from app.summaries.steps import step


@dataclass(frozen=True)
class Draft:
    """A paragraph to be made, and the passages that it cites."""

    text: LocalizedText
    passages: Sequence[Selection]


def add_drafts(summary: Summary, parts: Sequence[tuple[LocalizedText, Sequence[Draft]]], *, by: Actor) -> int:
    """Add paragraphs, with their citations, at the ends of the sections with these titles; return how many.

    A section that is not there yet is made, at the end. It is one step, whatever it makes, and few statements: on
    SQLite one for each paragraph more. Raises Refusal for an empty or too long text, Stale where a source no longer
    reads as it was read.
    """
    ordering.hold(summary)
    db.session.flush()
    there = sa.select(Section).where(Section.summary_id == summary.id).order_by(Section.position, Section.id)
    known = list(db.session.scalars(there))
    counts = (
        sa.select(Paragraph.section_id, sa.func.count())
        .where(Paragraph.section_id.in_([section.id for section in known]))
        .group_by(Paragraph.section_id)
    )
    ends: dict[int, int] = dict(db.session.execute(counts).all())
    with step(summary.id, "take_over_proposal", by=by) as touched:
        sections = []
        for title, _drafts in parts:
            section = next((row for row in known if dict(row.title) == dict(title)), None)
            if section is None:
                section = Section(summary_id=summary.id, title=title, position=len(known) + 1, paragraphs=[])
                known.append(section)
            sections.append(section)
        made_sections = [section for section in known if section.id is None]
        db.session.add_all(made_sections)
        db.session.flush()
        made: list[tuple[Paragraph, Draft]] = []
        for section, (_title, drafts) in zip(sections, parts, strict=True):
            for draft in drafts:
                text, position = checked(draft.text), ends.get(section.id, 0) + 1
                paragraph = Paragraph(section_id=section.id, text=text, position=position, level=0)
                paragraph.edited_at, paragraph.attribution = stamped(text), Attribution.COLLECTIVE
                ends[section.id] = position
                made.append((paragraph, draft))
        db.session.add_all([paragraph for paragraph, _draft in made])
        db.session.flush()
        _cite(made, by=by)
        for section in made_sections:
            touched.note("sections", section.id, None, {"title": dict(section.title), "position": section.position})
        for paragraph_id, values in steps.wholes([paragraph for paragraph, _draft in made]).items():
            touched.note("paragraphs", paragraph_id, None, values)
        changes = {"paragraphs": [None, len(made)], "sections": [None, len(made_sections)]}
        record("take_over_proposal", summary, by=by, meeting_id=summary.meeting_id, changes=changes)
    db.session.expire_all()
    return len(made)


def _cite(made: Sequence[tuple[Paragraph, Draft]], *, by: Actor) -> None:
    """Tie passages to paragraphs; the same passage is cited once in each."""
    none = dict.fromkeys(COLUMNS.values())
    tied = {"created_at": now(), "created_by_id": by.id}
    rows: dict[tuple[object, ...], dict[str, object]] = {}
    for paragraph, draft in made:
        for selection in draft.passages:
            cited = columns(verified(selection))
            row = {**none, **cited, **tied, "paragraph_id": paragraph.id}
            rows.setdefault((paragraph.id, *cited.values()), row)
    if rows:
        db.session.execute(sa.insert(Citation), list(rows.values()))
