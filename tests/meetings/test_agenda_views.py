"""The pages on which the order of business is written, published and read."""

from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document
from lxml import html

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.localized import LocalizedText
from app.meetings import operations, queries
from app.meetings.enums import ItemKind, Stage
from app.meetings.models import AgendaItem, GuidingQuestion
from tests.client import post_form, sign_in
from tests.factories.participants import make_person
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting, publish_agenda
from tests.meetings.agendas import add, fields, named, shown

PAGE = "/sessions/cam-2026/manage/agenda"
PUBLISH = f"{PAGE}/publish"
READ = "/sessions/cam-2026/order-of-business"


@pytest.fixture
def meeting(app, client, personas):
    made = make_meeting(ends_at=NOON + timedelta(days=1, hours=7))
    add(made, "Panel", minutes=60)
    add(made, "Closing", day=2)
    sign_in(client, personas.secretariat)
    return made


def text(response) -> str:
    return " ".join(html.document_fromstring(response.text).get_element_by_id("main").text_content().split())


def test_a_sub_item_with_an_hour_of_its_own_is_added(client, meeting):
    values = {"title-en": "First", "parent": str(named(meeting, "Panel").id), "minutes": "20", "begins": "11:15"}
    answer = post_form(client, PAGE, values)
    assert answer.status_code == 303
    page = text(client.get(PAGE))
    assert "11:15 2.1 First Dialogue · 20 minutes · begins at an hour of its own" in page
    assert "Readers still see the version of" in page


def test_what_is_wrong_with_an_item_is_said_at_its_field_and_kept(client, meeting):
    answer = post_form(client, PAGE, {"title-en": "Long", "minutes": "1200"})
    assert answer.status_code == 422
    assert "Choose from 0 to 720 minutes." in answer.text
    assert 'value="Long"' in answer.text
    meeting.starts_at = meeting.starts_at.replace(month=3, day=8)
    answer = post_form(client, PAGE, {"title-en": "Night", "minutes": "30", "begins": "02:30"})
    assert answer.status_code == 422
    assert "this hour does not exist there" in answer.text


def test_the_second_of_two_staff_sees_both_texts_and_nothing_is_lost(client, meeting):
    item = named(meeting, "Panel")
    url = f"/manage/agenda/{item.id}"
    stale = item.version
    operations.edit_agenda_item(item, by=SYSTEM, **fields("By the other", minutes=60))
    answer = post_form(client, url, {"title-en": "Mine", "version": str(stale)}, action=url)
    assert answer.status_code == 409
    assert "As saved now" in answer.text
    assert "By the other (en)" in answer.text
    assert 'value="Mine"' in answer.text
    db.session.expire_all()
    assert db.session.get(AgendaItem, item.id).title["en"] == "By the other (en)"
    for act, more in ((f"{url}/move", {"direction": "up"}), (f"{url}/delete", {})):
        action = post_form(client, PAGE if more else url, {**more, "version": str(stale)}, action=act)
        assert action.status_code == 409


def test_items_are_moved_by_buttons_and_dropped(client, meeting):
    item = named(meeting, "Panel")
    act = f"/manage/agenda/{item.id}/move"
    post_form(client, PAGE, {"direction": "in"}, action=act)
    assert shown(meeting) == ["1 1 Opening", "1 1.1 Panel", "2 2 Closing"]
    db.session.expire_all()
    version = str(named(meeting, "Panel").version)
    values = {"item": str(item.id), "position": "3", "day": "2", "version": version}
    answer = post_form(client, PAGE, values, action=f"{PAGE}/drop")
    assert answer.location == f"{PAGE}#item-{item.id}"
    db.session.expire_all()
    assert shown(meeting) == ["1 1 Opening", "2 2 Closing", "2 3 Panel"]
    assert post_form(client, PAGE, values, action=f"{PAGE}/drop").status_code == 409
    assert post_form(client, PAGE, values | {"item": "999"}, action=f"{PAGE}/drop").status_code == 409


def test_people_are_named_and_taken_out(client, meeting):
    delegation = make_delegation(meeting, "PE")
    url = f"/manage/agenda/{named(meeting, 'Panel').id}"
    answer = post_form(client, url, {"role": "moderator"}, action=f"{url}/people")
    assert answer.status_code == 422
    assert "Choose a participant or a delegation, or write a function." in answer.text
    answer = post_form(client, url, {"role": "nobody"}, action=f"{url}/people")
    assert answer.status_code == 422
    values = {"role": "moderator", "delegation": str(delegation.id), "function-en": "Director"}
    post_form(client, url, values, action=f"{url}/people")
    assert "Moderator Peru, Director" in text(client.get(url))
    assert "Moderator: Peru, Director" in text(client.get(PAGE))
    ana = make_person(delegation, "Ana Díaz", title="Ms")
    values = {"role": "speaker", "participant": str(ana.id)}
    post_form(client, url, values, action=f"{url}/people")
    assert "Speaker Ms Ana Díaz, Director of migration, Peru" in text(client.get(url))
    publish_agenda(meeting)
    assert "Speaker: Ms Ana Díaz, Director of migration (Peru)" in text(client.get(READ))
    for person in list(named(meeting, "Panel").people):
        post_form(client, url, action=f"/manage/agenda/people/{person.id}/remove")
    assert "Nobody is named yet" in text(client.get(url))


@pytest.mark.parametrize(
    ("url", "model", "values"),
    [
        (PAGE, AgendaItem, {"title-en": "Once", "minutes": "5"}),
        ("/sessions/cam-2026/manage/questions", GuidingQuestion, {"text-en": "Once?"}),
    ],
)
def test_a_form_that_is_sent_twice_adds_once(client, meeting, url, model, values):
    key = html.document_fromstring(client.get(url).text).xpath("//input[@name='form_key']/@value")[0]
    before = db.session.query(model).count()
    for _time in range(2):
        assert post_form(client, url, {**values, "form_key": key}).status_code == 303
    assert db.session.query(model).count() == before + 1
    assert post_form(client, url, values).status_code == 303
    assert db.session.query(model).count() == before + 2


def test_readers_see_the_draft_only_once_it_is_published_with_what_changed(client, personas, meeting):
    publish_agenda(meeting)
    add(meeting, "News", day=2)
    sign_in(client, None)
    assert "News" not in text(client.get(READ))
    sign_in(client, personas.secretariat)
    assert "Added: 4 News (en)." in text(client.get(PUBLISH))
    answer = post_form(client, PUBLISH)
    assert answer.location == PAGE
    assert "The order of business is published: rev. 2." in client.get(PAGE).text
    sign_in(client, None)
    for page in ("/sessions/cam-2026", READ):
        assert "What changed Added: 4 News (en)." in text(client.get(page))
    assert "rev. 2" in text(client.get(READ))
    older = text(client.get(f"{READ}/1"))
    assert "This is an earlier version" in older
    assert "News" not in older
    assert client.get(f"{READ}/9").status_code == 404


def test_going_back_after_publishing_and_sending_again_publishes_nothing_twice(client, meeting):
    publish_agenda(meeting)
    add(meeting, "News", day=2)
    page = html.document_fromstring(client.get(PUBLISH).text)
    form = next(form for form in page.forms if "seen" in form.fields)
    data = dict(form.form_values())
    assert client.post(PUBLISH, data=data).status_code == 303
    assert client.post(PUBLISH, data=data).status_code == 303
    assert "(rev. 2): nothing was published twice." in client.get(PAGE).text
    assert queries.latest_agenda(meeting.id).number == 3
    add(meeting, "Since then", day=2)
    answer = client.post(PUBLISH, data=data)
    assert answer.status_code == 409
    assert "The draft was changed since this page was opened." in answer.text
    assert "Added: 5 Since then (en)." in answer.text


def test_the_page_that_publishes_says_when_there_is_nothing_to_publish(client, meeting):
    publish_agenda(meeting)
    assert "The draft is what readers see already: rev. 1." in text(client.get(PUBLISH))
    empty = make_meeting("empty", stage=Stage.PREPARING)
    operations.delete_agenda_item(queries.agenda_of(empty.id)[0], by=SYSTEM)
    assert "There is nothing to publish" in text(client.get("/sessions/cam-empty/manage/agenda/publish"))


def test_what_to_look_at_stands_beside_the_items(client, meeting):
    add(meeting, "Late", day=2, minutes=600)
    page = text(client.get(PAGE))
    assert "1 thing to look at" in page
    assert "Late (en) Panel · 600 minutes It ends at 20:30, after the session's closing time (17:00)." in page
    assert "1 thing to look at" in text(client.get(PUBLISH))


def test_after_a_session_is_moved_its_published_days_are_said_to_be_revised(client, meeting):
    item = next(item for item in queries.latest_agenda(meeting.id).content["items"])
    pages = [READ, "/sessions/cam-2026", f"{READ}/items/{item['mark']}"]
    assert not any("Being revised" in client.get(url).text for url in pages)
    days = timedelta(days=30)
    moved = {"starts_at": meeting.starts_at + days, "ends_at": meeting.ends_at + days}
    operations.edit_meeting(meeting, by=SYSTEM, **{**operations.fields_of(meeting), **moved})
    assert all("Being revised" in client.get(url).text for url in pages)
    assert "The session was moved: readers still see the days from before." in text(client.get(PAGE))
    publish_agenda(meeting)
    assert not any("Being revised" in client.get(url).text for url in pages)
    assert "Being revised" not in client.get(f"{READ}/1").text  # which says that it is an earlier version
    assert "was moved" not in text(client.get(PAGE))


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_draft_is_printed_for_staff_and_says_that_it_is_one(client, personas, meeting, kind):
    add(meeting, "Draft item")
    answer = client.get(f"{PAGE}/draft/es.{kind}")
    assert (answer.status_code, answer.data[:2]) == (200, b"%P" if kind == "pdf" else b"PK")
    if kind == "docx":
        words = "\n".join(paragraph.text for paragraph in Document(BytesIO(answer.data)).paragraphs)
        assert "Order of business (draft)" in words or "borrador" in words
        assert "Draft item (es)" in words
    assert client.get(f"{PAGE}/draft/de.{kind}").status_code == 404
    for item in list(queries.agenda_of(meeting.id)):
        operations.delete_agenda_item(item, by=SYSTEM)
    assert client.get(f"{PAGE}/draft/es.{kind}").status_code == 409
    sign_in(client, personas.delegate_a)
    assert client.get(f"{PAGE}/draft/es.{kind}").status_code == 403


def test_texts_that_are_not_in_every_working_language_are_to_be_looked_at(client, meeting):
    words = {"title": LocalizedText(en="Alone"), "description": LocalizedText(es="Sola", pt="Só")}
    operations.add_agenda_item(meeting, by=SYSTEM, **{**fields(), **words})
    page = text(client.get(PAGE))
    assert "The title is not written in Español, Français, Português." in page
    assert "The description is not written in English, Français." in page


def test_a_session_without_a_published_order_of_business_has_no_page_of_it(client, personas):
    meeting = make_meeting()
    db.session.delete(queries.latest_agenda(meeting.id))
    assert client.get(READ).status_code == 404
    assert "It is not set yet." in text(client.get("/sessions/cam-2026"))


def test_eighty_items_take_eight_queries_at_most(client, personas):
    from tests.statements import count_statements

    meeting = make_meeting()
    for number in range(79):
        row = AgendaItem(meeting=meeting, position=number + 2, minutes=5, kind=ItemKind.PANEL, title=everywhere("Item"))
        db.session.add(row)
    db.session.flush()
    publish_agenda(meeting)
    sign_in(client, personas.secretariat)
    client.get(PAGE)
    for page in (PAGE, READ, "/sessions/cam-2026"):
        with count_statements() as counted:
            assert client.get(page).status_code == 200
        assert counted.number <= (9 if page == "/sessions/cam-2026" else 8), page
