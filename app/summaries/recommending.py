"""Recommendations in the working text: marking that a paragraph asks something, of whom, by when. Each act is a
step that can be undone. Nothing commits."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.db import db, lock
from app.core.errors import Refusal
from app.core.localized import LocalizedText
from app.core.texts import check_length, clean
from app.directory.models import Party
from app.meetings.models import Delegation
from app.summaries.models import Paragraph, Recommendation
from app.summaries.steps import Touched, Values, rows_of, step

# Whom a recommendation can be for besides parties, which stand by their codes.
ALL, STATES, MECHANISMS = "all", "states", "mechanisms"
GROUPS = (ALL, STATES, MECHANISMS)
TEXT_LIMIT = 600


def _addressees(keys: Iterable[str], meeting_id: int) -> list[str]:
    """One group, or parties of the session by their codes, in order. Raises Refusal for nobody, or somebody else."""
    chosen = sorted(set(keys))
    if len(chosen) == 1 and chosen[0] in GROUPS:
        return chosen
    codes = sa.select(Party.code).join(Delegation, Delegation.party_id == Party.id)
    known = set(db.session.scalars(codes.where(Delegation.meeting_id == meeting_id)))
    if not chosen or not known.issuperset(chosen):
        raise Refusal(_l("Say to whom it is recommended: choose a group, or delegations of this session."), field="to")
    return chosen


def _text(text: LocalizedText) -> LocalizedText:
    return LocalizedText(
        {code: check_length(clean(words, lines=False), TEXT_LIMIT, field="text") for code, words in text.items()}
    )


def _meeting_id(paragraph: Paragraph) -> int:
    return paragraph.section.summary.meeting_id


def mark(
    paragraph: Paragraph, *, addressees: Iterable[str], due: date | None, text: LocalizedText, by: Actor
) -> Recommendation:
    """Mark that a paragraph recommends something; the same of the same addressees by the same day once, however often
    a form is sent. Raises Refusal for unknown addressees or too long a text."""
    meeting_id = _meeting_id(paragraph)
    values = {"addressees": _addressees(addressees, meeting_id), "due": due, "text": _text(text)}
    lock(paragraph)
    marked = db.session.scalars(sa.select(Recommendation).where(Recommendation.paragraph_id == paragraph.id))
    for row in marked:
        if {"addressees": row.addressees, "due": row.due, "text": row.text} == values:
            return row
    with step(paragraph.section.summary_id, "mark_recommendation", by=by) as touched:
        row = Recommendation(paragraph=paragraph, **values)
        record("mark_recommendation", row, by=by, meeting_id=meeting_id)
        _note(touched, paragraph, [], _rows(row))
    return row


def change(row: Recommendation, *, addressees: Iterable[str], due: date | None, text: LocalizedText, by: Actor) -> None:
    """Change to whom, by when or what. What was published stays as it is. Raises as `mark` does."""
    meeting_id, paragraph, was = _meeting_id(row.paragraph), row.paragraph, _rows(row)
    wanted, words = _addressees(addressees, meeting_id), _text(text)
    with step(paragraph.section.summary_id, "change_recommendation", by=by) as touched:
        row.addressees, row.due, row.text = wanted, due, words
        record("change_recommendation", row, by=by, meeting_id=meeting_id)
        _note(touched, paragraph, was, _rows(row))


def remove(row: Recommendation, *, by: Actor) -> None:
    """Take the mark away; the paragraph stays."""
    paragraph = row.paragraph
    changes = {"addressees": [row.addressees, None], "text": [dict(row.text), None]}
    with step(paragraph.section.summary_id, "unmark_recommendation", by=by) as touched:
        _note(touched, paragraph, _rows(row), [])
        record("unmark_recommendation", row, by=by, meeting_id=_meeting_id(paragraph), changes=changes)
        paragraph.recommendations.remove(row)
        db.session.flush()


def _rows(row: Recommendation) -> list[Values]:
    return rows_of(Recommendation, Recommendation.id == row.id)


def _note(touched: Touched, paragraph: Paragraph, before: list[Values], after: list[Values]) -> None:
    touched.note("paragraphs", paragraph.id, *({"recommendations": rows} for rows in (before, after)))
