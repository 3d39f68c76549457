"""What is corrected or added to after it was published: feeds and digests tell it, once, and nothing else."""

import io
from datetime import timedelta

import feedparser
import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.following.enums import FollowKind, Rhythm
from app.practices import correcting
from app.practices.enums import Decision
from app.practices.indexing import index_practice, index_practices
from app.practices.models import Review
from app.presentations.indexing import index_presentation
from app.presentations.models import PresentationVersion
from app.register import operations
from app.search.models import SearchEntry
from tests.factories.library import publish_practice, publish_presentation
from tests.factories.register import PDF, issue
from tests.factories.summaries import NOON
from tests.following.published import PUBLISHED, begin, publish

DAY = timedelta(days=1)
TOLD = "Corrected or added to: Good practice · Peru: Permits one"


@pytest.fixture(autouse=True)
def at_noon(app):
    with standing_at(NOON):
        yield


@pytest.fixture
def follower(personas):
    begin(personas.reader, FollowKind.STATE, "PE", Rhythm.DAILY)
    return personas.reader


def moments(key: str) -> set:
    """(published, changed) of a thing in the index."""
    rows = sa.select(SearchEntry.published_at, SearchEntry.changed_at).where(SearchEntry.key == key)
    return {tuple(row) for row in db.session.execute(rows)}


def test_an_entry_of_a_feed_says_when_it_was_changed(client, meeting):
    publish(meeting, "one")
    publish(meeting, "two", changed_at=PUBLISHED + DAY)
    found = feedparser.parse(client.get("/feeds/states/PE.atom").data)
    at = {entry.title: (entry.published, entry.updated) for entry in found.entries}
    assert at == {
        "Permits one": ("2026-05-14T17:00:00Z", "2026-05-14T17:00:00Z"),
        "Permits two": ("2026-05-14T17:00:00Z", "2026-05-15T17:00:00Z"),
    }
    assert found.feed.updated == "2026-05-15T17:00:00Z"


def test_a_correction_is_told_once_as_such(meeting, follower, on_day, digests):
    publish(meeting, "one")
    assert on_day(1) == 1
    publish(meeting, "one", changed_at=PUBLISHED + DAY)
    assert [on_day(2), on_day(3), on_day(4)] == [1, 0, 0]
    first, second = (mail.get_content() for mail in digests(4))
    assert "Good practice · Peru: Permits one" in first
    assert TOLD not in first
    assert TOLD in second
    publish(meeting, "one", changed_at=PUBLISHED + 5 * DAY)
    assert on_day(6) == 1, "the next one is told too"


def test_of_what_was_published_before_somebody_followed_the_correction_is_told(meeting, follower, on_day, digests):
    publish(meeting, "one", at=NOON - 9 * DAY, changed_at=PUBLISHED)
    assert on_day(1) == 1
    assert TOLD in digests(1)[0].get_content()


def test_what_was_corrected_before_it_was_told_is_new(meeting, follower, on_day, digests):
    publish(meeting, "one", changed_at=PUBLISHED + timedelta(hours=1))
    assert [on_day(1), on_day(2)] == [1, 0]
    [mail] = digests(2)
    assert "Permits one" in mail.get_content()
    assert TOLD not in mail.get_content()


def test_a_correction_of_what_a_person_may_not_read_is_not_told(meeting, follower, on_day):
    publish(meeting, "one", at=NOON - 9 * DAY, audience=Audience.RESTRICTED, changed_at=PUBLISHED)
    assert on_day(1) == 0


def test_a_practice_is_changed_when_a_correction_is_accepted(meeting, personas):
    practice = publish_practice(meeting, "PE")
    practice.published_at = NOON
    index_practice(practice, practice.latest)
    assert moments(practice.slug) == {(NOON, None)}
    content = {**practice.latest.content, "lessons": "Forty thousand."}
    row = correcting.propose_correction(practice, content=content, note="A number.", by=personas.secretariat)
    assert moments(practice.slug) == {(NOON, None)}, "what is proposed is not public"
    with standing_at(NOON + 2 * DAY):
        correcting.accept_correction(row, by=personas.secretariat)
    db.session.commit()
    assert moments(practice.slug) == {(NOON, NOON + 2 * DAY)}
    with standing_at(NOON + 9 * DAY):
        index_practices()
    assert moments(practice.slug) == {(NOON, NOON + 2 * DAY)}, "to index it anew changes nothing of it"


def test_a_version_that_was_accepted_before_it_was_published_is_no_change(meeting):
    practice = publish_practice(meeting, "PE", number=2)
    version = practice.latest
    version.number, practice.published_at = 2, NOON
    practice.reviews.append(Review(practice_version=version, decision=Decision.ACCEPT, at=NOON - DAY))
    index_practice(practice, version)
    assert moments(practice.slug) == {(NOON, None)}


def test_a_document_is_changed_by_a_new_language(meeting):
    document = issue(meeting)
    assert moments(document.slug) == {(NOON, None)}
    with standing_at(NOON + DAY):
        operations.add_made(document, "en", {"pdf": io.BytesIO(PDF)}, by=SYSTEM)
    db.session.commit()
    assert moments(document.slug) == {(NOON, NOON + DAY)}


def test_a_presentation_is_changed_by_what_is_filed_after_it_was_published(meeting):
    row = publish_presentation(meeting, "RCM")
    index_presentation(row, row.latest)
    key = f"{meeting.slug}:RCM"
    assert moments(key) == {(NOON, None)}
    values = {"language": "en", "content": row.content, "sha256": "0" * 64, "filed_at": NOON + DAY}
    row.versions.append(PresentationVersion(number=2, **values))
    db.session.flush()
    index_presentation(row, row.latest)
    assert moments(key) == {(NOON, NOON + DAY)}
