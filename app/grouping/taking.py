"""Taking a proposal over into the summary, whole or in parts: once, however often it is pressed; one step to undo."""

from collections.abc import Callable

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.db import db, lock
from app.core.errors import WrongState
from app.core.localized import LocalizedText
from app.grouping.blocks import Block
from app.grouping.models import PassageGroup
from app.grouping.proposal import ProposedSection, paragraphs
from app.grouping.queries import TAKE_JOB
from app.jobs.operations import queue_job
from app.meetings.models import Meeting
from app.summaries.drafting import Draft, add_drafts
from app.summaries.models import Summary
from app.summaries.queries import begun_summary, summary_of

TITLE_LIMIT = 300
Proposals = Callable[[Summary], list[ProposedSection]]


def _not_begun() -> WrongState:
    return WrongState(_l("Start the summary first, with its title, in the workspace."))


def take_over(
    meeting: Meeting, proposals: Proposals, *, by: Actor, block: Block | None = None, group: PassageGroup | None = None
) -> int:
    """Make sections and paragraphs with their citations of a proposal, of one block or group where one is named.

    `proposals` is asked once nobody else can write the summary, so that what somebody has just taken over is not taken
    twice. A section that has the question's words for a title already is gone on with. All of it is one step. Returns
    how many paragraphs were made. Raises WrongState where the summary is not begun.
    """
    row = db.session.scalars(sa.select(Summary).where(Summary.meeting_id == meeting.id)).one_or_none()
    if row is None:
        raise _not_begun()
    lock(row)
    db.session.expire_all()
    summary = summary_of(meeting.id)
    if summary is None:
        raise _not_begun()
    parts = []
    for proposed in proposals(summary):
        if block is not None and proposed.block != block:
            continue
        drafts = [
            Draft(text, [quote.selection for quote in quotes])
            for item in proposed.groups
            if item.quotes and group in (None, item.group)
            for text, quotes in paragraphs(item, meeting.languages)
        ]
        if drafts:
            parts.append((_title(proposed, meeting), drafts))
    return add_drafts(summary, parts, by=by) if parts else 0


def queue_take_over(meeting: Meeting, *, key: str, by: Actor, page: str) -> int:
    """Have all of a proposal taken over by a job, which `page` shows afterwards; return its id. A form that is sent
    twice (`key`) queues one. Raises WrongState where the summary is not begun."""
    if begun_summary(meeting.id) is None:
        raise _not_begun()
    payload = {"meeting_id": meeting.id, "user_id": by.id}
    return queue_job(TAKE_JOB, f"{TAKE_JOB}:{meeting.id}:{key}", payload, by=by, page=page)


def _title(proposed: ProposedSection, meeting: Meeting) -> LocalizedText:
    words = {code: text[:TITLE_LIMIT] for code, text in proposed.title.items() if code in meeting.languages}
    return LocalizedText(words or dict(proposed.title))
