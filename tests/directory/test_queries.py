"""Reading the directory, with the reference data loaded."""

import pytest

from app.core.db import db
from app.directory.enums import PartyKind, StatementSubject
from app.directory.facts import facts_at
from app.directory.models import Membership, Source, State, Statement
from app.directory.queries import (
    mechanism_by_slug,
    mechanisms,
    member_mechanism_ids,
    members,
    parties,
    party_by_code,
    places_of,
    states,
    vocabularies,
    vocabulary,
)
from tests.statements import count_statements

NOTE = "oas-technical-note-2023"


def said(slug: str, subject: StatementSubject):
    return [row for row in mechanism_by_slug(slug).statements if row.subject is subject]


def test_every_mechanism_comes_with_its_facts_in_a_constant_number_of_statements(app):
    with count_statements() as counted:
        found = mechanisms()
        for row in found:
            assert row.source.key
            for statement in row.statements:
                assert statement.source.date
                assert all(member.party.code for member in statement.memberships)
                assert all(group.names for group in statement.groups)
    assert len(found) == 86
    assert counted.number == 7


def test_sources_that_disagree_are_both_kept(app):
    listed, counted = said("riam", StatementSubject.MEMBERS)
    assert (listed.source.key, len(listed.memberships), listed.count) == (NOTE, 18, None)
    assert (counted.source.key, counted.memberships, counted.count) == ("cam-concept-paper-2023", [], 19)


def test_not_stated_is_not_none(app):
    (secretariat,) = said("lad", StatementSubject.SECRETARIAT)
    assert (secretariat.stated, secretariat.memberships) == (False, [])
    (groups,) = said("cam", StatementSubject.GROUPS)
    assert (groups.stated, groups.groups) == (False, [])


def test_groups_of_the_los_angeles_declaration_stand_under_three_pillars(app):
    (row,) = [row for row in said("lad", StatementSubject.GROUPS) if row.source.key == NOTE]
    groups = row.groups
    assert len(groups) == 11
    assert len({group.pillar["en"] for group in groups}) == 3


def test_no_mechanism_of_that_name(app):
    assert mechanism_by_slug("nothing") is None


@pytest.mark.parametrize("code", ["PE", "pe", "Pe"])
def test_a_party_by_its_code_in_any_case(app, code):
    party = party_by_code(code)
    assert isinstance(party, State)
    assert party.reference_code == "PER"


def test_no_party_of_that_code(app):
    assert party_by_code("ZZ") is None


def test_parties_by_kind(app):
    assert {party.kind for party in parties(PartyKind.STATE, PartyKind.TERRITORY)} == {
        PartyKind.STATE,
        PartyKind.TERRITORY,
    }
    assert len(parties()) > len(parties(PartyKind.STATE))
    assert [party.code for party in states()] == sorted(party.code for party in parties(PartyKind.STATE))


def test_where_a_state_takes_part(app):
    peru = party_by_code("PE")
    places = places_of(peru.id)
    listed = {place.mechanism_id for place in places if place.subject is StatementSubject.MEMBERS}
    names = {mechanism.code for mechanism in mechanisms() if mechanism.id in listed}
    assert names >= {"CAM", "SACM", "Quito Process"}
    assert member_mechanism_ids(peru.id) <= listed
    assert {party.code for party in members(mechanism_by_slug("rcm").id)} == {
        "BZ", "CA", "CR", "SV", "US", "GT", "HN", "MX", "NI", "PA", "DO",
    }  # fmt: skip


def test_of_two_lists_the_newer_counts_and_a_place_only_on_its_days(app):
    rcm, peru = mechanism_by_slug("rcm"), party_by_code("PE")
    assert rcm.id not in member_mechanism_ids(peru.id)
    newer = Source(key="newer", title={"en": "Newer"}, publisher="RCM", date="2024-01")
    row = Statement(mechanism=rcm, source=newer, subject=StatementSubject.MEMBERS, count=None, edited=True)
    row.memberships = [Membership(party=peru, since="2024")]
    db.session.add(row)
    db.session.flush()
    assert rcm.id in member_mechanism_ids(peru.id)
    assert [party.code for party in members(rcm.id)] == ["PE"]
    assert facts_at("2023-06-01").members[rcm.id].keys() != {peru.id}, "before that list there was another"
    assert set(facts_at("2024-02-01").members[rcm.id]) == {peru.id}
    row.memberships[0].until = "2024-06"
    db.session.flush()
    assert rcm.id not in member_mechanism_ids(peru.id)


def test_nobody_is_a_member_of_nothing(app):
    assert member_mechanism_ids(None) == frozenset()
    assert list(places_of(party_by_code("CAF").id)) == []
    assert members(mechanism_by_slug("ocam").id) == []


def test_serving_as_secretariat_makes_nobody_a_member(app):
    assert member_mechanism_ids(party_by_code("OAS-DSI").id) == frozenset()


def test_vocabularies_in_order(app):
    assert [item.code for item in vocabulary("themes")] == [f"T{number}" for number in range(1, 11)]
    found = vocabularies()
    assert list(found["gcm"]) == [str(number) for number in range(1, 24)]
    assert all(len(item.title) == 4 for item in found["population"].values())
    db.session.rollback()
