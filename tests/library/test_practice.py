"""A published good practice."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.directory.reference import read
from app.documents.models import StoredFile
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from app.practices.indexing import index_practice
from app.practices.models import PracticeFile, PracticeVersion
from app.search.models import SearchEntry
from tests.client import sign_in
from tests.factories.library import CONTACT, cited, publish_practice, publish_summary
from tests.factories.summaries import NOON, make_meeting
from tests.statements import count_statements

PATH = "/practices/CAM-2026-GP-PER-01"


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


def published(meeting, code: str = "PE", **more):
    """A practice in the real template."""
    practice = publish_practice(meeting, code, **more)
    practice.call.template = read("call_template.yaml")
    db.session.commit()
    return practice


def page_of(client, path: str = PATH, **more):
    response = client.get(path, **more)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def words(node) -> str:
    return " ".join(node.text_content().split())


def test_the_whole_practice_under_the_templates_sections(client, meeting):
    published(
        meeting,
        language="es",
        title="Dio permisos",
        themes=["T3", "T4"],
        population=["irregular"],
        period={"from": "2017-01", "to": None},
        levels=["national"],
        status="completed",
        mechanisms=["SACM"],
        actors=[{"role": "lead", "name": "Superintendencia"}],
        indicators=[{"indicator": "Permisos", "value": "40 000", "date": "2018-12", "source": "Registro"}],
        links=[{"label": "Ley", "url": "https://example.org/ley"}],
    )
    page = page_of(client)
    assert page.xpath("//h1[@lang='es']")[0].text_content() == "Dio permisos"
    text = page.xpath("//div[@class='document-text']")[0]
    assert "Since January 2017" in words(text)
    assert "Lead institution" in words(text)
    assert page.xpath("//*[@id='field-results']/following-sibling::div[1]/@lang") == ["es"]
    assert page.xpath("//*[@id='field-answers.1']")
    assert "https://example.org/ley" in text.xpath(".//a/@href")
    assert "Dio permisos" not in words(text)
    anchors = page.xpath("//nav[@class='contents']//a/@href")
    assert len(anchors) > 3
    assert all(page.xpath(f"//h2[@id='{anchor[1:]}']") for anchor in anchors)
    header = words(page.xpath("//div[@class='document-header']")[0])
    for part in (
        "Good practice, Peru",
        "CAM/2026/GP/PER/01",
        "Version 1, submitted on 14 May 2026",
        "Published on 14 May 2026",
        "Original: Español",
    ):
        assert part in header


def test_labels_follow_the_reader_and_the_text_stays(client, meeting):
    published(meeting, language="pt", results="Quarenta mil autorizações.")
    page = page_of(client, headers={"Accept-Language": "fr"})
    assert page.xpath("//*[@id='field-results']/@lang") == ["fr"]
    assert "Quarenta mil autorizações." in words(page)


def test_the_contact_is_never_public(client, meeting, personas):
    published(meeting)
    shown = set()
    for name, person in personas.items():
        response = sign_in(client, person).get(PATH)
        if CONTACT["email"] in response.text:
            shown.add(name)
    assert shown == {"reader", "delegate_a", "delegate_b", "secretariat", "administrator"}


def test_what_is_kept_for_member_states_is_not_shown_to_the_public(client, meeting, personas):
    client.application.config["CACHE_PAGES"] = True
    published(meeting)
    assert CONTACT["email"] in sign_in(client, personas.reader).get(PATH).text
    assert CONTACT["email"] not in sign_in(client, personas.representative).get(PATH).text
    assert CONTACT["email"] not in sign_in(client, None).get(PATH).text


def test_an_illustrative_text_says_so_and_names_its_sources(client, meeting):
    practice = published(meeting)
    practice.public_sources = [
        {"title": "Decreto 001", "publisher": "Gobierno", "date": "2017-02", "url": "https://example.org/1"}
    ]
    page = page_of(client)
    assert "It is not an official submission." in words(page)
    sources = page.xpath("//section[@aria-labelledby='sources']")[0]
    assert words(sources) == "Public sources it was written from Decreto 001. Gobierno, February 2017"


def test_a_real_submission_bears_no_mark_of_illustration(client, meeting):
    published(meeting)
    assert "Illustrative" not in words(page_of(client))


def test_attachments_that_came_with_the_text(client, meeting):
    practice = published(meeting)
    for name, moment in (("ley.pdf", NOON), ("borrador.docx", NOON.replace(year=2027))):
        stored = StoredFile(name=name, media_type="application/pdf", size=2048, sha256="0" * 64, created_at=moment)
        practice.files.append(PracticeFile(file=stored))
    db.session.commit()
    page = page_of(client)
    assert [link.text for link in page.xpath("//ul[@class='files']//a")] == ["ley.pdf"]
    assert page.xpath("//ul[@class='files']//a/@href")[0].startswith("/practices/files/")


def test_where_the_latest_summary_cites_it(client, meeting):
    practice = published(meeting)
    first = publish_summary(meeting, [cited(practice)])
    publish_summary(meeting, [], [cited(practice), cited(practice)], [cited(practice)], number=2, summary=first.summary)
    links = page_of(client).xpath("//section[@aria-labelledby='cited']//a")
    assert [(link.text, link.get("href")) for link in links] == [
        ("Paragraph 2", "/sessions/cam-2026/summary#paragraph-2"),
        ("Paragraph 3", "/sessions/cam-2026/summary#paragraph-3"),
    ]


def test_not_cited_is_said(client, meeting):
    published(meeting)
    assert "No published summary cites it." in words(page_of(client))


def test_words_to_cite_it_by(client, meeting):
    published(meeting, title="Gave permits")
    page = page_of(client)
    assert page.xpath("//p[@class='cite-text']")[0].text == (
        "Peru, “Gave permits” (CAM/2026/GP/PER/01, version 1), 14 May 2026, "
        f"available at http://localhost{PATH}/versions/1"
    )
    assert page.xpath("//details[@class='cite']//a/@href") == [
        f"{PATH}?format=bib",
        f"{PATH}?format=ris",
        f"http://localhost{PATH}/versions/1",
    ]


def test_the_version_submitted_last_is_the_one_published(client, meeting):
    practice = published(meeting)
    db.session.add(
        PracticeVersion(
            practice=practice,
            number=2,
            language="fr",
            content={**practice.content, "title": "Deux"},
            submitted_at=NOON,
            sha256="2" * 64,
        )
    )
    db.session.commit()
    page = page_of(client)
    assert page.xpath("//h1")[0].text_content() == "Deux"
    assert "Version 2" in words(page)


def test_a_withdrawn_practice_leaves_a_note_and_nothing_else(client, meeting, personas):
    practice = published(meeting, title="Gave permits")
    practice.state = PracticeState.WITHDRAWN
    db.session.commit()
    for person in (None, personas.delegate_a, personas.secretariat):
        for path in (PATH, f"{PATH}/versions", f"{PATH}/versions/1"):
            response = sign_in(client, person).get(path)
            assert response.status_code == 410
            assert "This good practice was withdrawn" in response.text
            assert "Gave permits" not in response.text
        assert client.get(f"{PATH}/versions/2").status_code == 404


@pytest.mark.parametrize("state", [state for state in PracticeState if state is not PracticeState.PUBLISHED])
def test_what_is_not_published_has_no_reading_page(client, meeting, personas, state):
    practice = published(meeting)
    practice.state, practice.published_at = state, None
    db.session.commit()
    for _name, person in personas.items():
        assert sign_in(client, person).get(PATH).status_code == 404


@pytest.mark.parametrize(
    ("consent", "readers"),
    [
        (Audience.PUBLIC, "anonymous reader delegate_a delegate_b representative secretariat administrator"),
        (Audience.MEMBER_STATES, "reader delegate_a delegate_b secretariat administrator"),
        (Audience.RESTRICTED, "delegate_a delegate_b representative secretariat administrator"),
    ],
)
def test_by_audience(client, meeting, personas, consent, readers):
    personas.join(meeting)
    published(meeting, "BR", consent=consent)
    path = PATH.replace("PER", "BRA")
    seen = {name for name, person in personas.items() if sign_in(client, person).get(path).status_code == 200}
    assert seen == set(readers.split())


def test_staff_find_the_way_to_the_review(client, meeting, personas):
    practice = published(meeting)
    address = f"/practices/review/{practice.id}"
    assert address in sign_in(client, personas.secretariat).get(PATH).text
    assert address not in sign_in(client, personas.reader).get(PATH).text


@pytest.mark.parametrize("slug", ["nothing", "CAM-2026-GP-PER-02", "CAM", "%25", "-"])
def test_no_such_practice(client, meeting, slug):
    published(meeting)
    assert client.get(f"/practices/{slug}").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_eighteen_statements_and_nine_once_it_is_laid_out(client, meeting, number):
    client.application.config["CACHE_PAGES"] = True
    practice = published(meeting)
    for place in range(number):
        stored = StoredFile(name=f"{place}.pdf", media_type="application/pdf", size=9, sha256="0" * 64, created_at=NOON)
        practice.files.append(PracticeFile(file=stored))
    publish_summary(meeting, *[[cited(practice)]] * number)
    db.session.commit()
    with count_statements() as counted:
        page_of(client)
    assert counted.number == 18  # two of them read the search index, which has changed
    with count_statements() as counted:
        page_of(client, PATH + "?again=1")
    assert counted.number == 9


def alike(client) -> list[str]:
    return page_of(client).xpath("//section[@aria-labelledby='alike']//a/@href")


def test_similar_practices_that_the_reader_may_read(client, meeting, personas):
    client.application.config["CACHE_PAGES"] = True
    published(meeting, title="Temporary permits for migrant workers")
    like = publish_practice(meeting, "CL", title="Temporary permits for migrant workers in agriculture")
    publish_practice(meeting, "BR", title="Permisos temporales para trabajadores migrantes", language="es")
    publish_practice(meeting, "MX", title="Schools for children")
    hidden = publish_practice(
        meeting, "AR", title="Temporary permits for migrant workers", consent=Audience.MEMBER_STATES
    )
    db.session.commit()
    sign_in(client, personas.secretariat)
    found = alike(client)
    assert "/practices/CAM-2026-GP-CHL-01" in found
    assert "/practices/CAM-2026-GP-MEX-01" not in found
    assert f"/practices/{hidden.slug}" in found
    assert PATH not in found
    sign_in(client, None)
    assert f"/practices/{hidden.slug}" not in alike(client)
    sign_in(client, personas.reader)
    assert f"/practices/{hidden.slug}" in alike(client)
    like.state = PracticeState.WITHDRAWN
    db.session.commit()
    assert "/practices/CAM-2026-GP-CHL-01" not in alike(client)


def test_similar_practices_of_a_session_that_is_for_member_states(client, personas):
    """So sessions are unless somebody says otherwise."""
    meeting = make_meeting(stage=Stage.PUBLISHED, distribution=Audience.MEMBER_STATES)
    published(meeting, title="Temporary permits for migrant workers")
    like = publish_practice(meeting, "CL", title="Temporary permits for migrant workers in agriculture")
    db.session.commit()
    sign_in(client, personas.reader)
    assert alike(client) == [f"/practices/{like.slug}"]


def test_similar_ones_are_looked_for_in_the_whole_library(client, meeting, monkeypatch):
    monkeypatch.setattr("app.practices.related.CANDIDATES", 1)
    monkeypatch.setattr("app.practices.related.LIBRARY_LIMIT", 1)
    rows = [
        published(meeting, code, title="Temporary permits for migrant workers", themes=[theme])
        for code, theme in (("PE", "T3"), ("CL", "T3"), ("BR", "T4"))
    ]
    for days, row in enumerate(rows):
        row.published_at = NOON + timedelta(days=days)
        index_practice(row, row.versions[0])
    db.session.commit()
    like = rows[1]
    assert alike(client) == [f"/practices/{like.slug}"]
    db.session.execute(sa.delete(SearchEntry))
    db.session.commit()
    client.application.extensions.pop("search_columns")
    assert alike(client) == [], "the index is made anew"


def test_a_practice_that_nothing_is_like_says_nothing_of_it(client, meeting):
    published(meeting, title="Temporary permits for migrant workers")
    assert alike(client) == []
