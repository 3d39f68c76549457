"""The text of one section as those see it who write it: numbers, words written out, citations, margin, who writes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import orm

from app.core.db import db
from app.core.rich_text import as_html
from app.core.wording import clock_time, in_reader_language, language_shown
from app.floor.statement_queries import languages_of, statement_cited
from app.live import once
from app.meetings.models import Delegation, Meeting
from app.people.models import User
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.record.queries import language_of
from app.summaries import tokens
from app.summaries.coverage import source_key, span_now
from app.summaries.enums import Attribution
from app.summaries.locks import still_held
from app.summaries.mentions import Mention, Voices, voices_at, voices_of
from app.summaries.models import Citation, MarginComment, Paragraph, ParagraphLock, Section
from app.summaries.numbering import letter
from app.summaries.outline import IN_ORDER, SKELETON, Outline, Part, outline_from
from app.summaries.presenting import quantifier_text
from app.summaries.readable import closed_versions, may_read
from app.summaries.sources import ACCEPTED, spoken_in

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


@dataclass(frozen=True)
class ShownSection:
    """A section as it is shown, in the outline of its summary."""

    meeting: Meeting
    outline: Outline
    part: Part
    paragraphs: Sequence[ShownParagraph]


@once
def section_shown(section_id: int, language: str, everything: bool) -> ShownSection | None:
    """A section for readers of a language, in three statements, however many others the summary has.

    `everything`: also the words of practices that nobody has accepted yet. None where the section is gone.
    """
    if (found := voices_at(section_id)) is None:
        return None
    meeting, voices = found
    outline, read = _read(section_id)
    part = outline.part(section_id)
    if part is None:
        return None
    return ShownSection(meeting, outline, part, _shown(meeting, voices, outline, section_id, read, everything))


@dataclass
class _Read:
    """A paragraph with what stands beside it."""

    row: Paragraph
    held: ParagraphLock | None
    comments: list[MarginComment] = field(default_factory=list)


def _read(section_id: int) -> tuple[Outline, Sequence[_Read]]:
    """The outline of the summary that a section is of, and the section's paragraphs with who writes in each, and with
    their margins. One statement."""
    here, writer, author = orm.aliased(Paragraph), orm.aliased(User), orm.aliased(User)
    summary = sa.select(Section.summary_id).where(Section.id == section_id).correlate(None).scalar_subquery()
    rows = db.session.execute(
        sa.select(*SKELETON, here, ParagraphLock, MarginComment)
        .select_from(Section)
        .outerjoin(Section.paragraphs)
        .outerjoin(here, sa.and_(here.id == Paragraph.id, here.section_id == section_id))
        .outerjoin(ParagraphLock, sa.and_(ParagraphLock.paragraph_id == here.id, still_held()))
        .outerjoin(writer, writer.id == ParagraphLock.user_id)
        .outerjoin(MarginComment, MarginComment.paragraph_id == here.id)
        .outerjoin(author, author.id == MarginComment.author_id)
        .where(Section.summary_id == summary)
        .order_by(*IN_ORDER, MarginComment.id)
        .options(
            orm.contains_eager(ParagraphLock.user, alias=writer),
            orm.contains_eager(MarginComment.author, alias=author),
        )
    ).all()
    found: dict[int, _Read] = {}
    for row in rows:
        *_skeleton, paragraph, held, comment = row
        if paragraph is not None:
            read = found.setdefault(paragraph.id, _Read(paragraph, held))
            if comment is not None:
                read.comments.append(comment)
    return outline_from(rows), list(found.values())


def _shown(
    meeting: Meeting, voices: Voices, outline: Outline, section_id: int, read: Sequence[_Read], everything: bool
) -> list[ShownParagraph]:
    if not read:
        return []
    cited = _cited(section_id)
    citations = _citations(meeting, section_id, cited, everything=everything)
    ties = _ties_among(section_id, cited)
    found = []
    for index, one in enumerate(read):
        row = one.row
        mention = _mention(voices, row, ties.get(row.id, []))
        language = language_shown(row.text)
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
                citations=citations.get(row.id, []),
                comments=one.comments,
                writer=_(
                    "%(name)s writes here since %(time)s.",
                    name=one.held.user.name,
                    time=_clock(meeting, one.held.since),
                )
                if one.held
                else "",
            )
        )
    return found


def _clock(meeting: Meeting, moment: Any) -> str:
    return clock_time(moment, meeting.zone)


def _ties(section_id: int) -> dict[int, list[Any]]:
    """Whom each paragraph of a section cites, and how often; one row for each voice."""
    of = (Citation.paragraph_id, Citation.intervention_id, Citation.delegation_id)
    statement = sa.select(*of, sa.func.count().label("times")).join(Citation.paragraph)
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement.where(Paragraph.section_id == section_id).group_by(*of)):
        found.setdefault(row.paragraph_id, []).append(row)
    return found


class _Voice(NamedTuple):
    """As a row of _ties."""

    paragraph_id: int
    intervention_id: int | None
    delegation_id: int
    times: int


def _ties_among(section_id: int, cited: Sequence[Any]) -> dict[int, list[Any]]:
    """The same, counted among the citations that were read; read itself where a paragraph has more than those."""
    if any(row.times > MOST_SHOWN for row in cited):
        return _ties(section_id)
    counted = Counter(
        (row.Citation.paragraph_id, row.Citation.intervention_id, row.Citation.delegation_id) for row in cited
    )
    found: dict[int, list[Any]] = {}
    for voice, times in counted.items():
        found.setdefault(voice[0], []).append(_Voice(*voice, times))
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
    cited = _cited(paragraph.section_id, only=paragraph.id, most=MOST_LISTED)
    return _citations(meeting, paragraph.section_id, cited, everything=everything).get(paragraph.id, [])


_TAKEN_BACK = sa.or_(Presentation.withdrawn_at.is_not(None), Presentation.state == PresentationState.WITHDRAWN)


def _cited(section_id: int, *, only: int | None = None, most: int = MOST_SHOWN) -> Sequence[Any]:
    """The first citations of each paragraph of a section (or of one), with what became of their sources; `times`: how
    many the paragraph has."""
    place = sa.func.row_number().over(partition_by=Citation.paragraph_id, order_by=Citation.id).label("place")
    times = sa.func.count().over(partition_by=Citation.paragraph_id).label("times")
    numbered = sa.select(Citation.id, place, times).join(Citation.paragraph).where(Paragraph.section_id == section_id)
    first = (numbered if only is None else numbered.where(Paragraph.id == only)).subquery()
    newest = orm.aliased(PracticeVersion)
    latest = sa.select(sa.func.max(newest.number)).where(newest.practice_id == Practice.id).correlate(Practice)
    statement = (
        sa.select(
            Citation,
            first.c.place,
            Practice.state,
            latest.scalar_subquery().label("newest"),
            _TAKEN_BACK.label("taken_back"),
            first.c.times,
        )
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
    return db.session.execute(statement).all()


def _citations(
    meeting: Meeting, section_id: int, rows: Sequence[Any], *, everything: bool
) -> dict[int, list[dict[str, Any]]]:
    """What _cited read as it is shown, by paragraph."""
    said = _said_now({row.practice_version.practice_id for row, *_rest in rows if _is_older(row, _rest[2])})
    read_out = {row.id: statement_cited(row.field) for row, *_rest in rows if row.intervention_id}
    of_record = language_of(meeting) if None in read_out.values() else ""
    of_statements = languages_of({statement_id for statement_id in read_out.values() if statement_id})
    spoken = spoken_in(meeting.id) if read_out else {}
    closed = closed_versions(meeting.id, everything=everything)
    found: dict[int, list[dict[str, Any]]] = {}
    for row, at, state, newest_number, taken_back, _times in rows:
        version = row.cited_version
        key = source_key(row)
        withdrawn = state is PracticeState.WITHDRAWN or bool(taken_back)
        unsaid = row.intervention_id is not None and key not in spoken
        changed = _is_older(row, newest_number) and row.quote not in said[row.practice_version.practice_id]
        changed = changed or (key in spoken and span_now(row, spoken[key]) is None)
        hidden = not may_read(row.practice_version_id, closed, stands=state in ACCEPTED and not changed)
        found.setdefault(row.paragraph_id, []).append(
            {
                "id": row.id,
                "mark": letter(at - 1),
                "party": in_reader_language(row.delegation.party.label),
                "language": version.language if version else of_statements.get(read_out[row.id] or 0, of_record),
                "stale": withdrawn or changed or unsaid,
                "unread": _unread(withdrawn, unsaid, hidden),
                "quote": row.quote,
                "url": url_for("summaries.workspace", slug=meeting.slug, source=key, section=section_id)
                + f"#field-{row.field}",
            }
        )
    return found


def _unread(withdrawn: bool, unsaid: bool, hidden: bool) -> str:
    """Why a citation's words are not shown; nothing where they are."""
    if withdrawn:
        return str(_("Withdrawn by the delegation."))
    if unsaid:
        return str(_("No longer in the record of the floor."))
    return str(_("Not accepted: the secretariat reads it.")) if hidden else ""


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
