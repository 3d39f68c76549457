"""The closed-down page: a code gives one upload right, and nothing else is readable."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import now, standing_at
from app.core.db import db
from app.core.errors import Refusal
from app.floor import operations, statements
from app.floor.statement_codes import MOST_CODES, codes_of, make_code, revoke_code, text_of, works
from app.floor.statement_models import FloorStatementCode, FloorStatementVersion
from app.floor.statement_queries import matched
from app.meetings.enums import DelegationRole
from app.people.throttle import LIMITS
from tests.client import filled, post_form, sign_in
from tests.factories.summaries import NOON
from tests.floor.conftest import ask, delegation_of
from tests.floor.test_statements import hand_in
from tests.guards.own_rows import PDF
from tests.personas import party

DOOR = "/statements/hand-in"
FORM = "/statements/hand-in/statement"


@pytest.fixture
def code(meeting, mark) -> FloorStatementCode:
    made = make_code(delegation_of(meeting, "PE"), mark=mark, days=7, by=SYSTEM)
    db.session.commit()
    return made


def enter(client, text: str):
    return post_form(client, DOOR, {"code": text})


def test_a_code_hands_in_one_statement(client, meeting, mark, code):
    sign_in(client, None)
    written = text_of(code).replace("-", " ").lower()
    assert enter(client, written).location == FORM
    shown = client.get(FORM).text
    assert "Republic of Peru" in shown or "Peru" in shown
    assert "Opening" in shown
    values = {"text": "By code.", "file": (io.BytesIO(PDF), "statement.pdf")}
    answer = post_form(client, FORM, values)
    assert (answer.status_code, answer.location) == (303, FORM)
    version = db.session.scalars(sa.select(FloorStatementVersion)).one()
    assert (version.code_id, version.handed_in_by_id, version.statement.mark) == (code.id, None, mark)
    told = client.get(FORM).text
    assert version.sha256 in told
    assert "<textarea" not in told
    assert "By code." not in told
    assert enter(client, text_of(code)).status_code == 422, "it was good for one"


def test_the_form_of_a_code_begins_in_the_language_of_the_request(client, meeting, mark, code):
    ask(operations.open_list(meeting, mark, by=SYSTEM), "PE", language="es")
    db.session.commit()
    sign_in(client, None)
    enter(client, text_of(code))
    assert filled(client, FORM)[1]["language"] == ["es"]


def test_nothing_else_can_be_read_by_it(client, meeting, mark, code):
    hand_in(meeting, mark, "PE", "What Peru handed in before.")
    hand_in(meeting, mark, "CL", "What Chile says.")
    sign_in(client, None)
    enter(client, text_of(code))
    assert "What Peru handed in before." not in client.get(FORM).text
    versions = db.session.scalars(sa.select(FloorStatementVersion)).all()
    for version in versions:
        assert client.get(f"/statements/{version.statement_id}").status_code == 404
    for address in ("/sessions/cam-2026/floor", "/sessions/cam-2026/statements/PE/new", "/desk",
                    "/sessions/cam-2026/statements/PE/codes"):  # fmt: skip
        assert client.get(address).status_code in (302, 404), address
    # The item is the code's, whatever is sent.
    address, data, _multipart = filled(client, FORM, {"text": "Mine."})
    assert client.post(address, data=data | {"item": "another", "code": "CL"}).status_code == 303
    newest = db.session.scalars(sa.select(FloorStatementVersion).order_by(FloorStatementVersion.id.desc())).first()
    assert (newest.statement.delegation.party.code, newest.statement.mark, newest.number) == ("PE", mark, 2)


def test_who_has_no_code_has_no_page(client, meeting, code):
    sign_in(client, None)
    assert client.get(FORM).status_code == 404
    with client.session_transaction() as session:
        session["hand_in"] = "1 OR 1"
    assert client.get(FORM).status_code == 404


@pytest.mark.parametrize("wrong", ["", "1", "1-AAAA-BBBB-CCCC-DDDD", "x" * 60, "0-" + "A" * 16, "١٢" + "A" * 16])
def test_a_wrong_code_is_refused_in_the_same_words(client, meeting, code, wrong):
    sign_in(client, None)
    answer = enter(client, wrong)
    assert answer.status_code == 422
    assert ("Write the code." if not wrong else "This code does not work.") in answer.text


def test_a_code_changes_nothing_of_who_reads_a_statement(client, meeting, mark, code):
    statement = hand_in(meeting, mark, consent=Audience.PUBLIC).statement
    sign_in(client, None)
    enter(client, text_of(code))
    values = {"text": "By code.", "consent": "restricted", "written_only": "y"}
    assert post_form(client, FORM, values).status_code == 303
    assert (statement.latest.text, statement.consent, statement.outcome) == ("By code.", Audience.PUBLIC, None)


@pytest.mark.parametrize("how", ["expired", "revoked", "key changed", "its maker left", "its maker only looks on"])
def test_a_code_that_works_no_more(app, client, meeting, code, how):
    sign_in(client, None)
    text = text_of(code)
    enter(client, text)
    address, data, _multipart = filled(client, FORM, {"text": "Too late."})
    if how == "revoked":
        revoke_code(code, by=SYSTEM)
    if how == "key changed":
        code.seed = "0" * 32
    if how.startswith("its maker"):
        member = code.delegation.members[0]
        code.made_by = member.user
        db.session.flush()
        assert works(code)
        member.role = DelegationRole.OBSERVER
        if how == "its maker left":
            code.delegation.members.remove(member)
    db.session.commit()
    with standing_at(NOON + timedelta(days=8) if how == "expired" else now()):
        assert enter(client, text).status_code == 422
        if how != "key changed":
            answer = client.post(address, data=data)
            assert (answer.status_code, "Too late." in answer.text) == (409, True), "the text is kept"
            assert "works no more" in client.get(FORM).text
    assert db.session.scalar(sa.select(sa.func.count(FloorStatementVersion.id))) == 0


def test_a_text_is_taken_for_whom_the_chair_noted_that_a_delegation_speaks(client, meeting, speakers, code):
    conference = party("RCM")
    ask(speakers, "PE", flag=True, on_behalf=conference)
    assert len(matched(meeting.id).missing) == 1
    sign_in(client, None)
    enter(client, text_of(code))
    assert post_form(client, FORM, {"text": "For it.", "on_behalf": str(conference.id)}).status_code == 303
    assert matched(meeting.id).missing == set()


def test_nothing_is_read_by_a_code_that_is_used(client, meeting, code, monkeypatch):
    sign_in(client, None)
    enter(client, text_of(code))
    address, data, _multipart = filled(client, FORM, {"text": "Once."})
    assert client.post(address, data=data).status_code == 303
    read = []
    monkeypatch.setattr(statements, "words_of", read.append)
    again = data | {"text": "", "form_key": "another", "file": (io.BytesIO(PDF), "statement.pdf")}
    assert client.post(address, data=again).status_code == 409
    assert read == []


def test_a_double_click_hands_in_once(client, meeting, code):
    sign_in(client, None)
    enter(client, text_of(code))
    address, data, _multipart = filled(client, FORM, {"text": "Once."})
    assert [client.post(address, data=data).status_code for _click in range(2)] == [303, 303]
    assert db.session.scalar(sa.select(sa.func.count(FloorStatementVersion.id))) == 1


def test_a_code_is_of_no_use_to_a_delegate_of_another_state(client, personas, meeting, code):
    for person, status in ((personas.delegate_b, 422), (personas.reader, 422), (personas.delegate_a, 303)):
        sign_in(client, person)
        assert enter(client, text_of(code)).status_code == status, person.name
    sign_in(client, personas.delegate_b)
    with client.session_transaction() as session:
        session["hand_in"] = code.id
    assert client.get(FORM).status_code == 404
    assert client.post(FORM).status_code in (400, 404)


def test_tries_are_counted(client, meeting, code):
    sign_in(client, None)
    for number in range(LIMITS["code"][1]):
        assert enter(client, f"{number + 2}-AAAA-BBBB-CCCC-DDDD").status_code == 422
    assert enter(client, text_of(code)).status_code == 429
    with standing_at(now() + timedelta(minutes=16)):
        assert enter(client, text_of(code)).status_code == 303


def test_no_table_holds_a_code(meeting, code):
    digest = text_of(code).partition("-")[2]
    for column in sa.inspect(FloorStatementCode).columns:
        assert digest not in str(getattr(code, column.key))


def test_a_delegation_and_the_secretariat_make_and_revoke_codes(client, personas, meeting, mark):
    page = "/sessions/cam-2026/statements/PE/codes"
    for person in (personas.delegate_a, personas.secretariat):
        sign_in(client, person)
        for _click in range(2):
            assert post_form(client, page, {"item": mark, "days": "3"}).status_code == 303
    (made,) = codes_of(delegation_of(meeting, "PE"))
    assert made.made_by_id == personas.delegate_a.id
    assert made.expires_at == now() + timedelta(days=3)
    assert text_of(made) in client.get(page).text
    assert post_form(client, page, action=f"/statements/codes/{made.id}/revoke").status_code == 303
    assert "Revoked" in client.get(page).text
    assert post_form(client, page, {"item": mark, "days": "3"}).status_code == 303, "another can be made"
    assert len(codes_of(delegation_of(meeting, "PE"))) == 2


def test_a_delegation_has_so_many_codes_and_no_more(meeting, mark):
    delegation = delegation_of(meeting, "PE")
    for _number in range(MOST_CODES):
        revoke_code(make_code(delegation, mark=mark, days=1, by=SYSTEM), by=SYSTEM)
        db.session.flush()
    with pytest.raises(Refusal, match="at most 50 codes"):
        make_code(delegation, mark=mark, days=1, by=SYSTEM)
    for wrong, says in (({"mark": "gone"}, "Choose an item"), ({"days": 400}, "times listed")):
        with pytest.raises(Refusal, match=says):
            make_code(delegation, **{"mark": mark, "days": 1, "by": SYSTEM, **wrong})
