"""The workbench of one session."""

import pytest
import sqlalchemy as sa
import time_machine
from lxml import html

from app.core.db import db
from app.meetings.enums import Stage
from app.meetings.models import GuidingQuestion
from app.practices.enums import PracticeState
from tests.client import sign_in
from tests.factories.summaries import (
    NOON,
    make_delegation,
    make_meeting,
    make_practice,
    make_presentation,
    make_summary,
)
from tests.statements import count_statements


@pytest.fixture
def desk(client, personas):
    return sign_in(client, personas.secretariat)


def page_of(desk, path: str = "/desk/cam-2026"):
    response = desk.get(path)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def test_stages_with_their_pages_and_counts(desk, app):
    meeting = make_meeting(stage=Stage.CONSOLIDATING)
    delegation = make_delegation(meeting, "PE")
    make_practice(delegation, state=PracticeState.SUBMITTED, number=1)
    make_practice(delegation, state=PracticeState.DRAFT)
    make_presentation(make_delegation(meeting, "RCM"), answers={"1": "Pace."})
    make_summary(meeting, 1)
    db.session.commit()
    page = page_of(desk)
    stages = page.xpath("//nav[@class='stages']/ol/li")
    assert [stage.get("class").split()[-1].removeprefix("stage-") for stage in stages] == [
        "done",
        "done",
        "done",
        "current",
        "upcoming",
    ]
    links = {
        link.get("href").removeprefix("/sessions/cam-2026"): "".join(link.xpath("./span[@class='stage-count']/text()"))
        for link in page.xpath("//nav[@class='stages']//a")
    }
    assert links == {
        "/manage/facts": "",
        "/manage/agenda": "1",
        "/manage/questions": "2",
        "/manage/delegations": "2",
        "/manage/participants": "0",
        "/manage/call": "",
        "/desk/mail?session=cam-2026": "0",
        "/manage/reminders": "",
        "/documents": "",
        "/manage/documents/generated": "",
        "/manage/practices": "1",
        "/manage/translations": "",
        "/desk/cam-2026/board": "",
        "/manage/presentations": "1",
        "/floor": "",
        "/consolidation": "",
        "/manage/coordination": "",
        "/record": "",
        "/consolidation/matrix": "",
        "/consolidation/publish": "0",
        "/recommendations": "",
        "/statistics": "",
        "": "",
        "/desk/cam-2026/trail": "",
        "/manage/template": "",
        "/sessions/new/from/cam-2026": "",
    }
    tasks = {
        task.xpath(".//h3")[0].text_content(): task.xpath(".//a/@href")[0]
        for task in page.xpath("//ol[@class='tasks']/li")
    }
    assert tasks == {
        "1 practice to review": "/sessions/cam-2026/manage/practices?state=submitted",
        "1 presentation to publish": "/sessions/cam-2026/manage/presentations",
        "9 passages open": "/sessions/cam-2026/consolidation",
    }
    assert "9 passages open" in page.xpath("//div[@class='meter']")[0].text_content()


def test_accepted_practices_wait_to_be_published(desk, app):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    delegation = make_delegation(meeting, "PE")
    for number in (1, 2):
        make_practice(delegation, state=PracticeState.ACCEPTED, number=number)
    db.session.commit()
    page = page_of(desk)
    assert "2 accepted practices to publish" in page.text_content()
    assert page.xpath("//div[@class='meter']") == []


def test_what_the_next_stage_lacks(desk, app):
    meeting = make_meeting(stage=Stage.PREPARING)
    db.session.execute(sa.delete(GuidingQuestion).where(GuidingQuestion.meeting_id == meeting.id))
    db.session.commit()
    shown = page_of(desk).xpath("//section[@aria-labelledby='next']")[0].text_content()
    assert "Next stage: Call open" in shown
    assert "Write at least one guiding question." in shown
    assert "Everything that it requires is there." not in shown


def test_nothing_waits(client, personas):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    make_delegation(meeting, "PE")
    with time_machine.travel(NOON.replace(month=3), tick=False):
        page = page_of(sign_in(client, personas.secretariat))
    assert "Nothing waits for you in this session." in page.text_content()
    assert "Everything that it requires is there." in page.text_content()
    assert "closes 14 April 2026" in page.xpath("//p[@class='stage-note']")[0].text_content()


def test_the_last_stage_has_no_next(desk, app):
    make_meeting(stage=Stage.PUBLISHED)
    db.session.commit()
    assert page_of(desk).xpath("//section[@aria-labelledby='next']") == []


def test_for_the_secretariat_alone(client, personas):
    meeting = make_meeting(stage=Stage.PREPARING)
    personas.join(meeting)
    make_meeting("2027", stage=Stage.CALL_OPEN)
    db.session.commit()
    found = {
        name: (sign_in(client, person).get("/desk/cam-2026").status_code, client.get("/desk/cam-2027").status_code)
        for name, person in personas.items()
    }
    assert found == {
        "anonymous": (302, 302),
        "reader": (404, 403),
        "delegate_a": (404, 403),
        "delegate_b": (404, 403),
        "representative": (404, 403),
        "secretariat": (200, 200),
        "administrator": (200, 200),
    }


def test_all_pages_of_a_session_have_one_list(desk, app):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    make_delegation(meeting, "PE")
    db.session.commit()

    def listed(path: str) -> list[tuple[str, str]]:
        fold = page_of(desk, path).xpath("//details[@class='stages-fold']")[0]
        assert "Call open" in fold.xpath("./summary")[0].text_content()
        links = [(link.get("href"), link.text_content().split()) for link in fold.xpath(".//a")]
        current = [link.get("href") for link in fold.xpath(".//a[@aria-current='page']")]
        assert current == ([] if path == "/desk/cam-2026" else [path])
        return links

    manage = "/sessions/cam-2026/manage"
    first = listed("/desk/cam-2026")
    for path in (f"{manage}/facts", f"{manage}/practices", f"{manage}/presentations", "/desk/cam-2026/board"):
        assert listed(path) == first


@pytest.mark.parametrize("number", [1, 3])
def test_statements_do_not_grow(desk, app, number):
    meeting = make_meeting(stage=Stage.CONSOLIDATING)
    for code in ("PE", "CL", "BR")[:number]:
        make_practice(make_delegation(meeting, code), state=PracticeState.SUBMITTED)
    for code in ("RCM", "SACM", "MIRPS")[:number]:
        make_presentation(make_delegation(meeting, code), answers={"1": "Pace."})
    make_summary(meeting, *[number] * number)
    db.session.commit()
    with count_statements() as counted:
        page_of(desk)
    assert counted.number == 17
