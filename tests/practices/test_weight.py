"""What a draft's page takes on a poor line, fonts and headers too, as the application serves it."""

import re
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient
from lxml import html

from app.core.db import db
from app.core.localized import LANGUAGES
from app.directory.reference import DATA, read
from app.practices.queries import call_of, own_delegation, state_questions
from app.practices.template import Kind, fields
from tests.client import sign_in
from tests.factories.practices import make_open_meeting, start

FIRST, AFTER = 120 * 1024, 20 * 1024  # bytes
LONGEST = 3 * 1024  # more after the first time, where every text is as long as the form takes it (docs/performance.md)
COMPRESSED = {"Accept-Encoding": "gzip, deflate, br"}
BASE = Path(__file__).resolve().parents[2] / "static/css/base.css"


def transferred(answer) -> int:
    """The bytes of an answer on the line: its status line, headers and body."""
    return len(answer.data) + sum(len(name) + len(value) + 4 for name, value in answer.headers) + 19


def latin() -> set[int]:
    """The characters for which the browser needs no more fonts than those that every page names."""
    css = BASE.read_text()
    ranges = re.search(r"sans-3-latin.woff2.*?unicode-range: ([^;]+);", css, re.S)[1]
    assert css.index("sans-3-latin-ext.woff2") < css.index("sans-3-latin.woff2"), (
        "the last of two that have it is taken"
    )
    ends = [part.strip().removeprefix("U+").split("-") for part in ranges.split(",")]
    return {code for pair in ends for code in range(int(pair[0], 16), int(pair[-1], 16) + 1)}


def longest(call, questions) -> dict:
    """The texts of a draft, each as long as the form takes it and none twice, in the demonstration's words."""
    stories = [
        read(f"demo/practices/{path.name}")["content"] for path in sorted((DATA / "demo/practices").glob("*.yaml"))
    ]
    words = iter(" ".join(text for story in stories for text in story.values() if isinstance(text, str)).split())
    texts = [field for field in fields(call.template) if field.kind is Kind.LONG_TEXT]
    answers = {one.key: " ".join(next(words) for _word in range(one.word_limit)) for one in questions}
    return {**{one.key: " ".join(next(words) for _word in range(one.limit)) for one in texts}, "answers": answers}


@pytest.mark.parametrize(("language", "long"), [*((code, False) for code in LANGUAGES), ("fr", True)])
def test_a_draft_s_page_weighs_what_a_poor_line_can_carry(app, personas, language, long):
    meeting = make_open_meeting()
    personas.join(meeting)
    text = longest(call_of(meeting.id), state_questions(meeting.id)) if long else {}
    draft = start(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a, **text)
    db.session.commit()
    browser = sign_in(FlaskClient(app, app.response_class), personas.delegate_a)
    browser.set_cookie("plenaria_language", language)
    url = f"/practices/drafts/{draft.id}"
    answer, plain = browser.get(url, headers=COMPRESSED), browser.get(url)
    assert answer.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert len(brotli.decompress(answer.data)) == len(plain.data)
    page = html.fromstring(plain.text)
    named = {f"/static/{path}" for path in re.findall(r'url\("\.\./([^"]+)"\)', BASE.read_text())}
    assert set(page.xpath("//link[@rel='preload']/@href")) <= named, "the browser would fetch a font twice"
    parts = page.xpath("//link[@rel!='canonical']/@href | //script/@src | //img/@src")
    assert {path.rsplit("/", 1)[1].split("?")[0] for path in parts} >= {"autosave.js", "components.css"}
    weights = {path: transferred(browser.get(path, headers=COMPRESSED, buffered=True)) for path in parts}
    assert not {ord(char) for char in html.tostring(page, encoding="unicode")} - latin() - {10}, (
        "it needs one more font"
    )
    assert not page.xpath("//em | //i | //cite"), "it needs one more font"
    assert page.get("lang") == language
    again, first = transferred(answer), transferred(answer) + sum(weights.values())
    more = LONGEST if long else 0
    assert (again < AFTER + more, first < FIRST) == (True, True), f"{first} bytes first, {again} after"
