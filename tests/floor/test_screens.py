"""The Chair's screen, the room's screen, what of the floor's pages changes by itself, and undoing the wrong giving."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import WrongState
from app.core.forms import order_mark
from app.floor import operations, placing, queries, speaking
from app.floor.changes import topic_of
from app.floor.enums import EntryState, FloorPart, SpeakingKind
from app.floor.models import SpeakerEntry, Speech
from app.floor.standing import standing_of
from app.floor.statement_codes import make_code
from app.live.publishing import numbers_of
from app.meetings.enums import DelegationRole, ItemKind, Stage
from app.meetings.models import AgendaItem, AgendaVersion, DelegationMember
from app.meetings.stages import checklist
from tests.client import post_form, sign_in
from tests.factories.summaries import NOON, everywhere
from tests.floor.conftest import ask
from tests.floor.pages import FLOOR, client_text, clock, press
from tests.personas import add_member, make_user

CHAIR, ROOM = f"{FLOOR}/chair", f"{FLOOR}/room"


def three(speakers) -> list[SpeakerEntry]:
    """Peru, Chile and the RCM, who ask one after the other."""
    codes = ("PE", "CL", "RCM")
    return [ask(speakers, code, at=NOON + timedelta(seconds=place)) for place, code in enumerate(codes)]


def order(speakers) -> list[str]:
    return [row.delegation.party.code for row in standing_of(speakers).order]


def part(client, name: str):
    """What a live part shows the person now, as text; the status where there is none."""
    answer = client.get("/live/now", query_string={"part": name, "language": "en"})
    if answer.status_code != 200:
        return answer.status_code
    return " ".join(html.fromstring(f"<div>{answer.json[0]['html']}</div>").text_content().split())


def test_the_wrong_one_goes_back_to_their_place(speakers):
    entries = [
        ask(speakers, code, at=NOON + timedelta(seconds=place)) for place, code in enumerate(("PE", "CL", "RCM"))
    ]
    placing.place(entries[2], 1, seen=order_mark(standing_of(speakers).movable), by=SYSTEM)
    assert order(speakers) == ["RCM", "PE", "CL"]
    for entry in (entries[2], entries[0]):
        speech = speaking.give(entry, by=SYSTEM)
        with standing_at(NOON + timedelta(seconds=30)):
            speaking.take_back(speech, by=SYSTEM)
        db.session.commit()
        assert (entry.state, entry.speech) == (EntryState.WAITING, None)
        assert order(speakers) == ["RCM", "PE", "CL"]
    assert speaking.give(entries[0], by=SYSTEM).begun_at == NOON


def test_who_has_spoken_for_longer_is_not_put_back(speakers):
    speech = speaking.give(ask(speakers, "PE"), by=SYSTEM)
    with standing_at(NOON + timedelta(seconds=31)), pytest.raises(WrongState):
        speaking.take_back(speech, by=SYSTEM)
    speaking.end(speech, by=SYSTEM)
    with pytest.raises(WrongState):
        speaking.take_back(speech, by=SYSTEM)


def test_who_has_asked_again_meanwhile_is_not_put_back(speakers):
    speech = speaking.give(ask(speakers, "PE"), by=SYSTEM)
    ask(speakers, "PE", at=NOON + timedelta(seconds=1))
    with pytest.raises(WrongState):
        speaking.take_back(speech, by=SYSTEM)


def test_what_somebody_else_took_back_meanwhile_is_said(speakers):
    speech = speaking.give(ask(speakers, "PE"), by=SYSTEM)
    db.session.execute(sa.delete(Speech).execution_options(synchronize_session=False))
    for act in (speaking.take_back, speaking.end, speaking.pause):
        with pytest.raises(WrongState, match="taken back"):
            act(speech, by=SYSTEM)


def test_a_point_of_order_taken_back_lets_go_of_who_spoke(speakers):
    speech = speaking.give(ask(speakers, "PE"), by=SYSTEM)
    point = speaking.give(ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER), by=SYSTEM)
    with pytest.raises(WrongState):
        speaking.take_back(speech, by=SYSTEM)
    speaking.take_back(point, by=SYSTEM)
    assert not speech.held
    speaking.resume(speech, by=SYSTEM)


def test_it_is_undone_from_the_chair_s_screen(staff, speakers):
    entry = ask(speakers, "PE")
    told = press(staff, CHAIR, f"/floor/entries/{entry.id}/give")
    assert "Undo" in told
    speech = db.session.scalars(sa.select(Speech)).one()
    told = press(staff, CHAIR, f"/floor/speeches/{speech.id}/undo")
    assert "Nobody has the floor at the moment." in told
    assert "Undid having given the floor" in client_text(staff, "/desk/cam-2026/trail")


def test_the_chair_s_screen_offers_the_words_in_four_languages(staff, speakers):
    spoken = speaking.give(ask(speakers, "CL"), by=SYSTEM)
    speaking.end(spoken, by=SYSTEM)
    ask(speakers, "PE", at=NOON + timedelta(seconds=1))
    db.session.commit()
    page = html.document_fromstring(staff.get(CHAIR).text)
    words = {one.get("lang"): one.text_content() for one in page.xpath("//div[@class='wordings']//p")}
    assert list(words) == ["en", "es", "fr", "pt"]
    assert (
        words["en"] == "Thank you, Chile. The next speaker on the list is Peru. You have the floor. You have 5 minutes."
    )
    assert "Perú" in words["es"]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (SpeakingKind.POINT_OF_ORDER, "A point of order was raised by Chile."),
        (SpeakingKind.RIGHT_OF_REPLY, "The right of reply is exercised by Chile."),
    ],
)
def test_each_kind_has_words_of_its_own(staff, speakers, kind, says):
    ask(speakers, "CL", kind)
    speakers.seconds = speakers.seconds | {"point_of_order": 45}
    assert says in client_text(staff, CHAIR)
    assert ("You have 45 seconds." in client_text(staff, CHAIR)) is (kind is SpeakingKind.POINT_OF_ORDER)
    speakers.seconds = speakers.seconds | {kind.value: 210}
    if kind is SpeakingKind.POINT_OF_ORDER:
        assert "You have 3 minutes and 30 seconds." in client_text(staff, CHAIR)


def test_a_point_of_order_on_another_item_comes_next(staff, speakers, other):
    ask(speakers, "PE")
    ask(operations.open_list(speakers.meeting, other, by=SYSTEM), "CL", SpeakingKind.POINT_OF_ORDER)
    for page in (CHAIR, ROOM):
        told = client_text(staff, page)
        assert "Chile" in told.rpartition("Next")[2] if page == ROOM else "raised by Chile" in told


def test_a_point_of_order_can_be_given_where_the_item_has_no_list(staff, speakers, other):
    entry = ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER)
    operations.go_to(speakers.meeting, other, by=SYSTEM)
    assert "Open the list of speakers" in client_text(staff, CHAIR)
    assert "Chile" in press(staff, CHAIR, f"/floor/entries/{entry.id}/give").rpartition("Next")[0]


def test_from_item_to_item(staff, speakers, other):
    told = press(staff, CHAIR, f"{FLOOR}/items/{other}/go")
    assert "Item 2 of the order of business" in told
    assert "Second" in client_text(staff, ROOM)
    assert "Open the list of speakers" in told
    assert "List open" in press(staff, CHAIR, f"{FLOOR}/items/{other}/open")
    press(staff, CHAIR, f"{FLOOR}/items/{speakers.mark}/go")
    assert "Item 1 of" in client_text(staff, CHAIR)


def test_giving_the_floor_on_an_item_goes_to_it(staff, speakers, other):
    operations.go_to(speakers.meeting, other, by=SYSTEM)
    speaking.give(ask(speakers, "PE"), by=SYSTEM)
    assert queries.place_of(speakers.meeting_id).mark == speakers.mark


def test_before_anybody_went_anywhere_the_hour_tells_the_item(staff, speakers, other):
    for minutes, item in ((-60, "1"), (0, "1"), (600, "2")):
        with standing_at(NOON + timedelta(minutes=minutes)):
            assert f"Item {item} of the order of business" in client_text(staff, CHAIR)


def test_the_time_that_is_left_for_the_item_and_the_day(staff, speakers, other):
    found = html.document_fromstring(staff.get(CHAIR).text).xpath("//dl[@class='chair-clocks']//*[@data-clock-left]")
    starts = [line for line in queries.items_of(speakers.meeting, ()) if line["mark"] == speakers.mark]
    assert len(found) == 2
    assert starts[0]["timed"]
    with standing_at(NOON + timedelta(days=1)):
        assert "chair-clocks" not in staff.get(CHAIR).text


def test_the_room_s_screen(staff, speakers):
    three(speakers)
    assert "Nobody has the floor at the moment." in client_text(staff, ROOM)
    speaking.give(standing_of(speakers).order[0], by=SYSTEM)
    operations.close_list(speakers, NOON + timedelta(hours=1), received_at=NOON, by=SYSTEM)
    db.session.commit()
    page = html.document_fromstring(staff.get(ROOM).text)
    assert page.xpath("string(//h2[@id='plate'])") == "Peru"
    assert "Perú" in page.xpath("string(//p[@class='room-plates'])")
    assert [one.text.strip() for one in page.xpath("//section[@class='room-next']//li")] == ["Chile", "RCM"]
    assert "The list of speakers closes at 11:00" in client_text(staff, ROOM)
    point = ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER)
    speaking.give(point, by=SYSTEM)
    assert "Interrupted by a point of order: Peru" in client_text(staff, ROOM)
    assert clock(staff, ROOM)[1] == "1:00"
    speaking.end(point.speech, by=SYSTEM)
    assert 'class="clock"' not in staff.get(ROOM).text, "who was interrupted does not have the floor yet"
    told = client_text(staff, ROOM)
    assert "The floor is held until a point of order is ruled on: Chile. Interrupted by a point of order: Peru" in told


def test_once_the_session_is_over_nobody_is_promised_the_floor(client, personas, speakers, mark):
    three(speakers)
    lines = checklist(speakers.meeting, Stage.CONSOLIDATING)
    assert any("3 delegations wait for the floor" in str(line.sentence) and not line.needed for line in lines)
    speakers.meeting.stage = Stage.CONSOLIDATING
    db.session.commit()
    delegate = sign_in(client, personas.delegate_a)
    over = "The floor is open from the call for good practices until the session is consolidated."
    for name in (f"floor.now/cam-2026/{mark}", f"floor.mine/cam-2026/{mark}", "floor.room/cam-2026"):
        assert over in part(delegate, name)
    shown = [f"floor.{one}/cam-2026" for one in ("items", "room")] + [f"floor.list/cam-2026/{mark}"]
    texts = " ".join(part(delegate, name) for name in shown)
    assert "at about" not in texts
    assert "List open" not in texts
    assert "Next: " not in texts
    assert "They waited when the floor was over" in texts
    chair = part(sign_in(client, personas.secretariat), "floor.chair/cam-2026")
    assert "You have the floor" not in chair
    assert "at about" not in chair


def test_screens_of_a_session_without_an_order_of_business(staff, meeting):
    db.session.execute(sa.delete(AgendaVersion))
    assert "The order of business is not published yet" in client_text(staff, CHAIR)
    assert "Nobody waits for the floor." in client_text(staff, ROOM)


def test_only_who_manages_sees_the_chair_s_screen(client, personas, speakers):
    sign_in(client, personas.delegate_a)
    refused = client.get(CHAIR)
    assert (refused.status_code, "Your account can see this" in refused.text) == (403, False)
    assert part(client, "floor.chair/cam-2026") == 403
    assert client.get(ROOM).status_code == 200
    sign_in(client, personas.reader)
    assert client.get(ROOM).status_code == 403
    assert part(client, "floor.room/cam-2026") == 403


def test_a_delegation_s_own_part_is_for_nobody_else(client, personas, speakers, mark):
    first, second = ask(speakers, "PE"), ask(speakers, "CL", at=NOON + timedelta(seconds=1))
    placing.offer_swap(first, second, by=SYSTEM)
    name = f"floor.mine/cam-2026/{mark}"
    sign_in(client, personas.delegate_a)
    told = part(client, name)
    assert "Peru: place 1" in told
    assert "You offered Chile" in told
    assert "Chile: place" not in told
    sign_in(client, personas.delegate_b)
    told = part(client, name)
    assert "Chile: place 2" in told
    assert "Peru (place 1) offers" in told
    observer = make_user("Observer", party_code="PE")
    add_member(speakers.meeting, observer, DelegationRole.OBSERVER)
    sign_in(client, observer)
    told = part(client, name)
    assert "Peru: place 1" in told
    assert "Withdraw" not in told
    assert "offered" not in told


def test_buttons_are_in_the_part_of_those_who_manage_alone(client, personas, speakers, mark):
    ask(speakers, "PE")
    for user, number in ((personas.secretariat, True), (personas.delegate_a, False)):
        sign_in(client, user)
        assert ("Give the floor" in part(client, f"floor.list/cam-2026/{mark}")) is number
        assert part(client, "floor.list/cam-2026/none") == 404
        assert "Who has the floor" in part(client, "floor.now/cam-2026")


def test_a_place_dropped_on_the_chair_s_screen(staff, speakers):
    entries = [
        ask(speakers, code, at=NOON + timedelta(seconds=place)) for place, code in enumerate(("PE", "CL", "RCM"))
    ]
    db.session.commit()
    row = html.document_fromstring(staff.get(CHAIR).text).get_element_by_id(f"e{entries[2].id}")
    values = {"item": row.get("data-sort-id"), "position": "1", "version": row.get("data-version"), "back": "chair"}
    form = html.document_fromstring(staff.get(CHAIR).text).get_element_by_id("drop")
    token = form.xpath(".//input[@name='csrf_token']/@value")[0]
    answer = staff.post(row.get("data-sort-action"), data=values | {"csrf_token": token})
    assert answer.location == CHAIR
    assert order(speakers) == ["RCM", "PE", "CL"]
    assert staff.post(row.get("data-sort-action"), data=values | {"csrf_token": token}).status_code == 409


def test_what_no_screen_shows_renders_none_anew(speakers, personas):
    """Neither who has which part nor what is handed in: a raised number would tell that something came in."""
    topic = topic_of(speakers.meeting)
    before = numbers_of([topic])
    member = db.session.scalars(sa.select(DelegationMember).filter_by(user_id=personas.delegate_a.id)).one()
    operations.give_part(member, FloorPart.CHAIR, by=SYSTEM)
    make_code(member.delegation, mark=speakers.mark, days=1, by=SYSTEM)
    db.session.commit()
    assert numbers_of([topic]) == before


def test_what_else_the_screens_depend_on_is_told(speakers):
    meeting, topic = speakers.meeting, topic_of(speakers.meeting)
    for change in (
        lambda: setattr(meeting, "stage", Stage.CONSOLIDATING),
        lambda: setattr(meeting, "cancelled_at", NOON),
    ):
        before = numbers_of([topic])[topic]
        change()
        db.session.commit()
        assert numbers_of([topic])[topic] == before + 1


def test_a_published_order_of_business_is_told(staff, speakers, other):
    topic = topic_of(speakers.meeting)
    db.session.add(
        AgendaItem(
            meeting=speakers.meeting, position=3, title=everywhere("Third"), day=1, minutes=5, kind=ItemKind.OTHER
        )
    )
    db.session.commit()
    before = numbers_of([topic])[topic]
    assert post_form(staff, "/sessions/cam-2026/manage/agenda/publish").status_code == 303
    db.session.expire_all()
    assert numbers_of([topic])[topic] == before + 1


def test_a_delegate_is_shown_the_form_before_the_list_is_open(client, personas, meeting, mark):
    """The part beside it hides it until the list is, which it learns by itself."""
    sign_in(client, personas.delegate_a)
    page = html.document_fromstring(client.get(f"{FLOOR}/items/{mark}").text)
    assert page.xpath("//*[@data-live]//*[contains(@class, 'list-unopened')]")
    assert page.xpath(f"//*[@class='once-opened']//form[@action='{FLOOR}/items/{mark}/ask/PE']")
    assert "Open the list of speakers" not in page.text_content()


def test_the_server_s_time_of_day(client):
    with standing_at(NOON):
        assert client.get("/floor/clock").json == {"now": int(NOON.timestamp() * 1000)}


def test_nobody_is_given_the_floor_on_the_screens_while_a_ruling_is_due(staff, speakers, other):
    ask(speakers, "PE")
    ask(speakers, "PE", SpeakingKind.RIGHT_OF_REPLY)
    point = speaking.give(ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER), by=SYSTEM)
    for end, given in ((speaking.end, False), (lambda one, by: speaking.rule_on(one.entry, "No.", by=by), True)):
        end(point, by=SYSTEM)
        for page in (CHAIR, f"{FLOOR}/items/{speakers.mark}"):
            told = staff.get(page).text
            assert ('/give"' in told) is given
            assert "move it to that stage first" not in told


def test_a_ruling_is_noted_from_the_chair_s_screen(staff, speakers):
    point = ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER)
    speaking.give(point, by=SYSTEM)
    page = f"/floor/entries/{point.id}/rule?back=chair"
    assert f'href="{CHAIR}"' in staff.get(page).text
    answer = post_form(staff, page, {"ruling": "Sustained."}, action=f"/floor/entries/{point.id}/rule")
    assert answer.location == CHAIR
    assert staff.get(f"/floor/entries/{ask(speakers, 'PE').id}/rule").status_code == 404
