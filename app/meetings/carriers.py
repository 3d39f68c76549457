"""What meetings itself has a new session carry: delegations, their order and people, order of business, questions."""

from datetime import time
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Party
from app.mail.operations import queue_mails
from app.meetings import retention
from app.meetings.carrying import Carrier, Offset, carries, moment_at, offset_of
from app.meetings.emails import ADDED, invitation
from app.meetings.enums import DelegationRole, ItemKind, ItemRole, Precedence, QuestionAudience
from app.meetings.models import (
    AgendaItem,
    Delegation,
    DelegationMember,
    GuidingQuestion,
    ItemPerson,
    Meeting,
    Participant,
)
from app.meetings.queries import agenda_of, agenda_with_people, delegations_of_meeting, questions_of
from app.people.models import User
from app.people.operations import send_invitation


def _kept(texts: dict[str, str]) -> dict[str, str]:
    return {language: text for language, text in texts.items() if text}


def _pack_agenda(meeting: Meeting) -> list[dict[str, Any]]:
    """The items in order; `parent` is the place of the item above in the list, `party` that of a delegation.

    The names of participants stay with the session that registered them, whose rules forget them.
    """
    items = agenda_with_people(meeting.id)
    names = retention.names_held(meeting)
    places = {item.id: place for place, item in enumerate(items)}
    return [
        {
            "parent": places[item.parent_id] if item.parent_id else None,
            "day": item.day,
            "begins": item.begins.isoformat() if item.begins else None,
            "minutes": item.minutes,
            "kind": item.kind.value,
            "title": names.without(dict(item.title)),
            "description": names.without(dict(item.description)),
            "people": [
                {
                    "role": person.role.value,
                    "function": function,
                    "party": person.delegation.party_id if person.delegation else None,
                }
                for person in item.people
                if (function := _kept(names.without(dict(person.function)))) or person.delegation
            ],
        }
        for item in items
    ]


def _unpack_agenda(packed: list[dict[str, Any]], meeting: Meeting) -> int:
    """Make the items, with the people who are told by a function alone or whose delegation was carried as well."""
    there: dict[int | None, Delegation | None] = {row.party_id: row for row in delegations_of_meeting(meeting.id)}
    there[None] = None
    made: list[AgendaItem] = []
    for position, item in enumerate(packed, start=1):
        made.append(
            AgendaItem(
                meeting=meeting,
                position=position,
                parent=None if item["parent"] is None else made[item["parent"]],
                day=item["day"],
                begins=time.fromisoformat(item["begins"]) if item["begins"] else None,
                minutes=item["minutes"],
                kind=ItemKind(item["kind"]),
                title=LocalizedText(item["title"]),
                description=LocalizedText(item["description"]),
                people=[
                    ItemPerson(
                        role=ItemRole(person["role"]),
                        function=LocalizedText(person["function"]),
                        delegation=there[person.get("party")],
                    )
                    for person in item["people"]
                    if person.get("party") in there
                ],
            )
        )
    db.session.add_all(made)
    return len(made)


def _agenda_without_names(packed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items with the delegations that have a part in them; a function may be a name."""
    return [
        {**item, "people": [{**person, "function": {}} for person in item["people"] if person["party"] is not None]}
        for item in packed
    ]


def _pack_questions(meeting: Meeting) -> list[dict[str, Any]]:
    """The questions as they are worded now; `item` is the place of their item in the order of business."""
    places = {item.id: place for place, item in enumerate(agenda_of(meeting.id))}
    return [
        {
            "text": dict(row.text),
            "audience": row.audience.value,
            "word_limit": row.word_limit,
            "item": places.get(row.item_id) if row.item_id else None,
        }
        for row in questions_of(meeting.id)
    ]


def _unpack_questions(packed: list[dict[str, Any]], meeting: Meeting) -> int:
    items = dict(enumerate(agenda_of(meeting.id)))
    db.session.add_all(
        GuidingQuestion(
            meeting=meeting,
            number=number,
            text=LocalizedText(row["text"]),
            audience=QuestionAudience(row["audience"]),
            word_limit=row["word_limit"],
            item=items.get(row["item"]),
        )
        for number, row in enumerate(packed, start=1)
    )
    return len(packed)


def _pack_delegations(meeting: Meeting) -> list[int]:
    return [delegation.party_id for delegation in delegations_of_meeting(meeting.id)]


def _unpack_delegations(packed: list[int], meeting: Meeting) -> int:
    there = {party.id for party in db.session.query(Party).filter(Party.id.in_(packed))}
    rows = [Delegation(meeting=meeting, party_id=party_id, members=[]) for party_id in packed if party_id in there]
    db.session.add_all(rows)
    return len(rows)


def _pack_people(meeting: Meeting) -> list[dict[str, Any]]:
    return [
        {"party": delegation.party_id, "user": member.user_id, "role": member.role.value}
        for delegation in delegations_of_meeting(meeting.id)
        for member in delegation.members
        if member.user.closed_at is None
    ]


def _unpack_people(packed: list[dict[str, Any]], meeting: Meeting) -> int:
    delegations = {row.party_id: row for row in delegations_of_meeting(meeting.id)}
    users = {row.id: row for row in db.session.query(User).filter(User.id.in_([line["user"] for line in packed]))}
    made = []
    for line in packed:
        delegation, user = delegations.get(line["party"]), users.get(line["user"])
        if delegation and user and not user.is_staff:
            member = DelegationMember(user=user, role=DelegationRole(line["role"]), added_at=now())
            delegation.members.append(member)
            made.append((user, invitation(delegation, member.role)))
    queue_mails(ADDED.name, [told for told in made if told[0].set_up_at], meeting_id=meeting.id)
    for user, into in made:
        if not user.set_up_at:
            send_invitation(user, into, by=SYSTEM)
    return len(made)


def _pack_participants(meeting: Meeting) -> list[int]:
    """Whom the delegations registered, as far as that is still held: who they are stays where it is."""
    if retention.is_due(meeting, retention.rules_of(meeting.mechanism_id)):
        return []
    held = sa.select(Participant.id).join(Participant.delegation)
    return list(db.session.scalars(held.where(Delegation.meeting_id == meeting.id, Participant.forgotten_at.is_(None))))


def _unpack_participants(packed: list[int], meeting: Meeting) -> int:
    """Propose them to their delegations: nothing of a person is copied before somebody registers them again."""
    rows = sa.select(Delegation.meeting_id).join(Participant, Participant.delegation_id == Delegation.id)
    meeting.people_from_id = db.session.scalar(rows.where(Participant.id.in_(packed)).limit(1))
    return len(packed)


def _pack_precedence(meeting: Meeting) -> dict[str, Any]:
    """How the delegations follow one another: the choice, and the [party, rank] of those that have a rank."""
    ranked = sa.select(Delegation.party_id, Delegation.rank).where(Delegation.meeting_id == meeting.id)
    ranks = [list(row) for row in db.session.execute(ranked.where(Delegation.rank.is_not(None)))]
    chosen = meeting.precedence is not Precedence.ALPHABETICAL or ranks
    return {"precedence": meeting.precedence.value, "ranks": ranks} if chosen else {}


def _unpack_precedence(packed: dict[str, Any], meeting: Meeting) -> int:
    meeting.precedence = Precedence(packed["precedence"])
    ranks = dict(packed["ranks"])
    for row in delegations_of_meeting(meeting.id):
        row.rank = ranks.get(row.party_id)
    return len(ranks)


def _pack_registration(meeting: Meeting) -> dict[str, Any]:
    closes_at = meeting.registration_closes_at
    return {"closes": offset_of(closes_at, meeting)} if closes_at else {}


def _unpack_registration(packed: dict[str, Any], meeting: Meeting) -> int:
    meeting.registration_closes_at = moment_at(packed["closes"], meeting)
    return 1


def _registration_dates(packed: dict[str, Any]) -> list[tuple[LazyString, Offset]]:
    return [(_l("End of the registration"), packed["closes"])]


# The people of items hang on the delegations, which so come first.
carries(Carrier("delegations", _l("Delegations"), _pack_delegations, _unpack_delegations))
carries(
    Carrier(
        "people",
        _l("People of the delegations"),
        _pack_people,
        _unpack_people,
        impersonal=lambda packed: [],
        needs="delegations",
    )
)
carries(
    Carrier(
        "participants",
        _l("Participants, proposed to their delegations"),
        _pack_participants,
        _unpack_participants,
        impersonal=lambda packed: [],
        needs="delegations",
    )
)
carries(Carrier("precedence", _l("their order in lists"), _pack_precedence, _unpack_precedence, within="delegations"))
carries(
    Carrier(
        "registration_closes_at",
        _l("the end of their registration"),
        _pack_registration,
        _unpack_registration,
        _registration_dates,
        within="delegations",
    )
)
carries(Carrier("agenda", _l("Order of business"), _pack_agenda, _unpack_agenda, impersonal=_agenda_without_names))
carries(Carrier("questions", _l("Guiding questions"), _pack_questions, _unpack_questions))
