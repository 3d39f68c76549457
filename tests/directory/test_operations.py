"""Changing the directory: stating facts, proposing them, deciding on proposals, correcting cells of involvement."""

from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core.db import db
from app.core.errors import Refusal, Stale, WrongState
from app.directory import history, operations
from app.directory.content import FACTS, checked, content_of, fingerprint_of
from app.directory.enums import Extent, ProposalState, StatementSubject
from app.directory.facts import facts_at
from app.directory.models import Involvement, Mechanism, Proposal, Source, Statement
from app.directory.reference import load_reference_data
from app.people.models import User
from tests.personas import make_user, party

NOTE = "oas-technical-note-2023"
NEW = {
    "title": {"en": "Declaration of the ministers"},
    "publisher": "RCM",
    "date": "2026-03",
    "symbol": "RCM/1",
    "url": "https://example.org/declaration",
}


def mechanism(code: str = "RCM") -> Mechanism:
    return db.session.scalars(sa.select(Mechanism).where(Mechanism.code == code)).one()


def rcm(subject: StatementSubject = StatementSubject.MEMBERS, code: str = "RCM", source: str = NOTE) -> Statement:
    return history.statement_of(mechanism(code).id, subject, source=source, part="")


def row(code: str, since: str = "", until: str = "") -> dict[str, str]:
    return {"code": code, "since": since, "until": until}


def said(**more) -> dict:
    """What the source says of the members of the RCM, with Peru since 2025, and changes."""
    content = content_of(rcm())
    return {**content, "parties": [*content["parties"], row("PE", "2025")], **more}


def state(by, subject: str = "members", *, seen: str | None = None, **content) -> Statement:
    """State what the source says of the RCM, having seen what is there."""
    seen = fingerprint_of(rcm()) if seen is None else seen
    return operations.state_fact(mechanism(), subject=subject, seen=seen, by=by, **said(**content))


def propose(by, *, tell=(), **content) -> Proposal:
    return operations.propose_fact(
        mechanism(), subject="members", content=said(**content), seen=fingerprint_of(rcm()), by=by, tell=tell
    )


def events(action: str) -> list[AuditEvent]:
    return list(db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)))


def codes(statement: Statement) -> list[str]:
    return [member.party.code for member in statement.memberships]


def refused(by, **content) -> Refusal:
    """Expect a refusal that changes nothing."""
    before = content_of(rcm())
    with pytest.raises(Refusal) as caught:
        state(by, **content)
    db.session.rollback()
    assert content_of(rcm()) == before
    assert events("state_fact") == []
    return caught.value


def test_what_a_source_says_is_replaced_and_the_trail_tells_from_what_to_what(personas):
    before = content_of(rcm())
    statement = state(personas.secretariat)
    assert codes(statement)[-1] == "PE"
    assert statement.edited
    assert facts_at("2026-01-01").members[mechanism().id][party("PE").id].since == "2025"
    [event] = events("state_fact")
    assert (event.subject_kind, event.subject_id) == ("mechanisms", mechanism().id)
    assert event.changes["parties"] == [before["parties"], [*before["parties"], row("PE", "2025")]]
    assert event.changes["source"] == [NOTE, NOTE]
    assert set(event.changes) == {"subject", "source", "part", "parties"}


def test_the_data_files_leave_it_alone_from_then_on(personas):
    state(personas.secretariat)
    db.session.commit()
    load_reference_data()
    db.session.commit()
    assert "PE" in codes(rcm())


def test_the_same_again_changes_nothing_whatever_was_seen(personas):
    state(personas.secretariat)
    again = operations.state_fact(
        mechanism(), subject="members", seen="0" * 64, by=personas.secretariat, **content_of(rcm())
    )
    assert again is rcm()
    assert len(events("state_fact")) == 1


def test_the_first_statement_of_a_source_is_created(personas):
    content = {"source": "cam-concept-paper-2023", "parties": [row("HN", "2026-01-15", "2026-12")], "part": "annex"}
    made = operations.state_fact(mechanism(), subject="presidency", seen="", by=personas.secretariat, **content)
    db.session.commit()
    assert (made.part, made.stated, made.count) == ("annex", True, None)
    [event] = events("state_fact")
    assert event.changes["source"] == [None, "cam-concept-paper-2023"]
    assert event.changes["stated"] == [None, True]
    assert event.changes["parties"] == [[], [row("HN", "2026-01-15", "2026-12")]]


def test_a_new_source_is_added_once(personas):
    for subject in ("members", "secretariat"):
        operations.state_fact(
            mechanism(), subject=subject, seen="", by=personas.secretariat, source=NEW, parties=[row("IOM")]
        )
    db.session.commit()
    [source] = db.session.scalars(sa.select(Source).where(Source.publisher == "RCM"))
    assert source.key.startswith("added-")
    assert (source.date, source.symbol, source.url) == ("2026-03", "RCM/1", "https://example.org/declaration")
    assert len(events("add_source")) == 1
    assert len(events("state_fact")) == 2


def test_not_stated_a_number_and_none_are_three_things(personas):
    silent = state(personas.secretariat, parties=[], stated=False)
    assert (silent.stated, silent.count, codes(silent)) == (False, None, [])
    number = state(personas.secretariat, stated=True, parties=[], count=12)
    assert (number.stated, number.count) == (True, 12)
    none = state(personas.secretariat, parties=[], count=0)
    assert (none.stated, none.count) == (True, 0)
    assert [event.changes.get("count") for event in events("state_fact")] == [None, [None, 12], [12, 0]]


def test_codes_are_taken_in_any_case_and_kept_in_theirs(personas):
    assert codes(state(personas.secretariat, parties=[row("pe"), row("iom")])) == ["PE", "IOM"]


@pytest.mark.parametrize(
    ("content", "field", "word"),
    [
        ({"parties": [row("XX")]}, "parties", "XX"),
        ({"parties": [row("", "2014")]}, "parties", "who it is"),
        ({"parties": [row("rcm")]}, "parties", "own list"),
        ({"parties": [row("PE", "2023-02-30")]}, "parties", "2023-02-30"),
        ({"parties": [row("PE", "", "soon")]}, "parties", "soon"),
        ({"parties": [row("PE", "1850")]}, "parties", "1850"),
        ({"parties": [row("PE", "٢٠١٤")]}, "parties", "٢٠١٤"),
        ({"parties": [row("PE", "2015", "2014")]}, "parties", "before"),
        ({"parties": [row("PE", "2014-10", "2014-09-30")]}, "parties", "before"),
        ({"parties": [row("PE"), row("PE")]}, "parties", "twice"),
        ({"parties": [row("PE", "2014"), row("PE", "2014", "2015")]}, "parties", "twice"),
        ({"parties": [row("PE", "2014", "2016"), row("PE", "2015")]}, "parties", "twice"),
        ({"parties": [row("PE", "2015"), row("PE", "", "2016")]}, "parties", "twice"),
        ({"parties": [row("PE", "2013"), row("PE", "2015")]}, "parties", "twice"),
        ({"parties": [row("PE", "2014-01-01", "2014-05-01"), row("PE", "2014-05-01")]}, "parties", "twice"),
        ({"parties": []}, "parties", "at least one"),
        ({"stated": False}, "not_stated", "no list"),
        ({"parties": [], "stated": False, "count": 3}, "not_stated", "no list"),
        ({"count": 12}, "count", "no list"),
        ({"parties": [], "count": -1}, "count", "from 0"),
        ({"part": "x" * 81}, "part", "80"),
        ({"source": "nowhere"}, "source", "Choose the source"),
        ({"source": ""}, "source", "Choose the source"),
        ({"source": {}}, "title", "title"),
        ({"source": {**NEW, "title": {"en": "x" * 401}}}, "title", "400"),
        ({"source": {**NEW, "publisher": " "}}, "publisher", "published"),
        ({"source": {**NEW, "publisher": "x" * 201}}, "publisher", "200"),
        ({"source": {**NEW, "date": "2026-13"}}, "date", "Date"),
        ({"source": {**NEW, "date": ""}}, "date", "Date"),
        ({"source": {**NEW, "url": "javascript:alert(1)"}}, "url", "https"),
        ({"source": {**NEW, "url": "http://[broken"}}, "url", "https"),
    ],
)
def test_what_is_wrong_is_refused_in_words_at_its_field_and_changes_nothing(personas, content, field, word):
    refusal = refused(personas.secretariat, **content)
    assert refusal.field == field
    assert word in str(refusal)


@pytest.mark.parametrize("subject", ["themes", "groups", "everything"])
def test_a_subject_without_a_list_is_refused(personas, subject):
    refused(personas.secretariat, subject=subject)


def test_a_party_may_go_and_come_back_within_a_year(personas):
    parties = [row("PE", "2010", "2014"), row("PE", "2014-06"), row("MX", "", "2014-05-01"), row("MX", "2014-05-02")]
    assert codes(state(personas.secretariat, parties=parties)) == ["PE", "PE", "MX", "MX"]


def test_every_list_of_the_data_files_passes(app):
    for statement in db.session.scalars(sa.select(Statement).where(Statement.subject.in_(FACTS))):
        if statement.memberships or statement.count is not None or not statement.stated:
            content = content_of(statement)
            assert checked(statement.mechanism, statement.subject, **content) == content


def test_who_saw_another_statement_overwrites_nothing(personas):
    seen = fingerprint_of(rcm())
    state(personas.secretariat)
    with pytest.raises(Stale):
        state(personas.administrator, seen=seen, parties=[row("CL")])
    with pytest.raises(Stale):
        state(personas.administrator, seen="", parties=[row("CL")])
    assert "CL" not in codes(rcm())


def test_a_proposal_changes_nothing_and_is_mailed_to_the_secretariat(personas, approved_mails):
    spanish = make_user("Secretaria", language="es")
    proposal = propose(personas.representative, tell=[personas.secretariat, spanish])
    assert (proposal.state, proposal.content["parties"][-1]) == (ProposalState.PROPOSED, row("PE", "2025"))
    assert "PE" not in codes(rcm())
    [event] = events("propose_fact")
    assert event.actor_id == personas.representative.id
    assert event.changes["parties"][1][-1] == row("PE", "2025")
    mails = approved_mails()
    assert {mail["To"].addresses[0].addr_spec for mail in mails} == {personas.secretariat.email, spanish.email}
    body = next(mail for mail in mails if personas.secretariat.email in mail["To"]).get_content()
    assert f"/map/proposals/{proposal.id}" in body


def test_a_proposal_is_checked_as_the_fact_would_be(personas):
    for content in ({"parties": [row("XX")]}, {"source": {**NEW, "url": "ftp://example.org"}}):
        with pytest.raises(Refusal):
            propose(personas.representative, **content)
    with pytest.raises(Refusal, match="nothing to propose"):
        propose(personas.representative, parties=content_of(rcm())["parties"])
    with pytest.raises(Stale):
        operations.propose_fact(
            mechanism(), subject="members", content=said(), seen="0" * 64, by=personas.representative, tell=[]
        )
    assert db.session.scalar(sa.select(sa.func.count(Proposal.id))) == 0


def test_the_same_proposal_twice_is_there_once_and_those_of_two_people_are_both_kept(personas, approved_mails):
    other = make_user("Other", party_code="RCM")
    first = propose(personas.representative, tell=[personas.secretariat])
    assert propose(personas.representative, tell=[personas.secretariat]) is first
    second = propose(other, tell=[personas.secretariat], parties=[row("CL")])
    third = propose(other, tell=[personas.secretariat])
    assert len({first.id, second.id, third.id}) == 3
    assert len(approved_mails()) == 3
    assert history.proposals_waiting() == 3


def test_accepting_states_the_fact_and_tells_the_proposer(personas, approved_mails):
    proposal = propose(personas.representative)
    operations.accept_proposal(proposal, reason="Thank you.", by=personas.secretariat, tell=[personas.representative])
    assert "PE" in codes(rcm())
    assert (proposal.state, proposal.reason) == (ProposalState.ACCEPTED, "Thank you.")
    assert (proposal.decided_by_id, proposal.decided_at is None) == (personas.secretariat.id, False)
    assert events("state_fact")[0].changes["proposal_id"] == [None, proposal.id]
    [decision] = events("accept_proposal")
    assert decision.changes["state"] == ["proposed", "accepted"]
    assert decision.changes["subject"] == ["members", "members"]
    [mail] = approved_mails()
    assert mail["Subject"].startswith("Accepted")
    assert "Thank you." in mail.get_content()


def test_a_proposal_with_a_new_source_adds_the_source_when_it_is_accepted(personas):
    proposal = operations.propose_fact(
        mechanism(),
        subject="secretariat",
        content={"source": NEW, "part": "", "stated": True, "count": None, "parties": [row("UNHCR")]},
        seen="",
        by=personas.representative,
        tell=[],
    )
    db.session.commit()
    assert db.session.scalars(sa.select(Source).where(Source.publisher == "RCM")).all() == []
    statement = operations.accept_proposal(proposal, by=personas.secretariat, tell=[])
    assert statement.source.title == {"en": "Declaration of the ministers"}


def test_accepting_what_was_changed_in_between_needs_a_second_look(personas):
    proposal = propose(personas.representative)
    state(personas.administrator, parties=[row("CL")])
    db.session.commit()
    with pytest.raises(Stale):
        operations.accept_proposal(proposal, by=personas.secretariat, tell=[])
    db.session.rollback()
    assert codes(rcm()) == ["CL"]
    operations.accept_proposal(proposal, seen=fingerprint_of(rcm()), by=personas.secretariat, tell=[])
    assert codes(rcm())[-1] == "PE"


def test_refusing_needs_a_reason_and_changes_nothing(personas, approved_mails):
    proposal = propose(personas.representative)
    with pytest.raises(Refusal) as caught:
        operations.refuse_proposal(proposal, reason=" ", by=personas.secretariat, tell=[])
    assert caught.value.field == "reason"
    with pytest.raises(Refusal, match="4000"):
        operations.refuse_proposal(proposal, reason="x" * 4001, by=personas.secretariat, tell=[])
    operations.refuse_proposal(
        proposal, reason="The declaration is a draft.", by=personas.secretariat, tell=[personas.representative]
    )
    assert "PE" not in codes(rcm())
    assert events("refuse_proposal")[0].changes["reason"] == ["", "The declaration is a draft."]
    [mail] = approved_mails()
    assert mail["Subject"].startswith("Refused")
    assert "The declaration is a draft." in mail.get_content()


def test_the_second_decision_is_told_of_the_first_and_a_second_click_finds_it(personas, approved_mails):
    accepted, refused_one = propose(personas.representative), propose(personas.representative, parties=[row("CL")])
    more = {"by": personas.secretariat, "tell": [personas.representative]}
    operations.accept_proposal(accepted, **more)
    operations.refuse_proposal(refused_one, reason="No.", **more)
    assert operations.accept_proposal(accepted, **more) is None
    operations.refuse_proposal(refused_one, reason="No.", **more)
    assert len(events("accept_proposal")) == len(events("refuse_proposal")) == len(events("state_fact")) == 1
    assert len(approved_mails()) == 2
    with pytest.raises(WrongState, match="accepted already"):
        operations.refuse_proposal(accepted, reason="No.", by=personas.secretariat, tell=[])
    with pytest.raises(WrongState, match="refused already"):
        operations.accept_proposal(refused_one, by=personas.administrator, tell=[])


def test_two_who_accept_at_the_same_moment_state_it_once(app, personas):
    proposal_id = propose(personas.representative).id
    ids = [person.id for person in (personas.secretariat, personas.administrator)]
    db.session.commit()
    barrier, told = Barrier(2), []

    def accept(user_id: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                operations.accept_proposal(
                    db.session.get_one(Proposal, proposal_id), by=db.session.get_one(User, user_id), tell=[]
                )
                db.session.commit()
                told.append("done")
            except WrongState:
                told.append("told")
            finally:
                db.session.close()

    threads = [Thread(target=accept, args=(user_id,)) for user_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "told"]
    db.session.expire_all()
    assert codes(rcm()).count("PE") == 1
    assert len(events("state_fact")) == 1


def cell() -> Involvement:
    unmarked = sa.select(Involvement).where(Involvement.printed == Extent.NONE)
    return db.session.scalars(unmarked.order_by(Involvement.id).limit(1)).one()


def correct(by, extent: Extent | None, reason: str = "The mandate covers it.", seen: int | None = None) -> Involvement:
    one = cell()
    operations.correct_involvement(one, extent=extent, reason=reason, seen=one.version if seen is None else seen, by=by)
    return one


def test_a_corrected_value_stands_beside_the_printed_one(personas):
    one = correct(personas.secretariat, Extent.STRONG)
    assert (one.printed, one.corrected, one.extent) == (Extent.NONE, Extent.STRONG, Extent.STRONG)
    assert one.reason == "The mandate covers it."
    db.session.commit()
    load_reference_data()
    assert cell().corrected is Extent.STRONG
    [event] = events("correct_involvement")
    assert event.changes == {"corrected": [None, "strong"], "reason": ["", "The mandate covers it."]}


def test_a_correction_is_taken_back_with_a_reason(personas):
    correct(personas.secretariat, Extent.STRONG)
    one = correct(personas.secretariat, None, "The second edition prints none too.")
    assert (one.corrected, one.reason, one.extent) == (None, "", Extent.NONE)
    assert events("correct_involvement")[1].changes == {
        "corrected": ["strong", None],
        "reason": ["The mandate covers it.", "The second edition prints none too."],
    }


def test_a_correction_needs_a_reason_and_the_version_that_was_seen(personas):
    with pytest.raises(Refusal) as caught:
        correct(personas.secretariat, Extent.SOME, " ")
    assert caught.value.field == "reason"
    correct(personas.secretariat, Extent.SOME)
    correct(personas.secretariat, Extent.SOME, seen=0)  # a second click
    with pytest.raises(Stale):
        correct(personas.administrator, Extent.STRONG, seen=1)
    assert len(events("correct_involvement")) == 1
