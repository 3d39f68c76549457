"""iCalendar: what is in a session's and a person's calendar, and that it keeps to RFC 5545."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import sqlalchemy as sa
import time_machine

from app.audit.operations import record
from app.core import clock
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LocalizedText
from app.meetings import operations, parts, undoing
from app.meetings.enums import DelegationRole, ItemKind, ItemRole, Stage
from app.meetings.models import Meeting
from app.people.operations import close_account, make_calendar_feed, revoke_calendar_feed
from app.practices.calls import edit_call, grant_extension
from app.practices.models import Call
from tests.client import sign_in
from tests.factories.summaries import NOON, everywhere, make_meeting, publish_agenda
from tests.meetings.test_agenda import add, fields, named
from tests.personas import add_member
from tests.statements import count_statements

SESSION = "/sessions/cam-2026/calendar.ics"
DAY = timedelta(days=1)


def parse(response) -> icalendar.Calendar:
    """Check an answer against the rules of RFC 5545 that no parser complains of, and parse it."""
    assert response.status_code == 200
    assert response.content_type == "text/calendar; charset=utf-8"
    body = response.data
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert body.count(b"\n") == body.count(b"\r\n") == body.count(b"\r")  # 3.1: lines end in CRLF
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))  # 3.1: 75 octets without the break
    body.decode()
    calendar = icalendar.Calendar.from_ical(body)
    assert calendar.errors == []
    assert calendar["VERSION"] == "2.0"  # 3.6: both once
    assert calendar["PRODID"]
    assert calendar.get_missing_tzids() == set()  # 3.2.19: every TZID has its VTIMEZONE
    identities = [event["UID"] for event in calendar.events]
    assert len(identities) == len(set(identities))
    for event in calendar.events:  # 3.6.1
        assert event.errors == []
        assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt
        assert event["DTSTAMP"].dt.tzinfo is UTC or event["DTSTAMP"].dt.utcoffset() == timedelta()
        assert event["DTSTART"]
        assert event["SEQUENCE"] >= 0
        assert event["STATUS"] in ("CONFIRMED", "CANCELLED", "TENTATIVE")
        assert "DTEND" not in event or event.end > event.start
        assert "DURATION" not in event
    return calendar


def events(response) -> dict[str, icalendar.Event]:
    """Event by UID without the host."""
    return {event["UID"].partition("@")[0]: event for event in parse(response).events}


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


def test_a_session_has_its_days_its_deadline_and_its_top_items(client, meeting):
    found = events(client.get(SESSION))
    session = found["session-cam-2026"]
    assert (session["SUMMARY"], session["STATUS"]) == ("Annual session (en)", "CONFIRMED")
    assert session["DTSTART"].params["TZID"] == "America/New_York"
    assert session.start == NOON
    assert "Simón Bolívar" in session["LOCATION"]
    assert "y más\nlíneas" in session["DESCRIPTION"]
    deadline = found["deadline-cam-2026"]
    assert (deadline["SUMMARY"], deadline.start) == ("Deadline: Call (en)", NOON - 30 * DAY)
    assert "DTEND" not in deadline
    items = {event["SUMMARY"]: event for uid, event in found.items() if uid.startswith("item-")}
    assert list(items) == ["1. Opening (en)", "2. Panel (en)", "3. Lunch (en)", "4. Other (en)"]
    assert items["2. Panel (en)"].end - items["2. Panel (en)"].start == timedelta(minutes=60)
    assert items["3. Lunch (en)"]["TRANSP"] == "TRANSPARENT"
    assert items["1. Opening (en)"]["RELATED-TO"] == session["UID"]
    assert "DTEND" not in items["4. Other (en)"]


def test_texts_are_in_the_reader_s_language(client, meeting):
    found = events(client.get(SESSION, headers={"Accept-Language": "es"}))
    assert found["session-cam-2026"]["SUMMARY"] == "Annual session (es)"
    assert found["session-cam-2026"]["SUMMARY"].params["LANGUAGE"] == "es"


def test_what_is_published_again_rises_and_what_is_gone_stays_cancelled(client, meeting):
    before = events(client.get(SESSION))
    panel, opening = named(meeting, "Panel"), named(meeting, "Opening")
    add(meeting, "Draft only")
    assert events(client.get(SESSION)).keys() == before.keys()
    operations.delete_agenda_item(panel, by=SYSTEM)
    operations.edit_agenda_item(opening, by=SYSTEM, **fields("Opening", minutes=45))
    publish_agenda(meeting)
    after = events(client.get(SESSION))
    gone, later = after[f"item-{panel.mark}"], after[f"item-{opening.mark}"]
    assert (gone["STATUS"], gone["SEQUENCE"], gone["SUMMARY"]) == ("CANCELLED", 1, "2. Panel (en)")
    assert (later["STATUS"], later["SEQUENCE"]) == ("CONFIRMED", 1)
    assert later["DTSTAMP"].dt >= before[f"item-{opening.mark}"]["DTSTAMP"].dt
    assert later["UID"] == before[f"item-{opening.mark}"]["UID"]
    assert after["session-cam-2026"]["SEQUENCE"] == before["session-cam-2026"]["SEQUENCE"]


def test_an_item_that_becomes_a_sub_item_is_cancelled_and_comes_back(client, meeting):
    other, panel = named(meeting, "Other"), named(meeting, "Panel")
    uid = f"item-{other.mark}"
    numbers = []
    for parent in (panel, None):
        operations.edit_agenda_item(other, by=SYSTEM, **fields("Other", parent=parent))
        publish_agenda(meeting)
        event = events(client.get(SESSION))[uid]
        numbers.append((event["STATUS"], event["SEQUENCE"]))
    assert numbers == [("CANCELLED", 1), ("CONFIRMED", 2)]


def test_a_session_and_a_deadline_rise_with_each_change(client, meeting):
    first = events(client.get(SESSION))
    with clock.standing_at(NOON):
        meeting.chair = everywhere("Chair")
        operations.edit_meeting(
            meeting, by=SYSTEM, **{**operations.fields_of(meeting), "ends_at": meeting.ends_at + timedelta(hours=1)}
        )
        operations.edit_meeting(meeting, by=SYSTEM, **operations.fields_of(meeting))
        call = db.session.scalars(sa.select(Call)).one()
        for hours in (1, 2):
            edit_call(
                call,
                title=call.title,
                text=call.text,
                opens_at=call.opens_at,
                closes_at=call.closes_at + timedelta(hours=hours),
                late_rule=call.late_rule,
                by=SYSTEM,
            )
    second = events(client.get(SESSION))
    for name in ("session-cam-2026", "deadline-cam-2026"):
        assert second[name]["SEQUENCE"] > first[name]["SEQUENCE"]
        assert second[name]["DTSTAMP"].dt == NOON


def test_an_hour_that_comes_twice_is_given_in_utc_the_second_time(client):
    starts = datetime(2027, 11, 7, 5, 30, tzinfo=UTC)  # 01:30, the first time
    meeting = make_meeting(starts_at=starts, ends_at=starts + DAY)
    add(meeting, "Again", minutes=60)
    publish_agenda(meeting)
    found = {event["SUMMARY"]: event for event in parse(client.get(SESSION)).events}
    again = found["2. Again (en)"]
    assert (again["DTSTART"].to_ical(), again["DTSTART"].params) == (b"20271107T060000Z", {})
    opening = found["1. Opening (en)"]
    assert (opening["DTSTART"].to_ical(), opening["DTSTART"].params["TZID"]) == (b"20271107T013000", "America/New_York")
    assert opening["DTEND"].to_ical() == b"20271107T060000Z"


def test_nothing_changed_is_not_sent_again(client, meeting):
    first = client.get(SESSION)
    again = client.get(SESSION, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    add(meeting, "More")
    publish_agenda(meeting)
    assert client.get(SESSION, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_session_s_calendar_is_for_those_who_may_see_it(client, personas, meeting):
    meeting.distribution = Audience.MEMBER_STATES
    assert client.get(SESSION).status_code == 404
    sign_in(client, personas.reader)
    assert client.get(SESSION).status_code == 200
    meeting.stage = Stage.PREPARING
    db.session.commit()
    assert client.get(SESSION).status_code == 404
    sign_in(client, personas.secretariat)
    assert events(client.get(SESSION))["session-cam-2026"]["STATUS"] == "TENTATIVE"


def test_several_zones_each_have_their_rules_once(client, personas, meeting):
    make_meeting("lima", zone="America/Lima")
    make_meeting("utc", zone="UTC")
    calendar = parse(client.get(feed(personas.reader)))
    assert [str(zone["TZID"]) for zone in calendar.timezones] == ["America/Lima", "America/New_York"]


# A person's own


def feed(user) -> str:
    return f"/calendar/{make_calendar_feed(user, by=user)}.ics"


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


def edit(meeting, **more):
    operations.edit_meeting(meeting, by=SYSTEM, **{**operations.fields_of(meeting), **more})


@pytest.mark.parametrize("how", ["stage", "distribution"])
def test_who_had_a_session_s_calendar_gets_it_cancelled_once_it_is_hidden_again(client, personas, meeting, how):
    meeting.stage = Stage.CALL_OPEN
    sign_in(client, None)
    before = events(client.get(SESSION))
    if how == "stage":
        operations.move_to_stage(meeting, Stage.PREPARING, by=SYSTEM)
    else:
        edit(meeting, distribution=Audience.RESTRICTED)
    edit(meeting, title=LocalizedText(en="Not yet public"), place=LocalizedText(en="Secret place"))
    db.session.commit()
    answer = client.get(SESSION)
    after = events(answer)
    assert after.keys() == before.keys()
    assert {event["STATUS"] for event in after.values()} == {"CANCELLED"}
    for name, event in after.items():
        assert (event["SUMMARY"], event.start) == (before[name]["SUMMARY"], before[name].start)
        assert event["SEQUENCE"] == before[name]["SEQUENCE"] + 1
        assert not {"DESCRIPTION", "LOCATION", "URL"} & set(event)
    assert "Not yet" not in answer.text
    assert client.get(SESSION).data == answer.data
    french = events(client.get(SESSION, headers={"Accept-Language": "fr"}))  # nobody had read it in French
    assert french["session-cam-2026"]["SUMMARY"] == "Annual session (fr)"
    assert {event["STATUS"] for event in french.values()} == {"CANCELLED"}
    sign_in(client, personas.delegate_b)
    assert events(client.get(SESSION))["session-cam-2026"]["STATUS"] == "CANCELLED"


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


def test_a_public_session_that_nobody_subscribed_to_is_cancelled_at_its_address_once_it_is_hidden(client, meeting):
    meeting.stage = Stage.CALL_OPEN
    operations.move_to_stage(meeting, Stage.PREPARING, by=SYSTEM)
    db.session.commit()
    found = events(client.get(SESSION))
    assert {event["STATUS"] for event in found.values()} == {"CANCELLED"}
    assert len(found) == 6


def test_a_session_that_visitors_never_saw_has_no_calendar_for_them(client, personas, meeting):
    meeting.distribution = Audience.MEMBER_STATES
    sign_in(client, personas.reader)
    assert client.get(SESSION).status_code == 200
    edit(meeting, distribution=Audience.RESTRICTED)
    db.session.commit()
    assert client.get(SESSION).status_code == 404
    sign_in(client, None)
    assert client.get(SESSION).status_code == 404


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


def test_the_first_change_of_a_deadline_rises_also_where_the_call_was_carried(client, personas, meeting):
    sign_in(client, personas.secretariat)  # nothing is remembered for who signs in
    first = events(client.get(SESSION))["deadline-cam-2026"]
    assert first["DTSTAMP"].dt <= clock.now()
    call = db.session.scalars(sa.select(Call)).one()
    edit_call(
        call,
        title=call.title,
        text=call.text,
        opens_at=call.opens_at,
        closes_at=call.closes_at + DAY,
        late_rule=call.late_rule,
        by=SYSTEM,
    )
    assert (first["SEQUENCE"], events(client.get(SESSION))["deadline-cam-2026"]["SEQUENCE"]) == (0, 1)


def test_items_of_days_that_the_session_had_before_are_not_certain(client, personas, meeting):
    sign_in(client, None)
    before = events(client.get(SESSION))
    edit(meeting, starts_at=meeting.starts_at + 30 * DAY, ends_at=meeting.ends_at + 30 * DAY)
    moved = events(client.get(SESSION))
    items = [name for name in before if name.startswith("item-")]
    assert {moved[name]["STATUS"] for name in items} == {"TENTATIVE"}
    assert all(moved[name]["SEQUENCE"] > before[name]["SEQUENCE"] for name in items)
    publish_agenda(meeting)
    assert {events(client.get(SESSION))[name]["STATUS"] for name in items} == {"CONFIRMED"}


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


@pytest.mark.parametrize("zone", ["America/New_York", "America/Santiago", "America/Asuncion", "America/Mexico_City"])
def test_the_rules_of_a_zone_are_its_own_in_the_years_concerned(client, zone):
    starts = datetime(2024, 9, 20, 13, tzinfo=UTC)  # Asunción stays on summer time from this October on
    make_meeting(zone=zone, starts_at=starts, ends_at=starts + DAY)
    db.session.commit()
    (written,) = parse(client.get(SESSION)).timezones
    rules, real = written.to_tz(lookup_tzid=False), ZoneInfo(zone)
    for days in range(-360, 361):
        noon = datetime(2024, 9, 20, 12) + days * DAY
        assert noon.replace(tzinfo=rules).utcoffset() == noon.replace(tzinfo=real).utcoffset(), noon


def test_a_calendar_is_kept_for_visitors_and_not_sent_to_whoever_has_it(client, app, personas, meeting):
    app.config["CACHE_PAGES"] = True
    sign_in(client, None)
    later = NOON.replace(year=2030)
    with time_machine.travel(later, tick=False):
        first = client.get(SESSION)
        changed_at = max(event["DTSTAMP"].dt for event in parse(first).events)
        assert first.last_modified == changed_at
        with count_statements() as counted:
            again = client.get(SESSION)
        assert (counted.number, again.data) == (1, first.data)
        for name in ("Content-Type", "Content-Disposition", "ETag", "Last-Modified", "Cache-Control"):
            assert again.headers[name] == first.headers[name]
        known = ({"If-None-Match": first.headers["ETag"]}, {"If-Modified-Since": first.headers["Last-Modified"]})
        for headers in known:
            answer = client.get(SESSION, headers=headers)
            assert (answer.status_code, answer.data) == (304, b"")
        other = client.get(SESSION, headers={"Accept-Language": "es", **known[0]})
        assert (other.status_code, "Accept-Language" in other.headers["Vary"]) == (200, True)
        sign_in(client, personas.secretariat)
        with count_statements() as counted:
            client.get(SESSION)
        assert counted.number > 1
        sign_in(client, None)
    with time_machine.travel(later + timedelta(seconds=20), tick=False):
        add(meeting, "More")
        publish_agenda(meeting)
        db.session.commit()
        assert all(client.get(SESSION, headers=headers).status_code == 200 for headers in known)


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
