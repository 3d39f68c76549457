"""States and themes over the years, of what the reader may see, and the map of practices."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.directory.models import Party
from app.floor.enums import SpeakingKind, StatementOutcome
from app.floor.statement_models import FloorStatement, FloorStatementVersion
from app.library import chronicle
from app.library.queries import works_on
from app.meetings.enums import Stage
from app.recommendations.enums import Progress
from app.recommendations.models import CarriedRecommendation, RecommendationReport
from tests.client import sign_in
from tests.factories.library import cited, publish_practice, publish_presentation, publish_summary
from tests.factories.summaries import NOON, make_delegation, make_meeting


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


@pytest.fixture
def many_years(app):
    """Eight earlier sessions, each with two practices of Peru's and a summary with a paragraph that cites one."""
    for year in range(2017, 2025):
        row = make_meeting(str(year), stage=Stage.PUBLISHED, starts_at=NOON.replace(year=year))
        own = make_delegation(row, "PE")
        first = publish_practice(row, "PE", delegation=own, title=f"First of {year}")
        publish_practice(row, "PE", delegation=own, number=2, title=f"Second of {year}")
        publish_summary(row, [cited(first)])
    db.session.commit()


@pytest.fixture
def earlier(app):
    return make_meeting("2025", stage=Stage.PUBLISHED, starts_at=NOON - timedelta(days=365))


def page_of(client, path: str, **more):
    response = client.get(path, **more)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def words(node) -> str:
    return " ".join(node.text_content().split())


def table_of(page) -> dict[str, dict[str, str]]:
    """Year -> kind -> the cell."""
    columns = [words(head) for head in page.xpath("//table[@class='matrix']/thead//th")][1:]
    return {
        words(row.xpath("./th")[0]): dict(zip(columns, map(words, row.xpath("./td")), strict=True))
        for row in page.xpath("//table[@class='matrix']/tbody/tr")
    }


def recommend(*addressees: str):
    """What makes the first paragraph of a publication recommend something."""

    def change(content: dict) -> dict:
        row = {"key": "r-1", "addressees": list(addressees), "due": "2027-03-31", "text": {"en": "Tell what became."}}
        content["sections"][0]["paragraphs"][0]["recommendations"] = [row]
        return content

    return change


def state(meeting, code: str, consent: Audience, outcome=StatementOutcome.WRITTEN_ONLY) -> FloorStatement:
    row = FloorStatement(
        delegation=make_delegation(meeting, code), mark="opening", kind=SpeakingKind.STATEMENT, acts_for="",
        consent=consent, outcome=outcome, outcome_at=NOON if outcome else None,
    )  # fmt: skip
    more = {"language": "es", "check_delivery": True, "handed_in_at": NOON, "sha256": "0" * 64, "text": "Gracias."}
    db.session.add(FloorStatementVersion(statement=row, number=1, **more))
    db.session.commit()
    return row


def test_a_state_as_a_table_of_years_and_kinds(client, meeting, earlier):
    practice = publish_practice(meeting, "PE")
    old = publish_practice(earlier, "PE", number=2)
    publish_practice(earlier, "CL")
    publish_summary(meeting, [cited(practice)], [], change=recommend("PE"))
    publish_summary(earlier, [cited(old)], [cited(old)])
    page = page_of(client, "/states/PE")
    assert table_of(page) == {
        "2026": {"Good practices": "1", "Paragraphs of summaries": "1", "Recommendations": "1"},
        "2025": {"Good practices": "1", "Paragraphs of summaries": "2", "Recommendations": "0"},
        "All years": {"Good practices": "2", "Paragraphs of summaries": "3", "Recommendations": "1"},
    }
    assert words(page.xpath("//p[@class='lead']")[0]) == (
        "2 good practices, 3 paragraphs of summaries, 1 recommendation"
    )
    for address in page.xpath("//table[@class='matrix']//td/a/@href"):
        assert client.get(address).status_code == 200


def test_each_cell_leads_to_its_list(client, meeting, earlier):
    practice = publish_practice(earlier, "PE")
    publish_practice(meeting, "PE", number=2)
    publish_summary(earlier, [cited(practice)], [cited(practice)])
    page = page_of(client, "/states/PE")
    links = dict(
        zip(
            page.xpath("//table[@class='matrix']//td/a/@aria-label"),
            page.xpath("//table[@class='matrix']//td/a/@href"),
            strict=True,
        )
    )
    register = page_of(client, links["2025: 1 good practice"])
    assert len(register.xpath("//table[@class='register']/tbody/tr")) == 1
    assert "CAM-2025" in register.xpath("//table[@class='register']/tbody//th/a/@href")[0]
    listed = page_of(client, links["2025: 2 paragraphs of summaries"])
    section = listed.xpath("//section[@aria-labelledby='paragraph']")[0]
    assert section.xpath(".//li/a/@href") == [
        "/sessions/cam-2025/summary#paragraph-1",
        "/sessions/cam-2025/summary#paragraph-2",
    ]


def test_the_timeline_names_years_with_their_things_newest_first(client, meeting, earlier):
    own = make_delegation(meeting, "PE")
    for number in range(1, 6):
        publish_practice(meeting, "PE", number=number, delegation=own)
    publish_practice(earlier, "PE")
    page = page_of(client, "/states/PE")
    years = [words(year) for year in page.xpath("//ol[@class='years']/li/h3")]
    assert years[:2] == ["2026", "2025"]
    assert years == sorted(years, reverse=True)
    first = page.xpath("//ol[@class='years']/li")[0]
    assert len(first.xpath(".//ul/li")) == 3
    assert "5 good practices" in words(first)


@pytest.mark.parametrize("path", ["/states/PE", "/themes/T3", "/objectives/5"])
def test_what_is_long_is_folded_and_leads_to_all_of_it(client, many_years, path):
    page = page_of(client, path)
    (section,) = page.xpath("//section[@aria-labelledby='years']")
    tables = section.xpath(".//table[@class='matrix']")
    shown, folded = ([words(head) for head in table.xpath("./tbody/tr/th")] for table in tables)
    assert shown == ["2024", "2023", "2022", "2021", "2020", "2019", "All years"]
    assert folded == ["2018", "2017"]
    assert [bool(table.xpath("ancestor::details")) for table in tables] == [False, True]
    years = section.xpath("./ol[@class='years']/li")
    assert len(years) == 6
    opened = [words(line) for line in section.xpath(".//details[@open]/summary")]
    assert opened == ["2 good practices, 1 paragraph of a summary, 2024"], "the newest year alone"
    (earlier,) = section.xpath("./details[@class='years-earlier']")
    assert not earlier.get("open")
    assert earlier.xpath(".//li[@id='year-2017']//a[.='First of 2017']")
    listed = page.xpath("//section[@aria-labelledby='practices']//ol/li")
    assert len(listed) == 5, "the newest ones, and the way to the others"
    facet = {"/states/PE": "state=PE", "/themes/T3": "theme=T3", "/objectives/5": "gcm=5"}[path]
    ways = {words(link): link.get("href") for link in page.xpath("//main//ul[@class='inline-list']//a")}
    assert ways["All 16 good practices in the register"] in (
        f"/practices?{facet}&sort=-date",
        f"/practices?sort=-date&{facet}",
    )
    assert ways["Search in all that is published on it"] == f"/search?{facet}"
    for address in ways.values():
        assert address.startswith("#") or client.get(address).status_code == 200
    assert page.xpath(f"//*[@id='{ways['Newest good practices'].removeprefix('#')}']")


def test_the_list_of_a_kind_has_pages(client, many_years, monkeypatch):
    monkeypatch.setattr(chronicle, "PER_PAGE", 3)
    found, address = [], "/states/PE?kind=paragraph"
    while address:
        section = page_of(client, address).xpath("//section[@aria-labelledby='paragraph']")[0]
        assert words(section.xpath("./h2")[0]) == "Paragraphs of summaries 8"
        found.append(section.xpath("./ul/li/a/@href"))
        address = next(iter(section.xpath(".//a[@rel='next']/@href")), "")
        assert not address or address.endswith("#paragraph")
    assert [len(part) for part in found] == [3, 3, 2]
    assert len({link for part in found for link in part}) == 8
    for part in ("9", "99999", "9" * 30, "0", "-1", "x", "²"):
        assert client.get(f"/states/PE?kind=paragraph&part={part}").status_code == 200


def test_of_many_states_the_most_active_are_told_at_once(client, meeting):
    for code in ("PE", "CL", "MX", "BR", "AR", "EC", "CO", "BO", "PY", "UY"):
        publish_practice(meeting, code)
    db.session.commit()
    section = page_of(client, "/themes/T3").xpath("//section[@aria-labelledby='states']")[0]
    assert len(section.xpath("./ul/li")) == 8
    assert words(section.xpath("./details/summary")[0]) == "2 more"
    assert len(section.xpath("./details/ul/li")) == 2


def test_statements_that_were_delivered_and_may_be_read(client, meeting, personas):
    state(meeting, "PE", Audience.PUBLIC)
    state(meeting, "CL", Audience.MEMBER_STATES)
    state(meeting, "MX", Audience.PUBLIC, StatementOutcome.NOT_DELIVERED)
    found = {}
    for code in ("PE", "CL", "MX"):
        for role in ("anonymous", "reader"):
            sign_in(client, None if role == "anonymous" else personas.reader)
            page = page_of(client, f"/states/{code}")
            found[code, role] = table_of(page).get("2026", {}).get("Statements")
    assert found == {
        ("PE", "anonymous"): "1", ("PE", "reader"): "1",
        ("CL", "anonymous"): None, ("CL", "reader"): "1",
        ("MX", "anonymous"): None, ("MX", "reader"): None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("addressees", "told"),
    [(("PE",), True), (("states",), True), (("all",), True), (("CL",), False), (("mechanisms",), False)],
)
def test_recommendations_that_are_addressed_to_it(client, meeting, addressees, told):
    publish_summary(meeting, [], change=recommend(*addressees))
    page = page_of(client, "/states/PE?kind=recommendation")
    assert ("Recommendations" in table_of(page).get("2026", {})) is told
    assert ("Tell what became." in words(page)) is told


@pytest.mark.parametrize("path", ["/themes/T3", "/objectives/5"])
def test_a_theme_over_the_years(client, meeting, path):
    own = publish_practice(meeting, "PE")
    other = publish_practice(meeting, "CL", themes=["T1"], gcm_main="1", gcm_other=[])
    publish_summary(meeting, [cited(own)], [cited(other)], [cited(own), cited(other)], change=recommend("all"))
    page = page_of(client, path)
    assert table_of(page) == {"2026": {"Good practices": "1", "Paragraphs of summaries": "2", "Recommendations": "1"}}
    states = page.xpath("//section[@aria-labelledby='states']//li")
    assert [words(line) for line in states] == ["Peru 1"]
    listed = page_of(client, f"{path}?kind=paragraph&year=2026")
    assert listed.xpath("//section[@aria-labelledby='paragraph']//li/a/@href") == [
        "/sessions/cam-2026/summary#paragraph-1",
        "/sessions/cam-2026/summary#paragraph-3",
    ]
    assert page.xpath("//section[@aria-labelledby='working']")


def test_nothing_tells_of_what_a_reader_may_not_see(client, meeting, personas):
    hidden = publish_practice(meeting, "PE", consent=Audience.MEMBER_STATES)
    publish_summary(meeting, [cited(hidden)])
    for role, seen in (("reader", "1"), ("anonymous", None)):
        sign_in(client, None if role == "anonymous" else personas.reader)
        for path in ("/states/PE", "/themes/T3"):
            assert table_of(page_of(client, path)).get("2026", {}).get("Good practices") == seen
        counted = page_of(client, "/practices/map").xpath("//table[@class='register']/tbody/tr")
        assert len(counted) == (1 if seen else 0)
    sign_in(client, None)
    assert table_of(page_of(client, "/themes/T3")) == {}  # nor that a paragraph cites something on the theme


@pytest.mark.parametrize("consent", [Audience.MEMBER_STATES, Audience.RESTRICTED])
def test_a_paragraph_names_a_state_to_those_alone_who_may_read_what_it_cites(client, meeting, personas, consent):
    """What was not made for a reader is on no page as if it came from a State, from its group or on a theme."""
    personas.join(meeting)
    own = publish_practice(meeting, "BR", consent=consent)

    def for_a_group(content: dict) -> dict:
        group = {"name": {"en": "Pacific group"}, "members": ["BR", "CL"]}
        content["sections"][0]["paragraphs"][0]["citations"][0]["on_behalf"] = group
        return recommend("MX")(content)

    publish_summary(meeting, [cited(own)], change=for_a_group)
    readers = {
        Audience.MEMBER_STATES: {personas.reader, personas.secretariat},
        Audience.RESTRICTED: {personas.representative, personas.secretariat},
    }[consent]
    for person in (None, personas.reader, personas.representative, personas.secretariat):
        sign_in(client, person)
        for path in ("/states/BR", "/states/CL", "/themes/T3", "/objectives/5"):
            found = table_of(page_of(client, path)).get("2026", {})
            assert ("Paragraphs of summaries" in found) is (person in readers), (path, person)
            page = words(page_of(client, f"{path}?kind=paragraph&year=2026"))
            assert ("paragraph 1" in page) is (person in readers)
        recommended = "Recommendations" in table_of(page_of(client, "/themes/T3")).get("2026", {})
        assert recommended is (person in readers)


def test_presentations_of_mechanisms_that_work_on_a_theme(client, meeting, personas):
    mechanism = db.session.scalars(sa.select(Party).where(Party.code == "RCM")).one()
    theme = next(code for vocabulary, code in works_on(mechanism.id) if vocabulary == "themes")
    presentation = publish_presentation(meeting, "RCM", consent=Audience.MEMBER_STATES)
    publish_presentation(meeting, "SACM")
    db.session.commit()
    path, address = (
        f"/themes/{theme}?kind=presentation",
        f"/sessions/cam-2026/presentations/{presentation.delegation.party.code}",
    )
    assert address not in page_of(client, path).xpath("//section[@aria-labelledby='presentation']//a/@href")
    sign_in(client, personas.reader)
    assert address in page_of(client, path).xpath("//section[@aria-labelledby='presentation']//a/@href")


def test_statements_that_are_cited_beside_a_practice_on_a_theme(client, meeting, personas):
    def said(row: FloorStatement, audience: Audience = Audience.PUBLIC) -> dict:
        more = {"source": f"intervention-{row.id}", "kind": "intervention", "letter": "b", "reference": "10:00"}
        return {**cited(own), **more, "field": f"statement.{row.id}", "audience": audience.value}

    own, other = publish_practice(meeting, "PE"), publish_practice(meeting, "AR", themes=["T1"])
    seen, elsewhere = (state(meeting, code, Audience.PUBLIC) for code in ("CL", "BR"))
    kept, closed = state(meeting, "CO", Audience.MEMBER_STATES), state(meeting, "EC", Audience.PUBLIC)
    publish_summary(
        meeting,
        [cited(own), said(seen), said(kept), said(closed, Audience.RESTRICTED)],
        [cited(other), said(elsewhere)],
    )
    db.session.commit()
    path = "/themes/T3?kind=statement"
    listed = page_of(client, path).xpath("//section[@aria-labelledby='statement']//li/a/@href")
    assert listed == [f"/statements/{seen.id}"]
    sign_in(client, personas.reader)
    listed = page_of(client, path).xpath("//section[@aria-labelledby='statement']//li")
    assert sorted(words(line).split(" · ")[0].split()[-1] for line in listed) == ["Chile", "Colombia"]


def test_what_a_state_reported_on_recommendations(client, meeting, earlier, personas):
    publication = publish_summary(earlier, [], change=recommend("all"))
    carried = CarriedRecommendation(meeting=meeting, publication=publication, key="r-1", carried_at=NOON)
    rows = {"PE": (Audience.PUBLIC, NOON), "CL": (Audience.MEMBER_STATES, NOON), "BR": (Audience.PUBLIC, None)}
    for code, (consent, filed_at) in rows.items():
        more = {"language": "en", "saved_at": NOON, "progress": Progress.DONE, "text": "We did."}
        delegation = make_delegation(meeting, code)
        report = RecommendationReport(
            carried=carried, delegation=delegation, consent=consent, filed_at=filed_at, **more
        )
        db.session.add(report)
    db.session.commit()
    found = {}
    for role in ("anonymous", "reader"):
        sign_in(client, None if role == "anonymous" else personas.reader)
        for code in rows:
            table = table_of(page_of(client, f"/states/{code}"))
            found[code, role] = table.get("2026", {}).get("Reports on recommendations")
    assert found == {
        ("PE", "anonymous"): "1", ("CL", "anonymous"): None, ("BR", "anonymous"): None,
        ("PE", "reader"): "1", ("CL", "reader"): "1", ("BR", "reader"): None,
    }  # fmt: skip
    (line,) = page_of(client, "/states/PE?kind=report").xpath("//section[@aria-labelledby='report']//li")
    assert words(line).startswith("Tell what became.")
    assert line.xpath("./a/@href") == [f"/recommendations/{carried.id}"]


def test_nothing_of_a_session_in_preparation(client, personas):
    meeting = make_meeting(stage=Stage.PREPARING)
    practice = publish_practice(meeting, "PE")
    publish_summary(meeting, [cited(practice)], change=recommend("PE"))
    for path in ("/states/PE", "/themes/T3"):
        assert table_of(page_of(client, path)) == {}


@pytest.mark.parametrize("path", ["/themes/T99", "/objectives/99", "/themes/%27", "/themes/5", "/objectives/T3"])
def test_what_is_no_theme_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["kind=x&year=2026", "kind=paragraph&year=x", "year=99999999999999999999", "page=999999999", "kind=practice"],
)
@pytest.mark.parametrize("path", ["/states/PE", "/themes/T3"])
def test_what_an_address_asks_for_in_vain(client, meeting, path, query):
    practice = publish_practice(meeting, "PE")
    publish_summary(meeting, [cited(practice)])
    assert client.get(f"{path}?{query}").status_code == 200


def test_the_map_counts_and_leads(client, meeting, earlier):
    publish_practice(meeting, "PE")
    publish_practice(earlier, "PE", number=2, themes=["T1"])
    publish_practice(earlier, "CL")
    rows = page_of(client, "/practices/map").xpath("//table[@class='register']/tbody/tr")
    assert [words(row) for row in rows] == ["Peru 2", "Chile 1"]
    page = page_of(client, "/practices/map?theme=T3&year=2025")
    rows = page.xpath("//table[@class='register']/tbody/tr")
    assert [words(row) for row in rows] == ["Chile 1"]
    assert rows[0].xpath(".//a/@href") == ["/states/CL", "/practices?state=CL&theme=T3&year=2025"]
    assert "/states/PE" in page.xpath("//*[local-name()='svg']//*[local-name()='a']/@href")
    assert "Chile: 1 good practice" in page.text_content()
    assert "1 good practice is counted here." in page.text_content()


@pytest.mark.parametrize("query", ["theme=T99", "gcm=x", "year=1", "year=x", "year=99999999999999999999"])
def test_what_the_map_cannot_count_by_is_said(client, meeting, query):
    publish_practice(meeting, "PE")
    response = client.get(f"/practices/map?{query}")
    assert response.status_code == 422
    assert "Peru" in response.text


@pytest.mark.one_database
def test_the_map_as_a_file(client, meeting):
    publish_practice(meeting, "PE")
    response = client.get("/practices/map?format=svg&theme=T3")
    assert response.mimetype == "image/svg+xml"
    assert "Good practices by State" in response.text
    assert client.get("/practices/map?format=exe").status_code == 404


@pytest.mark.parametrize(("year", "found"), [("2026", 1), ("2025", 1), ("2024", 0)])
def test_the_register_by_year(client, meeting, earlier, year, found):
    publish_practice(meeting, "PE")
    publish_practice(earlier, "PE")
    page = page_of(client, f"/practices?year={year}")
    assert len(page.xpath("//table[@class='register']/tbody/tr")) == found


def test_a_year_that_none_can_be_is_said(client, meeting):
    publish_practice(meeting, "PE")
    assert client.get("/practices?year=x").status_code == 422
    assert client.get("/practices?year=99999999999999999999999").status_code == 422
