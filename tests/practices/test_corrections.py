"""Corrections of what was published in another template than the one in force, and how they stand to the deadline."""

import pytest

from app.core.db import db
from app.practices import building, correcting, operations
from app.practices.after_queries import open_correction
from app.practices.models import Practice
from app.practices.queries import own_delegation, state_questions
from tests.client import post_form, sign_in
from tests.factories.practices import change_template, full_content, submit

NOTE = "The number of permits was wrong."
WORDS = "Cuarenta mil permisos y no cincuenta mil."
ASKED = {"key": "f1", "kind": "long_text", "label": {"en": "Asked since"}, "required": True}
FILES = {"key": "f2", "kind": "files", "label": {"en": "Proof"}, "required": True}


@pytest.fixture
def published(practice, personas):
    operations.accept_practice(practice, by=personas.secretariat)
    operations.publish_practice(practice, by=personas.secretariat)
    db.session.commit()
    return practice


def fresh(practice) -> Practice:
    db.session.expire_all()
    return db.session.get_one(Practice, practice.id)


def page_of(practice) -> str:
    return f"/practices/drafts/{practice.id}/correction"


def changed(call) -> dict:
    """The form without a field, and with a text and a file that it did not ask for before."""
    template = building.without(call.template, "rights")
    for entry in (ASKED, FILES):
        template = building.with_field(template, entry, "about")
    return template


def test_a_correction_is_written_and_published_in_the_template_of_its_version(client, personas, meeting):
    row = submit(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a, rights="Derechos.")
    operations.accept_practice(row, by=personas.secretariat)
    operations.publish_practice(row, by=personas.secretariat)
    db.session.commit()
    change_template(meeting, changed(row.call), by=personas.secretariat)
    delegate, page = sign_in(client, personas.delegate_a), page_of(row)
    shown = delegate.get(page).text
    assert "Derechos." in shown
    assert "Asked since" not in shown
    assert post_form(delegate, page, {"note": NOTE, "lessons": WORDS}, action=page).status_code == 303
    correction = open_correction(fresh(row))
    review = f"/practices/corrections/{correction.id}"
    assert "Derechos." not in sign_in(client, personas.secretariat).get(review).text, "it changes nothing there"
    correcting.accept_correction(correction, by=personas.secretariat)
    db.session.commit()
    first, second = fresh(row).versions
    assert second.content == {**first.content, "lessons": WORDS}
    assert (first.template_number, second.template_number) == (1, 1)
    assert "Derechos." in sign_in(client, None).get(f"/practices/{row.slug}").text


def test_a_correction_stays_as_late_as_what_it_corrects(published, personas):
    published.latest.late = True
    content = full_content(lessons=WORDS)
    row = correcting.propose_correction(published, content=content, note=NOTE, by=personas.delegate_a)
    correcting.accept_correction(row, by=personas.secretariat)
    assert (published.latest.number, published.latest.late) == (2, True)


def test_answers_to_questions_that_are_put_no_more_stay_and_new_questions_hinder_nothing(published, personas, meeting):
    version = published.latest
    first, second = state_questions(meeting.id)[:2]
    version.content = {**version.content, "answers": {first.key: "Una respuesta.", "gone": "De antes."}}
    content = {**version.content, "lessons": WORDS, "answers": {first.key: "Otra."}}
    corrected, wrong = correcting.correction_text(version, content)
    assert corrected["answers"] == {"gone": "De antes.", first.key: "Otra."}
    assert (second.key in corrected["answers"], wrong) == (False, [])
    _text, wrong = correcting.correction_text(version, {**content, "answers": {}})
    assert [one.name for one in wrong] == [f"answers.{first.key}"]
