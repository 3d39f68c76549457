"""A generated library: as large as asked for, the same each time, and all works on it as on what people wrote."""

import random
import re

import pytest
import sqlalchemy as sa

from app.cli import scale
from app.cli.scale_text import Phrases, Story, with_prepositions
from app.core.db import db
from app.core.localized import LANGUAGES
from app.core.texts import fingerprint
from app.directory.reference import read
from app.meetings.models import Meeting
from app.practices.content import problems
from app.practices.indexing import index_practice
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import state_questions
from app.practices.translatable import passages_of
from app.practices.translation_models import PracticeLanguage
from app.practices.translation_queries import lines_in, translations_of
from app.search.models import SearchEntry
from app.summaries import publishing, queries
from app.summaries.models import Publication
from app.summaries.sources import sources_of

COUNT = 60
INDEXED = ("audience", "meeting_id", "title", "context", "text", "path", "places", "published_at", "facets", "words")


@pytest.fixture(scope="module")
def phrases():
    return Phrases()


@pytest.fixture
def library(app):
    assert scale.make_library(COUNT) == COUNT
    return app


def test_as_many_as_asked_for_by_sessions_and_nothing_twice(library):
    def number(model):
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))

    assert number(Practice) == number(PracticeVersion) == COUNT
    meetings = db.session.scalars(sa.select(Meeting)).all()
    assert len(meetings) == COUNT // scale.A_SESSION
    assert all(set(meeting.note) == set(LANGUAGES) for meeting in meetings), "each says that it is invented"
    entries = number(SearchEntry)
    assert scale.make_library(COUNT) == 0, "a second time there is nothing left to make"
    assert number(SearchEntry) == entries
    sums = {row.sha256 for row in db.session.scalars(sa.select(PracticeVersion))}
    assert len(sums) == COUNT


def test_the_index_holds_what_publication_would_have_put_there(library):
    def entries():
        statement = sa.select(SearchEntry).where(SearchEntry.kind == "practice")
        return {
            (row.key, row.language): tuple(getattr(row, name) for name in INDEXED)
            for row in db.session.scalars(statement.execution_options(populate_existing=True))
        }

    before = entries()
    for practice in db.session.scalars(sa.select(Practice)):
        index_practice(practice, practice.versions[-1])
    db.session.commit()
    assert len(before) > COUNT, "some are translated"
    after = entries()
    assert before.keys() == after.keys()
    for key, told in before.items():
        for name, ours, theirs in zip(INDEXED, told, after[key], strict=True):
            assert ours == theirs, (key, name)


def test_texts_are_what_a_delegation_could_have_submitted(library):
    for practice in db.session.scalars(sa.select(Practice)):
        version, questions = practice.versions[-1], state_questions(practice.meeting_id)
        assert version.sha256 == fingerprint(version.content)
        assert practice.content == version.content
        assert problems(version.template, version.content, questions) == []
        assert not re.search(r"[{}]", str(version.content["actions"]))
        rows = translations_of(practice.id)
        passages = passages_of(version, questions)
        for language in {row.language for row in rows}:
            assert all(line.fits for line in lines_in(language, passages, rows).values())
    for row in db.session.scalars(sa.select(PracticeLanguage)):
        assert (row.done, row.stale) == (row.wanted, 0)


def test_summaries_are_frozen_as_the_secretariat_s_would_be(library):
    for meeting in db.session.scalars(sa.select(Meeting)):
        summary = queries.summary_of(meeting.id)
        publication = db.session.scalars(sa.select(Publication).where(Publication.summary_id == summary.id)).one()
        assert publishing.freeze(summary, sources_of(meeting.id)) == publication.content


def test_pages_show_it(library, client):
    meeting = db.session.scalars(sa.select(Meeting).where(Meeting.distribution == "public").limit(1)).one()
    practice = db.session.scalars(
        sa.select(Practice).where(Practice.meeting_id == meeting.id, Practice.consent == "public").limit(1)
    ).one()
    slug = meeting.slug
    for path in (
        "/",
        f"/sessions/{slug}",
        f"/sessions/{slug}/practices",
        f"/sessions/{slug}/summary",
        f"/sessions/{slug}/documents",
        f"/practices/{practice.slug}",
        "/search?q=migrantes",
    ):
        assert client.get(path).status_code == 200, path


@pytest.mark.one_database("sqlite")
def test_the_same_number_gives_the_same_stories(phrases):
    def told(seed):
        story = Story(phrases, random.Random(seed), 2020)
        return [story.say_title("fr"), *(story.say(field, "pt") for field in story.plan)]

    assert told(1) == told(1)
    assert told(1) != told(2)


@pytest.mark.one_database("sqlite")
def test_every_sentence_can_be_said_in_every_language(phrases):
    story = Story(phrases, random.Random(1), 2020)
    themes = [rows for theme in phrases.themes.values() for rows in theme.values() if isinstance(rows, list)]
    banks = [*phrases.sentences.values(), phrases.titles, *(rows for rows in themes if isinstance(rows[0], list))]
    for row in (row for rows in banks for row in rows):
        assert len(row) == len(LANGUAGES), row
        for language in LANGUAGES:
            assert "{" not in story.sentence(row, story.title[1], language)


@pytest.mark.one_database("sqlite")
def test_words_are_as_unequal_as_in_a_library(phrases):
    chance = random.Random(3)
    towns = [phrases.town(chance) for _draw in range(4000)]
    assert len(set(towns)) > 1000
    assert towns.count(max(set(towns), key=towns.count)) > 100


@pytest.mark.parametrize(
    ("language", "phrase", "expected"),
    [
        ("es", "el registro civil", ("del registro civil", "al registro civil")),
        ("fr", "les réfugiés", ("des réfugiés", "aux réfugiés")),
        ("fr", "l'élevage", ("de l'élevage", "à l'élevage")),
        ("pt", "as mulheres", ("das mulheres", "às mulheres")),
        ("en", "the Ministry", ("of the Ministry", "to the Ministry")),
    ],
)
def test_articles_join_prepositions(language, phrase, expected):
    assert with_prepositions(phrase, language)[1:3] == expected


def test_sessions_share_all_practices_newer_ones_more():
    for count in (1, 7, 60, 1000, 100_000):
        sessions = scale.wanted(count, 2026)
        assert sum(session.practices for session in sessions) == count
    assert {session.year for session in sessions} == set(range(2005, 2027))
    assert {session.body for session in sessions} == set(scale.BODIES)


def test_its_codes_are_those_of_the_vocabularies(phrases):
    known = {name: {str(item["code"]) for item in rows["items"]} for name, rows in read("vocabularies.yaml").items()}
    assert set(phrases.themes) == known["themes"]
    for theme in phrases.themes.values():
        assert set(theme["gcm"]) <= known["gcm"]
        assert set(theme["sdg"]) <= known["sdg"]
        assert set(theme["populations"]) <= known["population"]
