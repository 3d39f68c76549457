"""What all pictures share: the style of files, lines of text, faults of the process that makes a PNG."""

import re
import subprocess
from pathlib import Path

import pytest

from app.documents import typesetting
from app.documents.typesetting import RenderingError
from app.map import svg
from app.map.svg import Picture

ROOT = Path(__file__).resolve().parents[2]
FRAME = (ROOT / "templates/map/svg/_frame.svg").read_text(encoding="utf-8")
PAGES = (ROOT / "static/css/pages.css").read_text(encoding="utf-8")
TOKENS = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
RULE = re.compile(r"\.(drawn-[\w-]+) \{([^}]*)\}")
# On white paper, what is the page's own colour on a screen is white.
PAPER = "#ffffff"


def light() -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#\w{6});", TOKENS.split("@media")[0]))


def test_a_file_has_the_colours_of_the_pages_in_light():
    tokens = {**light(), "paper-raised": PAPER}
    in_pages = {
        name: re.sub(r"var\(--([\w-]+)\)", lambda found: tokens.get(found[1], found[0]), rule)
        for name, rule in RULE.findall(PAGES)
    }
    in_files = dict(RULE.findall(FRAME))
    assert len(in_files) > 15
    assert {name: rule for name, rule in in_files.items() if name != "drawn-title"} == in_pages


@pytest.mark.parametrize("name", ["network", "americas", "timeline"])
def test_a_drawing_uses_only_names_that_have_a_style(name):
    text = (ROOT / f"templates/map/svg/{name}.svg").read_text(encoding="utf-8")
    used = {
        word for words in re.findall(r'class="([^"]*)"', text) for word in re.findall(r"drawn-[a-z]+(?=[ \"]|$)", words)
    }
    assert used
    assert used <= {known for known, _rule in RULE.findall(PAGES)}


def test_a_caption_is_parted_into_lines_that_fit():
    text = "A line joins two mechanisms that have at least two members in common. " * 4
    lines = svg.wrapped(text, 300, 13)
    assert " ".join(lines) == text.strip()
    assert len(lines) > 3
    assert all(svg.text_width(line, 13) <= 300 for line in lines)
    assert svg.wrapped("Unbreakableword", 20, 13) == ["Unbreakableword"]


def test_what_is_too_long_ends_in_an_ellipsis():
    assert svg.shortened("Short", 200, 12) == "Short"
    cut = svg.shortened("Convention, protecting all migrant workers and members of their families", 70, 12)
    assert cut == "Convention…"
    assert svg.text_width(cut, 12) <= 70


def test_a_picture_that_typst_cannot_make_is_an_error(app, monkeypatch):
    def hang(command, **options):
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr(typesetting.subprocess, "run", hang)
    shapes = {"lines": [], "headings": [], "nodes": [], "legend": []}
    with app.test_request_context("/"), pytest.raises(RenderingError, match="30 seconds"):
        svg.as_file(Picture("network", "Of a test", "Caption.", 10, 10, shapes), "png", "2026-05-14")
