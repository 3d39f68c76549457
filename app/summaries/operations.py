"""Everything that changes a summary, by noun: here the summary itself. Nothing here commits; issuing.py publishes."""

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.errors import WrongState
from app.core.localized import LocalizedText
from app.live import publish
from app.meetings.models import Meeting
from app.summaries import queries, steps
from app.summaries.citing import REASON_LIMIT, cite, open_mark, reopen, set_aside, set_rest_aside, uncite
from app.summaries.models import Summary
from app.summaries.paragraphs import (
    TEXT_LIMIT,
    add_paragraph,
    cite_in_new_paragraph,
    delete_paragraph,
    edit_paragraph,
    merge_paragraphs,
    move_paragraph,
    set_level,
    split_paragraph,
)
from app.summaries.sections import add_section, delete_section, edit_section, move_section
from app.summaries.writers import WRITING_STAGES

__all__ = [
    "REASON_LIMIT",
    "TEXT_LIMIT",
    "add_paragraph",
    "add_section",
    "cite",
    "cite_in_new_paragraph",
    "delete_paragraph",
    "delete_section",
    "edit_paragraph",
    "edit_section",
    "edit_summary",
    "merge_paragraphs",
    "move_paragraph",
    "move_section",
    "open_mark",
    "reopen",
    "set_aside",
    "set_level",
    "set_rest_aside",
    "split_paragraph",
    "start_summary",
    "uncite",
]


def _may_write(meeting: Meeting) -> None:
    if meeting.stage not in WRITING_STAGES:
        raise WrongState(_l("The session is still being prepared: there is nothing to consolidate yet."))


def start_summary(meeting: Meeting, *, title: LocalizedText, symbol: str = "", by: Actor) -> Summary:
    """Begin the summary of a meeting. Raises WrongState where the meeting is being prepared or has one."""
    _may_write(meeting)
    if queries.begun_summary(meeting.id):
        raise WrongState(_l("This session has a summary already."))
    summary = Summary(meeting_id=meeting.id, title=title, symbol=symbol, sections=[], publications=[])
    record("start_summary", summary, by=by, meeting_id=meeting.id)
    return summary


def edit_summary(summary: Summary, *, title: LocalizedText, symbol: str, by: Actor) -> None:
    """Change the title and the symbol."""
    summary.title = title
    summary.symbol = symbol
    record("edit_summary", summary, by=by, meeting_id=summary.meeting_id)
    publish(steps.topic(summary.id))
