"""What of a practice can be found by searching."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.core.localized import LANGUAGES
from app.directory.models import Party
from app.meetings.indexing import facets_of
from app.meetings.models import Delegation, Meeting
from app.meetings.years import year_of
from app.practices.enums import Decision, PracticeState
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import state_questions
from app.practices.template import Kind, fields, passages_source, sections
from app.practices.translatable import passages_of
from app.practices.translation_queries import readings, translations_of
from app.search.jobs import EVERYTHING, Within, indexes
from app.search.models import PRACTICE_KIND as KIND
from app.search.operations import forget, index_entry, joined

# Vocabulary of a field -> facet of what is chosen there.
FACET_OF = {
    "themes": "theme",
    "gcm": "gcm",
    "gcm_principles": "principle",
    "sdg": "sdg",
    "population": "population",
    "practice_status": "status",
}
MOST_CELLS = 4000  # letters of a field's rows, or of a short text, that are searched
SAID = ("text", "number", "url")  # columns whose cells are words; dates and choices are shown in each language


def index_practice(practice: Practice, version: PracticeVersion) -> None:
    """Put the texts of a published version, and their translations, into the index, in the same transaction."""
    forget_practice(practice)  # a language may have gone
    title, path = str(version.content.get("title", "")), f"/practices/{practice.slug}"
    source = [*passages_source(version.content, version.template), *cells_in(version.content, version.template)]
    facets = practice_facets(practice, version)
    rows = translations_of(practice.id)
    passages = passages_of(version, state_questions(practice.meeting_id)) if rows else {}
    read = readings(version, passages, rows)
    # Where there is nothing to choose from, the page has one address.
    _index(practice, version.language, title, source, f"{path}?text=original" if read else path, facets)
    for language, reading in read.items():
        texts = ((name, row.text) for name, rows in reading.fields.items() for row in rows if row.field != "title")
        own_title = str(reading.content.get("title", ""))
        _index(practice, language, own_title, texts, f"{path}?text={language}", facets)


def cells_in(content: Mapping[str, Any], template: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a content says beside its running texts, as (field key, text), each cell in a line of its own: short
    texts but the title, the rows of tables (who took part, indicators and their sources, links), the source of an
    amount. The contact is nobody's to find."""
    found: list[tuple[str, str]] = []
    for field in fields(template):
        value = content.get(field.content_key)
        cells: list[Any] = []
        if field.kind is Kind.SHORT_TEXT and field.key != "title":
            cells = [value]
        elif field.kind is Kind.ROWS:
            said = [column.key for column in field.columns if column.kind in SAID]
            cells = [row.get(key) for row in value or () for key in said]
        elif field.kind is Kind.AMOUNT:
            cells = [(value or {}).get("source")]
        text = "\n".join(cell for cell in cells if isinstance(cell, str) and cell)[:MOST_CELLS]
        if text:
            found.append((field.key, text))
    return found


def practice_facets(practice: Practice, version: PracticeVersion) -> dict[str, list[str]]:
    """Return what a version says of itself, as facets of searching."""
    found = facets_of(practice.meeting, [practice.delegation.party])
    for section in sections(version.template):
        for field in section.fields:
            name = "mechanism" if field.kind is Kind.MECHANISMS else FACET_OF.get(field.vocabulary or "")
            if name:
                value = version.content.get(field.content_key) or ()
                found[name] = [*found.get(name, ()), *([value] if isinstance(value, str) else map(str, value))]
    return found


def _index(
    practice: Practice,
    language: str,
    title: str,
    texts: Iterable[tuple[str, str]],
    path: str,
    facets: dict[str, list[str]],
) -> None:
    """`texts`: with the names of their fields."""
    text, places = joined((f"field-{name}", text) for name, text in texts)
    index_entry(
        kind=KIND,
        key=practice.slug,
        language=language,
        audience=practice.consent,
        meeting_id=practice.meeting_id,
        title=title,
        context=told(practice.delegation.party, practice.meeting, practice.reference or ""),
        text=text,
        places=places,
        mark=practice.reference or "",
        path=path,
        published_at=practice.published_at,
        changed_at=_accepted_at(practice),
        facets=facets,
    )


def told(party: Party, meeting: Meeting, reference: str) -> dict[str, str]:
    """Whose a practice is, of which session and year, and by what it is cited, in each language."""
    year, found = str(year_of(meeting)), {}
    for language in LANGUAGES:
        session = meeting.title.in_language(language)
        dated = session if year in session else f"{session}, {year}"
        found[language] = " · ".join([party.label.in_language(language), dated, reference])
    return found


def _accepted_at(practice: Practice) -> datetime | None:
    """When the version that readers have was accepted: of a correction, that is when they got it."""
    accepted = (row.at for row in practice.reviews if row.decision is Decision.ACCEPT)
    return max(accepted, default=None) if practice.latest and practice.latest.number > 1 else None


def forget_practice(practice: Practice) -> None:
    """Take a practice out of the index."""
    forget(KIND, practice.slug)


@indexes(KIND)
def index_practices(within: Within = EVERYTHING) -> None:
    """Index published practices anew, one transaction each."""
    published = sa.select(Practice.id).join(Practice.delegation).where(Practice.state == PracticeState.PUBLISHED)
    mine = within.of(Practice.meeting_id, Delegation.party_id)
    for practice_id in db.session.scalars(published.where(mine).order_by(Practice.id)).all():
        practice = db.session.get(Practice, practice_id)
        if practice and practice.state is PracticeState.PUBLISHED and practice.latest:
            index_practice(practice, practice.latest)
        db.session.commit()
