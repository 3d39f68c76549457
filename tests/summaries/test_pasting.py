"""What people copy from Word, LibreOffice and Google Docs comes in with its form and without its rubbish."""

from pathlib import Path

import pytest

from app.core.errors import TooLarge
from app.core.rich_text import as_html
from app.summaries.pasting import HTML_LIMIT, from_html

SAMPLES = Path(__file__).with_name("clipboard")
EXPECTED = {
    "word.html": "**Permisos** y *oficinas* “locales”[^1].\n\n- Primero\n  - Dentro\n- Segundo\n\nPaís | Permisos\n\n"
    "Perú | 12 000\n\n[^1]: Decreto 12 de 2024.",
    "google_docs.html": "**Bold** and *slanted* a\\*b\\_c\n\n1. One\n2. Two",
    "libreoffice.html": "Le **texte**[^1] « cité ».\n\n- un\n- deux\n\n[^1]: Note en bas.",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_form_is_kept_and_rubbish_is_not(name):
    text = from_html((SAMPLES / name).read_text())
    assert text.replace("\u00a0", " ") == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_comes_in_is_shown_as_it_was(name):
    html = as_html(from_html((SAMPLES / name).read_text()), notes="p")
    assert "<li>" in html
    assert ("footnotes" in html) == ("[^1]" in EXPECTED[name])


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>x", "x"),
        ("<p onclick=alert(1)>1 &lt; 2</p><p>a</p>", "1 < 2\n\na"),
        ("<script>alert(1)</script><style>p{}</style>said", "said"),
        ("<img src=x onerror=alert(1)><a href='javascript:alert(1)'>link</a>", "link"),
        ("<h2>Head</h2><p>Body</p>", "**Head**\n\nBody"),
        ("<table><tr><td>a<td>b</table>", "a | b"),
    ],
)
def test_whatever_is_pasted_gives_its_words(html, text):
    assert from_html(html) == text


def test_what_is_too_much_is_refused():
    with pytest.raises(TooLarge):
        from_html("x" * (HTML_LIMIT + 1))
