"""How many statements a page runs: the same for one row as for three, and few."""

import pytest
from flask import url_for

from tests.client import sign_in
from tests.guards.growing import grow
from tests.statements import count_statements

READING_LIMIT = 8


# Pages that put a party or a theme together from all that is known of it; and practices, of which a worker looks for
# like ones once an hour (here, where nothing is kept, each time).
ASSEMBLED = {
    "library.practice",
    "library.practice_version",
    "library.presentation",
    "library.presentation_version",
    "library.mechanism",
    "library.state",
    "library.organization",
    "api.mechanisms",
    "collections.compare_states",
    "library.search",  # of what nothing has: it looks for what may have been meant
    "library.theme",
    "library.objective",
}


# page: (endpoint, values, statements). Reading pages as anybody; the others as the person who works there.
READING = {
    "library.home": ({}, 8),
    "library.body": ({"slug": "cam"}, 8),
    "library.meetings": ({}, 2),
    "library.meeting": ({"slug": "cam-0"}, 8),
    "library.practices": ({}, 7),
    "library.meeting_practices": ({"slug": "cam-0"}, 8),
    "library.practice": ({"slug": "CAM-0-GP-PER-01"}, 12),
    "library.presentation": ({"slug": "cam-0", "code": "RCM"}, 15),
    "library.presentations": ({"slug": "cam-0"}, 3),
    "library.summary": ({"slug": "cam-0"}, 8),
    "library.summary_changes": ({"slug": "cam-0"}, 5),
    "library.summary_paragraph": ({"slug": "cam-0", "mark": "1"}, 8),
    "recommendations.board": ({}, 4),
    "recommendations.session": ({"slug": "cam-0"}, 4),
    "recommendations.show": ({"carried_id": 1}, 2),
    "library.mechanisms": ({}, 5),
    "library.mechanism": ({"slug": "cam"}, 18),
    "library.state": ({"code": "PE"}, 26),
    "library.theme": ({"code": "T3"}, 17),
    "library.objective": ({"code": "5"}, 17),
    "library.practice_map": ({}, 7),
    "library.organizations": ({}, 5),
    "library.organization": ({"code": "IOM"}, 11),
    "library.question": ({"slug": "cam-0", "number": 1}, 6),
    "library.participants": ({"slug": "cam-0"}, 4),
    "coordination.register": ({}, 3),
    "library.search": ({"q": "xylophones"}, 11),
    "map.pictures": ({}, 5),
    "map.states": ({}, 5),
    "map.themes": ({}, 5),
    "map.involvement": ({}, 6),
    "map.network": ({}, 5),
    "map.americas": ({}, 5),
    "map.timeline": ({}, 1),
    "map.history": ({"slug": "rcm"}, 4),
    "map.cell": ({"cell_id": 1}, 3),
    "map.overlap": ({}, 5),
    "map.pair": ({"first": "rcm", "second": "sacm"}, 7),
    "map.common": ({"m": ["rcm", "sacm", "mirps"]}, 5),
    "map.gaps": ({}, 7),
    "map.term": ({"vocabulary": "issues", "code": "25"}, 7),
    "map.exchange": ({}, 0),
    "api.sessions": ({}, 2),
    "api.session": ({"slug": "cam-0"}, 5),
    "api.summaries": ({}, 1),
    "api.summary": ({"slug": "cam-0"}, 5),
    "api.practices": ({}, 6),
    "api.practice": ({"slug": "CAM-0-GP-PER-01"}, 7),
    "api.presentations": ({}, 1),
    "api.mechanisms": ({}, 12),
    "api.organizations": ({}, 1),
    "api.organization": ({"code": "IOM"}, 3),
    "api.involvement": ({}, 2),
    "library.agenda": ({"slug": "cam-0"}, 4),
    "library.agenda_version": ({"slug": "cam-0", "number": 1}, 4),
    "library.calendar": ({"slug": "cam-0"}, 5),
    "library.documents": ({"slug": "cam-0"}, 5),
    "library.document": ({"symbol": "CAM-doc.1-26"}, 8),
    "library.read_document": ({"symbol": "CAM-doc.1-26", "language": "es"}, 5),
    "api.documents": ({}, 3),
    "api.one_document": ({"symbol": "CAM-doc.1-26"}, 6),
    "library.agenda_item": ({"slug": "cam-0", "mark": "opening"}, 6),
    "floor.statements": ({"slug": "cam-0"}, 6),
    "library.practice_versions": ({"slug": "CAM-0-GP-PER-01"}, 4),
    "library.practice_version": ({"slug": "CAM-0-GP-PER-01", "number": 1}, 12),
    "library.presentation_versions": ({"slug": "cam-0", "code": "RCM"}, 6),
    "library.presentation_version": ({"slug": "cam-0", "code": "RCM", "number": 1}, 15),
    "circulation.adoption": ({"slug": "cam-0"}, 6),
    "collections.compare": ({"practice": ["CAM-0-GP-PER-01"]}, 4),
    "collections.compare_presentations": ({"presentation": ["cam-0/RCM", "cam-0/SACM"]}, 6),
    "collections.compare_states": ({"state": ["PE", "CL"]}, 10),
}
STAFF = {
    "desk.home": ({}, 23),
    "desk.meeting": ({"slug": "cam-0"}, 26),
    "practices.queue": ({"slug": "cam-0"}, 7),
    "practices.call": ({"slug": "cam-0"}, 8),
    "practices.template": ({"slug": "cam-0"}, 8),
    "practices.template_preview": ({"slug": "cam-0"}, 9),
    "practices.apply_template": ({"slug": "cam-0"}, 9),
    "practices.template_field": ({"slug": "cam-0", "field_key": "context"}, 7),
    "practices.template_section": ({"slug": "cam-0", "section_key": "practice"}, 7),
    "meetings.agenda": ({"slug": "cam-0"}, 8),
    "meetings.questions": ({"slug": "cam-0"}, 5),
    "presentations.index": ({"slug": "cam-0"}, 11),
    "meetings.delegations": ({"slug": "cam-0"}, 9),
    "meetings.stages": ({"slug": "cam-0"}, 6),
    "desk.meeting_trail": ({"slug": "cam-0"}, 12),
    "map.proposals": ({}, 4),
    "map.export_workbook": ({}, 14),
    "map.export_table": ({"table": "places"}, 14),
    "map.statement": ({"slug": "rcm", "subject": "members"}, 7),
    "map.profile": ({"code": "RCM"}, 10),
    "map.sources": ({}, 3),
    "map.source": ({"source_id": 1}, 9),
    "summaries.workspace": ({"slug": "cam-0"}, 24),
    "summaries.matrix": ({"slug": "cam-0"}, 21),
    "summaries.publish": ({"slug": "cam-0"}, 39),
    "summaries.checks": ({"slug": "cam-0"}, 28),
    "summaries.body_rules": ({"slug": "cam"}, 3),
    "summaries.passages": ({"slug": "cam-0"}, 22),
    "summaries.coverage": ({"slug": "cam-0"}, 20),
    "summaries.set_asides": ({"slug": "cam-0"}, 19),
    "summaries.to_mend": ({"slug": "cam-0"}, 21),
    "summaries.balance": ({"slug": "cam-0"}, 19),
    "grouping.groups": ({"slug": "cam-0"}, 23),
    "grouping.group": ({"group_id": 1}, 22),
    "grouping.skeleton": ({"slug": "cam-0"}, 26),
    "summaries.compilations": ({"slug": "cam-0"}, 8),
    "jobs.register": ({}, 5),
    "jobs.job": ({"job_id": 1}, 2),
    "desk.board": ({"slug": "cam-0"}, 20),
    "desk.confirm_reminder": ({"slug": "cam-0"}, 19),
    "summaries.versions": ({"slug": "cam-0"}, 8),
    "summaries.compare_versions": ({"slug": "cam-0", "older": 0, "newer": 1}, 5),
    "circulation.circulations": ({"slug": "cam-0"}, 6),
    "circulation.begin": ({"slug": "cam-0"}, 30),
    "circulation.circulation": ({"circulation_id": 1}, 7),
    "circulation.dispose": ({"comment_id": 1}, 4),
    "circulation.matrix": ({"circulation_id": 1, "extension": "xlsx"}, 4),
    "meetings.publish_agenda": ({"slug": "cam-0"}, 7),
    "meetings.edit_agenda_item": ({"item_id": 1}, 8),
    "meetings.edit_question": ({"question_id": 1}, 5),
    "meetings.start": ({}, 3),
    "meetings.create": ({}, 3),
    "meetings.start_from_session": ({"slug": "cam-0"}, 23),
    "meetings.save_template": ({"slug": "cam-0"}, 22),
    "meetings.participants": ({"slug": "cam-0"}, 6),
    "meetings.people": ({"slug": "cam-0", "code": "PE"}, 5),
    "meetings.order": ({"slug": "cam-0"}, 5),
    "meetings.participant_rules": ({"slug": "cam"}, 4),
    "meetings.import_page": ({"slug": "cam-0"}, 3),
    "library.participants": ({"slug": "cam-0"}, 5),
    "desk.outbox": ({}, 8),
    "desk.mail_log": ({"session": "cam-0"}, 8),
    "desk.confirm_decision": ({"act": "approve", "all": 1, "up_to": 1000}, 6),
    "desk.mail": ({"mail_id": 1}, 5),
    "desk.mail_texts": ({"slug": "cam"}, 3),
    "desk.mail_text": ({"slug": "cam", "feature": "practices", "event": "submitted"}, 4),
    "reminders.session": ({"slug": "cam-0"}, 18),
    "library.documents": ({"slug": "cam-0"}, 7),
    "register.edit": ({"symbol": "CAM-doc.1-26"}, 8),
    "register.generated": ({"slug": "cam-0"}, 15),
    "register.add": ({"slug": "cam-0"}, 4),
    "desk.letter": ({"slug": "cam-0"}, 4),
    "meetings.delegation": ({"delegation_id": 1}, 5),
    "meetings.invitations": ({"slug": "cam-0"}, 5),
    "practices.intake_list": ({"slug": "cam-0"}, 5),
    "practices.review": ({"practice_id": 1}, 18),
    "practices.confirm_acceptance": ({"slug": "cam-0", "practice": [1, 2, 3]}, 5),
    "practices.criteria": ({"slug": "cam"}, 3),
    "practices.new_intake": ({"slug": "cam-0"}, 7),
    "practices.translations": ({"slug": "cam-0"}, 6),
    "practices.languages": ({"practice_id": 1}, 9),
    "practices.translation": ({"practice_id": 1, "language": "fr"}, 10),
    "practices.translation_word": ({"practice_id": 1, "language": "fr"}, 8),
    "practices.translation_form": ({"practice_id": 1, "language": "fr"}, 10),
    "floor.index": ({"slug": "cam-0"}, 18),
    "floor.chair": ({"slug": "cam-0"}, 14),
    "floor.room": ({"slug": "cam-0"}, 14),
    "floor.rule_on": ({"entry_id": 1}, 9),
    "floor.times": ({"slug": "cam-0"}, 6),
    "floor.papers": ({"slug": "cam-0"}, 28),
    "floor.paper": ({"slug": "cam-0", "paper": "speakers", "language": "en", "extension": "csv"}, 7),
    "floor.item": ({"slug": "cam-0", "mark": "opening"}, 25),
    "floor.parts": ({"slug": "cam-0"}, 5),
    "floor.cut": ({"slug": "cam-0", "mark": "opening"}, 12),
    "floor.list_rules": ({"slug": "cam-0", "mark": "opening"}, 5),
    "floor.body_rules": ({"slug": "cam"}, 3),
    "floor.statements": ({"slug": "cam-0"}, 9),
    "floor.statement": ({"statement_id": 1}, 8),
    "floor.statement_codes_of": ({"slug": "cam-0", "code": "PE"}, 7),
    "floor.interpreters": ({"slug": "cam-0"}, 3),
    "record.index": ({"slug": "cam-0"}, 10),
    "record.notes": ({"entry_id": 4}, 29),
    "record.attendance": ({"slug": "cam-0"}, 7),
    "record.minutes": ({"slug": "cam-0"}, 22),
    "record.versions": ({"slug": "cam-0", "older": 1}, 14),
    "record.restore": ({"version_id": 1}, 17),
}


STAFF |= {
    "statistics.index": ({"slug": "cam-0"}, 16),
    "statistics.file": ({"slug": "cam-0", "by": "state", "extension": "csv"}, 16),
}


ADMINISTRATOR = {"people.accounts": ({}, 5)}
DELEGATE = {
    "collections.mine": ({}, 3),
    "collections.show": ({"collection_id": 1}, 9),
    "collections.add": ({"kind": "practice", "name": "CAM-0-GP-PER-01"}, 7),
    "collections.reuse": ({"slug": "CAM-0-GP-PER-01"}, 9),
    "desk.used": ({"slug": "cam-0", "code": "PE"}, 22),
    "statistics.index": ({"slug": "cam-0"}, 18),
    "following.index": ({}, 4),
    "following.state_feed": ({"name": "PE"}, 6),
    "recommendations.session": ({"slug": "cam-0"}, 8),
    "recommendations.report": ({"carried_id": 1, "code": "PE"}, 7),
    "desk.home": ({}, 27),
    "practices.new": ({"slug": "cam-0"}, 8),
    "practices.similar": ({"practice_id": 2}, 9),
    "meetings.people": ({"slug": "cam-0", "code": "PE"}, 5),
    "library.participants": ({"slug": "cam-0"}, 7),
    "practices.comments": ({"practice_id": 1}, 9),
    "practices.history": ({"practice_id": 1}, 12),
    "practices.hands": ({"practice_id": 1}, 9),
    "practices.clearance_steps": ({"slug": "cam-0", "code": "PE"}, 5),
    "floor.index": ({"slug": "cam-0"}, 21),
    "floor.item": ({"slug": "cam-0", "mark": "opening"}, 37),
    "circulation.read": ({"circulation_id": 1, "code": "PE"}, 4),
    "circulation.comment": ({"circulation_id": 1, "code": "PE", "paragraph": "p-1"}, 4),
    "circulation.object": ({"circulation_id": 1, "code": "PE"}, 3),
    "circulation.position": ({"circulation_id": 2, "code": "PE"}, 4),
    "floor.statements": ({"slug": "cam-0"}, 12),
    "floor.hand_in": ({"slug": "cam-0", "code": "PE", "of": 1}, 15),
    "record.minutes": ({"slug": "cam-0"}, 20),
    "record.attendance": ({"slug": "cam-0"}, 11),
}


def counts(app, client, user, pages) -> dict[str, int]:
    """Page -> how many statements it runs, once what a worker makes a single time is made."""
    sign_in(client, user)
    found = {}
    for endpoint, (values, _expected) in pages.items():
        with app.test_request_context():
            url = url_for(endpoint, **values)
        assert client.get(url).status_code == 200, url
        with count_statements() as counted:
            client.get(url)
        found[endpoint] = counted.number
    return found


GROUPS = {
    "anonymous": READING,
    "secretariat": STAFF,
    "administrator": ADMINISTRATOR,
    "delegate_a": DELEGATE,
}


@pytest.mark.one_database
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("role", GROUPS)
def test_pages_run_as_many_statements_however_many_rows(app, client, personas, role, rows):
    grow(personas, rows)
    pages = GROUPS[role]
    expected = {endpoint: number for endpoint, (_values, number) in pages.items()}
    assert counts(app, client, getattr(personas, role), pages) == expected


def test_reading_pages_run_few_statements():
    over = {page for page, (_values, number) in READING.items() if number > READING_LIMIT}
    assert over == ASSEMBLED
