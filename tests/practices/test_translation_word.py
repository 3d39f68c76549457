"""A translation off line: a form with the original beside empty places, brought back by the way of drafts' forms."""

import io

import docx
import pytest

from app.core.db import db
from app.practices import translating
from app.practices.enums import TranslationStatus
from app.practices.queries import own_delegation
from tests.client import post_form, sign_in
from tests.factories.practices import submit
from tests.factories.word import TOKEN, made, matched, translation_shape
from tests.practices.test_word_answers import FILES
from tests.practices.test_word_pages import page_form, write
from tests.practices.translated import publish, resubmit, rows


@pytest.fixture
def practice(personas, meeting):
    made = submit(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a, lessons="Una lección.")
    db.session.commit()
    return made


@pytest.fixture
def staff(client, personas, practice):
    return sign_in(client, personas.secretariat)


def address(practice, rest=""):
    return f"/practices/{practice.id}/languages/en{rest}"


def fetched(client, practice):
    answer = client.get(address(practice, "/form.docx"))
    assert answer.status_code == 200
    return docx.Document(io.BytesIO(answer.data))


def sent(client, practice, document):
    target = io.BytesIO()
    document.save(target)
    target.seek(0)
    return post_form(client, address(practice, "/word"), {"file": (target, "form.docx")})


def take(client, practice, page, choices=(), **values):
    return client.post(address(practice, "/word/take"), data=page_form(page, choices, **values))


def test_what_libreoffice_saves_comes_back(app):
    form = matched((FILES / "translated.docx").read_bytes(), translation_shape())
    assert {code: one.value for code, one in form.found.items()} == {
        "title": "Temporary permit",
        "results": "First line\n\nAnother paragraph.",
        "actors.2.name": "An association",
    }
    assert form.leftovers == []
    assert form.token == TOKEN


def test_a_form_without_a_translation_says_nothing(app):
    form = matched(made({}, language="fr", of=translation_shape()), translation_shape())
    assert (form.found, form.leftovers) == ({}, [])


def test_the_original_stands_beside_what_is_translated(staff, personas, practice):
    translating.save_translations(
        practice, "en", of=practice.latest, texts={"title": "Temporary permit"}, by=personas.delegate_a
    )
    form = fetched(staff, practice)
    text = "\n".join(form.element.body.itertext())
    assert "Una lección." in text
    assert "Temporary permit" in text
    assert "[lessons]" in text


def test_each_text_is_taken_or_left(staff, personas, practice):
    translating.save_translations(
        practice, "en", of=practice.latest, texts={"title": "On line"}, by=personas.delegate_a
    )
    form = fetched(staff, practice)
    write(form, "title", "In the file")
    write(form, "lessons", "A lesson.", "And <b>another</b>.")
    page = sent(staff, practice, form)
    assert page.status_code == 200
    assert "made from the form of" not in page.text
    assert page_form(page.text)["choice-lessons"] == "take"
    assert '<div lang="es"><p>Una lección.</p></div>' in page.text, "the original stands beside both"
    told = "what you take of the file can be read at once"
    assert told not in page.text
    publish(practice, personas)
    assert told in staff.get(address(practice, "/word")).text
    assert told in sent(staff, practice, form).text
    assert take(staff, practice, page.text).status_code == 422
    answer = take(staff, practice, page.text, {"title": "leave"}, kind="machine", translator="Service")
    assert answer.status_code == 303
    found = rows(practice)
    assert found["lessons"].text == "A lesson.\n\nAnd <b>another</b>."
    assert (found["lessons"].status, found["lessons"].translator_name) == (TranslationStatus.MACHINE, "Service")
    assert found["title"].text == "On line"
    assert found["title"].by_delegation


def test_a_text_that_somebody_changed_meanwhile_is_not_overwritten(staff, personas, practice):
    form = fetched(staff, practice)
    write(form, "title", "In the file")
    page = sent(staff, practice, form)
    translating.save_translations(practice, "en", of=practice.latest, texts={"title": "Theirs"}, by=personas.delegate_a)
    db.session.commit()
    answer = take(staff, practice, page.text)
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert rows(practice)["title"].text == "Theirs"
    assert take(staff, practice, answer.text, {"title": "take"}).status_code == 303
    assert rows(practice)["title"].text == "In the file"


def test_a_file_made_of_an_older_version_is_stale_where_the_original_changed(staff, personas, practice):
    form = fetched(staff, practice)
    write(form, "lessons", "A lesson.")
    write(form, "title", "Permit")
    resubmit(practice, personas, lessons="Otra lección.")
    page = sent(staff, practice, form)
    assert "made from version 1 of the original" in page.text
    assert take(staff, practice, page.text).status_code == 303
    shown = staff.get(address(practice)).text
    assert "1 text was changed after it was translated" in shown
    assert "<del>Una</del><ins>Otra</ins> lección." in shown


def test_what_finds_no_place_is_shown_and_can_be_put_into_a_text(staff, practice):
    form = fetched(staff, practice)
    form.add_paragraph("A remark of the translator.")
    page = sent(staff, practice, form)
    assert "A remark of the translator." in page.text
    assert take(staff, practice, page.text, **{"into-0": "lessons"}).status_code == 303
    assert rows(practice)["lessons"].text == "A remark of the translator."


def test_a_file_of_something_else_is_said_to_be(staff, personas, practice):
    other = docx.Document()
    other.add_paragraph("[title]")
    other.add_paragraph("Permit")
    page = sent(staff, practice, other).text
    assert "not made from the form of this translation" in page
    assert post_form(staff, address(practice, "/word"), {}).status_code == 422
    for made_up in ("nonsense", '{"found": {"title": {"value": 5, "how": 0}}, "leftovers": []}'):
        assert take(staff, practice, page, read=made_up).status_code == 422
    assert staff.get(address(practice, "/word/take")).location.endswith("/en/word")


def test_too_long_a_text_is_refused_and_kept_on_the_page(staff, practice):
    form = fetched(staff, practice)
    write(form, "title", "x" * 600)
    page = sent(staff, practice, form)
    answer = take(staff, practice, page.text)
    assert answer.status_code == 413
    assert "x" * 600 in answer.text
    assert rows(practice) == {}
