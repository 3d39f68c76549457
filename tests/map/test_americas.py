"""The map: every State of the Americas has a place that can be seen and read, and the shade of its number."""

import json
import re

import pytest
from flask import Flask

from app.directory.enums import PartyKind, StatementSubject
from app.directory.facts import facts_at
from app.directory.reference import DATA, read
from app.map import americas
from tests.map.facts import box, facts_of, overlapping

CARIBBEAN = {"AG", "BB", "DM", "GD", "KN", "LC", "VC", "TT"}


@pytest.fixture(autouse=True)
def page(app: Flask):
    with app.test_request_context("/"):
        yield


@pytest.fixture
def atlas():
    return json.loads((DATA / "americas.json").read_text(encoding="utf-8"))


def mechanism(facts, code: str):
    return next(party for party in facts.of_kind(PartyKind.MECHANISM) if party.code == code)


def shown(picture) -> dict[str, americas.Told]:
    return {area.told.label: area.told for area in picture.shapes.areas if area.told}


def test_every_state_and_territory_of_the_americas_has_a_place(atlas):
    regions = {"north_america", "central_america", "south_america", "caribbean"}
    assert set(atlas["states"]) == {entry["code"] for entry in read("states.yaml") if entry["region"] in regions}


def test_the_shapes_are_light_and_within_the_frame(atlas):
    assert (DATA / "americas.json").stat().st_size < 150_000
    for code, state in atlas["states"].items():
        starts = re.findall(r"M(-?[\d.]+) (-?[\d.]+)l", state["path"])
        assert starts, code
        assert re.fullmatch(r"(M-?[\d.]+ -?[\d.]+l[-\d. ]+z)+", state["path"]), code
        for x, y in (state["at"], state["name"]):
            assert 0 <= x <= atlas["width"], code
            assert 0 <= y <= atlas["height"], code


def test_small_islands_are_dots(atlas):
    dots = {code for code, state in atlas["states"].items() if state["dot"]}
    assert dots >= CARIBBEAN
    assert not dots & {"CU", "JM", "BS", "HT", "DO", "SV", "BZ"}


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
def test_no_name_covers_another_or_leaves_the_frame(app, language):
    with app.test_request_context("/", headers={"Accept-Language": language}):
        picture = americas.count_picture(facts_at(), "Caption.")
    boxes = {}
    for area in picture.shapes.areas:
        text = area.told.label if area.inside else f"{area.told.label}  {area.told.number}"
        boxes[area.told.label] = box(area.x, area.y, text, 12, area.anchor)
    assert len(boxes) == len(picture.shapes.areas)
    assert overlapping(boxes) == []
    assert min(left for left, *_rest in boxes.values()) >= 0
    assert max(right for _left, _top, right, _bottom in boxes.values()) <= picture.width


def test_a_state_is_told_with_its_number_of_mechanisms():
    facts = facts_at()
    peru = next(party for party in facts.of_kind(PartyKind.STATE) if party.code == "PE")
    number = sum(1 for members in facts.members.values() if peru.id in members)
    assert number > 3
    told = shown(americas.count_picture(facts, "Caption."))["Peru"]
    assert (told.number, told.title, told.url) == (str(number), f"Peru: {number} mechanisms", "/states/PE")


def test_numbers_stand_most_first_with_members_from_elsewhere():
    rows = americas.counts(facts_at())
    assert [number for _party, number in rows] == sorted((number for _party, number in rows), reverse=True)
    found = {party.code: number for party, number in rows}
    assert found["ES"] == 1
    assert "SE" not in found
    assert found["CU"] == 0
    assert not americas.is_drawn(next(party for party, _number in rows if party.code == "ES"))


def test_a_mechanism_that_has_ended_is_not_counted():
    facts = facts_of({"A": ["PE"], "B": ["PE", "CL"]}, ended={"B": "2005"})
    assert {party.code: number for party, number in americas.counts(facts)} == {"PE": 1, "CL": 0}


@pytest.mark.parametrize("most", range(30))
def test_the_shades_part_the_numbers_without_gap(most):
    parts = americas.steps(most)
    assert [number for _shade, low, high in parts for number in range(low, high + 1)] == list(range(1, most + 1))
    assert [shade for shade, _low, _high in parts] == sorted({shade for shade, _low, _high in parts})
    assert all(1 <= shade <= americas.STEPS for shade, _low, _high in parts)
    if parts:
        assert parts[-1][0] == americas.STEPS


def test_the_legend_tells_each_shade_in_numbers():
    picture = americas.count_picture(facts_at(), "Caption.")
    words = {shade: text for _y, shade, text in picture.shapes.legend}
    assert words[0] == "none"
    for told in shown(picture).values():
        ends = [int(number) for number in words[told.heat].split(" to ")] if told.heat else [0]
        assert ends[0] <= int(told.number) <= ends[-1]


def test_members_of_one_mechanism_are_shaded_and_the_others_are_not():
    facts = facts_at()
    chosen = mechanism(facts, "RCM")
    picture = americas.members_picture(facts, chosen, "Caption.")
    members = {told.label for told in shown(picture).values() if told.heat}
    assert members == {facts.parties[party_id].label.get("en") for party_id in facts.members[chosen.id]}
    assert len(members) == 11
    assert shown(picture)["Peru"].title == "Peru: not on the list of members"
    assert picture.title == "Members of RCM"
    assert len(shown(picture)) == len(picture.shapes.areas)


def test_beside_a_mechanism_its_members_alone_are_named():
    facts = facts_at()
    picture = americas.members_picture(facts, mechanism(facts, "RCM"), "Caption.", others=False)
    assert len(shown(picture)) == 11
    assert len(picture.shapes.areas) == 37
    assert all(not area.lead for area in picture.shapes.areas if not area.told)


def test_a_mechanism_whose_members_no_source_names_shades_nobody():
    facts = facts_at()
    silent = next(
        party
        for party in facts.of_kind(PartyKind.MECHANISM)
        if party.id not in facts.members and facts.standing(party.id, StatementSubject.MEMBERS)
    )
    assert not any(told.heat for told in shown(americas.members_picture(facts, silent, "Caption.")).values())
