"""What means what was asked for is added to what has the words, however much has them, and within what is chosen."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import sqlalchemy as sa
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.core.encoder import NUMBERS
from app.meetings.enums import Stage
from app.search import meaning
from app.search.asking import MOST_NEAR, PER_PAGE, Asked, ask
from app.search.models import SearchEntry
from app.search.operations import forget, index_entries, keep_vectors
from app.search.retrieving import Limit
from tests.factories.summaries import make_meeting

EVERYTHING = sa.true()
WORDED = 2 * PER_PAGE + 5
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def library(personas, monkeypatch):
    """Things of Peru that have the word, forty of Chile that mean it, each less than the one before, and one of Brazil
    that means it least; those that mean it are the newest."""
    meeting = make_meeting(stage=Stage.PUBLISHED)
    texts = [(f"w{number}", "Permits", "PE") for number in range(WORDED)]
    texts += [(f"n{number:02}", "Visas", "CL") for number in range(40)] + [("last", "Visas", "BR")]
    index_entries(
        {
            "kind": "practice", "key": key, "language": "en", "audience": Audience.PUBLIC, "meeting_id": meeting.id,
            "title": key, "text": text, "path": f"/practices/{key}", "facets": {"state": [state]},
            "published_at": BEGAN + timedelta(days=number),
        }
        for number, (key, text, state) in enumerate(texts)
    )  # fmt: skip
    vectors = {}
    for entry in db.session.scalars(sa.select(SearchEntry).where(SearchEntry.text == "Visas")):
        row = np.zeros(NUMBERS, dtype="<f4")
        row[0] = 0.3 if entry.key == "last" else 0.9 - int(entry.key[1:]) / 100
        vectors[entry.id] = row.tobytes()
    keep_vectors(vectors, meaning.model())
    db.session.commit()
    asked = np.zeros(NUMBERS, dtype=np.float32)
    asked[0] = 1
    monkeypatch.setattr(meaning, "_asked", lambda text, language: asked)
    monkeypatch.setattr(meaning, "can_answer", lambda: True)


def found(asked: Asked, **how) -> list:
    """All hits of all pages."""
    hits, page = [], 1
    while True:
        answer = ask(Asked(asked.text, asked.filters, asked.sort, page=page), EVERYTHING, language="en", **how)
        hits += answer.page.items
        if page >= answer.page.pages:
            return hits
        page += 1


@pytest.mark.parametrize("sort", ["", "newest", "oldest"])
def test_the_nearest_come_after_all_that_has_the_words(library, sort):
    hits = found(Asked("permits", sort=sort))
    assert [hit.by_meaning for hit in hits] == [False] * WORDED + [True] * MOST_NEAR
    assert [hit.key for hit in hits[WORDED:]] == [f"n{number:02}" for number in range(MOST_NEAR)]


def test_they_are_chosen_within_what_is_chosen(library):
    assert [hit.key for hit in found(Asked("permits", {"state": ("BR",)}))] == ["last"]
    assert len(found(Asked("permits", {"state": ("BR", "PE")}))) == WORDED + 1


def test_they_are_chosen_within_what_may_be_found(library):
    few = SearchEntry.meeting_id < 0
    assert ask(Asked("permits"), few, language="en").page.total == 0


def test_a_thing_in_many_languages_counts_once_and_is_shown_in_the_readers(library):
    """Where the nearest of its languages is another one, too."""
    meeting_id = db.session.scalars(sa.select(SearchEntry.meeting_id)).first()
    index_entries(
        {
            "kind": "paragraph", "key": f"p{number:02}", "language": language, "audience": Audience.PUBLIC,
            "meeting_id": meeting_id, "title": f"Title {language}", "text": "Visas", "path": f"/paragraphs/{number}",
            "facets": {"state": ["HT"]},
        }
        for number in range(MOST_NEAR + 5) for language in ("en", "es", "fr", "pt")
    )  # fmt: skip
    vectors = {}
    for entry in db.session.scalars(sa.select(SearchEntry).where(SearchEntry.kind == "paragraph")):
        row = np.zeros(NUMBERS, dtype="<f4")
        row[0] = (0.9 if entry.language == "fr" else 0.5) - int(entry.key[1:]) / 100
        vectors[entry.id] = row.tobytes()
    keep_vectors(vectors, meaning.model())
    db.session.commit()
    hits = found(Asked("permits", {"state": ("HT",)}))
    assert [hit.key for hit in hits] == [f"p{number:02}" for number in range(MOST_NEAR)]
    assert {(hit.language, hit.title) for hit in hits} == {("en", "Title en")}
    french = found(Asked("permits", {"state": ("HT",), "language": ("fr",)}))
    assert [hit.language for hit in french] == ["fr"] * MOST_NEAR


def test_they_can_be_left_out_and_phrases_have_none(library):
    assert len(found(Asked("permits"), by_meaning=False)) == WORDED
    assert len(found(Asked('"permits here"'))) == 0


def test_the_page_leads_to_where_they_begin(library, client):
    page = html.document_fromstring(client.get("/search?q=permits").text)
    (link,) = page.xpath("//a[contains(., 'found by their meaning')]")
    assert link.text.startswith("20 of them are found by their meaning")
    assert link.get("href") == "/search?q=permits&page=3"
    last = client.get(link.get("href")).text
    assert "By its meaning: it does not have all your words." in last
    assert "found by their meaning" not in last


class Ending(Limit):
    """A limit that ends after so many looks at it."""

    def __init__(self, looks: int) -> None:
        super().__init__(60)
        self.looks = looks

    def left(self) -> float:
        self.looks -= 1
        if self.looks < 0:
            self._until = 0
        return super().left()


def test_where_time_ends_what_has_the_words_stays_found(library):
    ask(Asked("permits"), EVERYTHING, language="en")  # the index is read
    answer = ask(Asked("permits", sort="newest"), EVERYTHING, language="en", limit=Ending(1))
    assert (answer.page.total, answer.cut, answer.near) == (WORDED, False, 0)


def test_where_time_ends_while_they_are_ordered_it_is_said(library):
    answer = ask(Asked("permits"), EVERYTHING, language="en", limit=Ending(10))
    assert (answer.cut, answer.page.items) == (True, [])
    assert ask(Asked("permits"), EVERYTHING, language="en", limit=Ending(0)).cut


def test_a_vector_made_anew_stands_in_the_place_of_the_one_before(library):
    ask(Asked("permits"), EVERYTHING, language="en")
    entry = db.session.scalars(sa.select(SearchEntry).where(SearchEntry.key == "n00")).one()
    keep_vectors({entry.id: np.zeros(NUMBERS, dtype="<f4").tobytes()}, meaning.model())
    db.session.commit()
    assert "n00" not in {hit.key for hit in found(Asked("permits"))}
    likenesses = meaning._likenesses()
    assert len(set(likenesses.ids.tolist())) == len(likenesses.ids) == 41


def test_what_is_gone_is_kept_no_longer(library):
    """Its number may be given to another entry, which has no vector yet."""
    ask(Asked("permits"), EVERYTHING, language="en")
    gone = db.session.scalars(sa.select(SearchEntry.id).where(SearchEntry.key == "n00")).one()
    forget("practice", "n00")
    db.session.commit()
    ask(Asked("permits"), EVERYTHING, language="en")
    likenesses = meaning._likenesses()
    assert gone not in likenesses.ids
    assert len(likenesses.ids) == len(likenesses.rows) == 40


class TestLoading:
    """What happens where the encoder cannot be loaded."""

    @pytest.fixture
    def loading(self, app, monkeypatch):
        monkeypatch.setattr(meaning, "is_on", lambda: True)
        monkeypatch.setattr(meaning, "_ready", meaning.Event())
        monkeypatch.setattr(meaning, "_loading", {"times": 0, "next": 0.0})
        monkeypatch.setattr(meaning, "Thread", AtOnce)
        return app

    def test_it_is_told_once_and_tried_a_few_times(self, loading, monkeypatch, caplog):
        tried = []

        def fail(app):
            tried.append(app)
            raise OSError("no such file")

        monkeypatch.setattr(meaning, "prepare", fail)
        for _search in range(3):
            assert not meaning.can_answer()
        assert len(tried) == 1, "not at each search"
        for _search in range(10):
            meaning._loading["next"] = 0.0
            assert not meaning.can_answer()
        assert len(tried) == meaning.MOST_LOADS
        assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
            "the encoder cannot be loaded: searches are answered by words alone"
        ]

    def test_it_is_loaded_once(self, loading, monkeypatch):
        loaded = []
        monkeypatch.setattr(meaning, "prepare", lambda app: (loaded.append(app), meaning._ready.set()))
        assert [meaning.can_answer() for _search in range(3)] == [False, True, True]
        assert len(loaded) == 1

    def test_the_page_says_that_more_comes_while_it_is_loaded(self, loading, client, monkeypatch):
        monkeypatch.setattr(meaning, "prepare", lambda app: None)
        monkeypatch.setattr(meaning, "Thread", Later)
        said = "In a few seconds it finds by meaning too"
        assert said in client.get("/search?q=permits").text
        assert said in client.get("/search?q=permits").text
        assert said not in client.get("/search?state=PE").text
        meaning._ready.set()
        assert not meaning.is_coming()
        meaning._ready.clear()
        meaning._loading["next"] = meaning.time.monotonic() + 60  # it failed
        assert said not in client.get("/search?q=permits").text


class Later:
    """In place of a thread that is still at work."""

    def __init__(self, **_thread) -> None:
        pass

    def start(self) -> None:
        pass


class AtOnce:
    """In place of a thread: what it would do, done when it starts."""

    def __init__(self, target, args, **_more) -> None:
        self.do = lambda: target(*args)

    def start(self) -> None:
        self.do()
