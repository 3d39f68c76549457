"""What the list of participants shows, made ready for the template and for files."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.core.paging import Page
from app.core.sheets import Row
from app.core.wording import in_reader_language
from app.library.session_pages import days_of
from app.meetings.enums import ParticipantRole
from app.meetings.labels import GROUPS, PARTICIPANT_ROLES
from app.meetings.models import Delegation, Meeting, Participant
from app.meetings.participant_queries import delegations_in_order, list_page, whole_list

PLAIN = ParticipantRole.DELEGATE  # what a participant is where nothing is said
PER_PAGE = 100


def participants(meeting: Meeting, *, page: int) -> dict[str, Any]:
    """Return one page of the list: groups of delegations with their people, in the order of protocol or alphabet."""
    delegations = delegations_in_order(meeting)
    found: Page[Participant] = list_page(delegations, page=page, per_page=PER_PAGE)
    return {
        "meeting": meeting,
        "days": days_of(meeting),
        "page": found,
        "groups": _groups(found.items, delegations),
        "page_url": lambda number: url_for("library.participants", slug=meeting.slug, page=number),
    }


def _groups(people: Sequence[Participant], delegations: Sequence[Delegation]) -> list[dict[str, Any]]:
    known = {row.id: row for row in delegations}
    roles = {role: "" if role is PLAIN else str(label) for role, label in PARTICIPANT_ROLES.items()}
    groups: list[dict[str, Any]] = []
    for delegation_id, own in groupby(people, key=lambda person: person.delegation_id):
        party = known[delegation_id].party
        label = str(GROUPS[party.kind])
        if not groups or groups[-1]["label"] != label:
            groups.append({"label": label, "delegations": []})
        groups[-1]["delegations"].append(
            {
                "name": in_reader_language(party.names),
                "people": [
                    {
                        "name": person.full_name,
                        "role": roles[person.role],
                        "what": ", ".join(text for text in (person.function, person.institution) if text),
                    }
                    for person in own
                ],
            }
        )
    return groups


def rows(meeting: Meeting) -> list[Row]:
    """Return the whole list as rows: what the pages show, and no more."""
    delegations = delegations_in_order(meeting)
    known = {row.id: row.party for row in delegations}
    table: list[Row] = [[_("Group"), _("Delegation"), _("Name"), _("Attends as"), _("Function"), _("Institution")]]
    for person in whole_list(delegations):
        party = known[person.delegation_id]
        texts = (person.full_name, str(PARTICIPANT_ROLES[person.role]), person.function, person.institution)
        table.append([str(GROUPS[party.kind]), in_reader_language(party.names), *texts])
    return table
