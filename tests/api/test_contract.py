"""The OpenAPI document, and whether the API keeps to it whatever is asked."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from app.core.db import db
from app.meetings.enums import Stage
from tests.factories.library import cited, publish_practice, publish_presentation, publish_summary
from tests.factories.register import issue
from tests.factories.summaries import make_meeting

DOCUMENT = "/api/v1/openapi.json"
PATHS = [
    "/api/v1/coordinations",
    "/api/v1/documents",
    "/api/v1/documents/{symbol}",
    "/api/v1/events",
    "/api/v1/gaps",
    "/api/v1/involvement",
    "/api/v1/mechanisms",
    "/api/v1/mechanisms/{slug}",
    "/api/v1/organizations",
    "/api/v1/organizations/{code}",
    "/api/v1/overlaps",
    "/api/v1/practices",
    "/api/v1/practices/{slug}",
    "/api/v1/presentations",
    "/api/v1/sessions",
    "/api/v1/sessions/{slug}",
    "/api/v1/sessions/{slug}/presentations/{code}",
    "/api/v1/sessions/{slug}/summary",
    "/api/v1/sources",
    "/api/v1/states",
    "/api/v1/summaries",
    "/api/v1/vocabularies/{name}",
    "/api/v1/vocabularies/{vocabulary}/{code}",
]


@pytest.fixture
def document(client) -> dict:
    return client.get(DOCUMENT).json


def test_it_is_openapi_3_1_of_the_api_alone(client, document):
    assert document["openapi"] == "3.1.0"
    assert sorted(document["paths"]) == PATHS
    assert {method for path in document["paths"].values() for method in path} == {"get"}


def test_every_answer_is_described(document):
    for path, item in document["paths"].items():
        answers = item["get"]["responses"]
        assert set(answers) == {"200", "400", "406", "422", *(["404", "410"] if "{" in path else [])}
        assert "$ref" in answers["200"]["content"]["application/json"]["schema"]
        for status in set(answers) - {"200"}:
            assert list(answers[status]["content"]) == ["application/problem+json"]


def test_every_reference_leads_somewhere(document):
    def references(node):
        if isinstance(node, dict):
            if "$ref" in node:
                yield node["$ref"]
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known


@pytest.fixture
def contract(app):
    """The API's schema over a session with everything published."""
    meeting = make_meeting(stage=Stage.PUBLISHED)
    practice = publish_practice(meeting, "PE")
    presentation = publish_presentation(meeting, "RCM")
    publish_summary(meeting, [cited(practice), cited(presentation, "Pace", "answers.1")], [])
    issue(meeting)
    db.session.commit()
    return schemathesis.openapi.from_wsgi(DOCUMENT, app)


@pytest.mark.parametrize("path", PATHS)
def test_the_api_keeps_to_its_document(contract, path):
    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(contract[path]["GET"].as_strategy())
    def keeps(case) -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity"})  # its client unpacks nothing

    keeps()


def test_a_published_thing_is_described_as_it_is(contract, client):
    for path in (
        "/practices/CAM-2026-GP-PER-01",
        "/sessions/cam-2026/summary",
        "/sessions/cam-2026/presentations/RCM",
        "/sessions/cam-2026",
        "/mechanisms/riam",
        "/mechanisms/gmg",
        "/organizations/IOM",
        "/involvement",
    ):
        operation = contract.find_operation_by_path("GET", f"/api/v1{path}")
        assert operation.validate_response(client.get(f"/api/v1{path}")) is None
