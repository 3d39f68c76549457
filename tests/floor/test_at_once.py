"""Two at once, and three hundred at once."""

from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import WrongState
from app.floor import asking, speaking
from app.floor.enums import EntryState, SpeakingKind
from app.floor.models import SpeakerEntry, SpeakersList, Speech
from app.floor.standing import standing_of
from app.meetings.models import Delegation
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
    """Ten processes' worth of them, in no order: all are on the list, in the order in which they came in."""
    list_id = speakers.id
    delegations = [delegation_of(speakers.meeting, code).id for code in ("PE", "CL", "RCM")]

    def send(part: int) -> None:
        for number in range(part, 300, 10):
            asking.ask(
                db.session.get_one(SpeakersList, list_id),
                db.session.get_one(Delegation, delegations[number % 3]),
                kind=SpeakingKind.STATEMENT,
                language="en",
                group_name=f"Group {number}",
                received_at=NOON + timedelta(milliseconds=number),
                by=SYSTEM,
            )
            db.session.commit()

    at_once(app, [partial(send, part) for part in range(10)])
    db.session.expire_all()
    order = standing_of(db.session.get_one(SpeakersList, list_id)).order
    assert [row.group_name for row in order] == [f"Group {number}" for number in range(300)]
