"""Generated summaries: a working text with its citations, frozen and issued as the operations freeze and issue one."""

import random
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from app.cli.scale_practices import Cited
from app.cli.scale_sessions import localized
from app.cli.scale_text import Phrases, Story
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.localized import LANGUAGES, LocalizedText
from app.meetings.models import Delegation, Meeting
from app.practices.models import PracticeVersion
from app.summaries import publishing
from app.summaries.indexing import index_publication
from app.summaries.mentions import voices_of
from app.summaries.models import Citation, Paragraph, Section, Summary
from app.summaries.sources import SourceText

SECTIONS, MOST_PARAGRAPHS, A_PARAGRAPH = 5, 100, 4  # practices that another paragraph is worth


def add_summary(meeting: Meeting, year: int, cited: Sequence[Cited], phrases: Phrases, chance: random.Random) -> None:
    """Add the published summary of a session, whose paragraphs cite some of its practices."""
    at = meeting.ends_at + timedelta(days=30)
    summary = Summary(
        meeting=meeting,
        title=localized(phrases.sentences["sessions"][4]),
        symbol=f"{meeting.mechanism.reference_code}/{meeting.code}/SUM",
    )
    count = min(MOST_PARAGRAPHS, max(2 * SECTIONS, len(cited) * 2 // A_PARAGRAPH * 3))
    for position in range(1, SECTIONS + 1):
        theme = Story(phrases, chance, year)
        title = LocalizedText(
            {code: theme.sentence(*theme.plan["context"][0], code)[:60].rstrip() for code in LANGUAGES}
        )
        section = Section(position=position, title=title)
        summary.sections.append(section)
        section.paragraphs += [
            _paragraph(place, year, cited, phrases, chance, at) for place in range(1, count // SECTIONS + 1)
        ]
    db.session.add(summary)
    db.session.flush()
    # Loaded without their long texts, so that freezing asks for none of them one by one.
    held = db.session.scalars(
        sa.select(PracticeVersion)
        .where(PracticeVersion.id.in_([one.version_id for one in cited]))
        .options(orm.defer(PracticeVersion.content))
    ).all()
    content = publishing.freeze(summary, _sources(meeting, cited), voices=voices_of(meeting))
    publication = publishing.issued(summary, content, at=at, by_id=SYSTEM.id)
    del held
    db.session.add(publication)
    db.session.flush()
    index_publication(publication, meeting)


def _paragraph(
    position: int, year: int, cited: Sequence[Cited], phrases: Phrases, chance: random.Random, at: object
) -> Paragraph:
    story = Story(phrases, chance, year)
    rows = chance.sample(phrases.sentences["paragraphs"], 2)
    figures = story.title[1]
    text = {code: " ".join(story.sentence(row, figures, code) for row in rows) for code in LANGUAGES}
    paragraph = Paragraph(position=position, text=LocalizedText(text))
    for one in chance.sample(list(cited), min(2, len(cited))):
        quote = one.results.split(". ")[0].removesuffix(".") + "."
        paragraph.citations.append(
            Citation(
                practice_version_id=one.version_id,
                delegation_id=one.delegation_id,
                field="results",
                start=0,
                end=len(quote),
                quote=quote,
                created_at=at,
            )
        )
    return paragraph


def _sources(meeting: Meeting, cited: Sequence[Cited]) -> list[SourceText]:
    delegations = {
        row.id: row.party
        for row in db.session.scalars(sa.select(Delegation).where(Delegation.meeting_id == meeting.id))
    }
    return [
        SourceText(
            key=f"practice-{one.practice_id}",
            kind="practice",
            version_id=one.version_id,
            version_number=1,
            delegation_id=one.delegation_id,
            party=delegations[one.delegation_id],
            title="",
            reference=one.reference,
            language=one.language,
            audience=one.audience,
            ready=True,
            fields={"results": one.results},
        )
        for one in cited
    ]
