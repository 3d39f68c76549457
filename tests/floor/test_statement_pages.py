"""Who reads statements when: the embargo holds by page, file, search, API and papers, and for every other State."""

import csv
import html
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from docx import Document as Docx

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.documents.printing import Block, BlockKind, Masthead, Printed, printed_pdf
from app.floor import speaking, statements
from app.floor.enums import EntryState, FloorPart, StatementOutcome
from app.floor.models import PartGiven, SpeakerEntry
from app.floor.statement_codes import make_code
from app.floor.statement_models import FloorInterpreter, FloorStatement, FloorStatementVersion
from app.meetings.enums import Stage
from tests.client import filled, post_form, sign_in
from tests.factories.summaries import NOON
from tests.floor.conftest import ask, delegation_of
from tests.floor.test_statements import hand_in, upload
from tests.guards.own_rows import PDF
from tests.personas import make_user

ALL = "/sessions/cam-2026/statements"
PAPERS = "/sessions/cam-2026/floor/papers/statements"
SECRET = "Embargoed sentence about the border"


@pytest.fixture
def interpreter(meeting):
    user = make_user("Booth")
    db.session.add(FloorInterpreter(meeting=meeting, user=user, added_at=NOON))
    db.session.commit()
    return user


@pytest.fixture
def statement(meeting, mark) -> FloorStatement:
    """Of State A, with two versions, both text and file; for everybody once it is delivered."""
    for number in (1, 2):
        hand_in(
            meeting, mark, text=f"{SECRET}, version {number}.", upload=upload(PDF + b"%d" % number),
            consent=Audience.PUBLIC,
        )  # fmt: skip
    db.session.commit()
    return db.session.scalars(sa.select(FloorStatement)).one()


def addresses(statement: FloorStatement) -> dict[str, str]:
    first, second = statement.versions
    return {
        "page": f"/statements/{statement.id}",
        "newest file": f"/statements/files/{second.id}",
        "older file": f"/statements/files/{first.id}",
    }


EVERYBODY = ("anonymous", "reader", "delegate_a", "delegate_b", "representative", "secretariat", "interpreter")


def answers(client, personas, interpreter, statement) -> dict[str, set[str]]:
    """Address -> the roles that get it; the secret stands nowhere else."""
    found: dict[str, set[str]] = {}
    for role in EVERYBODY:
        sign_in(client, interpreter if role == "interpreter" else getattr(personas, role))
        for name, address in addresses(statement).items():
            answer = client.get(address)
            assert answer.status_code in (200, 404), (role, name, answer.status_code)
            if answer.status_code == 200:
                found.setdefault(name, set()).add(role)
        if f'href="/statements/{statement.id}"' in client.get(ALL).text:
            found.setdefault("list", set()).add(role)
        for elsewhere in (ALL, f"/search?q={SECRET.replace(' ', '+')}", "/sessions/cam-2026", "/desk",
                          "/api/v1/sessions/cam-2026", "/sessions/cam-2026/floor"):  # fmt: skip
            assert f"{SECRET}, version" not in client.get(elsewhere).text, (role, elsewhere)
        for extension in ("pdf", "docx", "csv"):
            assert client.get(f"{PAPERS}/en.{extension}").status_code in (302, 403, 409), role
    return found


def test_the_embargo_holds_on_every_way(client, personas, meeting, interpreter, statement):
    early = {"delegate_a", "secretariat", "interpreter"}
    found = answers(client, personas, interpreter, statement)
    assert found == dict.fromkeys(("page", "newest file", "older file", "list"), early)


def test_the_desk_of_an_interpreter_leads_to_them(client, personas, interpreter, statement):
    for user, leads in ((interpreter, True), (personas.delegate_b, False)):
        sign_in(client, user)
        assert (f'href="{ALL}"' in client.get("/desk").text) == leads


def test_the_chair_of_another_state_does_not_read_it_early(client, personas, meeting, statement):
    member = delegation_of(meeting, "CL").members[0]
    db.session.add(PartGiven(member=member, part=FloorPart.CHAIR, given_at=NOON))
    sign_in(client, personas.delegate_b)
    for address in addresses(statement).values():
        assert client.get(address).status_code == 404
    assert client.get(f"{ALL}/PE/codes").status_code == 404
    assert client.post(f"/statements/{statement.id}/outcome").status_code in (400, 404)


def delivered(speakers) -> None:
    waiting = db.session.scalars(sa.select(SpeakerEntry).filter_by(state=EntryState.WAITING)).all()
    entry = next((row for row in waiting if row.delegation.party.code == "PE"), None) or ask(speakers, "PE")
    speaking.end(speaking.give(entry, by=SYSTEM), by=SYSTEM)
    db.session.commit()


def who_reads(client, personas, interpreter, statement, name) -> set[str]:
    found = set()
    for role in EVERYBODY:
        sign_in(client, interpreter if role == "interpreter" else getattr(personas, role))
        if client.get(addresses(statement)[name]).status_code == 200:
            found.add(role)
    return found


@pytest.mark.parametrize("consent", list(Audience))
def test_after_delivery_it_goes_by_consent(client, personas, meeting, speakers, interpreter, statement, consent):
    statement.consent = consent
    delivered(speakers)
    session = {"delegate_a", "delegate_b", "representative", "secretariat", "interpreter"}
    more = {Audience.RESTRICTED: set(), Audience.MEMBER_STATES: {"reader"}, Audience.PUBLIC: {"reader", "anonymous"}}
    for name in ("page", "newest file"):
        assert who_reads(client, personas, interpreter, statement, name) == session | more[consent]
    early = {"delegate_a", "secretariat", "interpreter"}
    assert who_reads(client, personas, interpreter, statement, "older file") == early
    sign_in(client, personas.delegate_b)
    page = client.get(addresses(statement)["page"]).text
    assert f"{SECRET}, version 2." in page
    assert "version 1." not in page
    assert "check against delivery" in page


def test_an_interpreter_reads_the_statements_of_a_session_that_is_not_for_them(client, meeting, interpreter, statement):
    meeting.distribution = Audience.RESTRICTED
    sign_in(client, interpreter)
    assert client.get("/sessions/cam-2026").status_code == 404
    assert client.get(ALL).status_code == 200
    assert SECRET in client.get(addresses(statement)["page"]).text
    for stage in (Stage.PREPARING, Stage.CONSOLIDATING):
        meeting.stage = stage
        assert client.get(ALL).status_code == 404, "only while statements are made"
        assert client.get(addresses(statement)["page"]).status_code == 404


def test_interpreters_see_who_has_handed_in_nothing(client, personas, meeting, mark, speakers, interpreter):
    ask(speakers, "PE")
    ask(speakers, "CL")
    hand_in(meeting, mark, "CL")
    hand_in(meeting, mark)
    delivered(speakers)
    ask(speakers, "PE")
    sign_in(client, interpreter)
    assert "no text yet: Peru<" in client.get(ALL).text, "what was said is no text of what comes next"
    sign_in(client, personas.delegate_b)
    assert "no text yet" not in client.get(ALL).text


def test_the_papers_hold_what_was_delivered_and_nothing_else(client, personas, meeting, mark, speakers, statement):
    hand_in(meeting, mark, "CL", "Chile keeps this.")
    hand_in(meeting, mark, "RCM", "In writing.\n\nTwo parts.", written_only=True, consent=Audience.PUBLIC)
    delivered(speakers)
    hand_in(meeting, mark, text="What Peru says next.", consent=Audience.PUBLIC)
    sign_in(client, personas.delegate_b)
    assert f'href="{PAPERS}/en.csv"' in client.get(ALL).text
    answer = client.get(f"{PAPERS}/es.docx")
    assert answer.headers["Content-Disposition"].endswith("cam-2026-statements-es.docx")
    text = "\n".join(line.text for line in Docx(io.BytesIO(answer.data)).paragraphs)
    for words in (f"{SECRET}, version 2.", "In writing.", "Two parts.", "Distribución: limitada"):
        assert words in text
    for words in ("version 1.", "Chile keeps this.", "What Peru says next."):
        assert words not in text
    assert client.get(f"{PAPERS}/en.pdf").data.startswith(b"%PDF")
    rows = list(csv.DictReader(io.StringIO(client.get(f"{PAPERS}/en.csv").data.decode("utf-8-sig"))))
    assert [(row["Delegation"], row["What became of it"], row["Readers"]) for row in rows] == [
        ("Peru", "Statement delivered", "Everybody: it is published"),
        ("RCM", "In writing only", "Everybody: it is published"),
    ]
    assert [bool(row["Delivered on"]) for row in rows] == [True, False]
    version = statement.latest
    assert rows[0] | {"Delivered on": "", "Handed in": ""} == {
        "Item": "1", "Title": "Opening (en)", "Delegation": "Peru", "Code": "PE", "On behalf of": "",
        "Intervention": "Statement", "Language": "en", "What became of it": "Statement delivered", "Delivered on": "",
        "Check against delivery": "Yes", "Readers": "Everybody: it is published", "Handed in": "",
        "File": version.file.name, "SHA-256": version.sha256, "Text": f"{SECRET}, version 2.",
    }  # fmt: skip


def docx_of(*paragraphs: str) -> bytes:
    document = Docx()
    for text in paragraphs:
        document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_the_words_of_a_file_alone_are_compiled(staff, meeting, mark, speakers):
    more = {"text": "", "written_only": True}
    hand_in(meeting, mark, "PE", upload=upload(docx_of("Señora Presidenta:", "Agradecemos."), "discurso.docx"), **more)
    words = "The Andean region shares what it has learned about migration in these ten years. " * 2
    told = {"language": "en", "title": "Statement", "author": "RCM", "masthead": Masthead([], [], "Annual session")}
    printed = Printed(**told, created=NOON, blocks=[Block(BlockKind.PARAGRAPH, words)])
    hand_in(meeting, mark, "RCM", upload=upload(printed_pdf(printed), "speech.pdf"), **more)
    picture = hand_in(meeting, mark, "CL", upload=upload(PDF, "scan.pdf"), **more)
    db.session.commit()
    text = [line.text for line in Docx(io.BytesIO(staff.get(f"{PAPERS}/en.docx").data)).paragraphs]
    assert {"Señora Presidenta:", "Agradecemos."} <= {*text}
    assert any(words.strip() in line for line in text)
    assert text.count("These are the words of the file as they could be read; the file counts.") == 2
    assert f"Handed in as a file: scan.pdf, SHA-256 {picture.sha256}" in text
    assert text.count("The words of the file are not in this paper: see the file.") == 1


def test_what_was_never_delivered_is_told_once_the_session_is_over(
    client, personas, meeting, mark, speakers, statement
):
    hand_in(meeting, mark, "CL", "Chile keeps this.")
    paper = PAPERS.replace("/statements", "/not-delivered")
    sign_in(client, personas.representative)
    assert client.get(f"{paper}/en.csv").status_code == 409, "before, nothing tells that there is one"
    delivered(speakers)
    meeting.stage = Stage.CONSOLIDATING
    text = client.get(f"{paper}/en.csv").data.decode("utf-8-sig")
    rows = [(row["Code"], row["What became of it"]) for row in csv.DictReader(io.StringIO(text))]
    assert rows == [("CL", "A text was handed in and not delivered")]
    assert "Chile keeps this." not in text
    cells = [
        cell.text for row in Docx(io.BytesIO(client.get(f"{paper}/en.docx").data)).tables[0].rows for cell in row.cells
    ]
    assert cells[4:] == ["Chile", "Statement", "", "A text was handed in and not delivered"]


def test_a_delegate_hands_in_by_the_form(delegate, meeting, mark):
    page = f"{ALL}/PE/new?item={mark}"
    values = {"item": mark, "kind": "statement", "language": "es", "text": "Gracias.", "consent": "public"}
    answer = post_form(delegate, page, {**values, "file": (io.BytesIO(PDF), "discurso.pdf")})
    assert answer.status_code == 303
    told = delegate.get(answer.location).text
    assert "Gracias." in told
    assert "discurso.pdf" in told
    assert "under embargo" in told
    file = re.search(r'href="(/statements/files/\d+)"', told)[1]
    assert delegate.get(file).data == PDF
    assert delegate.get(file).headers["Content-Disposition"].startswith("attachment")
    newer = re.search(r'href="([^"]*/new\?of=\d+)"', told)[1]
    address, data, _multipart = filled(delegate, newer)
    assert (data["text"], data["language"], data["consent"]) == (["\nGracias."], ["es"], ["public"])
    answer = delegate.post(address, data=data | {"text": "Muchas gracias."})
    told = delegate.get(answer.location).text
    assert "Muchas gracias." in told
    assert "Earlier versions" in told
    assert [row.number for row in db.session.scalars(sa.select(FloorStatementVersion))] == [1, 2]
    assert delegate.get(f"{ALL}/PE/new?of=1").text.count("<select") == 2, "which statement it is does not change"


def test_a_second_text_is_under_embargo_and_the_first_stays(client, personas, meeting, mark, speakers, statement):
    delivered(speakers)
    sign_in(client, personas.delegate_a)
    values = {"item": mark, "text": "What comes next.", "consent": "public"}
    answer = post_form(client, f"{ALL}/PE/new", values)
    assert "It is under embargo until it is delivered." in client.get(answer.location).text
    assert "a newer version can be read at once" in client.get(f"{ALL}/PE/new?of={statement.id}").text
    newer = post_form(client, f"{ALL}/PE/new?of={statement.id}", {"text": f"{SECRET}, version 3."})
    assert newer.location == f"/statements/{statement.id}"
    assert "It is under no embargo any more." in client.get(newer.location).text
    for role in ("anonymous", "delegate_b", "representative"):
        sign_in(client, getattr(personas, role))
        assert client.get(answer.location).status_code == 404
        assert "What comes next." not in client.get(ALL).text
        assert client.get(ALL).text.count('href="/statements/') == 1
        assert f"{SECRET}, version 3." in client.get(newer.location).text
    sign_in(client, personas.delegate_a)
    refused = post_form(client, f"{ALL}/PE/new", values | {"kind": "explanation_of_position", "said": "y"})
    assert (refused.status_code, "has not had the floor" in refused.text) == (422, True)


def test_a_newer_version_is_of_the_statement_that_its_page_showed(delegate, meeting, mark, speakers, statement):
    """Not of one that was delivered since, or whose consent was narrowed."""
    page = f"{ALL}/PE/new?of={statement.id}"
    address, data, _multipart = filled(delegate, page, {"text": "What we will say."})
    statements.set_consent(statement, Audience.RESTRICTED, by=SYSTEM)
    db.session.commit()
    answer = delegate.post(address, data=data)
    assert (answer.status_code, "What we will say." in answer.text) == (409, True)
    assert (statement.consent, len(statement.versions)) == (Audience.RESTRICTED, 2)
    address, data, _multipart = filled(delegate, page, {"text": "What we will say."})
    delivered(speakers)
    answer = delegate.post(address, data=data)
    assert (answer.status_code, "What we will say." in answer.text) == (409, True)
    assert "a newer version can be read at once" in answer.text
    assert len(statement.versions) == 2
    again = re.search(r'name="version" value="([^"]*)"', answer.text)[1]
    both = [delegate.post(address, data=data | {"version": html.unescape(again)}) for _click in range(2)]
    assert [one.status_code for one in both] == [303, 303]
    db.session.expire_all()
    assert (statement.consent, len(statement.versions)) == (Audience.RESTRICTED, 3)


def test_a_form_that_is_refused_keeps_the_text_and_sent_twice_hands_in_once(delegate, meeting, mark):
    page = f"{ALL}/PE/new"
    assert "Choose an item" in post_form(delegate, page, {"text": "Of none."}).text
    values = {"text": "Kept.", "item": mark, "group_name": "Chile", "consent": "public"}
    answer = post_form(delegate, page, values)
    assert answer.status_code == 422
    assert "This is the name of a State" in answer.text
    assert "Kept." in answer.text
    address, data, _multipart = filled(delegate, page, {"text": "Once.", "item": mark})
    both = [delegate.post(address, data=data) for _click in range(2)]
    assert both[0].status_code == 303
    assert both[0].location == both[1].location
    assert db.session.scalar(sa.select(sa.func.count(FloorStatementVersion.id))) == 1


def test_the_secretariat_says_what_became_of_it(client, staff, personas, meeting, statement):
    page = f"/statements/{statement.id}"
    answer = post_form(staff, page, {"outcome": "delivered"}, action=f"{page}/outcome")
    assert answer.status_code == 303
    assert statement.outcome is StatementOutcome.DELIVERED
    address, data, _multipart = filled(staff, page, {"outcome": "not_delivered"}, action=f"{page}/outcome")
    statement.version += 1
    db.session.commit()
    assert staff.post(address, data=data).status_code == 409, "somebody else said so in the meantime"
    assert statement.outcome is StatementOutcome.DELIVERED


def test_a_delegation_changes_its_consent(client, personas, meeting, speakers, statement):
    delivered(speakers)
    page = f"/statements/{statement.id}"
    sign_in(client, personas.delegate_a)
    assert post_form(client, page, {"consent": "restricted"}, action=f"{page}/consent").status_code == 303
    address, data, _multipart = filled(client, page, {"consent": "public"}, action=f"{page}/consent")
    sign_in(client, personas.delegate_b)
    assert client.get(page).status_code == 200
    assert client.post(address, data=data).status_code in (400, 403)
    sign_in(client, personas.reader)
    assert client.get(page).status_code == 410
    assert statement.consent is Audience.RESTRICTED


def test_no_delegate_acts_for_another_state(client, personas, meeting, mark, statement):
    """A of B, by every route."""
    code = make_code(delegation_of(meeting, "PE"), mark=mark, days=7, by=SYSTEM)
    db.session.commit()
    sign_in(client, personas.delegate_b)
    for address in (f"{ALL}/PE/new", f"{ALL}/PE/codes", *addresses(statement).values()):
        assert client.get(address).status_code == 404, address
    _address, data, _multipart = filled(client, f"{ALL}/CL/new", {"text": "As Chile.", "item": mark})
    posts = (f"{ALL}/PE/new", f"{ALL}/PE/codes", f"/statements/codes/{code.id}/revoke",
             f"/statements/{statement.id}/outcome")  # fmt: skip
    for address in posts:
        assert client.post(address, data=data).status_code == 404, address
    # What an address of their own says of another's statement is not read.
    _address, data, _multipart = filled(client, f"{ALL}/CL/new?of={statement.id}")
    assert data["text"] == ["\n"]
    assert len(statement.versions) == 2
    assert code.revoked_at is None


def test_the_interpreters_list(client, staff, meeting):
    page = "/sessions/cam-2026/manage/interpreters"
    values = {"name": "Booth", "email": "booth@example.org", "language": "fr"}
    assert post_form(staff, page, values).status_code == 303
    assert "booth@example.org" in staff.get(page).text
    person = db.session.scalars(sa.select(FloorInterpreter)).one()
    assert post_form(staff, page, action=f"/interpreters/{person.id}/remove").status_code == 303
    assert "Nobody is on it" in staff.get(page).text
    address, data, _multipart = filled(staff, page, values)
    meeting.stage = Stage.CONSOLIDATING
    db.session.commit()
    answer = staff.post(address, data=data)
    assert (answer.status_code, "nobody reads statements early any more" in answer.text) == (409, True)
    assert db.session.scalars(sa.select(FloorInterpreter)).all() == []
    assert 'name="email"' not in staff.get(page).text


def test_before_the_session_nobody_is_told_that_there_is_one(client, personas, meeting, mark):
    with standing_at(NOON - timedelta(days=2)):
        meeting.stage = Stage.CALL_OPEN
        hand_in(meeting, mark, written_only=True, consent=Audience.PUBLIC)
        sign_in(client, personas.delegate_b)
        assert "There is no statement to read yet" in client.get(ALL).text
        assert statements.takes_statements(meeting)
