"""Who else works on what a text speaks of: named as far as the reader may know, a few of each."""

import pytest
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.directory.reference import read
from app.library import who_else as module
from app.library.queries import terms
from app.library.who_else import who_else
from app.meetings.enums import Stage
from app.meetings.queries import delegations_of_meeting
from app.practices.enums import PracticeState
from app.practices.indexing import forget_practice, index_practice
from app.search import warming
from tests.client import sign_in
from tests.factories.library import cited, publish_practice, publish_presentation, publish_summary
from tests.factories.summaries import make_meeting
from tests.statements import count_statements

T2 = ("themes", "T2")


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


def published(meeting, code: str, *, number: int = 1, **more):
    """A practice in the real template, which says what its facets are."""
    there = [one for one in delegations_of_meeting(meeting.id) if one.party.code == code]
    more = {"themes": ["T2"], **more}
    practice = publish_practice(meeting, code, number=number, delegation=there[0] if there else None, **more)
    practice.call.template = read("call_template.yaml")
    index_practice(practice, practice.versions[0])
    db.session.commit()
    return practice


def lines(client, path: str) -> dict[str, str]:
    """Title of the term -> all that its line says."""
    response = client.get(path)
    assert response.status_code == 200
    found = html.document_fromstring(response.text).xpath("//section[@aria-labelledby='others']//li")
    return {line.xpath("./a")[0].text_content(): " ".join(line.text_content().split()) for line in found}


def about(client, path: str, title: str) -> str:
    return next((text for name, text in lines(client, path).items() if name.startswith(title)), "")


@pytest.fixture
def title(app) -> str:
    return terms("themes")["themes"]["T2"]["en"]


def test_a_practice_names_other_states_and_mechanisms_by_their_numbers(client, meeting, title):
    own = published(meeting, "PE", gcm_main="", gcm_other=[])
    for number in (1, 2):
        published(meeting, "CL", number=number)
    published(meeting, "BR")
    published(meeting, "AR", themes=["T1"])
    text = about(client, f"/practices/{own.slug}", title)
    assert "States: Chile, Brazil" in text
    assert "Peru" not in text
    assert "Argentina" not in text
    assert "Mechanisms: " in text
    page = html.document_fromstring(client.get(f"/practices/{own.slug}").text)
    links = page.xpath("//section[@aria-labelledby='others']//li//a/@href")
    assert links[:3] == [
        "/themes/T2", "/practices?state=CL&theme=T2&sort=-date", "/practices?state=BR&theme=T2&sort=-date"
    ]  # fmt: skip
    assert all(link.startswith("/mechanisms/") for link in links[3:])
    for link in links:
        assert client.get(link).status_code == 200


def test_a_few_are_named_and_the_others_counted(client, meeting, title):
    own = published(meeting, "PE", gcm_main="", gcm_other=[])
    for code in ("CL", "BR", "AR", "CO", "EC", "MX"):
        published(meeting, code)
    assert "States: Argentina, Brazil, Chile, Colombia and 2 others" in about(client, f"/practices/{own.slug}", title)


def test_a_practice_that_is_translated_counts_once(app, meeting, personas):
    published(meeting, "CL")
    for number in (1, 2):
        published(meeting, "BR", number=number, language="pt")
    with app.test_request_context():
        (line,) = who_else(personas.anonymous, {T2: "x"})
    assert [link["label"] for link in line.states.links] == ["Brazil", "Chile"]


def test_nobody_is_named_for_what_a_reader_may_not_read(client, personas, title):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    personas.join(meeting)
    own = published(meeting, "PE", gcm_main="", gcm_other=[])
    published(meeting, "BR", consent=Audience.MEMBER_STATES)
    told = {
        name
        for name, person in personas.items()
        if "Brazil" in about(sign_in(client, person), f"/practices/{own.slug}", title)
    }
    assert told == {"reader", "delegate_a", "delegate_b", "secretariat", "administrator"}


def test_a_withdrawal_is_known_at_once(client, meeting, personas, title):
    own, other = published(meeting, "PE", gcm_main="", gcm_other=[]), published(meeting, "BR")
    assert "Brazil" in about(client, f"/practices/{own.slug}", title)
    other.state = PracticeState.WITHDRAWN
    forget_practice(other)
    db.session.commit()
    with client.application.test_request_context():
        (line,) = who_else(personas.anonymous, {T2: title})
    assert [link["label"] for link in line.states.links] == ["Peru"]


def test_a_presentation_and_a_question_name_them_too(client, meeting, title):
    presentation = publish_presentation(meeting, "RCM")
    published(meeting, "BR", answers={"1": "Trust."})
    db.session.commit()
    party = presentation.delegation.party
    found = lines(client, "/sessions/cam-2026/presentations/RCM")
    assert any("States: Brazil" in text for text in found.values())
    assert not any(f"Mechanisms: {party.label['en']}," in text for text in found.values())
    question = about(client, "/sessions/cam-2026/questions/1", title)
    assert question.startswith(f"{title} 1")
    assert "States: Brazil" in question


def test_a_summary_names_them_by_what_it_cites(client, meeting, title, personas):
    practice = published(meeting, "PE", gcm_main="", gcm_other=[])
    hidden = published(meeting, "BR", themes=["T1"], gcm_main="", gcm_other=[], consent=Audience.MEMBER_STATES)
    publish_summary(meeting, [cited(practice)], [cited(hidden)])
    db.session.commit()
    found = lines(client, "/sessions/cam-2026/summary")
    assert list(found) == [title]
    assert "States: Peru" in found[title]
    assert len(lines(sign_in(client, personas.secretariat), "/sessions/cam-2026/summary")) == 2


def test_a_summary_that_cites_no_practice_says_nothing(client, meeting):
    publish_summary(meeting)
    db.session.commit()
    assert lines(client, "/sessions/cam-2026/summary") == {}


def test_nobody_waits_for_names_while_the_index_is_read(client, meeting, title, monkeypatch):
    own = published(meeting, "PE", gcm_main="", gcm_other=[])
    published(meeting, "BR")
    monkeypatch.setattr(module, "is_warming", lambda: True)
    text = about(client, f"/practices/{own.slug}", title)
    assert "States:" not in text
    assert "Mechanisms:" in text


def test_reading_the_index_beforehand_ends(app):
    warming.begin_to_warm(app)
    app.extensions[warming.WARMING].join(30)
    with app.app_context():
        assert not warming.is_warming()


@pytest.mark.parametrize("number", [1, 3])
def test_statements_do_not_grow(app, meeting, personas, number):
    for code in ("CL", "BR", "AR")[:number]:
        published(meeting, code)
    asked = {("themes", f"T{one}"): "x" for one in range(1, 1 + 2 * number)}
    with app.test_request_context(), count_statements() as counted:
        assert len(who_else(personas.anonymous, asked)) == 2 * number
    assert counted.number == 5, "two of them read the index and names for the first time"
