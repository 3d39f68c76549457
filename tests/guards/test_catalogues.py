"""Every word a person reads is there in four languages."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("es", "fr", "pt")


def catalogue(language: str):
    path = ROOT / "app" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The messages that stand in the code now."""
    target = tmp_path_factory.mktemp("messages") / "messages.pot"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "babel.messages.frontend",
            "extract",
            "-F",
            "app/translations/babel.cfg",
            "-k",
            "_l",
            "-k",
            "lazy_gettext",
            "--no-location",
            "-o",
            str(target),
            "app",
            "templates",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    with target.open("rb") as file:
        return {message.id for message in read_po(file) if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_missing_or_fuzzy(language, collected):
    known = {message.id: message for message in catalogue(language) if message.id}
    missing = sorted(str(identity) for identity in collected if identity not in known)
    assert missing == []
    unfinished = [
        str(identity)
        for identity in collected
        if known[identity].fuzzy
        or not all(known[identity].string if isinstance(known[identity].string, tuple) else [known[identity].string])
    ]
    assert unfinished == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_their_placeholders(language):
    faults = []
    for message in catalogue(language):
        if message.id:
            faults += [f"{message.id}: {error}" for error in message.check()]
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language):
    from babel.messages.mofile import read_mo

    compiled = ROOT / "app" / "translations" / language / "LC_MESSAGES" / "messages.mo"
    with compiled.open("rb") as file:
        found = {_plain(message.id): _plain(message.string) for message in read_mo(file) if message.id}
    written = {_plain(message.id): _plain(message.string) for message in catalogue(language) if message.id}
    assert found == written


def _plain(value):
    return tuple(value) if isinstance(value, list | tuple) else value
