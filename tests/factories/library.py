"""Published things to read, made of plain rows."""

import itertools
from collections.abc import Callable
from typing import Any

from app.core.audience import Audience
from app.core.db import db
from app.meetings.models import Meeting
from app.practices.enums import PracticeState
from app.practices.indexing import index_practice
from app.practices.models import Practice
from app.presentations.models import Presentation
from app.summaries.models import Publication, Summary
from app.summaries.publishing import issued
from tests.factories.summaries import CONTENT, NOON, everywhere, make_delegation, make_practice, make_presentation

CONTACT = {"name": "Focal point for migration", "institution": "Ministry", "email": "focal.point@example.org"}


def publish_practice(
    meeting: Meeting,
    code: str = "PE",
    *,
    number: int = 1,
    delegation=None,
    language: str = "en",
    consent: Audience = Audience.PUBLIC,
    **content,
) -> Practice:
    """A published practice of a party's delegation (made unless given), in the search index too."""
    written = {
        **CONTENT,
        "summary": "A temporary permit for everybody who asked.",
        "themes": ["T3"],
        "gcm_main": "5",
        "gcm_other": ["7", "16"],
        "contact": CONTACT,
        **content,
    }
    practice = make_practice(
        delegation or make_delegation(meeting, code),
        state=PracticeState.PUBLISHED,
        content=written,
        language=language,
        consent=consent,
        number=number,
    )
    index_practice(practice, practice.versions[0])
    return practice


def publish_presentation(
    meeting: Meeting, code: str = "RCM", *, consent: Audience = Audience.PUBLIC, answers=None
) -> Presentation:
    """A published presentation of a mechanism."""
    presentation = make_presentation(
        make_delegation(meeting, code), answers=answers or {"1": "Pace is the main challenge.", "2": "One calendar."}
    )
    presentation.consent = presentation.working_consent = consent
    presentation.published_at = NOON
    db.session.flush()
    return presentation


def cited(
    source: Practice | Presentation, quote: str = "Forty thousand permits were given.", field: str = "results"
) -> dict:
    """A citation of a source, as a publication keeps it."""
    is_practice = isinstance(source, Practice)
    party = source.delegation.party
    return {
        "letter": "a",
        "source": f"{'practice' if is_practice else 'presentation'}-{source.id}",
        "kind": "practice" if is_practice else "presentation",
        "reference": source.reference if is_practice else party.code,
        "party": {"code": party.code, "name": dict(party.label)},
        "audience": source.audience.value,
        "version": 1,
        "language": source.language,
        "field": field,
        "start": 0,
        "end": len(quote),
        "quote": quote,
    }


def publish_summary(
    meeting: Meeting,
    *paragraphs: list,
    number: int = 1,
    summary: Summary | None = None,
    change: Callable[[dict[str, Any]], dict[str, Any]] = dict,
    **how: Any,
) -> Publication:
    """A publication with one section; each paragraph is given as its list of citations. `change` makes its content of
    the usual one; `how`: what `issued` takes."""
    summary = summary or Summary(meeting=meeting, title=everywhere("Summary"), symbol="CIDI/CAM/doc.12/26")
    db.session.add(summary)
    numbers = itertools.count(1)
    content = {
        "title": dict(everywhere("Summary")),
        "symbol": summary.symbol,
        "participating": 12,
        "sections": [
            {
                "title": dict(everywhere("What was done")),
                "paragraphs": [
                    {
                        "number": next(numbers),
                        "text": dict(everywhere("Delegations gave permits.")),
                        "quantifier": {"key": "one" if citations else None, "delegations": len(citations)},
                        "citations": citations,
                    }
                    for citations in paragraphs or [[]]
                ],
            }
        ],
    }
    publication = issued(summary, change(content), at=NOON, **how)
    publication.number = number
    db.session.add(publication)
    db.session.flush()
    return publication
