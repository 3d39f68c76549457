"""Passages as people choose them, compared with what the source says now."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal, Stale
from app.summaries.models import Citation
from app.summaries.sources import SourceText

# By the kind of a source, the column of citations that names it.
COLUMNS = {
    "practice": "practice_version_id",
    "presentation": "presentation_version_id",
    "intervention": "intervention_id",
}


@dataclass(frozen=True)
class Selection:
    """A passage that a person chose: code points start..end of a field of a source, and what they saw there."""

    source: SourceText
    field: str
    start: int
    end: int
    quote: str


def verified(selection: Selection) -> Selection:
    """Return the selection without outer spaces, after comparing it with the source's latest version."""
    text = selection.source.fields.get(selection.field, "")
    if (
        not 0 <= selection.start < selection.end <= len(text)
        or text[selection.start : selection.end] != selection.quote
    ):
        raise Stale(_l("The source has changed since you opened it. Nothing was cited; choose the passage again."))
    quote = selection.quote
    start = selection.start + len(quote) - len(quote.lstrip())
    if not quote.strip():
        raise Refusal(_l("Select some words first."))
    return Selection(selection.source, selection.field, start, start + len(quote.strip()), quote.strip())


def columns(passage: Selection) -> dict[str, object]:
    """The columns of a row that is tied to a passage."""
    return {
        COLUMNS[passage.source.kind]: passage.source.version_id,
        "delegation_id": passage.source.delegation_id,
        "field": passage.field,
        "start": passage.start,
        "end": passage.end,
        "quote": passage.quote,
    }


def key_of(passage: Selection) -> tuple[object, ...]:
    """What tells a passage from others, as `passage_of` does of a citation."""
    of = [passage.source.version_id if kind == passage.source.kind else None for kind in COLUMNS]
    return (*of, passage.field, passage.start, passage.end)


def passage_of(row: Citation) -> tuple[object, ...]:
    """What tells the passage of a citation from others."""
    return (*(getattr(row, column) for column in COLUMNS.values()), row.field, row.start, row.end)
