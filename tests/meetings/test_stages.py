"""Checklists and days of the stages: what is needed stops a step, what is advised does not, what is late is shown."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LocalizedText
from app.meetings import operations, queries, stages
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.practices.enums import PracticeState
from tests.client import post_form, sign_in
from tests.factories.summaries import (
    NOON,
    everywhere,
    make_delegation,
    make_meeting,
    make_practice,
    make_presentation,
)

STAGES_PAGE = "/sessions/cam-2026/manage/stages"


def states(meeting, stage):
    return {str(check.sentence): (check.needed, check.done) for check in stages.checklist(meeting, stage)}


def test_the_checklist_says_what_is_there_what_is_needed_and_what_is_advised(app):
    meeting = make_meeting(stage=Stage.PREPARING)
    with time_machine.travel(NOON - timedelta(days=60), tick=False):
        assert states(meeting, Stage.CALL_OPEN) == {
            "Write at least one guiding question.": (True, True),
            "Write the order of business.": (True, True),
            "Write the call for good practices.": (True, True),
            "Set the call's deadline to a moment in the future.": (True, True),
            "Write the questions in each working language.": (False, True),
            "Write the order of business in each working language.": (False, True),
            "Say where the session meets.": (False, False),
        }
    assert [check.needed for check in stages.checklist(meeting, Stage.CALL_OPEN)] == [True] * 4 + [False] * 3


def test_a_text_that_a_working_language_lacks_is_said(app):
    meeting = make_meeting(stage=Stage.PREPARING)
    queries.questions_of(meeting.id)[1].text = LocalizedText(en="Why?", es="¿Por qué?")
    line = "Write the questions in each working language."
    assert states(meeting, Stage.CALL_OPEN)[line] == (False, False)
    meeting.languages = ["en", "es"]
    assert states(meeting, Stage.CALL_OPEN)[line] == (False, True)


def test_what_is_advised_before_the_session_follows_what_came(app):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    delegation = make_delegation(meeting, "PE")
    practice = make_practice(delegation, state=PracticeState.SUBMITTED)
    mechanism = make_delegation(meeting, "RCM")
    with standing_at(NOON - timedelta(days=60)):
        before = states(meeting, Stage.IN_SESSION)
    assert before == {
        "Add the delegations that take part.": (True, True),
        "Publish the order of business.": (True, True),
        "Wait until the session begins, on 14 May 2026.": (False, False),
        "Wait until the call closes, on 14 April 2026, 10:00 (Washington, UTC-4).": (False, False),
        "Invite at least one person of each delegation.": (False, False),
        "Review every good practice that was submitted.": (False, False),
        "Receive the presentation of each mechanism.": (False, False),
    }
    practice.state = PracticeState.ACCEPTED
    make_presentation(mechanism, answers={"1": "Data are shared."})
    with standing_at(NOON - timedelta(days=60)):
        after = states(meeting, Stage.IN_SESSION)
    assert {sentence for sentence in after if after[sentence] != before[sentence]} == {
        "Review every good practice that was submitted.",
        "Receive the presentation of each mechanism.",
    }


def test_advice_stops_nothing(app):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    make_delegation(meeting, "PE")
    assert stages.unmet(meeting, Stage.IN_SESSION) == []
    operations.move_to_stage(meeting, Stage.IN_SESSION, by=SYSTEM)
    assert meeting.stage is Stage.IN_SESSION


def test_the_days_of_stages_are_the_session_s_own_and_those_planned(app):
    meeting = make_meeting(stage=Stage.PREPARING)
    assert stages.planned_day(meeting, Stage.CALL_OPEN) is None
    operations.plan_stages(
        meeting, call_planned_on=date(2026, 2, 2), publication_planned_on=date(2026, 6, 12), by=SYSTEM
    )
    assert [stages.planned_day(meeting, stage) for stage in Stage] == [
        None,
        date(2026, 2, 2),
        date(2026, 5, 14),
        date(2026, 5, 15),
        date(2026, 6, 12),
    ]
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "plan_stages")).one()
    assert event.changes["call_planned_on"] == [None, "2026-02-02"]


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("call_planned_on", {"call_planned_on": date(2026, 5, 15), "publication_planned_on": None}),
        ("publication_planned_on", {"call_planned_on": None, "publication_planned_on": date(2026, 5, 14)}),
    ],
)
def test_days_that_cross_are_refused_at_their_field(app, field, days):
    meeting = make_meeting(stage=Stage.PREPARING)
    with pytest.raises(Refusal) as refusal:
        operations.plan_stages(meeting, by=SYSTEM, **days)
    assert refusal.value.field == field
    assert meeting.call_planned_on is None


@pytest.mark.parametrize(
    ("planned", "days", "field"),
    [
        ({"call_planned_on": date(2026, 5, 10)}, -5, "starts_at"),
        ({"publication_planned_on": date(2026, 5, 20)}, 10, "ends_at"),
        ({"registration_closes_at": NOON}, -5, "ends_at"),
        ({}, -5, None),
        ({"call_planned_on": date(2026, 5, 10), "publication_planned_on": date(2026, 5, 20)}, 2, None),
    ],
)
def test_a_session_is_not_moved_across_the_days_that_were_planned(app, planned, days, field):
    meeting = make_meeting(stage=Stage.PREPARING, **planned)
    moved = {name: getattr(meeting, name) + timedelta(days=days) for name in ("starts_at", "ends_at")}
    if field is None:
        operations.edit_meeting(meeting, by=SYSTEM, **{**operations.fields_of(meeting), **moved})
        assert meeting.starts_at == NOON + timedelta(days=days)
        return
    with pytest.raises(Refusal) as refusal:
        operations.edit_meeting(meeting, by=SYSTEM, **{**operations.fields_of(meeting), **moved})
    assert refusal.value.field == field
    assert meeting.starts_at == NOON


def test_late_is_counted_in_days_of_the_session_s_zone(app):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    local_midnight = NOON.replace(day=15, hour=4, minute=0)  # 00:00 in Washington
    with time_machine.travel(local_midnight - timedelta(seconds=1), tick=False):
        assert stages.days_late(meeting, Stage.IN_SESSION) == 0
    with time_machine.travel(local_midnight, tick=False):
        assert stages.days_late(meeting, Stage.IN_SESSION) == 1
        assert stages.days_late(meeting, Stage.CALL_OPEN) == 0  # it is there already


def test_the_page_shows_lists_days_and_lateness_and_keeps_the_step_back(client, personas):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    meeting.publication_planned_on = date(2026, 6, 12)
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        sign_in(client, personas.secretariat)
        text = client.get(STAGES_PAGE).text
        workbench = client.get("/desk/cam-2026").text
    assert "Before “In session”" in text
    assert "Planned for 14 May 2026." in text
    assert "2 days late" in text
    assert "Planned for 12 June 2026." in text
    assert 'href="/sessions/cam-2026/manage/delegations">Add the delegations that take part.</a>' in text
    assert "Move on to “In session”?" not in text  # no delegation
    assert "Move back to “Preparing”?" in text
    assert "planned for 14 May 2026" in workbench
    assert "Move on to “In session”" in workbench


def test_days_are_planned_on_the_page(client, personas):
    make_meeting(stage=Stage.PREPARING)
    sign_in(client, personas.secretariat)
    values = {"call_planned_on": "2026-02-02", "publication_planned_on": "2026-06-12"}
    assert post_form(client, STAGES_PAGE, values).status_code == 303
    assert db.session.scalars(sa.select(Meeting.publication_planned_on)).one() == date(2026, 6, 12)
    crossing = post_form(client, STAGES_PAGE, values | {"call_planned_on": "2026-05-20"})
    assert crossing.status_code == 422
    assert "The call would open after the session has started." in crossing.text
    assert "2026-05-20" in crossing.text


def test_the_second_of_two_plans_is_told(client, personas):
    meeting = make_meeting(stage=Stage.PREPARING)
    sign_in(client, personas.secretariat)
    stale = meeting.version
    meeting.chair = everywhere("Somebody else")
    db.session.commit()
    answer = post_form(client, STAGES_PAGE, {"call_planned_on": "2026-02-02", "version": str(stale)})
    assert answer.status_code == 409


def test_moving_past_what_is_missing_is_refused(client, personas):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    sign_in(client, personas.secretariat)
    version = str(meeting.version)
    page = post_form(client, STAGES_PAGE, {"stage": "in_session", "version": version}, action=STAGES_PAGE)
    assert page.status_code == 409
    assert "Add the delegations that take part." in page.text
    db.session.expire_all()
    assert db.session.scalars(sa.select(Meeting.stage)).one() is Stage.CALL_OPEN
