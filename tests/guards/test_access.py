"""Every route, as every role, answers what tests/guards/access.txt says.

Drafts have rows of their own there: they do not exist for anybody but the delegation that writes them.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import url_for
from itsdangerous import URLSafeTimedSerializer

from tests.client import sign_in
from tests.guards.world import STATES, TOKEN, World, make_world

TABLE = Path(__file__).with_name("access.txt")
ROLES = ("anonymous", "reader", "delegate_a", "delegate_b", "representative", "secretariat", "administrator")
METHODS = ("GET", "POST")
CSRF = "known-to-the-test"
BY_LINK = ("/handed/", "/clearance/")  # what is handed over is for whoever has the link
# What stands in an address under a name that means something else elsewhere.
SPECIAL = {
    "open_data.file": {"name": "release_file"},
    "open_data.sitemap_part": {"name": "sitemap"},
    "library.mechanism": {"slug": "mechanism"},
    "api.mechanism": {"slug": "mechanism"},
    "library.organization": {"code": "organization"},
    "api.organization": {"code": "organization"},
    "api.vocabulary": {"name": "vocabulary"},
    "api.work": {"code": "term"},
    "library.practice": {"slug": "published_slug"},
    "api.practice": {"slug": "published_slug"},
    "library.state": {"code": "state_code"},
    "library.body": {"slug": "mechanism"},
    "library.theme": {"code": "theme"},
    "library.objective": {"code": "objective"},
    "map.history": {"slug": "mechanism"},
    "map.pair": {"first": "mechanism", "second": "represented"},
    "map.statement": {"slug": "represented"},
    "map.term": {"code": "term"},
    "map.profile": {"code": "organization"},
    "people.choose_language": {"code": "language"},
    "people.city_of_zone": {"code": "language"},
    "people.set_up": {"token": "set_up_token"},
    "people.take_set_up": {"token": "set_up_token"},
    "people.sign_in_by_link": {"token": "sign_in_token"},
    "people.take_sign_in_link": {"token": "sign_in_token"},
    "library.participants_file": {"extension": "sheet"},
    "meetings.add_note": {"code": "own_code"},
    "meetings.add_person": {"code": "own_code"},
    "meetings.add_proposed": {"code": "own_code"},
    "meetings.drop_person": {"code": "own_code"},
    "meetings.participant_rules": {"slug": "mechanism"},
    "meetings.people": {"code": "own_code"},
    "presentations.slides": {"file_id": "presentation_slides"},
    "presentations.remove_slides": {"file_id": "presentation_slides"},
    "library.calendar_feed": {"token": "feed_token"},
    "following.mechanism_feed": {"name": "mechanism"},
    "following.own_feed": {"token": "own_feed_token"},
    "following.session_feed": {"name": "slug"},
    "following.state_feed": {"name": "state_code"},
    "following.stop": {"token": "stop_token"},
    "following.stop_by_link": {"token": "stop_token"},
    "following.theme_feed": {"name": "term"},
    "statistics.file": {"extension": "sheet"},
    "desk.mail_text": {"slug": "mechanism"},
    "desk.mail_texts": {"slug": "mechanism"},
    "desk.save_mail_text": {"slug": "mechanism"},
    "register.settings": {"slug": "mechanism"},
    "register.file": {"language": "document_language"},
    "register.file_version": {"language": "document_language", "number": "document_number"},
    "register.view": {"language": "document_language"},
    "library.read_document": {"language": "document_language"},
    "collections.restore": {"collection_id": "deleted_collection"},
    "collections.reuse": {"slug": "published_slug"},
    "collections.copy_shared": {"token": "collection_token"},
    "collections.shared": {"token": "collection_token"},
    "collections.shared_file": {"token": "collection_token"},
    "collections.make_shared_file": {"token": "collection_token"},
    "practices.handed": {"token": "handed_token"},
    "practices.open_handed": {"token": "handed_token"},
    "practices.save_handed": {"token": "handed_token"},
    "practices.autosave_handed": {"token": "handed_token"},
    "practices.clear_by_link": {"token": "clearance_token"},
    "practices.answer_by_link": {"token": "clearance_token"},
    "practices.clearance_file": {"token": "clearance_token"},
    "practices.clearance_steps": {"code": "own_code"},
    "practices.set_clearance": {"code": "own_code"},
    "practices.translation": {"language": "target_language"},
    "practices.save_translation": {"language": "target_language"},
    "practices.translation_form": {"language": "target_language"},
    "practices.translation_word": {"language": "target_language"},
    "practices.read_translation_word": {"language": "target_language"},
    "practices.translation_again": {"language": "target_language"},
    "practices.take_translation_word": {"language": "target_language"},
    "practices.criteria": {"slug": "mechanism"},
    "library.practice_version": {"slug": "published_slug"},
    "library.practice_versions": {"slug": "published_slug"},
    "desk.used": {"code": "own_code"},
    "library.summary_paragraph": {"mark": "paragraph_mark"},
    "recommendations.report": {"code": "own_code"},
    "recommendations.take_back": {"code": "own_code"},
    "floor.ask": {"code": "own_code"},
    "floor.body_rules": {"slug": "mechanism"},
    "summaries.body_rules": {"slug": "mechanism"},
    "floor.paper": {"extension": "sheet"},
    "floor.rule_on": {"entry_id": "point_id"},
    "floor.hand_in": {"code": "own_code"},
    "floor.set_consent": {"statement_id": "floor_statement_id"},
    "floor.set_outcome": {"statement_id": "floor_statement_id"},
    "floor.statement_file": {"version_id": "statement_version"},
    "floor.statement": {"statement_id": "floor_statement_id"},
    "floor.statement_codes_of": {"code": "own_code"},
    "circulation.autosave": {"code": "own_code"},
    "circulation.comment": {"code": "own_code"},
    "circulation.file_all": {"code": "own_code"},
    "circulation.object": {"code": "own_code"},
    "circulation.read": {"code": "own_code"},
    "circulation.take_back": {"code": "own_code"},
    "circulation.position": {"circulation_id": "adopted", "code": "own_code"},
    "circulation.dispose": {"comment_id": "filed_comment"},
    "circulation.put_in": {"comment_id": "filed_comment"},
    "circulation.matrix": {"extension": "matrix"},
    "summaries.version": {"number": "first_version"},
    "record.autosave": {"entry_id": "heard_id"},
    "record.correct": {"entry_id": "heard_id"},
    "record.follow_up": {"entry_id": "heard_id"},
    "record.notes": {"entry_id": "heard_id"},
    "record.save_notes": {"entry_id": "heard_id"},
    "record.settle": {"correction_id": "minutes_correction"},
    "record.word": {"entry_id": "heard_id"},
}


@dataclass(frozen=True)
class Row:
    """One line: a route, its method, which practice it is asked for ("-": none), and the answer to each role."""

    endpoint: str
    method: str
    what: str
    answers: tuple[str, ...]

    def __str__(self) -> str:
        places = zip(ROLES, self.answers, strict=True)
        words = " ".join(code.ljust(len(role)) for role, code in places)
        return f"{self.endpoint:<32}{self.method:<6}{self.what:<11}{words}".rstrip()


def table() -> list[Row]:
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return [Row(*words[:3], tuple(words[3:])) for words in lines if words and words[0] != "#"]


def routes(app) -> set[tuple[str, str]]:
    """(endpoint, method) for all that the application answers to."""
    rules = list(app.url_map.iter_rules())
    return {(rule.endpoint, method) for rule in rules for method in METHODS if method in rule.methods}


def address(app, row: Row, world: World) -> str:
    known = world.path_values(row.what)
    special = SPECIAL.get(row.endpoint, {})
    names = next(app.url_map.iter_rules(row.endpoint)).arguments
    with app.test_request_context():
        return url_for(row.endpoint, **{name: known[special.get(name, name)] for name in names})


def token(app) -> str:
    return URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(CSRF)


def answer(client, url: str, row: Row, user, own) -> str:
    """The status; nobody but the delegation's `own` delegate is answered with its words."""
    sign_in(client, user)
    if row.method == "GET":
        return str(client.get(url).status_code)
    with client.session_transaction() as session:
        session["csrf_token"] = CSRF
    response = client.post(url, data={"csrf_token": token(client.application)})
    assert user is own or url.startswith(BY_LINK) or TOKEN.encode() not in response.data, (url, user)
    return str(response.status_code)


def test_the_table_names_every_route_and_no_other(app):
    written = {(row.endpoint, row.method) for row in table()}
    assert sorted(routes(app) - written) == [], "not in the table"
    assert sorted(written - routes(app)) == [], "no such route"
    assert all(len(row.answers) == len(ROLES) for row in table())
    keys = [(row.endpoint, row.method, row.what) for row in table()]
    assert len(keys) == len(set(keys))


def test_routes_of_a_practice_are_tried_with_every_state(app):
    named = {(row.endpoint, row.method, row.what) for row in table()}
    for endpoint, method in routes(app):
        rule = next(app.url_map.iter_rules(endpoint))
        if "practice_id" in rule.arguments or endpoint == "practices.attachment":
            assert {(endpoint, method, state) for state in STATES} <= named


@pytest.mark.one_database
@pytest.mark.no_cover  # each route has tests of its own, which count
def test_everybody_gets_what_the_table_says(app, client, personas, nothing_stays):
    world, own = make_world(personas), personas.delegate_a
    wrong = []
    for row in table():
        url = address(app, row, world)
        people = (getattr(personas, role) for role in ROLES)
        got = Row(row.endpoint, row.method, row.what, tuple(answer(client, url, row, user, own) for user in people))
        if got != row:
            wrong.append(f"{row}  is in the table\n{got}  is what came")
    assert not wrong, "\n".join(wrong)


def test_a_draft_does_not_exist_for_anybody_else():
    for row in table():
        if row.what == "draft":
            answers = dict(zip(ROLES, row.answers, strict=True))
            asked_to_sign_in = answers.pop("anonymous")
            assert asked_to_sign_in in ("302", "403", "404"), row
            del answers["delegate_a"]
            assert set(answers.values()) == {"404"}, row
