"""The start page, the list of sessions, and a session's page."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.documents.models import StoredFile
from app.meetings.enums import ItemKind, Stage
from app.meetings.models import AgendaItem
from app.practices.models import Call
from app.summaries.enums import Format
from app.summaries.models import PublicationFile
from tests.client import sign_in
from tests.factories.library import publish_practice, publish_presentation, publish_summary
from tests.factories.summaries import NOON, everywhere, make_meeting, publish_agenda
from tests.statements import count_statements


def text(response) -> str:
    main = html.document_fromstring(response.text).get_element_by_id("main")
    return " ".join(main.text_content().split())


def test_the_session_shows_all_that_it_is(client, app):
    meeting = make_meeting(
        stage=Stage.PUBLISHED,
        theme=everywhere("Together"),
        place=everywhere("Washington, D.C."),
        chair=everywhere("Chair of the CAM"),
        note=everywhere("Invented for the demonstration."),
        mandate_text=everywhere("Asks for an annual session."),
        ends_at=NOON + timedelta(days=1),
    )
    db.session.add(
        AgendaItem(
            meeting=meeting,
            position=2,
            day=2,
            minutes=60,
            kind=ItemKind.PANEL,
            title=everywhere("Panel"),
            description=everywhere("Eight mechanisms"),
        )
    )
    db.session.add(
        AgendaItem(
            meeting=meeting, position=3, day=2, minutes=0, kind=ItemKind.OTHER, title=everywhere("Other business")
        )
    )
    db.session.flush()
    publish_agenda(meeting)
    publish_practice(meeting, "PE")
    publish_presentation(meeting, "RCM")
    publish_summary(meeting)
    db.session.commit()
    shown = text(client.get("/sessions/cam-2026"))
    for words in (
        "Annual session (en)",
        "Together (en)",
        "Invented for the demonstration. (en)",
        "Published",
        "AG/RES. 2988 (LII-O/22), operative paragraph 56",
        "Asks for an annual session. (en)",
        "14 May 2026, 10:00 (Washington, UTC-4)",
        "14 to 15 May 2026",
        "Washington, D.C. (en)",
        "In person",
        "English, Español, Français, Português",
        "Chair of the CAM (en)",
        "Question 2? (en)",
        "Put to: Mechanisms and States",
        "10:00 1 Opening (en)",
        "15 May 2026 times in Washington, UTC-4",
        "10:00 2 Panel (en) Eight mechanisms (en)",
        "3 Other business (en)",
        "Regional Conference on Migration RCM",
        "Read the 1 good practice",
        "Read the summary",
        "Version 1, published on 14 May 2026",
        "The call closed on 14 April 2026, 10:00 (Washington, UTC-4).",
    ):
        assert words in shown, words


def test_documents_are_offered_by_language(client, app):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publication = publish_summary(meeting)
    stored = StoredFile(name="s.pdf", media_type="application/pdf", size=10, sha256="0" * 64, created_at=NOON)
    publication.files.append(PublicationFile(language="pt", format=Format.PDF, file=stored))
    db.session.commit()
    page = html.document_fromstring(client.get("/sessions/cam-2026").text)
    link = page.xpath("//a[@hreflang='pt' and contains(@href, 'summary')]")[0]
    assert (link.text, link.get("href")) == ("PDF, Português", "/sessions/cam-2026/summary/1/pt.pdf")


def test_the_reader_s_language_comes_first_among_a_summary_s_files(client, app):
    publication = publish_summary(make_meeting(stage=Stage.PUBLISHED))
    stored = StoredFile(name="s.pdf", media_type="application/pdf", size=10, sha256="0" * 64, created_at=NOON)
    for language in ("es", "en", "pt"):
        publication.files.append(PublicationFile(language=language, format=Format.PDF, file=stored))
    db.session.commit()
    for language, order in (("pt", ["pt", "es", "en"]), ("fr", ["es", "en", "pt"])):
        page = html.document_fromstring(client.get("/sessions/cam-2026", headers={"Accept-Language": language}).text)
        assert page.xpath("//a[contains(@href, '/summary/1/')]/@hreflang") == order


def test_a_session_without_anything_yet_says_what_will_come(client, app):
    make_meeting(stage=Stage.IN_SESSION)
    db.session.commit()
    shown = text(client.get("/sessions/cam-2026"))
    assert "It is published after the session." in shown
    assert shown.count("None is published yet.") == 2


@pytest.mark.parametrize(
    ("stage", "moment", "sentence"),
    [
        (Stage.CALL_OPEN, NOON - timedelta(days=91), "The call opens on 13 February 2026"),
        (Stage.CALL_OPEN, NOON - timedelta(days=60), "Delegations can submit until 14 April 2026"),
        (Stage.CALL_OPEN, NOON - timedelta(days=30), "The call closed on 14 April 2026"),
        (Stage.IN_SESSION, NOON - timedelta(days=60), "The call closed on 14 April 2026"),
    ],
)
def test_what_a_reader_learns_of_the_call(client, app, stage, moment, sentence):
    make_meeting(stage=stage)
    db.session.commit()
    with time_machine.travel(moment, tick=False):
        assert sentence in text(client.get("/sessions/cam-2026"))


def test_a_session_speaks_the_readers_language(client, app):
    make_meeting(stage=Stage.PUBLISHED)
    db.session.commit()
    page = html.document_fromstring(client.get("/sessions/cam-2026", headers={"Accept-Language": "pt-BR"}).text)
    assert page.get("lang") == "pt"
    assert page.xpath("//h1")[0].text_content() == "Annual session (pt)"


@pytest.mark.parametrize(
    ("distribution", "stage", "readers"),
    [
        (Audience.PUBLIC, Stage.CALL_OPEN, "anonymous reader delegate_a delegate_b representative"),
        (Audience.MEMBER_STATES, Stage.CALL_OPEN, "reader delegate_a delegate_b representative"),
        (Audience.RESTRICTED, Stage.CALL_OPEN, "delegate_a delegate_b representative"),
        (Audience.PUBLIC, Stage.PREPARING, ""),
    ],
)
def test_who_sees_a_session(client, personas, distribution, stage, readers):
    meeting = make_meeting(stage=stage, distribution=distribution)
    personas.join(meeting)
    db.session.commit()
    expected = {*readers.split(), "secretariat", "administrator"}
    for path in ("/sessions/cam-2026", "/sessions/cam-2026/practices"):
        seen = {name for name, person in personas.items() if sign_in(client, person).get(path).status_code == 200}
        assert seen == expected
    listed = {
        name
        for name, person in personas.items()
        if "/sessions/cam-2026" in sign_in(client, person).get("/sessions").text
    }
    assert listed == expected


def test_staff_find_the_way_to_the_workbench(client, personas):
    make_meeting(stage=Stage.CALL_OPEN)
    db.session.commit()
    assert "/desk/cam-2026" in sign_in(client, personas.secretariat).get("/sessions/cam-2026").text
    assert "/desk/cam-2026" not in sign_in(client, personas.delegate_a).get("/sessions/cam-2026").text
    assert "/sessions/new" in sign_in(client, personas.secretariat).get("/sessions").text


def test_no_session_of_that_name(client):
    assert client.get("/sessions/nothing").status_code == 404


def test_an_empty_list_of_sessions(client):
    assert "No session to show" in client.get("/sessions").text


def test_the_start_page_with_nothing_published(client):
    shown = text(client.get("/"))
    assert "No session is open at the moment." in shown
    assert "No summary is published yet." in shown
    assert "By mechanism" in shown
    assert "By State" not in shown


def test_the_start_page_leads_everywhere(client, app):
    finished = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(finished, "PE")
    publish_summary(finished)
    coming = make_meeting(
        "2027", stage=Stage.CALL_OPEN, starts_at=NOON + timedelta(days=365), ends_at=NOON + timedelta(days=366)
    )
    call = db.session.scalars(sa.select(Call).where(Call.meeting_id == coming.id)).one()
    call.closes_at = datetime(2026, 12, 1, 22, 0, tzinfo=UTC)
    db.session.commit()
    with time_machine.travel(NOON + timedelta(days=30), tick=False):
        response = client.get("/")
    shown = text(response)
    assert "Good practices are received until 1 December 2026, 17:00 (Washington, UTC-5)." in shown
    assert "Version 1, published on 14 May 2026" in shown
    for path in (
        "/sessions/cam-2027",
        "/sessions/cam-2026",
        "/sessions/cam-2026/summary",
        "/mechanisms/cam",
        "/states/PE",
        "/practices",
        "/sessions",
    ):
        assert f'href="{path}"' in response.text
    with time_machine.travel(datetime(2026, 12, 1, 22, 0, tzinfo=UTC), tick=False):
        assert "Good practices are received" not in text(client.get("/"))


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("path", "statements"), [("/", 9), ("/sessions", 2), ("/sessions/cam-2026", 8)])
def test_statements_do_not_grow(client, app, number, path, statements):
    for year in range(2026, 2026 + number):
        meeting = make_meeting(str(year), stage=Stage.CALL_OPEN)
        publish_summary(meeting)
        for code in ("PE", "CL", "BR")[:number]:
            publish_practice(meeting, code)
        for code in ("RCM", "SACM", "MIRPS")[:number]:
            publish_presentation(meeting, code)
    db.session.commit()
    with count_statements() as counted:
        assert client.get(path).status_code == 200
    assert counted.number == statements
