"""The secretariat's pages of a session."""

import sqlalchemy as sa

from app.core.db import db
from app.meetings import operations, queries
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from tests.client import post_form, sign_in
from tests.factories.summaries import make_delegation, make_meeting

NEW = {
    "mechanism": "CAM",
    "code": "2027",
    "title-en": "Annual session",
    "title-es": "Sesión anual",
    "mandate_resolution": "AG/RES. 2988 (LII-O/22)",
    "mandate_paragraph": "56",
    "zone": "America/New_York",
    "starts_at": "2077-02-01T10:00",
    "ends_at": "2077-02-02T17:00",
    "languages": ["en", "es"],
}


def test_a_session_is_created_and_its_moments_are_kept_in_its_zone(client, personas):
    sign_in(client, personas.secretariat)
    answer = post_form(client, "/sessions/new/blank", NEW)
    assert answer.location.endswith("/sessions/cam-2027/manage/agenda")
    meeting = db.session.scalars(sa.select(Meeting)).one()
    assert meeting.starts_at.isoformat() == "2077-02-01T15:00:00+00:00"
    assert meeting.languages == ["en", "es"]


def test_crossing_dates_come_back_at_the_field_with_what_was_written(client, personas):
    sign_in(client, personas.secretariat)
    answer = post_form(client, "/sessions/new/blank", NEW | {"ends_at": "2077-01-31T17:00"})
    assert answer.status_code == 422
    assert "The session ends before it starts." in answer.text
    assert "Sesión anual" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 0


def test_a_skipped_hour_is_refused(client, personas):
    sign_in(client, personas.secretariat)
    answer = post_form(
        client, "/sessions/new/blank", NEW | {"starts_at": "2027-03-14T02:30", "ends_at": "2027-03-15T17:00"}
    )
    assert answer.status_code == 422
    assert "this hour does not exist there" in answer.text


def test_the_second_of_two_saves_is_told_and_keeps_its_text(client, personas):
    make_meeting()
    sign_in(client, personas.secretariat)
    client.get("/sessions/cam-2026/manage/facts")
    meeting = db.session.scalars(sa.select(Meeting)).one()
    stale = meeting.version
    meeting.chair = {"en": "Saved by somebody else"}
    db.session.commit()
    answer = post_form(client, "/sessions/cam-2026/manage/facts", {"title-en": "Mine", "version": str(stale)})
    assert answer.status_code == 409
    assert "Mine" in answer.text
    db.session.expire_all()
    assert db.session.scalars(sa.select(Meeting)).one().title["en"] == "Annual session (en)"


def test_items_and_questions_are_added_moved_and_deleted(client, personas):
    meeting = make_meeting(stage=Stage.PREPARING)
    sign_in(client, personas.secretariat)
    base = "/sessions/cam-2026/manage"
    post_form(client, f"{base}/agenda", {"title-en": "Closing", "kind": "closing", "day": "1", "minutes": "15"})
    closing = queries.agenda_of(meeting.id)[-1]
    assert closing.title["en"] == "Closing"
    post_form(client, f"{base}/agenda", {"direction": "up"}, action=f"/manage/agenda/{closing.id}/move")
    assert queries.agenda_of(meeting.id)[0].id == closing.id
    post_form(client, f"/manage/agenda/{closing.id}", {"title-en": "The end"}, action=f"/manage/agenda/{closing.id}")
    db.session.expire_all()
    assert queries.agenda_of(meeting.id)[0].title["en"] == "The end"
    post_form(client, f"/manage/agenda/{closing.id}", action=f"/manage/agenda/{closing.id}/delete")
    assert len(queries.agenda_of(meeting.id)) == 1
    post_form(client, f"{base}/questions", {"text-en": "What next?", "audience": "states"})
    question = queries.questions_of(meeting.id)[-1]
    assert (question.number, question.text["en"]) == (3, "What next?")
    post_form(
        client, f"/manage/questions/{question.id}", {"text-en": "What now?"}, action=f"/manage/questions/{question.id}"
    )
    post_form(client, f"/manage/questions/{question.id}", action=f"/manage/questions/{question.id}/delete")
    assert [row.number for row in queries.questions_of(meeting.id)] == [1, 2]


def test_a_stage_is_moved_by_confirming_what_was_shown(client, personas):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    make_delegation(meeting, "PE")
    sign_in(client, personas.secretariat)
    answer = post_form(client, "/sessions/cam-2026/manage/stages", {"stage": "in_session"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.get(Meeting, meeting.id).stage is Stage.IN_SESSION
    trail = client.get("/desk/cam-2026/trail").text
    assert "Moved the session to another stage" in trail
    assert "Call open → In session" in trail


def test_the_trail_names_people_parties_and_moments_not_their_numbers(client, personas):
    sign_in(client, personas.secretariat)
    post_form(client, "/sessions/new/blank", NEW)
    page = post_form(client, "/sessions/cam-2027/manage/delegations", {"party": "PE"}).location
    post_form(client, page, {"name": "Ana", "email": "ana@example.org", "role": "drafter", "language": "es"})
    trail = client.get("/desk/cam-2027/trail").text
    assert "– → 1 February 2077, 10:00 (Washington, UTC-5)" in trail
    assert [f"– → {name}" in trail for name in ("CAM", "Peru", "Ana", "Drafter")] == [True] * 4


def test_a_delegation_is_added_and_a_person_invited(client, personas, approved_mails):
    make_meeting()
    sign_in(client, personas.secretariat)
    answer = post_form(client, "/sessions/cam-2026/manage/delegations", {"party": "PE"})
    page = answer.location
    post_form(client, page, {"name": "Ana", "email": "ana@example.org", "role": "drafter", "language": "es"})
    assert "Ana" in client.get(page).text
    assert ["ana@example.org" in mail["To"] for mail in approved_mails()] == [True]
    answer = post_form(client, page, {"name": "Ana", "email": "no address", "role": "drafter", "language": "es"})
    assert answer.status_code == 422
    assert "This is not an e-mail address." in answer.text


def test_the_delegations_of_all_members_are_added_at_once(client, personas):
    meeting = make_meeting()
    make_delegation(meeting, "PE")
    db.session.commit()
    sign_in(client, personas.secretariat)
    page = "/sessions/cam-2026/manage/delegations"
    assert "32 members of CAM have no delegation here yet." in client.get(page).text
    answer = post_form(client, page, action=f"{page}/members")
    assert answer.location == page
    shown = client.get(page).text
    assert "32 delegations were added." in shown
    assert "no delegation here yet" not in shown
    assert operations.add_member_delegations(meeting, by=personas.secretariat) == 0
    assert len(queries.delegations_of_meeting(meeting.id)) == 33


def test_going_back_to_preparing_reaches_the_secretariat_alone(client, personas):
    make_meeting(stage=Stage.CALL_OPEN)
    sign_in(client, personas.secretariat)
    back = client.get("/sessions/cam-2026/manage/stages").text.split("Move back to")[1].split("</form>")[0]
    assert "The secretariat" in back
    assert "Public" not in back
