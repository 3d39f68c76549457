"""Did you mean: one letter away, of texts that the reader may find."""

import pytest
import sqlalchemy as sa

from app.core.audience import Audience
from app.core.db import db
from app.search import spelling
from app.search.asking import Asked, ask
from app.search.models import SearchEntry
from app.search.operations import index_entry
from app.search.spelling import near

WORDS = "La interiorização de migrantes, a lei de refúgio e a regularização."


@pytest.fixture
def indexed(app):
    for key, text in {"a": WORDS, "b": "A regularização.", "c": "A rogularizacao."}.items():
        index_entry(
            kind="practice", key=key, language="pt", audience=Audience.RESTRICTED if key == "c" else Audience.PUBLIC,
            meeting_id=7, title="Título", text=text, path="/x",
        )  # fmt: skip
    db.session.commit()


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("interiorisação", "interiorização"),
        ("Interiorizaçao migrnates", "Interiorizaçao migrantes"),
        ("lei de refuggio", "lei de refúgio"),
        ("rogularização", "regularização"),
        ("xylophone", ""),
        ("regularização", ""),
        ("interiorisação xylophone", ""),
        ('"lei de refuggio"', '"lei de refúgio"'),
        ("abc", ""),
    ],
)
def test_what_is_offered(indexed, query, offered):
    assert ask(Asked(query), SearchEntry.audience == Audience.PUBLIC, language="pt").offered == offered


def test_a_word_that_somebody_may_read_is_no_mistake(indexed):
    assert ask(Asked("rogularizacao"), sa.true(), language="pt").offered == ""


def test_one_letter_more_or_less_or_another_or_two_changed_about():
    assert {"ley", "lay", "leyy", "le", "eyl", "lyes"} & near("lye") == {"ley", "le", "lyes"}
    assert "lye" not in near("lye")


def test_no_more_queries_are_tried_than_are_allowed(indexed, monkeypatch):
    tried = []
    monkeypatch.setattr(spelling, "_written_so", lambda word, *_more: [f"{word.plain}{end}" for end in "abc"])
    monkeypatch.setattr(spelling, "_finds", lambda query, *_more: tried.append(query))
    assert ask(Asked("xyloph zzzzz qqqqq"), sa.true(), language="pt").offered == ""
    assert len(tried) == spelling.MOST_TRIES
    assert tried[0] == "xylopha zzzzza qqqqqa", "the likeliest first"
