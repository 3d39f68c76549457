"""The order of speakers, whatever happens in whatever order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from app.floor.enums import Category, SpeakingKind, SpeakingOrder, Times
from app.floor.models import USUAL
from app.floor.queue import SHORTEST, Asked, Rule, allowances, expected, finish, in_order, lot, placed, swapped

NOON = datetime(2027, 5, 12, 12, 0, tzinfo=UTC)
QUEUED = [kind for kind in SpeakingKind if kind.queued]


def asked(number: int, kind: SpeakingKind = SpeakingKind.STATEMENT, *, second: int | None = None, **more) -> Asked:
    """Request number such and such: a second later each, but where `second` says another."""
    return Asked(number, kind, NOON + timedelta(seconds=number if second is None else second), **more)


@st.composite
def requests(draw) -> list[Asked]:
    """Requests of all kinds; some came in at the same moment."""
    return [
        asked(
            number,
            draw(st.sampled_from(SpeakingKind)),
            second=draw(st.integers(0, 5)),
            category=draw(st.sampled_from(Category)),
            whom=draw(st.sampled_from(["PE", "CL", "MX"])),
            name=(draw(st.sampled_from("abc")),),
            rank=(draw(st.integers(1, 3)),),
        )
        for number in range(draw(st.integers(0, 12)))
    ]


patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # others may use the machine
rules = st.builds(Rule, st.sampled_from(SpeakingOrder), st.sampled_from(["", "seed"]))


@patient
@given(requests(), rules, st.randoms())
def test_the_order_depends_on_nothing_but_what_was_asked(rows, rule, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert in_order(shuffled, rule, {}) == in_order(rows, rule, {})


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        (SpeakingOrder.REQUEST, [1, 2, 3, 4]),
        (SpeakingOrder.GROUPS_FIRST, [2, 4, 1, 3]),
        (SpeakingOrder.ALPHABETICAL, [4, 3, 2, 1]),
        (SpeakingOrder.PRECEDENCE, [3, 1, 2, 4]),
    ],
)
def test_each_rule(order, ids):
    groups = {2, 4}
    rows = [
        asked(
            number,
            category=Category.GROUPS if number in groups else Category.STATES,
            name=(str(9 - number),),
            rank=(0 if number == 3 else 1,),
        )
        for number in range(1, 5)
    ]
    assert [row.id for row in in_order(rows, Rule(order), {})] == ids


def test_a_lot_can_be_counted_again_and_counts_for_who_asks_later():
    whom = {1: "PE", 2: "CL", 3: "MX", 4: "BR"}
    rows = [asked(number, whom=code) for number, code in whom.items()]
    drawn = in_order(rows, Rule(SpeakingOrder.LOT, "4fe1"), {})
    assert [row.whom for row in drawn] == sorted(whom.values(), key=lambda code: lot("4fe1", code))
    without = in_order(rows[:3], Rule(SpeakingOrder.LOT, "4fe1"), {})
    assert [row for row in drawn if row.id != 4] == without
    assert [row.id for row in in_order(rows, Rule(SpeakingOrder.LOT), {})] == [1, 2, 3, 4]


def test_rights_of_reply_end_the_day_the_first_ones_before_the_second():
    rows = [replace(asked(number, SpeakingKind.RIGHT_OF_REPLY), second=number == 1) for number in (1, 2, 3)]
    order = in_order([*rows, asked(4), asked(5, SpeakingKind.POINT_OF_ORDER)], Rule(), {})
    assert [row.id for row in order] == [5, 4, 2, 3, 1]
    assert list(allowances(order, USUAL).values()) == [60, 300, 600, 600, 300]


def test_times_go_by_kind_and_category():
    rows = [asked(number, category=category) for number, category in enumerate(Category)]
    rows += [asked(10 + number, kind) for number, kind in enumerate(QUEUED)]
    assert list(allowances(rows, USUAL).values()) == [300, 360, 120, 300, 60, 120, 180]


def test_a_cut_shortens_the_list_and_neither_points_of_order_nor_rights_of_reply():
    rows = [asked(1), asked(2, SpeakingKind.POINT_OF_ORDER), asked(3, SpeakingKind.RIGHT_OF_REPLY)]
    assert allowances(rows, USUAL, factor=60) == {1: 180, 2: 60, 3: 600}
    assert allowances(rows, USUAL | {Times.STATES: 60}, factor=10)[1] == SHORTEST
    assert allowances(rows, USUAL | {Times.STATES: 20}, factor=50)[1] == 20


def test_a_quota_is_shared_by_those_of_the_category_who_wait():
    rows = [asked(number, category=Category.OBSERVERS) for number in range(4)]
    rows += [asked(8, SpeakingKind.QUESTION, category=Category.OBSERVERS), asked(9)]
    quotas = {Category.OBSERVERS: 360}
    assert set(allowances(rows[:4], USUAL, quotas=quotas).values()) == {90}
    with_others = allowances(rows, USUAL, quotas=quotas, used={Category.OBSERVERS: 160})
    assert with_others == {0: 50, 1: 50, 2: 50, 3: 50, 8: 60, 9: 300}
    assert allowances(rows[:1], USUAL, quotas=quotas, used={Category.OBSERVERS: 500}) == {0: SHORTEST}


@patient
@given(requests(), st.integers(10, 100))
def test_everybody_has_some_time_and_a_cut_never_lengthens(rows, factor):
    whole, cut = allowances(rows, USUAL), allowances(rows, USUAL, factor=factor)
    assert all(0 < cut[row.id] <= whole[row.id] for row in rows)
    assert finish(rows, cut, NOON) <= finish(rows, whole, NOON)


@patient
@given(requests(), rules)
def test_who_comes_next_is_expected_when_the_one_before_is_through(rows, rule):
    order = in_order(rows, rule, {})
    allowed = allowances(order, USUAL)
    moments = expected(order, allowed, NOON)
    through = [row for row in order if row.kind is not SpeakingKind.RIGHT_OF_REPLY]
    assert list(moments) == [row.id for row in through]
    at = NOON
    for row in through:
        assert moments[row.id] == at
        at += timedelta(seconds=allowed[row.id])
    assert finish(order, allowed, NOON) == at


class Listing(RuleBasedStateMachine):
    """A list and what can happen to it, kept as the operations keep it: entries, rule, the Chair's places, undo."""

    entries = Bundle("entries")

    @initialize(order=st.sampled_from(SpeakingOrder))
    def open(self, order):
        self.rule = Rule(order)
        self.rows: dict[int, Asked] = {}
        self.hand: dict[int, int] = {}
        self.undo: list[dict[int, int]] = []
        self.number = 0

    def order(self) -> list[int]:
        return [row.id for row in in_order(self.rows.values(), self.rule, self.hand)]

    def movable(self) -> list[int]:
        return [one for one in self.order() if self.rows[one].kind.queued]

    @rule(
        target=entries,
        kind=st.sampled_from(SpeakingKind),
        category=st.sampled_from(Category),
        name=st.sampled_from("abc"),
        second=st.booleans(),
    )
    def ask(self, kind, category, name, second):
        before = self.order()
        self.number += 1
        second = second and kind is SpeakingKind.RIGHT_OF_REPLY
        row = asked(self.number, kind, category=category, name=(name,), rank=(name,), whom=name)
        self.rows[row.id] = replace(row, second=second)
        after = self.order()
        assert [one for one in after if one != row.id] == before, "nobody changes places because somebody asks"
        ahead = after[: after.index(row.id)]
        assert set(self.hand) & set(self.rows) <= {*ahead} or not kind.queued, "behind those whom the Chair placed"
        return row.id

    @rule(entry=consumes(entries))
    def leave(self, entry):
        if entry in self.rows:
            before = self.order()
            del self.rows[entry]
            assert self.order() == [one for one in before if one != entry]

    @rule()
    def give(self):
        if order := self.order():
            points = [one for one in order if self.rows[one].kind is SpeakingKind.POINT_OF_ORDER]
            assert order[0] == min(points, default=order[0]), "the earliest point of order is the next"
            del self.rows[order[0]]

    def _place(self, hand):
        self.undo.append({one: self.hand[one] for one in self.hand if one in self.rows})
        self.hand = hand

    @rule(entry=entries, position=st.integers(-2, 9))
    def place(self, entry, position):
        order = self.movable()
        if entry in order:
            self._place(placed(order, entry, position, self.hand))
            after = self.movable()
            assert after.index(entry) == min(max(position, 1), len(order)) - 1
            assert [one for one in after if one != entry] == [one for one in order if one != entry]

    @rule(first=entries, second=entries)
    def swap(self, first, second):
        order = self.movable()
        if first in order and second in order and first != second:
            self._place(swapped(order, first, second, self.hand))
            after = self.movable()
            assert (after.index(first), after.index(second)) == (order.index(second), order.index(first))
            rest = [one for one in order if one not in (first, second)]
            assert [one for one in after if one not in (first, second)] == rest

    @rule(entry=entries, position=st.integers(1, 9))
    def place_and_undo(self, entry, position):
        before = self.order()
        self.place(entry, position)
        if before and entry in self.movable():
            self.take_back()
        assert self.order() == before

    @rule()
    def take_back(self):
        if self.undo:
            self.hand = self.undo.pop()

    @rule()
    def draw(self):
        if self.rule.order is SpeakingOrder.LOT and not self.rule.seed:
            self.rule = Rule(self.rule.order, "seed")

    @invariant()
    def everybody_waits_once(self):
        if hasattr(self, "rows"):
            assert sorted(self.order()) == sorted(self.rows)

    @invariant()
    def points_of_order_lead_by_time_and_rights_of_reply_trail(self):
        if hasattr(self, "rows"):
            kinds = [self.rows[one].kind for one in self.order()]
            place = {SpeakingKind.POINT_OF_ORDER: 0, SpeakingKind.RIGHT_OF_REPLY: 2}
            assert [place.get(kind, 1) for kind in kinds] == sorted(place.get(kind, 1) for kind in kinds)
            points = [one for one in self.order() if self.rows[one].kind is SpeakingKind.POINT_OF_ORDER]
            assert points == sorted(points), "a later one never jumps an earlier one"
            rights = [self.rows[one] for one in self.order() if self.rows[one].kind is SpeakingKind.RIGHT_OF_REPLY]
            assert rights == sorted(rights, key=lambda row: (row.second, row.id))


TestListing = Listing.TestCase
TestListing.settings = settings(patient, max_examples=40, stateful_step_count=30)
