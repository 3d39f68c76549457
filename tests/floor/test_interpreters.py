"""What somebody on the interpreters' list sees of the floor: who speaks, who is next, on which item; no more."""

import pytest

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.floor import speaking
from app.floor.enums import SpeakingKind
from app.floor.statement_models import FloorInterpreter
from app.meetings.enums import DelegationRole, Stage
from tests.client import filled, sign_in
from tests.factories.summaries import NOON
from tests.floor.conftest import ask
from tests.floor.pages import FLOOR, client_text
from tests.personas import add_member, make_user, party


@pytest.fixture
def interpreter(client, meeting):
    """Signed in."""
    user = make_user("Booth")
    db.session.add(FloorInterpreter(meeting=meeting, user=user, added_at=NOON))
    db.session.commit()
    sign_in(client, user)
    return user


@pytest.fixture(params=[Audience.PUBLIC, Audience.RESTRICTED], ids=["for all", "not for them"])
def session(request, meeting):
    """The session, which may not be for whoever only interprets it."""
    meeting.distribution = request.param
    db.session.commit()
    return meeting


def test_they_follow_who_speaks_and_who_comes_next(client, interpreter, session, speakers, page):
    speaking.give(ask(speakers, "PE"), by=SYSTEM)
    ask(speakers, "CL", SpeakingKind.QUESTION, subject="To the panel, on visas", language="es")
    db.session.commit()
    for address in (FLOOR, page, f"{FLOOR}/room"):
        told = client_text(client, address)
        assert "Peru" in told
        assert "Chile" in told
        assert "Opening" in told
    assert "Español" in client_text(client, page), "the language that comes next"
    assert "Peru" in client_text(client, f"{FLOOR}/times")
    for part in ("now", "items", "room"):
        assert (
            client.get("/live/now", query_string={"part": f"floor.{part}/cam-2026", "language": "en"}).status_code
            == 200
        )


def test_they_read_and_do_nothing(client, interpreter, session, speakers, page):
    entry = ask(speakers, "PE")
    db.session.commit()
    for address in (f"{FLOOR}/chair", f"{FLOOR}/papers", f"{FLOOR}/papers/speakers/en.csv", f"{page}/rules",
                    f"{page}/cut", "/sessions/cam-2026/minutes", "/sessions/cam-2026/record"):  # fmt: skip
        assert client.get(address).status_code in (403, 404), address
        assert f'href="{address}"' not in client.get(FLOOR).text, address
    told = client_text(client, page)
    for words in ("Give the floor", "Ask for the floor", "Manage the list", "My delegation", "Withdraw"):
        assert words not in told
    token = filled(client, page, action="/sign-out")[1]["csrf_token"]
    for address in (f"{page}/ask/PE", f"{page}/close", f"{page}/flag", f"/floor/entries/{entry.id}/withdraw",
                    f"/floor/entries/{entry.id}/give"):  # fmt: skip
        assert client.post(address, data={"csrf_token": token}).status_code in (403, 404), address


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.CONSOLIDATING, Stage.PUBLISHED])
def test_only_while_there_is_something_to_interpret(client, interpreter, session, speakers, page, stage):
    session.stage = stage
    db.session.commit()
    for address in (FLOOR, page, f"{FLOOR}/room", f"{FLOOR}/times"):
        assert client.get(address).status_code in (403, 404), address


def test_a_delegate_who_interprets_too_stays_a_delegate(client, interpreter, session, speakers, page):
    interpreter.party_id = party("PE").id
    add_member(session, interpreter, DelegationRole.FOCAL_POINT)
    db.session.commit()
    assert client.get(f"{FLOOR}/papers").status_code == 200
    assert "My delegation" in client_text(client, page)


def test_their_desk_leads_there(client, interpreter, session, speakers):
    assert f'href="{FLOOR}"' in client.get("/desk").text
    assert f'href="{FLOOR}"' in client.get("/sessions/cam-2026/statements").text
