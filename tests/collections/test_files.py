"""The documents that are made of collections, at once and by a job."""

import pytest
import sqlalchemy as sa
from lxml import html

from app.collections import exporting
from app.collections.enums import ReadingKind
from app.collections.exporting import make_export
from app.collections.forgetting import forget_old_files
from app.collections.models import Collection, CollectionExport
from app.collections.queries import token_of
from app.collections.readings import read
from app.core.audience import Audience
from app.core.clock import now, standing_at
from app.core.db import db
from app.core.localized import LocalizedText
from app.core.storage import storage
from app.documents.models import StoredFile
from app.floor.enums import SpeakingKind, StatementOutcome
from app.floor.statement_models import FloorStatement, FloorStatementVersion
from app.jobs.models import Job
from app.jobs.registry import GiveUp
from app.people.operations import close_account
from app.practices.enums import PracticeState
from app.practices.models import Practice
from app.practices.translating import save_translations
from app.register.enums import LanguageStatus
from app.register.indexing import index_document
from tests.client import post_form, sign_in
from tests.collections.kept import PRACTICE, everything, long_collection, press, said_in
from tests.factories.collections import make_collection
from tests.factories.library import publish_practice, publish_presentation
from tests.factories.register import issue
from tests.factories.summaries import CONTENT, make_delegation


def test_a_collection_as_one_document(client, owner, meeting):
    names = everything(meeting)
    names.pop(ReadingKind.SUMMARY)
    collection = make_collection(owner, *names.items(), note="What it is for.")
    sign_in(client, owner)
    answer = client.get(f"/collections/{collection.id}/file.docx")
    assert answer.headers["Content-Disposition"].endswith('"For the minister.docx"')
    told = said_in(answer)
    heading = len(told) - 1 - told[::-1].index("1. " + CONTENT["title"])
    assert told.index("Contents") < told.index("1. " + CONTENT["title"]) < told.index("What it is for.") < heading
    for line in (
        f"1. {CONTENT['context']}",
        f"2. {CONTENT['results']}",
        "Note: Note 1 of For the minister.",
        "1. Pace is the main challenge.",
        "2. One calendar.",
    ):
        assert line in told, line
    for address in (f"practices/{names[PRACTICE]}/versions/1", f"documents/{names[ReadingKind.DOCUMENT]}"):
        assert any(line.endswith(f"available at http://localhost/{address}") for line in told), address
    assert any(line.startswith("1. Delegations gave permits.") for line in told)
    assert any("para. 1, " in line for line in told), "the words to cite it by"
    assert client.get(f"/collections/{collection.id}/file.pdf").data.startswith(b"%PDF")


def test_paragraphs_have_the_numbers_that_their_pages_have(client, owner, meeting):
    practice = publish_practice(
        meeting, "CL", context="People had no papers.\n\nEmployers\nasked.", results="Permits.\n\n \n\nWait."
    )
    publish_presentation(meeting, answers={"2": "One calendar.\n\nOne list.", "1": "Pace."})
    name = f"{meeting.slug}/RCM"
    collection = make_collection(owner, (PRACTICE, practice.slug), (ReadingKind.PRESENTATION, name))
    sign_in(client, owner)
    told = said_in(client.get(f"/collections/{collection.id}/file.docx"))
    for path in (f"/practices/{practice.slug}", f"/sessions/{meeting.slug}/presentations/RCM"):
        page = html.document_fromstring(client.get(path).text)
        shown = page.xpath("//div[contains(@class, 'paragraph-source')]")
        assert len(shown) >= 3
        for one in shown:
            words = "\n".join(one.xpath("./p//text()"))
            assert f"{one.xpath('string(./a)')}. {words}" in told


def test_the_words_of_a_document_are_in_it_where_they_could_be_read(client, owner, meeting):
    document = issue(meeting, statuses={"es": LanguageStatus.PENDING})
    collection = make_collection(owner, (ReadingKind.DOCUMENT, document.slug))
    url = f"/collections/{collection.id}/file.docx"
    sign_in(client, owner)
    told = said_in(client.get(url))
    assert any(line.startswith("Its files are at its address.") for line in told)
    assert "The words of its file (tables and pictures are in the file)" not in told
    index_document(document, {"es": "Primer apartado.\n\nSegundo apartado."})
    told = said_in(client.get(url))
    assert told.index("The words of its file (tables and pictures are in the file)") < told.index("Primer apartado.")
    assert "Segundo apartado." in told


def test_a_delivered_statement_is_kept_and_one_under_embargo_is_not(client, owner, meeting):
    statement = FloorStatement(
        delegation=make_delegation(meeting, "MX"),
        mark="opening",
        kind=SpeakingKind.STATEMENT,
        consent=Audience.PUBLIC,
        acts_for="",
    )
    text = {"number": 1, "language": "es", "text": "Gracias.\n\nAdelante.", "check_delivery": True, "sha256": "0"}
    db.session.add(FloorStatementVersion(statement=statement, handed_in_at=now(), **text))
    db.session.flush()
    url = f"/collections/add?kind=statement&name={meeting.slug}/{statement.id}"
    sign_in(client, owner)
    assert client.get(url).status_code == 404
    statement.outcome, statement.outcome_at = StatementOutcome.DELIVERED, now()
    [link] = html.document_fromstring(client.get(f"/statements/{statement.id}").text).xpath(
        "//a[text()='Keep in a collection']/@href"
    )
    assert post_form(client, link, {"title": "For the minister"}).status_code == 303
    [collection] = db.session.scalars(sa.select(Collection))
    assert "Statement of Mexico" in client.get(f"/collections/{collection.id}").text
    told = said_in(client.get(f"/collections/{collection.id}/file.docx"))
    assert "Adelante." in told
    assert any(f"available at http://localhost/statements/{statement.id}" in line for line in told)
    assert client.get(f"/collections/add?kind=statement&name=other/{statement.id}").status_code == 404
    statement.outcome = StatementOutcome.NOT_DELIVERED
    page = client.get(f"/collections/{collection.id}").text
    assert "No longer available" in page
    assert "Mexico" not in page


def ask(client, url: str, extension: str = "docx") -> CollectionExport:
    answer = press(client, f"{url}/files", extension=extension)
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    db.session.expire_all()
    return db.session.scalars(sa.select(CollectionExport).order_by(CollectionExport.id.desc())).first()


def test_a_long_collection_is_made_by_a_job(client, owner, colleague, meeting, monkeypatch):
    progress = []
    monkeypatch.setattr(exporting, "report_progress", lambda done, total: progress.append((done, total)))
    collection = long_collection(owner, meeting, shared=True)
    url = f"/collections/{collection.id}"
    sign_in(client, owner)
    assert "made while you do something else" in client.get(url).text
    assert client.get(f"{url}/file.docx").status_code == 409
    export = ask(client, url)
    assert ask(client, url) is export, "what waits is not queued twice"
    assert len(db.session.scalars(sa.select(Job).where(Job.kind == exporting.EXPORT_JOB)).all()) == 1
    file = f"/collections/files/{export.id}"
    assert client.get(file).status_code == 409
    assert "being made" in client.get(url).text
    make_export({"export_id": export.id})
    make_export({"export_id": export.id})
    assert progress == [(10, 14), (13, 14), (14, 14)]
    assert file in client.get(url).text
    told = said_in(client.get(file))
    assert "13. Number 13" in told
    assert any(f"http://localhost/practices/{collection.readings[12].name}/" in line for line in told)
    sign_in(client, colleague)
    assert client.get(file).status_code == 404, "it was made with somebody else's rights"
    theirs = ask(client, f"/collections/shared/{token_of(collection)}")
    assert theirs.id != export.id
    make_export({"export_id": theirs.id})
    assert "13. Number 13" in said_in(client.get(f"/collections/files/{theirs.id}"))


def test_a_file_is_not_given_once_what_is_in_it_changed(client, owner, meeting):
    collection = long_collection(owner, meeting)
    url = f"/collections/{collection.id}"
    sign_in(client, owner)
    export = ask(client, url)
    make_export({"export_id": export.id})
    assert client.get(f"/collections/files/{export.id}").status_code == 200
    db.session.query(Practice).filter_by(reference="CAM/2026/GP/CHL/05").update({"state": PracticeState.WITHDRAWN})
    db.session.commit()
    assert client.get(f"/collections/files/{export.id}").status_code == 409
    assert "what is in it has changed since; make it again" in client.get(url).text


@pytest.mark.parametrize("change", ["translation", "document's title", "document's language", "what a document says"])
def test_a_file_is_old_once_anything_that_it_says_changed(client, owner, personas, meeting, change):
    practice, document = publish_practice(meeting, "CL"), issue(meeting)
    names = ((PRACTICE, practice.slug), (ReadingKind.DOCUMENT, document.slug))
    collection = make_collection(owner, *names)

    def holds() -> str:
        return exporting.fingerprint_of(collection, read(owner, names))

    with client.application.test_request_context():
        before = holds()
        assert holds() == before
        if change == "translation":
            version = practice.versions[0]
            save_translations(practice, "fr", of=version, texts={"context": "Traduit."}, by=personas.secretariat)
        elif change == "document's title":
            document.title = LocalizedText({"en": "Another title"})
        elif change == "document's language":
            document.languages[0].number += 1
        else:
            index_document(document, {"en": "What it says."})
        db.session.flush()
        assert holds() != before


@pytest.mark.parametrize("change", ["deleted", "withdrawn link", "closed account"])
def test_a_job_makes_nothing_for_whom_the_collection_is_gone(client, owner, colleague, personas, meeting, change):
    collection = long_collection(owner, meeting, shared=True)
    sign_in(client, colleague)
    export = ask(client, f"/collections/shared/{token_of(collection)}")
    if change == "deleted":
        collection.deleted_at = now()
    elif change == "withdrawn link":
        collection.seed = collection.shared_with_id = None
    else:
        close_account(colleague, by=personas.administrator)
    number = export.id
    db.session.commit()
    with pytest.raises(GiveUp):
        make_export({"export_id": number})
    assert db.session.scalars(sa.select(StoredFile).where(StoredFile.name.contains("minister"))).all() == []


def test_files_are_kept_for_a_day(client, owner, meeting):
    collection = long_collection(owner, meeting)
    sign_in(client, owner)
    export = ask(client, f"/collections/{collection.id}")
    make_export({"export_id": export.id})
    sha256 = db.session.get_one(CollectionExport, export.id).file.sha256
    assert storage().size(sha256)
    forget_old_files()
    assert db.session.get(CollectionExport, export.id)
    with standing_at(now().replace(year=now().year + 1)):
        forget_old_files()
    assert db.session.scalars(sa.select(CollectionExport)).all() == []
    assert db.session.scalars(sa.select(StoredFile).where(StoredFile.sha256 == sha256)).all() == []
