"""The board of a session."""

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html
from openpyxl import load_workbook

from app.core import clock
from app.core.db import db
from app.desk import board_columns
from app.desk.board import Cell, Column, board_of
from app.directory.models import Mechanism, Party
from app.meetings.enums import QuestionAudience, Stage
from app.meetings.models import GuidingQuestion
from app.practices.enums import IntakeMeans, PracticeState
from app.practices.models import Call, Extension, Intake
from app.presentations.enums import InvitationState, PresentationState
from app.presentations.models import Presentation
from app.presentations.slots import slot_of
from tests.client import sign_in
from tests.desk.boards import BOARD, CALL_CLOSES, Now, join, shown
from tests.factories.summaries import (
    CONTENT,
    NOON,
    everywhere,
    make_meeting,
    make_practice,
    make_presentation,
)
from tests.statements import count_statements


@pytest.fixture
def desk(client, personas):
    return sign_in(client, personas.secretariat)


@pytest.fixture
def meeting(app):
    """A session whose call is open, with two questions put to everybody."""
    return make_meeting(stage=Stage.CALL_OPEN)


@pytest.fixture(autouse=True)
def before_the_deadline():
    with clock.standing_at(CALL_CLOSES - timedelta(days=5)):
        yield Now()


def test_what_came_by_its_state_and_words(desk, meeting):
    peru = join(meeting, "PE", ("Ana", "es"))
    make_practice(peru, state=PracticeState.ACCEPTED, number=1)
    make_practice(peru, state=PracticeState.SUBMITTED, number=2)
    make_practice(peru, state=PracticeState.SUBMITTED, number=3, content={**CONTENT, "answers": {}})
    make_practice(join(meeting, "CL"), state=PracticeState.RETURNED, number=1)
    make_practice(join(meeting, "MX"), state=PracticeState.WITHDRAWN, number=1)
    make_presentation(join(meeting, "RCM"), answers={"1": "Data are shared."})
    make_presentation(join(meeting, "SACM"), answers={"2": "One calendar."}).published_at = NOON
    slot_of(join(meeting, "OCAM")).state = InvitationState.DECLINED
    assert shown(desk) == {
        "Chile": ["Returned with comments", "14 April 2026: the revision", "9 words", "5 words", "–", "no recipient"],
        "Mexico": ["Withdrawn", "–", "no answer", "no answer", "–", "–"],
        "OCAM": ["Invitation declined", "–", "no answer", "no answer", "–", "–"],
        "Peru": ["Accepted, Submitted (2)", "–", "18 words", "10 words", "–", "–"],
        "RCM": [
            "Filed; still missing: the answer to guiding question 2, the slides",
            "14 May 2026",
            "3 words",
            "no answer",
            "–",
            "no recipient",
        ],
        "SACM": [
            "Published; still missing: the answer to guiding question 1, the slides",
            "14 May 2026",
            "no answer",
            "2 words",
            "–",
            "no recipient",
        ],
    }


def test_a_draft_is_there_and_its_text_is_not(desk, meeting):
    secret = {**CONTENT, "title": "Secret title", "answers": {"1": "Secret answer"}}
    make_practice(join(meeting, "PE", ("Ana", "es")), state=PracticeState.DRAFT, content=secret)
    make_practice(join(meeting, "MX"), state=PracticeState.WITH_CAPITAL, content=secret)
    make_practice(join(meeting, "BO"), state=PracticeState.RETURNED)
    join(meeting, "CL", ("Luz", "es"))
    mechanism = join(meeting, "RCM", ("Rosa", "es"))
    draft = Presentation(meeting=meeting, delegation=mechanism, language="en", content={"answers": {"1": "Secret"}})
    db.session.add(draft)
    join(meeting, "SACM", ("Iris", "es"))
    rows = shown(desk)
    assert rows["Chile"] == ["nothing yet", "14 April 2026", "–", "–", "–", "Remind"]
    assert rows["Peru"] == ["Draft", *rows["Chile"][1:]]
    page = desk.get(BOARD)
    assert "Secret " not in page.text
    assert "Draft: 1" in page.text
    for state, state_party in (
        ("nothing", "Chile"),
        ("draft", "Peru"),
        ("with_capital", "Mexico"),
        ("returned", "Bolivia"),
    ):
        assert list(shown(desk, f"{BOARD}?state={state}")) == [state_party]
    assert rows["RCM"] == rows["SACM"] == ["nothing yet", "14 May 2026", "–", "–", "–", "Remind"]
    draft.state = PresentationState.WITHDRAWN  # before it was ever filed
    assert shown(desk)["RCM"] == rows["SACM"]


def test_what_a_state_has_besides_what_came_is_seen_and_counted_and_what_is_late_is_said(desk, meeting):
    secret = {**CONTENT, "title": "Secret title", "answers": {"1": "Secret answer"}}
    colombia, peru, bolivia = (join(meeting, code) for code in ("CO", "PE", "BO"))
    for state in (PracticeState.DRAFT, PracticeState.DRAFT, PracticeState.WITH_CAPITAL):
        make_practice(colombia, state=state, content=secret)
    make_practice(colombia, state=PracticeState.SUBMITTED, number=1)
    for number, state in enumerate((PracticeState.ACCEPTED, PracticeState.RETURNED), start=1):
        make_practice(peru, state=state, number=number)
    make_practice(bolivia, state=PracticeState.SUBMITTED, number=1)
    recorded = make_practice(bolivia, state=PracticeState.WITH_CAPITAL, content=secret)
    at = clock.now()
    db.session.add(
        Intake(
            practice=recorded,
            means=IntakeMeans.EMAIL,
            sender="The ministry",
            received_at=at,
            language="es",
            content=secret,
            leftovers=[],
            recorded_at=at,
            asked_at=at,
            confirm_by=at - timedelta(days=1),
        )
    )
    join(meeting, "CL")
    rows = shown(desk)
    assert rows["Colombia"][:2] == ["Submitted, Draft (2), With the capital", "–"]
    confirmation = "late since 8 April 2026: the confirmation of what was recorded"
    assert rows["Bolivia"][:2] == ["Submitted, Recorded, to be confirmed", confirmation]
    page = html.document_fromstring(desk.get(BOARD).text)
    assert "Secret " not in page.text_content()
    counted = page.xpath("string(//h2[contains(., 'State by State')]/following-sibling::p[1])")
    assert counted == "4 States. 3 of them have texts in several of these states and are counted in each."
    numbers = page.xpath("//h2[contains(., 'State by State')]/following-sibling::ul[1]/li")
    assert [one.text_content() for one in numbers] == [
        "Nothing: 1",
        "Recorded, to be confirmed: 1",
        "Draft: 1",
        "With the capital: 1",
        "Submitted: 2",
        "Returned with comments: 1",
        "Accepted: 1",
    ]
    for state, party in (("recorded", "Bolivia"), ("with_capital", "Colombia"), ("draft", "Colombia")):
        assert list(shown(desk, f"{BOARD}?state={state}")) == [party]
    facts = [one.text_content().split() for one in page.xpath("(//dl)[1]/div/dd")]
    assert facts == [["4"], ["1"], ["2"], ["1"], ["0"], ["1"]], "all; whole, in part, nothing, neither: add up; late"


def test_what_a_delegation_writes_after_a_return_stays_its_own(desk, meeting):
    practice = make_practice(join(meeting, "PE"), state=PracticeState.RETURNED)
    practice.content = {**CONTENT, "answers": {"1": "many " * 300}}
    assert shown(desk)["Peru"][2] == "9 words"


def test_what_is_late_by_the_call_the_extension_and_the_session(desk, meeting, before_the_deadline):
    join(meeting, "PE", ("Ana", "es"))
    chile = join(meeting, "CL", ("Luz", "es"))
    call = db.session.scalars(sa.select(Call)).one()
    db.session.add(
        Extension(
            call=call, delegation=chile, until=CALL_CLOSES + timedelta(days=10), reason="A reason.", granted_at=NOON
        )
    )
    join(meeting, "RCM", ("Rosa", "es"))
    before_the_deadline.move_to(CALL_CLOSES)
    rows = shown(desk)
    assert rows["Peru"][1] == "late since 14 April 2026"
    assert rows["Chile"][1] == "24 April 2026"
    assert rows["RCM"][1] == "14 May 2026"
    before_the_deadline.move_to(NOON)
    assert {name: row[1].split()[0] for name, row in shown(desk).items()} == dict.fromkeys(rows, "late")


def test_questions_are_put_to_some_only(desk, meeting):
    for number, audience in ((3, QuestionAudience.STATES), (4, QuestionAudience.MECHANISMS)):
        db.session.add(GuidingQuestion(meeting=meeting, number=number, text=everywhere("Which?"), audience=audience))
    join(meeting, "PE")
    join(meeting, "RCM")
    assert shown(desk)["Peru"][4:6] == ["–", "not asked"]
    assert shown(desk)["RCM"][4:6] == ["not asked", "–"]


def test_before_anything_can_be_expected_nobody_is_asked(desk, meeting, before_the_deadline):
    join(meeting, "PE", ("Ana", "es"))
    before_the_deadline.move_to(NOON - timedelta(days=91))
    assert shown(desk)["Peru"][0] == "not asked yet"
    meeting.stage = Stage.PREPARING
    assert shown(desk)["Peru"][0] == "not asked yet"
    meeting.stage = Stage.PUBLISHED
    assert shown(desk)["Peru"][0] == "nothing"
    db.session.execute(sa.delete(Call))
    meeting.stage = Stage.CALL_OPEN
    assert shown(desk)["Peru"][:2] == ["not asked yet", "–"]


def test_filters_and_what_they_leave(desk, meeting, before_the_deadline):
    make_practice(join(meeting, "PE"), state=PracticeState.SUBMITTED)
    make_practice(join(meeting, "BO"), state=PracticeState.RETURNED)
    join(meeting, "CL")
    join(meeting, "RCM")
    before_the_deadline.move_to(CALL_CLOSES)
    assert list(shown(desk, f"{BOARD}?who=states")) == ["Bolivia", "Chile", "Peru"]
    assert list(shown(desk, f"{BOARD}?who=mechanisms")) == ["RCM"]
    assert list(shown(desk, f"{BOARD}?state=late")) == ["Bolivia", "Chile"]
    assert list(shown(desk, f"{BOARD}?state=missing")) == ["Bolivia", "Chile", "RCM"]
    assert list(shown(desk, f"{BOARD}?state=came")) == ["Bolivia", "Peru"]
    assert list(shown(desk, f"{BOARD}?who=none&state=none")) == ["Bolivia", "Chile", "Peru", "RCM"]
    assert "No contributor matches" in desk.get(f"{BOARD}?who=mechanisms&state=late").text


def test_an_empty_board_says_what_to_do(desk, meeting):
    assert "Nobody is asked for anything yet" in desk.get(BOARD).text


def test_the_board_as_a_sheet(desk, meeting):
    make_practice(join(meeting, "PE"), state=PracticeState.SUBMITTED)
    join(meeting, "RCM")
    answer = desk.get(f"{BOARD}?format=csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows == [
        ["Contributor", "Kind", "What came", "Due", "Question 1", "Question 2", "Last reminder", "Reminder"],
        ["Peru", "State", "Submitted", "–", "9", "5", "–", "–"],
        ["RCM", "Mechanism", "nothing yet", "14 May 2026", "–", "–", "–", "no recipient"],
    ]
    sheet = load_workbook(io.BytesIO(desk.get(f"{BOARD}?format=xlsx&who=states").data)).active
    assert [cell.value for cell in sheet[2]] == ["Peru", "State", "Submitted", "–", 9, 5, "–", "–"]
    assert sheet.max_row == 2


def test_a_later_feature_adds_its_columns(desk, meeting, monkeypatch):
    join(meeting, "PE")

    def spoken(board):
        return [Column("Spoken", lambda contributor: Cell(f"{contributor.name} spoke"))]

    monkeypatch.setattr(board_columns, "COLUMNS", (*board_columns.COLUMNS, spoken))
    assert shown(desk)["Peru"][-2] == "Peru spoke"


@pytest.mark.parametrize(("parties", "questions"), [(1, 1), (3, 2), (35, 8)])
def test_as_many_statements_whatever_the_size(desk, meeting, parties, questions):
    db.session.execute(sa.delete(GuidingQuestion))
    for number in range(1, questions + 1):
        text = everywhere(f"Question {number}?")
        db.session.add(GuidingQuestion(meeting=meeting, number=number, text=text, audience=QuestionAudience.BOTH))
    states = db.session.scalars(sa.select(Party).where(Party.kind == "state").order_by(Party.code).limit(parties))
    for place, party in enumerate(states.all()):
        delegation = join(meeting, party.code, (f"Person {place}", "es"))
        if place % 2:
            make_practice(delegation, state=PracticeState.SUBMITTED, number=1)
    mechanisms = db.session.scalars(sa.select(Mechanism).order_by(Mechanism.code).limit(min(parties, 8)))
    for party in mechanisms.all():
        make_presentation(join(meeting, party.code), answers={"1": "Data are shared."})
    db.session.commit()
    desk.get(BOARD)
    with count_statements() as counted:
        assert desk.get(BOARD).status_code == 200
    assert counted.number == 17
    db.session.expire_all()
    assert len(board_of(meeting).contributors) == parties + min(parties, 8)
