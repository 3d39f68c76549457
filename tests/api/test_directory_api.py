"""The directory in the API: organizations, involvement, and what statements say with dates and terms."""

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.db import db
from app.directory.enums import Extent
from app.directory.models import Involvement
from app.directory.operations import correct_involvement
from tests.directory.tables import NOTE, PAPER, sheet, take
from tests.statements import count_statements

ROOT = "/api/v1"


def get(client, path: str):
    response = client.get(ROOT + path)
    assert response.status_code == 200, response.text
    return response.json


def test_organizations_by_acronym(client):
    found = get(client, "/organizations?per_page=200&language=es")
    acronyms = [item["acronym"] for item in found["items"]]
    assert acronyms == sorted(acronyms)
    assert found["total"] == len(acronyms) > 30
    department = next(item for item in found["items"] if item["acronym"] == "OAS-DSI")
    assert department["parent"] == {"code": "OAS", "name": "Organización de los Estados Americanos"}
    assert department["kind"] == "secretariat department"
    assert department["url"] == "http://localhost/organizations/OAS-DSI"
    assert [item["acronym"] for item in get(client, "/organizations?per_page=2&page=2")["items"]] == acronyms[2:4]


def test_an_organization_with_its_mandate_and_places(client):
    found = get(client, "/organizations/iom")
    assert (found["acronym"], found["founded"], found["ended"]) == ("IOM", "1951", None)
    assert found["mandate"].startswith("Works across the whole field of migration")
    assert found["mandate_source"]["key"] == "sacm-reference-2014"
    served = next(item for item in found["places"] if item["mechanism"]["code"] == "RCM")
    assert (served["subject"], served["since"], served["source"]["key"]) == ("secretariat", None, NOTE)


def test_an_organization_that_is_none(client):
    for code in ("RCM", "XX"):
        assert client.get(f"{ROOT}/organizations/{code}").status_code == 404


def test_involvement_cell_by_cell(client):
    found = get(client, "/involvement?per_page=200")
    assert (found["total"], len(found["items"])) == (29 * 26, 200)
    assert {item["extent"] for item in found["items"]} == {"none", "some", "strong"}
    assert get(client, "/involvement?organization=iom")["total"] == 29
    assert get(client, "/involvement?issue=21")["total"] == 26
    assert get(client, "/involvement?organization=RCM")["total"] == 0
    (cell,) = get(client, "/involvement?organization=UNHCR&issue=1")["items"]
    assert cell["organization"]["code"] == "UNHCR"
    assert (cell["issue"]["code"], cell["printed"], cell["extent"], cell["corrected"]) == ("1", "some", "some", None)
    assert cell["url"].startswith("http://localhost/map/")


def test_a_corrected_cell_says_what_is_printed_and_why_it_was_corrected(client):
    (item,) = get(client, "/involvement?organization=IMO&issue=22")["items"]
    assert item["doubt"]
    cell = db.session.scalars(sa.select(Involvement).where(Involvement.id == int(item["url"].rsplit("/", 1)[1]))).one()
    correct_involvement(cell, extent=Extent.NONE, reason="A shifted column.", seen=cell.version, by=SYSTEM)
    db.session.commit()
    (after,) = get(client, "/involvement?organization=IMO&issue=22")["items"]
    assert after["printed"] == item["printed"]
    assert (after["extent"], after["corrected"], after["reason"]) == ("none", "none", "A shifted column.")


def test_statements_tell_the_presidency_in_turn_and_the_themes(client):
    about = {"mechanism": "RCM", "subject": "presidency", "source": PAPER, "part": ""}
    rows = [("PA", "2022", "2022"), ("MX", "2023", "")]
    take(
        {
            "statements": sheet({**about, "stated": "yes", "label_en": "Pro tempore presidency"}),
            "places": sheet(*({**about, "party": code, "since": since, "until": until} for code, since, until in rows)),
        }
    )
    said = {(row["subject"], row["source"]["key"]): row for row in get(client, "/mechanisms/rcm")["statements"]}
    presidency = said["presidency", PAPER]
    assert presidency["label"] == "Pro tempore presidency"
    assert [(row["code"], row["since"], row["until"]) for row in presidency["parties"]] == [
        ("PA", "2022", "2022"),
        ("MX", "2023", None),
    ]
    assert [row["name"] for row in said["members", NOTE]["parties"]][:2] == ["Belize", "Canada"]
    themes = said["themes", "plenaria"]["themes"]
    assert {"vocabulary": "themes", "code": "T2", "title": "Labour migration", "group": 4} in themes
    assert {"institutional", None} == {
        next(row[name] for row in themes if row["vocabulary"] == "capacities") for name in ("code", "group")
    }
    gmg = next(row for row in get(client, "/mechanisms/gmg")["statements"] if row["groups"])
    assert [chair["code"] for chair in gmg["groups"][0]["chairs"]] == ["IOM", "UNDP"]


@pytest.mark.parametrize(
    ("path", "names"),
    [("/organizations?kind=x", ["kind"]), ("/involvement?issue=" + "1" * 41 + "&page=0", ["issue", "page"])],
)
def test_a_wrong_parameter_is_named(client, path, names):
    answer = client.get(ROOT + path)
    assert answer.status_code == 422
    assert sorted(answer.json["errors"]) == names


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/organizations", 1), ("/organizations/IOM", 3), ("/involvement", 2), ("/mechanisms/rcm", 13)],
)
def test_each_runs_few_statements(client, path, expected):
    client.get(ROOT + path)
    with count_statements() as counted:
        client.get(ROOT + path)
    assert counted.number == expected


def codes(items) -> list[str]:
    return [item["code"] for item in items]


def test_states_with_the_mechanisms_that_count_them(client):
    found = {item["code"]: item for item in get(client, "/states?per_page=200")["items"]}
    assert "RCM" in codes(found["BZ"]["mechanisms"])
    assert found["AW"]["territory"]
    assert not found["PE"]["territory"]
    earlier = {item["code"]: item for item in get(client, "/states?per_page=200&at=1990-01-01")["items"]}
    assert "LAD" not in codes(earlier["BZ"]["mechanisms"])
    assert found["PE"]["url"] == "http://localhost/states/PE"


def test_mechanisms_by_kind_member_theme_and_day(client):
    every = get(client, "/mechanisms?per_page=200")
    assert {item["kind"] for item in get(client, "/mechanisms?kind=forum&per_page=200")["items"]} == {"forum"}
    in_peru = {item["acronym"] for item in get(client, "/mechanisms?state=PE&per_page=200")["items"]}
    assert "SACM" in in_peru
    assert "RCM" not in in_peru
    assert 0 < get(client, "/mechanisms?theme=T8")["total"] < every["total"]
    assert get(client, "/mechanisms?theme=T99")["total"] == get(client, "/mechanisms?state=ZZ")["total"] == 0
    earlier = get(client, "/mechanisms?at=1990-01-01&per_page=200")
    assert "LAD" not in {item["acronym"] for item in earlier["items"]}
    assert client.get(f"{ROOT}/mechanisms?at=1800-01-01").status_code == 422
    assert client.get(f"{ROOT}/mechanisms?kind=nothing").status_code == 422


def test_a_mechanism_s_members_are_those_of_the_day(client):
    now, then = get(client, "/mechanisms/mirps"), get(client, "/mechanisms/mirps?at=2018-06-01")
    assert "SV" in codes(now["members"])
    assert "SV" not in codes(then["members"]), "a list that gives dates tells of the day"
    assert now["events"]
    assert {"date", "source"} <= now["events"][0].keys()
    assert now["ended"] is None


def test_terms_with_who_works_on_them(client):
    themes = get(client, "/vocabularies/themes")
    assert codes(themes["items"])[:2] == ["T1", "T2"]
    remittances = get(client, "/vocabularies/themes/T8")
    assert len(remittances["organizations"]) >= 10
    assert remittances["mechanisms"]
    issue = get(client, "/vocabularies/issues/4")
    assert issue["related"] == ["themes:T8", "gcm:20"]
    assert get(client, "/vocabularies/gcm/4")["organizations"] is None, "no source speaks of them"
    for path in ("/vocabularies/nothing", "/vocabularies/themes/T99", "/vocabularies/nothing/1"):
        assert client.get(ROOT + path).status_code == 404


def test_sources_and_events(client):
    found = get(client, "/sources?per_page=200")["items"]
    assert NOTE in {item["key"] for item in found}
    assert [item["date"] for item in found] == sorted((item["date"] for item in found), reverse=True)
    events = get(client, "/events?per_page=200")
    assert events["items"][0]["date"] < "1952"
    assert {item["kind"] for item in get(client, "/events?kind=founded")["items"]} == {"founded"}


def test_overlaps_are_those_of_the_page(client):
    found = get(client, "/overlaps")
    scores = [item["together"] for item in found["items"]]
    assert scores == sorted(scores, reverse=True)
    first = found["items"][0]
    assert first["together"] == pytest.approx(first["members"]["index"] * (1 - first["terms"]["index"]))
    assert first["url"].startswith("http://localhost/map/overlap/")
    of_one = get(client, "/overlaps?show=all&mechanism=rcm&per_page=200&vocabulary=gcm")
    assert all("RCM" in (item["first"]["code"], item["second"]["code"]) for item in of_one["items"])
    assert any(item["members"]["index"] is None for item in of_one["items"])
    assert get(client, "/overlaps?show=duplicate")["total"] < found["total"]


def test_gaps_tell_no_source_from_none(client):
    found = get(client, "/gaps")
    assert {"terms_without_group", "states_in_few", "mechanisms_without_list"} <= found.keys()
    assert "GCM" in codes(found["mechanisms_without_list"])
    assert all(item["mechanisms"] < found["fewer_than"] for item in found["states_in_few"])
    assert all(len(item["organizations"]) == 1 for item in found["issues_with_one_organization"])


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/mechanisms", 12),
        ("/mechanisms/rcm", 13),
        ("/states", 5),
        ("/vocabularies/themes", 10),
        ("/vocabularies/themes/T8", 12),
        ("/sources", 1),
        ("/events", 1),
        ("/overlaps", 5),
        ("/gaps", 6),
        ("/coordinations", 2),
    ],
)
def test_statements_of_the_map_do_not_grow(client, path, statements):
    with count_statements() as counted:
        get(client, path)
    assert counted.number == statements
