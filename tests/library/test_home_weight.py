"""What the first visit to the home page takes on a poor line, and that nothing of it comes from elsewhere."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.core.db import db
from app.core.localized import LANGUAGES
from app.meetings.enums import Stage
from tests.factories.library import publish_practice
from tests.factories.summaries import make_meeting
from tests.practices.test_weight import COMPRESSED, latin, transferred

FIRST = 60 * 1024  # bytes, fonts and headers too
BASE = Path(__file__).resolve().parents[2] / "static/css/base.css"
FACE = re.compile(r'@font-face \{.*?url\("\.\./(?P<file>[^"]+)".*?font-weight: (?P<weight>[\d ]+);', re.S)


@pytest.fixture
def home(app):
    """The pages of the home, of a body whose session is published and whose next call is open."""
    publish_practice(make_meeting("2026", stage=Stage.PUBLISHED))
    make_meeting("2027", stage=Stage.CALL_OPEN)
    db.session.commit()
    return FlaskClient(app, app.response_class)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_visit_weighs_what_a_poor_line_can_carry(home, language):
    headers = COMPRESSED | {"Accept-Language": language}
    answer, plain = home.get("/", headers=headers), home.get("/", headers={"Accept-Language": language})
    page = html.fromstring(plain.text)
    assert page.get("lang") == language
    assert not {ord(char) for char in page.text_content()} - latin() - {0x0A, 0x202F, 0xA0}, "it needs one more font"
    parts = page.xpath("//link[@rel!='canonical' and @rel!='alternate']/@href | //script/@src | //img/@src")
    weights = {path: transferred(home.get(path, headers=headers, buffered=True)) for path in parts}
    fonts = [path for path in parts if path.endswith(".woff2")]
    assert len(fonts) == 2, "headings in one weight, the rest in one file for all"
    assert transferred(answer) + sum(weights.values()) < FIRST, (transferred(answer), weights)


def test_nothing_of_the_home_comes_from_elsewhere_or_stops_it_from_being_painted(home):
    page = html.fromstring(home.get("/").text)
    for address in page.xpath("//link[@rel!='canonical' and @rel!='alternate']/@href | //script/@src | //img/@src"):
        assert address.startswith("/static/"), address
    for script in page.xpath("//script"):
        assert script.get("type") == "module" or script.get("defer") is not None, "a script would be waited for"
    css = "".join(home.get(path, buffered=True).text for path in page.xpath("//link[@rel='stylesheet']/@href"))
    assert "@import" not in css
    assert not re.search(r"url\(\s*['\"]?(https?:)?//", css)
    assert css.count("@font-face") == css.count("font-display: fallback"), "text waits for no font"


def test_what_is_preloaded_is_what_the_style_names():
    faces = {match["file"]: match["weight"] for match in FACE.finditer(BASE.read_text())}
    static = Path(BASE).parents[1]
    assert all((static / file).is_file() for file in faces)
    assert {path.name for path in (static / "fonts").glob("*.woff2")} == {Path(file).name for file in faces}
    assert faces["fonts/source-serif-4-latin-600.woff2"] == "600"
