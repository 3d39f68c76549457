"""Taking a proposal over into the summary, whole or in parts: once, however often it is pressed."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.db import db, lock
from app.core.errors import WrongState
from app.core.localized import LocalizedText
from app.grouping.blocks import Block
from app.grouping.models import PassageGroup
from app.grouping.proposal import ProposedSection, paragraphs
from app.meetings.models import Meeting
from app.summaries import operations
from app.summaries.models import Section, Summary
from app.summaries.queries import summary_of

TITLE_LIMIT = 300
Proposals = Callable[[Summary], list[ProposedSection]]


def take_over(
    meeting: Meeting, proposals: Proposals, *, by: Actor, block: Block | None = None, group: PassageGroup | None = None
) -> int:
    """Make sections and paragraphs with their citations of a proposal, of one block or group where one is named.

    `proposals` is asked once nobody else can write the summary, so that what somebody has just taken over is not taken
    twice. A section that has the question's words for a title already is gone on with. Returns how many paragraphs were
    made. Raises WrongState where the summary is not begun.
    """
    row = db.session.scalars(sa.select(Summary).where(Summary.meeting_id == meeting.id)).one_or_none()
    if row is None:
        raise WrongState(_l("Start the summary first, with its title, in the workspace."))
    lock(row)
    db.session.expire_all()
    summary = summary_of(meeting.id)
    if summary is None:
        raise WrongState(_l("Start the summary first, with its title, in the workspace."))
    made = 0
    for proposed in proposals(summary):
        if block is not None and proposed.block != block:
            continue
        wanted = [item for item in proposed.groups if item.quotes and group in (None, item.group)]
        if not wanted:
            continue
        section = _section(summary, proposed.title, meeting, by=by)
        for item in wanted:
            for text, quotes in paragraphs(item, meeting.languages):
                paragraph = operations.add_paragraph(section, text=text, by=by)
                for quote in quotes:
                    operations.cite(paragraph, quote.selection, by=by)
                made += 1
    return made


def _section(summary: Summary, title: Mapping[str, str], meeting: Meeting, *, by: Actor) -> Section:
    words = {code: text[:TITLE_LIMIT] for code, text in title.items() if code in meeting.languages} or dict(title)
    known = next((row for row in summary.sections if dict(row.title) == words), None)
    return known or operations.add_section(summary, title=LocalizedText(words), by=by)
