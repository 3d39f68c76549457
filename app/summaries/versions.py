"""Freezing the working text as a version: rev. 1, rev. 2 and so on. Nothing here commits."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import WrongState
from app.core.texts import check_length, clean, fingerprint
from app.meetings.holding import check_held
from app.summaries import publishing, queries, version_queries
from app.summaries.coverage import source_key
from app.summaries.models import Summary, SummaryVersion
from app.summaries.numbering import numbered
from app.summaries.sources import SourceText, sources_of

NOTE_LIMIT = 300


def content_now(summary: Summary) -> dict[str, Any]:
    """Return the working text as a version would keep it.

    Raises WrongState where it says nothing yet, or cites what is no longer there.
    """
    paragraphs = numbered(summary.sections)
    if not paragraphs:
        raise WrongState(_l("The summary has no paragraphs yet."))
    sources: list[SourceText] = list(sources_of(summary.meeting_id))
    known = {source.key for source in sources}
    gone = [
        str(number)
        for number, paragraph in paragraphs
        if any(source_key(citation) not in known for citation in paragraph.citations)
    ]
    if gone:
        raise WrongState(
            _l(
                "Paragraphs cite words that were withdrawn or returned since: %(numbers)s. Take these citations away"
                " first.",
                numbers=", ".join(gone),
            )
        )
    return publishing.freeze(summary, sources, queries.participating(summary.meeting_id))


def freeze_version(summary: Summary, *, note: str = "", by: Actor) -> SummaryVersion:
    """Freeze the working text as the next version; `note` says in a line what is new in it.

    Raises WrongState where nothing changed since the last version, what `content_now` raises, and for a session that
    was cancelled; Refusal for a note past its limit.
    """
    note = check_length(clean(note, lines=False), NOTE_LIMIT, field="note")
    check_held(summary.meeting)
    lock(summary)
    last = version_queries.last_version(summary.id)
    content = content_now(summary)
    mark = fingerprint(content)
    if last is not None and last.sha256 == mark:
        raise WrongState(_l("Nothing has changed since the last version."))
    version = SummaryVersion(
        summary=summary,
        number=last.number + 1 if last else 0,
        content=content,
        sha256=mark,
        note=note,
        frozen_at=now(),
        frozen_by_id=by.id,
    )
    record("freeze_version", version, by=by, meeting_id=summary.meeting_id, changes={"sha256": [None, mark]})
    db.session.flush()
    return version


def version_as_it_stands(summary: Summary, *, by: Actor) -> SummaryVersion:
    """Return the version that holds the working text as it is now: the last one, or else a new one.

    Raises what `freeze_version` raises.
    """
    last = version_queries.last_version(summary.id)
    if last is not None and last.sha256 == fingerprint(content_now(summary)):
        return last
    return freeze_version(summary, by=by)
