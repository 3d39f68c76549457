"""A refusal after one button, or a link, leads back to the page that it is on, which says why."""

from datetime import timedelta

import pytest

from app.core.actors import SYSTEM
from app.core.db import db
from app.meetings import operations
from app.meetings.enums import Stage
from app.meetings.queries import agenda_of
from tests.client import filled, sign_in
from tests.core.test_resending import words
from tests.factories.register import register
from tests.factories.summaries import NOON, make_meeting
from tests.meetings.agendas import add

SITE = "http://localhost"
AGENDA = "/sessions/cam-2026/manage/agenda"


@pytest.fixture
def meeting(personas):
    meeting = make_meeting(stage=Stage.PREPARING, starts_at=NOON, ends_at=NOON + timedelta(days=1))
    for name in ("First", "Second"):
        add(meeting, name)
    db.session.commit()
    return meeting


def follow(client, answer):
    assert answer.status_code == 303
    return client.get(answer.location)


def test_who_moves_an_item_that_somebody_else_moved_sees_the_list_as_it_is(client, personas, meeting):
    sign_in(client, personas.secretariat)
    second = agenda_of(meeting.id)[1]
    act = f"/manage/agenda/{second.id}/move"
    first = filled(client, AGENDA, {"direction": "up"}, action=act)
    for expected in (None, "Somebody changed"):
        answer = client.post(act, data=first[1], headers={"Referer": f"{SITE}{AGENDA}?page=1"})
        page = follow(client, answer)
        assert page.request.path == AGENDA
        assert ("Somebody changed" in page.text) is (expected is not None)
    assert 'class="flash flash-warning"' in page.text
    assert [row.title["en"] for row in agenda_of(meeting.id)][:2] == ["First (en)", "Opening (en)"]


def test_who_moves_an_item_that_somebody_else_deleted_is_back_on_the_list_which_says_so(client, personas, meeting):
    sign_in(client, personas.secretariat)
    item = agenda_of(meeting.id)[1]
    move, drop, delete = f"/manage/agenda/{item.id}/move", f"{AGENDA}/drop", f"/manage/agenda/{item.id}/delete"
    _address, data, _multipart = filled(client, AGENDA, {"direction": "up"}, action=move)
    dropped = {**data, "item": str(item.id), "position": "1", "day": "1"}
    operations.delete_agenda_item(item, by=SYSTEM)
    db.session.commit()
    for act, form in ((move, data), (drop, dropped), (delete, data)):
        page = follow(client, client.post(act, data=form, headers={"Referer": SITE + AGENDA}))
        assert page.request.path == AGENDA
        assert "Somebody changed this in the meantime." in page.text
    gone = client.post(move, data=data, headers={"Sec-Fetch-Site": "same-origin"})
    assert gone.status_code == 404
    assert "Send it again" not in gone.text


@pytest.mark.parametrize(
    ("referer", "leads_back"),
    [
        (f"{SITE}/desk/mail", True),
        (f"{SITE}/desk/mail/decide?act=approve", False),  # the page that refuses
        (f"{SITE}/account/calendar", False),  # takes forms only
        (f"{SITE}//example.org/", False),
        ("https://example.org/mail", False),
        (None, False),
    ],
)
def test_one_goes_back_to_pages_of_ours_alone(client, personas, meeting, referer, leads_back):
    sign_in(client, personas.secretariat)
    answer = client.get("/desk/mail/decide?act=approve", headers={"Referer": referer} if referer else {})
    assert (answer.status_code == 303) is leads_back
    if leads_back:
        page = client.get("/desk/mail")
        assert "Choose at least one mail first." in page.text
    else:
        assert "Choose at least one mail first." in words(answer)


def test_a_form_that_is_too_old_leads_back_without_its_text_but_says_nothing_of_one(client, personas, meeting):
    sign_in(client, personas.secretariat)
    item = agenda_of(meeting.id)[0]
    page = f"/manage/agenda/{item.id}"
    _address, data, _multipart = filled(client, page, {}, action=f"{page}/delete")
    item.minutes += 1
    db.session.commit()
    again = follow(client, client.post(f"{page}/delete", data=data, headers={"Referer": SITE + page}))
    assert "Somebody changed this in the meantime. Look at it again, then do what you want." in again.text
    assert "Your text is kept below" not in again.text


def test_a_document_without_a_file_has_no_button_that_would_refuse(client, personas, meeting):
    sign_in(client, personas.secretariat)
    document = register(meeting)
    db.session.commit()
    page = client.get(f"/documents/{document.slug}/edit").text
    assert "It can be issued once it has a file: add one below." in page
    assert "Issue the document" not in page
