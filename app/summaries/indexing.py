"""What of a publication can be found by searching: it as a whole, and each paragraph, in each language."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from app.core.audience import Audience
from app.core.db import db
from app.core.rich_text import plain
from app.directory.models import Party
from app.meetings.indexing import facets_of
from app.meetings.models import Meeting
from app.practices.term_models import PracticeTerm
from app.search.jobs import EVERYTHING, Within, indexes
from app.search.models import PARAGRAPH_KIND, PRACTICE_KIND, SUMMARY_KIND
from app.search.operations import forget, index_entries
from app.summaries.anchors import anchor_of, label_of, paragraphs_in
from app.summaries.models import Publication, Summary
from app.summaries.open_citations import Frozen, open_citations
from app.summaries.sources_now import sources_now

# Field of a practice -> facet. A paragraph is on what the practices are on that it cites.
FACET_OF = {"themes": "theme", "gcm_main": "gcm", "gcm_other": "gcm", "sdg_targets": "sdg"}


def index_publication(publication: Publication, meeting: Meeting) -> None:
    """Put a publication's entries in the place of those of earlier ones, in the same transaction.

    Facets name whom a paragraph cites, and what the practices are on that it cites, as far as everybody may know of it
    by now to whom the publication is distributed. What was issued to others stays, for those who may not read this one
    (`meetings.queries.findable`).
    """
    for audience in Audience:
        if publication.distribution.reaches(audience):
            forget(PARAGRAPH_KIND, meeting_id=meeting.id, audience=audience)
            forget(SUMMARY_KIND, meeting_id=meeting.id, audience=audience)
    content, path = publication.content, f"/sessions/{meeting.slug}/summary"
    same = {
        "audience": publication.distribution,
        "meeting_id": meeting.id,
        "context": meeting.title,
        "published_at": publication.published_at,
    }
    readers = sources_now(meeting.id).readers_of(publication.distribution)
    shown = [open_citations(paragraph["citations"], readers) for paragraph in paragraphs_in(content)]
    parties = _parties({citation["party"]["code"] for citations in shown for citation in citations})
    terms = _terms({practice_id for citations in shown for practice_id in _practices(citations)})

    def facets(citations: Iterable[Frozen]) -> dict[str, list[str]]:
        codes = sorted({citation["party"]["code"] for citation in citations})
        found = facets_of(meeting, [parties[code] for code in codes if code in parties])
        for practice_id in _practices(citations):
            for facet, code in terms.get(practice_id, ()):
                found.setdefault(facet, []).append(code)
        return found

    entries = [
        {
            **same,
            "kind": SUMMARY_KIND,
            "key": f"{meeting.slug}:{publication.number}",
            "language": language,
            "title": title,
            "text": "\n\n".join(section["title"].get(language, "") for section in content["sections"]),
            "path": f"{path}?language={language}",
            "mark": publication.symbol,
            "facets": facets([citation for citations in shown for citation in citations]),
        }
        for language, title in content["title"].items()
    ]
    citations_of = iter(shown)
    for section in content["sections"]:
        for paragraph in section["paragraphs"]:
            label, found = label_of(paragraph), facets(next(citations_of))
            entries += [
                {
                    **same,
                    "kind": PARAGRAPH_KIND,
                    "key": f"{meeting.slug}:{publication.number}:{label}",
                    "language": language,
                    "title": f"{label}. {section['title'].get(language, '')}",
                    "text": plain(text),
                    "path": f"{path}?language={language}#{anchor_of(paragraph)}",
                    "places": [(0, anchor_of(paragraph))],
                    "facets": found,
                    "titled": False,  # the title is that of its section
                }
                for language, text in paragraph["text"].items()
            ]
    index_entries(entries)


def _practices(citations: Iterable[Frozen]) -> set[int]:
    """The ids of the practices that citations are of."""
    cited = [citation["source"] for citation in citations if citation["kind"] == PRACTICE_KIND]
    return {int(source.removeprefix(f"{PRACTICE_KIND}-")) for source in cited}


def _terms(practice_ids: Collection[int]) -> dict[int, set[tuple[str, str]]]:
    """Facet and code of what practices have chosen, as they are now. One statement."""
    found = dict[int, set[tuple[str, str]]]()
    rows = db.session.execute(
        sa.select(PracticeTerm.practice_id, PracticeTerm.field, PracticeTerm.code).where(
            PracticeTerm.practice_id.in_(practice_ids), PracticeTerm.field.in_(FACET_OF)
        )
    )
    for practice_id, field, code in rows:
        found.setdefault(practice_id, set()).add((FACET_OF[field], code))
    return found


def _parties(codes: Collection[str]) -> dict[str, Party]:
    return {party.code: party for party in db.session.scalars(sa.select(Party).where(Party.code.in_(codes)))}


@indexes(SUMMARY_KIND)
def index_publications(within: Within = EVERYTHING) -> None:
    """Index what is published of sessions' summaries anew."""
    mine = within.of(Summary.meeting_id)
    for summary in db.session.scalars(sa.select(Summary).where(mine).order_by(Summary.id)).all():
        for publication in summary.publications:
            index_publication(publication, summary.meeting)
        db.session.commit()
