"""Who works with whom on what: recorded from a source, carried on, shown to those who may read the source."""

import pytest

from app.audit.models import AuditEvent
from app.coordination import operations, queries
from app.coordination.enums import CoordinationState
from app.coordination.models import Coordination
from app.coordination.presenting import lines
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.core.errors import Refusal
from app.directory.queries import party_by_code
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from tests.client import post_form, sign_in
from tests.factories.library import publish_practice, publish_summary
from tests.factories.summaries import everywhere, make_delegation, make_meeting, make_practice, make_summary

PAGE = "/sessions/cam-2026/manage/coordination"
TOPIC = everywhere("One desk for lost papers")


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


@pytest.fixture
def practice(meeting):
    return publish_practice(meeting, title="A desk", results="It works.")


def pair(*codes):
    return [party_by_code(code) for code in codes or ("RCM", "SACM")]


def recorded(meeting, practice, **more) -> Coordination:
    values = {"parties": pair(), "topic": TOPIC, "source": f"practice-{practice.id}", "by": SYSTEM, **more}
    return operations.record_coordination(meeting, **values)


def test_it_is_recorded_once_with_its_first_step_and_on_the_trail(meeting, practice):
    row = recorded(meeting, practice, state=CoordinationState.AGREED, note=" Said in the\tpanel. ")
    assert [party.code for party in row.parties] == ["RCM", "SACM"]
    assert [(step.state, step.note) for step in row.steps] == [(CoordinationState.AGREED, "Said in the panel.")]
    assert recorded(meeting, practice, parties=reversed(pair())) is row, "the same once more"
    event = db.session.query(AuditEvent).filter_by(action="record_coordination").one()
    assert event.changes["parties"] == [None, ["RCM", "SACM"]]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"parties": []}, "parties"),
        ({"source": ""}, "source"),
        ({"source": "practice-999"}, "source"),
        ({"source": "paragraph-1"}, "source"),
        ({"note": "x" * 2001}, "note"),
    ],
)
def test_what_cannot_be_recorded(meeting, practice, wrong, field):
    with pytest.raises(Refusal) as refused:
        recorded(meeting, practice, **wrong)
    assert refused.value.field == field
    assert db.session.query(Coordination).count() == 0


def test_one_alone_does_not_coordinate_even_if_named_twice(meeting, practice):
    with pytest.raises(Refusal):
        recorded(meeting, practice, parties=pair("RCM", "RCM"))


def test_a_paragraph_of_the_published_summary_is_a_source(meeting):
    publication = publish_summary(meeting)
    row = operations.record_coordination(meeting, parties=pair(), topic=TOPIC, source="paragraph-1", by=SYSTEM)
    assert (row.publication_id, row.paragraph, row.practice_version_id) == (publication.id, "1", None)


def with_sub_paragraph(content):
    section = content["sections"][0]
    section["paragraphs"][1] |= {"number": 1, "label": "1 (a)", "level": 1}
    return content


def test_a_sub_paragraph_is_named_by_its_label_and_led_to(client, meeting, personas):
    publish_summary(meeting, [], [], change=with_sub_paragraph)
    sign_in(client, personas.secretariat)
    assert "Paragraph 1 (a) of the summary" in client.get(PAGE).text
    operations.record_coordination(meeting, parties=pair(), topic=TOPIC, source="paragraph-1-a", by=SYSTEM)
    db.session.commit()
    page = client.get("/coordination").text
    address = "/sessions/cam-2026/summary?version=1#paragraph-1-a"
    assert f'<a href="{address}">Paragraph 1 (a) of the summary</a>' in page
    assert 'id="paragraph-1-a"' in client.get(address).text


def test_what_a_summary_for_fewer_says_is_for_these(client, meeting, personas):
    personas.join(meeting)
    publish_summary(meeting, distribution=Audience.RESTRICTED)
    operations.record_coordination(meeting, parties=pair(), topic=TOPIC, source="paragraph-1", by=SYSTEM)
    db.session.commit()
    told = {name for name, person in personas.items() if queries.coordinations(person).total}
    assert told == {"delegate_a", "delegate_b", "representative", "secretariat", "administrator"}


def test_what_is_not_done_is_carried_to_the_next_session_of_the_body(app, meeting, practice):
    row = recorded(meeting, practice)
    later = make_meeting("2027", stage=Stage.CALL_OPEN, starts_at=meeting.starts_at.replace(year=2027),
                         ends_at=meeting.ends_at.replace(year=2027))  # fmt: skip
    assert queries.carried_to(meeting) == []
    assert queries.carried_to(later) == [row]
    step = operations.report_step(row, later, state=CoordinationState.DONE, note="Opened.", by=SYSTEM)
    assert operations.report_step(row, later, state=CoordinationState.DONE, note="Opened.", by=SYSTEM) is step
    assert (row.state, len(row.steps)) == (CoordinationState.DONE, 2)
    assert queries.carried_to(later) == [row], "what this session reported stays on its page"
    third = make_meeting(
        "2028", starts_at=meeting.starts_at.replace(year=2028), ends_at=meeting.ends_at.replace(year=2028)
    )
    assert queries.carried_to(third) == []
    operations.report_step(row, meeting, state=CoordinationState.AGREED, note="Found later.", by=SYSTEM)
    assert row.state is CoordinationState.DONE, "what a later session heard stays"
    with app.test_request_context("/"):
        [line] = lines([row])
    assert [step["note"] for step in line["steps"]] == ["", "Found later.", "Opened."]


def test_another_body_does_not_report_on_it(meeting, practice):
    row = recorded(meeting, practice)
    other = make_meeting("2030", mechanism=party_by_code("SACM"))
    with pytest.raises(Refusal):
        operations.report_step(row, other, state=CoordinationState.DONE, by=SYSTEM)


@pytest.mark.parametrize("consent", [Audience.PUBLIC, Audience.MEMBER_STATES])
def test_only_who_may_read_the_source_sees_it(client, personas, meeting, consent):
    practice = publish_practice(meeting, "CL", consent=consent)
    recorded(meeting, practice)
    hidden = make_practice(make_delegation(meeting, "AR"), state=PracticeState.SUBMITTED)
    recorded(meeting, hidden, topic=everywhere("Not yet published"))
    shown = {}
    for name in ("anonymous", "reader", "secretariat"):
        sign_in(client, getattr(personas, name))
        page = client.get("/coordination").text
        shown[name] = ("One desk for lost papers" in page, "Not yet published" in page)
    assert shown == {
        "anonymous": (consent is Audience.PUBLIC, False),
        "reader": (True, False),
        "secretariat": (True, True),
    }
    assert len(queries.coordinations_between(personas.secretariat, [party.id for party in pair()])) == 2
    assert queries.coordinations_between(personas.secretariat, [party_by_code("R4V").id]) == []


def test_the_register_filters_and_says_when_a_filter_is_unknown(client, meeting, practice):
    recorded(meeting, practice)
    assert "One desk" in client.get("/coordination?state=proposed&mechanism=rcm").text
    assert "No coordination matches" in client.get("/coordination?state=done").text
    assert client.get("/coordination?state=never").status_code == 422
    assert client.get("/coordination?mechanism=none").status_code == 422


def test_the_secretariat_records_reports_and_corrects(client, personas, meeting, practice):
    sign_in(client, personas.secretariat)
    values = {"topic-en": "Shared data", "parties": ["RCM", "SACM"], "theme": "T7", "state": "proposed"}
    refused = post_form(client, PAGE, {**values, "source": ""})
    assert refused.status_code == 422
    assert "Shared data" in refused.text
    assert post_form(client, PAGE, {**values, "source": f"practice-{practice.id}"}).location == PAGE
    row = db.session.query(Coordination).one()
    page = client.get(PAGE).text
    assert "Shared data" in page
    assert "Smuggling of migrants and trafficking in persons" in page
    step = f"{PAGE}/{row.id}"
    assert post_form(client, PAGE, {"state": "agreed", "note": "By letter."}, action=step).location == PAGE
    stale = post_form(client, PAGE, {"state": "done", "version": "1"}, action=step)
    assert stale.status_code == 409
    edit = f"/coordination/{row.id}/edit"
    assert post_form(client, edit, {"topic-en": "Shared figures", "parties": ["RCM"]}).status_code == 422
    assert post_form(client, edit, {"topic-en": "Shared figures", "parties": ["RCM", "IOM"]}).location == PAGE
    db.session.expire_all()
    row = db.session.query(Coordination).one()
    assert (row.topic["en"], [party.code for party in row.parties]) == ("Shared figures", ["IOM", "RCM"])
    assert [item.state for item in row.steps] == [CoordinationState.PROPOSED, CoordinationState.AGREED]
    second = post_form(client, edit, {"topic-en": "Mine", "parties": ["RCM", "PE"], "version": "1"})
    assert second.status_code == 409
    assert second.text.count("Shared figures") == 1, "what is saved stands beside what was sent"
    assert "Mine" in second.text
    assert "Recorded a coordination" in client.get("/desk/cam-2026/trail").text


def test_a_summary_without_publication_offers_no_paragraph(client, personas, meeting):
    make_summary(meeting, 1)
    sign_in(client, personas.secretariat)
    assert "paragraph-1" not in client.get(PAGE).text
