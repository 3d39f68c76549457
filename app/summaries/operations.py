"""Everything that changes a summary. Nothing here commits."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, Stale, WrongState
from app.core.localized import LANGUAGES, LocalizedText
from app.core.texts import clean
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.summaries import queries
from app.summaries.coverage import Coverage
from app.summaries.enums import Reflection
from app.summaries.models import Citation, Paragraph, Section, SetAside, Summary
from app.summaries.passages import passages
from app.summaries.selections import Selection, columns, key_of, passage_of, verified
from app.summaries.sources import SourceText, sources_of

TEXT_LIMIT = 6000
REASON_LIMIT = 1000
WRITING_STAGES = (Stage.CALL_OPEN, Stage.IN_SESSION, Stage.CONSOLIDATING, Stage.PUBLISHED)


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


def add_section(summary: Summary, *, title: LocalizedText, by: Actor) -> Section:
    """Add a section at the end."""
    section = Section(summary=summary, title=title, position=len(summary.sections), paragraphs=[])
    _renumber(summary.sections)
    record("add_section", section, by=by, meeting_id=summary.meeting_id)
    return section


def edit_section(section: Section, *, title: LocalizedText, by: Actor) -> None:
    """Change a section's title."""
    section.title = title
    record("edit_section", section, by=by, meeting_id=section.summary.meeting_id)


def move_section(section: Section, *, position: int, by: Actor) -> None:
    """Put a section at a position (from 1); past either end means at the end."""
    summary = section.summary
    _place(summary.sections, section, position)
    record("move_section", section, by=by, meeting_id=summary.meeting_id)


def delete_section(section: Section, *, by: Actor) -> None:
    """Take an empty section out. Raises WrongState while it has paragraphs."""
    if section.paragraphs:
        raise WrongState(_l("A section with paragraphs cannot be deleted. Move or delete its paragraphs first."))
    summary = section.summary
    record(
        "delete_section", section, by=by, meeting_id=summary.meeting_id, changes={"title": [dict(section.title), None]}
    )
    summary.sections.remove(section)
    _renumber(summary.sections)
    db.session.flush()


def add_paragraph(section: Section, *, text: LocalizedText, by: Actor) -> Paragraph:
    """Add a paragraph at the end of a section. Raises Refusal for an empty or too long text."""
    paragraph = Paragraph(
        section=section, text=_checked(text), position=len(section.paragraphs), citations=[], recommendations=[]
    )
    _renumber(section.paragraphs)
    record("add_paragraph", paragraph, by=by, meeting_id=section.summary.meeting_id)
    return paragraph


def edit_paragraph(paragraph: Paragraph, *, text: LocalizedText, by: Actor) -> None:
    """Change a paragraph's text. Raises Refusal for an empty or too long text."""
    paragraph.text = _checked(text)
    record("edit_paragraph", paragraph, by=by, meeting_id=_meeting_id(paragraph))


def move_paragraph(paragraph: Paragraph, *, section: Section, position: int, by: Actor) -> None:
    """Put a paragraph at a position (from 1) of a section of the same summary; past an end means at the end."""
    if section.summary_id != paragraph.section.summary_id:
        raise Refusal(_l("A paragraph can only move within its own summary."))
    before = paragraph.section
    changes = {"section_id": [before.id, section.id], "position": [paragraph.position, position]}
    if before is not section:
        there = section.paragraphs  # read first: a paragraph between two sections is an orphan to whatever flushes
        before.paragraphs.remove(paragraph)
        there.append(paragraph)
        _renumber(before.paragraphs)
    _place(section.paragraphs, paragraph, position)
    record("move_paragraph", paragraph, by=by, meeting_id=_meeting_id(paragraph), changes=changes)


def merge_paragraphs(first: Paragraph, second: Paragraph, *, by: Actor) -> Paragraph:
    """Join the second paragraph's text and citations to the first; the second is gone.

    A language that only one of them has keeps that one's text. Raises Refusal where they are not of one
    summary, are one, or become too long.
    """
    if first is second or first.section.summary_id != second.section.summary_id:
        raise Refusal(_l("Choose two different paragraphs of this summary."))
    text = _checked(
        LocalizedText(
            {
                code: "\n\n".join(part for part in (first.text.get(code), second.text.get(code)) if part)
                for code in LANGUAGES
            }
        )
    )
    had = {passage_of(citation) for citation in first.citations}
    for citation in list(second.citations):
        second.citations.remove(citation)
        if passage_of(citation) not in had:
            first.citations.append(citation)
        else:
            db.session.delete(citation)
    first.text = text
    record("merge_paragraphs", first, by=by, meeting_id=_meeting_id(first))
    section = second.section
    section.paragraphs.remove(second)
    _renumber(section.paragraphs)
    db.session.flush()
    return first


def split_paragraph(
    paragraph: Paragraph, *, after: Mapping[str, int], citations: Iterable[int], by: Actor
) -> Paragraph:
    """Split a paragraph and return the new, second one.

    `after` says for each language after which sentence (from 1) to cut; `citations` are the ids of the
    citations that go with the second part. Raises Refusal where a part would be empty in a language.
    """
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for code, text in paragraph.text.items():
        sentences = passages(text)
        cut = after.get(code, 0)
        if not 1 <= cut < len(sentences):
            raise Refusal(
                _l("Choose in each language a sentence to split after, other than the last."), field=f"after_{code}"
            )
        first[code] = text[: sentences[cut - 1].end].strip()
        second[code] = text[sentences[cut].start :].strip()
    chosen = set(citations)
    moving = [citation for citation in paragraph.citations if citation.id in chosen]
    section = paragraph.section
    rest = Paragraph(text=LocalizedText(second), position=paragraph.position + 1, citations=[])
    paragraph.text = LocalizedText(first)
    record("split_paragraph", paragraph, by=by, meeting_id=_meeting_id(paragraph))
    section.paragraphs.insert(section.paragraphs.index(paragraph) + 1, rest)
    for citation in moving:
        paragraph.citations.remove(citation)
        rest.citations.append(citation)
    _renumber(section.paragraphs)
    record("add_paragraph", rest, by=by, meeting_id=_meeting_id(paragraph))
    return rest


def delete_paragraph(paragraph: Paragraph, *, by: Actor) -> None:
    """Take a paragraph out; the passages it cited are open again."""
    section = paragraph.section
    record(
        "delete_paragraph",
        paragraph,
        by=by,
        meeting_id=section.summary.meeting_id,
        changes={"text": [dict(paragraph.text), None]},
    )
    section.paragraphs.remove(paragraph)
    _renumber(section.paragraphs)
    db.session.flush()


def cite(paragraph: Paragraph, selection: Selection, *, by: Actor) -> Citation:
    """Tie a passage to a paragraph; tying the same passage twice gives one citation.

    Raises Stale where the source no longer reads as the person saw it.
    """
    passage = verified(selection)
    existing = next((row for row in paragraph.citations if passage_of(row) == key_of(passage)), None)
    if existing:
        return existing
    citation = Citation(**columns(passage), created_at=now(), created_by_id=by.id)
    paragraph.citations.append(citation)
    record("cite", citation, by=by, meeting_id=_meeting_id(paragraph), changes={"quote": [None, passage.quote]})
    return citation


def cite_in_new_paragraph(section: Section, selection: Selection, *, by: Actor) -> Paragraph:
    """Begin a paragraph from a passage: its own words, in its language, to be rewritten."""
    passage = verified(selection)
    text = LocalizedText({passage.source.language: passage.quote})
    paragraph = add_paragraph(section, text=text, by=by)
    cite(paragraph, selection, by=by)
    return paragraph


def uncite(citation: Citation, *, by: Actor) -> None:
    """Take a citation away; its passage is open again."""
    paragraph = citation.paragraph
    record("uncite", citation, by=by, meeting_id=_meeting_id(paragraph), changes={"quote": [citation.quote, None]})
    paragraph.citations.remove(citation)
    db.session.flush()


def set_aside(summary: Summary, selection: Selection, *, reason: str, by: Actor) -> SetAside:
    """Record that no paragraph will reflect a passage, and why. Raises Refusal without a reason; Stale."""
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
    for source in chosen:
        for name, text in source.fields.items():
            for reflection, run in groupby(coverage.of_field(source, name), lambda item: item.reflection):
                if reflection is Reflection.OPEN:
                    here = [item.passage for item in run]
                    start, end = here[0].start, here[-1].end
                    set_aside(summary, Selection(source, name, start, end, text[start:end]), reason=reason, by=by)
    return len(chosen)


def reopen(row: SetAside, *, by: Actor) -> None:
    """Take a set-aside back: the passage is open again."""
    record(
        "reopen",
        row,
        by=by,
        meeting_id=row.summary.meeting_id,
        changes={"quote": [row.quote, None], "reason": [row.reason, None]},
    )
    db.session.delete(row)
    db.session.flush()


def _checked(text: LocalizedText) -> LocalizedText:
    cleaned = LocalizedText({code: clean(words) for code, words in text.items()})
    if not cleaned:
        raise Refusal(_l("Write this text in at least one language."), field="text")
    if any(len(words) > TEXT_LIMIT for words in cleaned.values()):
        raise Refusal(
            _l("A paragraph may have at most %(limit)d characters in a language.", limit=TEXT_LIMIT), field="text"
        )
    return cleaned


def _meeting_id(paragraph: Paragraph) -> int:
    return paragraph.section.summary.meeting_id


def _renumber(rows: Sequence[Section | Paragraph]) -> None:
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            row.position = position


def _place(rows: list[Any], row: Any, position: int) -> None:
    rows.remove(row)
    rows.insert(min(max(position, 1), len(rows) + 1) - 1, row)
    _renumber(rows)
