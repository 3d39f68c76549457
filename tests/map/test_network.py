"""The network: which mechanisms and pairs are drawn, and that what is drawn can be read."""

import random
from math import hypot

import pytest
from flask import Flask

from app.directory.enums import MechanismKind
from app.map import network
from app.map.svg import text_width
from tests.map.facts import DAY, box, facts_of, overlapping


@pytest.fixture(autouse=True)
def page(app: Flask):
    with app.test_request_context("/"):
        yield


def many(count: int, *, states: int = 30, seed: int = 1, kinds=tuple(MechanismKind)):
    """So many mechanisms of all kinds, with members by chance; the name of each tells how long it is."""
    chance = random.Random(seed)
    codes = [f"S{number:02d}" for number in range(states)]
    members = {
        f"Mechanism {number:02d} {'x' * (number % 12)}": sorted(chance.sample(codes, chance.randint(1, states)))
        for number in range(count)
    }
    return facts_of(members, {code: kinds[place % len(kinds)] for place, code in enumerate(members)})


def codes(parties) -> list[str]:
    return [party.code for party in parties]


def test_pairs_are_told_with_what_they_share_and_how_alike_they_are():
    found = network.network(facts_of({"A": ["PE", "CL", "MX"], "B": ["PE", "CL"], "C": ["CA"], "D": []}))
    (pair,) = found.pairs
    assert (pair.first.code, pair.second.code, pair.members, pair.either_members) == ("A", "B", 2, 3)
    assert pair.by_members == pytest.approx(2 / 3)
    assert codes(found.nodes) == ["A", "B", "C"]
    assert [found.members[party.id] for party in found.nodes] == [3, 2, 1]
    assert (found.left_out, found.unlisted, found.at_least) == (0, 1, 1)


def test_fewer_shared_members_than_asked_for_make_no_line():
    facts = facts_of({"A": ["PE", "CL", "MX"], "B": ["PE", "CL"], "C": ["PE"]})
    shared = {least: [pair.members for pair in network.network(facts, at_least=least).pairs] for least in (1, 2, 3)}
    assert shared == {1: [2, 1, 1], 2: [2], 3: []}


def test_one_kind_alone():
    kinds = {"A": MechanismKind.FORUM, "B": MechanismKind.COMMITTEE, "C": MechanismKind.FORUM}
    facts = facts_of({"A": ["PE"], "B": ["PE"], "C": []}, kinds)
    found = network.network(facts, kind=MechanismKind.FORUM)
    assert (codes(found.nodes), found.pairs, found.unlisted) == (["A"], [], 1)
    assert codes(network.network(facts).nodes) == ["B", "A"]


def test_what_has_ended_is_not_drawn():
    members = {"A": ["PE"], "B": ["PE"], "C": ["PE"]}
    found = network.network(facts_of(members, ended={"B": "2005", "C": DAY[:4]}))
    assert codes(found.nodes) == ["A", "C"]
    assert (len(found.pairs), found.unlisted) == (1, 0)


def test_of_too_many_mechanisms_those_with_the_most_members_are_drawn():
    facts = many(network.MOST + 7)
    found = network.network(facts)
    assert (len(found.nodes), found.left_out) == (network.MOST, 7)
    drawn = {party.id for party in found.nodes}
    least = min(found.members.values())
    assert all(len(members) <= least for party_id, members in facts.members.items() if party_id not in drawn)


def test_of_too_many_lines_the_weakest_are_left_out_unless_they_are_asked_for():
    facts = many(network.MOST)
    found = network.network(facts)
    assert 0 < len(found.pairs) <= network.MOST_LINES
    assert found.at_least > 1
    assert len(network.network(facts, at_least=found.at_least - 1).pairs) > network.MOST_LINES
    assert len(network.network(facts, at_least=1).pairs) > 500


def test_pairs_that_share_equally_many_are_all_drawn():
    facts = facts_of({f"M{number:02d}": ["PE", "CL"] for number in range(20)})
    assert len(network.network(facts).pairs) == 190


@pytest.mark.parametrize("seed", range(3))
def test_no_name_covers_another_among_the_most_that_are_drawn(seed):
    picture = network.picture(network.network(many(network.MOST, seed=seed)), "Caption.")
    boxes = {}
    for node in picture.shapes.nodes:
        anchor = "start" if node.side > 0 else "end"
        boxes[node.label] = box(node.x + 12 * node.side, node.y + 4.5, f"{node.label}  {node.count}", 13, anchor)
    for heading in picture.shapes.headings:
        anchor = "start" if heading.side > 0 else "end"
        boxes[f"{heading.label} {heading.side}"] = box(
            heading.x + 12 * heading.side, heading.y + 5, str(heading.label), 12, anchor
        )
    assert overlapping(boxes) == []
    assert min(left for left, *_rest in boxes.values()) >= 0
    assert max(right for _left, _top, right, _bottom in boxes.values()) <= picture.width
    assert max(bottom for *_rest, bottom in boxes.values()) <= picture.height


def test_every_mechanism_stands_on_the_ellipse_beside_its_kind():
    picture = network.picture(network.network(many(30)), "Caption.")
    nodes, headings = picture.shapes.nodes, picture.shapes.headings
    assert len(nodes) == 30
    assert len({(node.x, node.y) for node in nodes}) == 30
    assert {heading.label for heading in headings} == set(network.MECHANISM_KINDS.values())
    assert {node.side for node in nodes} == {1, -1}
    sides = [sum(1 for shape in [*nodes, *headings] if shape.side == side) for side in (1, -1)]
    assert abs(sides[0] - sides[1]) <= network.SLACK
    assert all(abs(node.x - network.WIDTH / 2) <= network.RADIUS for node in nodes)


@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_mechanisms_of_one_kind_stand_on_both_sides(count):
    picture = network.picture(network.network(many(count, kinds=(MechanismKind.FORUM,))), "Caption.")
    right = sum(1 for node in picture.shapes.nodes if node.side > 0)
    assert right == count // 2
    assert len(picture.shapes.headings) == (2 if count > 1 else 1)


def test_kinds_that_have_much_in_common_stand_across_from_each_other():
    kinds = {"A": MechanismKind.COMMITTEE, "B": MechanismKind.FORUM, "C": MechanismKind.PROJECT}
    states = [f"S{number}" for number in range(9)]
    facts = facts_of({"A": states, "B": states, "C": states[:1]}, kinds)
    picture = network.picture(network.network(facts), "Caption.")
    sides = {node.label: node.side for node in picture.shapes.nodes}
    assert sides["A"] == -sides["B"]


def test_neighbours_change_places_to_make_lines_shorter():
    facts = many(24, kinds=tuple(MechanismKind)[:3])
    found = network.network(facts, at_least=1)
    ids = [party.id for party in found.nodes]
    groups = [ids[:8], ids[8:16], ids[16:]]
    chance = random.Random(2)
    before = {party_id: (chance.random() * 100, chance.random() * 100) for party_id in ids}
    after = network._shorter(before, [list(group) for group in groups], found.pairs)

    def weighed(spots) -> float:
        ends = ((spots[pair.first.id], spots[pair.second.id], pair.members) for pair in found.pairs)
        return sum(shared * hypot(one[0] - other[0], one[1] - other[1]) for one, other, shared in ends)

    assert weighed(after) < weighed(before)
    for group in groups:
        assert sorted(before[party_id] for party_id in group) == sorted(after[party_id] for party_id in group)


def test_the_same_directory_gives_the_same_picture():
    pictures = [network.picture(network.network(many(35)), "Caption.") for _again in range(2)]
    assert pictures[0] == pictures[1]


def test_more_members_in_common_make_a_wider_and_darker_line_on_top():
    facts = facts_of({"A": ["PE", "CL", "MX", "CA"], "B": ["PE", "CL", "MX"], "C": ["PE"]})
    shapes = network.picture(network.network(facts), "Caption.").shapes
    assert [line.width for line in shapes.lines] == sorted(line.width for line in shapes.lines)
    assert shapes.lines[-1].title == "3 members in common: A and B"
    assert shapes.lines[-1].strength > shapes.lines[0].strength
    assert [line.title for _x, line in shapes.legend] == [
        "1 member in common",
        "2 members in common",
        "3 members in common",
    ]
    assert [node.title for node in shapes.nodes] == ["A: 4 members", "B: 3 members", "C: 1 member"]
    assert shapes.nodes[0].url == "/mechanisms/a"


def test_without_pairs_there_is_no_legend():
    picture = network.picture(network.network(facts_of({"A": ["PE"], "B": ["CL"]})), "Caption.")
    assert (picture.shapes.lines, picture.shapes.legend) == ([], [])


def test_a_long_name_is_measured_by_the_font():
    assert text_width("WWW", 12) > text_width("iii", 12) * 2
    assert text_width("", 12) == 0
    assert text_width("\u6f22", 12) == 12
