"""Good practices and States side by side, as pages and as documents."""

import io
from datetime import timedelta
from threading import BoundedSemaphore

import pytest
from docx import Document
from lxml import html

from app.collections.comparing import MOST
from app.core.audience import Audience
from app.core.db import db
from app.core.pacing import Pace
from app.library import printed_texts
from app.meetings.enums import Stage
from app.meetings.models import GuidingQuestion
from app.practices import related
from app.practices.enums import PracticeState
from app.practices.models import CallTemplateVersion
from app.practices.translating import save_translations
from tests.client import sign_in
from tests.factories.library import publish_practice, publish_presentation
from tests.factories.summaries import CONTENT, NOON, TEMPLATE, make_delegation, make_meeting
from tests.statements import count_statements

CODES = ("PE", "CL", "MX", "BR", "AR", "EC")


def address(*practices, **more) -> str:
    asked = "&".join(f"practice={practice.slug}" for practice in practices)
    return f"/compare?{asked}" + "".join(f"&{key}={value}" for key, value in more.items())


def page_of(client, url: str, status: int = 200, **more):
    response = client.get(url, **more)
    assert response.status_code == status
    return html.document_fromstring(response.text)


def words(node) -> str:
    return " ".join(node.text_content().split())


def row(page, label: str) -> list[str]:
    """What the cells of a row say, each after the name of its State."""
    [found] = [line for line in page.xpath("//table//tr[th[@scope='row']]") if words(line.xpath("th")[0]) == label]
    return [words(cell) for cell in found.xpath("td")]


def test_every_field_is_a_row_and_every_practice_a_column(client, meeting):
    one, two = publish_practice(meeting, "PE"), publish_practice(meeting, "CL", results="Otherwise.")
    page = page_of(client, address(two, one))
    heads = [words(head) for head in page.xpath("//thead//th[@scope='col']")]
    assert [head.partition(",")[0] for head in heads] == ["Chile", "Peru"]
    assert row(page, "Context") == [f"{practice} 1 {CONTENT['context']}" for practice in (
        "Chile (CAM/2026/GP/CHL/01)", "Peru (CAM/2026/GP/PER/01)")]  # fmt: skip
    assert row(page, "Results")[0].endswith("2 Otherwise.")
    first, other = page.xpath("//a[@class='paragraph-number'][text()='2']/@href")
    assert first == f"/practices/{two.slug}?text=original&paragraph=2#field-results-2"
    assert page_of(client, other).xpath(f"//*[@id='{other.partition('#')[2]}']")
    assert page.xpath("//thead//a/@href")[:2] == [f"/practices/{two.slug}", f"/practices/{one.slug}"]
    assert page.xpath("//tr[@class='side-group']/th[@scope='rowgroup']")


def test_an_empty_cell_says_so_and_a_field_that_a_form_did_not_have_says_that(client, meeting):
    one = publish_practice(meeting, "PE", results="")
    other = make_meeting("2025", stage=Stage.PUBLISHED)
    two = publish_practice(other, "CL")
    fields = [TEMPLATE["sections"][0]["fields"][1]]
    two.call.template = {"sections": [{**TEMPLATE["sections"][0], "fields": fields}]}
    page = page_of(client, address(one, two))
    assert row(page, "Results")[0].endswith("Nothing was written")
    assert row(page, "Context")[1].endswith("Its form did not ask this")
    assert row(page, "Results")[1].endswith(CONTENT["results"]), "the field of another year's form is the same by code"


def test_a_version_is_read_with_the_template_of_its_time(client, meeting):
    one, two = publish_practice(meeting, "PE"), publish_practice(meeting, "CL", results="Otherwise.")
    call = one.call
    db.session.add(CallTemplateVersion(call=call, number=1, template=call.template, at=NOON))
    section = {**TEMPLATE["sections"][0], "fields": TEMPLATE["sections"][0]["fields"][:1]}
    call.template, call.template_number = {"sections": [section]}, 2
    page = page_of(client, address(one, two))
    assert row(page, "Results")[1].endswith("Otherwise.")


def test_questions_are_the_same_where_their_words_are(client, meeting):
    earlier = make_meeting("2025", stage=Stage.PUBLISHED)
    one, two = publish_practice(meeting, "PE"), publish_practice(earlier, "CL")
    page = page_of(client, address(one, two))
    labels = [words(head) for head in page.xpath("//tbody//th[@scope='row']")]
    assert len([label for label in labels if label.startswith("Question 1")]) == 1, (
        "both sessions put the same question"
    )

    other = db.session.query(GuidingQuestion).filter_by(meeting_id=earlier.id, number=1).one()
    other.text = {"en": "Something else?"}
    page = page_of(client, address(one, two))
    labels = [words(head) for head in page.xpath("//tbody//th[@scope='row']")]
    assert len([label for label in labels if label.startswith("Question 1")]) == 2


def test_only_what_differs_is_a_choice_in_the_address(client, meeting):
    one, two = publish_practice(meeting, "PE"), publish_practice(meeting, "CL", results="Otherwise.")
    page = page_of(client, address(one, two))
    [switch] = page.xpath("//a[text()='Show only what differs']/@href")
    page = page_of(client, switch)
    assert [words(head) for head in page.xpath("//tbody//th[@scope='row']")] == ["Results"]
    assert "3 lines are left out" in words(page)
    [back] = page.xpath("//a[text()='Show all lines']/@href")
    assert len(page_of(client, back).xpath("//tbody//th[@scope='row']")) == 4


def test_each_is_read_in_the_readers_language_where_it_is_translated(client, personas, meeting):
    one, two = publish_practice(meeting, "PE"), publish_practice(meeting, "CL", language="es")
    save_translations(one, "fr", of=one.versions[0], texts={"context": "Traduit."}, by=personas.secretariat)
    page = page_of(client, address(one, two), headers={"Accept-Language": "fr"})
    cells = page.xpath("//tr[th[@scope='row']][1]/td")
    assert words(cells[0]).endswith("Traduit.")
    assert cells[0].xpath(".//div/@lang") == ["fr"]
    assert cells[1].xpath(".//div/@lang") == ["es"]
    results = next(line for line in page.xpath("//tbody/tr[th[@scope='row']]") if CONTENT["results"] in words(line))
    assert results.xpath("td[1]/p[@class='muted']"), "what is not translated is marked"
    assert results.xpath("td[1]//div/@lang") == ["en"]


@pytest.mark.parametrize("number", [0, 1])
def test_fewer_than_two_say_so_and_offer_more(client, meeting, number):
    made = [publish_practice(meeting, "PE"), publish_practice(meeting, "CL")][:number]
    page = page_of(client, address(*made))
    assert "Choose two to five to compare." in words(page)
    assert page.xpath("//input[@name='q']")
    assert not page.xpath("//table")
    if made:
        assert page.xpath("//form[@id='compare']//input[@type='hidden']/@value") == [made[0].slug]
        assert page.xpath("//input[@type='checkbox'][@form='compare']/@value") == ["CAM-2026-GP-CHL-01"], "one like it"


def test_more_than_five_say_so_and_let_some_be_taken_away(client, meeting):
    made = [publish_practice(meeting, code) for code in CODES]
    page = page_of(client, address(*made), 422)
    assert "Five is the most that stand side by side, and 6 are chosen." in words(page)
    boxes = page.xpath("//input[@type='checkbox'][@form='compare']")
    assert len(boxes) == 6
    assert len([box for box in boxes if box.get("checked") is not None]) == MOST
    assert page_of(client, address(*made[:5])).xpath("//table")


def test_the_same_one_twice_is_one(client, meeting):
    one = publish_practice(meeting, "PE")
    assert "Choose two to five" in words(page_of(client, address(one, one)))


def test_what_a_reader_may_not_read_is_not_compared_nor_told_of(client, personas, meeting):
    hidden = publish_practice(meeting, "PE", title="Hidden words", consent=Audience.RESTRICTED)
    others = [publish_practice(meeting, code) for code in ("CL", "MX")]
    unpublished = publish_practice(meeting, "BR", title="Hidden too")
    unpublished.state, unpublished.published_at = PracticeState.ACCEPTED, None
    url = address(hidden, unpublished, *others)
    page = page_of(client, url)
    assert "2 of those that the address names are not published, or not for you to read." in words(page)
    assert "Hidden" not in words(page)
    assert "2 of those that the address names" in words(page_of(client, "/compare?practice=none&practice=nothing"))
    assert len(page_of(client, url).xpath("//thead//th")) == 2
    sign_in(client, personas.secretariat)
    assert "Hidden words" in words(page_of(client, url))


def test_a_withdrawn_one_is_gone(client, meeting):
    made = [publish_practice(meeting, code) for code in ("PE", "CL", "MX")]
    made[0].state = PracticeState.WITHDRAWN
    assert len(page_of(client, address(*made)).xpath("//thead//th")) == 2


def test_words_look_for_practices_to_compare(client, meeting):
    one = publish_practice(meeting, "PE", title="Temporary permits for workers")
    publish_practice(meeting, "CL", title="Permisos temporales para trabajadores", language="es")
    page = page_of(client, address(one, q="temporary permits"))
    assert page.xpath("//input[@type='checkbox']/@value") == ["CAM-2026-GP-CHL-01"]
    assert page.xpath("//input[@type='checkbox']/following-sibling::label//span/@lang") == ["es", "es"]
    assert "The library has no practice like it" in words(page_of(client, address(one, q="zzzzzz zzzz")))


def test_words_look_in_the_whole_library(client, meeting, monkeypatch):
    old = publish_practice(meeting, "PE", title="Circular visas", results="Seasonal harvesters came back.")
    old.published_at = NOON - timedelta(days=900)
    for code in ("CL", "MX"):
        publish_practice(meeting, code, title="Something else")
    monkeypatch.setattr(related, "LIBRARY_LIMIT", 1)
    for words in ("circular visas", "seasonal harvesters"):
        found = page_of(client, f"/compare?q={words}").xpath("//input[@type='checkbox']/@value")
        assert found[:1] == [old.slug], words


def test_an_unknown_name_is_looked_up_by_the_index(client, meeting):
    one, two = publish_practice(meeting, "PE"), publish_practice(meeting, "CL")
    one.reference, two.reference = "CAM-X/2026-a.1/GP/PE-R/01", "CAM/GP/GP/GP/02"
    with count_statements() as counted:
        page = page_of(client, f"{address(one, two)}&practice=CAM-2026-GP-NO-1&practice={'GP-' * 26}")
    assert len(page.xpath("//thead//th")) == 2, "codes may have dashes of their own"
    assert [statement for statement in counted.statements if "practices.reference" in statement]
    assert not [statement for statement in counted.statements if "replace(" in statement.lower()]


@pytest.mark.parametrize("url", ["/compare.pdf?practice={}&practice={}", "/compare/states.docx?state=PE&state=CL"])
def test_documents_that_visitors_ask_for_wait_their_turn(client, meeting, monkeypatch, url):
    made = [publish_practice(meeting, code) for code in ("PE", "CL")]
    monkeypatch.setattr(printed_texts, "SECONDS", 0.01)
    monkeypatch.setattr(printed_texts, "_turns", BoundedSemaphore(1))
    with printed_texts._turns:
        answer = client.get(url.format(*(one.slug for one in made)))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Too many documents are being made" in answer.text
    assert client.get(url.format(*(one.slug for one in made))).status_code == 200


@pytest.mark.parametrize("url", ["/compare.pdf?practice={}&practice={}", "/compare/states.docx?state=PE&state=CL"])
def test_nobody_has_documents_made_without_end(client, personas, meeting, monkeypatch, url):
    pace = Pace(2, timedelta(minutes=15))
    monkeypatch.setitem(client.application.extensions, "library_pace", pace)
    made = [publish_practice(meeting, code) for code in ("PE", "CL")]
    for kind in ("pdf", "docx"):
        monkeypatch.setitem(printed_texts.PRINTERS, kind, lambda printed: printed.language.encode())
    address = url.format(*(one.slug for one in made))
    client.application.extensions["library_printed"].clear()

    def got(language: str, **more):
        return client.get(address, headers={"Accept-Language": language, **more})

    assert [got(language).status_code for language in ("es", "fr", "es", "fr")] == [200] * 4, "made twice, kept twice"
    answer = got("en")
    assert (answer.status_code, 840 < int(answer.headers["Retry-After"]) <= 900) == (429, True)
    assert "Too many documents were made for you" in answer.text
    assert "Ask for this one in 15 minutes." in answer.text
    told = got("en", Referer="http://localhost/compare")
    assert (told.status_code, told.location) == (303, "/compare"), "who followed a link is told on the page"
    assert got("es").data == b"es", "what is kept is had all the same"
    elsewhere = {"REMOTE_ADDR": "10.0.0.9"}
    assert client.get(address, headers={"Accept-Language": "pt"}, environ_base=elsewhere).data == b"pt"
    sign_in(client, personas.reader)
    assert client.get(address).data == b"en", "an account is not counted with those at its address"


def test_nothing_that_an_address_can_say_is_a_fault(client, meeting):
    one = publish_practice(meeting, "PE")
    many = "&".join(f"practice=x{number}" for number in range(500))
    for url in (
        f"/compare?{many}",
        f"/compare?practice={'x' * 5000}",
        f"/compare?practice={one.slug}&q={'%20a' * 3000}",
        "/compare?practice=%27%22%3B--&practice=%F0%9F%99%82&q=ab",
        "/compare/states?state=&state=%00x".replace("%00", "%01"),
        f"/compare/states?{many.replace('practice', 'state')}",
    ):
        assert client.get(url).status_code in (200, 422)
    for url in ("/compare.pdf", "/compare/states.docx?state=PE", f"/compare.docx?practice={one.slug}"):
        assert client.get(url).status_code == 422


def test_a_page_runs_as_many_statements_for_two_as_for_five(client, meeting):
    made = [publish_practice(meeting, code) for code in CODES[:5]]
    found = []
    for number in (2, 5):
        for url in (address(*made[:number]), "/compare/states?" + "&".join(f"state={one}" for one in CODES[:number])):
            client.get(url)
            with count_statements() as counted:
                client.get(url)
            found.append(counted.number)
    assert found[0] - found[2] in (0, 1), "with five nothing more is offered"
    assert found[1] == found[3]
    assert max(found) <= 14


@pytest.mark.parametrize("extension", ["pdf", "docx"])
def test_practices_as_a_document(client, meeting, extension):
    one, two = publish_practice(meeting, "PE"), publish_practice(meeting, "CL", results="Otherwise.")
    url = address(one, two, differences=1)
    [link] = page_of(client, url).xpath(f"//a[contains(@href, '.{extension}')]/@href")
    response = client.get(link)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].endswith(f"practices-compared-en.{extension}")
    if extension == "pdf":
        assert response.data.startswith(b"%PDF")
        return
    said = [paragraph.text for paragraph in Document(io.BytesIO(response.data)).paragraphs]
    assert "2. Otherwise." in said
    assert f"2. {CONTENT['results']}" in said, "numbered as on its own page, whatever is left out before it"
    assert CONTENT["context"] not in said, "only what differs, as on the page"
    assert f"http://localhost/practices/{one.slug}" in said
    assert "Peru (CAM/2026/GP/PER/01)" in said


def test_states_side_by_side(client, meeting):
    earlier = make_meeting(
        "2025", stage=Stage.PUBLISHED, starts_at=NOON.replace(year=2025), ends_at=NOON.replace(year=2025, day=15)
    )
    one = publish_practice(meeting, "PE", title="Of this year", themes=["T3"], gcm_main="5", gcm_other=[])
    delegation = make_delegation(earlier, "PE")
    publish_practice(earlier, delegation=delegation, title="Of last year", themes=["T2"], gcm_main="5", gcm_other=[])
    publish_practice(meeting, "EC", title="Of Ecuador", themes=["T3"], gcm_main="7", gcm_other=[])
    page = page_of(client, "/compare/states?state=PER&state=ec")
    heads = [words(head) for head in page.xpath("//thead//th")]
    assert heads == ["Peru 2 practices", "Ecuador 1 practice"]
    assert row(page, "2026") == ["Peru Of this year", "Ecuador Of Ecuador"]
    assert row(page, "2025") == ["Peru Of last year", "Ecuador No published practice"]
    assert f"/practices/{one.slug}" in page.xpath("//tbody//a/@href")
    assert {"/themes/T3", "/objectives/5"} <= set(page.xpath("//tbody//th//a/@href")), "their own pages"
    [fifth] = [link for link in page.xpath("//tbody//td//a/@href") if link.endswith("gcm=5")]
    assert fifth == "/practices?state=PE&gcm=5"
    assert len(page_of(client, fifth).xpath("//table//tbody/tr")) == 2, "the register has what the cell counted"
    member = row(page, "South American Conference on Migration")
    assert member == ["Peru Member", "Ecuador Member"]
    page = page_of(client, "/compare/states?state=PE&state=EC&differences=1")
    assert "South American Conference on Migration" not in words(page.xpath("//table")[0])


def test_states_are_chosen_from_those_that_published(client, meeting):
    publish_practice(meeting, "PE")
    publish_practice(meeting, "CL", consent=Audience.RESTRICTED)
    page = page_of(client, "/compare/states")
    assert page.xpath("//input[@type='checkbox']/@value") == ["PE"]
    page = page_of(client, "/compare/states?state=PE&state=CL")
    assert row(page, "2026")[1] == "Chile No published practice", "what a reader may not read is not counted"
    assert page.xpath("//form[@id='compare']/@action") == ["/compare/states"]


def test_more_than_five_states_say_so(client, meeting):
    page = page_of(client, "/compare/states?" + "&".join(f"state={code}" for code in CODES), 422)
    assert "Five is the most" in words(page)
    assert len(page.xpath("//input[@type='checkbox'][@checked]")) == 6


@pytest.mark.parametrize("extension", ["pdf", "docx"])
def test_states_as_a_document(client, meeting, extension):
    publish_practice(meeting, "PE", title="Of Peru")
    response = client.get(f"/compare/states.{extension}?state=PE&state=EC")
    assert response.status_code == 200
    if extension == "docx":
        document = Document(io.BytesIO(response.data))
        assert "Of Peru" in [paragraph.text for paragraph in document.paragraphs]
        assert ["", "Peru", "Ecuador"] in [[cell.text for cell in table.rows[0].cells] for table in document.tables]


def test_presentations_side_by_side(client, meeting):
    earlier = make_meeting("2025", stage=Stage.PUBLISHED)
    publish_presentation(meeting, "RCM", answers={"1": "Pace.", "2": "One calendar."})
    publish_presentation(meeting, "SACM", answers={"1": "Pace."})
    publish_presentation(earlier, "RCM", answers={"1": "Data."})
    page = page_of(client, f"/sessions/{meeting.slug}/presentations/RCM")
    [link] = page.xpath("//a[text()='Compare with others']/@href")
    page = page_of(client, link)
    assert "Choose two to five to compare." in words(page)
    boxes = page.xpath("//input[@type='checkbox'][@form='compare']")
    assert [box.get("value") for box in boxes] == [f"{meeting.slug}/RCM", f"{meeting.slug}/SACM"]
    assert page.xpath("//form[@id='compare']/@action") == ["/compare/presentations"]
    names = (f"{meeting.slug}/RCM", f"{earlier.slug}/RCM", f"{meeting.slug}/SACM")
    url = "/compare/presentations?" + "&".join(f"presentation={name}" for name in names)
    page = page_of(client, url)
    assert [words(head).split(" ")[0] for head in page.xpath("//thead//th")] == ["RCM,", "RCM,", "SACM,"]
    first, second = (words(line.xpath("th")[0]) for line in page.xpath("//tbody/tr[td]"))
    assert [cell.split(") ")[1] for cell in row(page, first)] == ["1 Pace.", "1 Data.", "1 Pace."]
    assert [cell.split(") ")[1] for cell in row(page, second)] == ["2 One calendar.", *["Nothing was written"] * 2]
    with count_statements() as three:
        client.get(url)
    with count_statements() as two:
        client.get(url.rpartition("&")[0])
    assert three.number == two.number <= 12


def test_presentations_that_a_reader_may_not_read_are_not_compared(client, meeting):
    publish_presentation(meeting, "RCM")
    publish_presentation(meeting, "SACM", consent=Audience.RESTRICTED)
    url = f"/compare/presentations?presentation={meeting.slug}/RCM&presentation={meeting.slug}/SACM"
    page = page_of(client, f"{url}&presentation=x&presentation=/&presentation={meeting.slug}/")
    assert "4 of those that the address names are not published" in words(page)
    assert "SACM" not in page.xpath("//main")[0].text_content()
    assert not page.xpath("//table")


@pytest.mark.parametrize("extension", ["pdf", "docx"])
def test_presentations_as_a_document(client, meeting, extension):
    publish_presentation(meeting, "RCM", answers={"1": "Pace.", "2": "Alike."})
    publish_presentation(meeting, "SACM", answers={"1": "Data.", "2": "Alike."})
    url = f"/compare/presentations?presentation={meeting.slug}/RCM&presentation={meeting.slug}/SACM&differences=1"
    [link] = page_of(client, url).xpath(f"//a[contains(@href, '.{extension}')]/@href")
    response = client.get(link)
    assert response.status_code == 200
    if extension == "docx":
        said = [paragraph.text for paragraph in Document(io.BytesIO(response.data)).paragraphs]
        assert {"1. Pace.", "1. Data.", "RCM (2026)"} <= set(said)
        assert "2. Alike." not in said
    assert client.get(f"/compare/presentations.{extension}?presentation=x").status_code == 422


def test_the_register_leads_to_a_comparison(client, meeting):
    made = [publish_practice(meeting, code) for code in ("PE", "CL")]
    page = page_of(client, f"/practices?practice={made[0].slug}&sort=title")
    boxes = page.xpath("//table//input[@type='checkbox'][@form='compare']")
    assert {box.get("value") for box in boxes} == {one.slug for one in made}
    assert all(box.get("aria-label").startswith("Compare: ") for box in boxes)
    [form] = page.xpath("//form[@id='compare']")
    assert (form.get("method"), form.get("action")) == ("get", "/compare")
    assert form.xpath(".//input[@type='hidden']/@value") == [made[0].slug], "what was chosen before is carried on"
    assert all(f"practice={made[0].slug}" in link for link in page.xpath("//thead//a/@href"))
    assert page.xpath("//form[@role='search']//input[@name='practice']/@value") == [made[0].slug]


@pytest.mark.parametrize("path", ["/states/PE", "/themes/T3", "/objectives/5"])
def test_lists_of_practices_of_a_state_or_theme_lead_to_a_comparison(client, meeting, path):
    delegation = make_delegation(meeting, "PE")
    made = [publish_practice(meeting, delegation=delegation, number=number, language="es") for number in (1, 2)]
    page = page_of(client, path)
    boxes = page.xpath("//input[@type='checkbox'][@form='compare'][@name='practice']")
    assert {box.get("value") for box in boxes} == {one.slug for one in made}
    for box in boxes:
        [label] = page.xpath(f"//label[@for='{box.get('id')}']")
        assert words(label) == f"Compare: {CONTENT['title']}"
        assert label.xpath(".//@lang") == ["es"]
    [form] = page.xpath("//form[@id='compare']")
    assert (form.get("method"), form.get("action")) == ("get", "/compare")
    assert not page_of(client, "/states/CL").xpath("//form[@id='compare']")


def test_reading_pages_lead_to_comparisons(client, meeting):
    one = publish_practice(meeting, "PE")
    assert f"/compare?practice={one.slug}" in client.get(f"/practices/{one.slug}").text
    assert "/compare/states?state=PE" in client.get("/states/PE").text
