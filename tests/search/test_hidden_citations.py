"""Whose words a summary cites is told by no facet, feed or follow to who may not read them."""

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.meetings.enums import Stage
from app.meetings.queries import findable
from app.search.asking import Asked, ask
from app.search.jobs import reindex
from app.search.models import PARAGRAPH_KIND, SUMMARY_KIND, SearchEntry
from app.summaries.indexing import index_publication
from app.summaries.open_citations import Readers, open_citations
from app.summaries.sources_now import SourceNow, SourcesNow
from tests.client import sign_in
from tests.factories.library import cited, publish_practice, publish_presentation, publish_summary
from tests.factories.summaries import make_meeting

SUMMARIES = {"kind": (PARAGRAPH_KIND, SUMMARY_KIND)}


def publish(distribution: Audience) -> None:
    """A publication that cites a practice of Peru, which everybody reads, and a practice of Brazil and a presentation
    of the RCM, which only member States read."""
    meeting = make_meeting(stage=Stage.PUBLISHED)
    shown = publish_practice(meeting, "PE")
    hidden = publish_practice(meeting, "BR", consent=Audience.MEMBER_STATES)
    presentation = publish_presentation(meeting, consent=Audience.MEMBER_STATES)
    paragraphs = [cited(shown)], [cited(shown), cited(hidden), cited(presentation, field="answers.1")]
    index_publication(publish_summary(meeting, *paragraphs, distribution=distribution), meeting)
    db.session.commit()


def told(actor) -> set[str]:
    """The States, regions and mechanisms that the facets of summaries name."""
    answer = ask(Asked(filters=SUMMARIES), findable(actor), language="en")
    assert answer.page.total
    return {counted.code for name in ("state", "region", "mechanism") for counted in answer.facets[name]}


@pytest.mark.parametrize("person", ["anonymous", "reader", "secretariat"])
def test_facets_name_whom_everybody_may_know_of(personas, person):
    publish(Audience.PUBLIC)
    names = told(dict(personas.items())[person])
    assert "PE" in names
    assert not names & {"BR", "RCM"}


def test_facets_of_what_goes_to_who_may_read_all_of_it_name_all(personas):
    publish(Audience.MEMBER_STATES)
    assert {"PE", "BR", "RCM"} <= told(personas.reader)


def test_no_search_feed_or_follow_finds_a_summary_by_them(client, personas):
    publish(Audience.PUBLIC)
    for query in ("state=BR", "mechanism=RCM"):
        page = html.document_fromstring(client.get(f"/search?{query}").text)
        assert not page.xpath("//ol[@class='entries']/li"), query
        assert b"<entry" not in client.get(f"/feeds/search.atom?{query}").data
    assert b"<entry" in client.get("/feeds/search.atom?state=PE&kind=paragraph").data
    for url in ("/feeds/states/BR.atom", "/feeds/mechanisms/rcm.atom"):
        assert b"<entry" not in client.get(url).data
    sign_in(client, personas.reader)
    found = client.get("/search?state=BR&kind=paragraph&kind=summary").text
    assert "Nothing published fits all of this" in found


def test_what_was_indexed_before_is_put_right(personas):
    publish(Audience.PUBLIC)
    for entry in db.session.scalars(sa.select(SearchEntry).where(SearchEntry.kind == PARAGRAPH_KIND)):
        entry.facets = {**entry.facets, "state": ["BR", "PE"]}
    db.session.commit()
    reindex({})
    assert not told(personas.anonymous) & {"BR", "RCM"}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("distribution", "known"),
    [
        (Audience.PUBLIC, ["public"]),
        (Audience.MEMBER_STATES, ["public", "member_states"]),
        (Audience.RESTRICTED, ["public", "restricted"]),
    ],
)
def test_what_all_readers_of_a_publication_may_know(distribution, known):
    citations = [{"audience": audience.value, "source": "practice-1", "field": "lessons"} for audience in Audience]
    readers = SourcesNow().readers_of(distribution)
    assert [one["audience"] for one in open_citations(citations, readers)] == known


@pytest.mark.one_database
def test_the_narrower_of_what_was_frozen_and_what_is_now(app):
    def known(frozen: Audience, now: Audience, audiences: set[Audience]) -> bool:
        citation = {"audience": frozen.value, "source": "intervention-5", "field": "statement.7"}
        readers = SourcesNow(limited=(SourceNow("statement.7", now, Audience.PUBLIC),)).readers(audiences)
        return bool(open_citations([citation], readers))

    members = {Audience.PUBLIC, Audience.MEMBER_STATES}
    assert known(Audience.PUBLIC, Audience.MEMBER_STATES, members)
    assert not known(Audience.PUBLIC, Audience.MEMBER_STATES, {Audience.PUBLIC})
    assert not known(Audience.RESTRICTED, Audience.MEMBER_STATES, members)
    assert not known(Audience.PUBLIC, Audience.RESTRICTED, members)
    assert Readers(frozenset(members), frozenset()).may_know(Audience.PUBLIC, "practice-7", "lessons")
