"""Two at once, and three hundred at once."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Event

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.core.errors import WrongState
from app.directory.models import Party
from app.floor import asking, operations, placing, speaking, statements
from app.floor.enums import EntryState, SpeakingKind
from app.floor.models import SpeakerEntry, SpeakersList, Speech
from app.floor.standing import standing_of
from app.meetings import operations as meetings
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting
from tests.at_once import at_once
from tests.factories.summaries import NOON
from tests.floor.conftest import ask, delegation_of


def test_two_who_give_the_floor_at_once(app, speakers):
    """One wins; the other is told who has it."""
    entries = [ask(speakers, code).id for code in ("PE", "CL", "RCM")]
    told = []

    def give(entry_id: int) -> None:
        try:
            speaking.give(db.session.get_one(SpeakerEntry, entry_id), by=SYSTEM)
        except WrongState as refusal:
            told.append(str(refusal))
            db.session.rollback()

    at_once(app, [partial(give, entry_id) for entry_id in entries])
    db.session.expire_all()
    speech = db.session.scalars(sa.select(Speech)).one()
    states = db.session.scalars(sa.select(SpeakerEntry.state).order_by(SpeakerEntry.state)).all()
    assert sorted(states) == [EntryState.SPEAKING, EntryState.WAITING, EntryState.WAITING]
    name = {"PE": "Peru", "CL": "Chile", "RCM": "RCM"}[speech.entry.delegation.party.code]
    assert told == [f"{name} has the floor. End that first."] * 2


def test_two_who_give_it_to_the_same_give_it_once(app, speakers):
    entry_id = ask(speakers, "PE").id
    at_once(app, [lambda: speaking.give(db.session.get_one(SpeakerEntry, entry_id), by=SYSTEM)] * 3)
    assert db.session.scalar(sa.select(sa.func.count(Speech.id))) == 1


def test_one_form_that_is_sent_twice_at_once_asks_once(app, speakers):
    list_id, delegation_id = speakers.id, delegation_of(speakers.meeting, "PE").id

    def send() -> None:
        asking.ask(
            db.session.get_one(SpeakersList, list_id), db.session.get_one(Delegation, delegation_id),
            kind=SpeakingKind.STATEMENT, language="en", received_at=NOON, form_key="one form", by=SYSTEM,
        )  # fmt: skip

    at_once(app, [send] * 3)
    assert db.session.scalar(sa.select(sa.func.count(SpeakerEntry.id))) == 1


def test_three_hundred_requests_at_once_lose_none(app, speakers):
    """Ten processes' worth of them, in no order: all are on their lists, in the order in which they came in."""
    meeting = speakers.meeting
    lists = [speakers.id, operations.open_list(meeting, "other", by=SYSTEM).id]
    own = sa.select(Delegation.party_id).where(Delegation.meeting_id == meeting.id)
    parties = db.session.scalars(sa.select(Party.id).where(Party.id.not_in(own)).order_by(Party.id).limit(150)).all()
    db.session.add_all(rows := [Delegation(meeting=meeting, party_id=party_id) for party_id in parties])
    db.session.flush()
    delegations = [row.id for row in rows]

    def send(part: int) -> None:
        for number in range(part, 300, 10):
            asking.ask(
                db.session.get_one(SpeakersList, lists[number // 150]),
                db.session.get_one(Delegation, delegations[number % 150]),
                kind=SpeakingKind.STATEMENT,
                language="en",
                received_at=NOON + timedelta(milliseconds=number),
                by=SYSTEM,
            )
            db.session.commit()

    at_once(app, [partial(send, part) for part in range(10)])
    db.session.expire_all()
    for list_id in lists:
        order = standing_of(db.session.get_one(SpeakersList, list_id)).order
        assert [row.delegation_id for row in order] == delegations


def test_nobody_waits_twice_who_asks_for_two_things_at_once(app, speakers):
    list_id, delegation_id = speakers.id, delegation_of(speakers.meeting, "PE").id
    other_id = operations.open_list(speakers.meeting, "other", by=SYSTEM).id

    def send(list_id: int, kind: SpeakingKind) -> None:
        speakers, delegation = db.session.get_one(SpeakersList, list_id), db.session.get_one(Delegation, delegation_id)
        with suppress(WrongState):
            asking.ask(speakers, delegation, kind=kind, language="en", received_at=NOON, by=SYSTEM)

    asked = [(list_id, SpeakingKind.STATEMENT), (list_id, SpeakingKind.QUESTION)]
    asked += [(one, SpeakingKind.POINT_OF_ORDER) for one in (list_id, other_id)]
    at_once(app, [partial(send, *one) for one in asked])
    kinds = db.session.scalars(sa.select(SpeakerEntry.kind)).all()
    assert sorted(kind.queued for kind in kinds) == [False, True]


def _cut(speakers: SpeakersList) -> None:
    operations.cut_times(speakers, 50, by=SYSTEM)


def _go_on(speakers: SpeakersList) -> None:
    meetings.move_to_stage(speakers.meeting, Stage.CONSOLIDATING, by=SYSTEM)


def _give(speakers: SpeakersList) -> None:
    speaking.give(standing_of(speakers).order[0], by=SYSTEM)


def _ask(speakers: SpeakersList) -> None:
    ask(speakers, "CL")


@pytest.mark.parametrize(
    ("first", "second", "stage", "allowed"),
    [(_cut, _give, Stage.IN_SESSION, [150]), (_go_on, _give, Stage.CONSOLIDATING, []),
     (_give, _go_on, Stage.IN_SESSION, [300]), (_go_on, _ask, Stage.CONSOLIDATING, [])],
)  # fmt: skip
def test_who_waits_for_another_judges_by_what_that_one_left(app, speakers, first, second, stage, allowed):
    """The second has read all before the first is done, as PostgreSQL lets it."""
    list_id, begun, read = ask(speakers, "PE").list_id, Event(), Event()

    def lead() -> None:
        first(db.session.get_one(SpeakersList, list_id))
        db.session.flush()
        begun.set()
        read.wait(0.3)  # on SQLite one who writes reads nothing meanwhile

    def follow() -> None:
        begun.wait()
        speakers = db.session.get_one(SpeakersList, list_id)
        held = (speakers.meeting, standing_of(speakers))  # as a page has loaded it
        read.set()
        with suppress(WrongState):
            second(speakers)
        del held

    at_once(app, [lead, follow])
    db.session.expire_all()
    assert speakers.meeting.stage is stage
    assert db.session.scalars(sa.select(Speech.allowed)).all() == allowed
    assert db.session.scalars(sa.select(SpeakerEntry.delegation_id)).one() == delegation_of(speakers.meeting, "PE").id


def _set_rules(speakers: SpeakersList) -> None:
    same = {name: getattr(speakers, name) for name in ("order", "order_language", "seconds", "quotas")}
    operations.set_rules(speakers, **same, by=SYSTEM)


def _hand_in(speakers: SpeakersList) -> None:
    statements.hand_in(
        delegation_of(speakers.meeting, "PE"), mark=speakers.mark, kind=SpeakingKind.STATEMENT, language="en",
        text="Text", upload=None, check_delivery=False, written_only=False, consent=Audience.RESTRICTED, by=SYSTEM,
    )  # fmt: skip


@pytest.mark.parametrize(
    "act",
    [
        _ask, _cut, _give, _set_rules, _hand_in,
        lambda speakers: asking.withdraw(standing_of(speakers).order[0], by=SYSTEM),
        lambda speakers: operations.close_list(speakers, None, received_at=NOON, by=SYSTEM),
        lambda speakers: operations.draw_lot(speakers, by=SYSTEM),
        lambda speakers: placing.place(standing_of(speakers).order[0], 1, seen=None, by=SYSTEM),
        lambda speakers: placing.undo(speakers, by=SYSTEM),
    ],
)  # fmt: skip
def test_the_stage_is_read_under_the_lock(speakers, act):
    ask(speakers, "PE")
    held = speakers.meeting
    over = sa.update(Meeting).values(stage=Stage.PUBLISHED).execution_options(synchronize_session=False)
    db.session.execute(over)
    assert held.stage is Stage.IN_SESSION, "as a page has loaded it"
    with pytest.raises(WrongState, match=r"floor is|summary is published"):
        act(speakers)
