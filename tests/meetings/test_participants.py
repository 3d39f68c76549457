"""Who attends: registering, notes verbales, order, and what stands in the lists."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask_babel import force_locale
from werkzeug.datastructures import FileStorage

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.storage import storage
from app.core.texts import alphabetical
from app.documents.models import StoredFile
from app.meetings import operations, participant_queries, participants, precedence
from app.meetings.enums import DelegationRole, ParticipantRole, Precedence, Stage
from app.meetings.models import Delegation, NoteVerbale, Participant
from app.meetings.participant_queries import Wanted
from tests.at_once import at_once
from tests.documents.test_uploads import PDF, PNG, upload
from tests.factories.participants import fields, make_person
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting
from tests.personas import add_member, make_user

BEFORE = NOON - timedelta(days=3)


@pytest.fixture
def meeting(app):
    with standing_at(BEFORE):
        yield make_meeting(stage=Stage.CALL_OPEN)


@pytest.fixture
def peru(meeting):
    return make_delegation(meeting, "PE")


def names(delegation) -> list[str]:
    return [person.name for person in participant_queries.people_of(delegation.id)]


def test_people_stand_in_the_order_they_came_and_a_head_comes_first(peru):
    make_person(peru, "Second")
    make_person(peru, "Third")
    head = make_person(peru, "Head", role=ParticipantRole.HEAD)
    assert names(peru) == ["Head", "Second", "Third"]
    participants.place_participant(head, position=99, by=SYSTEM)
    assert names(peru) == ["Second", "Third", "Head"]
    participants.remove_participant(head, by=SYSTEM)
    assert names(peru) == ["Second", "Third"]


def test_one_person_is_registered_once_in_a_delegation_whatever_the_accents(peru):
    make_person(peru, "José Núñez")
    with pytest.raises(Refusal, match="registered in this delegation already") as refusal:
        make_person(peru, "JOSE NUNEZ")
    assert refusal.value.field == "name"
    other = make_person(peru, "Another")
    with pytest.raises(Refusal, match="registered in this delegation already"):
        participants.edit_participant(other, by=SYSTEM, **fields("jose nuñez"))
    make_person(make_delegation(peru.meeting, "CL"), "José Núñez")


def test_an_address_stands_for_one_person_of_the_session(peru):
    person = make_person(peru, "One", email="One@Example.org")
    assert person.email == "one@example.org"
    participants.edit_participant(person, by=SYSTEM, **fields("One", email="one@example.org"))
    with pytest.raises(Refusal) as refusal:
        make_person(make_delegation(peru.meeting, "CL"), "Two", email="ONE@example.org")
    assert refusal.value.field == "email"
    elsewhere = make_meeting("2027", Stage.CALL_OPEN)
    make_person(make_delegation(elsewhere, "PE"), "One", email="one@example.org")


def test_notes_and_accounts_are_the_delegations_own(peru):
    other = make_delegation(peru.meeting, "CL")
    note = participants.add_note(other, number="1", dated=None, upload=None, by=SYSTEM)
    with pytest.raises(Refusal) as refusal:
        make_person(peru, "One", note_id=note.id)
    assert refusal.value.field == "note_id"
    stranger = make_user("Stranger")
    with pytest.raises(Refusal) as refusal:
        make_person(peru, "One", user_id=stranger.id)
    assert refusal.value.field == "user_id"
    add_member(peru.meeting, stranger, DelegationRole.DRAFTER, peru.party_id)
    db.session.refresh(peru)
    assert make_person(peru, "One", user_id=stranger.id).user is stranger


def test_a_delegation_registers_until_the_end_of_the_registration_and_staff_beyond(peru, personas):
    delegate, meeting = personas.delegate_a, peru.meeting
    participants.add_participant(peru, by=delegate, **fields("In time"))
    operations.set_registration_end(meeting, BEFORE, by=SYSTEM)
    with pytest.raises(WrongState, match="closed"):
        participants.add_participant(peru, by=delegate, **fields("Late"))
    person = participants.add_participant(peru, by=personas.secretariat, **fields("By the secretariat"))
    for act in (
        lambda: participants.edit_participant(person, by=delegate, **fields("Changed")),
        lambda: participants.remove_participant(person, by=delegate),
        lambda: participants.place_participant(person, position=1, by=delegate),
        lambda: participants.add_note(peru, number="2", dated=None, upload=None, by=delegate),
    ):
        with pytest.raises(WrongState):
            act()
    with pytest.raises(Refusal, match="at the latest"):
        operations.set_registration_end(meeting, meeting.ends_at + timedelta(hours=1), by=SYSTEM)


def test_the_trail_names_what_changed_and_holds_nothing_personal(peru):
    person = make_person(peru, "Secret Name", email="secret@example.org", access_needs="Secret need")
    participants.edit_participant(person, by=SYSTEM, **fields("Secret Other", institution="Secret place"))
    participants.remove_participant(person, by=SYSTEM)
    assert "ecret" not in str([event.changes for event in db.session.scalars(sa.select(AuditEvent))])


def test_a_note_verbale_is_kept_once_by_its_number_and_its_file_replaced(peru):
    note = participants.add_note(peru, number="7-5-M/12", dated=None, upload=upload(PDF), by=SYSTEM)
    again = participants.add_note(peru, number="7-5-M/12", dated=date(2026, 5, 2), upload=upload(PNG), by=SYSTEM)
    assert again is note
    assert note.dated == date(2026, 5, 2)
    assert note.file.media_type == "image/png"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 1
    with pytest.raises(Refusal, match="after today"):
        participants.add_note(peru, number="8", dated=BEFORE.date() + timedelta(days=1), upload=None, by=SYSTEM)
    with pytest.raises(Refusal):
        participants.add_note(peru, number="8", dated=None, upload=upload(b"no file of ours", "x.pdf"), by=SYSTEM)


def test_removing_a_note_leaves_its_people_and_a_file_that_others_share(peru):
    note = participants.add_note(peru, number="1", dated=None, upload=upload(PDF), by=SYSTEM)
    other = participants.add_note(peru, number="2", dated=None, upload=upload(PDF), by=SYSTEM)
    person = make_person(peru, "One", note_id=note.id)
    participants.remove_note(note, by=SYSTEM)
    assert person.note_id is None
    with storage().open(other.file.sha256) as stream:
        assert stream.read() == PDF
    bare = participants.add_note(peru, number="3", dated=None, upload=FileStorage(filename=""), by=SYSTEM)
    participants.remove_note(bare, by=SYSTEM)
    assert db.session.scalars(sa.select(NoteVerbale.number)).all() == ["2"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Brazil", "Chile", "Mexico", "Spain", "United States"]),
        ("es", ["Brasil", "Chile", "España", "Estados Unidos", "México"]),
        ("fr", ["Brésil", "Chili", "Espagne", "États-Unis", "Mexique"]),
        ("pt", ["Brasil", "Chile", "Espanha", "Estados Unidos", "México"]),
    ],
)
def test_the_alphabet_is_that_of_the_language(app, meeting, language, expected):
    for code in ("US", "MX", "ES", "CL", "BR", "CW"):
        make_delegation(meeting, code)
    with force_locale(language):
        ordered = participant_queries.delegations_in_order(meeting)
    assert [row.party.label[language] for row in ordered[:-1]] == expected
    assert ordered[-1].party.code == "CW"  # a territory comes after the States


def test_accents_decide_between_equals_only_and_the_spanish_n_is_a_letter():
    words = ["Nandu", "Ñandu", "Nuez", "Ébano", "Ebano", "Zorro", "Saint-Martin", "Saint Kitts"]
    ordered = ["Ebano", "Ébano", "Nandu", "Nuez", "Ñandu", "Saint Kitts", "Saint-Martin", "Zorro"]
    assert sorted(words, key=lambda word: alphabetical(word, "es")) == ordered
    assert sorted(["Ñandu", "Nuez"], key=lambda word: alphabetical(word, "fr")) == ["Ñandu", "Nuez"]


def test_groups_follow_one_another_and_protocol_is_kept_within_them(meeting):
    for code in ("RCM", "IOM", "PE", "BR"):
        make_delegation(meeting, code)
    society = operations.add_civil_society(meeting, code="NET", names=everywhere("Network"), by=SYSTEM)
    assert operations.add_civil_society(meeting, code="NET", names=everywhere("Network"), by=SYSTEM) is society

    def codes() -> list[str]:
        return [row.party.code for row in participant_queries.delegations_in_order(meeting)]

    assert codes() == ["BR", "PE", "RCM", "IOM", "NET"]
    brazil = participant_queries.delegations_in_order(meeting)[0]
    precedence.move_delegation(brazil, up=False, by=SYSTEM)
    precedence.move_delegation(brazil, up=False, by=SYSTEM)  # it stays the last of its group
    assert codes()[:2] == ["BR", "PE"]
    precedence.choose_precedence(meeting, Precedence.PROTOCOL, by=SYSTEM)
    assert codes() == ["PE", "BR", "RCM", "IOM", "NET"]
    precedence.move_delegation(brazil, up=True, by=SYSTEM)
    assert codes() == ["BR", "PE", "RCM", "IOM", "NET"]
    make_delegation(meeting, "AR")
    assert codes()[:3] == ["BR", "PE", "AR"]  # one without a rank comes after those that have one
    with pytest.raises(Refusal, match="Another party"):
        operations.add_civil_society(meeting, code="rcm", names=everywhere("Network"), by=SYSTEM)


def test_lots_are_drawn_once_a_group_and_the_trail_keeps_both_orders(meeting):
    codes = ["AR", "BR", "CL", "CO", "MX", "PE", "US", "UY"]
    for code in [*codes, "RCM", "SACM"]:
        make_delegation(meeting, code)
    drawn = precedence.draw_lots(meeting, by=SYSTEM)
    assert sorted(drawn[:8]) == codes
    assert sorted(drawn[8:]) == ["RCM", "SACM"]
    assert [row.party.code for row in participant_queries.delegations_in_order(meeting)] == drawn
    event = participant_queries.order_last_set(meeting.id)
    assert event.action == "draw_lots"
    assert event.changes["order"] == [[*codes, "RCM", "SACM"], drawn]
    others = {tuple(precedence.draw_lots(meeting, by=SYSTEM)[:8]) for _ in range(6)}
    assert len(others) > 1


def test_the_register_filters_and_sorts(meeting):
    peru, chile = make_delegation(meeting, "PE"), make_delegation(meeting, "CL")
    note = participants.add_note(peru, number="1", dated=None, upload=None, by=SYSTEM)
    make_person(peru, "Zoë Álvarez", note_id=note.id, institution="Interior")
    make_person(peru, "Ána Ruiz", role=ParticipantRole.ADVISER, access_needs="Captions")
    make_person(chile, "Berta Soto", attendance="virtual")
    delegations = participant_queries.delegations_in_order(meeting)

    def found(**more) -> list[str]:
        statement = participant_queries.register(delegations, Wanted(**more))
        return [person.name for person in db.session.scalars(statement)]

    assert found() == ["Berta Soto", "Zoë Álvarez", "Ána Ruiz"]
    assert found(sort="name") == ["Ána Ruiz", "Berta Soto", "Zoë Álvarez"]
    assert found(sort="-name") == ["Zoë Álvarez", "Berta Soto", "Ána Ruiz"]
    assert found(sort="institution")[0] == "Zoë Álvarez"
    assert found(words="alvarez") == found(words="inter") == ["Zoë Álvarez"]
    assert found(words="zoe ruiz") == []
    assert found(words="%") == []
    assert found(delegation="PE", role=ParticipantRole.ADVISER) == found(needs=True) == ["Ána Ruiz"]
    assert found(attendance="virtual") == ["Berta Soto"]
    assert found(no_note=True) == ["Berta Soto", "Ána Ruiz"]
    assert found(delegation="XX") == []
    assert len(participant_queries.whole_list(delegations)) == 3
    assert participant_queries.delegations_in_order(make_meeting("2030")) == []
    assert list(db.session.scalars(participant_queries.register([], Wanted()))) == []


def test_two_requests_at_once_register_one_person(peru, monkeypatch):
    """The second of two that both found nobody meets the rule of the database, and says so."""
    make_person(peru, "Same Name")
    monkeypatch.setattr(participants, "_check_person", lambda *args, **more: None)
    with pytest.raises(Refusal, match="already"):
        make_person(peru, "Same Name")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Participant)) == 1


def test_two_requests_at_once_register_one_address(app, peru):
    """Each finds nobody of the name; the second waits for the first and then finds the address."""

    def register(name: str) -> None:
        delegation = db.session.get_one(Delegation, peru_id)
        make_person(delegation, name, email="same@example.org")

    peru_id = peru.id
    with pytest.raises(Refusal, match="registered with this address"):
        at_once(app, [lambda: register("One"), lambda: register("Two")])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Participant)) == 1
