"""What of a practice can be found by searching."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from app.core.db import db
from app.meetings.indexing import facets_of
from app.practices.enums import Decision, PracticeState
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import state_questions
from app.practices.template import Kind, passages_source, sections
from app.practices.translatable import passages_of
from app.practices.translation_queries import readings, translations_of
from app.search.jobs import indexes
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


def index_practice(practice: Practice, version: PracticeVersion) -> None:
    """Put the running texts of a published version, and their translations, into the index, in the same transaction."""
    forget_practice(practice)  # a language may have gone
    title, path = str(version.content.get("title", "")), f"/practices/{practice.slug}"
    source = passages_source(version.content, version.template)
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
        context=practice.delegation.party.label,
        text=text,
        places=places,
        path=path,
        published_at=practice.published_at,
        changed_at=_accepted_at(practice),
        facets=facets,
    )


def _accepted_at(practice: Practice) -> datetime | None:
    """When the version that readers have was accepted: of a correction, that is when they got it."""
    accepted = (row.at for row in practice.reviews if row.decision is Decision.ACCEPT)
    return max(accepted, default=None) if practice.latest and practice.latest.number > 1 else None


def forget_practice(practice: Practice) -> None:
    """Take a practice out of the index."""
    forget(KIND, practice.slug)


@indexes(KIND)
def index_practices() -> None:
    """Index all published practices anew, one transaction each."""
    published = Practice.state == PracticeState.PUBLISHED
    for practice_id in db.session.scalars(sa.select(Practice.id).where(published).order_by(Practice.id)).all():
        practice = db.session.get(Practice, practice_id)
        if practice and practice.state is PracticeState.PUBLISHED and practice.latest:
            index_practice(practice, practice.latest)
        db.session.commit()
