"""The pages of the floor: what each person sees and can do, and that nobody acts for another State."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import url_for
from lxml import html

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.floor import operations, placing, queries, speaking
from app.floor.enums import EntryState, FloorPart, SpeakingKind, SpeakingOrder, Times
from app.floor.forgetting import forget_names
from app.floor.models import USUAL, FloorRules, PartGiven, SpeakerEntry, SpeakersList, Speech
from app.floor.standing import standing_of
from app.meetings.enums import DelegationRole, ItemKind, Stage
from app.meetings.models import AgendaItem, DelegationMember
from app.meetings.retention import Names
from tests.client import filled, post_form, sign_in
from tests.factories.summaries import NOON, everywhere, publish_agenda
from tests.floor.conftest import ask, delegation_of
from tests.personas import add_member, make_user

FLOOR = "/sessions/cam-2026/floor"


@pytest.fixture
def page(mark) -> str:
    return f"{FLOOR}/items/{mark}"


def rows() -> list[SpeakerEntry]:
    return list(db.session.scalars(sa.select(SpeakerEntry).order_by(SpeakerEntry.id)))


def press(client, page, action, values=None):
    """Press the button of a page that is sent to an address; return the page after it."""
    answer = post_form(client, page, values, action=action)
    assert answer.status_code == 303, answer.text
    return client_text(client, answer.location)


def text_of(answer: str) -> str:
    return " ".join(html.document_fromstring(answer).text_content().split())


def client_text(client, page) -> str:
    return text_of(client.get(page).text)


def clock(client, page) -> tuple[str, str, str]:
    """The light of the first clock of a page, what is left or over on it, and what was spent of it."""
    found = html.document_fromstring(client.get(page).text).xpath("//div[@class='clock']")[0]
    left, spent = (found.xpath(f".//*[@data-clock-{name}]")[0].text for name in ("left", "spent"))
    return found.get("data-light"), left, spent


def test_the_secretariat_opens_a_list_and_a_delegate_asks(client, personas, meeting, mark, page):
    sign_in(client, personas.delegate_a)
    assert "not open yet" in client.get(page).text
    assert "Open the list of speakers" not in client.get(page).text
    sign_in(client, personas.secretariat)
    assert "List open" in press(client, page, f"{page}/open")
    sign_in(client, personas.delegate_a)
    assert "Ask for the floor" in client.get("/desk").text
    delegation = delegation_of(meeting, "PE")
    prefix = f"d{delegation.id}-"
    told = press(client, page, f"{page}/ask/PE", {f"{prefix}kind": "statement", f"{prefix}language": "es"})
    assert "Peru: place 1, expected at about 10:00" in told
    entry = rows()[0]
    assert (entry.asked_by_id, entry.language, entry.asked_at) == (personas.delegate_a.id, "es", NOON)
    assert "Peru: place 1, expected at about 10:00" in client_text(client, FLOOR)
    assert "was withdrawn" in press(client, page, f"/floor/entries/{entry.id}/withdraw")


def test_the_clock_of_a_phone_counts_for_nothing(delegate, meeting, speakers, page):
    """Whatever a browser says of the time is not read, where no proxy is declared."""
    delegation = delegation_of(meeting, "PE")
    more = {"asked_at": "2020-01-01T00:00:00Z", f"d{delegation.id}-asked_at": "2020-01-01T00:00:00Z"}
    token = {"kind": "statement", "language": "en"}
    data = {f"d{delegation.id}-{key}": value for key, value in token.items()} | more
    headers = {"X-Request-Started": "1577836800.000 1.000", "Date": "Wed, 01 Jan 2020 00:00:00 GMT"}
    address, known, _multipart = filled(delegate, page, action=f"{page}/ask/PE")
    assert delegate.post(address, data=known | data, headers=headers).status_code == 303
    assert rows()[0].asked_at == NOON


def test_a_request_that_is_refused_keeps_what_was_written(delegate, meeting, speakers, page):
    delegation = delegation_of(meeting, "PE")
    prefix = f"d{delegation.id}-"
    answer = post_form(
        delegate, page, {f"{prefix}group_name": "Chile", f"{prefix}subject": "On returns"}, action=f"{page}/ask/PE"
    )
    assert answer.status_code == 422
    assert "This is the name of a State" in answer.text
    assert 'value="On returns"' in answer.text
    operations.close_list(speakers, None, received_at=NOON, by=SYSTEM)
    answer = post_form(delegate, page, {f"{prefix}subject": "On returns"}, action=f"{page}/ask/PE")
    assert answer.status_code == 409
    assert "The list is closed" in answer.text
    assert 'value="On returns"' in answer.text


def test_nobody_acts_for_another_state_by_any_route(app, client, personas, meeting, speakers, page):
    speech = speaking.give(ask(speakers, "CL", SpeakingKind.QUESTION), by=SYSTEM)
    other = ask(speakers, "CL")
    own = ask(speakers, "PE")
    third = ask(speakers, "RCM")
    offer = placing.offer_swap(third, other, by=SYSTEM)
    sign_in(client, personas.delegate_a)
    things = {"entry_id": other.id, "speech_id": speech.id, "offer_id": offer.id}
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods and rule.arguments & things.keys()]
    with app.test_request_context():
        addresses = [url_for(rule.endpoint, **{name: things[name] for name in rule.arguments}) for rule in rules]
    assert len(addresses) >= 11
    addresses += [f"{page}/ask/CL", f"{page}/ask/MX"]
    before = _seen()
    token = filled(client, page, action=f"{page}/ask/PE")[1]["csrf_token"]
    for address in addresses:
        assert client.post(address, data={"csrf_token": token}).status_code == 404, address
    for act in ("give", "remove", "place", "rule"):
        assert client.post(f"/floor/entries/{own.id}/{act}", data={"csrf_token": token}).status_code == 403, act
    for address in ("open", "close", "flag", "undo", "rules", "lot", "cut"):
        assert client.post(f"{page}/{address}", data={"csrf_token": token}).status_code == 403, address
    # What the form names is not believed either: the delegation is the address's.
    data = filled(client, page, action=f"{page}/ask/PE")[1]
    data |= {"delegation": delegation_of(meeting, "CL").id, "flag-delegation": delegation_of(meeting, "CL").id}
    data[f"d{delegation_of(meeting, 'PE').id}-kind"] = "point_of_order"
    assert client.post(f"{page}/ask/PE", data=data).status_code == 303
    assert rows()[-1].delegation.party.code == "PE"
    assert _seen() == before


def _seen():
    db.session.expire_all()
    return [
        (row.id, row.state, row.hand, row.ruling) for row in rows() if row.delegation.party.code != "PE"
    ], db.session.execute(sa.select(Speech.paused_at, Speech.ended_at)).all()


def test_who_takes_no_part_does_not_follow(client, personas, meeting, speakers, page):
    for user, status in ((personas.reader, 403), (personas.anonymous, 302)):
        sign_in(client, user)
        assert [client.get(address).status_code for address in (FLOOR, page, f"{FLOOR}/times")] == [status] * 3


def test_an_observer_of_a_delegation_follows_and_does_not_ask(client, personas, meeting, speakers, page):
    observer = make_user("Observer", party_code="PE")
    add_member(meeting, observer, DelegationRole.OBSERVER)
    sign_in(client, observer)
    assert "Ask for the floor" not in client.get(page).text
    token = filled(client, page, action="/sign-out")[1]["csrf_token"]
    assert client.post(f"{page}/ask/PE", data={"csrf_token": token}).status_code == 403


def test_the_chair_manages_and_loses_it_with_the_membership(client, personas, meeting, speakers, page):
    sign_in(client, personas.secretariat)
    chair = f"{FLOOR}/parts"
    member = db.session.scalars(sa.select(DelegationMember).filter_by(user_id=personas.delegate_b.id)).one()
    given = {"member": str(member.id), "part": "chair"}
    assert "Delegate B" in press(client, chair, chair, given)
    press(client, chair, chair, given)
    assert db.session.scalar(sa.select(sa.func.count(PartGiven.id))) == 1
    entry = ask(speakers, "PE")
    sign_in(client, personas.delegate_b)
    press(client, page, f"/floor/entries/{entry.id}/give")
    assert clock(client, page) == ("green", "5:00", "0:00")
    assert client.get(chair).status_code == 403
    db.session.delete(member)
    db.session.commit()
    assert db.session.scalar(sa.select(sa.func.count(PartGiven.id))) == 0
    assert client.get(page).status_code == 403


def test_the_chairs_part_is_taken_back(staff, personas, meeting):
    member = db.session.scalars(sa.select(DelegationMember).filter_by(user_id=personas.delegate_b.id)).one()
    given = operations.give_part(member, FloorPart.CHAIR, by=personas.secretariat)
    db.session.commit()
    told = press(staff, f"{FLOOR}/parts", f"/floor/parts/{given.id}/remove")
    assert "Nobody has one" in told


def test_a_flag_is_noted_by_who_manages(staff, personas, meeting, speakers, page):
    for member in delegation_of(meeting, "CL").members:
        member.user.language = "es"
    db.session.commit()
    values = {
        "flag-delegation": str(delegation_of(meeting, "CL").id),
        "flag-kind": "statement",
        "flag-subject": "On visas",
    }
    told = press(staff, page, f"{page}/flag", values)
    assert "noted by the secretariat or the Chair" in told
    assert "On visas" in told
    assert rows()[0].language == "es"  # of Chile's people, not the secretariat's
    answer = post_form(staff, page, values, action=f"{page}/flag")
    assert answer.status_code == 409
    assert "waits on this list already" in answer.text


def test_the_clock_of_an_intervention_through_its_buttons(staff, speakers, page):
    entry = ask(speakers, "PE")
    press(staff, page, f"/floor/entries/{entry.id}/give")
    speech = db.session.scalars(sa.select(Speech)).one()
    with standing_at(NOON + timedelta(minutes=2)):
        assert clock(staff, page) == ("green", "3:00", "2:00")
        assert "Clock paused" in press(staff, page, f"/floor/speeches/{speech.id}/pause")
    with standing_at(NOON + timedelta(minutes=4)):
        assert "Clock paused" not in press(staff, page, f"/floor/speeches/{speech.id}/resume")
    with standing_at(NOON + timedelta(minutes=6)):
        assert clock(staff, page) == ("amber", "1:00", "4:00")
    with standing_at(NOON + timedelta(minutes=8)):
        assert clock(staff, page) == ("red", "1:00", "6:00")
        told = press(staff, page, f"/floor/speeches/{speech.id}/end")
        assert "Nobody has the floor at the moment." in told
        assert "1:00 over the time" in told
    assert "6:00 in all" in client_text(staff, f"{FLOOR}/times")


def test_a_point_of_order_is_ruled_on(staff, speakers, page):
    speaking.give(ask(speakers, "PE"), by=SYSTEM)
    point = ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER)
    told = press(staff, page, f"/floor/entries/{point.id}/give")
    assert "Interrupted by a point of order" in told
    rule = f"/floor/entries/{point.id}/rule"
    assert post_form(staff, rule, {"ruling": " "}).status_code == 422
    assert "Ruling: Not sustained." in press(staff, rule, rule, {"ruling": "Not sustained."})
    assert "Word the ruling anew" in client_text(staff, page)
    assert "Interrupted by a point of order" in client_text(staff, FLOOR)
    assert "Nobody has the floor" not in press(staff, page, f"/floor/speeches/{point.speech.id}/end")


@pytest.mark.parametrize("screen", ["page", "chair"])
def test_the_ruling_is_asked_for_with_the_end_of_a_point_of_order(staff, speakers, page, screen):
    here, more = (page, {}) if screen == "page" else (f"{FLOOR}/chair", {"back": "chair"})
    speaking.give(ask(speakers, "PE"), by=SYSTEM)
    point = speaking.give(ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER), by=SYSTEM)
    db.session.commit()
    answer = post_form(staff, here, more, action=f"/floor/speeches/{point.id}/end")
    assert answer.location.startswith(f"/floor/entries/{point.entry_id}/rule")
    assert "The floor is held until the ruling is noted." in client_text(staff, answer.location)
    told = client_text(staff, here)
    assert "The floor is held until a point of order is ruled on: Chile." in told
    assert "Interrupted by a point of order" in told
    answer = post_form(staff, answer.location, {"ruling": "Not sustained."})
    assert answer.location.partition("#")[0] == here
    told = client_text(staff, here)
    assert "held until" not in told
    assert "Interrupted" not in told
    assert "Clock paused" in told


def test_the_ruling_that_somebody_else_noted_meanwhile_is_not_written_over(staff, speakers, page):
    point = speaking.give(ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER), by=SYSTEM)
    db.session.commit()
    rule = f"/floor/entries/{point.entry_id}/rule"
    form = filled(staff, rule, {"ruling": "Sustained."})[1]
    speaking.end(point, by=SYSTEM)
    speaking.rule_on(point.entry, "Not sustained.", by=SYSTEM)
    db.session.commit()
    answer = staff.post(rule, data=form)
    assert (answer.status_code, point.entry.ruling) == (409, "Not sustained.")
    assert "Sustained." in answer.text.partition("<form")[2]
    assert staff.post(rule, data=form | {"ruling": "Not sustained."}).status_code == 303


def test_a_ruling_stands_once_the_summary_is_published(staff, meeting, speakers, page):
    point = speaking.give(ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER), by=SYSTEM)
    speaking.end(point, by=SYSTEM)
    meeting.stage = Stage.CONSOLIDATING
    rule = f"/floor/entries/{point.entry_id}/rule"
    assert "Word the ruling anew" in press(staff, rule, rule, {"ruling": "Sustained."})
    meeting.stage = Stage.PUBLISHED
    db.session.commit()
    answer = post_form(staff, rule, {"ruling": "Not sustained."})
    assert answer.status_code == 409
    assert "Not sustained." in answer.text
    assert "Word the ruling anew" not in client_text(staff, page)


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
    told = press(staff, page, f"{page}/lot")
    db.session.expire_all()
    assert f"Seed: {speakers.seed}" in told
    assert "Draw the order by lot" not in told


def test_a_swap_through_its_buttons(client, personas, meeting, speakers, page):
    first, second = ask(speakers, "PE"), ask(speakers, "CL", at=NOON + timedelta(seconds=1))
    sign_in(client, personas.delegate_a)
    told = press(client, page, f"/floor/entries/{first.id}/swap", {f"e{first.id}-wanted": str(second.id)})
    assert "You offered Chile to swap places." in told
    offer = queries.offers_open(speakers.id)[0]
    token = filled(client, page, action=f"{page}/ask/PE")[1]["csrf_token"]
    assert client.post(f"/floor/swaps/{offer.id}/accept", data={"csrf_token": token}).status_code == 403
    sign_in(client, personas.delegate_b)
    assert "Peru (place 1) offers to swap places with Chile (place 2)." in client.get(page).text
    assert "Chile: place 1" in press(client, page, f"/floor/swaps/{offer.id}/accept")
    assert [row.delegation.party.code for row in standing_of(speakers).order] == ["CL", "PE"]
    sign_in(client, personas.delegate_b)
    press(client, page, f"/floor/entries/{second.id}/swap", {f"e{second.id}-wanted": str(first.id)})
    again = queries.offers_open(speakers.id)[0]
    assert "no longer stands" in press(client, page, f"/floor/swaps/{again.id}/decline")


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


def test_names_are_forgotten_with_the_participants(speakers, meeting):
    question = ask(speakers, "PE", SpeakingKind.QUESTION, subject="To Ana Ruiz, on visas")
    point = ask(speakers, "PE", SpeakingKind.POINT_OF_ORDER)
    speaking.give(point, by=SYSTEM)
    speaking.rule_on(point, "Ana Ruiz", by=SYSTEM)
    forget_names(meeting, Names(["Ana Ruiz"]), SYSTEM)
    assert question.subject == "To , on visas"
    assert point.ruling == "–"


def test_the_trail_tells_what_happened(staff, speakers, page):
    entry = ask(speakers, "PE")
    speaking.give(entry, by=SYSTEM)
    operations.draw_lot(speakers, by=SYSTEM)
    told = client_text(staff, "/desk/cam-2026/trail")
    for words in ("Asked for the floor", "Gave the floor", "Opened a list of speakers", "By lot"):
        assert words in told
