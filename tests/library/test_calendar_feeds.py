"""A person's calendar: sessions, deadlines and own parts, as iCalendar at a secret address."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.audit.operations import record
from app.core import clock
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LocalizedText
from app.meetings import operations, parts, undoing
from app.meetings.enums import DelegationRole, ItemKind, ItemRole, Stage
from app.meetings.models import Meeting
from app.people.operations import close_account, revoke_calendar_feed
from app.practices.calls import grant_extension
from app.practices.models import Call
from tests.client import sign_in
from tests.factories.summaries import NOON, everywhere, make_meeting, publish_agenda
from tests.library.calendars import DAY, SESSION, edit, events, feed, parse
from tests.meetings.agendas import add, fields, named
from tests.personas import add_member
from tests.statements import count_statements


@pytest.fixture
def meeting(app):
    made = make_meeting(
        ends_at=NOON + timedelta(days=1, hours=7),
        place=everywhere("Palacio de las Américas, salón “Simón Bolívar”, " * 3),
        theme=everywhere("Cooperación; coordinación, y más\nlíneas"),
    )
    panel = add(made, "Panel", minutes=60)
    add(made, "Speaker", minutes=20, parent=panel)
    operations.add_agenda_item(made, by=SYSTEM, **{**fields("Lunch", minutes=60), "kind": ItemKind.BREAK})
    add(made, "Other", minutes=0)
    publish_agenda(made)
    return made


def test_several_zones_each_have_their_rules_once(client, personas, meeting):
    make_meeting("lima", zone="America/Lima")
    make_meeting("utc", zone="UTC")
    calendar = parse(client.get(feed(personas.reader)))
    assert [str(zone["TZID"]) for zone in calendar.timezones] == ["America/Lima", "America/New_York"]


def test_a_person_s_calendar_has_what_they_may_see_in_their_language(client, personas, meeting):
    make_meeting("members", distribution=Audience.MEMBER_STATES)
    make_meeting("restricted", distribution=Audience.RESTRICTED)
    make_meeting("preparing", stage=Stage.PREPARING)
    personas.reader.language = "pt"
    found = events(client.get(feed(personas.reader)))
    assert set(found) == {f"{kind}-cam-{code}" for kind in ("session", "deadline") for code in ("2026", "members")}
    assert found["session-cam-2026"]["SUMMARY"] == "Annual session (pt)"
    staff = events(client.get(feed(personas.secretariat)))
    assert staff["session-cam-preparing"]["STATUS"] == "TENTATIVE"
    assert "session-cam-restricted" in staff


def test_a_delegation_s_extension_moves_its_deadline_and_nobody_else_s(client, personas, meeting):
    call = db.session.scalars(sa.select(Call)).one()
    delegation = add_member(meeting, personas.delegate_a, DelegationRole.FOCAL_POINT)
    add_member(meeting, personas.delegate_b, DelegationRole.FOCAL_POINT)
    address = feed(personas.delegate_a)
    first = events(client.get(address))["deadline-cam-2026"]
    with clock.standing_at(call.closes_at):
        until = call.closes_at + 5 * DAY
        grant_extension(call, delegation, until=until, reason="Flood", by=SYSTEM)
    second = events(client.get(address))["deadline-cam-2026"]
    assert (first.start, second.start) == (call.closes_at, until)
    assert second["SEQUENCE"] > first["SEQUENCE"]
    for other in (feed(personas.delegate_b), feed(personas.reader), SESSION):
        assert events(client.get(other))["deadline-cam-2026"].start == call.closes_at
    sign_in(client, personas.delegate_a)
    assert events(client.get(SESSION))["deadline-cam-2026"].start == until


def test_somebody_in_two_delegations_has_two_deadlines_told_apart(client, personas, meeting):
    from tests.personas import party

    for code in ("PE", "RCM"):
        add_member(meeting, personas.delegate_a, DelegationRole.DRAFTER, party(code).id)
    found = events(client.get(feed(personas.delegate_a)))
    assert found["deadline-cam-2026"]["SUMMARY"] == "Deadline of Peru: Call (en)"
    assert found["deadline-cam-2026-rcm"]["SUMMARY"] == "Deadline of RCM: Call (en)"


def test_a_session_that_is_hidden_again_is_cancelled_as_it_was_known(client, personas):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    address = feed(personas.reader)
    before = events(client.get(address))["session-cam-2026"]
    operations.move_to_stage(meeting, Stage.PREPARING, by=SYSTEM)
    operations.edit_meeting(
        meeting, by=SYSTEM, **{**operations.fields_of(meeting), "title": LocalizedText(en="Not yet public")}
    )
    found = events(client.get(address))
    cancelled = found["session-cam-2026"]
    assert (cancelled["STATUS"], cancelled["SUMMARY"]) == ("CANCELLED", "Annual session (en)")
    assert cancelled.start == before.start
    deadline = found["deadline-cam-2026"]
    assert (deadline["STATUS"], deadline["SUMMARY"]) == ("CANCELLED", "Deadline: Call (en)")
    assert deadline.start == NOON - 30 * DAY
    stage = db.session.get(Meeting, meeting.id)
    stage.stage = Stage.CALL_OPEN
    db.session.commit()
    back = events(client.get(address))["session-cam-2026"]
    assert (back["STATUS"], back["SUMMARY"]) == ("CONFIRMED", "Not yet public")
    assert back["SEQUENCE"] > cancelled["SEQUENCE"]


@pytest.mark.parametrize("reader", [None, "delegate_a"])
def test_of_a_cancelled_session_everything_is_cancelled_and_rises_also_when_it_is_held_after_all(
    client, personas, meeting, reader
):
    meeting.stage = Stage.CALL_OPEN
    delegation = add_member(meeting, personas.delegate_a, DelegationRole.FOCAL_POINT)
    parts.add_item_person(
        named(meeting, "Opening"), role=ItemRole.CHAIR, delegation=delegation, function=LocalizedText(), by=SYSTEM
    )
    publish_agenda(meeting)
    sign_in(client, personas.delegate_a if reader else None)
    own = feed(personas.delegate_a)
    began = clock.now()
    before = events(client.get(SESSION)), events(client.get(own))
    assert [len(one) for one in before] == [6, 3]
    for hour, change, status in (
        (1, undoing.cancel_meeting, {"CANCELLED"}),
        (2, undoing.restore_meeting, {"CONFIRMED"}),
    ):
        with clock.standing_at(began + timedelta(hours=hour)):
            change(meeting, by=SYSTEM)
            db.session.commit()
            after = events(client.get(SESSION)), events(client.get(own))
        for was, found in zip(before, after, strict=True):
            assert was.keys() == found.keys()
            assert {event["STATUS"] for event in found.values()} == status
            for name, event in found.items():
                assert event["SEQUENCE"] > was[name]["SEQUENCE"]
                assert event["DTSTAMP"].dt > was[name]["DTSTAMP"].dt
        before = after


def test_somebody_taken_out_of_a_delegation_sees_what_is_gone_as_cancelled(client, personas):
    meeting = make_meeting(distribution=Audience.RESTRICTED)
    delegation = add_member(meeting, personas.delegate_a, DelegationRole.FOCAL_POINT)
    parts.add_item_person(
        named(meeting, "Opening"), role=ItemRole.CHAIR, delegation=delegation, function=LocalizedText(), by=SYSTEM
    )
    publish_agenda(meeting)
    address = feed(personas.delegate_a)
    before = events(client.get(address))
    assert len(before) == 3
    operations.remove_member(delegation.members[0], by=SYSTEM)
    db.session.commit()
    after = events(client.get(address))
    assert {name: (event["STATUS"], event["SUMMARY"]) for name, event in after.items()} == {
        name: ("CANCELLED", event["SUMMARY"]) for name, event in before.items()
    }
    assert all(after[name]["SEQUENCE"] > before[name]["SEQUENCE"] for name in before)


def test_what_does_not_change_an_event_does_not_raise_it(client, personas, meeting):
    sign_in(client, None)
    address = feed(personas.reader)
    before = [events(client.get(url))["session-cam-2026"] for url in (SESSION, address)]
    record("draw_lots", meeting, by=SYSTEM, changes={"order": [[], ["PE"]]})
    edit(meeting, chair=everywhere("Chair"))
    operations.plan_stages(meeting, call_planned_on=None, publication_planned_on=None, by=SYSTEM)
    sign_in(client, personas.secretariat)
    operations.move_to_stage(meeting, meeting.stage.previous, by=SYSTEM)
    assert events(client.get(SESSION))["session-cam-2026"]["SEQUENCE"] == 0
    edit(meeting, place=everywhere("Elsewhere"))
    assert events(client.get(SESSION))["session-cam-2026"]["SEQUENCE"] == 1
    sign_in(client, None)
    after = [events(client.get(url))["session-cam-2026"] for url in (SESSION, address)]
    assert [event["SEQUENCE"] for event in after] == [event["SEQUENCE"] + 1 for event in before]


def test_a_feed_dies_with_its_token_and_its_account(client, personas, meeting):
    old = feed(personas.reader)
    new = feed(personas.reader)
    assert [client.get(address).status_code for address in (old, new)] == [404, 200]
    close_account(personas.reader, by=SYSTEM)
    assert client.get(new).status_code == 404
    personas.reader.closed_at = None
    revoke_calendar_feed(personas.reader, by=SYSTEM)
    revoke_calendar_feed(personas.reader, by=SYSTEM)
    assert client.get(new).status_code == 404
    assert client.get("/calendar/none.ics").status_code == 404


# What a person's delegation does in the order of business


@pytest.fixture
def speaking(meeting, personas):
    """The session with Peru speaking in a sub-item, and its delegate's address."""
    peru = add_member(meeting, personas.delegate_a, DelegationRole.FOCAL_POINT)
    item = named(meeting, "Speaker")
    part = parts.add_item_person(
        item, role=ItemRole.SPEAKER, delegation=peru, function=everywhere("Jane Roe"), by=SYSTEM
    )
    return meeting, f"part-{item.mark}-pe", part, feed(personas.delegate_a)


def test_a_person_has_the_items_in_which_their_delegation_has_a_part_once_they_are_published(
    client, personas, speaking
):
    meeting, name, _part, address = speaking
    assert name not in events(client.get(address))
    publish_agenda(meeting)
    part = events(client.get(address))[name]
    assert (part["SUMMARY"], part["STATUS"]) == ("Peru (Speaker): Speaker (en)", "CONFIRMED")
    assert (part.start, part.end - part.start) == (NOON + timedelta(minutes=30), timedelta(minutes=20))
    assert part["LOCATION"].startswith("Palacio de las Américas")
    assert part["RELATED-TO"].startswith("session-cam-2026@")
    for other in (feed(personas.delegate_b), feed(personas.secretariat), SESSION):
        assert not [uid for uid in events(client.get(other)) if uid.startswith("part-")]


def test_a_part_that_is_moved_rises_one_that_is_lost_or_gone_is_cancelled_and_comes_back_above(client, speaking):
    meeting, name, part, address = speaking
    item = part.item

    def published():
        publish_agenda(meeting)
        return events(client.get(address))[name]

    seen = [published()]
    operations.edit_agenda_item(item, by=SYSTEM, **fields("Speaker", minutes=25, parent=item.parent))
    seen.append(published())
    delegation = part.delegation
    parts.remove_item_person(part, by=SYSTEM)
    seen.append(published())
    parts.add_item_person(item, role=ItemRole.CHAIR, delegation=delegation, function=LocalizedText(), by=SYSTEM)
    seen.append(published())
    operations.delete_agenda_item(item, by=SYSTEM)
    seen.append(published())
    assert [event["STATUS"] for event in seen] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED", "CANCELLED"]
    numbers = [event["SEQUENCE"] for event in seen]
    assert numbers == sorted(set(numbers))
    assert seen[2]["SUMMARY"] == "Peru: Speaker (en)"
    assert seen[3]["SUMMARY"] == "Peru (Chair): Speaker (en)"


def test_the_parts_in_a_hidden_session_are_cancelled_as_they_were_known_and_come_back_above(client, speaking):
    meeting, name, part, address = speaking
    meeting.stage = Stage.CALL_OPEN
    record("create_meeting", meeting, by=SYSTEM)
    with clock.standing_at(NOON - 50 * DAY):
        publish_agenda(meeting)
        before = events(client.get(address))[name]
    with clock.standing_at(NOON - 49 * DAY):
        operations.move_to_stage(meeting, Stage.PREPARING, by=SYSTEM)
    with clock.standing_at(NOON - 48 * DAY):
        item = part.item
        operations.edit_agenda_item(item, by=SYSTEM, **fields("Secret", minutes=25, parent=item.parent))
        publish_agenda(meeting)
        hidden = client.get(address)
    cancelled = events(hidden)[name]
    assert (cancelled["STATUS"], cancelled["SUMMARY"]) == ("CANCELLED", before["SUMMARY"])
    assert "Secret" not in hidden.text
    assert cancelled["SEQUENCE"] > before["SEQUENCE"]
    meeting.stage = Stage.CALL_OPEN
    record("move_to_stage", meeting, by=SYSTEM)
    back = events(client.get(address))[name]
    assert (back["STATUS"], back["SUMMARY"]) == ("CONFIRMED", "Peru (Speaker): Secret (en)")
    assert back["SEQUENCE"] > cancelled["SEQUENCE"]


def test_a_feed_takes_the_same_statements_however_many_sessions(client, personas):
    numbers = []
    for number in range(4):
        meeting = make_meeting(str(number))
        add_member(meeting, personas.delegate_a, DelegationRole.FOCAL_POINT)
        add(meeting, "More")
        publish_agenda(meeting)
        if number not in (0, 3):
            continue
        address = feed(personas.delegate_a)
        client.get(address)
        with count_statements() as counted:
            client.get(address)
        numbers.append(counted.number)
    assert numbers[0] == numbers[1] <= 9
