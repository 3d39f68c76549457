"""The pages of translations: text by text, beside the original."""

import pytest

from app.core.db import db
from app.practices import operations
from app.practices.enums import TranslationStatus
from app.practices.queries import own_delegation
from tests.client import fill, post_form, sign_in
from tests.factories.practices import fresh, submit
from tests.practices.translated import ROWS, address, publish, resubmit, rows, translate


@pytest.fixture
def practice(personas, meeting):
    delegation = own_delegation(personas.delegate_a, meeting.slug, "PE")
    made = submit(delegation, personas.delegate_a, actors=ROWS, summary="Primera línea.\n\nSegunda.")
    db.session.commit()
    return made


# Pages


@pytest.mark.parametrize("role", ["secretariat", "delegate_a"])
def test_original_and_translation_side_by_side(client, personas, practice, role):
    user = getattr(personas, role)
    sign_in(client, user)
    assert "0 of" in client.get(address(practice)).text
    answer = post_form(client, address(practice, "/en"), {"text-title": "Permit <script>", "translator": "Agency"})
    assert answer.status_code == 303
    page = client.get(address(practice, "/en")).text
    assert "Permit &lt;script&gt;" in page
    assert practice.latest.content["title"] in page
    assert f"Translated by Agency, {user.name}" in page
    assert rows(practice)["title"].by_delegation == (role == "delegate_a")
    named = post_form(client, address(practice, "/en"), {"translator": "Agency, in Lima"})
    assert (named.status_code, 'value="Agency, in Lima"' in named.text) == (422, True), "the name stays"
    assert post_form(client, address(practice, "/en"), {}).status_code == 303
    assert "nothing was saved" in client.get(address(practice, "/en")).text


def test_a_button_at_a_text_marks_it_and_returns_there(client, personas, practice):
    sign_in(client, personas.secretariat)
    values = {"text-title": "Permit", "text-summary": "In short", "action": "official:title"}
    url, data = address(practice, "/en"), values
    answer = post_form(client, url, {**data, "action": ["official:title"]})
    assert answer.location.endswith("/languages/en#passage-title")
    found = rows(practice)
    assert found["title"].status is TranslationStatus.OFFICIAL
    assert found["summary"].status is TranslationStatus.UNOFFICIAL
    post_form(client, url, {"action": ["official"]})
    assert {row.status for row in rows(practice).values()} == {TranslationStatus.OFFICIAL}
    post_form(client, url, {"action": ["unofficial:summary"]})
    assert rows(practice)["summary"].status is TranslationStatus.UNOFFICIAL


def test_a_button_that_is_none_takes_nothing_away(client, personas, practice):
    sign_in(client, personas.secretariat)
    url = address(practice, "/en")
    post_form(client, url, {"text-title": "Permit", "action": ["official:title"]})
    assert post_form(client, url, {"action": ["nonsense:title"]}).status_code == 422
    assert rows(practice)["title"].status is TranslationStatus.OFFICIAL


def test_what_was_changed_since_is_shown_word_by_word(client, personas, practice):
    translate(practice, personas.secretariat)
    resubmit(practice, personas, summary="Primera línea.\n\nTercera.")
    sign_in(client, personas.delegate_a)
    page = client.get(address(practice, "/en")).text
    assert "<del>Segunda.</del><ins>Tercera.</ins>" in page
    post_form(client, address(practice, "/en"), {"fitting": ["summary"]})
    assert "<del>" not in client.get(address(practice, "/en")).text


def test_what_is_refused_keeps_every_text(client, personas, practice):
    sign_in(client, personas.secretariat)
    answer = post_form(client, address(practice, "/en"), {"text-title": "x" * 600, "text-summary": "In short"})
    assert answer.status_code == 413
    assert "x" * 600 in answer.text
    assert "In short" in answer.text
    assert "a translation of this text may have 500" in answer.text
    assert rows(practice) == {}


def test_two_people_at_different_texts_both_save(client, personas, practice):
    sign_in(client, personas.secretariat)
    url = address(practice, "/en")
    page = client.get(url)
    translate(practice, personas.delegate_a, texts={"summary": "Theirs"})
    db.session.commit()
    where, data, _multipart = fill(page, url, {"text-title": "Mine"})
    assert client.post(where, data=data).status_code == 303
    assert {code: row.text for code, row in rows(practice).items()} == {"title": "Mine", "summary": "Theirs"}


def test_two_people_at_one_text_see_both(client, personas, practice):
    sign_in(client, personas.secretariat)
    url = address(practice, "/en")
    where, data, _multipart = fill(client.get(url), url, {"text-title": "Mine"})
    translate(practice, personas.delegate_a, texts={"title": "Theirs"})
    db.session.commit()
    answer = client.post(where, data=data)
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert "Mine" in answer.text
    assert rows(practice)["title"].text == "Theirs"
    where, data, _multipart = fill(answer, url)
    assert client.post(where, data=data).status_code == 303
    assert rows(practice)["title"].text == "Mine"


def test_nobody_marks_as_official_what_they_have_not_seen(client, personas, practice):
    translate(practice, personas.delegate_a, texts={"title": "Seen"})
    db.session.commit()
    sign_in(client, personas.secretariat)
    url = address(practice, "/en")
    where, data, _multipart = fill(client.get(url), url, {"action": ["official"]})
    translate(practice, personas.delegate_a, texts={"title": "Not seen"})
    db.session.commit()
    assert client.post(where, data=data).status_code == 409
    assert rows(practice)["title"].status is TranslationStatus.UNOFFICIAL


def test_others_find_nothing_of_it(client, personas, practice):
    publish(practice, personas)
    for role in ("delegate_b", "reader", "representative"):
        sign_in(client, getattr(personas, role))
        for rest in ("", "/en", "/en/form.docx", "/en/word", "/en/word/take"):
            assert client.get(address(practice, rest)).status_code == 404, (role, rest)
    sign_in(client, personas.secretariat)
    assert client.get(address(practice, "/es")).status_code == 404, "the original's language"
    assert client.get(address(practice, "/de")).status_code == 404


def test_a_draft_has_no_translations(client, personas, practice):
    resubmitted = fresh(practice)
    operations.return_practice(resubmitted, comment="More.", by=personas.secretariat)
    operations.save_draft(
        resubmitted, content={**resubmitted.content, "title": "Título secreto"}, by=personas.delegate_a
    )
    db.session.commit()
    for role in ("secretariat", "delegate_a"):
        sign_in(client, getattr(personas, role))
        page = client.get(address(practice, "/en")).text
        assert "Título secreto" not in page, "what was submitted is translated, not what is being changed"
