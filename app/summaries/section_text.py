"""The text of one section as those see it who write it: numbers, words written out, citations, margin, who writes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import orm

from app.core.db import db
from app.core.rich_text import as_html
from app.core.wording import clock_time, in_reader_language, language_shown
from app.floor.statement_queries import languages_of, statement_cited
from app.meetings.models import Delegation, Meeting
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.record.queries import language_of
from app.summaries import margin, tokens
from app.summaries.coverage import source_key
from app.summaries.enums import Attribution
from app.summaries.locks import held_now
from app.summaries.mentions import Mention, Voices, voices_of
from app.summaries.models import Citation, MarginComment, Paragraph
from app.summaries.numbering import letter
from app.summaries.outline import Outline, Part
from app.summaries.presenting import quantifier_text
from app.summaries.readable import closed_versions, may_read
from app.summaries.sources import ACCEPTED

MOST_LISTED = 1000
MOST_SHOWN = 12  # citations of a paragraph; all of them stand on its own page


@dataclass(frozen=True)
class Cited:
    """Whom a paragraph cites, one for each source of voices: what mentions.Voices asks of a paragraph."""

    citations: Sequence[Any]
    attribution: Attribution


@dataclass
class ShownParagraph:
    """A paragraph as it is shown."""

    id: int
    version: int
    level: int
    label: str
    html: Markup
    language: str
    quantifier: str
    missing: list[str]
    attribution: Attribution
    first: bool
    count: int = 0
    citations: list[dict[str, Any]] = field(default_factory=list)
    comments: Sequence[MarginComment] = ()
    writer: str = ""

    @property
    def open_comments(self) -> int:
        return sum(comment.resolved_at is None for comment in self.comments)

    @property
    def stale(self) -> bool:
        return any(citation["stale"] for citation in self.citations)


def written_out(text: str, language: str, mention: Mention, *, notes: str = "") -> Markup:
    """A paragraph's text as HTML with the words that its tokens give."""
    return as_html(tokens.write_out(text, language, mention), notes=notes)


def paragraphs_of(meeting: Meeting, outline: Outline, part: Part, *, everything: bool) -> list[ShownParagraph]:
    """The paragraphs of a section, in a constant number of statements, however many others the summary has.

    `everything`: also the words of practices that nobody has accepted yet.
    """
    rows = _rows(part.id)
    if not rows:
        return []
    ids = [row.id for row in rows]
    voices, ties = voices_of(meeting), _ties(part.id)
    shown_citations = _citations(meeting, part.id, everything=everything)
    comments, held = margin.comments_on(ids), held_now(ids)
    found = []
    for index, row in enumerate(rows):
        mention = _mention(voices, row, ties.get(row.id, []))
        language = language_shown(row.text)
        lock = held.get(row.id)
        found.append(
            ShownParagraph(
                id=row.id,
                version=row.version,
                level=row.level,
                label=outline.labels.get(row.id, ""),
                html=written_out(row.text.get(language, ""), language, mention, notes=f"p{row.id}"),
                language=language,
                quantifier=quantifier_text(mention),
                missing=[code for code in meeting.languages if code not in row.text],
                attribution=row.attribution,
                first=index == 0,
                count=sum(tie.times for tie in ties.get(row.id, [])),
                citations=shown_citations.get(row.id, []),
                comments=comments.get(row.id, ()),
                writer=_("%(name)s writes here since %(time)s.", name=lock.user.name, time=_clock(meeting, lock.since))
                if lock
                else "",
            )
        )
    return found


def _clock(meeting: Meeting, moment: Any) -> str:
    return clock_time(moment, meeting.zone)


def _rows(section_id: int) -> Sequence[Paragraph]:
    statement = sa.select(Paragraph).where(Paragraph.section_id == section_id)
    return db.session.scalars(statement.order_by(Paragraph.position, Paragraph.id)).all()


def _ties(section_id: int) -> dict[int, list[Any]]:
    """Whom each paragraph of a section cites, and how often; one row for each voice."""
    of = (Citation.paragraph_id, Citation.intervention_id, Citation.delegation_id)
    statement = sa.select(*of, sa.func.count().label("times")).join(Citation.paragraph)
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement.where(Paragraph.section_id == section_id).group_by(*of)):
        found.setdefault(row.paragraph_id, []).append(row)
    return found


def _mention(voices: Voices, row: Paragraph, ties: Sequence[Any]) -> Mention:
    return voices.mention(Cited(ties, row.attribution))  # type: ignore[arg-type]  # what it asks of a paragraph


def mention_of(meeting: Meeting, paragraph: Paragraph) -> Mention:
    """For whom one paragraph speaks, without reading each of its citations."""
    ties = _ties(paragraph.section_id).get(paragraph.id, [])
    return _mention(voices_of(meeting), paragraph, ties)


def every_text(meeting: Meeting, paragraph: Paragraph) -> dict[str, Markup]:
    """A paragraph as HTML in each language that it has, its tokens written."""
    mention = mention_of(meeting, paragraph)
    return {
        code: written_out(text, code, mention, notes=f"{code}{paragraph.id}") for code, text in paragraph.text.items()
    }


def citations_of(meeting: Meeting, paragraph: Paragraph, *, everything: bool) -> list[dict[str, Any]]:
    """The first thousand citations of one paragraph."""
    shown = _citations(meeting, paragraph.section_id, everything=everything, only=paragraph.id, most=MOST_LISTED)
    return shown.get(paragraph.id, [])


_TAKEN_BACK = sa.or_(Presentation.withdrawn_at.is_not(None), Presentation.state == PresentationState.WITHDRAWN)


def _citations(
    meeting: Meeting, section_id: int, *, everything: bool, only: int | None = None, most: int = MOST_SHOWN
) -> dict[int, list[dict[str, Any]]]:
    """The first citations of each paragraph of a section (or of one), with what became of their sources."""
    place = sa.func.row_number().over(partition_by=Citation.paragraph_id, order_by=Citation.id).label("place")
    numbered = sa.select(Citation.id, place).join(Citation.paragraph).where(Paragraph.section_id == section_id)
    first = (numbered if only is None else numbered.where(Paragraph.id == only)).subquery()
    newest = orm.aliased(PracticeVersion)
    latest = sa.select(sa.func.max(newest.number)).where(newest.practice_id == Practice.id).correlate(Practice)
    statement = (
        sa.select(Citation, first.c.place, Practice.state, latest.scalar_subquery(), _TAKEN_BACK)
        .join(first, first.c.id == Citation.id)
        .outerjoin(Citation.practice_version)
        .outerjoin(Practice, Practice.id == PracticeVersion.practice_id)
        .outerjoin(Citation.presentation_version)
        .outerjoin(Presentation, Presentation.id == PresentationVersion.presentation_id)
        .where(first.c.place <= most)
        .order_by(Citation.paragraph_id, Citation.id)
        .options(
            orm.contains_eager(Citation.practice_version).load_only(
                PracticeVersion.practice_id, PracticeVersion.number, PracticeVersion.language
            ),
            orm.contains_eager(Citation.presentation_version).load_only(
                PresentationVersion.presentation_id, PresentationVersion.number, PresentationVersion.language
            ),
            orm.joinedload(Citation.delegation).joinedload(Delegation.party),
        )
    )
    rows = db.session.execute(statement).all()
    said = _said_now({row.practice_version.practice_id for row, *_rest in rows if _is_older(row, _rest[2])})
    read_out = {row.id: statement_cited(row.field) for row, *_rest in rows if row.intervention_id}
    of_record = language_of(meeting) if None in read_out.values() else ""
    of_statements = languages_of({statement_id for statement_id in read_out.values() if statement_id})
    closed = closed_versions(meeting.id, everything=everything)
    found: dict[int, list[dict[str, Any]]] = {}
    for row, at, state, newest_number, taken_back in rows:
        version = row.cited_version
        withdrawn = state is PracticeState.WITHDRAWN or bool(taken_back)
        changed = _is_older(row, newest_number) and row.quote not in said[row.practice_version.practice_id]
        found.setdefault(row.paragraph_id, []).append(
            {
                "id": row.id,
                "mark": letter(at - 1),
                "party": in_reader_language(row.delegation.party.label),
                "language": version.language if version else of_statements.get(read_out[row.id] or 0, of_record),
                "stale": withdrawn or changed,
                "withdrawn": withdrawn,
                "hidden": not may_read(row.practice_version_id, closed, stands=state in ACCEPTED and not changed),
                "quote": row.quote,
                "url": url_for("summaries.workspace", slug=meeting.slug, source=source_key(row), section=section_id)
                + f"#field-{row.field}",
            }
        )
    return found


def _is_older(row: Citation, newest_number: int | None) -> bool:
    return bool(row.practice_version and newest_number and row.practice_version.number < newest_number)


def _said_now(practice_ids: set[int]) -> dict[int, str]:
    """What the newest versions of practices say, all of it one text; no statement where there are none."""
    if not practice_ids:
        return {}
    rows = db.session.execute(
        sa.select(PracticeVersion.practice_id, PracticeVersion.content)
        .where(PracticeVersion.practice_id.in_(practice_ids))
        .order_by(PracticeVersion.number)
    )
    return {practice_id: "\n".join(_words(content)) for practice_id, content in rows}


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [words for part in parts for words in _words(part)]
