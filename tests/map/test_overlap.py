"""What mechanisms have in common: the indices, the two lists, and what is not compared."""

from itertools import combinations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.directory.enums import Extent, MechanismKind, PartyKind
from app.directory.facts import Cell, facts_at
from app.map import overlap
from app.map.overlap import Pair
from tests.map.compared import called, directory, table
from tests.map.facts import DAY

STATES = [f"S{number}" for number in range(8)]
TERMS = [f"T{number}" for number in range(6)]
lists = st.lists(st.sampled_from(STATES), unique=True)
works = st.dictionaries(st.sampled_from(TERMS), st.just([]))
kinds = st.sampled_from(MechanismKind)


def compared(first_members, second_members, first_works, second_works, kind=MechanismKind.FORUM, other=None) -> Pair:
    facts = directory(
        {"A": first_members, "B": second_members},
        {"A": first_works, "B": second_works},
        kinds={"A": kind, "B": other or kind},
    )
    [pair] = overlap.pairs(facts, [called(facts, "A"), called(facts, "B")], "themes")
    return pair


def jaccard(one, other) -> float | None:
    one, other = set(one), set(other)
    return len(one & other) / len(one | other) if one and other else None


@given(lists, lists, works, works)
def test_an_index_is_the_part_in_common_of_what_either_has_and_none_where_a_side_has_nothing(one, other, here, there):
    pair = compared(one, other, here, there)
    assert pair.by_members == jaccard(one, other)
    assert pair.by_terms == jaccard(here, there)
    assert (pair.members, pair.terms) == (len(set(one) & set(other)), len(here.keys() & there.keys()))


@given(lists, lists, works, works, kinds, kinds)
def test_a_pair_is_the_same_from_both_sides(one, other, here, there, kind, another):
    pair = compared(one, other, here, there, kind, another)
    turned = compared(other, one, there, here, another, kind)
    assert pair[2:] == turned[2:]
    assert pair.similarity == turned.similarity


@given(lists, lists, works, works, kinds, kinds)
def test_all_numbers_lie_between_0_and_1_and_the_two_scores_share_the_index_of_members(
    one, other, here, there, kind, another
):
    pair = compared(one, other, here, there, kind, another)
    for number in (pair.by_members, pair.by_terms, pair.similarity, pair.together, pair.duplicate):
        assert number is None or 0 <= number <= 1
    assert pair.together + pair.duplicate <= (pair.by_members or 0) + 1e-9


@given(lists, lists, works, works)
def test_one_more_common_member_never_makes_a_pair_less_similar_nor_lower_in_a_list(one, other, here, there):
    before = compared(one, other, here, there)
    after = compared([*one, "new"], [*other, "new"], here, there)
    assert (after.by_members or 0) >= (before.by_members or 0)
    assert after.together >= before.together
    assert after.duplicate >= before.duplicate


@given(lists, works)
def test_a_mechanism_compared_with_its_like_duplicates_it_wholly(members, here):
    pair = compared(members, members, here, here)
    assert pair.duplicate == (1 if members and here else 0)
    assert pair.together == 0
    assert pair.similarity == (1 if members or here else None)


def test_similarity_is_the_mean_of_what_could_be_compared():
    assert compared(["S1", "S2"], ["S2"], {"T1": []}, {"T2": []}).similarity == 0.25
    assert compared([], ["S2"], {"T1": []}, {"T1": []}).similarity == 1
    assert compared(["S1"], ["S2"], {"T1": []}, {}).similarity == 0
    assert compared([], ["S2"], {"T1": []}, {}).similarity is None


def test_two_could_work_together_that_share_members_and_some_but_not_all_of_their_themes():
    members = ["S1", "S2"]
    assert compared(members, members, {"T1": [], "T2": []}, {"T1": [], "T3": [], "T4": []}).together == 0.75
    assert compared(members, members, {"T1": []}, {"T1": []}).together == 0
    assert compared(members, members, {"T1": []}, {"T2": []}).together == 0
    assert compared(members, ["S3"], {"T1": [], "T2": []}, {"T1": []}).together == 0


def test_two_may_duplicate_each_other_that_share_members_half_of_their_themes_and_the_family_of_their_kinds():
    same = (["S1"], ["S1"], {"T1": [], "T2": []}, {"T1": []})
    assert compared(*same, MechanismKind.FORUM, MechanismKind.CONFERENCE).duplicate == 0.5
    assert compared(*same, MechanismKind.FORUM, MechanismKind.PROJECT).duplicate == 0
    assert compared(["S1"], ["S1"], {"T1": [], "T2": []}, {"T1": [], "T3": []}).duplicate == 0


def test_every_kind_belongs_to_one_family():
    named = [kind for family in overlap.FAMILIES for kind in family]
    assert sorted(named) == sorted(MechanismKind)


def test_a_mechanism_and_its_part_are_in_neither_list():
    facts = directory({"A": ["S1"], "B": ["S1"]}, {"A": {"T1": []}, "B": {"T1": [], "T2": []}}, parents={"B": "A"})
    [pair] = overlap.pairs(facts, [called(facts, "A"), called(facts, "B")], "themes")
    assert (pair.together, pair.duplicate, pair.similarity) == (0, 0, 0.75)


def test_terms_of_another_vocabulary_do_not_count():
    facts = directory({"A": [], "B": []}, {"A": {"5": []}, "B": {"5": []}}, vocabulary="gcm")
    both = [called(facts, "A"), called(facts, "B")]
    assert [pair.by_terms for pair in overlap.pairs(facts, both, "themes")] == [None]
    assert [pair.by_terms for pair in overlap.pairs(facts, both, "gcm")] == [1]


def test_each_is_compared_with_each_and_the_lists_are_ranked():
    members = {"A": ["S1", "S2"], "B": ["S1", "S2"], "C": ["S2"], "D": []}
    works_on = {"A": {"T1": [], "T2": []}, "B": {"T1": [], "T2": []}, "C": {"T1": []}, "D": {}}
    facts = directory(members, works_on, secretariats={"A": ["X"], "D": ["X"]})
    found = list(overlap.pairs(facts, [called(facts, code) for code in "ABCD"], "themes"))
    names = [(pair.first.code, pair.second.code) for pair in found]
    assert names == list(combinations("ABCD", 2))

    def ranked(pairs):
        return [pair.first.code + pair.second.code for pair in pairs]

    assert ranked(overlap.may_duplicate(found, 9)) == ["AB", "AC", "BC"]
    assert ranked(overlap.may_duplicate(found, 2)) == ["AB", "AC"]
    assert ranked(overlap.could_work_together(found, 9)) == ["AC", "BC"]
    assert ranked(overlap.by_similarity(found, 9)) == ["AB", "AC", "BC", "AD"]


def test_only_what_is_in_being_on_the_day_is_listed():
    facts = directory({"A": [], "B": [], "C": []}, ended={"A": "2014", "B": DAY[:7]})
    assert [party.code for party in facts.in_being(PartyKind.MECHANISM)] == ["B", "C"]


def test_in_common_is_what_all_have_that_name_anything():
    facts = directory(
        {"A": ["S1", "S2", "S3"], "B": ["S2", "S3"], "C": ["S3"], "D": []},
        {"A": {"T1": [1], "T2": []}, "B": {"T2": []}},
        secretariats={"A": ["X"]},
    )
    parties = [called(facts, code) for code in "ABCD"]
    members = overlap.common_members(facts, parties)
    assert members.shared == {called(facts, "S3").id}
    assert [party.code for party in members.speaking] == ["A", "B", "C"]
    assert [party.code for party in members.silent] == ["D"]
    assert [facts.terms[item].code for item in overlap.common_terms(facts, parties, "themes").shared] == ["T2"]
    alone = overlap.common_secretariats(facts, parties)
    assert (alone.shared, [party.code for party in alone.speaking]) == (frozenset(), ["A"])


@given(st.lists(lists.filter(bool), min_size=2, max_size=5), lists.filter(bool))
def test_what_is_in_common_only_shrinks_as_mechanisms_are_added(those, one_more):
    facts = directory({f"M{number}": members for number, members in enumerate([*those, one_more])})
    parties = [called(facts, f"M{number}") for number in range(len(those) + 1)]
    fewer = overlap.common_members(facts, parties[:-1]).shared
    assert overlap.common_members(facts, parties).shared <= fewer
    assert {facts.parties[party].code for party in fewer} == set.intersection(*map(set, those))


def test_organizations_are_named_by_how_far_they_work_on_a_term_and_doubts_apart(app: Flask):
    facts = directory(
        {"A": []}, {"A": {"1": []}}, vocabulary="issues", secretariats={"A": ["BB", "AA", "CC", "DD", "EE"]}
    )
    some, strong, none = Extent.SOME, Extent.STRONG, Extent.NONE
    cells = table(facts, {("AA", "1"): some, ("BB", "1"): strong, ("CC", "1"): none, ("DD", "1"): none})
    doubted = called(facts, "DD").id, 1
    cells[doubted] = Cell(9, none, None, True)
    with app.test_request_context("/"):
        assert [party.code for party, _cell in overlap.involved(facts, cells, [1])] == ["BB", "AA"]
        assert [party.code for party, _cell in overlap.doubtful(facts, cells, [1])] == ["DD"]
        cells[doubted] = Cell(9, none, some, True)
        assert [party.code for party, _cell in overlap.involved(facts, cells, [1])] == ["BB", "AA", "DD"]
        assert overlap.doubtful(facts, cells, [1]) == []


@pytest.mark.parametrize(
    ("vocabulary", "code", "spoken"), [("themes", "T5", True), ("issues", "28", True), ("gcm", "4", False)]
)
def test_who_works_on_a_term_of_the_directory(app: Flask, vocabulary, code, spoken):
    with app.test_request_context("/"):
        facts = facts_at("2026-05-14")
        term = overlap.term_named(facts, vocabulary, code)
        [work] = overlap.who_works_on(facts, [term.id])
        groups = {party.code: [name["en"] for name in names] for party, names in work.mechanisms}
        assert (work.term, work.spoken) == (term, spoken)
        if vocabulary == "themes":
            assert groups["RCM"] == ["Protection"]
            assert groups["CAM"] == []
            assert "CARTAGENA30" not in groups, "it has ended"
            assert ("IOM", Extent.STRONG) in [(party.code, cell.extent) for party, cell in work.organizations], (
                "an issue"
            )
        elif vocabulary == "issues":
            assert [(party.code, cell.extent) for party, cell in work.organizations] == [
                ("ILO", Extent.STRONG),
                ("UNHCR", Extent.STRONG),
                ("UN-RC", Extent.SOME),
            ]
            assert "IOM" in [party.code for party, _cell in work.doubtful]
        else:
            assert not work.organizations
        assert overlap.term_named(facts, vocabulary, "nothing") is None


def test_related_terms_are_told_from_either_side(app: Flask):
    with app.test_request_context("/"):
        facts = facts_at("2026-05-14")
        theme, issue = (overlap.term_named(facts, *key) for key in (("themes", "T8"), ("issues", "4")))
        assert issue in facts.related(theme)
        assert theme in facts.related(issue)
        by_theme, by_issue = overlap.who_works_on(facts, [theme.id, issue.id])
        mechanisms = [{row.code for row, _names in work.mechanisms} for work in (by_theme, by_issue)]
        assert mechanisms[0] <= mechanisms[1], "an issue is related to an objective as well"
        assert {row.code for row, _cell in by_issue.organizations} <= {
            row.code for row, _cell in by_theme.organizations
        }
        assert len(by_issue.organizations) == 10
