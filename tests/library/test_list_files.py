"""The register of practices and what a search finds, as files: all of the list, in its order, for whom."""

import csv
import io

import openpyxl
import pytest
from lxml import html

from app.core import sheets
from app.core.audience import Audience
from app.core.db import db
from app.core.texts import fingerprint
from app.library import practice_pages, search_page
from app.meetings.enums import Stage
from app.practices.enums import TranslationStatus
from app.practices.indexing import index_practice
from app.practices.translation_models import PracticeTranslation
from tests.client import sign_in
from tests.factories.library import publish_practice
from tests.factories.summaries import NOON, make_delegation, make_meeting
from tests.statements import count_statements

SPANISH = "Éxito del permiso temporal"


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


@pytest.fixture
def three(meeting):
    more = {"themes": ["T4", "T3"], "sdg_targets": ["10.7"], "status": "completed"}
    translate(publish_practice(meeting, "PE", title=SPANISH, language="es", **more), "Success of the permit")
    publish_practice(meeting, "CL", title="=early regularization", gcm_main="7", gcm_other=[])
    publish_practice(meeting, "BR", title="Zona de acolhida", language="pt", gcm_main="16", gcm_other=["5"])
    db.session.commit()
    return meeting


def translate(practice, title: str) -> None:
    title_field = {"key": "title", "kind": "short_text", "label": {"en": "Title"}, "help": {}}
    first, *others = practice.call.template["sections"]
    practice.call.template = {"sections": [{**first, "fields": [title_field, *first["fields"]]}, *others]}
    row = PracticeTranslation(
        practice_id=practice.id, language="en", field="title", text=title,
        source_sha256=fingerprint(practice.content["title"]), status=TranslationStatus.OFFICIAL, translator_name="",
        by_delegation=True, checked_by_delegation=True, checked_at=NOON, saved_at=NOON,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    index_practice(practice, practice.versions[0])


def table(response) -> list[list[str]]:
    assert response.status_code == 200
    assert response.content_type == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"))))


def links(response) -> list[str]:
    return html.document_fromstring(response.text).xpath("//a[@download]/@href")


def test_all_that_a_list_tells_of_a_practice(client, three):
    head, *lines = table(client.get("/practices?format=csv"))
    assert head == [
        "Reference", "Title", "Language of the title", "State", "Session", "Year", "Themes",
        "Objectives of the Global Compact", "Targets of the 2030 Agenda", "Status of the practice", "Languages",
        "Address", "Published",
    ]  # fmt: skip
    told = dict(zip(head, lines[2], strict=True))
    assert [told[name] for name in ("Reference", "Title", "Language of the title", "State", "Session", "Year")] == [
        "CAM/2026/GP/PER/01", "Success of the permit", "English", "Peru", "CAM 2026", "2026"
    ]  # fmt: skip
    assert [one.partition(" ")[0] for one in told["Objectives of the Global Compact"].split("; ")] == [
        "5.",
        "7.",
        "16.",
    ]
    assert len(told["Themes"].split("; ")) == 2
    assert told["Targets of the 2030 Agenda"].startswith("10.7")
    assert told["Status of the practice"] == "Completed"
    assert told["Languages"] == "Español; English"
    assert told["Address"].endswith("/practices/CAM-2026-GP-PER-01")
    assert told["Address"].startswith("http")
    assert told["Published"] == "2026-05-14"
    in_portuguese = table(client.get("/practices?format=csv", headers={"Accept-Language": "pt"}))
    assert in_portuguese[3][1:3] == [SPANISH, "Español"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["BRA", "CHL", "PER"]),
        ("&sort=-state&page=2&per_page=1", ["PER", "CHL", "BRA"]),
        ("&sort=title", ["CHL", "PER", "BRA"]),
        ("&gcm=5&state=PE", ["PER"]),
        ("&language=fr", []),
    ],
)
@pytest.mark.parametrize("path", ["/practices", "/sessions/cam-2026/practices"])
def test_the_whole_list_as_it_is_filtered_and_ordered(client, three, path, query, found):
    lines = table(client.get(f"{path}?format=csv{query}"))[1:]
    assert [line[0].split("/")[3] for line in lines] == found


def test_what_looks_like_a_formula_stays_text(client, three):
    assert table(client.get("/practices?format=csv&state=CL"))[1][1] == "'=early regularization"
    book = openpyxl.load_workbook(io.BytesIO(client.get("/practices?format=xlsx&state=CL").data))
    assert (book.active["B2"].value, book.active["B2"].data_type) == ("=early regularization", "s")
    found = table(client.get("/search?q=early+regularization&format=csv"))
    assert found[1][1] == "'=early regularization"


def test_the_pages_lead_to_their_files(client, three):
    shown = client.get("/practices?gcm=5&page=1&sort=title")
    assert links(shown) == ["/practices?gcm=5&sort=title&format=csv", "/practices?gcm=5&sort=title&format=xlsx"]
    found = client.get("/search?q=permit&kind=practice&page=1")
    assert links(found) == [
        "/search?q=permit&kind=practice&format=csv", "/search?q=permit&kind=practice&format=xlsx"
    ]  # fmt: skip
    for address in (*links(shown), *links(found)):
        assert client.get(address).status_code == 200
    assert not links(client.get("/search?q=xylophones"))
    assert not links(client.get("/practices?language=fr"))


def test_what_a_search_finds_on_all_its_pages(client, meeting):
    delegation = make_delegation(meeting, "PE")
    for number in range(1, 26):
        publish_practice(meeting, delegation=delegation, number=number, title=f"Permit {number:02d}")
    db.session.commit()
    head, *lines = table(client.get("/search?q=permit&page=2&format=csv"))
    assert head == ["Kind", "Title", "Belongs to", "Language", "Address", "Published"]
    assert len(lines) == 25
    assert lines[0][0] == "Good practice"
    assert lines[0][2].startswith("Peru · Annual session (en), 2026 · CAM/2026/GP/PER/")
    assert lines[0][3] == "English"
    assert lines[0][5] == "2026-05-14"
    shown = []
    for page in (1, 2):
        found = html.document_fromstring(client.get(f"/search?q=permit&page={page}").text)
        shown += found.xpath("//ol[@class='entries']//h2/a/text()")
    assert [line[1] for line in lines] == shown
    assert {line[4].rpartition("/")[0] for line in lines} == {lines[0][4].rpartition("/")[0]}
    assert lines[0][4].startswith("http")


@pytest.mark.parametrize(
    "query", ["format=csv", "q=&format=csv", "q=a&format=xlsx", "q=" + "x" * 10_001 + "&format=csv"]
)
def test_what_cannot_be_looked_for_is_said_on_the_page(client, three, query):
    response = client.get(f"/search?{query}")
    assert response.mimetype == "text/html"
    assert response.status_code in (200, 422)


@pytest.mark.parametrize("path", ["/practices?format=pdf", "/search?q=permit&format=exe"])
def test_another_form_does_not_exist(client, three, path):
    assert client.get(path).status_code == 404


def test_a_filter_that_does_not_exist_gives_no_file(client, three):
    response = client.get("/practices?theme=XX&format=csv")
    assert (response.status_code, response.mimetype) == (422, "text/html")


def test_a_list_that_is_too_long_is_never_cut(client, three, monkeypatch):
    for module in (sheets, practice_pages, search_page):
        monkeypatch.setattr(module, "MOST_ROWS", 2)
    for path in ("/practices", "/search?kind=practice"):
        shown = client.get(path)
        assert not links(shown)
        assert "too long to be downloaded at once" in shown.text
        refused = client.get(f"{path}{'&' if '?' in path else '?'}format=csv")
        assert refused.status_code == 413
        assert "The list has 3 entries; 2 is the most" in refused.text
    assert len(table(client.get("/practices?state=PE&format=csv"))) == 2


def test_nobody_is_given_what_they_may_not_read(client, personas):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    personas.join(meeting)
    publish_practice(meeting, "BR", title="A quokka permit", consent=Audience.MEMBER_STATES)
    db.session.commit()
    for path in ("/practices?format=csv", "/search?q=quokka&format=csv"):
        found = {name for name, who in personas.items() if len(table(sign_in(client, who).get(path))) > 1}
        assert found == {"reader", "delegate_a", "delegate_b", "secretariat", "administrator"}


def test_a_session_in_preparation_gives_no_file(client, three):
    three.stage = Stage.PREPARING
    db.session.commit()
    assert len(table(client.get("/practices?format=csv"))) == 1
    assert client.get("/sessions/cam-2026/practices?format=csv").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("path", "most"), [("/practices?format=csv", 6), ("/search?q=permit&format=csv", 10)])
def test_statements_do_not_grow_with_the_rows(client, meeting, path, most, number):
    for code in ("PE", "CL", "BR")[:number]:
        publish_practice(meeting, code, title="A permit")
    db.session.commit()
    client.get(path)
    with count_statements() as counted:
        assert len(table(client.get(path))) == number + 1
    assert counted.number <= most
