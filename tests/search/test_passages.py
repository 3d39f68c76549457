"""A hit leads to the passage that answers, in the language that answers."""

import pytest

from app.core.db import db
from app.core.localized import LocalizedText
from app.core.texts import fingerprint
from app.meetings.enums import Stage
from app.meetings.queries import findable
from app.practices.enums import TranslationStatus
from app.practices.indexing import index_practice
from app.practices.translation_models import PracticeTranslation
from app.presentations.indexing import index_presentation
from app.register.indexing import index_document
from app.search.asking import Asked, ask
from app.search.operations import joined
from app.summaries.indexing import index_publication
from tests.factories.library import publish_practice, publish_presentation, publish_summary
from tests.factories.register import issue
from tests.factories.summaries import NOON, make_meeting


def path(query: str, personas, language: str = "en") -> str:
    (hit,) = ask(Asked(query), findable(personas.anonymous), language=language).page.items
    return hit.path


@pytest.fixture
def meeting(personas):
    return make_meeting(stage=Stage.PUBLISHED)


def test_a_practice_s_field_and_answer_with_the_words(meeting, personas):
    publish_practice(
        meeting, results="Nothing much.\n\nThen: forty quokkas were given, at last.", answers={"1": "A wombat, too."}
    )
    db.session.commit()
    address = "/practices/CAM-2026-GP-PER-01"
    assert path("quokka", personas) == f"{address}#field-results:~:text=forty%20quokkas%20were%20given%2C%20at%20last"
    assert path("wombat", personas) == f"{address}#field-answers.1:~:text=A%20wombat%2C%20too"


def test_a_translation_and_its_original_each_in_its_language(meeting, personas):
    practice = publish_practice(meeting, results="Cuarenta permisos.", language="es")
    row = PracticeTranslation(
        practice_id=practice.id, language="en", field="results", text="Forty quokkas.",
        source_sha256=fingerprint("Cuarenta permisos."), status=TranslationStatus.UNOFFICIAL, translator_name="",
        by_delegation=False, checked_by_delegation=False, saved_at=NOON,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    index_practice(practice, practice.versions[0])
    db.session.commit()
    address = "/practices/CAM-2026-GP-PER-01"
    assert path("quokkas", personas) == f"{address}?text=en#field-results:~:text=Forty%20quokkas"
    assert path("cuarenta", personas) == f"{address}?text=original#field-results:~:text=Cuarenta%20permisos"


def test_an_answer_of_a_presentation(meeting, personas):
    presentation = publish_presentation(meeting, answers={"1": "Pace.", "2": "One calendar."})
    index_presentation(presentation, presentation.versions[0])
    db.session.commit()
    address = "/sessions/cam-2026/presentations/RCM"
    assert path("calendar", personas) == f"{address}#field-answers.2:~:text=One%20calendar"


def test_a_paragraph_in_the_language_found(meeting, personas):
    def write(content):
        for one in content["sections"][0]["paragraphs"]:
            one["text"] = {"en": "Delegations gave permits.", "es": "Las delegaciones dieron permisos."}
        return content

    index_publication(publish_summary(meeting, change=write), meeting)
    db.session.commit()
    address = "/sessions/cam-2026/summary?language=es#paragraph-1"
    assert path("dieron", personas) == f"{address}:~:text=Las%20delegaciones%20dieron%20permisos"


def test_a_title_alone_leads_to_the_page(meeting, personas):
    publish_practice(meeting, title="Quokkas")
    db.session.commit()
    assert path("quokkas", personas) == "/practices/CAM-2026-GP-PER-01"


def test_a_document_is_found_by_each_title_and_is_in_the_languages_of_its_files(meeting, personas):
    document = issue(meeting, title=LocalizedText(en="A quokka paper", es="Un documento de quokkas"))
    filed = sorted(row.language for row in document.languages if row.number)
    assert filed == ["es"]
    index_document(document, {"es": "Dice algo de wombats."})
    db.session.commit()
    answer = ask(Asked("quokka"), findable(personas.anonymous), language="en")
    assert [hit.title for hit in answer.page.items] == ["A quokka paper"]
    assert [(counted.code, counted.number) for counted in answer.facets["language"]] == [("es", 1)]
    assert path("wombats", personas) == f"/documents/{document.slug}#language-es"
    only = ask(Asked("quokka", {"language": ("en",)}), findable(personas.anonymous), language="en")
    assert only.page.total == 0


@pytest.mark.one_database
def test_texts_are_joined_and_each_begins_where_it_is_said_to():
    text, places = joined([("a", "One."), ("b", "Two.\nThree."), ("c", "Four.")])
    assert [text[start:].split("\n\n")[0] for start, _anchor in places] == ["One.", "Two.\nThree.", "Four."]
    assert [anchor for _start, anchor in places] == ["a", "b", "c"]
