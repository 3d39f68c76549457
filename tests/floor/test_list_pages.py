"""The pages of a list of speakers: its order, its closing, its rules, cuts, the lot and the end of the day."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.floor import operations
from app.floor.enums import EntryState, SpeakingKind, SpeakingOrder, Times
from app.floor.models import USUAL, FloorRules, SpeakersList
from app.floor.standing import standing_of
from app.meetings.enums import ItemKind, Stage
from app.meetings.models import AgendaItem
from tests.client import filled, post_form, sign_in
from tests.factories.summaries import NOON, everywhere, publish_agenda
from tests.floor.conftest import ask
from tests.floor.pages import FLOOR, client_text, press, text_of


def test_order_by_hand_through_its_buttons(staff, speakers, page):
    first, second = ask(speakers, "PE"), ask(speakers, "CL", at=NOON + timedelta(seconds=1))
    told = press(staff, page, f"/floor/entries/{second.id}/place", {"direction": "up"})
    assert "placed by the Chair" in told
    assert [row.id for row in standing_of(speakers).order] == [second.id, first.id]
    assert "placed by the Chair" not in press(staff, page, f"{page}/undo")


def test_a_list_is_closed_announced_and_opened_again(staff, speakers, page):
    refused = post_form(staff, page, {"closes_at": "2026-05-14T09:00"}, action=f"{page}/close")
    assert refused.status_code == 422
    assert "This moment has passed" in refused.text
    told = press(staff, page, f"{page}/close", {"closes_at": "2026-05-14T11:30"})
    assert "It closes on 14 May 2026, 11:30 (Washington, UTC-4)." in told
    with standing_at(NOON + timedelta(hours=2)):
        assert (
            "It closed on 14 May 2026, 11:30 (Washington, UTC-4). Points of order and rights of reply still pass."
            in client_text(staff, page)
        )
    assert "List open" in press(staff, page, f"{page}/open")
    assert "List closed" in press(staff, page, f"{page}/close", {"closes_at": ""})


def test_a_cut_shows_the_new_end_before_it_is_made(staff, speakers, page):
    for place, code in enumerate(("PE", "CL", "RCM")):
        ask(speakers, code, at=NOON + timedelta(seconds=place))
    cut = f"{page}/cut"
    told = text_of(staff.get(f"{cut}?factor=50").text)
    assert "10:08" in told
    assert "10:16" in told
    assert speakers.factor == 100
    assert staff.get(f"{cut}?factor=5").status_code == 422
    assert "times cut to 50 %" in press(staff, f"{cut}?factor=50", cut)
    stale = post_form(staff, f"{cut}?factor=60", {"seen": "100"}, action=cut)
    assert stale.status_code == 409
    db.session.expire_all()
    assert speakers.factor == 50


def rules(**more):
    return {
        "order": "by_alphabet",
        "order_language": "es",
        "time_for_states": "2.5",
        "quota_for_observers": "20",
    } | more


def test_rules_of_a_list(staff, speakers, page):
    refused = post_form(staff, f"{page}/rules", rules(time_reply="0"))
    assert refused.status_code == 422
    assert "Give between half a minute and 60 minutes." in refused.text
    answer = post_form(staff, f"{page}/rules", rules())
    assert answer.status_code == 303
    assert "In alphabetical order (Español)" in client_text(staff, page)
    db.session.expire_all()
    assert speakers.seconds == USUAL | {Times.STATES: 150}
    assert speakers.quotas == {"for_observers": 1200}
    assert 'value="2.5"' in staff.get(f"{page}/rules").text


def test_a_body_s_rules_are_what_lists_begin_with(staff, meeting, mark, page):
    body = "/mechanisms/cam/floor-rules"
    for _twice in range(2):
        assert post_form(staff, body, rules()).status_code == 303
    assert db.session.scalars(sa.select(FloorRules.order)).one() is SpeakingOrder.ALPHABETICAL
    press(staff, page, f"{page}/open")
    speakers = db.session.scalars(sa.select(SpeakersList)).one()
    assert (speakers.order, speakers.seconds["for_states"]) == (SpeakingOrder.ALPHABETICAL, 150)


def test_the_lot_is_drawn_and_can_be_counted_again(staff, speakers, page):
    speakers.order = SpeakingOrder.LOT
    assert "The lot is not drawn yet" in client_text(staff, page)
    ask(speakers, "PE")
    [button] = html.document_fromstring(staff.get(page).text).xpath(f"//*[@formaction='{page}/lot']")
    [asks] = button.iterancestors("details")
    assert asks.get("open") is None
    assert "drawn once: it cannot be undone or drawn again" in asks.text_content()
    told = press(staff, page, f"{page}/lot")
    db.session.expire_all()
    assert f"Seed: {speakers.seed}" in told
    assert "Draw the order by lot" not in told


def test_no_lot_is_drawn_where_nobody_waits(staff, speakers, page):
    ask(speakers, "PE", SpeakingKind.RIGHT_OF_REPLY)
    assert "Draw the order by lot" not in client_text(staff, page)
    token = filled(staff, page, action=f"{page}/close")[1]["csrf_token"]
    answer = staff.post(f"{page}/lot", data={"csrf_token": token})
    assert answer.status_code == 409
    assert "Nobody waits on this list yet." in text_of(answer.text)
    db.session.expire_all()
    assert (speakers.seed, speakers.order) == (None, SpeakingOrder.REQUEST)


@pytest.mark.parametrize("name", ["rules", "cut"])
def test_before_the_list_is_open_its_rules_say_what_to_do(client, personas, meeting, mark, page, name):
    sign_in(client, personas.secretariat)
    answer = client.get(f"{page}/{name}")
    assert answer.status_code == 409
    assert "Open it first" in answer.text
    assert 'href="/mechanisms/cam/floor-rules"' in answer.text
    assert f'formaction="{page}/open"' in answer.text
    assert "List open" in press(client, page, f"{page}/open")
    assert client.get(f"{page}/{name}").status_code == 200
    sign_in(client, personas.delegate_a)
    assert client.get(f"{page}/{name}").status_code == 403


def test_once_the_floor_is_over_nobody_is_told_to_open_a_list(staff, meeting, page):
    meeting.stage = Stage.CONSOLIDATING
    answer = staff.get(f"{page}/rules")
    assert answer.status_code == 409
    assert "This item has no list of speakers" in answer.text
    assert "Open it first" not in answer.text


def test_rights_of_reply_are_for_the_end_of_the_day(delegate, speakers, page):
    """All of a day, whatever item they belong to: first ones before second ones."""
    more = {"meeting": speakers.meeting, "day": 1, "minutes": 10, "kind": ItemKind.OTHER}
    db.session.add(other := AgendaItem(position=2, title=everywhere("Other"), **more))
    db.session.flush()
    publish_agenda(speakers.meeting)
    ask(operations.open_list(speakers.meeting, other.mark, by=SYSTEM), "RCM", SpeakingKind.RIGHT_OF_REPLY)
    ask(speakers, "CL", SpeakingKind.RIGHT_OF_REPLY, at=NOON - timedelta(minutes=2)).state = EntryState.SPOKEN
    ask(speakers, "CL", SpeakingKind.RIGHT_OF_REPLY, at=NOON - timedelta(minutes=1))
    ask(speakers, "PE", SpeakingKind.RIGHT_OF_REPLY)
    ask(speakers, "PE", at=NOON + timedelta(seconds=1))
    assert "Rights of reply at the end of the day" in delegate.get(page).text
    told = text_of(delegate.get(FLOOR).text)
    last = told.rpartition("Rights of reply at the end of the day")[2]
    assert last.index("RCM") < last.index("Peru") < last.index("Chile")
    assert "Peru: Right of reply, at the end of the day" in told
    assert "1 waits" in told
    assert "Next: Peru;" not in told, "a right of reply is not next in mid-day"


def test_an_item_that_is_gone_keeps_its_list_and_breaks_have_none(staff, meeting, speakers, page):
    more = {"meeting": meeting, "day": 1, "minutes": 10}
    rest = AgendaItem(position=2, kind=ItemKind.BREAK, title=everywhere("Break"), **more)
    other = AgendaItem(position=3, kind=ItemKind.OTHER, title=everywhere("Other"), **more)
    db.session.add_all([rest, other])
    db.session.flush()
    db.session.delete(db.session.scalars(sa.select(AgendaItem).filter_by(mark=speakers.mark)).one())
    db.session.flush()
    publish_agenda(meeting)
    addresses = [page, *(f"{FLOOR}/items/{mark}" for mark in (other.mark, rest.mark, "none"))]
    assert [staff.get(address).status_code for address in addresses] == [200, 200, 404, 404]
    assert "Opening" in client_text(staff, FLOOR)


def test_removing_through_its_button(staff, speakers, page):
    entry = ask(speakers, "PE")
    action = f"/floor/entries/{entry.id}/remove"
    [button] = html.document_fromstring(staff.get(page).text).xpath(f"//*[@formaction='{action}']")
    assert [row.get("open") for row in button.iterancestors("details")] == [None]  # asks first
    assert "Removed by the Chair" in press(staff, page, action)
    db.session.expire_all()
    assert entry.state is EntryState.REMOVED
