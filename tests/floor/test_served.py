"""The floor on the real server: a kill in mid-speech, two who give it at once, a crowd, the second of closing."""

import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.db import db
from app.directory.models import Party
from app.floor import operations, queries
from app.floor.enums import EntryState, SpeakingKind
from app.floor.models import SpeakerEntry, SpeakersList, Speech
from app.floor.standing import standing_of
from app.meetings.enums import DelegationRole, ItemKind
from app.meetings.models import AgendaItem
from tests.factories.summaries import NOON, everywhere, publish_agenda
from tests.floor.conftest import ask, delegation_of
from tests.personas import add_member
from tests.served import Served

pytestmark = pytest.mark.slow
CROWD, LISTS = 300, 3


@pytest.fixture
def page(mark) -> str:
    return f"/sessions/cam-2026/floor/items/{mark}"


@pytest.fixture
def served(app, speakers):
    with Served(app) as served:
        yield served


def real_now() -> datetime:
    """What the server's clock says: that of the tests stands."""
    return datetime.now(UTC)


def asking(delegation_id: int, **more: str) -> dict[str, str]:
    """What the form of a delegation sends."""
    return {f"d{delegation_id}-{name}": text for name, text in {"kind": "statement", "language": "en", **more}.items()}


@contextmanager
def reading() -> Iterator[None]:
    """What the server left, in a transaction that ends with the block: on SQLite the server would wait for it."""
    db.session.expire_all()
    yield
    db.session.rollback()


def test_timer_and_order_are_right_after_a_kill_in_mid_speech(served, speakers, personas, page):
    """The clock goes on while nothing runs, and what was on its way happened or did not."""
    chair, meeting_id = served.cookie(personas.secretariat), speakers.meeting_id
    rows = [ask(speakers, code, at=NOON + timedelta(seconds=place)) for place, code in enumerate(("PE", "CL", "RCM"))]
    ids = [row.id for row in rows]
    db.session.commit()

    # Two who give it at once, each through a process of its own.
    with ThreadPoolExecutor(2) as pool:
        before = real_now()
        gives = pool.map(lambda one: served.ask(chair, f"/floor/entries/{one}/give", {})[0], ids[:2])
        assert sorted(gives) == [303, 409]
    given = real_now()
    speech, spoke = db.session.execute(sa.select(Speech.id, Speech.entry_id)).one()
    waiting = [one for one in ids if one != spoke]
    db.session.commit()

    served.kill()
    served.start()
    status, text = served.ask(chair, page)
    assert status == 200
    assert "Nobody has the floor" not in text
    pausing = real_now()
    assert served.ask(chair, f"/floor/speeches/{speech}/pause", {})[0] == 303
    paused = real_now()
    with reading():
        assert pausing - given <= db.session.get_one(Speech, speech).spent() <= paused - before
        assert [row.id for row in standing_of(db.session.scalars(sa.select(SpeakersList)).one()).order] == waiting

    end = served.request(chair, f"/floor/speeches/{speech}/end", {})
    with served.line() as line:
        line.sendall(end)
        served.kill()
    served.start()
    with reading():
        row = db.session.get_one(Speech, speech)
        assert (row.ended_at is None) == (row.entry.state is EntryState.SPEAKING)
    assert served.ask(chair, f"/floor/speeches/{speech}/end", {})[0] == 303
    with reading():
        row = db.session.get_one(Speech, speech)
        assert row.entry.state is EntryState.SPOKEN
        assert pausing - given <= row.spent() <= paused - before, "the clock stood from the pause on"
    assert served.ask(chair, f"/floor/entries/{waiting[0]}/give", {})[0] == 303
    with reading():
        assert queries.who_has_the_floor(meeting_id).entry_id == waiting[0]


def open_another(speakers: SpeakersList, place: int) -> str:
    """The page of another list of the session."""
    more = {"day": 1, "minutes": 10, "kind": ItemKind.OTHER, "title": everywhere(f"Item {place}")}
    db.session.add(item := AgendaItem(meeting=speakers.meeting, position=2 + place, **more))
    db.session.flush()
    operations.open_list(speakers.meeting, item.mark, by=SYSTEM)
    publish_agenda(speakers.meeting)
    return f"/sessions/cam-2026/floor/items/{item.mark}"


def test_a_crowd_and_the_second_of_closing(served, speakers, personas, page, mark):
    people = {"PE": personas.delegate_a, "CL": personas.delegate_b, "RCM": personas.representative}
    cookies = {code: served.cookie(user) for code, user in people.items()}
    ids = {code: delegation_of(speakers.meeting, code).id for code in people}
    others = sa.select(Party).where(Party.code.not_in(people)).order_by(Party.id).limit(CROWD // LISTS)
    crowd = [(party, list(people)[place % len(people)]) for place, party in enumerate(db.session.scalars(others))]
    numbers = {
        party.code: add_member(speakers.meeting, people[code], DelegationRole.DRAFTER, party.id).id
        for party, code in crowd
    }
    pages = [open_another(speakers, place) for place in range(LISTS)]
    requests = [
        served.request(cookies[code], f"{page}/ask/{quote(party.code)}", asking(numbers[party.code]))
        for page in pages
        for party, code in crowd
    ]
    db.session.commit()
    with ExitStack() as stack:
        lines = [stack.enter_context(served.line()) for _request in requests]
        began = time.monotonic()
        for line, request in zip(lines, requests, strict=True):
            line.sendall(request)
        assert time.monotonic() - began < 1
        assert Counter(status_of(line) for line in lines) == {303: CROWD}
    with reading():
        for speakers in db.session.scalars(sa.select(SpeakersList).filter_by(closes_at=None)):
            order = standing_of(speakers).order
            assert {row.delegation_id for row in order} == (set(numbers.values()) if speakers.mark != mark else set())
            assert [row.asked_at for row in order] == sorted(row.asked_at for row in order)

    closes_at = real_now() + timedelta(seconds=1)
    db.session.execute(sa.update(SpeakersList).values(closes_at=closes_at))
    db.session.commit()
    whole = served.request(cookies["PE"], f"{page}/ask/PE", asking(ids["PE"], subject="begun in time"))
    with served.line() as line:
        line.sendall(whole[:-5])
        time.sleep((closes_at - real_now()).total_seconds() + 0.05)
        line.sendall(whole[-5:])
        assert status_of(line) == 303, "it began to come in before the list closed"
    status, text = served.ask(cookies["CL"], f"{page}/ask/CL", asking(ids["CL"], subject="too late"))
    assert status == 409
    assert "The list is closed." in text
    assert 'value="too late"' in text
    point = asking(ids["CL"], kind=SpeakingKind.POINT_OF_ORDER.value)
    assert served.ask(cookies["CL"], f"{page}/ask/CL", point)[0] == 303
    with reading():
        own = db.session.scalars(sa.select(SpeakerEntry).where(SpeakerEntry.delegation_id.in_(ids.values()))).all()
        assert {(row.delegation.party.code, row.kind) for row in own} == {
            ("PE", SpeakingKind.STATEMENT),
            ("CL", SpeakingKind.POINT_OF_ORDER),
        }


def status_of(line: socket.socket) -> int:
    """The status of an answer, of which no more is read."""
    with line.makefile("rb") as answer:
        return int(answer.readline().split()[1])
