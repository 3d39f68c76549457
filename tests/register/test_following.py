"""What takes the place of a document, what stands under one, what is new to whom; how its files come about."""

import io
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.meetings import fitting
from app.meetings.enums import Stage
from app.meetings.models import GuidingQuestion
from app.register import operations, symbols
from app.register.enums import DocumentClass, Suffix
from app.register.models import Document
from app.register.visits import note_visit
from app.search.models import SearchEntry
from tests.client import post_form, sign_in
from tests.factories.register import PDF, fields, issue, register
from tests.factories.summaries import NOON, everywhere, make_meeting, publish_agenda
from tests.meetings.agendas import add

MANAGE = "/sessions/cam-2026/manage/documents"
REGISTER = "/sessions/cam-2026/documents"


@pytest.fixture
def meeting(app):
    with standing_at(NOON):
        yield make_meeting()


def follow(document: Document, suffix: Suffix, *, issued: bool = True, **more) -> Document:
    row = operations.register_document(document.meeting, fields(**more), by=SYSTEM, follows=document, suffix=suffix)
    operations.add_made(row, "es", {"pdf": PDF}, by=SYSTEM)
    if issued:
        operations.issue_document(row, by=SYSTEM)
    db.session.flush()
    return row


def in_archive(client, address=f"{REGISTER}.zip") -> list[str]:
    names = zipfile.ZipFile(io.BytesIO(client.get(address).data)).namelist()
    return [name.partition(" Concept")[0] for name in names]


@pytest.mark.parametrize(
    ("symbol", "place", "whole"),
    [
        ("A/doc.1/26", ("A/doc.1/26", 0, False), None),
        ("A/doc.1/26 rev. 2", ("A/doc.1/26", 2, False), None),
        ("A/doc.1/26 corr. 1", ("A/doc.1/26", 0, True), "A/doc.1/26"),
        ("A/doc.1/26 rev. 2 corr. 1", ("A/doc.1/26", 2, True), "A/doc.1/26 rev. 2"),
        ("A/doc.1/26 add. 1", ("A/doc.1/26 add. 1", 0, False), "A/doc.1/26"),
        ("A/doc.1/26 add. 1 rev. 3", ("A/doc.1/26 add. 1", 3, False), "A/doc.1/26"),
        ("A/doc.1/26 rev. 1 add. 2 corr. 1", ("A/doc.1/26 rev. 1 add. 2", 0, True), "A/doc.1/26 rev. 1 add. 2"),
    ],
)
def test_a_symbol_says_what_it_replaces_and_what_it_stands_under(symbol, place, whole):
    assert symbols.place_of(symbol) == place
    assert symbols.belongs_to(symbol) == whole


def test_a_revised_document_says_so_everywhere_and_leaves_the_archive(meeting, client, personas):
    first = issue(meeting)
    correction = follow(first, Suffix.CORRIGENDUM)
    addition = follow(first, Suffix.ADDENDUM)
    one, two = follow(first, Suffix.REVISION), follow(first, Suffix.REVISION)
    waiting = follow(first, Suffix.REVISION, issued=False)
    db.session.commit()
    page = client.get(f"/documents/{first.slug}").text
    assert f"Replaced by {two.symbol}" in page
    assert f'<a href="/documents/{two.slug}">Go to the document that took its place</a>' in page
    assert waiting.symbol not in page
    assert f"Replaced by {two.symbol}" in client.get(f"/documents/{correction.slug}").text
    for current in (two, addition):
        text = client.get(f"/documents/{current.slug}").text
        assert "Go to the document that took its place" not in text
    family = page.partition("what followed it</h2>")[2]
    below = family[family.index("<ul>", 5) :]
    assert below.index(addition.symbol) < below.index("</ul></li>") < below.index(one.symbol)
    listed = client.get(REGISTER).text
    assert listed.count(f"Replaced by {two.symbol}") == 3
    assert f"Corrigendum to {first.symbol}" in listed
    assert f"Addendum to {first.symbol}" in listed
    assert f"Replaced by {two.symbol}" in client.get(f"{REGISTER}?format=csv").text
    assert in_archive(client) == [addition.slug, two.slug]
    assert len(in_archive(client, f"{REGISTER}.zip?replaced=1")) == 5
    found = client.get("/search?q=concept").text
    assert found.count(f"Replaced by {two.symbol}") == 3
    operations.withdraw_document(two, note=everywhere("Wrong."), by=SYSTEM)
    db.session.commit()
    assert f"Replaced by {one.symbol}" in client.get(f"/documents/{first.slug}").text
    contexts = db.session.scalars(sa.select(SearchEntry.context).where(SearchEntry.key == first.slug)).all()
    assert contexts
    assert all(one.symbol in context["es"] for context in contexts)


def test_a_revision_that_a_reader_may_not_have_replaces_nothing_for_them(meeting, client, personas):
    first = issue(meeting)
    follow(first, Suffix.REVISION, distribution=Audience.RESTRICTED)
    db.session.commit()
    assert "rev. 1" not in client.get(f"/documents/{first.slug}").text
    assert "rev. 1" not in client.get(REGISTER).text
    assert in_archive(client) == [first.slug]
    assert "rev. 1" not in client.get("/search?q=concept").text
    staff = sign_in(client, personas.secretariat)
    assert f"Replaced by {first.symbol} rev. 1" in staff.get(REGISTER).text


def new_to(client, person) -> list[str]:
    sign_in(client, person)
    text = client.get(f"{REGISTER}?new=1&format=csv").text
    return [line.split(",")[0].strip('"') for line in text.splitlines()[1:]]


def test_new_is_what_others_gave_and_what_reaches_further_but_no_withdrawal(meeting, client, personas):
    personas.join(meeting)
    staff, reader, delegate = personas.secretariat, personas.reader, personas.delegate_a
    known = issue(meeting)
    narrow = issue(meeting, distribution=Audience.RESTRICTED)
    for person in (staff, reader, delegate):
        note_visit(meeting, by=person)
    db.session.commit()
    with standing_at(NOON + timedelta(hours=1)):
        operations.withdraw_document(known, note=everywhere("Wrong."), by=SYSTEM)
        wider = fields(distribution=Audience.PUBLIC)
        operations.edit_document(narrow, wider, by=SYSTEM)
        mine = register(meeting)
        operations.add_made(mine, "es", {"pdf": PDF}, by=staff)
        operations.issue_document(mine, by=staff)
        db.session.commit()
        assert new_to(client, staff) == []
        assert new_to(client, delegate) == [mine.symbol]
        assert new_to(client, reader) == [narrow.symbol, mine.symbol]
        assert "2 documents are new since your last visit" in client.get(REGISTER).text


def test_files_say_what_was_registered_whatever_changed_until_they_are_made(meeting, run_jobs, monkeypatch):
    printed = []
    monkeypatch.setattr("app.register.jobs.printed_pdf", lambda what: printed.append(what) or PDF)
    monkeypatch.setattr("app.register.jobs.printed_docx", lambda what: b"PK")
    document = operations.register_generated(meeting, DocumentClass.QUESTIONS, seen=0, by=SYSTEM)
    meeting.title = everywhere("Renamed")
    for question in db.session.scalars(sa.select(GuidingQuestion)):
        question.text = everywhere("Reworded?")
    run_jobs()
    assert sorted(one.language for one in printed) == sorted(meeting.languages)
    assert "Question 1? (en)" in str(printed)
    assert "Reworded" not in str(printed)
    assert "Renamed" not in str(printed)
    assert {row.number for row in db.session.get_one(Document, document.id).languages} == {1}


def test_a_failed_making_is_told_where_the_document_is_and_tried_again(meeting, client, personas):
    staff = sign_in(client, personas.secretariat)
    document = operations.register_generated(meeting, DocumentClass.QUESTIONS, seen=0, by=personas.secretariat)
    db.session.commit()
    edit, generated = f"/documents/{document.slug}/edit", f"{MANAGE}/generated"
    for page in (edit, generated):
        text = staff.get(page).text
        assert "Its files are being made" in text
        assert f'href="{page}">Load again</a>' in text
    job = db.session.scalars(sa.select(Job)).one()
    job.state, job.error = JobState.FAILED, "RenderingError: no font"
    db.session.commit()
    for page in (edit, generated):
        text = staff.get(page).text
        assert "Its files could not be made" in text
        assert "The document could not be set as PDF." in text
        assert f'href="/jobs/{job.id}"' in text
    assert (job.requested_by_id, job.page) == (personas.secretariat.id, edit)
    assert post_form(staff, edit, action=f"/jobs/{job.id}/retry").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Job, job.id).state is JobState.QUEUED


def test_a_registered_order_of_business_older_than_the_published_one_is_pointed_out(meeting, client, personas):
    staff = sign_in(client, personas.secretariat)
    meeting.stage = Stage.CALL_OPEN
    publish_agenda(meeting)
    with standing_at(NOON + timedelta(hours=1)):
        document = operations.register_generated(meeting, DocumentClass.ORDER_OF_BUSINESS, seen=0, by=SYSTEM)
    db.session.commit()
    pages = (f"{MANAGE}/generated", f"/documents/{document.slug}/edit", "/desk/cam-2026")
    newer = "The published order of business is newer than CAM/doc.1/26: register a revision."
    assert [newer in staff.get(page).text for page in pages] == [False] * 3
    add(meeting, "Later")
    with standing_at(NOON + timedelta(hours=2)):
        publish_agenda(meeting)
    db.session.commit()
    assert [newer in staff.get(page).text for page in pages] == [True] * 3
    assert newer not in " ".join(fitting.consequences(meeting, fitting.Held(NOON, NOON + timedelta(days=3), "UTC")))
    with standing_at(NOON + timedelta(hours=3)):
        operations.register_generated(meeting, DocumentClass.ORDER_OF_BUSINESS, seen=document.id, by=SYSTEM)
    db.session.commit()
    assert newer not in staff.get(pages[0]).text
    assert 'hx-select="#state-order_of_business"' in staff.get(pages[0]).text  # the page follows its job


def test_what_issuing_does_stands_beside_its_button(meeting, client, personas):
    document = register(meeting, distribution=Audience.RESTRICTED)
    operations.add_made(document, "es", {"pdf": io.BytesIO(PDF)}, by=SYSTEM)
    db.session.commit()
    page = sign_in(client, personas.secretariat).get(f"/documents/{document.slug}/edit").text
    for piece in (
        "It appears in the register of the session, in search and in the archive. Nobody is written to.",
        "The delegations to the session, and the secretariat.",
        "Withdraw it: a note then stays in its place",
        'aria-describedby="what-issuing-does"',
    ):
        assert piece in page
    assert "It can be withdrawn: a note stays in its place." in client.get(f"{MANAGE}/new").text
