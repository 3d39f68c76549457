"""The pages of gaps and terms."""

import re

import pytest
import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db
from app.directory.enums import Extent, StatementSubject
from app.directory.facts import facts_at
from app.directory.models import Involvement, Organization, VocabularyItem
from app.map.gaps import states_in_few
from app.map.overlap_pages import working_on
from tests.map.mechanisms import alone, item, main, make_mechanism, page_of, rows, say, section
from tests.statements import count_statements


def test_gaps_tell_none_from_unknown(client):
    alone()
    make_mechanism("ALFA", groups={"Work abroad": ["T1"]})
    make_mechanism("BETA", themes=["T2"])
    say(make_mechanism("GAMMA"), StatementSubject.THEMES, stated=False)
    make_mechanism("DELTA", themes=["5"], vocabulary="gcm")
    page = client.get("/map/gaps")
    without = {row[0]: row[1] for row in rows(page, 0)}
    assert len(without) == 9
    assert without.pop(item("themes", "T2").title["en"]) == "BETA"
    assert set(without.values()) == {"None of those whose sources speak of it"}
    assert rows(page, 1)[0][1] == "ALFA: Work abroad"
    known = section(page, "terms")
    assert re.search(r"Their sources do not state what they work on 1 GAMMA", known)
    assert re.search(r"Their sources say what they work on, but name nothing of this list 1 DELTA", known)
    assert "9 of 10: no group works on them" in known


def test_all_themes_may_be_covered(client):
    alone()
    codes = [row.code for row in db.session.scalars(sa.select(VocabularyItem).filter_by(vocabulary="themes"))]
    make_mechanism("ALFA", groups={"One": codes, "Two": codes})
    assert "None: a group works on each of them." in section(client.get("/map/gaps"), "terms")


def test_states_in_few_mechanisms_by_a_threshold_in_the_address(client):
    alone()
    make_mechanism("ALFA", members=["PE", "CL", "ES"])
    make_mechanism("BETA", members=["PE"])
    page = client.get("/map/gaps?fewer=2")
    states = section(page, "states")
    assert "34 of 35 States are in fewer than 2 mechanisms" in states
    assert "the quartile is 0" in states
    assert "2 mechanisms name members" in states
    listed = {row[0]: row[1] for row in next(found for found in (rows(page, 1), rows(page, 2)) if len(found) == 34)}
    assert (listed["Chile"], listed["Cuba"], "Peru" in listed, "Spain" in listed) == (
        "1",
        "named in none",
        False,
        False,
    )
    assert "None: each State is in at least 1." not in states


def test_no_state_may_be_behind(client, app):
    alone()
    with app.test_request_context("/"):
        everybody = [state.code for state, _count in states_in_few(facts_at(), 1000).rows]
    make_mechanism("ALFA", members=everybody)
    assert "None: each State is in at least 1." in section(client.get("/map/gaps"), "states")


def test_issues_with_one_organization_show_how_far_and_what_is_doubted(client):
    page = client.get("/map/gaps")
    vote = item("issues", "21").title["en"]
    issues = section(page, "issues")
    assert "1 issue rests on one organization" in issues
    assert f"{vote} ILO Some (the print is doubted) IOM" in issues


def test_a_corrected_value_counts_and_silence_is_not_none(client, personas):
    vote = item("issues", "21")
    organization = db.session.scalars(sa.select(Organization).where(Organization.code == "ILO")).one()
    cell = db.session.scalars(sa.select(Involvement).filter_by(organization_id=organization.id, item_id=vote.id)).one()
    cell.corrected, cell.reason = Extent.NONE, "Its column has moved."
    for other in db.session.scalars(sa.select(Involvement).filter_by(item_id=item("issues", "1").id)):
        db.session.delete(other)
    issues = section(client.get("/map/gaps"), "issues")
    assert "None: more than one organization works on each, or none does." in issues
    assert f"Issues that the table gives to no organization {vote.title['en']}" in issues
    assert f"Issues of which no source speaks {item('issues', '1').title['en']}" in issues


@pytest.mark.parametrize("query", ["vocabulary=sdg", "fewer=0", "fewer=many", "at=1800-01-01"])
def test_gaps_refuse_an_unknown_filter_at_its_field(client, query):
    answer = client.get(f"/map/gaps?{query}")
    assert answer.status_code == 422
    assert page_of(answer).xpath(f"//*[@id='{query.split('=')[0]}-error']")


def test_a_term_names_who_works_on_it_and_where_its_practices_are(client):
    alone()
    make_mechanism("ALFA", groups={"Work abroad": ["T2"], "Pay": ["T2"]})
    make_mechanism("BETA", themes=["T2"], ended="2010")
    page = client.get("/map/terms/themes/T2")
    assert "Mechanisms 1 ALFA: Work abroad; Pay" in main(page)
    assert "which mean the same or are part of it by our own reading: Migrant workers" in main(page)
    assert "Strongly involved:" in main(page), "by the issues of the table"
    assert "No source at hand says how far organizations work on this." in main(client.get("/map/terms/themes/T3"))
    assert page_of(page).xpath("//main//a/@href")[-1] == "/practices?theme=T2"
    assert "Mechanisms 2 ALFA: Work abroad; Pay BETA: as a whole" in main(
        client.get("/map/terms/themes/T2?at=2009-01-01")
    )
    assert "No source at hand names a mechanism" in main(client.get("/map/terms/themes/T3"))


def test_a_term_of_the_table_of_involvement_names_organizations_the_strong_first(client):
    page = main(client.get("/map/terms/issues/28"))
    assert "Strongly involved: ILO (doubted: ILO) UNHCR Involved to some extent: UN regional commissions" in page
    assert "Not marked, but the print is doubted: IOM (doubted: IOM)" in page
    assert client.get("/map/terms/gcm/5").text.count("/practices?gcm=5") == 1
    assert "/practices?" not in client.get("/map/terms/issues/28").text


def test_a_term_that_no_organization_is_marked_for_says_none(client):
    for cell in db.session.scalars(sa.select(Involvement).filter_by(item_id=item("issues", "28").id)):
        cell.corrected, cell.reason = Extent.NONE, "Nobody does."
    assert "None: the table of involvement marks no organization." in main(client.get("/map/terms/issues/28"))


@pytest.mark.parametrize("address", ["/map/terms/themes/T99", "/map/terms/nothing/T1", "/map/terms/themes/5"])
def test_a_term_that_no_vocabulary_has_does_not_exist(client, address):
    assert client.get(address).status_code == 404


def test_a_term_refuses_a_day_that_cannot_be_read(client):
    assert client.get("/map/terms/themes/T2?at=x").status_code == 422


def test_who_works_on_many_terms_takes_two_statements_beside_the_facts(app):
    with app.test_request_context("/"):
        known = facts_at(now().date().isoformat())
        ids = [term.id for term in known.vocabulary("themes")]
        for wanted in (ids[:1], ids):
            with count_statements() as counted:
                works = working_on(known, wanted)
            assert counted.number == 2
            assert [work["title"] for work in works] == [known.terms[one].title["en"] for one in wanted]
