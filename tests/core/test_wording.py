"""Days as people write them, in each language."""

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale
from markupsafe import Markup

from app.core.localized import LANGUAGES
from app.core.wording import foreign_language, language_in_words, moment_text, show_day, show_days, with_colon

MAY = date(2028, 5, 8)


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (MAY, MAY, "8 May 2028"),
        (MAY, date(2028, 5, 9), "8 to 9 May 2028"),
        (date(2028, 4, 30), date(2028, 5, 1), "30 April 2028 to 1 May 2028"),
        (datetime(2028, 5, 8, 14, tzinfo=UTC), datetime(2028, 5, 10, 3, tzinfo=UTC), "8 to 9 May 2028"),
    ],
)
def test_a_range_of_days_names_its_month_once(app, first, last, shown):
    with force_locale("en"):
        assert show_days(first, last, "America/New_York") == shown


def test_the_first_of_a_month_is_an_ordinal_in_french_alone(app):
    first = datetime(2028, 2, 1, 15, tzinfo=UTC)
    with force_locale("fr"):
        assert show_day(first) == "1er février 2028"
        assert show_day(date(2028, 2, 11)) == "11 février 2028"
        assert moment_text(first).startswith("1er février 2028, 15:00")
        assert "1er" in show_days(first, date(2028, 2, 3))
    with force_locale("es"):
        assert show_day(first) == "1 de febrero de 2028"


def test_a_language_is_named_in_the_reader_s_own(app):
    named = {}
    for reader in LANGUAGES:
        with force_locale(reader):
            named[reader] = [language_in_words(code) for code in ("en", "es")]
    assert named == {
        "en": ["English", "Spanish"],
        "es": ["inglés", "español"],
        "fr": ["anglais", "espagnol"],
        "pt": ["inglês", "espanhol"],
    }


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "Kind:"), ("es", "Kind:"), ("fr", "Kind\N{NO-BREAK SPACE}:"), ("pt", "Kind:")]
)
def test_a_colon_is_set_as_the_language_does(app, language, shown):
    with force_locale(language):
        assert with_colon("Kind") == shown
        assert with_colon("") == shown.removeprefix("Kind"), "after an element"
        assert with_colon(Markup("<b>Kind</b>")) == f"<b>Kind</b>{shown.removeprefix('Kind')}"
        assert isinstance(with_colon(Markup("Kind")), Markup)
        assert not isinstance(with_colon("<Kind>"), Markup), "whoever shows it escapes it"


def test_another_language_than_the_screen_s_is_named_by_its_own_name(app):
    with force_locale("es"):
        assert [foreign_language(code) for code in LANGUAGES] == ["English", "", "Français", "Português"]
        assert foreign_language("") == ""
