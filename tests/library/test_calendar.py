"""iCalendar: what is in a session's calendar, and that it keeps to RFC 5545."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine

from app.core import clock
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LocalizedText
from app.meetings import operations
from app.meetings.enums import ItemKind, Stage
from app.practices.calls import edit_call
from app.practices.models import Call
from tests.client import sign_in
from tests.factories.summaries import NOON, everywhere, make_meeting, publish_agenda
from tests.library.calendars import DAY, SESSION, edit, events, parse
from tests.meetings.agendas import add, fields, named
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
