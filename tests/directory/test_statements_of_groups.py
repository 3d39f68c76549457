"""Groups and terms as statements, deleting a statement, and what loading the data files leaves alone."""

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core.db import db
from app.core.errors import Refusal, Stale
from app.directory import history, operations, reference
from app.directory.content import LISTS, checked, content_of, fingerprint_of
from app.directory.enums import StatementSubject
from app.directory.facts import facts_at
from app.directory.models import Mechanism, Statement, Tag, WorkingGroup
from app.directory.reference import load_reference_data

NOTE = "oas-technical-note-2023"
GROUPS, THEMES = StatementSubject.GROUPS, StatementSubject.THEMES


def sacm() -> Mechanism:
    return db.session.scalars(sa.select(Mechanism).where(Mechanism.code == "SACM")).one()


def said(subject: StatementSubject, source: str) -> Statement:
    return history.statement_of(sacm().id, subject, source=source, part="")


def groups() -> Statement:
    return said(GROUPS, NOTE)


def themes() -> Statement:
    return said(THEMES, "plenaria")


def group(number: int, **more) -> dict:
    return {
        "number": number,
        "kind": "network",
        "names": {"en": f"Network {number}"},
        "pillar": {},
        "chairs": [],
        **more,
    }


def state(by, statement: Statement, **changes) -> Statement:
    content = {**content_of(statement), **changes}
    return operations.state_fact(
        statement.mechanism, subject=statement.subject, seen=fingerprint_of(statement), by=by, **content
    )


def last(action: str) -> AuditEvent:
    found = sa.select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id.desc()).limit(1)
    return db.session.scalars(found).one()


def load() -> int:
    db.session.commit()
    changed = load_reference_data()
    db.session.commit()
    db.session.expire_all()
    return changed


def test_every_statement_of_the_data_files_may_be_stated_as_it_is(app):
    for statement in db.session.scalars(sa.select(Statement)):
        content = content_of(statement)
        if content[LISTS[statement.subject]] or statement.count is not None or not statement.stated:
            assert checked(statement.mechanism, statement.subject, **content) == content


def test_groups_change_and_keep_what_they_work_on(personas):
    before = content_of(groups())["groups"]
    tags = content_of(themes())["tags"]
    assert any(tag["group"] == f"1 {NOTE}" for tag in tags)
    changed = [{**before[0], "names": {"en": "Renamed"}, "pillar": {"es": "Pilar"}, "chairs": ["unhcr", "IOM"]}]
    more = [*changed, *before[1:], group(7)]
    made = state(personas.secretariat, groups(), groups=more)
    db.session.commit()
    assert made.groups[0].names == {"en": "Renamed"}
    assert [party.code for party in made.groups[0].chairs] == ["IOM", "UNHCR"]
    assert made.groups[-1].number == 7
    assert content_of(themes())["tags"] == tags
    assert last("state_fact").changes["groups"][0] == before
    assert set(last("state_fact").changes) == {"subject", "source", "part", "groups"}


def test_the_label_is_kept_and_changed(personas):
    kept = dict(groups().label)
    assert kept
    more = [*content_of(groups())["groups"], group(7)]
    assert state(personas.secretariat, groups(), groups=more, label=None).label == kept
    assert state(personas.secretariat, groups(), label={"en": "Circles"}).label == {"en": "Circles"}
    assert last("state_fact").changes["label"] == [kept, {"en": "Circles"}]
    assert state(personas.secretariat, groups(), label={}).label == {}


def test_a_group_goes_only_when_nothing_is_said_of_it(personas):
    rows = content_of(groups())["groups"]
    for change in ({"groups": rows[1:]}, {"groups": [], "stated": False}, {"groups": [], "count": 3}):
        with pytest.raises(Refusal, match="Group 1 cannot go"):
            state(personas.secretariat, groups(), **change)
        db.session.rollback()
    left = [tag for tag in content_of(themes())["tags"] if tag["group"] != f"1 {NOTE}"]
    state(personas.secretariat, themes(), tags=left)
    state(personas.secretariat, groups(), groups=rows[1:])
    db.session.commit()
    assert [row.number for row in groups().groups] == [2, 3, 4, 5, 6]
    assert content_of(themes())["tags"] == left


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([group("x")], "number from 0"),
        ([group("")], "number from 0"),
        ([group(1_000_000)], "number from 0"),
        ([group(1), group("1")], "Two groups have the number 1"),
        ([group(1, names={"en": " "})], "at least one language"),
        ([group(1, names={"en": "x" * 4001})], "longer than 4000"),
        ([group(1, kind="choir")], "choose its kind"),
        ([group(1, chairs=["XX"])], "XX"),
    ],
)
def test_what_is_wrong_with_a_group_is_told(personas, rows, word):
    with pytest.raises(Refusal, match=word) as caught:
        state(personas.secretariat, groups(), groups=rows)
    assert caught.value.field == "groups"


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([{"term": "", "group": f"1 {NOTE}"}], "Choose the term"),
        ([{"term": "themes:T99", "group": ""}], "themes:T99"),
        ([{"term": "nothing", "group": ""}], "nothing"),
        ([{"term": "themes:T1", "group": f"99 {NOTE}"}], "99"),
        ([{"term": "themes:T1", "group": ""}] * 2, "twice"),
    ],
)
def test_what_is_wrong_with_a_term_is_told(personas, rows, word):
    with pytest.raises(Refusal, match=word) as caught:
        state(personas.secretariat, themes(), tags=rows)
    assert caught.value.field == "tags"


def test_terms_are_said_of_the_whole_or_of_a_group(personas):
    rows = [{"term": "capacities:statistical", "group": ""}, {"term": "gcm:1", "group": f"2 {NOTE}"}]
    terms = history.terms()
    rows[0]["term"] = next(key for key in terms if key.startswith("capacities:"))
    state(personas.secretariat, themes(), tags=rows)
    db.session.commit()
    assert content_of(themes())["tags"] == rows
    works_on = facts_at().works_on[sacm().id]
    assert works_on[terms["gcm:1"].id] == {2}
    assert last("state_fact").changes["tags"][1] == rows


def test_a_representative_proposes_groups_and_staff_accept(personas):
    content = {**content_of(groups()), "groups": [*content_of(groups())["groups"], group(7)]}
    proposal = operations.propose_fact(
        sacm(), subject="groups", content=content, seen=fingerprint_of(groups()), by=personas.representative, tell=[]
    )
    db.session.commit()
    assert len(groups().groups) == 6
    operations.accept_proposal(proposal, by=personas.secretariat, tell=[])
    db.session.commit()
    assert groups().groups[-1].names == {"en": "Network 7"}


def test_a_proposal_made_before_there_were_labels_keeps_the_label(personas):
    content = {**content_of(groups()), "groups": [*content_of(groups())["groups"], group(7)]}
    del content["label"]
    label = dict(groups().label)
    proposal = operations.propose_fact(
        sacm(), subject="groups", content=content, seen=fingerprint_of(groups()), by=personas.representative, tell=[]
    )
    proposal.content = {name: value for name, value in proposal.content.items() if name != "label"}
    operations.accept_proposal(proposal, by=personas.secretariat, tell=[])
    assert groups().label == label


def test_loading_the_files_leaves_edited_groups_and_the_terms_said_of_them(personas):
    tags = content_of(themes())["tags"]
    state(personas.secretariat, groups(), groups=[*content_of(groups())["groups"], group(7)])
    assert load() == 0
    assert groups().groups[-1].number == 7
    assert content_of(themes())["tags"] == tags


def test_loading_the_files_leaves_edited_terms_of_groups_that_change(personas, monkeypatch):
    rows = [{"term": "themes:T1", "group": f"{number} {NOTE}"} for number in (1, 6)]
    state(personas.secretariat, themes(), tags=rows)

    def read(name, real=reference.read):
        data = real(name)
        if name == "mechanisms.yaml":
            entry = next(entry for entry in data if entry["acronym"] == "SACM")
            entry["themes"] = [fact for fact in entry["themes"] if not fact.get("groups")]
            [own] = entry["groups"]
            items = own["items"]
            items[0]["names"]["en"] = "Renamed in the files"
            items[4]["number"] = 9
            del items[5]
        return data

    monkeypatch.setattr(reference, "read", read)
    assert load() == 1
    assert [row.number for row in groups().groups] == [1, 2, 3, 4, 6, 9]
    assert groups().groups[0].names["en"] == "Renamed in the files"
    assert content_of(themes())["tags"] == rows
    assert load() == 0


def test_what_the_files_no_longer_say_goes_with_its_terms(app, monkeypatch):
    def read(name, real=reference.read):
        data = real(name)
        if name == "mechanisms.yaml":
            entry = next(entry for entry in data if entry["acronym"] == "SACM")
            entry["secretariat"] = []
            entry["groups"] = []
            entry["themes"] = [fact for fact in entry["themes"] if not fact.get("groups")]
        return data

    monkeypatch.setattr(reference, "read", read)
    assert load() == 1
    assert groups() is None
    assert {row.subject for row in sacm().statements} == {
        StatementSubject.MEMBERS,
        StatementSubject.PRESIDENCY,
        StatementSubject.THEMES,
    }
    orphans = sa.select(sa.func.count()).select_from(Tag).where(~Tag.statement_id.in_(sa.select(Statement.id)))
    assert db.session.scalar(orphans) == 0


def test_a_deleted_statement_stays_away_until_it_is_stated_again(personas):
    before = content_of(themes())
    operations.delete_fact(themes(), seen=fingerprint_of(themes()), by=personas.secretariat)
    changes = last("delete_fact").changes
    assert changes["tags"] == [before["tags"], None]
    assert changes["source"] == ["plenaria", "plenaria"]
    assert load() == 0
    assert themes() is None
    own = {**before, "tags": before["tags"][:1]}
    operations.state_fact(sacm(), subject="themes", seen="", by=personas.secretariat, **own)
    assert load() == 0
    assert content_of(themes())["tags"] == before["tags"][:1]


def test_deleting_needs_what_was_seen_and_no_terms_of_its_groups(personas):
    with pytest.raises(Stale):
        operations.delete_fact(themes(), seen="", by=personas.secretariat)
    with pytest.raises(Refusal, match="Group 1 cannot go"):
        operations.delete_fact(groups(), seen=fingerprint_of(groups()), by=personas.secretariat)
    operations.delete_fact(themes(), seen=fingerprint_of(themes()), by=personas.secretariat)
    operations.delete_fact(groups(), seen=fingerprint_of(groups()), by=personas.secretariat)
    assert load() == 0
    assert groups() is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WorkingGroup)) > 0
