"""The pages on which a session is started: what they offer and refuse, sessions within others."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from lxml import html
from werkzeug.datastructures import MultiDict

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import Refusal
from app.meetings import carrying, operations, queries, starting
from app.meetings.models import Meeting, SessionTemplate
from app.practices.queries import call_of
from tests.client import filled, post_form, sign_in
from tests.factories.summaries import everywhere, make_meeting
from tests.meetings.starts import ALL, NEXT, start
from tests.meetings.test_views import NEW


@pytest.fixture
def old(app, personas):
    """A session of May 2026 in Washington with two delegations, a call and planned days."""
    meeting = make_meeting(country="US", call_planned_on=date(2026, 2, 2), publication_planned_on=date(2026, 6, 12))
    personas.join(meeting)
    call = call_of(meeting.id)
    call.opens_at = datetime(2026, 2, 2, 14, tzinfo=UTC)  # 09:00 in winter
    call.closes_at = datetime(2026, 3, 31, 22, tzinfo=UTC)  # 18:00 in summer
    db.session.commit()
    return meeting


def test_the_next_edition_is_the_next_year_in_the_future_that_has_none(old):
    make_meeting("2027")
    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC), tick=False):
        proposal = starting.next_after(old)
    assert (proposal.code, proposal.first_day) == ("2028", date(2028, 5, 11))
    assert proposal.first_day.weekday() == carrying.first_day(old).weekday()


def test_a_year_in_the_title_moves_on_and_a_code_without_one_is_left_to_people(old):
    old.title = everywhere("Annual session, 2026")
    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC), tick=False):
        assert starting.next_after(old).title["es"] == "Annual session, 2027 (es)"
        old.code = "XII"
        assert starting.next_after(old).code == ""


def test_the_page_flags_dates_before_anything_is_made(client, personas, old):
    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC), tick=False):
        sign_in(client, personas.secretariat)
        text = client.get(NEXT).text
        assert 'value="2027-05-13"' in text
        assert "1 February 2027, 09:00" in text
        # Another day is shown before it is taken, even by the button that creates.
        moved = post_form(client, NEXT, {"first_day": "2027-07-05", "action": "create"})
    assert moved.status_code == 200
    assert "Holiday: Independence Day" in moved.text
    assert "Weekend: Saturday" in moved.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 1


def test_a_page_that_comes_again_says_why(client, personas, old):
    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC), tick=False):
        sign_in(client, personas.secretariat)
        why = "The first day was changed, so the dates moved"
        assert why in post_form(client, NEXT, {"first_day": "2027-07-06", "action": "create"}).text
        assert why not in post_form(client, NEXT, {"first_day": "2027-07-06", "action": "dates"}).text
        assert why not in client.get(NEXT).text


def test_dates_that_are_past_are_flagged_beside_each(old):
    with time_machine.travel(datetime(2027, 2, 15, tzinfo=UTC), tick=False):
        lines = carrying.dates_of(carrying.set_up_of(old), date(2027, 5, 13), ALL)
    assert [str(line.label) for line in lines if "In the past" in line.notes] == ["Call opens"]


def test_years_in_titles_follow_the_first_day_and_what_a_person_wrote_stays(client, personas, old):
    old.title, call = everywhere("Annual session 2026"), call_of(old.id)
    call.title = everywhere("Call, 2025-2026")
    db.session.commit()
    assert call_of(start(old, first_day=date(2029, 5, 10)).id).title["es"] == "Call, 2028-2029 (es)"
    db.session.rollback()
    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC), tick=False):
        sign_in(client, personas.secretariat)
        values = {"first_day": "2030-05-16", "title-fr": "Session de 2031", "action": "dates"}
        page = html.document_fromstring(post_form(client, NEXT, values).text)
    data = dict(next(form for form in page.forms if "first_day" in form.fields).form_values())
    assert (data["title-en"], data["title-fr"]) == ("Annual session 2030 (en)", "Session de 2031")
    assert data["code"] == "2030"


def test_a_template_s_title_follows_as_well(client, personas, old):
    old.title = everywhere("Annual session 2026")
    starting.save_template(old.mechanism, name="Usual", set_up=carrying.set_up_of(old), keys=ALL, by=SYSTEM)
    db.session.commit()
    sign_in(client, personas.secretariat)
    url = f"/sessions/new/template/{db.session.scalars(sa.select(SessionTemplate.id)).one()}"
    text = post_form(client, url, {"first_day": "2029-05-10", "action": "dates"}, action=url).text
    assert "Annual session 2029 (es)" in text
    assert 'value="Annual session 2026' not in text


def test_a_session_of_early_january_stays_in_its_next_year(old):
    old.starts_at, old.ends_at = datetime(2027, 1, 1, 15, tzinfo=UTC), datetime(2027, 1, 2, 15, tzinfo=UTC)
    old.code = "2027"
    with time_machine.travel(datetime(2027, 2, 1, tzinfo=UTC), tick=False):
        assert (starting.next_after(old).first_day, starting.next_after(old).code) == (date(2028, 1, 7), "2028")


def test_a_blank_session_has_no_body_chosen_and_its_days_are_looked_at_first(client, personas, old):
    sign_in(client, personas.secretariat)
    page = "/sessions/new/blank"
    form = next(form for form in html.document_fromstring(client.get(page).text).forms if "starts_at" in form.fields)
    assert form.fields["mechanism"] == ""
    sunday = NEW | {"starts_at": "2077-05-16T10:00", "ends_at": "2077-05-17T10:00"}
    shown = post_form(client, page, sunday)
    assert shown.status_code == 409
    assert "Session starts, 16 May 2077, 10:00 (Washington, UTC-4): Weekend: Sunday" in shown.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 1
    form = next(form for form in html.document_fromstring(shown.text).forms if "starts_at" in form.fields)
    assert client.post(page, data=MultiDict(form.form_values())).status_code == 303


def test_a_session_is_started_from_the_page(client, personas, old):
    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC), tick=False):
        sign_in(client, personas.secretariat)
        answer = post_form(client, NEXT, {"action": "create"})
        assert "Read its texts once more" in client.get("/desk/cam-2027").text
    assert answer.location == "/desk/cam-2027"
    new = db.session.scalars(sa.select(Meeting).where(Meeting.code == "2027")).one()
    assert len(queries.delegations_of_meeting(new.id)) == 3


def test_a_code_that_is_taken_comes_back_with_what_was_written(client, personas, old):
    sign_in(client, personas.secretariat)
    answer = post_form(client, NEXT, {"code": "2026", "title-en": "Mine", "action": "create"})
    assert answer.status_code == 422
    assert "This mechanism has a session with that code already." in answer.text
    assert "Mine" in answer.text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_ends_of_the_calendar_is_refused(client, personas, old, day):
    sign_in(client, personas.secretariat)
    answer = post_form(client, NEXT, {"first_day": day, "title-en": "Mine", "action": "create"})
    assert answer.status_code == 422
    assert "This date cannot be reckoned with. Choose another." in answer.text
    assert "Mine" in answer.text


def test_a_day_that_is_missing_is_asked_for(client, personas, old):
    sign_in(client, personas.secretariat)
    answer = post_form(client, NEXT, {"first_day": "", "action": "create"})
    assert answer.status_code == 422
    assert "Say on which day the session starts." in answer.text


def test_a_template_holds_no_people_and_starts_a_session(client, personas, old):
    sign_in(client, personas.secretariat)
    page = "/sessions/cam-2026/manage/template"
    assert "People of the delegations" not in client.get(page).text
    answer = post_form(client, page, {"name": "Usual", "parts": ["agenda", "delegations"]})
    assert answer.location == "/sessions/new"
    template = db.session.scalars(sa.select(SessionTemplate)).one()
    assert set(template.content["parts"]) == {"agenda", "delegations"}
    assert str(personas.delegate_a.id) not in str(template.content["parts"].get("people"))
    url = f"/sessions/new/template/{template.id}"
    assert "Usual" in client.get("/sessions/new").text
    values = {"code": "2030", "first_day": "2030-05-16"}
    shown = post_form(client, url, values | {"action": "dates"}, action=url)
    assert shown.status_code == 200
    assert "16 May 2030, 10:00" in shown.text
    form = next(form for form in html.document_fromstring(shown.text).forms if "first_day" in form.fields)
    data = dict(form.form_values()) | {"parts": ["agenda", "delegations"], "action": "create"}
    assert client.post(url, data=data).location == "/desk/cam-2030"
    new = db.session.scalars(sa.select(Meeting).where(Meeting.code == "2030")).one()
    assert len(queries.delegations_of_meeting(new.id)) == 3
    assert all(not row.members for row in queries.delegations_of_meeting(new.id))
    assert queries.questions_of(new.id) == []


def test_a_session_is_never_within_itself(client, personas, old):
    child, grandchild = make_meeting("2027", parent=old), make_meeting("2028")
    grandchild.parent = child
    db.session.commit()
    for parent in (old, child, grandchild):
        with pytest.raises(Refusal) as refusal:
            operations.edit_meeting(old, by=SYSTEM, **{**operations.fields_of(old), "parent": parent})
        assert refusal.value.field == "parent"
    sign_in(client, personas.secretariat)
    page = "/sessions/cam-2026/manage/facts"
    answer = post_form(client, page, {"parent": "cam-2028"})
    assert answer.status_code == 422
    assert "A session cannot be held within itself" in answer.text
    assert 'value="cam-2026"' not in client.get(page).text
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(Meeting).values(parent_id=Meeting.id))


def test_a_blank_session_within_another_in_a_country(client, personas, old):
    sign_in(client, personas.secretariat)
    post_form(client, "/sessions/new/blank?parent=cam-2026", NEW | {"country": "PE"})
    new = db.session.scalars(sa.select(Meeting).where(Meeting.code == "2027")).one()
    assert (new.parent_id, new.country) == (old.id, "PE")


def test_the_start_page_before_there_is_anything(client, personas):
    text = sign_in(client, personas.secretariat).get("/sessions/new").text
    assert "There is none yet." in text
    assert "No body has one yet." in text


def test_a_session_without_a_call_or_planned_days_offers_neither(client, personas):
    meeting = make_meeting()
    db.session.delete(call_of(meeting.id))
    db.session.flush()
    set_up = carrying.set_up_of(meeting)
    assert "call" not in set_up["parts"]
    lines = carrying.dates_of(set_up, date(2027, 5, 13), ALL)
    assert [str(line.label) for line in lines] == ["Session starts", "Session ends"]
    new = start(meeting)
    assert (new.call_planned_on, call_of(new.id)) == (None, None)


def test_an_unusual_zone_stays_and_a_body_must_convene(client, personas, old):
    old.zone = "America/Anchorage"
    db.session.commit()
    sign_in(client, personas.secretariat)
    assert "America/Anchorage" in client.get("/sessions/cam-2026/manage/facts").text
    answer = post_form(client, "/sessions/new/blank", NEW | {"mechanism": "XX"})
    assert answer.status_code == 422


def test_the_page_says_how_many_mails_wait_for_those_carried(client, personas, old):
    sign_in(client, personas.secretariat)
    assert "A mail to each of the 3 people who are carried waits in the outbox" in client.get(NEXT).text
    made = post_form(client, NEXT, {"first_day": "2027-05-13", "action": "dates"})
    assert made.status_code == 200
    made = post_form(client, NEXT, {"action": "create", "code": "2027"})
    page = client.get(made.location).text
    assert "3 mails to people who were carried wait in the outbox." in page
    assert "Can wait until the call opens" in page
    asked = client.get("/desk/mail/decide?act=approve&all=1&up_to=99").text
    assert "3 mails are about sessions in preparation" in asked
    assert "in preparation" not in client.get("/desk/mail/decide?act=cancel&all=1&up_to=99").text


@pytest.mark.parametrize("way", ["blank", "earlier"])
def test_a_form_sent_twice_makes_one_session(client, personas, old, way):
    sign_in(client, personas.secretariat)
    url, values = ("/sessions/new/blank", NEW) if way == "blank" else (NEXT, {"action": "create", "code": "2027"})
    address, data, _multipart = filled(client, url, values)
    first, second = client.post(address, data=data), client.post(address, data=data)
    assert (first.status_code, second.status_code, first.location) == (303, 303, second.location)
    assert len(db.session.scalars(sa.select(Meeting)).all()) == 2
    assert post_form(client, url, values).status_code == 422, "another form is another session"
