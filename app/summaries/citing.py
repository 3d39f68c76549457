"""What becomes of passages: cited, set aside, open again. Nothing here commits."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, Stale
from app.core.texts import clean
from app.summaries import queries, steps
from app.summaries.coverage import Coverage
from app.summaries.enums import Reflection
from app.summaries.models import Citation, Paragraph, SetAside, Summary
from app.summaries.selections import COLUMNS, Selection, columns, verified
from app.summaries.sources import SourceText, sources_of
from app.summaries.steps import step

REASON_LIMIT = 1000


def cite(paragraph: Paragraph, selection: Selection, *, by: Actor) -> Citation:
    """Tie a passage to a paragraph; tying the same passage twice gives one citation.

    Raises Stale where the source no longer reads as the person saw it.
    """
    passage = verified(selection)
    lock(paragraph)
    same = sa.select(Citation).filter_by(paragraph_id=paragraph.id, **_place_of(passage))
    if existing := db.session.scalars(same.limit(1)).one_or_none():
        return existing
    summary = paragraph.section.summary
    citation = Citation(**columns(passage), paragraph_id=paragraph.id, created_at=now(), created_by_id=by.id)
    changes = {"quote": [None, passage.quote]}
    with step(summary.id, "cite", by=by) as touched:
        record("cite", citation, by=by, meeting_id=summary.meeting_id, changes=changes)
        rows = steps.rows_of(Citation, Citation.id == citation.id)
        touched.note("paragraphs", paragraph.id, {"citations": []}, {"citations": rows})
    db.session.expire(paragraph, ["citations"])
    return citation


def _place_of(passage: Selection) -> dict[str, Any]:
    """The columns that say where a passage stands."""
    version = {COLUMNS[passage.source.kind]: passage.source.version_id}
    return {"field": passage.field, "start": passage.start, "end": passage.end, **version}


def uncite(citation: Citation, *, by: Actor) -> None:
    """Take a citation away; its passage is open again."""
    paragraph = citation.paragraph
    summary = paragraph.section.summary
    changes = {"quote": [citation.quote, None]}
    with step(summary.id, "uncite", by=by) as touched:
        rows = steps.rows_of(Citation, Citation.id == citation.id)
        touched.note("paragraphs", paragraph.id, {"citations": rows}, {"citations": []})
        record("uncite", citation, by=by, meeting_id=summary.meeting_id, changes=changes)
        db.session.delete(citation)
        db.session.flush()
    db.session.expire(paragraph, ["citations"])


def set_aside(summary: Summary, selection: Selection, *, reason: str, by: Actor) -> SetAside:
    """Record that no paragraph will reflect a passage, and why; the same for the same reason once, however often a form
    is sent. Raises Refusal without a reason; Stale."""
    lock(summary)
    said = {"summary_id": summary.id, "reason": clean(reason), **_place_of(verified(selection))}
    if existing := db.session.scalars(sa.select(SetAside).filter_by(**said).limit(1)).one_or_none():
        return existing
    with step(summary.id, "set_aside", by=by) as touched:
        row = _set_aside(summary, selection, reason=reason, by=by)
        _noted(touched, [row.id])
    return row


def _noted(touched: steps.Touched, ids: Sequence[int], *, gone: bool = False) -> None:
    for values in steps.rows_of(SetAside, SetAside.id.in_(ids)):
        sides = (values, None) if gone else (None, values)
        touched.note("set_asides", values["id"], *sides)


def _set_aside(summary: Summary, selection: Selection, *, reason: str, by: Actor) -> SetAside:
    reason = clean(reason)
    if not reason:
        raise Refusal(_l("Say why this passage is set aside: its author may ask."), field="reason")
    if len(reason) > REASON_LIMIT:
        raise Refusal(
            _l("The reason is too long: the limit is %(limit)d characters.", limit=REASON_LIMIT), field="reason"
        )
    passage = verified(selection)
    row = SetAside(**columns(passage), summary_id=summary.id, reason=reason, at=now(), by_id=by.id)
    record(
        "set_aside",
        row,
        by=by,
        meeting_id=summary.meeting_id,
        changes={"quote": [None, passage.quote], "reason": [None, reason]},
    )
    return row


def open_mark(source: SourceText, coverage: Coverage) -> str:
    """What stands for a source whose open passages are as many as a person saw, in the form that sets them aside."""
    return f"{source.key} {source.version_id} {coverage.counts(source).open}"


def set_rest_aside(summary: Summary, marks: Iterable[str], *, reason: str, by: Actor) -> int:
    """Set aside all that is open of the sources with these marks, for one reason; return how many sources.

    Raises Stale where something of one was cited, set aside or submitted since, Refusal without a source or a reason.
    """
    sources = sources_of(summary.meeting_id)
    coverage = queries.coverage_of(summary, sources)
    wanted = set(marks)
    chosen = [source for source in sources if open_mark(source, coverage) in wanted]
    if not wanted:
        raise Refusal(_l("Choose at least one text."), field="sources")
    if len(chosen) != len(wanted):
        raise Stale(_l("Somebody consolidated or submitted something in the meantime. Look at the list once more."))
    with step(summary.id, "set_aside", by=by) as touched:
        rows = [_set_aside(summary, one, reason=reason, by=by) for one in _open_in(chosen, coverage)]
        _noted(touched, [row.id for row in rows])
    return len(chosen)


def _open_in(chosen: Iterable[SourceText], coverage: Coverage) -> Iterator[Selection]:
    """What is open of some sources: passages beside each other as one."""
    for source in chosen:
        for name, text in source.fields.items():
            for reflection, run in groupby(coverage.of_field(source, name), lambda item: item.reflection):
                if reflection is Reflection.OPEN:
                    here = [item.passage for item in run]
                    start, end = here[0].start, here[-1].end
                    yield Selection(source, name, start, end, text[start:end])


def reopen(row: SetAside, *, by: Actor) -> None:
    """Take a set-aside back: the passage is open again."""
    changes = {"quote": [row.quote, None], "reason": [row.reason, None]}
    with step(row.summary_id, "reopen", by=by) as touched:
        _noted(touched, [row.id], gone=True)
        record("reopen", row, by=by, meeting_id=row.summary.meeting_id, changes=changes)
        db.session.delete(row)
        db.session.flush()
