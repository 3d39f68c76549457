"""The pages of the floor: what each person sees and can do, and that nobody acts for another State."""

from datetime import timedelta

import sqlalchemy as sa
from flask import url_for
from lxml import html

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.floor import operations, placing, queries, speaking
from app.floor.enums import Category, EntryState, FloorPart, SpeakingKind
from app.floor.forgetting import forget_names
from app.floor.models import PartGiven, Speech
from app.floor.standing import standing_of
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import DelegationMember
from app.meetings.retention import Names
from tests.client import filled, post_form, sign_in
from tests.factories.summaries import NOON
from tests.floor.conftest import ask, delegation_of
from tests.floor.pages import FLOOR, client_text, clock, press, rows
from tests.personas import add_member, make_user, party


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


def test_on_behalf_of_a_state_is_noted_for_a_raised_flag(staff, meeting, speakers, page):
    """A State speaks for another where who manages the floor says so: on the list and on the room's screen."""
    values = {
        "flag-delegation": str(delegation_of(meeting, "CL").id),
        "flag-kind": "statement",
        "flag-on_behalf": str(party("PE").id),
    }
    told = press(staff, page, f"{page}/flag", values)
    assert "Chile on behalf of Peru" in told
    (entry,) = rows()
    assert (entry.on_behalf.code, entry.raised_flag, entry.category) == ("PE", True, Category.STATES)
    assert "Chile Statement · on behalf of Peru" in client_text(staff, f"{FLOOR}/room")
    speaking.give(entry, by=SYSTEM)
    db.session.commit()
    assert "Chile on behalf of Peru" in client_text(staff, f"{FLOOR}/chair")
    assert "on behalf of Peru" in client_text(staff, f"{FLOOR}/room")


def test_what_is_asked_before_the_session_waits_for_it(client, personas, meeting, mark, page):
    """Pre-registration: a list is opened while the call is, and who asks then has asked before the session."""
    meeting.stage = Stage.CALL_OPEN
    db.session.commit()
    prefix = f"d{delegation_of(meeting, 'PE').id}-"
    with standing_at(meeting.starts_at - timedelta(days=2)):
        sign_in(client, personas.secretariat)
        assert "List open" in press(client, page, f"{page}/open")
        sign_in(client, personas.delegate_a)
        told = press(client, page, f"{page}/ask/PE", {f"{prefix}kind": "statement", f"{prefix}language": "es"})
        assert "asked before the session" in told
    (entry,) = rows()
    assert (entry.state, entry.preregistered) == (EntryState.WAITING, True)
    meeting.stage = Stage.IN_SESSION
    late = ask(standing_of(entry.speakers).speakers, "CL")
    assert not late.preregistered
    assert [row.delegation.party.code for row in standing_of(entry.speakers).order] == ["PE", "CL"]


def test_a_phone_leads_from_the_list_to_handing_in(delegate, mark, speakers, page):
    (link,) = [
        found
        for found in html.document_fromstring(delegate.get(page).text).xpath("//section[@id='mine']//a")
        if found.text_content() == "Hand in a statement"
    ]
    address = f"/sessions/cam-2026/statements/PE/new?item={mark}"
    assert link.get("href") == address
    answer = delegate.get(address)
    assert answer.status_code == 200
    (chosen,) = html.document_fromstring(answer.text).xpath("//select[@name='item']/option[@selected]")
    assert chosen.get("value") == mark


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
    ask(speakers, "CL")
    operations.draw_lot(speakers, by=SYSTEM)
    told = client_text(staff, "/desk/cam-2026/trail")
    for words in ("Asked for the floor", "Gave the floor", "Opened a list of speakers", "By lot"):
        assert words in told
