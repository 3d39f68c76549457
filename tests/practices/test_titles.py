"""What a published practice is called where it is listed: as its page would call it to the same reader."""

import pytest
from flask_babel import force_locale

from app.core.db import db
from app.core.localized import LANGUAGES
from app.library.practice_languages import translated
from app.practices.enums import TranslationStatus
from app.practices.queries import call_of
from app.practices.titles import Written, called
from app.practices.translating import save_translations
from tests.factories.library import publish_practice
from tests.factories.summaries import make_delegation, make_meeting
from tests.factories.titled import TITLED, translate
from tests.statements import count_statements


@pytest.fixture
def meeting(app):
    made = make_meeting()
    call_of(made.id).template = TITLED
    return made


@pytest.fixture
def practice(meeting):
    return publish_practice(meeting, "BR", language="pt", title="Zona de acolhida", summary="Uma zona.")


def named(practice, language: str):
    version = practice.versions[-1]
    with force_locale(language):
        title, summary = version.content["title"], version.content["summary"]
        return called([Written(practice.id, version.language, title, summary)])[practice.id]


def test_it_is_called_by_its_translation_and_else_as_it_was_written(personas, practice):
    translate(practice, personas.secretariat, "es", title="Zona de acogida")
    found = named(practice, "es")
    assert (found.title, found.title_lang, found.is_translated) == ("Zona de acogida", "es", True)
    assert (found.summary, found.summary_lang, found.original) == ("Uma zona.", "pt", "pt")
    for language in ("pt", "en", "fr"):
        assert named(practice, language)[:2] == ("Zona de acolhida", "pt")
        assert not named(practice, language).is_translated


def test_a_summary_is_translated_by_itself(personas, practice):
    translate(practice, personas.secretariat, "es", summary="Una zona.")
    found = named(practice, "es")
    assert (found.title_lang, found.summary, found.summary_lang) == ("pt", "Una zona.", "es")


def test_a_translation_of_what_was_changed_since_is_not_shown(personas, practice):
    translate(practice, personas.secretariat, "es", title="Zona de acogida")
    practice.versions[-1].content = {**practice.versions[-1].content, "title": "Zona de chegada"}
    db.session.flush()
    assert named(practice, "es")[:2] == ("Zona de chegada", "pt")


@pytest.mark.parametrize("status", [TranslationStatus.MACHINE, TranslationStatus.UNOFFICIAL])
@pytest.mark.parametrize("texts", [{"title": "Zona"}, {"context": "Contexto."}, {"title": "Zona", "summary": "Z."}])
def test_lists_and_the_page_follow_one_rule(personas, practice, texts, status):
    version = practice.versions[-1]
    save_translations(practice, "es", of=version, texts=texts, by=personas.secretariat, status=status)
    for content in (version.content, {**version.content, "title": "Outra zona"}):
        version.content = content
        db.session.flush()
        for language in LANGUAGES:
            reading = translated(version).get(language)
            shown = reading.content if reading else version.content
            its = {name: language if reading and name in reading.fields else "pt" for name in ("title", "summary")}
            found = named(practice, language)
            assert (found.title, found.title_lang) == (shown["title"], its["title"])
            assert (found.summary, found.summary_lang) == (shown["summary"], its["summary"])


def test_one_statement_for_however_many_and_none_in_the_reader_s_language(personas, meeting):
    delegation = make_delegation(meeting, "BR")
    made = [publish_practice(meeting, delegation=delegation, number=one, language="pt") for one in range(1, 5)]
    for practice in made:
        translate(practice, personas.secretariat, "es", title=f"Zona {practice.id}")
    rows = [Written(practice.id, "pt", practice.content["title"]) for practice in made]
    for some in (rows[:1], rows):
        with force_locale("es"), count_statements() as counted:
            found = called(some)
        assert counted.number == 1
        assert [one.title for one in found.values()] == [f"Zona {row.practice_id}" for row in some]
    with force_locale("pt"), count_statements() as counted:
        assert len(called(rows)) == 4
        assert called([]) == {}
    assert counted.number == 0
