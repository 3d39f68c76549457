"""What of a presentation can be found by searching."""

import sqlalchemy as sa

from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Statement, Tag, VocabularyItem
from app.meetings.indexing import facets_of
from app.meetings.models import Delegation
from app.presentations.models import Presentation, PresentationVersion
from app.search.jobs import EVERYTHING, Within, indexes
from app.search.models import PRESENTATION_KIND as KIND
from app.search.operations import forget, index_entry, joined

# Vocabulary of the directory -> facet. A presentation is of what its mechanism works on, by the directory's sources.
FACET_OF = {"themes": "theme", "gcm": "gcm", "gcm_principles": "principle"}


def index_presentation(presentation: Presentation, version: PresentationVersion) -> None:
    """Put the version's answers and speakers into the index, in place of an earlier version's, in the same
    transaction."""
    meeting = presentation.meeting
    party = presentation.delegation.party
    forget_presentation(presentation)  # an earlier version may be in another language
    facets = facets_of(meeting, [party])
    for vocabulary, code in _works_on(party.id):
        facets.setdefault(FACET_OF[vocabulary], []).append(code)
    answers = sorted(version.content["answers"].items())
    parts = [(f"field-answers.{number}", answer) for number, answer in answers]
    text, places = joined([*parts, ("speakers", "\n".join(_speakers(version)))])
    index_entry(
        kind=KIND,
        key=_key(presentation),
        language=version.language,
        audience=presentation.consent,
        meeting_id=meeting.id,
        title=LocalizedText(party.names).in_language(version.language),
        context=meeting.title,
        text=text,
        places=places,
        path=f"/sessions/{meeting.slug}/presentations/{party.code}",
        published_at=presentation.published_at,
        changed_at=version.filed_at,
        facets=facets,
    )


def _speakers(version: PresentationVersion) -> list[str]:
    """Who speaks, each in a line as on the page."""
    return [
        ", ".join(text for text in (speaker["function"], speaker.get("institution", "")) if text)
        for speaker in version.content.get("speakers", ())
    ]


def _works_on(mechanism_id: int) -> list[tuple[str, str]]:
    """Vocabulary and code of what sources say that a mechanism works on."""
    rows = db.session.execute(
        sa.select(VocabularyItem.vocabulary, VocabularyItem.code)
        .join(Tag, Tag.item_id == VocabularyItem.id)
        .join(Statement, Statement.id == Tag.statement_id)
        .where(Statement.mechanism_id == mechanism_id, VocabularyItem.vocabulary.in_(FACET_OF))
        .distinct()
    )
    return [(vocabulary, code) for vocabulary, code in rows]


def forget_presentation(presentation: Presentation) -> None:
    """Take a presentation out of the index."""
    forget(KIND, _key(presentation))


def _key(presentation: Presentation) -> str:
    return f"{presentation.meeting.slug}:{presentation.delegation.party.code}"


@indexes(KIND)
def index_presentations(within: Within = EVERYTHING) -> None:
    """Index published presentations anew."""
    published = sa.select(Presentation).join(Presentation.delegation).where(Presentation.published_at.is_not(None))
    mine = within.of(Presentation.meeting_id, Delegation.party_id)
    for presentation in db.session.scalars(published.where(mine).order_by(Presentation.id)).all():
        if presentation.latest:
            index_presentation(presentation, presentation.latest)
    db.session.commit()
