"""What is published for fewer than its session is for leaves no trace for anybody else."""

import copy
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from app.core.audience import Audience
from app.core.db import db
from app.summaries.models import Publication
from app.summaries.publishing import freeze, issued
from tests.client import sign_in
from tests.factories.summaries import everywhere
from tests.guards import circulated, world, world_texts
from tests.guards.test_visibility import bodies

TELLTALE = "Quetzalcoatlus"
LABEL = "771377"
OUTSIDERS = ("anonymous", "reader")
SHOWN_TO_DELEGATES = (
    "/recommendations",
    "/recommendations?format=csv",
    "/sessions/cam-2026/recommendations",
    "/sessions/cam-2026/summary",
    f"/sessions/cam-2026/summary/paragraph/{LABEL}",
    "/api/v1/sessions/cam-2026/summary",
    "/api/v1/summaries",
    "/",
)


def told(*args, **more) -> dict[str, Any]:
    """The frozen text with words and numbers that nothing else has."""
    content = copy.deepcopy(freeze(*args, **more))
    content["title"], content["symbol"] = dict(everywhere(f"{TELLTALE} title")), f"{TELLTALE}/1"
    for section in content["sections"]:
        section["title"] = dict(everywhere(f"{TELLTALE} section"))
        for place, paragraph in enumerate(section["paragraphs"]):
            paragraph |= {"number": int(LABEL) + place, "label": str(int(LABEL) + place)}
            paragraph["text"] = dict(everywhere(f"{TELLTALE} said it."))
            for row in paragraph["recommendations"]:
                row["text"] = dict(everywhere(f"{TELLTALE} asks."))
    return content


@pytest.fixture
def restricted(monkeypatch, personas):
    """The world, in which what is published of a public session is for its delegations alone."""
    made = partial(issued, distribution=Audience.RESTRICTED)
    monkeypatch.setattr(world_texts, "freeze", told)
    monkeypatch.setattr(circulated, "freeze", told)
    monkeypatch.setattr(world_texts, "issued", made)
    found = world.make_world(personas)
    assert found.meeting.distribution is Audience.PUBLIC
    return found


@pytest.mark.one_database
@pytest.mark.no_cover  # each page has tests of its own, which count
def test_no_answer_to_an_outsider_holds_a_word_of_it(app, client, personas, restricted, nothing_stays):
    """No page, file or answer of the API has its words, its symbol, its checksum, or a number of its paragraphs, by
    which practices and presentations say where they are cited."""
    published = db.session.scalars(sa.select(Publication)).one()
    found = bodies(app, client, personas, restricted, roles=OUTSIDERS)
    words = (TELLTALE.lower(), LABEL, published.sha256)
    assert [key for key, (_status, body) in found.items() if any(word in body.lower() for word in words)] == []
    for role in OUTSIDERS:
        sign_in(client, getattr(personas, role))
        for path in (
            *SHOWN_TO_DELEGATES,
            "/recommendations?format=csv",
            f"/recommendations/{restricted.values['carried_id']}",
        ):
            assert TELLTALE not in client.get(path).text, path
        asked = client.get(f"/search?q={TELLTALE[:-2]}").text
        assert TELLTALE not in asked
        page = client.get("/recommendations?format=xlsx")
        assert page.status_code == 200
        assert client.get("/sessions/cam-2026/summary/adoption").status_code == 404
        assert client.get("/api/v1/sessions/cam-2026").json["summary"] is False
        assert client.get("/api/v1/summaries").json["total"] == 0


@pytest.mark.parametrize("role", ["delegate_a", "secretariat"])
def test_those_whom_it_is_for_read_it(client, personas, restricted, role):
    """The walk above would find the words: pages for delegations have them."""
    sign_in(client, getattr(personas, role))
    for path in (
        *SHOWN_TO_DELEGATES,
        f"/recommendations/{restricted.values['carried_id']}",
        f"/search?q={TELLTALE[:-2]}",
    ):
        assert TELLTALE in client.get(path).text, path
    slug = restricted.path_values("-")["published_slug"]
    for path in (f"/practices/{slug}", f"/api/v1/practices/{slug}"):
        assert LABEL in client.get(path).text, path
    assert client.get("/sessions/cam-2026/summary/adoption").status_code == 200
