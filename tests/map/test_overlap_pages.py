"""The pages of overlaps, pairs and what is in common."""

import pytest

from app.directory.enums import MechanismKind, PartyKind, StatementSubject
from app.directory.facts import facts_at
from app.map import overlap
from tests.map.mechanisms import alone, facts, main, make_mechanism, page_of, rows, say, section, words

ALL = "/map/overlap?show=all"


@pytest.fixture
def three(app):
    """ALFA and BETA share two of three members and one of two themes; GAMMA has the themes of BETA, and no members."""
    alone()
    make_mechanism("ALFA", members=["PE", "CL", "MX"], groups={"Work abroad": ["T1"]}, secretariat=["IOM"])
    make_mechanism("BETA", members=["PE", "CL"], themes=["T1", "T2"], secretariat=["IOM", "UNHCR"])
    make_mechanism("GAMMA", themes=["T1", "T2"], kind=MechanismKind.PROJECT)


def test_the_lists_of_pairs_show_the_numbers_that_rank_them(client, three):
    assert rows(client.get("/map/overlap")) == [["ALFA · BETA", "33%", "2 of 3", "1 of 2", "IOM", "58%"]]
    assert rows(client.get("/map/overlap?show=duplicate")) == [["ALFA · BETA", "33%", "2 of 3", "1 of 2", "IOM", "58%"]]
    assert rows(client.get(ALL)) == [
        ["BETA · GAMMA", "not compared", "2 of 2", "", "100%"],
        ["ALFA · BETA", "2 of 3", "1 of 2", "IOM", "58%"],
        ["ALFA · GAMMA", "not compared", "1 of 2", "", "50%"],
    ]


def test_the_page_states_its_formula_and_how_many_could_be_compared(client, three):
    method = section(client.get("/map/overlap"), "method")
    assert "Jaccard's index" in method
    assert "the plain mean of the two" in method
    assert "members in common × themes that only one of them works on" in method
    assert "Score: members in common × themes in common" in method
    assert "Sources name members of 2 of them, themes of 3, and both of 2." in method
    by_objectives = section(client.get("/map/overlap?vocabulary=gcm"), "method")
    assert "objectives of the Global Compact of 0, and both of 0." in by_objectives


def test_a_pair_can_be_sought_by_kind_and_by_mechanism_which_then_comes_first(client, three):
    assert [row[0] for row in rows(client.get(f"{ALL}&kind=project"))] == ["BETA · GAMMA", "ALFA · GAMMA"]
    assert [row[0] for row in rows(client.get(f"{ALL}&mechanism=gamma"))] == ["GAMMA · BETA", "GAMMA · ALFA"]
    none = client.get("/map/overlap?kind=project")
    assert "No pair matches these filters" in main(none)
    assert "All that share something 2" in main(none)


def test_the_lists_compare_by_objectives_of_the_global_compact_where_asked(client):
    alone()
    make_mechanism("ALFA", members=["PE"], themes=["5", "7"], vocabulary="gcm")
    make_mechanism("BETA", members=["PE"], themes=["7"], vocabulary="gcm")
    assert "No pair is in this list" in main(client.get("/map/overlap"))
    page = client.get("/map/overlap?vocabulary=gcm")
    assert [row[:4] for row in rows(page)] == [["ALFA · BETA", "50%", "1 of 1", "1 of 2"]]
    assert "Objectives in common" in main(page)
    assert page_of(page).xpath("//tbody//a/@href") == ["/map/overlap/alfa/beta?vocabulary=gcm"]


def test_the_lists_are_read_as_at_a_day(client):
    alone()
    make_mechanism("ALFA", members=["PE", ("CL", "2020", "2021")], themes=["T1", "T2"], ended="2022-06")
    make_mechanism("BETA", members=["CL"], themes=["T2"], founded="2019")
    assert [row[0] for row in rows(client.get("/map/overlap?at=2021-03-01"))] == ["ALFA · BETA"]
    assert rows(client.get(f"{ALL}&at=2022-03-01"))[0][1] == "0 of 2"
    gone = client.get("/map/overlap?mechanism=alfa&at=2022-07-01")
    assert "This mechanism was not in being on this day" in main(gone)
    assert "All that share something 0" in main(client.get(f"{ALL}&at=2018-12-31"))


def test_long_lists_have_pages_of_25(client):
    alone()
    for number in range(8):
        make_mechanism(f"M{number}", themes=["T1"])
    first, second = client.get(ALL), client.get(f"{ALL}&page=2")
    assert (len(rows(first)), len(rows(second))) == (25, 3)
    assert "28 pairs" in main(first)
    links = page_of(first).xpath("//nav[@aria-label='Pages']//a/@href")
    assert "/map/overlap?show=all&page=2" in links
    assert "This page of the list does not exist" in main(client.get(f"{ALL}&page=3"))
    assert len(rows(client.get(f"{ALL}&page=-4"))) == 25
    assert client.get(f"{ALL}&page={10**30}").status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [("show=x", "show"), ("vocabulary=sdg", "vocabulary"), ("kind=club", "kind"), ("mechanism=nobody", "mechanism"),
     ("at=yesterday", "at")],
)  # fmt: skip
def test_an_unknown_filter_is_refused_at_its_field(client, query, field):
    answer = client.get(f"/map/overlap?{query}")
    assert answer.status_code == 422
    assert page_of(answer).xpath(f"//*[@id='{field}-error']")
    assert client.get(f"/map/overlap/rcm/sacm?{query}").status_code == (422 if field in ("vocabulary", "at") else 200)


def test_a_pair_shows_what_both_have_and_what_only_one_has_with_the_formula_in_numbers(client, three):
    page = client.get("/map/overlap/alfa/beta")
    assert facts(page) == {
        "Members in common": "2 of 3 = 67%",
        "Themes in common": "1 of 2 = 50%",
        "Similarity": "(67% + 50%) / 2 = 58%",
        "Could work together": "67% × 50% = 33%",
        "May duplicate each other": "67% × 50% = 33%",
    }
    assert section(page, "members").endswith(
        "In both 2 Chile Peru Only in ALFA 1 Mexico Only in BETA 0 None of those named."
    )
    assert [row[1:] for row in rows(page, 0)] == [["Work abroad", "as a whole"]]
    assert [row[1:] for row in rows(page, 1)] == [["not named", "as a whole"]]
    assert section(page, "secretariats").endswith(
        "In both 1 IOM Only in ALFA 0 None of those named. Only in BETA 1 UNHCR"
    )
    assert facts(client.get("/map/overlap/beta/alfa")) == facts(page)


def test_a_pair_says_why_it_is_not_compared(client, three):
    page = client.get("/map/overlap/beta/gamma")
    assert facts(page)["Members in common"] == "not compared"
    assert facts(page)["Similarity"] == "100%"
    assert facts(page)["Could work together"] == "They could not be compared by both."
    assert "GAMMA: No source at hand speaks of this. Named for BETA 2 Chile Peru" in section(page, "members")


def reasons(client, address: str) -> tuple[str, str]:
    found = facts(client.get(address))
    return found["Could work together"], found["May duplicate each other"]


def test_a_pair_says_why_it_is_in_neither_list(client):
    alone()
    whole = make_mechanism("ALFA", members=["PE"], themes=["T1", "T2", "T3"])
    make_mechanism("PART", members=["PE"], themes=["T1"], parent=whole)
    make_mechanism("FEW", members=["PE"], themes=["T1"])
    make_mechanism("LIKE", members=["PE"], themes=["T1", "T2", "T3"])
    make_mechanism("WORK", members=["PE"], themes=["T1", "T2", "T3"], kind=MechanismKind.PROJECT)
    make_mechanism("OTHER", members=["PE"], themes=["T4"])
    make_mechanism("FAR", members=["CL"], themes=["T1"])
    make_mechanism("GONE", members=["PE"], themes=["T1"], ended="2010")
    belongs, exactly = "One belongs to the other.", "They work on exactly the same."
    assert reasons(client, "/map/overlap/alfa/part") == (belongs, belongs)
    assert reasons(client, "/map/overlap/alfa/few")[1] == "Less than half of what they work on is the same."
    assert reasons(client, "/map/overlap/alfa/like") == (exactly, "100% × 100% = 100%")
    assert reasons(client, "/map/overlap/alfa/work") == (exactly, "Their kinds are not alike.")
    assert reasons(client, "/map/overlap/alfa/other")[0] == "They have nothing in common that they work on."
    assert reasons(client, "/map/overlap/alfa/far")[0] == "No member is named for both."
    assert reasons(client, "/map/overlap/alfa/gone")[0] == "GONE was not in being on this day."
    assert "Nothing in common is named." in section(client.get("/map/overlap/alfa/other"), "themes")


def test_silence_is_told_by_its_reason(client):
    alone()
    make_mechanism("ALFA", members=["PE"], themes=["T1"], secretariat=["IOM"])
    other = make_mechanism("BETA", members=[("CL", "2030", "")], themes=["5"], vocabulary="gcm")
    number = make_mechanism("GAMMA")
    say(number, StatementSubject.MEMBERS, count=12)
    say(number, StatementSubject.SECRETARIAT)
    say(number, StatementSubject.THEMES, stated=False)
    say(other, StatementSubject.SECRETARIAT, stated=False)
    page = client.get("/map/overlap/beta/gamma?at=2026-01-01")
    assert "BETA: The sources name none as at this day." in section(page, "members")
    assert "GAMMA: The source gives the number and no list." in section(page, "members")
    assert "BETA: Sources say what it works on, but name nothing of this list." in section(page, "themes")
    assert "GAMMA: Not stated by the source. That is not the same as none." in section(page, "themes")
    assert "BETA: Not stated by the source. That is not the same as none." in section(page, "secretariats")
    assert "GAMMA: None, says the source." in section(page, "secretariats")


@pytest.mark.parametrize("address", ["/map/overlap/rcm/nowhere", "/map/overlap/nowhere/rcm", "/map/overlap/iom/rcm"])
def test_a_pair_with_what_is_not_a_mechanism_does_not_exist(client, address):
    assert client.get(address).status_code == 404


def test_a_mechanism_makes_no_pair_with_itself(client):
    answer = client.get("/map/overlap/rcm/rcm")
    assert answer.status_code == 422
    assert "A pair needs two mechanisms" in main(answer)


def test_what_several_have_in_common_leaves_out_those_that_name_nothing(client, three):
    page = client.get("/map/common?m=alfa&m=beta&m=gamma")
    assert "GAMMA: No source at hand speaks of this. Compared: ALFA, BETA. Chile Peru" in section(page, "members")
    assert page_of(page).xpath("//section[@aria-labelledby='themes']//li/a/@href") == ["/map/terms/themes/T1"]
    assert section(page, "secretariats").endswith("IOM")
    assert page_of(page).xpath("//input[@name='m'][@checked]/@value") == ["alfa", "beta", "gamma"]
    assert "/map/overlap/alfa/beta" not in page.text
    alone = client.get("/map/common?m=alfa&m=gamma")
    assert "Fewer than two of them can be compared by this." in section(alone, "members")
    assert "/map/overlap/alfa/gamma" in alone.text


def test_nothing_in_common_is_said(client):
    alone()
    make_mechanism("ALFA", members=["PE"])
    make_mechanism("BETA", members=["CL"])
    assert "None: nothing that is named" in section(client.get("/map/common?m=alfa&m=beta"), "members")


@pytest.mark.parametrize(
    ("query", "message"),
    [("m=rcm", "Choose at least two mechanisms."), ("m=rcm&m=rcm", "Choose at least two mechanisms."),
     ("m=rcm&m=nobody", "'nobody' is not a valid choice for this field.")],
)  # fmt: skip
def test_fewer_than_two_mechanisms_or_unknown_ones_are_refused_at_the_boxes(client, query, message):
    answer = client.get(f"/map/common?{query}")
    assert answer.status_code == 422
    assert words(page_of(answer).xpath("//*[@id='m-error']")[0]) == f"Error: {message}"
    assert not page_of(answer).xpath("//section")


def test_the_choice_of_mechanisms_opens_empty(client):
    page = client.get("/map/common")
    assert page.status_code == 200
    assert len(page_of(page).xpath("//input[@type='checkbox'][@name='m']")) >= 80
    assert not page_of(page).xpath("//section")


@pytest.mark.parametrize("language", ["es", "fr", "pt"])
def test_the_pages_can_be_read_in_every_language(client, language):
    for address in (
        "/map/overlap",
        "/map/overlap/rcm/sacm",
        "/map/common?m=rcm&m=sacm",
        "/map/gaps",
        "/map/terms/gcm/5",
    ):
        assert client.get(address, headers={"Accept-Language": language}).status_code == 200


def test_all_mechanisms_of_the_data_files_are_compared(client, app):
    with app.test_request_context("/"):
        known = facts_at()
        found = overlap.pairs(known, known.in_being(PartyKind.MECHANISM), "themes")
    assert f"All that share something {sum(pair.shares for pair in found)}" in main(client.get("/map/overlap"))
