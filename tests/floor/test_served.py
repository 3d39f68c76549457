"""The floor on the real server: a kill in mid-speech, two who give it at once, a crowd, the second of closing."""

import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.floor import queries
from app.floor.enums import EntryState, SpeakingKind
from app.floor.models import SpeakerEntry, SpeakersList, Speech
from app.floor.standing import standing_of
from tests.factories.summaries import NOON
from tests.floor.conftest import ask, delegation_of
from tests.served import PATIENCE, Served

pytestmark = pytest.mark.slow
CROWD = 300


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


def asking(delegation, **more: str) -> dict[str, str]:
    """What the form of a delegation sends."""
    return {f"d{delegation.id}-{name}": text for name, text in {"kind": "statement", "language": "en", **more}.items()}


def test_timer_and_order_are_right_after_a_kill_in_mid_speech(served, speakers, personas, page):
    """The clock goes on while nothing runs, and what was on its way happened or did not."""
    chair = personas.secretariat
    rows = [ask(speakers, code, at=NOON + timedelta(seconds=place)) for place, code in enumerate(("PE", "CL", "RCM"))]
    ids = [row.id for row in rows]
    db.session.commit()

    # Two who give it at once, each through a process of its own.
    with ThreadPoolExecutor(2) as pool:
        before = real_now()
        gives = pool.map(lambda one: served.ask(chair, f"/floor/entries/{one}/give", {})[0], ids[:2])
        assert sorted(gives) == [303, 409]
    given = real_now()
    speech = db.session.scalars(sa.select(Speech)).one()
    waiting = [one for one in ids if one != speech.entry_id]
    db.session.commit()

    served.kill()
    served.start()
    status, text = served.ask(chair, page)
    assert status == 200
    assert "Nobody has the floor" not in text
    pausing = real_now()
    assert served.ask(chair, f"/floor/speeches/{speech.id}/pause", {})[0] == 303
    paused = real_now()
    db.session.expire_all()
    assert pausing - given <= speech.spent() <= paused - before
    assert [row.id for row in standing_of(speakers).order] == waiting
    db.session.commit()

    with socket.create_connection(("127.0.0.1", served.port)) as line:
        line.sendall(served.request(chair, f"/floor/speeches/{speech.id}/end", {}))
        served.kill()
    served.start()
    db.session.expire_all()
    assert (speech.ended_at is None) == (speech.entry.state is EntryState.SPEAKING)
    db.session.commit()
    assert served.ask(chair, f"/floor/speeches/{speech.id}/end", {})[0] == 303
    db.session.expire_all()
    assert speech.entry.state is EntryState.SPOKEN
    assert pausing - given <= speech.spent() <= paused - before, "the clock stood from the pause on"
    assert served.ask(chair, f"/floor/entries/{waiting[0]}/give", {})[0] == 303
    assert queries.who_has_the_floor(speakers.meeting_id).entry_id == waiting[0]


def test_a_crowd_and_the_second_of_closing(served, speakers, personas, page):
    people = {"PE": personas.delegate_a, "CL": personas.delegate_b, "RCM": personas.representative}
    delegations = {code: delegation_of(speakers.meeting, code) for code in people}
    requests = []
    for number in range(CROWD):
        code = list(people)[number % len(people)]
        form = asking(delegations[code], group_name=f"Group {number}")
        requests.append(served.request(people[code], f"{page}/ask/{code}", form))
    lines = [socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) for _request in requests]
    began = time.monotonic()
    for line, request in zip(lines, requests, strict=True):
        line.sendall(request)
    assert time.monotonic() - began < 1
    assert Counter(status_of(line) for line in lines) == {303: CROWD}
    db.session.expire_all()
    order = standing_of(speakers).order
    assert sorted(row.group_name for row in order) == sorted(f"Group {number}" for number in range(CROWD))
    assert [row.asked_at for row in order] == sorted(row.asked_at for row in order)

    closes_at = real_now() + timedelta(seconds=1)
    db.session.execute(sa.update(SpeakersList).values(closes_at=closes_at))
    db.session.commit()
    whole = served.request(people["PE"], f"{page}/ask/PE", asking(delegations["PE"], subject="begun in time"))
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as line:
        line.sendall(whole[:-5])
        time.sleep((closes_at - real_now()).total_seconds() + 0.05)
        line.sendall(whole[-5:])
        assert status_of(line) == 303, "it began to come in before the list closed"
    status, text = served.ask(people["CL"], f"{page}/ask/CL", asking(delegations["CL"], subject="too late"))
    assert status == 409
    assert "The list is closed." in text
    assert 'value="too late"' in text
    point = asking(delegations["CL"], kind=SpeakingKind.POINT_OF_ORDER.value)
    assert served.ask(people["CL"], f"{page}/ask/CL", point)[0] == 303
    own = db.session.scalars(sa.select(SpeakerEntry).where(SpeakerEntry.group_name == "")).all()
    assert {(row.delegation.party.code, row.kind) for row in own} == {
        ("PE", SpeakingKind.STATEMENT),
        ("CL", SpeakingKind.POINT_OF_ORDER),
    }


def status_of(line: socket.socket) -> int:
    """The status of an answer, of which no more is read."""
    with line, line.makefile("rb") as answer:
        return int(answer.readline().split()[1])
