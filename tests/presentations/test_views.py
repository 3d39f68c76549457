"""The pages on which a mechanism writes its presentation."""

import re

import pytest

from app.core.audience import Audience
from app.core.db import db
from app.meetings.enums import Stage
from app.presentations import queries
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation
from app.presentations.policies import can_view_presentation
from tests.client import filled, post_form, sign_in
from tests.documents.test_uploads import PDF, PNG, upload
from tests.factories.summaries import NOON, make_meeting, make_presentation

EDIT = "/sessions/cam-2026/presentations/RCM/edit"
TEXT = {
    "answer_1": "The conference met twice.",
    "answer_2": "A calendar would help.",
    "speakers": "Chair; Presidency",
    "language": "en",
    "consent": "public",
}


@pytest.fixture
def meeting(personas):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    personas.join(meeting)
    db.session.commit()
    return meeting


def the_presentation():
    db.session.expire_all()
    return db.session.query(Presentation).one()


def test_a_representative_drafts_and_files(client, personas, meeting):
    sign_in(client, personas.representative)
    assert post_form(client, EDIT, TEXT | {"action": "save"}).status_code == 303
    assert the_presentation().state is PresentationState.DRAFT
    assert post_form(client, EDIT, {"action": "file"}).status_code == 303
    assert the_presentation().latest.content["answers"]["1"] == "The conference met twice."
    assert "Version 1 was filed" in client.get(EDIT).text


def test_what_is_missing_is_said_and_the_text_kept(client, personas, meeting):
    sign_in(client, personas.representative)
    answer = post_form(client, EDIT, {"answer_1": "Only this.", "language": "en", "action": "file"})
    assert answer.status_code == 422
    assert "Answer question 2 first." in answer.text
    assert "Only this." in answer.text


def test_the_second_of_two_saves_sees_both_texts_and_can_merge(client, personas, meeting):
    sign_in(client, personas.representative)
    post_form(client, EDIT, TEXT | {"action": "save"})
    stale = str(the_presentation().version)
    post_form(client, EDIT, {"answer_1": "Somebody else's words.", "action": "save"})
    answer = post_form(client, EDIT, {"answer_1": "My words.", "version": stale, "action": "save"})
    assert answer.status_code == 409
    assert "Somebody else&#39;s words." in answer.text
    assert "My words." in answer.text
    fresh = str(the_presentation().version)
    merged = post_form(client, EDIT, {"answer_1": "Both words.", "version": fresh, "action": "save"})
    assert merged.status_code == 303
    assert the_presentation().content["answers"]["1"] == "Both words."


def test_a_presentation_is_kept_while_it_is_written(client, personas, meeting):
    sign_in(client, personas.representative)
    address, data, _multipart = filled(client, EDIT, {"answer_1": "First words.", "speakers": "Chair"})
    kept = client.post(f"{EDIT[:-5]}/autosave", data=data)
    assert kept.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d", kept.json["saved_at_text"])
    assert the_presentation().content["answers"] == {"1": "First words."}
    assert the_presentation().state is PresentationState.DRAFT
    data |= {"version": kept.json["version"], "answer_1": "First words, and more."}
    assert client.post(f"{EDIT[:-5]}/autosave", data=data).status_code == 200
    late = client.post(f"{EDIT[:-5]}/autosave", data=data | {"speakers": "Somebody"})
    assert (late.status_code, "Somebody saved this" in late.json["message"]) == (409, True)
    refused = client.post(address, data=data | {"answer_2": "Both are kept."})
    assert refused.status_code == 409
    assert "Changed by you" in refused.text
    long = data | {"version": str(the_presentation().version), "answer_1": "word " * 2000}
    assert client.post(f"{EDIT[:-5]}/autosave", data=long).status_code == 422
    assert the_presentation().content["answers"] == {"1": "First words, and more."}


def test_slides_come_and_go_and_wrong_ones_are_refused(client, personas, meeting):
    sign_in(client, personas.representative)
    post_form(client, EDIT, TEXT | {"action": "save"})
    slides = "/sessions/cam-2026/presentations/RCM/slides"
    sent = post_form(client, EDIT, {"file": (upload(PDF).stream, "slides.pdf")}, action=slides)
    assert sent.status_code == 303
    item = the_presentation().slides[0].id
    download = client.get(f"/presentations/slides/{item}")
    assert download.data == PDF
    wrong = post_form(client, EDIT, {"file": (upload(PNG).stream, "slides.pdf")}, action=slides)
    assert wrong.status_code == 422
    post_form(client, EDIT, action=f"{slides}/{item}/remove")
    assert the_presentation().slides == []
    assert client.get(f"/presentations/slides/{item}").status_code == 404


def test_withdrawing_and_publishing(client, personas, meeting):
    sign_in(client, personas.representative)
    post_form(client, EDIT, TEXT | {"action": "file"})
    post_form(client, EDIT, action="/sessions/cam-2026/presentations/RCM/withdraw")
    assert the_presentation().state is PresentationState.WITHDRAWN
    post_form(client, EDIT, {"action": "file"})
    sign_in(client, personas.secretariat)
    manage = "/sessions/cam-2026/manage/presentations"
    post_form(client, manage, action="/sessions/cam-2026/presentations/RCM/publish")
    assert the_presentation().published_at
    assert "Publish all that are filed" not in client.get(manage).text
    assert client.get("/sessions/cam-2026/presentations/RCM").status_code == 200


@pytest.mark.parametrize("consent", list(Audience))
@pytest.mark.parametrize("distribution", list(Audience))
@pytest.mark.parametrize("published", [False, True])
def test_visible_to_and_can_view_agree(app, personas, consent, distribution, published):
    meeting = make_meeting(stage=Stage.IN_SESSION, distribution=distribution)
    personas.join(meeting)
    delegation = make_delegation_of(meeting)
    presentation = make_presentation(delegation, answers={"1": "Text."})
    presentation.consent = consent
    presentation.published_at = NOON if published else None
    db.session.flush()
    for name, person in personas.items():
        listed = presentation in queries.presentations_of(person, meeting.id)
        participates = name in ("delegate_a", "delegate_b", "representative")
        assert listed is can_view_presentation(person, presentation, participates=participates), name


def make_delegation_of(meeting):
    return queries.presenting_delegations(meeting.id)[0][0]
