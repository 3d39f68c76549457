"""What changes collections, and what it refuses."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from app.audit.models import AuditEvent
from app.collections import operations, queries
from app.collections.enums import ReadingKind
from app.collections.forgetting import forget_collection
from app.collections.models import CollectedReading, Collection
from app.collections.operations import KEPT_FOR, MOST_COLLECTIONS, MOST_READINGS
from app.core.clock import now, standing_at
from app.core.db import db
from app.core.errors import Refusal, Stale
from app.core.forms import order_mark
from app.desk import own_data
from app.jobs.models import Job
from app.people.models import User
from app.people.operations import close_account, reopen_account
from tests.at_once import at_once
from tests.factories.collections import make_collection
from tests.personas import make_user, party

PRACTICE, DOCUMENT = ReadingKind.PRACTICE, ReadingKind.DOCUMENT
NAMES = ((PRACTICE, "A"), (PRACTICE, "B"), (DOCUMENT, "C"))


@pytest.fixture
def owner(personas):
    return personas.delegate_a


def names(collection: Collection) -> list[str]:
    db.session.expire_all()
    return [row.name for row in collection.readings]


def mark(collection: Collection) -> str:
    return order_mark([row.id for row in collection.readings])


def test_a_form_sent_twice_begins_one_collection(owner):
    made = [operations.make_collection(" For  the minister ", form_key="k", by=owner) for _time in range(2)]
    assert made[0] is made[1]
    assert made[0].title == "For the minister"


def test_another_persons_form_key_finds_nothing_of_theirs(owner, personas):
    operations.make_collection("Mine", form_key="k", by=owner)
    with pytest.raises(sa.exc.IntegrityError):
        operations.make_collection("Theirs", form_key="k", by=personas.reader)
    db.session.rollback()


@pytest.mark.parametrize(
    ("title", "note", "field"), [("  ", "", "title"), ("x" * 201, "", "title"), ("T", "x" * 4001, "note")]
)
def test_texts_have_limits(owner, title, note, field):
    with pytest.raises(Refusal) as refused:
        operations.make_collection(title, note, by=owner)
    assert refused.value.field == field


def test_there_are_so_many_collections_and_readings_and_no_more(owner):
    for number in range(MOST_COLLECTIONS):
        last = make_collection(owner, title=f"Number {number}")
    with pytest.raises(Refusal, match="100 collections"):
        operations.make_collection("One more", by=owner)
    for number in range(MOST_READINGS):
        last.readings.append(CollectedReading(kind=PRACTICE, name=f"{number}", position=number, added_at=now()))
    db.session.flush()
    with pytest.raises(Refusal, match="100 readings"):
        operations.add_reading(last, PRACTICE, "one more", by=owner)


def test_a_reading_is_in_a_collection_once_and_a_second_note_joins_the_first(owner):
    collection = make_collection(owner)
    assert operations.add_reading(collection, PRACTICE, "A", "First.", by=owner)
    assert operations.add_reading(collection, DOCUMENT, "A", by=owner)
    assert not operations.add_reading(collection, PRACTICE, "A", "Second.", by=owner)
    assert not operations.add_reading(collection, PRACTICE, "A", by=owner)
    db.session.expire_all()
    assert [(row.position, row.note) for row in collection.readings] == [(1, "First.\n\nSecond."), (2, "")]


def test_what_was_saved_in_between_is_not_overwritten(owner):
    collection = make_collection(owner, *NAMES)
    db.session.commit()
    seen = str(collection.version)
    operations.change_collection(collection, title="First tab", note="", seen=seen, by=owner)
    db.session.flush()
    with pytest.raises(Stale):
        operations.change_collection(collection, title="Second tab", note="", seen=seen, by=owner)
    reading = collection.readings[0]
    before = str(reading.version)
    operations.annotate_reading(reading, note="First tab.", seen=before, by=owner)
    db.session.flush()
    for act in (
        lambda: operations.annotate_reading(reading, note="Second tab.", seen=before, by=owner),
        lambda: operations.drop_reading(reading, seen=before, by=owner),
        lambda: operations.share_collection(collection, seen=seen, by=owner),
        lambda: operations.withdraw_link(collection, seen=seen, by=owner),
        lambda: operations.delete_collection(collection, seen=seen, by=owner),
    ):
        with pytest.raises(Stale):
            act()
    assert (collection.title, reading.note) == ("First tab", "First tab.")


def test_adding_and_moving_are_not_in_the_way_of_who_writes_title_and_notes(owner):
    collection = make_collection(owner, *NAMES)
    db.session.commit()
    seen, note = str(collection.version), str(collection.readings[2].version)
    operations.add_reading(collection, PRACTICE, "D", by=owner)
    db.session.flush()
    db.session.expire_all()
    operations.move_reading(collection, collection.readings[2].id, to=1, seen=mark(collection), by=owner)
    assert names(collection) == ["C", "A", "B", "D"]
    operations.annotate_reading(collection.readings[0], note="Kept.", seen=note, by=owner)
    operations.change_collection(collection, title="Kept", note="", seen=seen, by=owner)
    db.session.commit()
    assert (collection.title, collection.readings[0].note) == ("Kept", "Kept.")


@pytest.mark.parametrize(
    ("place", "to", "after"), [(0, 3, "BCA"), (2, 1, "CAB"), (1, 0, "BAC"), (1, 99, "ACB"), (1, 2, "ABC")]
)
def test_readings_move(owner, place, to, after):
    collection = make_collection(owner, *NAMES)
    operations.move_reading(collection, collection.readings[place].id, to=to, seen=mark(collection), by=owner)
    assert "".join(names(collection)) == after


def test_nothing_moves_in_an_order_that_has_changed(owner):
    collection = make_collection(owner, *NAMES)
    seen, item = mark(collection), collection.readings[0].id
    operations.drop_reading(collection.readings[1], seen=str(collection.readings[1].version), by=owner)
    db.session.flush()
    with pytest.raises(Stale):
        operations.move_reading(collection, item, to=2, seen=seen, by=owner)
    assert names(collection) == ["A", "C"]


def test_a_link_is_for_the_party_and_another_each_time(owner, personas):
    collection = make_collection(owner)
    operations.share_collection(collection, seen=str(collection.version), by=owner)
    db.session.commit()
    first = queries.token_of(collection)
    colleague = make_user("Colleague", party_code="PE")
    assert queries.shared_collection(colleague, first) is collection
    operations.withdraw_link(collection, seen=str(collection.version), by=owner)
    db.session.commit()
    operations.share_collection(collection, seen=str(collection.version), by=owner)
    db.session.commit()
    assert queries.token_of(collection) != first
    with pytest.raises(NotFound):
        queries.shared_collection(colleague, first)
    assert queries.shared_collection(colleague, queries.token_of(collection)) is collection


def test_who_acts_for_nobody_has_nobody_to_share_with(personas):
    collection = make_collection(personas.secretariat)
    with pytest.raises(Refusal, match="nobody to share with"):
        operations.share_collection(collection, seen=str(collection.version), by=personas.secretariat)
    assert collection.seed is None


def test_a_link_is_of_no_use_to_anybody_else(owner, personas):
    collection = make_collection(owner, shared=True)
    token = queries.token_of(collection)
    colleague, closed = make_user("Colleague", party_code="PE"), make_user("Closed", party_code="PE", closed_at=now())
    db.session.commit()
    assert queries.shared_collection(owner, token)
    assert queries.shared_collection(colleague, token)
    assert closed.is_active is False
    for role, actor in personas.items():
        if actor is not owner:
            with pytest.raises(NotFound):
                queries.shared_collection(actor, token)
            with pytest.raises(NotFound):
                queries.own_collection(actor, collection.id)
            assert role
    for wrong in (
        "",
        "-",
        f"{collection.id}",
        f"{collection.id}-",
        f"{collection.id}-{'é' * 20}",
        "9" * 40,
        f"{token}x",
    ):
        with pytest.raises(NotFound):
            queries.shared_collection(colleague, wrong)


@pytest.mark.parametrize("change", ["moves", "closes", "deletes", "colleague"])
def test_a_link_ends_with_what_it_rests_on(owner, personas, change):
    collection = make_collection(owner, shared=True)
    token = queries.token_of(collection)
    colleague = make_user("Colleague", party_code="PE")
    db.session.commit()
    assert queries.shared_collection(colleague, token)
    if change == "moves":
        owner.party_id = party("CL").id
        colleague.party_id = owner.party_id
    elif change == "closes":
        close_account(owner, by=personas.administrator)
    elif change == "deletes":
        operations.delete_collection(collection, seen=str(collection.version), by=owner)
    else:
        colleague.party_id = party("CL").id
    db.session.commit()
    with pytest.raises(NotFound):
        queries.shared_collection(colleague, token)


def test_a_deleted_collection_can_be_had_back_and_then_is_forgotten(owner, personas):
    collection = make_collection(owner, *NAMES, shared=True)
    operations.delete_collection(collection, seen=str(collection.version), by=owner)
    db.session.commit()
    with pytest.raises(NotFound):
        queries.own_collection(owner, collection.id)
    with pytest.raises(NotFound):
        queries.deleted_collection(personas.delegate_b, collection.id)
    assert [line.row for line in queries.own_collections(owner, deleted=True)] == [collection]
    job = db.session.scalars(sa.select(Job).where(Job.kind == operations.FORGET_JOB)).one()
    assert job.run_after == collection.deleted_at + KEPT_FOR
    operations.restore_collection(queries.deleted_collection(owner, collection.id), by=owner)
    db.session.commit()
    with standing_at(now() + KEPT_FOR + timedelta(minutes=1)):
        forget_collection(job.payload)
        assert queries.own_collection(owner, collection.id).seed is None, "had back, and shared with nobody"
        operations.delete_collection(collection, seen=str(collection.version), by=owner)
        db.session.commit()
        forget_collection(job.payload)
    assert queries.deleted_collection(owner, collection.id), "not before its own thirty days are over"
    number = collection.id
    with standing_at(now() + 3 * KEPT_FOR):
        forget_collection({"collection_id": number})
        forget_collection({"collection_id": number})
    assert db.session.get(Collection, number) is None
    assert db.session.scalars(sa.select(CollectedReading)).all() == []


def test_with_an_account_its_collections_are_closed_and_opened(owner, personas):
    collection = make_collection(owner, *NAMES)
    close_account(owner, by=personas.administrator)
    db.session.commit()
    assert queries.own_collections(owner) == []
    reopen_account(owner, by=personas.administrator)
    assert queries.deleted_collection(owner, collection.id)
    with standing_at(now() + KEPT_FOR + timedelta(minutes=1)):
        forget_collection({"collection_id": collection.id})
    assert db.session.scalars(sa.select(Collection)).all() == []


def test_the_trail_holds_no_word_of_them(owner, personas):
    collection = operations.make_collection("Zyx title", "Zyx note", by=owner)
    operations.add_reading(collection, PRACTICE, "Zyx-name", "Zyx note", by=owner)
    operations.share_collection(collection, seen=str(collection.version), by=owner)
    db.session.commit()
    events = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.actor_id == owner.id)).all()
    assert [event.action for event in events] == ["make_collection", "collect_reading", "share_collection"]
    assert not [event for event in events if "Zyx" in str(event.changes) or str(collection.seed) in str(event.changes)]


def test_they_are_among_what_is_held_of_a_person_for_that_person_alone(owner):
    make_collection(owner, *NAMES, title="Zyx title", shared=True)
    db.session.commit()
    own, by_staff = own_data.of_own_account(owner), own_data.of_account(owner)
    assert [row["title"] for row in own["collections"]] == ["Zyx title"]
    assert [row["name"] for row in own["readings_in_collections"]] == ["A", "B", "C"]
    assert "seed" not in own["collections"][0]
    assert "Zyx" not in str(by_staff)


def test_two_tabs_that_add_in_the_same_moment_lose_nothing(app, owner):
    collection = make_collection(owner)
    number, by = collection.id, owner.id

    def add(name: str) -> None:
        row, person = db.session.get_one(Collection, number), db.session.get_one(User, by)
        operations.add_reading(row, PRACTICE, name, f"Of {name}.", by=person)

    at_once(app, [lambda: add("A"), lambda: add("A"), lambda: add("B"), lambda: add("C")])
    db.session.expire_all()
    rows = db.session.get_one(Collection, number).readings
    assert sorted(row.name for row in rows) == ["A", "B", "C"]
    assert [row.position for row in rows] == [1, 2, 3]
