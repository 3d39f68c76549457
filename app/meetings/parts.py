"""Who has a part in an item of the order of business. Nothing here commits."""

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LocalizedText
from app.meetings.enums import ItemRole
from app.meetings.models import AgendaItem, Delegation, ItemPerson, Participant


def add_item_person(
    item: AgendaItem,
    *,
    role: ItemRole,
    delegation: Delegation | None,
    function: LocalizedText,
    by: Actor,
    participant: Participant | None = None,
) -> ItemPerson:
    """Give somebody a part in an item; the same again is there once. A participant brings their delegation.

    Raises Refusal where nobody is named.
    """
    if participant is not None:
        delegation = participant.delegation
    if delegation is None and not function:
        raise Refusal(_l("Choose a participant or a delegation, or write a function."), field="delegation")
    if delegation is not None and delegation.meeting_id != item.meeting_id:
        raise Refusal(_l("Choose a delegation to this session."), field="delegation")
    for person in item.people:
        if (person.role, person.delegation, person.participant, person.function) == (
            role,
            delegation,
            participant,
            function,
        ):
            return person
    person = ItemPerson(role=role, delegation=delegation, participant=participant, function=function)
    item.people.append(person)
    record("add_item_person", person, by=by, meeting_id=item.meeting_id)
    return person


def remove_item_person(person: ItemPerson, *, by: Actor) -> None:
    """Take somebody out of an item."""
    item = person.item
    changes: dict[str, list[object]] = {"role": [person.role.value, None], "function": []}
    record("remove_item_person", person, by=by, meeting_id=item.meeting_id, changes=changes)
    item.people.remove(person)
    db.session.flush()
