"""Everything that changes a summary, by noun: here the summary itself and its publication. Nothing here commits."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.errors import WrongState
from app.core.localized import LocalizedText
from app.core.texts import fingerprint
from app.jobs.operations import queue_job
from app.live import publish
from app.meetings.enums import OVER
from app.meetings.models import Meeting
from app.practices.operations import publish_accepted_practices
from app.presentations.operations import publish_filed_presentations
from app.summaries import indexing, publishing, queries, steps
from app.summaries.citing import REASON_LIMIT, cite, open_mark, reopen, set_aside, set_rest_aside, uncite
from app.summaries.models import Publication, Summary
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
from app.summaries.sources import SourceText, sources_of
from app.summaries.writers import WRITING_STAGES

__all__ = [
    "REASON_LIMIT",
    "TEXT_LIMIT",
    "add_paragraph",
    "add_section",
    "as_published",
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
    "publish_summary",
    "queue_rendering",
    "rendering_key",
    "reopen",
    "set_aside",
    "set_level",
    "set_rest_aside",
    "split_paragraph",
    "start_summary",
    "uncite",
]
RENDER_JOB = "summaries.render"


def _may_write(meeting: Meeting) -> None:
    if meeting.stage not in WRITING_STAGES:
        raise WrongState(_l("The session is still being prepared: there is nothing to consolidate yet."))


def start_summary(meeting: Meeting, *, title: LocalizedText, symbol: str = "", by: Actor) -> Summary:
    """Begin the summary of a meeting. Raises WrongState where the meeting is being prepared or has one."""
    _may_write(meeting)
    if queries.summary_of(meeting.id):
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


def as_published(summary: Summary, sources: Sequence[SourceText]) -> bool:
    """Whether the working text, in which nothing is unmet, is the same as the last publication."""
    content = publishing.freeze(summary, sources, queries.participating(summary.meeting_id))
    return bool(summary.publications) and summary.publications[-1].sha256 == fingerprint(content)


def publish_summary(summary: Summary, *, by: Actor, page: str = "") -> Publication:
    """Freeze the working text as the next publication, with the sources it cites.

    Publishes all accepted practices and filed presentations of the session with it, indexes the text, and
    queues its PDF and DOCX in each language, which `page` will offer. Raises WrongState naming what is unmet, or
    where nothing has changed since the last publication.
    """
    meeting = summary.meeting
    if meeting.stage not in OVER:
        raise WrongState(_l("A summary is published in the stage of consolidation."))
    sources = sources_of(meeting.id)
    missing = publishing.unmet(meeting, summary, queries.coverage_of(summary, sources))
    if missing:
        raise WrongState(_l("Not everything is in order: %(missing)s", missing=" ".join(str(item) for item in missing)))
    content = publishing.freeze(summary, sources, queries.participating(meeting.id))
    mark = fingerprint(content)
    if summary.publications and summary.publications[-1].sha256 == mark:
        raise WrongState(_l("Nothing has changed since the last publication."))
    publish_accepted_practices(meeting, by=by)
    publish_filed_presentations(meeting, by=by)
    publication = publishing.issued(summary, content, at=now(), by_id=by.id)
    record("publish_summary", publication, by=by, meeting_id=meeting.id, changes={"sha256": [None, mark]})
    indexing.index_publication(publication, meeting)
    queue_rendering(publication, by=by, page=page)
    return publication


def rendering_key(publication: Publication) -> str:
    """How the keys of the jobs begin that make a publication's documents."""
    return f"{RENDER_JOB}:{publication.id}:"


def queue_rendering(publication: Publication, *, by: Actor | None = None, page: str = "", again: str = "") -> None:
    """Queue the making of a publication's PDF and DOCX; a withdrawal since then makes another round.

    `again` tells rounds apart that leave out the same sources.
    """
    withdrawn = sorted(queries.withdrawn_keys(publication.summary.meeting_id))
    queue_job(
        kind=RENDER_JOB,
        key=f"{rendering_key(publication)}{fingerprint([withdrawn, again])[:12]}",
        payload={"publication_id": publication.id},
        by=by,
        page=page,
    )
