"""The pages on which a mechanism writes its presentation."""

import re

import pytest
import sqlalchemy as sa
from lxml import html

from app.audit.models import AuditEvent
from app.core.audience import Audience
from app.core.db import db
from app.jobs.models import Job
from app.meetings.enums import Stage
from app.presentations import queries
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation
from app.presentations.operations import publish_presentation
from app.presentations.policies import can_view_presentation
from app.search.models import SearchEntry
from app.summaries.queries import withdrawn_keys
from tests.client import filled, post_form, sign_in
from tests.documents.test_uploads import PDF, PNG, upload
from tests.factories.library import cited, publish_summary
from tests.factories.participants import make_person
from tests.factories.summaries import NOON, make_meeting, make_presentation

PAGE = "/sessions/cam-2026/presentations/RCM"
EDIT = f"{PAGE}/edit"
WITHDRAW = f"{PAGE}/withdraw"
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


def test_speakers_are_ticked_among_those_registered_or_written(client, personas, meeting):
    delegation = queries.delegation_presenting(personas.secretariat, "cam-2026", "RCM")
    make_person(delegation, "Ana Díaz", title="Ms")
    sign_in(client, personas.representative)
    line = "Ms Ana Díaz, Director of migration; Ministry of Foreign Affairs"
    values = TEXT | {"registered": line, "action": "save"}
    assert post_form(client, EDIT, values).status_code == 303
    ana = {"function": "Ms Ana Díaz, Director of migration", "institution": "Ministry of Foreign Affairs"}
    assert the_presentation().content["speakers"] == [ana, {"function": "Chair", "institution": "Presidency"}]
    page = html.document_fromstring(client.get(EDIT).text)
    assert page.xpath("//input[@name='registered' and @checked]/@value") == [line]
    assert page.get_element_by_id("speakers").text.strip() == "Chair; Presidency"
    stale = post_form(client, EDIT, values | {"version": "1", "speakers": "Somebody"})
    assert stale.status_code == 409
    kept = html.document_fromstring(stale.text)
    assert kept.xpath("//input[@name='registered' and @checked]/@value") == [line]
    assert kept.get_element_by_id("speakers").text.strip() == "Somebody"
    assert post_form(client, EDIT, values | {"registered": "Nobody"}).status_code == 422


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
    assert re.fullmatch(r"\d\d:\d\d \(.*UTC.*\)", kept.json["saved_at_text"])
    assert the_presentation().content["answers"] == {"1": "First words."}
    assert the_presentation().state is PresentationState.DRAFT
    data |= {"version": kept.json["version"], "answer_1": "First words, and more."}
    for _time in range(2):  # the answer to the first was never heard
        answer = client.post(f"{EDIT[:-5]}/autosave", data=data)
        assert (answer.status_code, answer.json["version"].partition(" ")[0]) == (200, str(the_presentation().version))
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
    assert the_presentation().working_slides == []
    assert client.get(f"/presentations/slides/{item}").status_code == 404


def test_withdrawing_and_publishing(client, personas, meeting):
    sign_in(client, personas.representative)
    post_form(client, EDIT, TEXT | {"action": "file"})
    post_form(client, WITHDRAW)
    assert the_presentation().state is PresentationState.WITHDRAWN
    assert client.get(WITHDRAW).location == EDIT, "there is nothing to withdraw"
    post_form(client, EDIT, {"action": "file"})
    sign_in(client, personas.secretariat)
    manage = "/sessions/cam-2026/manage/presentations"
    post_form(client, manage, action="/sessions/cam-2026/presentations/RCM/publish")
    assert the_presentation().published_at
    assert "Publish all that are filed" not in client.get(manage).text
    assert client.get(PAGE).status_code == 200


FIRST, SECOND = PDF, PDF.replace(b"1.7", b"1.6")


def send_slides(client, content: bytes, name: str) -> None:
    action = "/sessions/cam-2026/presentations/RCM/slides"
    assert post_form(client, EDIT, {"file": (upload(content).stream, name)}, action=action).status_code == 303


@pytest.fixture
def published(client, personas, meeting):
    """A presentation for everybody, filed with slides by its representative, who is signed in, and published."""
    sign_in(client, personas.representative)
    post_form(client, EDIT, TEXT | {"action": "save"})
    send_slides(client, FIRST, "first.pdf")
    post_form(client, EDIT, {"action": "file"})
    publish_presentation(the_presentation(), by=personas.secretariat)
    db.session.commit()
    return the_presentation()


def test_what_is_changed_on_a_published_one_holds_once_it_is_filed_again(client, app, personas, published):
    app.config["CACHE_PAGES"] = True
    reader = app.test_client()
    (first,) = published.slides
    changed = {"answer_1": "Three times.", "consent": "member_states", "language": "es", "action": "save"}
    post_form(client, EDIT, changed)
    send_slides(client, SECOND, "second.pdf")
    remove = f"/sessions/cam-2026/presentations/RCM/slides/{first.id}/remove"
    post_form(client, EDIT, action=remove)
    second = the_presentation().working_slides[0]
    assert "Something was changed after the last filing." in client.get(EDIT).text
    for who in (client, reader):
        page = who.get(PAGE).text
        assert "The conference met twice." in page
        assert "first.pdf" in page
        assert "second.pdf" not in page
    assert reader.get(f"/presentations/slides/{first.id}").data == FIRST
    assert reader.get(f"/presentations/slides/{second.id}").status_code == 404
    assert client.get(f"/presentations/slides/{second.id}").data == SECOND
    assert reader.get("/api/v1/presentations?per_page=5").json["items"][0]["language"] == "en"

    post_form(client, EDIT, {"action": "file"})
    assert "Something was changed" not in client.get(EDIT).text
    assert reader.get(PAGE).status_code == 404, "it is for member States now"
    assert reader.get("/sessions/cam-2026").text.count("/presentations/RCM") == 0
    assert reader.get(f"/presentations/slides/{second.id}").status_code == 404
    sign_in(client, personas.reader)
    page = client.get(PAGE).text
    assert "Three times." in page
    assert "second.pdf" in page
    assert "first.pdf" not in page
    assert client.get(f"/presentations/slides/{second.id}").data == SECOND
    assert client.get(f"/presentations/slides/{first.id}").status_code == 404
    entry = db.session.scalars(sa.select(SearchEntry).where(SearchEntry.kind == "presentation")).one()
    assert (entry.language, entry.audience) == ("es", Audience.MEMBER_STATES)


def test_filing_again_without_a_change_makes_no_version(client, published):
    post_form(client, EDIT, {"action": "file"})
    assert len(the_presentation().versions) == 1


def test_withdrawing_the_consent_takes_everything_down_at_once(client, app, personas, published):
    app.config["CACHE_PAGES"] = True
    reader = app.test_client()
    (item,) = published.slides
    published.meeting.stage = Stage.PUBLISHED
    publish_summary(published.meeting, [cited(published, "The conference met twice.", "answers.1")])
    db.session.commit()
    assert "The conference met twice." in reader.get(PAGE).text
    assert "met twice" in reader.get("/sessions/cam-2026/summary").text
    page = client.get(WITHDRAW).text
    assert "taken down at once" in page
    assert "A note says that the presentation was withdrawn." in page
    assert client.post(WITHDRAW).status_code == 400
    assert the_presentation().published_at

    post_form(client, WITHDRAW)
    note = reader.get(PAGE)
    assert note.status_code == 410
    assert "This presentation was withdrawn" in note.text
    assert "met twice" not in note.text
    assert reader.get(f"/presentations/slides/{item.id}").status_code == 410
    assert "/presentations/RCM" not in reader.get("/sessions/cam-2026").text
    assert "met twice" not in reader.get("/sessions/cam-2026/summary").text
    assert reader.get("/api/v1/presentations").json["items"] == []
    assert reader.get("/api/v1/sessions/cam-2026/presentations/RCM").status_code == 410
    assert db.session.scalars(sa.select(SearchEntry).where(SearchEntry.kind == "presentation")).all() == []
    assert db.session.scalars(sa.select(Job.kind).where(Job.kind == "summaries.render")).all()
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "withdraw_consent")).one()
    assert event.actor_id == personas.representative.id
    assert client.get(PAGE).status_code == 410
    sign_in(client, personas.secretariat)
    assert "The consent to publish it was withdrawn on" in client.get("/sessions/cam-2026/manage/presentations").text


def test_after_a_withdrawal_the_secretariat_decides_anew(client, app, personas, published):
    reader = app.test_client()
    post_form(client, WITHDRAW)
    refused = post_form(client, EDIT, {"action": "file"})
    assert "Say who may read it first." in refused.text
    post_form(client, EDIT, {"consent": "public", "action": "file"})
    assert "Not published yet" in client.get(PAGE).text
    assert reader.get(PAGE).status_code == 410
    key = f"presentation-{published.id}"
    assert key in withdrawn_keys(published.meeting_id), "what cites it stays hidden until it is published again"
    publish_presentation(the_presentation(), by=personas.secretariat)
    db.session.commit()
    assert "The conference met twice." in reader.get(PAGE).text
    assert key not in withdrawn_keys(published.meeting_id)


def test_what_was_published_meanwhile_is_not_taken_down_by_surprise(client, personas, meeting):
    sign_in(client, personas.representative)
    post_form(client, EDIT, TEXT | {"action": "file"})
    form = dict(html.document_fromstring(client.get(WITHDRAW).text).forms[-1].form_values())
    publish_presentation(the_presentation(), by=personas.secretariat)
    db.session.commit()
    assert client.post(WITHDRAW, data=form).status_code == 409
    assert the_presentation().published_at


@pytest.mark.parametrize("consent", list(Audience))
@pytest.mark.parametrize("distribution", list(Audience))
@pytest.mark.parametrize("shown", ["not yet", "published", "withdrawn"])
def test_visible_to_and_can_view_agree(app, personas, consent, distribution, shown):
    meeting = make_meeting(stage=Stage.IN_SESSION, distribution=distribution)
    personas.join(meeting)
    delegation = make_delegation_of(meeting)
    presentation = make_presentation(delegation, answers={"1": "Text."})
    presentation.consent = consent
    presentation.published_at = NOON if shown == "published" else None
    presentation.withdrawn_at = NOON if shown == "withdrawn" else None
    db.session.flush()
    for name, person in personas.items():
        listed = presentation in queries.presentations_of(person, meeting.id)
        participates = name in ("delegate_a", "delegate_b", "representative")
        assert (presentation in queries.published_presentations(person, meeting.id)) is (
            listed and shown == "published"
        )
        assert listed is can_view_presentation(person, presentation, participates=participates), name


def make_delegation_of(meeting):
    return queries.presenting_delegations(meeting.id)[0][0]


def body(response) -> str:
    return re.sub(r'name="csrf_token"[^>]*', "", response.text)


def test_a_mechanisms_draft_is_its_own_until_it_is_filed(client, personas, meeting):
    panel = "/sessions/cam-2026/manage/presentations"
    sign_in(client, personas.secretariat)
    before = body(client.get(panel))
    sign_in(client, personas.representative)
    assert post_form(client, EDIT, TEXT | {"action": "save"}).status_code == 303
    sign_in(client, personas.secretariat)
    assert client.get(EDIT).status_code == 403
    assert body(client.get(panel)) == before
    assert "Saved a presentation" not in client.get("/desk/cam-2026/trail").text
    sign_in(client, personas.representative)
    assert post_form(client, EDIT, TEXT | {"action": "file"}).status_code == 303
    sign_in(client, personas.secretariat)
    assert "The conference met twice." in client.get(EDIT).text
    sign_in(client, personas.representative)
    post_form(client, EDIT, TEXT | {"answer_1": "Changed again.", "action": "save"})
    sign_in(client, personas.secretariat)
    assert client.get(EDIT).status_code == 403


def test_what_the_secretariat_writes_for_a_mechanism_is_both_of_theirs(client, personas, meeting):
    sign_in(client, personas.secretariat)
    assert post_form(client, EDIT, TEXT | {"action": "save"}).status_code == 303
    assert "The conference met twice." in client.get(EDIT).text
    sign_in(client, personas.representative)
    assert "The conference met twice." in client.get(EDIT).text


def test_a_session_in_preparation_is_not_there_for_its_mechanisms(client, personas, meeting):
    meeting.stage = Stage.PREPARING
    db.session.commit()
    sign_in(client, personas.representative)
    assert client.get(EDIT).status_code == 404
    sign_in(client, personas.secretariat)
    assert client.get(EDIT).status_code == 200
