"""Recommendations from the paragraph that makes them to the reports that a later session hears."""

import csv
import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LocalizedText
from app.meetings import carrying
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import Delegation
from app.recommendations import operations, queries, reading
from app.recommendations.board import board_of
from app.recommendations.enums import Progress
from app.recommendations.models import CarriedRecommendation, RecommendationReport
from app.recommendations.reminding import AWAITED_REPORTS
from app.summaries import recommending
from app.summaries.models import Publication, Recommendation
from app.summaries.publishing import freeze, issued
from tests.client import filled, post_form, sign_in
from tests.factories.summaries import NOON, everywhere, join, make_delegation, make_meeting, make_summary
from tests.personas import make_user


@pytest.fixture
def earlier(app):
    """A session of 2025 whose summary recommends something to all States, in paragraph 2."""
    starts = NOON.replace(year=2025)
    meeting = make_meeting("2025", Stage.PUBLISHED, starts_at=starts, ends_at=starts + timedelta(days=1))
    for code in ("PE", "CL", "RCM"):
        make_delegation(meeting, code)
    return meeting


@pytest.fixture
def published(earlier, request):
    summary = make_summary(earlier, 2)
    recommending.mark(
        summary.sections[0].paragraphs[1],
        addressees=["states"],
        due=date(2026, 5, 1),
        text=everywhere("Count permits alike"),
        by=SYSTEM,
    )
    return publish(summary, distribution=getattr(request, "param", None))


def publish(summary, **how) -> Publication:
    publication = issued(summary, freeze(summary, [], 3), at=NOON, **how)
    publication.number = len(summary.publications)
    db.session.add(publication)
    db.session.flush()
    return publication


@pytest.fixture
def meeting(app):
    """The session of 2026, its call open, with Peru, Chile and the RCM."""
    meeting = make_meeting("2026", Stage.CALL_OPEN)
    for code in ("PE", "CL", "RCM"):
        make_delegation(meeting, code)
    return meeting


def delegation(meeting, code: str) -> Delegation:
    return db.session.scalars(
        sa.select(Delegation).join(Delegation.party).where(Delegation.meeting_id == meeting.id).filter_by(code=code)
    ).one()


def member(meeting, code: str, role=DelegationRole.HEAD, name: str = ""):
    user = make_user(name or f"Head {code}", party_code=code)
    join(delegation(meeting, code), user, role=role)
    db.session.commit()
    return user


@pytest.fixture
def carried(meeting, published):
    key = next(iter(queries.left_open(published.summary.meeting)[published.id]))
    operations.carry(meeting, chosen=[f"{published.id}:{key}"], by=SYSTEM)
    db.session.commit()
    return db.session.scalars(sa.select(CarriedRecommendation)).one()


@pytest.mark.parametrize("published", [Audience.RESTRICTED], indirect=True)
def test_what_is_published_for_fewer_is_shown_to_them_and_to_those_asked(client, meeting, carried, published, personas):
    """A State that took no part in the session that recommends is asked by the later one: it sees what it is asked."""
    asked, other = member(meeting, "PE"), member(meeting, "RCM")
    pages = (f"/recommendations/{carried.id}", "/sessions/cam-2026/recommendations", "/recommendations")
    for person, sees in ((personas.anonymous, False), (personas.reader, False), (other, False), (asked, True)):
        sign_in(client, person)
        for path in (*pages, "/recommendations?format=csv"):
            text = client.get(path).text
            assert ("Count permits alike" in text) is sees, (person, path)
            assert "/sessions/cam-2025/summary" not in text, "nobody is led to what they may not open"
    board = board_of(personas.anonymous)
    assert (len(board.lines), len(board.sessions)) == (0, 0)
    insider = member(published.summary.meeting, "CL")
    assert [one.row.id for one in queries.carried_anywhere(insider)] == [carried.id]
    assert len(board_of(insider).lines) == 1
    sign_in(client, insider)
    for path in pages:
        assert "/sessions/cam-2025/summary" in client.get(path).text


def test_a_state_is_asked_by_a_session_that_it_sees_about_one_that_it_does_not(client, meeting, carried, published):
    published.summary.meeting.distribution = Audience.RESTRICTED
    asked = sign_in(client, member(meeting, "PE"))
    assert client.get("/sessions/cam-2025").status_code == 404
    for path in (f"/recommendations/{carried.id}", f"/recommendations/{carried.id}/reports/PE"):
        text = asked.get(path).text
        assert "Count permits alike" in text
        assert "/sessions/cam-2025" not in text


def place_of(user, carried, code: str = "PE") -> queries.Place:
    return queries.own_place(user, carried.id, code)


def write(user, carried, code: str = "PE", *, file: bool, text: str = "Done in Lima.", **more) -> RecommendationReport:
    values = {"progress": Progress.DONE, "language": "es", "consent": Audience.PUBLIC, **more}
    act = operations.file_report if file else operations.save_report
    row = act(place_of(user, carried, code), text=text, by=user, **values)
    db.session.commit()
    return row


def test_a_mark_is_frozen_with_the_publication(published):
    paragraphs = published.content["sections"][0]["paragraphs"]
    assert paragraphs[0]["recommendations"] == []
    (one,) = paragraphs[1]["recommendations"]
    row = db.session.scalars(sa.select(Recommendation)).one()
    assert one == {
        "key": f"r-{row.id}",
        "addressees": ["states"],
        "due": "2026-05-01",
        "text": dict(everywhere("Count permits alike")),
    }


@pytest.mark.parametrize("addressees", [[], ["nobody"], ["states", "PE"], ["MX"]])
def test_addressees_are_a_group_or_delegations_of_the_session(earlier, addressees):
    paragraph = make_summary(earlier, 1).sections[0].paragraphs[0]
    with pytest.raises(Refusal, match="Say to whom"):
        recommending.mark(paragraph, addressees=addressees, due=None, text=LocalizedText(), by=SYSTEM)


def test_a_mark_is_changed_and_taken_away(earlier):
    paragraph = make_summary(earlier, 1).sections[0].paragraphs[0]
    row = recommending.mark(paragraph, addressees=["all"], due=None, text=LocalizedText(), by=SYSTEM)
    recommending.change(row, addressees=["RCM", "CL"], due=date(2027, 1, 1), text=LocalizedText(en=" Ask "), by=SYSTEM)
    assert (row.addressees, row.due, row.text) == (["CL", "RCM"], date(2027, 1, 1), {"en": "Ask"})
    recommending.remove(row, by=SYSTEM)
    assert paragraph.recommendations == []
    assert db.session.scalar(sa.select(sa.func.count(Recommendation.id))) == 0
    actions = db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions[-3:] == ["mark_recommendation", "change_recommendation", "unmark_recommendation"]


def test_the_page_of_a_paragraph_marks_changes_and_removes(client, earlier, personas):
    paragraph = make_summary(earlier, 1).sections[0].paragraphs[0]
    db.session.commit()
    sign_in(client, personas.secretariat)
    path = f"/consolidation/paragraphs/{paragraph.id}/recommendations"
    response = post_form(client, path, {"to": "chosen", "due": "2027-03-01", "text-en": "Kept text"})
    assert response.status_code == 422
    assert "Say to whom it is recommended" in response.text
    assert "Kept text" in response.text
    sent = {"to": "chosen", "parties": ["PE", "CL"], "due": "2027-03-01", "text-en": "Share forms"}
    assert post_form(client, path, sent).status_code == 303
    page = client.get(path).text
    assert "Chile, Peru" in page
    assert "Share forms" in page
    row = db.session.scalars(sa.select(Recommendation)).one()
    change = f"/consolidation/recommendations/{row.id}"
    assert post_form(client, change, {"to": "all", "text-en": "Share them", "version": "1"}).status_code == 303
    assert post_form(client, change, {"to": "states", "text-en": "Mine", "version": "1"}).status_code == 409
    db.session.refresh(row)
    assert row.addressees == ["all"]
    assert post_form(client, path, action=f"{change}/remove").status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(Recommendation.id))) == 0


def test_a_new_session_carries_what_is_open(earlier, published, meeting):
    set_up = carrying.set_up_of(earlier)
    assert len(set_up["parts"]["recommendations"]) == 1
    assert "recommendations" not in carrying.impersonal(set_up)["parts"]
    assert carrying.unpack(set_up, meeting, ["recommendations"]) == {"recommendations": 1}
    # the next one takes over what this one asked about, until somebody closes it
    assert carrying.set_up_of(meeting)["parts"]["recommendations"] == set_up["parts"]["recommendations"]
    row = db.session.scalars(sa.select(CarriedRecommendation)).one()
    operations.close(row, reason="Overtaken by a treaty.", by=SYSTEM)
    assert "recommendations" not in carrying.set_up_of(meeting)["parts"]
    assert "recommendations" not in carrying.set_up_of(earlier)["parts"]


def test_more_can_be_carried_later_and_once(meeting, carried, published):
    chosen = [f"{published.id}:{carried.key}"]
    with pytest.raises(Refusal, match="at least one"):
        operations.carry(meeting, chosen=chosen, by=SYSTEM)
    meeting.stage = Stage.PUBLISHED
    with pytest.raises(WrongState, match="over"):
        operations.carry(meeting, chosen=chosen, by=SYSTEM)


def test_the_secretariat_carries_on_the_sessions_page(client, meeting, published, personas):
    db.session.commit()
    sign_in(client, personas.secretariat)
    path = f"/sessions/{meeting.slug}/recommendations"
    page = html.document_fromstring(client.get(path).text)
    (value,) = page.xpath("//input[@name='chosen']/@value")
    assert post_form(client, path, {}).status_code == 422
    assert post_form(client, path, {"chosen": value}).status_code == 303
    text = client.get(path).text
    assert "Count permits alike" in text
    assert "2 of those asked have not reported" in text


def test_a_draft_is_the_delegations_alone_until_it_is_filed(client, meeting, carried, personas):
    own, other = member(meeting, "PE"), member(meeting, "CL")
    write(own, carried, file=False, text="Secret words.")
    pages = ("/recommendations", f"/sessions/{meeting.slug}/recommendations", f"/recommendations/{carried.id}")
    pages += ("/recommendations?format=csv", f"/desk/{meeting.slug}/board")
    for person in (other, personas.secretariat, personas.reader):
        sign_in(client, person)
        for page in pages:
            text = client.get(page).text
            assert "Secret words." not in text
            assert "1 of 1 filed" not in text
    assert db.session.scalars(sa.select(AuditEvent.meeting_id).filter_by(action="save_report")).all() == [None]
    assert queries.reports_on(personas.secretariat, [carried.id]) == {}
    write(own, carried, file=True, text="Said words.")
    sign_in(client, personas.secretariat)
    for page in pages[2:4]:
        assert "Said words." in client.get(page).text
    assert "1 of 1 filed" in client.get(pages[4]).text


@pytest.mark.parametrize(
    ("consent", "readers"),
    [
        (Audience.PUBLIC, {"anonymous", "reader", "delegate_b", "secretariat"}),
        (Audience.MEMBER_STATES, {"reader", "delegate_b", "secretariat"}),
        (Audience.RESTRICTED, {"delegate_b", "secretariat"}),
    ],
)
def test_a_filed_report_is_read_by_whom_it_is_consented_to(meeting, carried, personas, consent, readers):
    personas.join(meeting)
    db.session.commit()
    write(personas.delegate_a, carried, file=True, consent=consent)
    who = dict(personas.items())
    for name in ("anonymous", "reader", "delegate_b", "secretariat", "delegate_a"):
        seen = bool(queries.reports_on(who[name], [carried.id]))
        counted = [bool(cell.counted) for line in board_of(who[name]).lines for cell in line.cells.values()]
        assert seen is (name in readers | {"delegate_a"}), name
        assert counted == [seen]


def test_only_those_addressed_are_asked(meeting, carried):
    of_mechanism, of_state = member(meeting, "RCM"), member(meeting, "PE")
    assert place_of(of_state, carried).report is None
    with pytest.raises(Exception, match="404"):
        place_of(of_mechanism, carried, "RCM")
    due = queries.due_of(queries.delegations_in(meeting.id))
    assert {row.party.code for row in queries.delegations_in(meeting.id) if row.id in due} == {"PE", "CL"}


def test_a_filed_report_is_changed_by_filing_it_again_or_taken_back(meeting, carried):
    own = member(meeting, "PE")
    report = write(own, carried, file=True)
    with pytest.raises(WrongState, match="is filed"):
        write(own, carried, file=False)
    with pytest.raises(Refusal, match="how far"):
        write(own, carried, file=True, progress=None)
    write(own, carried, file=True, text="Otherwise.")
    assert report.text == "Otherwise."
    operations.take_back(report, by=own)
    assert report.filed_at is None
    with pytest.raises(WrongState, match="not filed"):
        operations.take_back(report, by=own)


@pytest.mark.parametrize("why", ["closed", "over", "cancelled"])
def test_nothing_is_taken_once_it_is_closed_over_or_cancelled(meeting, carried, why):
    own = member(meeting, "PE")
    report = write(own, carried, file=False)
    if why == "closed":
        operations.close(carried, reason="Done.", by=SYSTEM)
    elif why == "over":
        meeting.stage = Stage.PUBLISHED
    else:
        meeting.cancelled_at = NOON
    db.session.commit()
    with pytest.raises(WrongState):
        write(own, carried, file=True)
    db.session.refresh(report)
    assert (report.text, report.filed_at) == ("Done in Lima.", None)


def test_closing_says_why_and_can_be_taken_back(carried):
    with pytest.raises(Refusal, match="Say why"):
        operations.close(carried, reason="  ", by=SYSTEM)
    operations.close(carried, reason="Done.", by=SYSTEM)
    with pytest.raises(WrongState):
        operations.close(carried, reason="Again.", by=SYSTEM)
    operations.reopen(carried, by=SYSTEM)
    assert (carried.closed_at, carried.closing) == (None, "")
    with pytest.raises(WrongState):
        operations.reopen(carried, by=SYSTEM)


def test_the_page_of_a_report_keeps_every_word(client, meeting, carried):
    own = member(meeting, "PE")
    sign_in(client, own)
    path = f"/recommendations/{carried.id}/reports/PE"
    sent = {"text": "What we did.", "language": "es", "consent": "public"}
    refused = post_form(client, path, {**sent, "act": "file"})
    assert refused.status_code == 422
    assert "What we did." in refused.text
    too_long = post_form(client, path, {**sent, "text": "x" * 4001, "act": "save"})
    assert too_long.status_code == 422
    assert "x" * 4001 in too_long.text
    address, mine, _multipart = filled(client, path, {**sent, "text": "My words.", "act": "save"})
    assert post_form(client, path, {**sent, "act": "save"}).status_code == 303
    both = client.post(address, data=mine)  # somebody of the same delegation, whose page knew of no report yet
    assert both.status_code == 409
    assert "My words." in both.text
    report = db.session.scalars(sa.select(RecommendationReport)).one()
    more = {"progress": "followed", "act": "file"}
    assert post_form(client, path, {**sent, **more}).status_code == 303
    db.session.refresh(report)
    assert report.filed_at is not None
    assert post_form(client, path, action=f"{path}/take-back").status_code == 303


def test_an_observer_reads_and_a_stranger_finds_nothing(client, meeting, carried, personas):
    observer = member(meeting, "PE", DelegationRole.OBSERVER)
    path = f"/recommendations/{carried.id}/reports/PE"
    sign_in(client, observer)
    assert client.get(path).status_code == 403
    for person in (member(meeting, "CL"), personas.secretariat, personas.reader):
        sign_in(client, person)
        assert client.get(path).status_code == 404


def test_the_desk_asks_and_the_reminder_follows_the_reports(client, meeting, carried):
    own = member(meeting, "PE")
    sign_in(client, own)
    assert "0 of 1 filed" in client.get("/desk").text
    owed = AWAITED_REPORTS.owed(meeting)
    assert {key: one.parts for key, one in owed.items()} == {
        delegation(meeting, code).id: ("1",) for code in ("PE", "CL")
    }
    write(own, carried, file=True)
    assert "1 of 1 filed" in client.get("/desk").text
    assert set(AWAITED_REPORTS.owed(meeting)) == {delegation(meeting, "CL").id}
    meeting.cancelled_at = NOON
    assert AWAITED_REPORTS.owed(meeting) == {}


def test_the_board_says_year_by_year_what_was_heard(client, meeting, carried, personas):
    write(member(meeting, "PE"), carried, file=True)
    write(member(meeting, "CL"), carried, "CL", file=True, progress=Progress.UNDER_WAY, text="=1+1")
    page = client.get("/recommendations").text
    assert "Followed: 1" in page
    assert "Being followed: 1" in page
    rows = list(csv.DictReader(io.StringIO(client.get("/recommendations?format=csv").data.decode("utf-8-sig"))))
    assert [(row["Delegation"], row["Progress"], row["Report"]) for row in rows] == [
        ("Peru", "Followed", "Done in Lima."),
        ("Chile", "Being followed", "'=1+1"),
    ]
    assert client.get("/recommendations?format=xlsx").status_code == 200
    assert client.get("/recommendations?body=cam").status_code == 200
    assert client.get("/recommendations?body=nobody").status_code == 404


def test_the_board_is_read_for_one_state(client, meeting, carried, published):
    summary = published.summary
    recommending.mark(
        summary.sections[0].paragraphs[0], addressees=["CL"], due=None, text=everywhere("Open a desk"), by=SYSTEM
    )
    publish(summary)
    write(member(meeting, "PE"), carried, file=True)
    write(member(meeting, "CL"), carried, "CL", file=True, progress=Progress.UNDER_WAY)
    for code, told, untold in (
        ("PE", ["Count permits alike", "Followed: 1"], ["Open a desk", "Being followed"]),
        ("CL", ["Count permits alike", "Open a desk", "Being followed: 1"], ["Followed: 1"]),
        ("RCM", ["Nothing is recommended to it"], ["Count permits alike", "Open a desk"]),
    ):
        page = client.get(f"/recommendations?party={code}")
        assert page.status_code == 200
        cells = " ".join(page.text.split("<main")[1].split("filter-bar")[-1].split("</form>")[1].split())
        assert [words for words in told if words not in cells] == []
        assert [words for words in untold if words in cells] == []
    rows = list(
        csv.DictReader(io.StringIO(client.get("/recommendations?party=PE&format=csv").data.decode("utf-8-sig")))
    )
    assert [row["Delegation"] for row in rows] == ["Peru"]
    assert client.get("/recommendations?party=nobody").status_code == 422


def test_what_was_read_is_kept_within_a_bound_and_given_whole(carried, published, monkeypatch):
    monkeypatch.setattr(reading, "MOST_KEPT", 1)
    summary = published.summary
    for _number in range(3):
        publish(summary)
    rows = db.session.scalars(sa.select(Publication)).all()
    for _twice in range(2):
        found = reading.recommended(rows)
        assert set(found) == {row.id for row in rows}
        assert all([asked.label for asked in one.values()] == ["2"] for one in found.values())
        assert len(reading._kept) <= 1


def test_a_session_in_preparation_is_not_told_of(client, meeting, carried):
    meeting.stage = Stage.PREPARING
    db.session.commit()
    assert client.get(f"/recommendations/{carried.id}").status_code == 404
    assert f"/recommendations/{carried.id}" not in client.get("/recommendations").text


def test_a_revision_keeps_one_line_for_one_recommendation(meeting, carried, published):
    summary = published.summary
    publish(summary)
    db.session.commit()
    (line,) = board_of(SYSTEM).lines
    assert list(line.cells) == [meeting.id]
    assert [asked.key for _publication, asked in queries.offered(meeting)] == []


def test_what_was_published_before_has_no_recommendation(earlier):
    summary = make_summary(earlier, 1)
    content = freeze(summary, [], 3)
    for paragraph in content["sections"][0]["paragraphs"]:
        for key in ("recommendations", "label", "level", "key"):
            del paragraph[key]
    db.session.add(issued(summary, content, at=NOON))
    db.session.commit()
    assert board_of(SYSTEM).lines == []
