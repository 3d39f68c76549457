"""What the Chair's part, the rapporteur's and a place on the interpreters' list open on the pages of the floor and the
record: for these routes the answer is the secretariat's in access.txt, for all others that of who has no such part."""

import pytest

from app.core.db import db
from app.floor.enums import FloorPart
from app.floor.models import PartGiven
from app.floor.statement_models import FloorInterpreter
from app.meetings.enums import DelegationRole
from tests.factories.summaries import NOON
from tests.guards.test_access import ROLES, address, answer, table
from tests.guards.world import make_world
from tests.personas import STATE_B, add_member, make_user

OPENS = {
    "chair": "chair close_list cut draw_lot end flag give go list_rules open_list pause place remove resume rule_on "
    "take_back undo offer_swap withdraw",
    "rapporteur": "autosave index keep notes restore save_notes set_language settle sitting versions "
    "who_speaks word word_item correct",
    "interpreter": "",  # the session is over; what they read before, tests/floor/test_statement_pages.py has
}
# The secretariat is asked until when, a note-taker's wish waits for its answer.
# Of the consolidation a rapporteur opens all but what the secretariat alone decides.
WRITES = (
    "add_paragraph add_section autosave balance begin_section checks cite comment coverage delete_paragraph "
    "delete_section edit_paragraph edit_recommendation edit_section edit_summary hold matrix merge_paragraph "
    "merge_section move_paragraph move_section passages paste preview recommendations redo remove_recommendation "
    "reopen reopen_comment resolve_comment set_aside set_asides set_attribution split_paragraph start to_mend "
    "uncite undo workspace"
)
FEATURES = ("floor", "grouping", "record", "summaries")
OTHERWISE = {("rapporteur", "record.follow_up"): "303"}
WITHOUT = {"chair": "delegate_b", "rapporteur": "delegate_b", "interpreter": "reader"}


@pytest.mark.one_database
def test_a_part_opens_what_it_is_for_and_nothing_else(app, client, personas, nothing_stays):
    world = make_world(personas)
    people = {name: make_user(f"With {name}", party_code=None if name == "interpreter" else STATE_B) for name in OPENS}
    for name in ("chair", "rapporteur"):
        delegation = add_member(world.meeting, people[name], DelegationRole.FOCAL_POINT)
        member = next(row for row in delegation.members if row.user is people[name])
        part = FloorPart.CHAIR if name == "chair" else FloorPart.RAPPORTEUR
        db.session.add(PartGiven(member=member, part=part, given_at=NOON))
    db.session.add(FloorInterpreter(meeting=world.meeting, user=people["interpreter"], added_at=NOON))
    db.session.flush()
    wrong = []
    for row in (row for row in table() if row.endpoint.partition(".")[0] in FEATURES):
        answers = dict(zip(ROLES, row.answers, strict=True))
        for name, user in people.items():
            feature, _dot, page = row.endpoint.partition(".")
            opened = page in OPENS[name].split() and feature != "summaries"
            opened |= name == "rapporteur" and feature == "grouping"
            opened |= feature == "summaries" and name == "rapporteur" and page in WRITES.split()
            expected = OTHERWISE.get((name, row.endpoint)) or answers["secretariat" if opened else WITHOUT[name]]
            got = answer(client, address(app, row, world), row, user, personas.delegate_a)
            if got != expected:
                wrong.append(f"{row.endpoint} {row.method}: {got} for the {name}, {expected} expected")
    assert not wrong, "\n".join(wrong)
