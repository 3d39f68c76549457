"""Publication: how it is issued, what it supersedes, and that it happens whole or not at all."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LocalizedText
from app.jobs.models import Job
from app.meetings.enums import DelegationRole
from app.practices.models import Practice
from app.search.models import SearchEntry
from app.summaries import issuing, operations, queries
from app.summaries.enums import PublicationKind
from app.summaries.models import Publication, Summary, SummaryVersion
from tests.client import post_form, sign_in
from tests.factories.summaries import everywhere, join, make_delegation, make_meeting
from tests.summaries.test_operations import complete

PAGE = "/sessions/cam-2026/consolidation/publish"
NOTE = {f"note-{code}": f"A word was wrong ({code})." for code in ("en", "es", "fr", "pt")}


@pytest.fixture
def meeting(app):
    return make_meeting()


@pytest.fixture
def staff(client, personas):
    return sign_in(client, personas.secretariat)


def change(meeting, words: str = "Changed since.") -> Summary:
    db.session.expire_all()
    summary = queries.summary_of(meeting.id)
    operations.edit_paragraph(summary.sections[0].paragraphs[0], text=everywhere(words), by=SYSTEM)
    db.session.flush()
    return summary


def corrected(meeting, words: str, kind=PublicationKind.CORRIGENDUM, **more) -> Publication:
    publication = issuing.publish_summary(
        change(meeting, words), by=SYSTEM, kind=kind, **{"note": everywhere("A word was wrong."), **more}
    )
    db.session.flush()
    return publication


def test_symbols_stack_as_suffixes_do(meeting):
    issuing.publish_summary(complete(meeting), by=SYSTEM)
    made = [
        corrected(meeting, "One."),
        corrected(meeting, "Two."),
        corrected(meeting, "Three.", PublicationKind.REVISION),
        corrected(meeting, "Four."),
        corrected(meeting, "Five.", PublicationKind.REVISION),
    ]
    assert [row.symbol.removeprefix("CIDI/CAM/doc.12/26") for row in made] == [
        " corr. 1", " corr. 2", " rev. 1", " rev. 1 corr. 1", " rev. 2",
    ]  # fmt: skip
    assert [row.content["symbol"] for row in made] == [row.symbol for row in made]
    assert [row.number for row in made] == [2, 3, 4, 5, 6]


def test_a_publication_freezes_a_version_and_keeps_it(meeting):
    first = issuing.publish_summary(complete(meeting), by=SYSTEM)
    second = corrected(meeting, "One.")
    versions = db.session.scalars(sa.select(SummaryVersion).order_by(SummaryVersion.number)).all()
    assert [row.number for row in versions] == [0, 1]
    assert [first.version_id, second.version_id] == [row.id for row in versions]
    assert first.content == versions[0].content


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"kind": PublicationKind.ORIGINAL}, "kind"),
        ({"note": LocalizedText(en="A word.")}, "note"),
        ({"note": everywhere("x" * 2001)}, "note"),
        ({"symbol": "CIDI/CAM/doc.12/26"}, "symbol"),
        ({"symbol": "x" * 81}, "symbol"),
        ({"dated": date(2999, 1, 1)}, "dated"),
        ({"dated": date(1999, 1, 1)}, "dated"),
        ({"languages": []}, "languages"),
    ],
)
def test_what_cannot_be_issued_is_refused_at_its_field(meeting, how, field):
    issuing.publish_summary(complete(meeting), by=SYSTEM)
    with pytest.raises(Refusal) as refusal:
        corrected(meeting, "One.", **{"kind": PublicationKind.REVISION, **how})
    assert refusal.value.field == field
    assert db.session.query(Publication).count() == 1


def test_the_first_publication_corrects_nothing(meeting):
    with pytest.raises(Refusal):
        issuing.publish_summary(complete(meeting), by=SYSTEM, kind=PublicationKind.REVISION, note=everywhere("x"))


def test_a_publication_reaches_no_further_than_its_session(meeting):
    meeting.distribution = Audience.MEMBER_STATES
    summary = complete(meeting)
    with pytest.raises(Refusal):
        issuing.publish_summary(summary, by=SYSTEM, distribution=Audience.PUBLIC)
    assert issuing.publish_summary(summary, by=SYSTEM).distribution is Audience.MEMBER_STATES


def test_a_language_that_is_missing_stands_in_the_way_of_itself_alone(meeting):
    summary = complete(meeting)
    first = summary.sections[0].paragraphs[0]
    first.text = LocalizedText({code: text for code, text in first.text.items() if code != "fr"})
    with pytest.raises(WrongState):
        issuing.publish_summary(summary, by=SYSTEM)
    publication = issuing.publish_summary(summary, by=SYSTEM, languages=["pt", "en", "es"])
    assert publication.languages == ["en", "es", "pt"]
    assert "fr" not in publication.content["title"]
    db.session.flush()
    assert set(db.session.scalars(sa.select(SearchEntry.language).filter_by(kind="paragraph"))) == {"en", "es", "pt"}
    first.text = everywhere("All there.")
    db.session.flush()
    assert corrected(meeting, "All there.").languages == ["en", "es", "fr", "pt"]


STEPS = [
    "versions.freeze_version",
    "publish_accepted_practices",
    "publish_filed_presentations",
    "publishing.issued",
    "record",
    "indexing.index_publication",
    "queue_rendering",
    "queue_job",
]


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_in_the_middle_leaves_nothing(staff, meeting, monkeypatch, step):
    complete(meeting)
    db.session.commit()
    states = sorted(db.session.scalars(sa.select(Practice.state)))

    def crash(*_args, **_more):
        raise RuntimeError("the power went")

    monkeypatch.setattr(f"app.summaries.issuing.{step}", crash)
    with pytest.raises(RuntimeError):
        post_form(staff, PAGE, {})
    db.session.rollback()
    db.session.expire_all()
    for table in (Publication, SummaryVersion, Job, SearchEntry):
        assert db.session.query(table).count() == 0, table
    assert sorted(db.session.scalars(sa.select(Practice.state))) == states
    monkeypatch.undo()
    assert post_form(staff, PAGE, {}).status_code == 303
    assert db.session.query(Publication).count() == 1


def test_readers_of_the_older_text_learn_what_superseded_it_and_why(staff, meeting):
    complete(meeting)
    db.session.commit()
    assert post_form(staff, PAGE, {}).location == PAGE
    change(meeting)
    db.session.commit()
    shown = staff.get(PAGE).text
    assert "CIDI/CAM/doc.12/26 rev. 1 of a revision" in shown
    refused = post_form(staff, PAGE, {"kind": "corrigendum", "note-en": "A word was wrong."})
    assert (refused.status_code, "Missing: Español, Français, Português" in refused.text) == (422, True)
    assert "A word was wrong." in refused.text
    assert post_form(staff, PAGE, {"kind": "corrigendum", **NOTE}).location == PAGE
    older = staff.get("/sessions/cam-2026/summary?version=1").text
    for words in ("superseded", "Corrigendum: CIDI/CAM/doc.12/26 corr. 1", "A word was wrong (en)."):
        assert words in older
    assert "Paragraph 1.1" in older
    newer = staff.get("/sessions/cam-2026/summary").text
    assert "superseded" not in newer
    assert "Changed since." in newer


def test_what_is_issued_to_fewer_is_read_by_fewer(client, personas, meeting):
    issuing.publish_summary(complete(meeting), by=SYSTEM)
    corrected(meeting, "For delegations.", distribution=Audience.RESTRICTED)
    delegation = make_delegation(meeting, "CL")
    join(delegation, personas.delegate_a, role=DelegationRole.HEAD)
    db.session.commit()
    page = "/sessions/cam-2026/summary"
    assert "For delegations." not in client.get(page).text
    assert client.get(f"{page}?version=2").status_code == 404
    served = [client.get(f"/api/v1/sessions/cam-2026/summary?version={number}").status_code for number in (1, 2)]
    assert served == [200, 404]
    assert "For delegations." not in client.get("/search?q=delegations").text
    assert [row.number for row in queries.publications_of(meeting.id, personas.reader)] == [1]
    assert [row.number for row in queries.publications_of(meeting.id, personas.delegate_a)] == [1, 2]
    assert "For delegations." in sign_in(client, personas.delegate_a).get(page).text


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE publications SET content = '{}'",
        "UPDATE publications SET sha256 = 'x'",
        "UPDATE publications SET number = 7",
        "UPDATE publications SET kind = 'revision'",
        "UPDATE publications SET symbol = 'x'",
        "UPDATE publications SET dated = '2020-01-01'",
        "UPDATE publications SET distribution = 'restricted'",
        "UPDATE publications SET languages = '[]'",
        "DELETE FROM publications",
    ],
)
def test_what_was_published_cannot_be_changed(meeting, change):
    issuing.publish_summary(complete(meeting), by=SYSTEM)
    db.session.commit()
    with pytest.raises(DBAPIError, match="cannot be changed"):
        db.session.execute(sa.text(change))
    db.session.rollback()


def test_who_published_may_be_taken_away(meeting):
    issuing.publish_summary(complete(meeting), by=SYSTEM)
    db.session.execute(sa.update(Publication).values(published_by_id=None))
    db.session.commit()
