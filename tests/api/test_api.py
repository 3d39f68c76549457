"""The API: the same things as the pages, for the same people, as JSON."""

import pytest

from app.core.audience import Audience
from app.core.db import db
from app.documents.models import StoredFile
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from app.practices.models import PracticeFile
from app.summaries.enums import Format
from app.summaries.models import PublicationFile
from tests.client import sign_in
from tests.factories.library import CONTACT, cited, publish_practice, publish_presentation, publish_summary
from tests.factories.summaries import NOON, make_meeting
from tests.statements import count_statements

ROOT = "/api/v1"


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


def get(client, path: str, **more):
    response = client.get(ROOT + path, **more)
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/json"
    return response.json


def refused(response, status: int) -> dict:
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.json["status"] == status
    assert response.json["title"]
    return response.json


def test_sessions_newest_first_in_pages(client, meeting):
    make_meeting("2027", stage=Stage.CALL_OPEN, starts_at=NOON.replace(year=2027), ends_at=NOON.replace(year=2028))
    make_meeting("2028", stage=Stage.PREPARING)
    db.session.commit()
    found = get(client, "/sessions?per_page=1")
    assert (found["total"], found["page"], found["per_page"]) == (2, 1, 1)
    assert [item["slug"] for item in found["items"]] == ["cam-2027"]
    assert [item["slug"] for item in get(client, "/sessions?per_page=1&page=2")["items"]] == ["cam-2026"]
    assert get(client, "/sessions?page=3")["items"] == []


def test_a_session_with_its_parts(client, meeting):
    publish_summary(meeting)
    found = get(client, "/sessions/cam-2026?language=fr")
    assert found["title"] == "Annual session (fr)"
    assert found["mechanism"] == {"code": "CAM", "name": "Commission des questions migratoires"}
    assert found["mandate"]["paragraph"] == "56"
    assert found["order_of_business"][0]["starts_at"] == "2026-05-14T14:00:00Z"
    assert [item["number"] for item in found["guiding_questions"]] == [1, 2]
    assert found["call"]["closes_at"] == "2026-04-14T14:00:00Z"
    assert found["summary"] is True
    assert found["url"] == "http://localhost/sessions/cam-2026"


def test_the_language_asked_for(client, meeting):
    db.session.commit()
    response = client.get(ROOT + "/mechanisms/rcm", headers={"Accept-Language": "es-MX, es;q=0.9, en;q=0.5"})
    assert response.json["name"] == "Conferencia Regional sobre Migración"
    assert response.headers["Content-Language"] == "es"
    response = client.get(ROOT + "/mechanisms/rcm?language=pt", headers={"Accept-Language": "es"})
    assert response.headers["Content-Language"] == "pt"
    assert client.get(ROOT + "/mechanisms/rcm").headers["Content-Language"] == "en"


def test_mechanisms_with_members_groups_and_secretariat(client):
    found = get(client, "/mechanisms?per_page=200")
    assert found["total"] == 86
    by_acronym = {item["acronym"]: item for item in found["items"]}
    rcm = by_acronym["RCM"]
    assert len(rcm["members"]) == 11
    assert {"code": "BZ", "name": "Belize"} in rcm["members"]
    assert [member["code"] for member in rcm["secretariat"]] == ["IOM"]
    assert len(rcm["groups"]) == 4
    assert rcm["sources_disagree"] == []
    assert [item["acronym"] for item in get(client, "/mechanisms?per_page=2&page=2")["items"]] == [
        item["acronym"] for item in found["items"][2:4]
    ]


def test_not_stated_is_null_and_disagreement_is_kept(client):
    lad = get(client, "/mechanisms/lad")
    assert lad["secretariat"] is None
    groups = [item["groups"] for item in lad["statements"] if item["subject"] == "groups"]
    assert [len(rows) for rows in groups] == [11, 4]
    assert len({group["pillar"] for group in groups[0]}) == 3
    assert lad["groups"] == groups[1], "of the newest source"
    assert lad["sources_disagree"] == ["groups"]
    assert get(client, "/mechanisms/cam")["groups"] is None
    assert get(client, "/mechanisms/ocam")["members"] is None
    riam = get(client, "/mechanisms/riam")
    assert riam["sources_disagree"] == ["members"]
    said = [item for item in riam["statements"] if item["subject"] == "members"]
    assert [(item["count"], len(item["parties"]), item["source"]["date"]) for item in said] == [
        (18, 18, "2023-04"),
        (19, 0, "2023-05-09"),
    ]
    silent = next(item for item in lad["statements"] if item["subject"] == "secretariat")
    assert (silent["stated"], silent["count"]) == (False, None)


def test_practices_filtered_and_sorted(client, meeting):
    publish_practice(meeting, "PE", title="B", language="es", themes=["T1", "T2"])
    publish_practice(meeting, "CL", title="A", gcm_main="23", gcm_other=[])
    db.session.commit()
    assert [item["party"]["code"] for item in get(client, "/practices")["items"]] == ["CL", "PE"]
    first = get(client, "/practices?sort=-title&language=es")["items"][0]
    assert first["title"] == "B"
    assert [theme["code"] for theme in first["themes"]] == ["T1", "T2"]
    assert first["gcm_main"]["code"] == "5"
    assert first["party"] == {"code": "PE", "name": "Perú"}
    for query, total in (
        ("state=PE", 1),
        ("theme=T2", 1),
        ("gcm=23", 1),
        ("gcm=7", 1),
        ("original=es", 1),
        ("session=cam-2026", 2),
        ("session=nothing", 0),
        ("state=ZZ", 0),
        ("theme=%25", 0),
        ("state=PE&gcm=23", 0),
    ):
        assert get(client, f"/practices?{query}")["total"] == total, query


def test_a_practice_with_its_content_but_without_its_contact(client, meeting, personas):
    practice = publish_practice(meeting, "PE", results="Forty thousand permits were given.")
    practice.public_sources = [{"title": "A law", "publisher": "Perú", "date": "2017", "url": "https://example.org"}]
    stored = StoredFile(name="a.pdf", media_type="application/pdf", size=9, sha256="0" * 64, created_at=NOON)
    practice.files.append(PracticeFile(file=stored))
    publish_summary(meeting, [cited(practice)], [], [cited(practice)])
    found = get(client, "/practices/CAM-2026-GP-PER-01")
    assert found["content"]["results"] == "Forty thousand permits were given."
    assert found["content"]["answers"]["1"]
    assert "contact" not in found["content"]
    assert found["contact"] is None
    assert CONTACT["email"] not in client.get(ROOT + "/practices/CAM-2026-GP-PER-01").text
    assert found["illustrative"] is True
    assert found["public_sources"][0]["title"] == "A law"
    assert found["cited_in"] == [1, 3]
    assert found["files"][0]["url"].startswith("http://localhost/practices/files/")
    assert get(sign_in(client, personas.reader), "/practices/CAM-2026-GP-PER-01")["contact"] == CONTACT
    assert get(sign_in(client, personas.representative), "/practices/CAM-2026-GP-PER-01")["contact"] is None
    assert get(sign_in(client, personas.secretariat), "/practices/CAM-2026-GP-PER-01")["contact"] == CONTACT


def test_a_contact_that_the_builder_added_is_public_nowhere(client, meeting, personas):
    practice = publish_practice(meeting, "PE", f1={**CONTACT, "email": "second@example.org"})
    call = practice.call
    second = {"key": "f1", "kind": "contact", "label": {"en": "Second contact"}}
    extra = {"key": "more", "title": {"en": "More"}, "fields": [second]}
    call.template = {**call.template, "sections": [*call.template["sections"], extra]}
    db.session.commit()
    assert "f1" not in get(client, "/practices/CAM-2026-GP-PER-01")["content"]
    for path in ("/api/v1/practices", "/api/v1/practices/CAM-2026-GP-PER-01", "/practices/CAM-2026-GP-PER-01"):
        assert "second@example.org" not in client.get(path).text, path
    assert "CAM-2026-GP-PER-01" not in client.get("/search?q=second@example.org").text
    found = get(sign_in(client, personas.reader), "/practices/CAM-2026-GP-PER-01")
    assert (found["contact"], list(found["contacts"])) == (CONTACT, ["contact", "f1"])
    assert "f1" not in found["content"]


def test_a_withdrawn_practice_is_not_there(client, meeting):
    publish_practice(meeting, "PE").state = PracticeState.WITHDRAWN
    db.session.commit()
    refused(client.get(ROOT + "/practices/CAM-2026-GP-PER-01"), 410)


def test_presentations(client, meeting, personas):
    publish_presentation(meeting, "RCM", answers={"2": "One calendar.", "1": "Pace."})
    publish_presentation(meeting, "SACM", consent=Audience.MEMBER_STATES)
    db.session.commit()
    found = get(client, "/presentations")
    assert [item["party"]["code"] for item in found["items"]] == ["RCM"]
    assert get(sign_in(client, personas.reader), "/presentations?session=cam-2026&per_page=1")["total"] == 2
    assert get(client, "/presentations?per_page=1&page=2")["items"][0]["party"]["code"] == "SACM"
    assert get(client, "/presentations?session=nothing")["total"] == 0
    one = get(client, "/sessions/cam-2026/presentations/rcm")
    assert one["answers"] == [{"question": 1, "text": "Pace."}, {"question": 2, "text": "One calendar."}]
    assert one["speakers"] == ["Presidency pro tempore"]


def test_a_presentation_before_publication_is_nobodys(client, meeting, personas):
    presentation = publish_presentation(meeting, "RCM")
    presentation.published_at = None
    db.session.commit()
    refused(sign_in(client, personas.secretariat).get(ROOT + "/sessions/cam-2026/presentations/RCM"), 404)


def test_a_summary_with_its_citations(client, meeting, personas):
    practice = publish_practice(meeting, "PE", consent=Audience.MEMBER_STATES)
    publication = publish_summary(meeting, [cited(practice)], [])
    stored = StoredFile(name="s.pdf", media_type="application/pdf", size=10, sha256="0" * 64, created_at=NOON)
    publication.files.append(PublicationFile(language="es", format=Format.PDF, file=stored))
    publish_summary(meeting, [], number=2, summary=publication.summary)
    first = get(client, "/sessions/cam-2026/summary?version=1&language=pt")
    assert first["title"] == "Summary (pt)"
    paragraph = first["sections"][0]["paragraphs"][0]
    assert paragraph["quantifier"] == {"key": "one", "word": "uma delegação", "delegations": 1}
    (citation,) = paragraph["citations"]
    assert citation["quote"] is None
    assert {citation[name] for name in ("reference", "party", "on_behalf", "version", "field", "start")} == {None}
    assert first["files"][0]["url"] == "http://localhost/sessions/cam-2026/summary/1/es.pdf"
    assert get(client, "/sessions/cam-2026/summary")["version"] == 2
    found = get(client, "/summaries")
    assert [(item["session"], item["version"]) for item in found["items"]] == [("cam-2026", 2)]
    sign_in(client, personas.reader)
    citation = get(client, "/sessions/cam-2026/summary?version=1")["sections"][0]["paragraphs"][0]["citations"][0]
    assert citation["quote"] == "Forty thousand permits were given."
    assert (citation["reference"], citation["party"]["name"]) == ("CAM/2026/GP/PER/01", "Peru")
    practice.state = PracticeState.WITHDRAWN
    citation = get(client, "/sessions/cam-2026/summary?version=1")["sections"][0]["paragraphs"][0]["citations"][0]
    assert (citation["quote"], citation["withdrawn"]) == (None, True)


def test_the_same_audience_as_the_pages(client, personas):
    meeting = make_meeting(stage=Stage.PUBLISHED, distribution=Audience.MEMBER_STATES)
    publish_practice(meeting, "PE")
    publish_presentation(meeting, "RCM")
    publish_summary(meeting)
    db.session.commit()
    paths = {
        "/sessions/cam-2026": "/sessions/cam-2026",
        "/sessions/cam-2026/summary": "/sessions/cam-2026/summary",
        "/practices/CAM-2026-GP-PER-01": "/practices/CAM-2026-GP-PER-01",
        "/sessions/cam-2026/presentations/RCM": "/sessions/cam-2026/presentations/RCM",
    }
    for _name, person in personas.items():
        sign_in(client, person)
        for path, page in paths.items():
            assert client.get(ROOT + path).status_code == client.get(page).status_code
        lists = [get(client, path)["total"] for path in ("/sessions", "/practices", "/presentations", "/summaries")]
        assert set(lists) == {1 if client.get("/sessions/cam-2026").status_code == 200 else 0}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/practices?per_page=201", ["per_page"]),
        ("/practices?per_page=0", ["per_page"]),
        ("/practices?page=0", ["page"]),
        ("/practices?page=x&sort=colour", ["page", "sort"]),
        ("/sessions?language=de", ["language"]),
        ("/sessions?colour=red", ["colour"]),
        ("/practices?session=" + "a" * 81, ["session"]),
        ("/sessions/cam-2026/summary?version=0", ["version"]),
    ],
)
def test_a_wrong_parameter_is_named(client, meeting, path, names):
    publish_summary(meeting)
    problem = refused(client.get(ROOT + path), 422)
    assert sorted(problem["errors"]) == names
    assert all(name in problem["detail"] for name in names)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/sessions/nothing",
        "/mechanisms/nothing",
        "/practices/nothing",
        "/sessions/cam-2026/summary",
        "/sessions/cam-2026/presentations/RCM",
    ],
)
def test_what_is_not_there(client, meeting, path):
    db.session.commit()
    refused(client.get(ROOT + path), 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_only_to_be_read(client, meeting, method):
    response = getattr(client, method)(ROOT + "/sessions")
    refused(response, 405)
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_only_json_is_given(client):
    refused(client.get(ROOT + "/sessions", headers={"Accept": "text/csv"}), 406)
    for accept in ("application/json", "*/*", "application/*, text/html;q=0.1"):
        assert client.get(ROOT + "/sessions", headers={"Accept": accept}).status_code == 200


def test_errors_of_pages_stay_pages(client):
    assert client.get("/sessions/nothing").mimetype == "text/html"


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/sessions", 2),
        ("/sessions/cam-2026", 5),
        ("/mechanisms", 12),
        ("/practices", 6),
        ("/presentations", 1),
        ("/summaries", 1),
        ("/sessions/cam-2026/summary", 5),
        ("/practices/CAM-2026-GP-PER-01", 6),
    ],
)
def test_statements_do_not_grow(client, meeting, number, path, statements):
    practices = [publish_practice(meeting, code) for code in ("PE", "CL", "BR")[:number]]
    for code in ("RCM", "SACM", "MIRPS")[:number]:
        publish_presentation(meeting, code)
    publish_summary(meeting, *[[cited(practice)] for practice in practices])
    db.session.commit()
    with count_statements() as counted:
        get(client, path)
    assert counted.number == statements


def test_a_summary_gives_labels_forms_scale_and_what_it_recommends(client, meeting):
    row = {"key": "r-1", "addressees": ["states"], "due": "2027-03-01", "text": {"en": "Share"}}
    more = {"key": "p-9", "label": "1 (a)", "level": 1, "text": {"en": "**Many** spoke."}, "recommendations": [row]}

    def change(content):
        (section,) = content["sections"]
        return {**content, "sections": [{**section, "paragraphs": [{**section["paragraphs"][0], **more}]}]}

    publish_summary(meeting, [], change=change)
    db.session.commit()
    found = get(client, "/sessions/cam-2026/summary")
    (paragraph,) = found["sections"][0]["paragraphs"]
    assert (paragraph["label"], paragraph["level"], paragraph["key"]) == ("1 (a)", 1, "p-9")
    assert (paragraph["text"], paragraph["plain"]) == ("**Many** spoke.", "Many spoke.")
    assert paragraph["recommendations"] == [{**row, "text": "Share"}]
    assert paragraph["url"] == "http://localhost/sessions/cam-2026/summary/paragraph/1-a?version=1"
    assert (found["kind"], found["supersedes"], found["distribution"]) == ("original", None, "public")
    assert {key: found["scale"][2][key] for key in ("key", "kind", "from")} == {
        "key": "many",
        "kind": "count",
        "from": 10,
    }
