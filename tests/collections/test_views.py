"""The pages of collections: their owner's, their colleagues', nobody else's; what is no longer available."""

import pytest
import sqlalchemy as sa
from lxml import html

from app.collections import operations
from app.collections.enums import ReadingKind
from app.collections.models import CollectedReading, Collection
from app.collections.queries import token_of
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.meetings.enums import DelegationRole, Stage
from app.practices.enums import PracticeState
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation
from app.register.models import Document as Registered
from tests.client import fill, post_form, press_twice, sign_in
from tests.collections.kept import PRACTICE, collected, everything, long_collection, press, said_in, words
from tests.factories.collections import make_collection
from tests.factories.library import publish_practice
from tests.factories.summaries import CONTENT, make_delegation, make_meeting
from tests.personas import add_member
from tests.statements import count_statements


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
    told = said_in(client.get(f"/collections/{collection.id}/file.docx"))
    assert [line for line in told if line.endswith("Hidden results.")]
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
