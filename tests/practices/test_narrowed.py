"""A consent that is narrowed after a summary cited the text: who is quoted is told to nobody whom it leaves out."""

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.jobs.models import Job
from app.meetings.enums import Stage
from app.meetings.queries import findable
from app.practices import correcting, operations
from app.presentations import operations as presentations
from app.presentations.models import Presentation
from app.search.asking import Asked, ask
from app.search.models import PARAGRAPH_KIND, SUMMARY_KIND
from app.summaries.indexing import index_publication
from app.summaries.issuing import RENDER_JOB
from app.summaries.jobs import render_publication, reports_of
from app.summaries.models import PublicationFile
from app.summaries.queries import left_out, publication_to_render, published_file
from app.summaries.sources_now import sources_now
from tests.client import sign_in
from tests.factories.library import cited, publish_presentation, publish_summary
from tests.factories.practices import fresh, full_content
from tests.open_data.test_releases import as_json, make
from tests.practices.test_after import propose
from tests.statements import count_statements

SUMMARIES = {"kind": (PARAGRAPH_KIND, SUMMARY_KIND)}
OTHER = "Pace is the main challenge."


@pytest.fixture
def quote(published) -> str:
    return str(published.latest.content["lessons"]).split(". ")[0]


@pytest.fixture
def publication(meeting, published, quote):
    """A public summary, the second, that cites the practice and a presentation; the first cited neither."""
    meeting.stage = Stage.PUBLISHED
    presentation = publish_presentation(meeting, "SACM")
    first = publish_summary(meeting, [])
    paragraph = [cited(published, quote, "lessons"), {**cited(presentation, OTHER, "answers.1"), "letter": "b"}]
    publication = publish_summary(meeting, paragraph, number=2, summary=first.summary)
    index_publication(publication, meeting)
    db.session.commit()
    return publication


def narrow(practice, personas, consent: str = "member_states") -> None:
    row = propose(fresh(practice), personas, consent=consent, lessons=full_content()["lessons"])
    correcting.accept_correction(row, by=personas.secretariat)
    db.session.commit()


def told(client, meeting, person) -> dict[str, str]:
    """What a person is shown where the summary, its sources and what cites a State stand."""
    reader, summary = sign_in(client, person), f"/sessions/{meeting.slug}/summary"
    pages = [summary, f"{summary}?beside=fr", f"{summary}/paragraph/1", f"{summary}/changes", f"/api/v1{summary}"]
    found = {path: reader.get(path).text for path in pages}
    found["/states/PE"] = reader.get("/states/PE?kind=paragraph").text.split("<main", 1)[1]
    return found


def facets(actor) -> set[str]:
    answer = ask(Asked(filters=SUMMARIES), findable(actor), language="en")
    assert answer.page.total
    return {counted.code for name in ("state", "mechanism") for counted in answer.facets[name]}


def names_source(text: str, practice, quote: str) -> bool:
    return quote in text or practice.reference in text


def test_a_narrower_consent_takes_name_and_words_from_pages(client, meeting, published, publication, quote, personas):
    before = told(client, meeting, None)
    for path in [*before][:3]:
        assert names_source(before[path], published, quote), path
    assert quote in before[f"/api/v1/sessions/{meeting.slug}/summary"]
    assert "Peru" in before[f"/sessions/{meeting.slug}/summary/changes"]
    assert "Delegations gave permits." in before["/states/PE"]
    narrow(published, personas)
    for path, text in told(client, meeting, None).items():
        assert not names_source(text, published, quote), path
        assert "Delegations gave permits." in text or "/states/" in path or "/changes" in path
    shown = told(client, meeting, None)
    assert "A contribution that was not made for everybody" in shown[f"/sessions/{meeting.slug}/summary"]
    assert OTHER in shown[f"/sessions/{meeting.slug}/summary"]
    assert "Peru" not in shown[f"/sessions/{meeting.slug}/summary/changes"]
    assert "Delegations gave permits." not in shown["/states/PE"]
    for path, text in told(client, meeting, personas.delegate_b).items():
        assert names_source(text, published, quote) or "/states/" in path or "/changes" in path, path


def test_a_consent_that_is_wide_again_shows_them_again(client, meeting, published, publication, quote, personas):
    narrow(published, personas)
    narrow(published, personas, "public")
    assert quote in told(client, meeting, None)[f"/sessions/{meeting.slug}/summary"]
    assert facets(personas.anonymous) == {"PE", "SACM"}


def test_search_no_longer_names_the_state(meeting, published, publication, personas):
    assert facets(personas.anonymous) == {"PE", "SACM"}
    narrow(published, personas)
    assert facets(personas.anonymous) == facets(personas.secretariat) == {"SACM"}


def test_new_releases_hold_neither(meeting, published, publication, quote, personas):
    assert [row["quote"] for row in as_json(make())["tables"]["citations"]] == [quote, OTHER]
    narrow(published, personas)
    hidden, shown = as_json(make(2))["tables"]["citations"]
    assert (hidden["quote"], hidden["party"], hidden["reference"], hidden["letter"]) == ("", "", "", "a")
    assert shown["party"] == "SACM"


def test_documents_that_print_them_are_not_handed_out_and_made_again(meeting, published, publication, quote, personas):
    render_publication({"publication_id": publication.id})
    there = {"meeting": meeting, "number": 2, "language": "en", "extension": "docx"}
    assert published_file(**there) is not None
    db.session.rollback()
    narrow(published, personas)
    assert published_file(**there) is None
    assert published_file(**{**there, "language": "", "extension": "json"}) is None
    assert db.session.scalar(sa.select(sa.func.count()).where(Job.kind == RENDER_JOB)) == 2, "of both publications"
    render_publication({"publication_id": publication.id})
    assert published_file(**there) is not None
    key = f"practice-{published.id}"
    assert {tuple(one.hidden_sources) for one in db.session.scalars(sa.select(PublicationFile))} == {(key,)}
    report = reports_of(publication_to_render(publication.id))["en"]
    assert [note.quote for note in report.paragraphs[0].notes] == ["", OTHER]
    assert not names_source(repr(report), fresh(published), quote)
    assert "SACM" in repr(report.sources)


def test_a_publication_for_member_states_goes_on_naming_it(meeting, published, quote, personas):
    publication = publish_summary(meeting, [cited(published, quote, "lessons")], distribution=Audience.MEMBER_STATES)
    db.session.commit()
    narrow(published, personas)
    assert left_out(publication) == frozenset()
    report = reports_of(publication_to_render(publication.id))["en"]
    assert [note.quote for note in report.paragraphs[0].notes] == [quote]


def test_one_that_was_always_for_member_states_outdates_no_document(meeting, practice, personas):
    practice.consent = Audience.MEMBER_STATES
    practice.versions[0].content = {**practice.versions[0].content, "consent": "member_states"}
    operations.accept_practice(practice, by=SYSTEM)
    operations.publish_practice(practice, by=SYSTEM)
    correcting.accept_correction(propose(practice, personas, consent="member_states"), by=SYSTEM)
    db.session.commit()
    now = sources_now(meeting.id)
    assert now.readers_of(Audience.PUBLIC).closed == {f"practice-{practice.id}"}
    assert now.left_out(Audience.PUBLIC) == frozenset()


def test_a_presentation_that_is_filed_for_fewer(client, meeting, publication, personas):
    presentation = db.session.scalars(sa.select(Presentation).where(Presentation.meeting_id == meeting.id)).one()
    summary = f"/sessions/{meeting.slug}/summary"
    assert OTHER in sign_in(client, None).get(summary).text
    presentation.working_consent = Audience.RESTRICTED
    presentations.file_presentation(presentation, by=SYSTEM)
    db.session.commit()
    shown = sign_in(client, None).get(summary).text
    assert OTHER not in shown
    assert facets(personas.anonymous) == {"PE"}
    assert left_out(publication) == {f"presentation-{presentation.id}"}
    assert OTHER not in sign_in(client, personas.reader).get(summary).text
    assert OTHER in sign_in(client, personas.delegate_a).get(summary).text


def test_it_is_one_statement_however_many_sources(meeting, published, publication):
    meeting_id = meeting.id
    with count_statements() as counted:
        sources_now(meeting_id)
    assert counted.number == 1
