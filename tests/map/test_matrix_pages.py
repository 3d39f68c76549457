"""The pages of the matrices, and their sheets: the same table, filtered, ordered and turned."""

import csv
import io

import openpyxl
import pytest
import sqlalchemy as sa
from lxml import html

from app.core.db import db
from app.directory.enums import Extent, MechanismKind, StatementSubject
from app.directory.facts import involvement
from app.directory.models import Involvement, Mechanism, Membership, Statement
from tests.personas import party

PAGES = ("/map/states", "/map/themes", "/map/involvement")


def rows_of(page):
    return page.xpath("//table[contains(@class,'matrix')]//tr")


def table(client, address):
    page = html.fromstring(client.get(address).text)
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows_of(page)]


def links(client, address):
    """(row, column) -> the link of the cell."""
    rows = rows_of(html.fromstring(client.get(address).text))
    heads = ["".join(cell.xpath(".//a/text()")) for cell in rows[0]]
    return {
        ("".join(row[0].xpath("a/text()")), heads[place]): cell.find("a")
        for row in rows[1:]
        for place, cell in enumerate(row)
        if place and cell.find("a") is not None
    }


def test_members_of_the_regional_conference_are_marked(client):
    shown = table(client, "/map/states")
    column = shown[0].index("RCM")
    listed = [row[0] for row in shown[1:-1] if row[column]]
    assert len(listed) == 11
    assert {"Belize", "Canada", "Dominican Republic"} <= set(listed)
    assert shown[-1][column] == "11"
    assert {"Aruba", "Curaçao"} <= {row[0] for row in shown}, "territories can be members"


def test_a_mechanism_whose_members_no_source_lists_is_counted_and_shown_apart(client):
    page = client.get("/map/states").text
    assert "OCAM" not in table(client, "/map/states")[0]
    assert "That is not the same as none." in page
    assert "…: no source says." not in page
    shown = table(client, "/map/states?empty=y")
    for head in ("OCAM Not stated", "GCM No source"):
        column = shown[0].index(head)
        assert {row[column] for row in shown[1:]} == {"…"}
    whole = client.get("/map/states?empty=y").text
    assert "That is not the same as none." not in whole
    assert "…: no source says." in whole


def test_the_link_to_all_keeps_the_other_filters(client):
    page = html.fromstring(client.get("/map/states?order=count&turned=y&kind=declaration").text)
    [link] = page.xpath("//a[.='Show all']/@href")
    assert set(link.split("?")[1].split("&")) == {"order=count", "turned=y", "kind=declaration", "empty=y"}


def test_cells_lead_to_the_page_of_what_they_tell(client):
    assert links(client, "/map/states")["Canada", "RCM"].get("href") == "/mechanisms/rcm"
    assert links(client, "/map/states?turned=y")["RCM", "Canada"].get("href") == "/mechanisms/rcm"
    assert links(client, "/map/states?at=2020-05-14")["Canada", "RCM"].get("href") == "/mechanisms/rcm?at=2020-05-14"
    hrefs = {link.get("href") for link in links(client, "/map/themes?at=2020-05-14").values()}
    assert hrefs
    assert all(href.endswith("?at=2020-05-14#groups") for href in hrefs)
    for href in ("/mechanisms/rcm?at=2020-05-14", next(iter(hrefs))):
        assert client.get(href.split("#")[0]).status_code == 200


def test_a_dated_membership_shows_its_dates_and_ends(client, app):
    statement = db.session.scalars(
        sa.select(Statement)
        .join(Mechanism, Mechanism.id == Statement.mechanism_id)
        .where(Mechanism.slug == "rcm", Statement.subject == StatementSubject.MEMBERS, Statement.stated)
    ).first()
    place = db.session.scalars(
        sa.select(Membership).where(Membership.statement_id == statement.id, Membership.party == party("CA"))
    ).one()
    place.since, place.until = "1996", "2010"
    db.session.commit()
    assert links(client, "/map/states?at=2005-01-01")["Canada", "RCM"].text == "1996 to 2010"
    assert ("Canada", "RCM") not in links(client, "/map/states?at=2011-01-01")
    assert ("Canada", "RCM") not in links(client, "/map/states?at=1995-01-01")


def test_only_the_kinds_asked_for(client, app):
    kinds = [MechanismKind.FORUM, MechanismKind.DECLARATION]
    labels = {
        row.label["en"]
        for row in db.session.scalars(sa.select(Mechanism).where(Mechanism.mechanism_kind.in_(kinds))).all()
    }
    shown = table(client, "/map/themes?empty=y&" + "&".join(f"kind={kind.value}" for kind in kinds))
    heads = [row[0] for row in shown[1:-1]]
    assert len(heads) == len(labels)
    assert all(any(head.startswith(label) for label in labels) for head in heads)


def test_unknown_filters_are_told_at_the_field_and_nothing_is_downloaded(client):
    for address in PAGES:
        for query in ("order=size", "kind=circus", "at=1700-01-01", "at=yesterday"):
            for file_format in ("", "&format=csv", "&format=xlsx"):
                answer = client.get(f"{address}?{query}{file_format}")
                assert (answer.status_code, answer.mimetype) == (422, "text/html")
                assert "field-error" in answer.text
    assert client.get("/map/themes?vocabulary=all").status_code == 422


@pytest.mark.parametrize("query", ["endpoint=x", "_scheme=ftp", "_method=POST", "_anchor=x", "_external=1", "values=1"])
def test_what_no_field_asks_for_is_left_out_of_the_links(client, query):
    for address in PAGES:
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 200
        files = html.fromstring(answer.text).xpath("//a[@download]/@href")
        assert files == [f"{address}?format=csv", f"{address}?format=xlsx"]


def test_a_kind_of_which_no_source_lists_members_is_not_shown_as_nobody(client):
    page = client.get("/map/states?kind=conference")
    assert "Nothing answers to these filters" in page.text
    assert "left out because no source at hand speaks of" in page.text
    assert "<table" not in page.text


@pytest.mark.parametrize("vocabulary", ["themes", "issues", "gcm", "tracks", "capacities"])
def test_mechanisms_by_every_vocabulary(client, vocabulary):
    shown = table(client, f"/map/themes?vocabulary={vocabulary}")
    assert len(shown) > 2
    turned = table(client, f"/map/themes?vocabulary={vocabulary}&turned=y")
    assert turned[1:] == [list(line) for line in zip(*shown, strict=True)][1:]


def test_the_table_of_involvement_is_shown_as_printed_with_its_doubts(client, app):
    cells = involvement().values()
    assert len(cells) == 29 * 26
    assert sum(cell.printed is not Extent.NONE for cell in cells) == 286
    assert sum(cell.printed is Extent.STRONG for cell in cells) == 141
    shown = table(client, "/map/involvement?order=source")
    assert (len(shown) - 2, len(shown[0]) - 2) == (26, 29)
    assert shown[-1][-1] == str(sum(cell.extent is not Extent.NONE or cell.doubted for cell in cells))
    assert [row[0] for row in shown[1:7]] == ["UNHCR", "WB", "UN regional commissions", "DESA", "FAO", "IFAD"]
    vote = next(n for n, title in enumerate(shown[0]) if "Vote of migrants" in title)
    assert {row[0]: row[vote] for row in shown[1:-1] if row[vote]} == {"IOM": "0?", "ILO": "x?"}


def test_organizations_outside_the_table_are_not_shown_as_working_on_nothing(client):
    shown = table(client, "/map/involvement?empty=y")
    silent = [row for row in shown[1:-1] if row[0].endswith("No source")]
    assert silent
    assert {cell for row in silent for cell in row[1:]} == {"…"}


def test_a_doubted_and_a_corrected_cell_say_so_in_words_and_lead_to_their_page(client, app):
    cell = db.session.scalars(sa.select(Involvement).where(Involvement.doubt != {})).first()
    places = links(client, "/map/involvement")
    [doubted] = [link for link in places.values() if link.get("href") == f"/map/involvement/{cell.id}"]
    assert doubted.text.endswith("?")
    assert doubted.get("title").endswith(", doubtful print")
    assert client.get(doubted.get("href")).status_code == 200
    cell.corrected, cell.reason = Extent.STRONG, "The neighbour's mark."
    db.session.commit()
    places = links(client, "/map/involvement")
    [corrected] = [link for link in places.values() if link.get("href") == f"/map/involvement/{cell.id}"]
    assert (corrected.text, corrected.get("title").split(", ")[1]) == ("xx*", "corrected")


@pytest.mark.parametrize("query", ["turned=y&order=count", "empty=y&order=source", "at=2012-05-14"])
@pytest.mark.parametrize("address", PAGES)
def test_files_hold_exactly_what_is_shown(client, address, query):
    shown = table(client, f"{address}?{query}")
    page = html.fromstring(client.get(f"{address}?{query}").text)
    as_csv, as_xlsx = page.xpath("//a[@download]/@href")
    answer = client.get(as_csv)
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [[cell.replace("(", "").replace(")", "") for cell in row] for row in rows] == [
        [cell.replace("(", "").replace(")", "") for cell in row] for row in shown
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(as_xlsx).data)).active
    assert [["" if value is None else str(value) for value in row] for row in sheet.values] == rows


def test_page_and_file_are_in_the_reader_s_language(client):
    spanish = {"Accept-Language": "es"}
    assert "Perú" in client.get("/map/states", headers=spanish).text
    answer = client.get("/map/states?format=csv", headers=spanish)
    assert "\nPerú," in answer.data.decode("utf-8-sig").replace("\r", "")


def test_a_mechanism_has_a_column_while_it_is_in_being(client, app):
    with app.app_context():
        row = db.session.scalars(sa.select(Mechanism).where(Mechanism.code == "RCM")).one()
        row.ended = "2020-06"
        db.session.commit()
    assert "RCM" not in table(client, "/map/states")[0]
    assert "RCM" in table(client, "/map/states?at=2020-06-30")[0]
    assert "RCM" not in table(client, "/map/states?at=1995-01-01")[0], "not yet founded"
    assert "1996 to June 2020" in client.get("/mechanisms").text
    assert ">RCM<" not in client.get("/mechanisms?at=2021-01-01").text
    assert ">RCM<" not in client.get("/states/MX").text
    assert ">RCM<" in client.get("/states/MX?at=2019-01-01").text


def test_a_day_that_no_source_can_speak_of_is_not_read(client):
    answer = client.get("/map/states?at=1800-01-01")
    assert answer.status_code == 422
    assert table(client, "/map/states?at=1800-01-01") == table(client, "/map/states")


@pytest.mark.parametrize("page", ["/map/states", "/mechanisms"])
def test_a_kind_can_be_asked_for_as_at_any_day(client, page):
    assert client.get(f"{page}?kind=compact&at=1990-01-01").status_code == 200


def test_a_year_or_a_month_is_read_at_its_last_day(client):
    assert table(client, "/map/states?at=2016") == table(client, "/map/states?at=2016-12-31")
    assert table(client, "/map/states?at=2016-02") == table(client, "/map/states?at=2016-02-29")
    for wrong in ("2016-13", "16", "soon"):
        answer = client.get(f"/map/states?at={wrong}")
        assert answer.status_code == 422
        assert "Write a day such as 2016-03-31, or a year." in answer.text


@pytest.mark.parametrize("address", PAGES)
def test_a_format_that_is_not_made_is_not_found(client, address):
    assert client.get(f"{address}?format=pdf").status_code == 404
