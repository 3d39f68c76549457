"""A session's dates are not moved in silence: what they mean is said first, and what does not fit stays on the desk."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal
from app.meetings import fitting, operations, stages
from app.meetings.enums import Stage
from app.meetings.queries import latest_agenda
from app.practices.queries import call_of
from tests.client import post_form, sign_in
from tests.factories.summaries import NOON, make_delegation, make_meeting, publish_agenda

PAGE = "/sessions/cam-2026/manage/facts"
EARLIER = {"starts_at": "2026-04-20T10:00", "ends_at": "2026-04-21T10:00"}
CLOSES = datetime(2026, 4, 30, 22, tzinfo=UTC)


@pytest.fixture
def meeting(app, personas):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    call_of(meeting.id).closes_at = CLOSES
    publish_agenda(meeting)
    meeting.registration_closes_at = datetime(2026, 4, 15, 22, tzinfo=UTC)
    db.session.commit()
    return meeting


def test_what_moved_dates_mean_is_said_before_they_are_saved(client, personas, meeting):
    sign_in(client, personas.secretariat)
    answer = post_form(client, PAGE, EARLIER | {"title-en": "Mine"})
    assert answer.status_code == 409
    assert "It then lasts" not in answer.text
    for said in (
        "First day: 14 May 2026 becomes 20 April 2026.",
        "The call closes after the session starts: 30 April 2026",
        "The published order of business says 14 May 2026, until you publish it again.",
        "The registration of participants still ends on 15 April 2026",
        "No mail is sent; mails that wait and name the old dates are written anew",
        "Mine",
    ):
        assert said in answer.text
    db.session.expire_all()
    assert meeting.starts_at == NOON
    (seen,) = html.document_fromstring(answer.text).xpath("//input[@name='seen']/@value")
    answer = post_form(client, PAGE, EARLIER | {"seen": seen})
    assert answer.status_code == 303
    db.session.expire_all()
    assert meeting.starts_at == NOON - timedelta(days=24)
    desk = client.get("/desk/cam-2026").text
    assert "The call closes after the session starts" in desk
    assert "Does not fit the dates" in desk


def test_a_slip_that_makes_a_session_of_weeks_is_said(client, personas, meeting):
    sign_in(client, personas.secretariat)
    answer = post_form(client, PAGE, {"starts_at": EARLIER["starts_at"]})
    assert "It then lasts 26 days." in answer.text


def test_weekends_and_holidays_of_new_dates_are_pointed_out_also_in_preparation(client, personas, meeting):
    meeting.stage, meeting.country = Stage.PREPARING, "PA"
    sign_in(client, personas.secretariat)
    with standing_at(NOON):
        answer = post_form(client, PAGE, {"starts_at": "2026-11-28T10:00", "ends_at": "2026-11-29T10:00"})
    assert answer.status_code == 409
    assert "Session starts, 28 November 2026" in answer.text
    assert "Holiday: " in answer.text
    assert "Weekend: Sunday" in answer.text


def test_a_session_is_not_begun_early_without_a_word(client, personas, meeting):
    make_delegation(meeting, "PE")
    sign_in(client, personas.secretariat)
    with standing_at(CLOSES - timedelta(days=1)):
        page = client.get("/sessions/cam-2026/manage/stages").text
    advice = page.partition("Not done of what is advised:")[2].partition("</dd>")[0]
    assert "Wait until the session begins, on 14 May 2026." in advice
    assert "Wait until the call closes, on 30 April 2026" in advice


def test_what_was_seen_is_for_these_dates_alone(client, personas, meeting):
    sign_in(client, personas.secretariat)
    other = fitting.Unseen(["First day: 14 May 2026 becomes 20 April 2026."]).mark
    assert post_form(client, PAGE, EARLIER | {"seen": other}).status_code == 409


def test_a_session_nobody_sees_moves_without_a_question_where_all_fits(client, personas, meeting):
    meeting.stage = Stage.PREPARING
    sign_in(client, personas.secretariat)
    assert post_form(client, PAGE, EARLIER).status_code == 409  # its published order of business does not fit
    meeting.stage = Stage.CALL_OPEN
    db.session.commit()
    assert post_form(client, PAGE, {"title-en": "Mine"}).status_code == 303
    bare = make_meeting("2027", stage=Stage.PREPARING)
    db.session.delete(latest_agenda(bare.id))
    db.session.flush()
    held = fitting.Held(NOON + timedelta(days=400), NOON + timedelta(days=401), "UTC")
    assert fitting.consequences(bare, held) == []


def test_an_order_that_was_published_again_fits(meeting):
    assert fitting.misfits(meeting) == []
    meeting.starts_at -= timedelta(days=7)
    assert [fit.endpoint for fit in fitting.misfits(meeting)] == ["meetings.publish_agenda"]
    publish_agenda(meeting)
    assert fitting.misfits(meeting) == []
    meeting.starts_at -= timedelta(days=20)
    meeting.stage = Stage.CONSOLIDATING
    assert fitting.misfits(meeting) == []


@pytest.mark.parametrize("year", [1989, 2101])
def test_a_session_lies_within_sensible_years(meeting, year):
    fields = operations.fields_of(meeting)
    fields |= {name: fields[name].replace(year=year) for name in ("starts_at", "ends_at")}
    with pytest.raises(Refusal) as refusal:
        operations.edit_meeting(meeting, by=SYSTEM, **fields)
    assert refusal.value.field == "starts_at"


def test_a_call_that_opens_later_is_said_before_its_stage_is_entered(client, personas, meeting):
    meeting.stage = Stage.PREPARING
    call_of(meeting.id).opens_at = datetime(2026, 3, 1, 15, tzinfo=UTC)
    sign_in(client, personas.secretariat)
    with standing_at(datetime(2026, 2, 1, tzinfo=UTC)):
        text = client.get("/sessions/cam-2026/manage/stages").text
        assert "Wait until the call opens: until 1 March 2026, 10:00" in text
        assert "Move on" in text
    with standing_at(datetime(2026, 3, 2, tzinfo=UTC)):
        checks = stages.checklist(meeting, Stage.CALL_OPEN)
    assert not [check for check in checks if "Wait until the call opens" in check.sentence]
