"""The Chair's hand, and swaps by the consent of both."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.actors import SYSTEM
from app.core.clock import now, standing_at
from app.core.db import db
from app.core.errors import Refusal, Stale, WrongState
from app.core.forms import order_mark
from app.floor import asking, operations, pages, placing, queries, queue, speaking
from app.floor.enums import EntryState, ListState, SpeakingKind, SpeakingOrder
from app.floor.standing import standing_of
from tests.factories.summaries import NOON, make_delegation
from tests.floor.conftest import ask

CODES = ["PE", "CL", "RCM", "MX", "BR", "AR"]


@pytest.fixture
def waiting(speakers):
    """Six delegations, a second apart."""
    for code in CODES[3:]:
        make_delegation(speakers.meeting, code)
    rows = {code: ask(speakers, code, at=NOON + timedelta(seconds=place)) for place, code in enumerate(CODES)}
    db.session.commit()
    return rows


def order(speakers) -> list[str]:
    return [row.delegation.party.code for row in standing_of(speakers).order]


def place(entry, position: int) -> None:
    seen = order_mark(standing_of(entry.speakers).movable)
    placing.place(entry, position, seen=seen, by=SYSTEM)


def test_the_chair_puts_somebody_first_and_takes_it_back(speakers, waiting):
    place(waiting["MX"], 1)
    assert order(speakers) == ["MX", "PE", "CL", "RCM", "BR", "AR"]
    place(waiting["PE"], 99)
    assert order(speakers) == ["MX", "CL", "RCM", "BR", "AR", "PE"]
    placing.undo(speakers, by=SYSTEM)
    placing.undo(speakers, by=SYSTEM)
    assert order(speakers) == CODES
    with pytest.raises(WrongState):
        placing.undo(speakers, by=SYSTEM)


def test_a_place_that_was_given_holds_whoever_asks_later(speakers, waiting):
    speakers.order = SpeakingOrder.GROUPS_FIRST
    assert order(speakers)[0] == "RCM"
    place(waiting["MX"], 1)
    make_delegation(speakers.meeting, "CO")
    ask(speakers, "CO", group_name="Friends", flag=True, at=NOON + timedelta(minutes=1))
    assert order(speakers) == ["MX", "RCM", "PE", "CL", "CO", "BR", "AR"]


def test_nobody_words_their_way_to_the_front_nor_to_a_group_s_time(speakers, waiting):
    """A group's name that a delegation wrote changes nothing; one that was noted makes it a group."""
    speakers.order = SpeakingOrder.GROUPS_FIRST
    for code in ("CO", "EC"):
        make_delegation(speakers.meeting, code)
    typed = ask(speakers, "CO", group_name="Friends", at=NOON + timedelta(minutes=1))
    noted = ask(speakers, "EC", group_name="Friends", flag=True, at=NOON + timedelta(minutes=2))
    assert order(speakers) == ["RCM", "EC", "PE", "CL", "MX", "BR", "AR", "CO"]
    allowed = standing_of(speakers).allowed
    assert (allowed[typed.id], allowed[noted.id]) == (300, 360)


def test_who_saw_another_order_is_told(speakers, waiting):
    seen = order_mark(standing_of(speakers).movable)
    asking.withdraw(waiting["CL"], by=SYSTEM)
    with pytest.raises(Stale):
        placing.place(waiting["MX"], 1, seen=seen, by=SYSTEM)


def test_points_of_order_and_rights_of_reply_are_not_moved(speakers, waiting):
    for kind in (SpeakingKind.POINT_OF_ORDER, SpeakingKind.RIGHT_OF_REPLY):
        with pytest.raises(WrongState):
            place(ask(speakers, "PE", kind), 1)


def test_a_swap_takes_both(speakers, waiting, personas):
    offer = placing.offer_swap(waiting["PE"], waiting["BR"], by=personas.delegate_a)
    assert placing.offer_swap(waiting["PE"], waiting["BR"], by=personas.delegate_a) is offer
    assert order(speakers) == CODES
    assert queries.offers_open(speakers.id) == [offer]
    placing.answer_swap(offer, accept=True, by=SYSTEM)
    placing.answer_swap(offer, accept=True, by=SYSTEM)
    assert order(speakers) == ["BR", "CL", "RCM", "MX", "PE", "AR"]
    with pytest.raises(WrongState, match="answered already"):
        placing.answer_swap(offer, accept=False, by=SYSTEM)
    placing.undo(speakers, by=SYSTEM)
    assert order(speakers) == CODES


def test_only_who_was_moved_is_said_to_be(speakers, waiting):
    by = {row.id: code for code, row in waiting.items()}
    place(waiting["MX"], 2)
    placing.answer_swap(placing.offer_swap(waiting["PE"], waiting["BR"], by=SYSTEM), accept=True, by=SYSTEM)
    told = {by[one]: how for one, how in speakers.touched.items()}
    assert told == {"MX": "moved", "PE": "swapped", "BR": "swapped"}
    standing = standing_of(speakers)
    [item] = queries.items_of(speakers.meeting, {speakers.mark})
    lines = pages.list_lines(standing, now(), item, speakers.meeting)["lines"]
    assert [line["by_hand"] for line in lines] == ["swapped", "moved", "", "", "swapped", ""]
    placing.undo(speakers, by=SYSTEM)
    assert list(speakers.touched) == [waiting["MX"].id]


def test_an_offer_takes_the_place_of_an_earlier_one_and_lapses_with_its_entries(speakers, waiting):
    first = placing.offer_swap(waiting["PE"], waiting["BR"], by=SYSTEM)
    second = placing.offer_swap(waiting["PE"], waiting["AR"], by=SYSTEM)
    assert (first.accepted, second.accepted) == (False, None)
    placing.answer_swap(second, accept=False, by=SYSTEM)
    assert order(speakers) == CODES
    third = placing.offer_swap(waiting["PE"], waiting["CL"], by=SYSTEM)
    asking.withdraw(waiting["CL"], by=SYSTEM)
    assert queries.offers_open(speakers.id) == []
    with pytest.raises(WrongState):
        placing.answer_swap(third, accept=True, by=SYSTEM)
    with pytest.raises(WrongState):
        placing.offer_swap(waiting["PE"], waiting["CL"], by=SYSTEM)
    with pytest.raises(Refusal):
        placing.offer_swap(waiting["PE"], ask(speakers, "PE", SpeakingKind.QUESTION), by=SYSTEM)


def test_the_lot_is_drawn_once(speakers, waiting):
    seed = operations.draw_lot(speakers, by=SYSTEM)
    assert (speakers.drawn_at, speakers.order) == (NOON, SpeakingOrder.LOT)
    assert order(speakers) == sorted(CODES, key=lambda code: queue.lot(seed, code))
    before = order(speakers)
    for number in range(9):  # on behalf of whatever group, the lot is the delegation's
        asking.withdraw(standing_of(speakers).order[-1], by=SYSTEM)
        ask(speakers, before[-1], at=NOON + timedelta(minutes=number), group_name=f"Group {number}")
        assert order(speakers) == before
    with pytest.raises(WrongState):
        operations.draw_lot(speakers, by=SYSTEM)


def test_the_alphabet_is_that_of_the_list_and_precedence_that_of_the_session(speakers, waiting):
    speakers.order = SpeakingOrder.ALPHABETICAL
    assert order(speakers) == ["AR", "BR", "CL", "MX", "PE", "RCM"]
    speakers.order_language = "es"  # the RCM is the CRM there
    assert order(speakers) == ["AR", "BR", "CL", "RCM", "MX", "PE"]
    asking.withdraw(waiting["MX"], by=SYSTEM)
    ask(speakers, "MX", group_name="Alliance")
    assert order(speakers) == ["AR", "BR", "CL", "RCM", "MX", "PE"], "by its own name, for whatever group"
    speakers.order = SpeakingOrder.PRECEDENCE
    waiting["PE"].delegation.rank = 1
    assert order(speakers) == ["PE", "AR", "BR", "CL", "MX", "RCM"]


ACTIONS = "ask group point withdraw remove give end rule pause place undo cut close open"


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTIONS.split()), st.integers(0, 5)), max_size=12))
def test_whatever_is_done_one_speaks_and_each_waits_once(speakers, waiting, acts):
    """Through the operations, on the database: what is refused changes nothing."""
    meeting = speakers.meeting
    with db.session.begin_nested() as steps:
        clock = NOON + timedelta(minutes=1)
        for act, number in acts:
            clock += timedelta(seconds=7)
            with standing_at(clock):
                before = order(speakers)
                try:
                    with db.session.begin_nested():
                        _do(speakers, act, number)
                except (Refusal, WrongState):
                    db.session.expire_all()
                    assert order(speakers) == before
                rows = queries.entries_of(speakers)
                under_way = queries.speeches_under_way(meeting.id)
                assert len([row for row in under_way if not row.held]) <= 1
                assert {row.entry_id for row in under_way} == {
                    row.id for row in rows if row.state is EntryState.SPEAKING
                }
                assert all(timedelta() <= row.speech.spent() <= clock - NOON for row in rows if row.speech)
                waits = [(row.delegation_id, row.kind.queued or row.kind) for row in standing_of(speakers).order]
                assert len(set(waits)) == len(waits)
                if queries.points_of_order(meeting.id)[0]:
                    assert queries.who_has_the_floor(meeting.id) is None
                if act == "ask" and speakers.state_at(clock) is ListState.CLOSED:
                    assert order(speakers) == before
                kinds = [row.kind is SpeakingKind.POINT_OF_ORDER for row in standing_of(speakers).order]
                assert kinds == sorted(kinds, reverse=True)
        steps.rollback()
    db.session.expire_all()


def _do(speakers, act: str, number: int) -> None:
    rows, code = standing_of(speakers).order, CODES[number]
    under_way = queries.speeches_under_way(speakers.meeting_id)
    row = rows[number % len(rows)] if rows else None
    if act == "ask":
        ask(speakers, code)
    elif act == "group":
        ask(speakers, code, group_name=f"Group {number}")
    elif act == "point":
        ask(speakers, code, SpeakingKind.POINT_OF_ORDER)
    elif act == "rule" and (due := queries.points_of_order(speakers.meeting_id)[0]):
        speaking.rule_on(due, "Not sustained.", by=SYSTEM)
    elif act == "undo":
        placing.undo(speakers, by=SYSTEM)
    elif act == "close":
        closes_at = now() + timedelta(seconds=10 * number) if number else None
        operations.close_list(speakers, closes_at, received_at=now(), by=SYSTEM)
    elif act == "open":
        operations.open_list(speakers.meeting, speakers.mark, by=SYSTEM)
    elif act == "cut":
        operations.cut_times(speakers, 10 * (number + 1), by=SYSTEM)
    elif act in ("end", "pause") and under_way:
        {"end": speaking.end, "pause": speaking.pause}[act](under_way[0], by=SYSTEM)
    elif row is not None and act == "place":
        place(row, number)
    elif row is not None and act in ("withdraw", "remove", "give"):
        {"withdraw": asking.withdraw, "remove": asking.remove, "give": speaking.give}[act](row, by=SYSTEM)
