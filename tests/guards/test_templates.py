"""Templates keep the rules of the house."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "templates"
TEMPLATES = sorted(ROOT.rglob("*.html"))
IMPORT = re.compile(r"{%-?\s*from\s+\"[^\"]+\"\s+import\s+([^%]+?)\s*-?%}")


def code(path: Path) -> str:
    return re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_inline_style_script_or_unescaped_text(path):
    text = code(path)
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=[\"']", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?! type=\"application/ld\+json\">)", text)  # data is no script
    assert "|safe" not in text.replace(" ", "")
    assert "autoescape" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_imported_macro_is_used(path):
    text = code(path)
    for names in IMPORT.findall(text):
        for name in names.replace("with context", "").split(","):
            name = name.split(" as ")[-1].strip()
            uses = len(re.findall(rf"\b{name}\s*\(", IMPORT.sub("", text)))
            assert uses, f"{name} is imported and not used"


# A screen reader alone is told of ": name" after the words of a link; other colons are the language's (`|colon`).
JOINED = re.compile(r"}}(?:</\w+>)?:(?:\s|</)|~ \": ")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_label_is_joined_by_a_colon_of_our_own(path):
    assert not JOINED.findall(code(path))
