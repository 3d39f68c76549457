"""What a person has to do: one button for each thing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from lxml import html

from app.core.actors import SYSTEM
from app.core.db import db
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import Delegation, DelegationMember
from app.meetings.undoing import cancel_meeting
from app.practices.enums import IntakeMeans, LateRule, PracticeState
from app.practices.models import Call, Extension, Intake
from app.presentations.enums import InvitationState, PresentationState
from app.presentations.slots import answer_invitation, invite
from tests.client import sign_in
from tests.factories.library import publish_practice, publish_summary
from tests.factories.summaries import CONTENT, NOON, make_meeting, make_practice, make_presentation
from tests.personas import add_member, party
from tests.statements import count_statements

OPEN = NOON - timedelta(days=60)


@pytest.fixture
def meeting(app, personas):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    personas.join(meeting)
    db.session.commit()
    return meeting


def delegation_of(user) -> Delegation:
    return db.session.scalars(
        sa.select(Delegation).join(Delegation.members).where(DelegationMember.user_id == user.id)
    ).one()


def desk_of(client, user, moment=OPEN):
    with time_machine.travel(moment, tick=False):
        response = sign_in(client, user).get("/desk")
    assert response.status_code == 200
    return response


def tasks(client, user, moment=OPEN) -> list[tuple[str, str, str]]:
    """(title, status, address) of each task on a person's desk, but for the standing one to register who attends."""
    page = html.document_fromstring(desk_of(client, user, moment).text)
    return [
        (
            item.xpath(".//h3")[0].text_content(),
            "".join(item.xpath("./p[@class='task-status']//text()")),
            "".join(item.xpath(".//a/@href")),
        )
        for item in page.xpath("//ol[@class='tasks']/li[not(.//h3='Register who attends')]")
    ]


def test_a_delegate_is_asked_to_submit_while_the_call_is_open(client, meeting, personas):
    found = tasks(client, personas.delegate_a)
    assert found == [("Submit a good practice", "Open", "/sessions/cam-2026/practices/new?code=PE")]
    assert "Until 14 April 2026, 10:00 (Washington, UTC-4)" in desk_of(client, personas.delegate_a).text


def test_the_call_opens_later(client, meeting, personas):
    moment = NOON - timedelta(days=91)
    assert tasks(client, personas.delegate_a, moment) == [("Submit a good practice", "", "")]
    assert "The call opens on 13 February 2026" in desk_of(client, personas.delegate_a, moment).text


def test_after_the_deadline_nothing_is_asked_unless_it_was_extended(client, meeting, personas):
    delegation = delegation_of(personas.delegate_a)
    late = NOON - timedelta(days=20)
    assert tasks(client, personas.delegate_a, late) == []
    call = db.session.scalars(sa.select(Call)).one()
    db.session.add(Extension(call=call, delegation=delegation, until=NOON, reason="Storm", granted_at=NOON))
    assert tasks(client, personas.delegate_a, late)[0][2] == "/sessions/cam-2026/practices/new?code=PE"
    assert tasks(client, personas.delegate_b, late) == []


def test_a_cancelled_session_says_so_and_keeps_what_was_submitted(client, meeting, personas):
    practice = make_practice(delegation_of(personas.delegate_a), state=PracticeState.SUBMITTED, number=1)
    make_practice(delegation_of(personas.delegate_a), state=PracticeState.WITHDRAWN, number=2)
    cancel_meeting(meeting, by=SYSTEM)
    db.session.commit()
    assert tasks(client, personas.delegate_a) == [
        (CONTENT["title"], "Submitted", f"/practices/drafts/{practice.id}/receipt")
    ]
    text = desk_of(client, personas.delegate_a).text
    assert "The session was cancelled: nothing is taken in or asked for any more." in text
    assert "Nothing is asked of this delegation" not in desk_of(client, personas.delegate_b).text


def test_what_needs_the_delegate_comes_first(client, meeting, personas):
    delegation = delegation_of(personas.delegate_a)
    made = {
        state: make_practice(delegation, state=state, number=number, content={"title": state.value})
        for number, state in enumerate(PracticeState, start=1)
    }
    untitled = make_practice(delegation, state=PracticeState.DRAFT, content={"context": "x"})
    db.session.commit()
    ids = {state: practice.id for state, practice in made.items()}
    assert tasks(client, personas.delegate_a) == [
        ("returned", "Returned with comments", f"/practices/drafts/{ids[PracticeState.RETURNED]}"),
        ("draft", "Draft", f"/practices/drafts/{ids[PracticeState.DRAFT]}"),
        ("Draft without a title", "Draft", f"/practices/drafts/{untitled.id}"),
        ("with_capital", "With the capital", f"/practices/drafts/{ids[PracticeState.WITH_CAPITAL]}/clearance"),
        ("submitted", "Submitted", f"/practices/drafts/{ids[PracticeState.SUBMITTED]}/receipt"),
        ("accepted", "Accepted", f"/practices/drafts/{ids[PracticeState.ACCEPTED]}/receipt"),
        ("published", "Published", f"/practices/drafts/{ids[PracticeState.PUBLISHED]}/receipt"),
        ("Submit a good practice", "Open", "/sessions/cam-2026/practices/new?code=PE"),
    ]


def test_after_the_deadline_the_way_to_what_was_written_stays(client, meeting, personas):
    delegation = delegation_of(personas.delegate_a)
    returned = make_practice(delegation, state=PracticeState.RETURNED, number=1)
    draft = make_practice(delegation, state=PracticeState.DRAFT)
    db.session.commit()
    found = tasks(client, personas.delegate_a, NOON)
    assert [address for _title, _status, address in found] == [
        f"/practices/drafts/{returned.id}",
        f"/practices/drafts/{draft.id}",
    ]
    assert desk_of(client, personas.delegate_a, NOON).text.count("asks the secretariat for an extension") == 2


def test_a_call_that_accepts_what_is_late_is_not_closed(client, meeting, personas):
    draft = make_practice(delegation_of(personas.delegate_a), state=PracticeState.DRAFT)
    db.session.scalars(sa.select(Call)).one().late_rule = LateRule.ACCEPT
    db.session.commit()
    found = tasks(client, personas.delegate_a, NOON)
    assert [address for _title, _status, address in found] == [
        f"/practices/drafts/{draft.id}",
        "/sessions/cam-2026/practices/new?code=PE",
    ]
    text = desk_of(client, personas.delegate_a, NOON).text
    assert ("The call is closed" in text, "it will be accepted as late" in text) == (False, True)
    meeting.stage = Stage.CONSOLIDATING
    db.session.commit()
    assert "The call is closed" in desk_of(client, personas.delegate_a, NOON).text


def test_what_staff_recorded_in_time_is_confirmed_after_the_deadline(client, meeting, personas):
    draft = make_practice(delegation_of(personas.delegate_a), state=PracticeState.DRAFT)
    draft.intake = Intake(
        means=IntakeMeans.EMAIL,
        sender="The ministry",
        received_at=OPEN,
        language="es",
        content={},
        leftovers=[],
        recorded_at=OPEN,
        confirm_by=NOON + timedelta(days=3),
    )
    db.session.commit()
    text = desk_of(client, personas.delegate_a, NOON).text
    assert "The call is closed" not in text
    assert "Until 17 May 2026" in text


def test_an_observer_reads_and_is_asked_nothing(client, meeting, personas):
    delegation = delegation_of(personas.delegate_a)
    delegation.members[0].role = DelegationRole.OBSERVER
    make_practice(delegation, state=PracticeState.SUBMITTED)
    db.session.commit()
    found = tasks(client, personas.delegate_a)
    assert [(status, address.endswith("/receipt")) for _title, status, address in found] == [("Submitted", True)]


@pytest.mark.parametrize(
    ("state", "published", "title", "status"),
    [
        (None, False, "File the presentation", "Not started"),
        (PresentationState.DRAFT, False, "File the presentation", "Draft"),
        (PresentationState.FILED, False, "Presentation", "Filed"),
        (PresentationState.FILED, True, "Presentation", "Published"),
    ],
)
def test_a_mechanism_is_asked_for_its_presentation(client, meeting, personas, state, published, title, status):
    if state:
        presentation = make_presentation(delegation_of(personas.representative), answers={"1": "Pace."})
        presentation.state = state
        presentation.published_at = NOON if published else None
    found = tasks(client, personas.representative)
    assert found == [(title, status, "/sessions/cam-2026/presentations/RCM/edit")]


def test_a_mechanisms_task_shows_until_when_it_is_due(client, meeting, personas):
    until = "Until 14 May 2026, 10:00 (Washington, UTC-4)"
    before = html.document_fromstring(desk_of(client, personas.representative).text)
    assert before.find_class("task-due")[0].text == until
    assert until not in desk_of(client, personas.representative, meeting.starts_at).text


def test_an_observer_of_a_mechanism_has_no_button(client, meeting, personas):
    delegation_of(personas.representative).members[0].role = DelegationRole.OBSERVER
    db.session.commit()
    assert tasks(client, personas.representative) == [("File the presentation", "Not started", "")]


def test_an_organization_is_told_that_nothing_is_asked(client, meeting, personas):
    add_member(meeting, personas.reader, DelegationRole.HEAD, party_id=party("IOM").id)
    db.session.commit()
    response = sign_in(client, personas.reader).get("/desk")
    assert "Nothing is asked of this delegation at the moment." in response.text


def test_a_reader_sees_what_is_new(client, personas):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(meeting, "PE", title="Gave permits")
    publish_summary(meeting)
    db.session.commit()
    page = html.document_fromstring(sign_in(client, personas.reader).get("/desk").text)
    assert [link.get("href") for link in page.xpath("//ol[@class='entries']//h3/a")] == [
        "/sessions/cam-2026/summary",
        "/practices/CAM-2026-GP-PER-01",
    ]


def test_a_reader_before_anything_is_published(client, personas):
    assert "Nothing is published yet" in sign_in(client, personas.reader).get("/desk").text


def test_whoever_has_not_signed_in_is_sent_to(client):
    response = client.get("/desk")
    assert (response.status_code, response.location) == (302, "/sign-in?next=/desk")


def test_the_secretariat_sees_its_sessions_with_what_waits(client, meeting, personas):
    delegation = delegation_of(personas.delegate_a)
    make_practice(delegation, state=PracticeState.SUBMITTED, number=1)
    make_practice(delegation, state=PracticeState.ACCEPTED, number=2)
    make_practice(delegation, state=PracticeState.DRAFT)
    make_meeting("2027", stage=Stage.PREPARING)
    db.session.commit()
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        page = html.document_fromstring(sign_in(client, personas.secretariat).get("/desk").text)
    rows = {
        row.xpath("./th/a/@href")[0]: [cell.text_content() for cell in row.xpath("./td")]
        for row in page.xpath("//tbody/tr")
    }
    assert rows == {
        "/desk/cam-2026": ["Call open next stage: 3 days late", "2", "1", "0"],
        "/desk/cam-2027": ["Preparing", "0", "0", "0"],
    }
    assert "/sessions/new" in page.xpath("//main//a/@href")
    assert "still open" not in page.text_content()


def test_the_secretariat_is_reminded_of_open_passages(client, personas):
    meeting = make_meeting(stage=Stage.CONSOLIDATING)
    personas.join(meeting)
    make_practice(delegation_of(personas.delegate_a), state=PracticeState.ACCEPTED)
    db.session.commit()
    response = sign_in(client, personas.secretariat).get("/desk")
    assert "8 submitted passages are still open." in response.text
    assert "/sessions/cam-2026/consolidation" in response.text


def test_the_secretariat_before_the_first_session(client, personas):
    assert "No session yet" in sign_in(client, personas.secretariat).get("/desk").text


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("persona", "statements"), [("delegate_a", 26), ("secretariat", 8)])
def test_statements_do_not_grow(client, personas, number, persona, statements):
    for year in range(2026, 2026 + number):
        meeting = make_meeting(str(year), stage=Stage.CALL_OPEN)
        personas.join(meeting)
        publish_summary(meeting)
        delegation = db.session.scalars(
            sa.select(Delegation).where(Delegation.meeting_id == meeting.id).order_by(Delegation.id).limit(1)
        ).one()
        for place in range(1, number + 1):
            publish_practice(meeting, delegation=delegation, number=place)
    sign_in(client, getattr(personas, persona))
    with count_statements() as counted:
        assert client.get("/desk").status_code == 200
    assert counted.number == statements


def test_a_focal_point_is_asked_to_register_who_attends_until_the_registration_closes(client, meeting, personas):
    found = desk_of(client, personas.delegate_a, OPEN).text
    assert "Register who attends" in found
    assert "/sessions/cam-2026/delegations/PE/participants" in found
    meeting.registration_closes_at = OPEN
    assert "Register who attends" not in desk_of(client, personas.delegate_a, OPEN).text


def test_an_invited_mechanism_is_asked_for_its_answer(client, meeting, personas):
    invite(delegation_of(personas.representative), by=SYSTEM)
    found = tasks(client, personas.representative)
    address = "/sessions/cam-2026/presentations/RCM/edit"
    assert found[0] == ("Answer the invitation to present", "Invited", address)


def test_a_mechanism_that_declined_may_change_its_answer_and_is_not_asked_to_file(client, meeting, personas):
    delegation = delegation_of(personas.representative)
    invite(delegation, by=SYSTEM)
    answer_invitation(delegation, InvitationState.DECLINED, reason="Travel", by=SYSTEM)
    db.session.commit()
    address = "/sessions/cam-2026/presentations/RCM/edit"
    assert tasks(client, personas.representative) == [("Presentation", "Invitation declined", address)]
    page = desk_of(client, personas.representative).text
    assert "Change the answer" in page
    assert "File the presentation" not in page
