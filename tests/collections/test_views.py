"""The pages of collections: their owner's, their colleagues', nobody else's; what is no longer available; documents."""

import io

import pytest
import sqlalchemy as sa
from docx import Document
from lxml import html

from app.collections import exporting, operations
from app.collections.enums import ReadingKind
from app.collections.exporting import make_export
from app.collections.forgetting import forget_old_files
from app.collections.models import CollectedReading, Collection, CollectionExport
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
from app.meetings.enums import DelegationRole, Stage
from app.people.operations import close_account
from app.practices.enums import PracticeState
from app.practices.models import Practice
from app.practices.translating import save_translations
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation
from app.register.enums import LanguageStatus
from app.register.indexing import index_document
from app.register.models import Document as Registered
from tests.client import fill, post_form, press_twice, sign_in
from tests.factories.collections import make_collection
from tests.factories.library import publish_practice, publish_presentation, publish_summary
from tests.factories.register import issue
from tests.factories.summaries import CONTENT, make_delegation, make_meeting
from tests.guards.test_access import CSRF, token
from tests.personas import add_member, make_user
from tests.statements import count_statements

PRACTICE = ReadingKind.PRACTICE


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


@pytest.fixture
def owner(personas):
    return personas.delegate_a


@pytest.fixture
def colleague(personas):
    return make_user("Colleague", party_code="PE")


def everything(meeting) -> dict[ReadingKind, str]:
    """One published reading of each kind: its name."""
    practice, presentation = publish_practice(meeting, "CL"), publish_presentation(meeting)
    publish_summary(meeting)
    document = issue(meeting)
    return {
        PRACTICE: practice.slug,
        ReadingKind.PRESENTATION: f"{meeting.slug}/{presentation.delegation.party.code}",
        ReadingKind.SUMMARY: f"{meeting.slug}/1",
        ReadingKind.PARAGRAPH: f"{meeting.slug}/1/1",
        ReadingKind.DOCUMENT: document.slug,
    }


def collected(owner, *practices, shared=False, **more) -> Collection:
    return make_collection(owner, *((PRACTICE, one.slug) for one in practices), shared=shared, **more)


def words(text: str) -> str:
    return " ".join(html.document_fromstring(text).xpath("//main")[0].text_content().split())


def said_in(response) -> list[str]:
    assert response.status_code == 200
    return [paragraph.text for paragraph in Document(io.BytesIO(response.data)).paragraphs]


def press(client, url: str, **data):
    with client.session_transaction() as session:
        session["csrf_token"] = CSRF
    return client.post(url, data={"csrf_token": token(client.application), **data})


def test_a_collection_is_begun_and_filled_from_the_pages_of_readings(client, owner, meeting):
    names = everything(meeting)
    sign_in(client, owner)
    pages = {
        PRACTICE: f"/practices/{names[PRACTICE]}",
        ReadingKind.PRESENTATION: f"/sessions/{meeting.slug}/presentations/RCM",
        ReadingKind.SUMMARY: f"/sessions/{meeting.slug}/summary",
        ReadingKind.PARAGRAPH: f"/sessions/{meeting.slug}/summary/paragraph/1",
        ReadingKind.DOCUMENT: f"/documents/{names[ReadingKind.DOCUMENT]}",
    }
    for kind, url in pages.items():
        page = html.document_fromstring(client.get(url).text)
        [link] = page.xpath("//a[text()='Keep in a collection']/@href")
        told = {"note": f"On the {kind}.", "title": "For the minister"}
        if kind is not PRACTICE:
            told.pop("title")
        answer = post_form(client, link, told)
        assert answer.status_code == 303, kind
    collection = db.session.scalars(sa.select(Collection)).one()
    assert {row.kind: row.name for row in collection.readings} == names
    shown = client.get(f"/collections/{collection.id}").text
    assert [row.note for row in collection.readings] == [f"On the {kind}." for kind in pages]
    assert all(f"On the {kind}." in shown for kind in pages)
    assert "For the minister" in client.get("/collections").text


def test_a_reading_added_twice_is_there_once(client, owner, meeting):
    practice = publish_practice(meeting, "CL")
    collection = collected(owner)
    sign_in(client, owner)
    answers = press_twice(client, f"/collections/add?kind=practice&name={practice.slug}", {"note": "Kept."})
    assert [answer.status_code for answer in answers] == [303, 303]
    db.session.expire_all()
    assert [row.note for row in collection.readings] == ["Kept."]
    assert "It was in “For the minister” already." in client.get(answers[1].location).text


def test_a_new_collection_needs_a_title_and_the_note_is_kept(client, owner, meeting):
    practice = publish_practice(meeting, "CL")
    sign_in(client, owner)
    answer = post_form(client, f"/collections/add?kind=practice&name={practice.slug}", {"note": "Not lost."})
    assert answer.status_code == 422
    assert "Give the collection a title." in answer.text
    assert "Not lost." in answer.text
    assert db.session.scalars(sa.select(Collection)).all() == []


def test_nothing_goes_into_somebody_elses_collection(client, owner, personas, meeting):
    practice, theirs = publish_practice(meeting, "CL"), collected(personas.delegate_b)
    collected(owner)
    sign_in(client, owner)
    for wrong in (str(theirs.id), "9" * 30, "x", "-1"):
        answer = press(client, f"/collections/add?kind=practice&name={practice.slug}", collection=wrong)
        assert answer.status_code == 422
        assert "Choose one of your collections." in answer.text
    assert db.session.scalars(sa.select(CollectedReading)).all() == []


def test_what_a_person_may_not_read_cannot_be_collected(client, owner, meeting):
    hidden = publish_practice(meeting, "CL", consent=Audience.RESTRICTED)
    sign_in(client, owner)
    for query in (
        f"kind=practice&name={hidden.slug}",
        "kind=practice&name=none",
        "kind=summary&name=cam-2026/1",
        "kind=paragraph&name=cam-2026/x/1",
        "kind=presentation&name=cam-2026",
        "kind=document&name=CAM-doc.1-26",
        "kind=other&name=x",
        "kind=practice",
        f"kind=practice&name={'x' * 9000}",
        "",
    ):
        assert client.get(f"/collections/add?{query}").status_code == 404


def test_a_visitor_is_asked_to_sign_in_and_comes_back(client, meeting):
    practice = publish_practice(meeting, "CL")
    answer = client.get(f"/collections/add?kind=practice&name={practice.slug}")
    assert answer.status_code == 302
    assert "next=/collections/add" in answer.location.replace("%2F", "/")


def test_notes_order_and_leaving_out(client, owner, meeting):
    made = [publish_practice(meeting, code, title=f"Of {code}") for code in ("CL", "MX")]
    collection = collected(owner, *made)
    url = f"/collections/{collection.id}"
    sign_in(client, owner)
    first = collection.readings[0].id
    assert post_form(client, f"{url}/readings/{first}", {"note": "Read <b>this</b>."}).status_code == 303
    assert "Read &lt;b&gt;this&lt;/b&gt;." in client.get(url).text
    page = html.document_fromstring(client.get(url).text)
    [form] = [
        form
        for form in page.forms
        if form.get("action") == f"{url}/move" and form.xpath(".//input[@value=$id]", id=str(first))
    ]
    values = dict(form.form_values())
    assert client.post(f"{url}/move", data={**values, "direction": "down"}).status_code == 303
    db.session.expire_all()
    assert [row.name for row in collection.readings] == [made[1].slug, made[0].slug]
    stale = client.post(
        f"{url}/move", data={**values, "direction": "down"}, headers={"Referer": f"http://localhost{url}"}
    )
    assert stale.status_code == 303
    assert "Somebody changed this list in the meantime." in client.get(stale.location).text
    assert post_form(client, url, action=f"{url}/readings/{first}/drop").status_code == 303
    db.session.expire_all()
    assert [row.name for row in collection.readings] == [made[1].slug]


def test_an_item_is_dropped_at_a_place(client, owner, meeting):
    made = [publish_practice(meeting, code) for code in ("CL", "MX", "BR")]
    collection = collected(owner, *made)
    url = f"/collections/{collection.id}"
    sign_in(client, owner)
    page = html.document_fromstring(client.get(url).text)
    assert page.xpath("//ol[@data-sortable='drop']/li/@data-sort-id") == [str(row.id) for row in collection.readings]
    [mark] = set(page.xpath("//ol[@data-sortable]/li/@data-version"))
    answer = press(client, f"{url}/move", item=collection.readings[2].id, position=1, version=mark)
    assert answer.status_code == 303
    db.session.expire_all()
    assert [row.name for row in collection.readings] == [made[2].slug, made[0].slug, made[1].slug]
    for bad in ({"item": "x"}, {"item": 10**9, "position": 1}, {}):
        assert press(client, f"{url}/move", version=mark, **bad).status_code in (422, 409, 303)


def test_two_tabs_lose_nothing(client, owner, meeting):
    collection = collected(owner, publish_practice(meeting, "CL"))
    number = collection.readings[0].id
    for url, name in (
        (f"/collections/{collection.id}/edit", "note"),
        (f"/collections/{collection.id}/readings/{number}", "note"),
    ):
        sign_in(client, owner)
        shown = client.get(url)
        address, other_tab, _multipart = fill(shown, url, {name: "From the other tab."})
        assert post_form(client, url, {name: "From this tab."}).status_code == 303
        answer = client.post(address, data=other_tab)
        assert answer.status_code == 409
        assert "From this tab." in answer.text
        assert "From the other tab." in answer.text
        again, values, _multipart = fill(answer, url)
        assert client.post(again, data=values).status_code == 303, "sent again, it has been seen"
        assert "From the other tab." in client.get(f"/collections/{collection.id}").text


def test_it_is_shared_inside_the_delegation_and_closed_again(client, owner, colleague, personas, meeting):
    collection = collected(owner, publish_practice(meeting, "CL", title="Of Chile"), note="What it is for.")
    url = f"/collections/{collection.id}"
    sign_in(client, owner)
    asked = client.get(f"{url}/share").text
    assert "Only accounts that act for Peru" in asked
    assert post_form(client, f"{url}/share").status_code == 303
    [link] = html.document_fromstring(client.get(url).text).xpath("//code[@class='secret']/text()")
    path = link.removeprefix("http://localhost")
    sign_in(client, colleague)
    read = client.get(path)
    assert read.status_code == 200
    assert all(part in words(read.text) for part in ("Delegate A", "What it is for.", "Of Chile", "Note 1 of"))
    assert f"{url}/" not in read.text, "nothing on it changes anything"
    for own in (url, f"{url}/edit", f"{url}/share", f"{url}/delete", f"{url}/file.pdf"):
        assert client.get(own).status_code == 404
    for role in ("reader", "delegate_b", "representative", "secretariat", "administrator"):
        sign_in(client, getattr(personas, role))
        assert client.get(path).status_code == 404
        assert client.get(f"{path}/file.docx").status_code == 404
    sign_in(client, None)
    assert client.get(path).status_code == 302
    sign_in(client, owner)
    assert post_form(client, f"{url}/share", {"action": "withdraw"}).status_code == 303
    sign_in(client, colleague)
    assert client.get(path).status_code == 404


def test_a_colleague_s_collection_is_copied_as_far_as_one_may_read_it(client, owner, colleague, meeting):
    hidden = publish_practice(meeting, "CL", title="Hidden words", consent=Audience.RESTRICTED)
    seen = publish_practice(meeting, "MX", title="Seen by both")
    collection = collected(owner, hidden, seen, shared=True, note="What it is for.")
    path = f"/collections/shared/{token_of(collection)}"
    sign_in(client, colleague)
    assert [answer.status_code for answer in press_twice(client, path, action=f"{path}/copy")] == [303, 303]
    [copy] = db.session.scalars(sa.select(Collection).where(Collection.owner_id == colleague.id))
    assert (copy.title, copy.note, copy.seed) == (collection.title, "What it is for.", None)
    assert [(row.name, row.note) for row in copy.readings] == [(seen.slug, "Note 2 of For the minister.")]
    assert "Seen by both" in client.get(f"/collections/{copy.id}").text
    collection.readings[1].note = "Changed later."
    assert "Changed later." not in client.get(f"/collections/{copy.id}").text


def test_at_the_limit_a_copy_is_refused_with_a_sentence(client, owner, colleague, monkeypatch):
    path = f"/collections/shared/{token_of(make_collection(owner, shared=True))}"
    monkeypatch.setattr(operations, "MOST_COLLECTIONS", 0)
    sign_in(client, colleague)
    answer = post_form(client, path, action=f"{path}/copy")
    assert answer.status_code == 422
    assert "You have 100 collections, which is the most there can be." in answer.text


def test_it_is_not_called_shared_once_its_owner_acts_for_somebody_else(client, owner, personas):
    make_collection(owner, shared=True)
    sign_in(client, owner)
    assert "Shared in your delegation" in client.get("/collections").text
    owner.party_id = personas.delegate_b.party_id
    assert "Shared in your delegation" not in client.get("/collections").text


def test_each_reads_with_their_own_rights(client, owner, colleague, meeting):
    """The owner takes part in the session and reads what is restricted to it; the colleague does not."""
    hidden = publish_practice(
        meeting, "CL", title="Hidden words", results="Hidden results.", consent=Audience.RESTRICTED
    )
    make_delegation(meeting, "PE")
    add_member(meeting, owner, DelegationRole.FOCAL_POINT)
    collection = collected(owner, hidden, publish_practice(meeting, "MX", title="Seen by both"), shared=True)
    sign_in(client, owner)
    assert "Hidden words" in client.get(f"/collections/{collection.id}").text
    assert "Hidden results." in said_in(client.get(f"/collections/{collection.id}/file.docx"))
    sign_in(client, colleague)
    path = f"/collections/shared/{token_of(collection)}"
    read = client.get(path).text
    assert "Seen by both" in read
    assert "No longer available" in read
    assert "Note 1 of" in read, "the note is the owner's words"
    assert not [part for part in ("Hidden", hidden.slug, hidden.reference) if part in read]
    told = said_in(client.get(f"{path}/file.docx"))
    assert not [line for line in told if "Hidden" in line or hidden.reference in line]
    assert "1. No longer available" in told


@pytest.mark.parametrize("extension", ["page", "docx"])
def test_what_was_withdrawn_leaves_no_word(client, owner, meeting, extension):
    names = everything(meeting)
    collection = make_collection(owner, *names.items(), (PRACTICE, "CAM-0-GP-XXX-99"))
    practice = publish_practice(meeting, "MX", title="Gone from here")
    collection.readings.append(CollectedReading(kind=PRACTICE, name=practice.slug, position=9, added_at=now()))
    practice.state = PracticeState.WITHDRAWN

    presentation = db.session.scalars(sa.select(Presentation)).one()
    presentation.state, presentation.published_at, presentation.withdrawn_at = PresentationState.WITHDRAWN, None, now()
    document = db.session.scalars(sa.select(Registered)).one()
    document.withdrawn_at = now()
    sign_in(client, owner)
    if extension == "page":
        text = client.get(f"/collections/{collection.id}").text
    else:
        collection.readings[2].note = ""  # a summary alone is as much as ten readings
        summary = next(row for row in collection.readings if row.kind is ReadingKind.SUMMARY)
        db.session.delete(summary)
        text = "\n".join(said_in(client.get(f"/collections/{collection.id}/file.docx")))
    assert text.count("No longer available") == (4 if extension == "page" else 8), "in the contents as well"
    gone = (
        "Gone from here",
        practice.slug,
        practice.reference,
        document.symbol,
        "Concept paper",
        "Regional Conference",
    )
    assert not [part for part in gone if part in text]
    assert CONTENT["title"] in text, "what is still published is there"


def test_a_session_that_is_hidden_again_hides_its_readings(client, owner, meeting):
    collection = make_collection(owner, *everything(meeting).items())
    sign_in(client, owner)
    assert "No longer available" not in client.get(f"/collections/{collection.id}").text
    meeting.stage = Stage.PREPARING
    text = client.get(f"/collections/{collection.id}").text
    assert text.count("No longer available") == 5
    assert meeting.slug not in text


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
        CONTENT["results"],
        "Note: Note 1 of For the minister.",
        "Pace is the main challenge.",
    ):
        assert line in told, line
    for address in (f"practices/{names[PRACTICE]}/versions/1", f"documents/{names[ReadingKind.DOCUMENT]}"):
        assert any(line.endswith(f"available at http://localhost/{address}") for line in told), address
    assert any(line.startswith("1. Delegations gave permits.") for line in told)
    assert any("para. 1, " in line for line in told), "the words to cite it by"
    assert client.get(f"/collections/{collection.id}/file.pdf").data.startswith(b"%PDF")


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


def long_collection(owner, meeting, number=13, **more) -> Collection:
    delegation = make_delegation(meeting, "CL")
    made = [
        publish_practice(meeting, delegation=delegation, number=n, title=f"Number {n}") for n in range(1, number + 1)
    ]
    return collected(owner, *made, **more)


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


def test_deleting_asks_and_can_be_undone(client, owner, meeting):
    collection = collected(owner, publish_practice(meeting, "CL"), shared=True)
    url = f"/collections/{collection.id}"
    sign_in(client, owner)
    asked = client.get(f"{url}/delete").text
    assert "For 30 days you can have it back" in asked
    assert post_form(client, f"{url}/delete").status_code == 303
    assert client.get(url).status_code == 404
    page = client.get("/collections").text
    assert "Forgotten on" in page
    assert post_form(client, "/collections", action=f"{url}/restore").status_code == 303
    shown = client.get(url).text
    assert "Note 1 of For the minister." in shown
    assert "It is yours alone now." in shown


def test_a_page_runs_as_many_statements_for_one_reading_as_for_many(client, owner, meeting):
    names = everything(meeting)
    one = make_collection(owner, *names.items())
    many = long_collection(owner, make_meeting("2027", stage=Stage.PUBLISHED))
    for kind, name in names.items():
        many.readings.append(CollectedReading(kind=kind, name=name, position=99, added_at=now()))
    sign_in(client, owner)
    found = []
    for collection in (one, many):
        client.get(f"/collections/{collection.id}")
        with count_statements() as counted:
            client.get(f"/collections/{collection.id}")
        found.append(counted.number)
    assert found[0] == found[1] <= 20
