"""The pages of the pictures: each says in words what it draws, and hands it out as a file."""

import struct
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.enums import PartyKind
from app.directory.models import Event, Mechanism
from app.map import network as network_map
from app.map.picture_views import americas_map, drawn, facts_at
from tests.personas import party

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = ("/map/network", "/map/americas", "/map/americas?mechanism=riam", "/map/timeline")


def main_of(response):
    return html.document_fromstring(response.text).find(".//main")


def text_of(response) -> str:
    return " ".join(" ".join(main_of(response).itertext()).split())


def with_format(path: str, kind: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}format={kind}"


def test_the_entry_page_leads_everywhere_with_its_numbers(client):
    response = client.get("/map")
    links = {link.get("href") for link in main_of(response).iter("a")}
    assert {
        "/map/network",
        "/map/americas",
        "/map/timeline",
        "/map/states",
        "/map/themes",
        "/map/involvement",
        "/map/overlap",
        "/map/common",
        "/map/gaps",
        "/mechanisms",
        "/organizations",
        "/mechanisms?kind=consultative+process",
    } <= links
    kinds = main_of(response).xpath("//ul[@class='kinds']/li")
    numbers = [int(line.xpath("string(span)")) for line in kinds]
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Mechanism))
    assert sum(numbers) == count
    assert main_of(response).xpath("string(//dl[@class='numbers']/div[1]/dd)") == str(count)
    assert "2 territories are members" in text_of(response)


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_is_named_and_told_for_those_who_do_not_see_it(client, path):
    page = main_of(client.get(path))
    (drawing,) = page.xpath("//*[local-name()='svg'][@role]")
    names = drawing.get("aria-labelledby"), drawing.get("aria-describedby")
    told = [page.xpath(f"string(//*[@id='{name}'])") for name in names]
    assert all(told)
    assert told[1] in " ".join(page.xpath("string(//figcaption)").split())
    links = drawing.xpath(".//*[local-name()='a']")
    assert len(links) > 10
    assert all(link.xpath("string()").strip() and link.get("href") for link in links)


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_is_handed_out_as_svg_that_stands_alone(client, path):
    response = client.get(with_format(path, "svg"))
    assert response.mimetype == "image/svg+xml"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="')
    drawing = ElementTree.fromstring(response.data)  # noqa: S314  (made here)
    assert drawing.tag == f"{SVG}svg"
    assert drawing.get("role") == "img"
    left, top, width, height = map(float, drawing.get("viewBox").split())
    assert (float(drawing.get("width")), float(drawing.get("height"))) == (width, height)
    assert left < 0
    assert top < 0
    assert drawing.find(f"{SVG}style") is not None
    assert not list(drawing.iter(f"{SVG}a"))
    title = drawing.find(f"{SVG}title").text
    assert title in [text.text for text in drawing.iter(f"{SVG}text")]


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_is_handed_out_as_png_two_dots_a_unit(client, path):
    response = client.get(with_format(path, "png"))
    assert response.mimetype == "image/png"
    assert response.data.startswith(b"\x89PNG\r\n\x1a\n")
    drawing = ElementTree.fromstring(client.get(with_format(path, "svg")).data)  # noqa: S314  (made here)
    size = tuple(round(2 * float(drawing.get(name))) for name in ("width", "height"))
    made = struct.unpack(">II", response.data[16:24])
    assert all(abs(one - other) <= 1 for one, other in zip(made, size, strict=True))


@pytest.mark.parametrize("path", PICTURES)
def test_the_page_offers_the_files_of_what_it_shows(client, path):
    page = main_of(client.get(path))
    files = [link.get("href") for link in page.xpath("//figcaption//a[@download]")]
    assert [client.get(file).mimetype for file in files] == ["image/svg+xml", "image/png"]
    if "mechanism" in path:
        assert all("mechanism=riam" in file for file in files)


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/map/network?kind=club", "Not a valid choice"),
        ("/map/network?shared=many", "Not a valid integer"),
        ("/map/network?shared=0", "between 1 and 1000"),
        ("/map/network?at=1066-10-14", "between 1900 and 2199"),
        ("/map/americas?mechanism=none-such", "Not a valid choice"),
        ("/map/americas?at=2023-02-30", "Write a day such as 2016-03-31, or a year."),
        ("/map/timeline?kind=party", "Not a valid choice"),
        ("/map/network?shared=many&format=png", "Not a valid integer"),
    ],
)
def test_what_cannot_be_asked_is_told_and_the_picture_stays(client, path, word):
    response = client.get(path)
    assert response.status_code == 422
    assert word in text_of(response)
    assert main_of(response).xpath("//*[local-name()='svg'][@role]")


@pytest.mark.parametrize("path", ["/map/network", "/map/americas", "/map/timeline"])
def test_a_file_of_another_kind_does_not_exist(client, path):
    assert client.get(with_format(path, "gif")).status_code == 404


def test_the_table_says_what_the_network_draws(client):
    response = client.get("/map/network?shared=5")
    page = main_of(response)
    rows = page.xpath("//table[contains(@class, 'register')]/tbody/tr")
    lines = page.xpath("//*[local-name()='path'][@class='drawn-edge'][*]")
    assert len(rows) == len(lines) > 5
    cells = [[" ".join(cell.text_content().split()) for cell in row] for row in rows]
    assert all(int(shared) >= 5 for _first, _second, shared, *_rest in cells)
    told = {f"{shared} members in common: {first} and {second}" for first, second, shared, *_rest in cells}
    assert told == {line.xpath("string()") for line in lines}
    (pair,) = [row for row in rows if "MIRPS" in row[1].text_content() and "RCM" in row[0].text_content()]
    assert pair[2][0].get("href") == "/map/overlap/rcm/mirps"
    assert pair[2].text_content() == "7"
    assert "These share fewer members with each of the others." in text_of(response)


def test_a_network_of_a_kind_keeps_the_day_in_its_links(client):
    response = client.get("/map/network?kind=consultative+process&at=2023-06-01")
    page = main_of(response)
    assert {link.get("href") for link in page.xpath("//*[local-name()='svg']//*[local-name()='a']")} <= {
        f"/mechanisms/{slug}" for slug in ("rcm", "sacm", "quito-process", "cmc")
    }
    assert all("at=2023-06-01" in link.get("href") for link in page.xpath("//td/a[@aria-label]"))
    assert "As at 1 June 2023." in text_of(response)
    assert "not drawn, because no source at hand lists" in text_of(response)


def test_where_no_two_share_so_many_the_page_says_so(client):
    assert "No two of these mechanisms have so many members in common." in text_of(
        client.get("/map/network?shared=900")
    )


def test_a_kind_without_lists_of_members_has_no_picture(client):
    response = client.get("/map/network?kind=compact")
    assert "There is nothing to draw" in text_of(response)
    assert client.get("/map/network?kind=compact&format=svg").status_code == 404


def test_more_mechanisms_than_can_be_drawn_are_told(client, monkeypatch):
    monkeypatch.setattr(network_map, "MOST", 5)
    response = client.get("/map/network")
    assert len(main_of(response).xpath("//*[local-name()='svg']//*[local-name()='a']")) == 5
    assert "more have a list of members. Choose a kind to see others." in text_of(response)


def test_the_map_and_its_table_tell_the_same_numbers(client):
    page = main_of(client.get("/map/americas"))
    rows = {row[0][0].text: row[1].text for row in page.xpath("//table/tbody/tr")}
    titles = page.xpath("//*[local-name()='a']/*[local-name()='title']/text()")
    drawn_numbers = dict(title.removesuffix("s").removesuffix(" mechanism").split(": ") for title in titles)
    assert len(drawn_numbers) == 37
    assert drawn_numbers.items() <= rows.items()
    assert rows["Spain"] == "1"


def test_members_outside_the_americas_are_listed_beside_the_map(client):
    response = client.get("/map/americas?mechanism=riam")
    assert "Spain (not on this map)" in text_of(response)
    assert "18 members" in text_of(response)
    assert "Members of RIAM" in html.document_fromstring(response.text).xpath("string(//title)")


def test_members_of_whom_no_source_speaks_are_told_from_none(client):
    assert "No source at hand speaks of its members." in text_of(client.get("/map/americas?mechanism=gcm"))
    assert "The source does not state who belongs to it." in text_of(client.get("/map/americas?mechanism=berne"))


def test_a_mechanism_of_organizations_has_no_map_but_its_list(client):
    response = client.get("/map/americas?mechanism=gmg")
    assert "None of the members lies in the Americas." in text_of(response)
    assert "18 members" in text_of(response)
    assert not main_of(response).xpath("//*[local-name()='svg'][@role]")


def test_a_source_that_is_silent_and_one_that_counts_are_not_taken_for_none(client):
    chosen = {code: party(code) for code in ("RCM", "SACM")}
    statements = [row for row in chosen["RCM"].statements if row.memberships and row.subject.value == "members"]
    for row in statements:
        row.memberships.clear()
        row.stated = False
    for row in chosen["SACM"].statements:
        if row.subject.value == "members":
            row.memberships.clear()
            row.count = 12
    db.session.commit()
    silent = text_of(client.get("/map/americas?mechanism=rcm"))
    assert "The source does not state who belongs to it. That is not the same as nobody." in silent
    counted = text_of(client.get("/map/americas?mechanism=sacm"))
    assert "The sources tell of members, but as at this day they name none." in counted


def test_as_at_a_day_only_those_are_members_who_then_were(client):
    row = next(row for row in party("RCM").statements if row.memberships and row.subject.value == "members")
    next(each for each in row.memberships if each.party.code == "BZ").until = "2024"
    db.session.commit()
    before = main_of(client.get("/map/americas?mechanism=rcm&at=2024-12-31"))
    after = main_of(client.get("/map/americas?mechanism=rcm&at=2025-01-01"))
    assert "Belize: member" in before.xpath("//*[local-name()='title']/text()")
    assert "Belize: not on the list of members" in after.xpath("//*[local-name()='title']/text()")


def test_members_for_a_mechanisms_own_page(app):
    with app.test_request_context("/"):
        facts = facts_at()
        mirps = next(each for each in facts.of_kind(PartyKind.MECHANISM) if each.code == "MIRPS")
        drawing = drawn(americas_map.members_picture(facts, mirps, "Who belongs to it.", others=False))
        macro = app.jinja_env.get_template("map/_members_map.html").module.members_map
        figure = html.fromstring(str(macro(drawing, mirps.slug)))
        nothing = str(macro(None, mirps.slug)).strip()
    assert len(figure.xpath(".//*[local-name()='svg']//*[local-name()='a']")) == 7
    assert figure.xpath(".//p/a/@href") == ["/map/americas?mechanism=mirps"]
    assert nothing == ""


def test_the_list_tells_every_event_with_its_source(client):
    response = client.get("/map/timeline")
    page = main_of(response)
    entries = page.xpath("//ol[@class='events']/li")
    events = db.session.scalars(sa.select(Event)).all()
    assert len(entries) == len(events) >= 120
    assert all("Source:" in entry.text_content() for entry in entries)
    marks = page.xpath("//*[local-name()='svg']//*[local-name()='a']/@href")
    assert sorted(marks) == sorted(f"#{entry.get('id')}" for entry in entries)
    assert f"{len(events)} events" in text_of(response)
    first = " ".join(entries[2].text_content().split())
    assert first.startswith(
        "28 July 1951 Adopted Convention relating to the Status of Refugees UNHCR. Geneva, Switzerland."
    )


def test_the_timeline_up_to_a_day_and_of_one_kind(client):
    page = main_of(client.get("/map/timeline?kind=adopted&at=1984-12-31"))
    kinds = {kind.text for kind in page.xpath("//p[@class='event-kind']")}
    assert kinds == {"Adopted"}
    assert len(page.xpath("//ol[@class='events']/li")) == 3
    assert "Cartagena Declaration on Refugees" in page.text_content()


def test_before_the_first_event_there_is_nothing_to_draw(client):
    response = client.get("/map/timeline?at=1900-01-01")
    assert "Nothing is known to have happened by then" in text_of(response)
    assert client.get("/map/timeline?at=1900-01-01&format=png").status_code == 404


def test_names_are_text_and_never_markup(client):
    row = party("RCM")
    row.short_names = LocalizedText(en='<b onload="x">& RCM</b>')
    db.session.commit()
    for path in ("/map/network", "/map/network?format=svg", "/map/americas?mechanism=rcm", "/map/timeline"):
        response = client.get(path)
        assert "<b onload" not in response.text
        assert "&lt;b onload" in response.text
    assert client.get("/map/network?format=png").mimetype == "image/png"
