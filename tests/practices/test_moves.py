"""Whatever people do in whatever order: moves follow the table, references count up, versions are kept."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.texts import fingerprint
from app.practices import clearance, operations
from app.practices.enums import MOVES, ClearanceKind, PracticeState
from app.practices.models import Practice
from tests.factories.practices import full_content, make_open_meeting, start
from tests.factories.summaries import make_delegation

BACK = frozenset({PracticeState.DRAFT, PracticeState.RETURNED})
ACTS = {
    "save": (None, lambda item, word: operations.save_draft(item, content=full_content(rights=word), by=SYSTEM)),
    "submit": (
        PracticeState.SUBMITTED,
        lambda item, word: operations.submit_practice(item, received_at=now(), by=SYSTEM),
    ),
    "return": (PracticeState.RETURNED, lambda item, word: operations.return_practice(item, comment=word, by=SYSTEM)),
    "accept": (PracticeState.ACCEPTED, lambda item, word: operations.accept_practice(item, comment=word, by=SYSTEM)),
    "publish": (PracticeState.PUBLISHED, lambda item, word: operations.publish_practice(item, by=SYSTEM)),
    "send": (
        PracticeState.WITH_CAPITAL,
        lambda item, word: clearance.send_to_capital(item, by=SYSTEM, seen=str(item.version)),
    ),
    "recall": (BACK, lambda item, word: clearance.recall(item, by=SYSTEM)),
    "withdraw": (PracticeState.WITHDRAWN, lambda item, word: operations.withdraw_practice(item, by=SYSTEM)),
}
STEPS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(sorted(ACTS)), st.sampled_from(["a", "b"])), max_size=25)


def seen(practice: Practice) -> tuple:
    return (
        practice.state,
        practice.reference,
        practice.content,
        practice.published_at,
        [(version.number, version.sha256) for version in practice.versions],
        len(practice.reviews),
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
def test_any_order_of_acts_keeps_the_rules(app, steps):
    db.session.rollback()
    meeting = make_open_meeting()
    first, second = make_delegation(meeting, "PE"), make_delegation(meeting, "CL")
    for delegation in (first, second):
        name = {"kind": ClearanceKind.HEAD, "name": "Head", "email": "", "language": "es"}
        clearance.add_step(delegation, **name, turn=1, by=SYSTEM)
    practices = [start(delegation, SYSTEM) for delegation in (first, first, second, first)]
    given_numbers: dict[int, list[str]] = {first.id: [], second.id: []}
    for which, name, word in steps:
        practice = practices[which]
        target, act = ACTS[name]
        before, had = seen(practice), practice.reference
        try:
            act(practice, word)
        except Refusal:
            db.session.refresh(practice)
            assert seen(practice) == before, "a refusal changes nothing"
            continue
        state = before[0]
        if target is None:
            assert state.editable
        elif practice.state is not state:
            assert practice.state in (target if target is BACK else {target})
            assert practice.state in MOVES[state]
        if had is None and practice.reference:
            given_numbers[practice.delegation_id].append(practice.reference)
        assert had in (None, practice.reference), "a reference never changes"
        assert before[4] == seen(practice)[4][: len(before[4])], "versions are kept"
    for delegation, code in ((first, "PER"), (second, "CHL")):
        numbers = given_numbers[delegation.id]
        assert numbers == [f"CAM/2026/GP/{code}/{number:02d}" for number in range(1, len(numbers) + 1)]
    for practice in practices:
        assert [version.number for version in practice.versions] == list(range(1, len(practice.versions) + 1))
        assert all(version.sha256 == fingerprint(version.content) for version in practice.versions)
        assert all(later.submitted_at >= earlier.submitted_at for earlier, later in pairwise(practice.versions))


def test_nothing_leaves_withdrawn(app):
    practice = start(make_delegation(make_open_meeting(), "PE"), SYSTEM)
    operations.withdraw_practice(practice, by=SYSTEM)
    assert practice.reference is None
    for _target, act in ACTS.values():
        with pytest.raises(WrongState):
            act(practice, "a")
