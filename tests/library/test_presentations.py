"""The presentations of a session on one page."""

from datetime import timedelta

import pytest
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.documents.models import StoredFile
from app.meetings.enums import Stage
from app.presentations.enums import PresentationState
from app.presentations.models import PresentationFile, PresentationSlot
from tests.client import sign_in
from tests.factories.library import publish_presentation
from tests.factories.summaries import NOON, make_meeting
from tests.statements import count_statements

PATH = "/sessions/cam-2026/presentations"


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


def page_of(client, path: str = PATH):
    response = client.get(path)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def words(node) -> str:
    return " ".join(node.text_content().split())


def rows(page) -> list[str]:
    return page.xpath("//table[@class='register']/tbody/tr")


def slides(name: str, **more) -> PresentationFile:
    stored = StoredFile(name=name, media_type="application/pdf", size=9, sha256="0" * 64, created_at=NOON)
    return PresentationFile(file=stored, **more)


def test_each_with_its_language_date_and_files_in_the_order_of_presenting(client, meeting):
    second, first = publish_presentation(meeting, "RCM"), publish_presentation(meeting, "SACM")
    for place, row in enumerate((first, second), 1):
        db.session.add(PresentationSlot(delegation_id=row.delegation_id, position=place))
    later = slides("Later.pdf")
    later.file.created_at = NOON + timedelta(days=1)
    gone = slides("Before.pdf", removed_at=NOON - timedelta(days=1))
    gone.file.created_at = NOON - timedelta(days=2)
    second.slides += [slides("Panorama.pdf"), gone, later]
    db.session.commit()
    page = page_of(client)
    assert [words(row.xpath("./th")[0]) for row in rows(page)] == [
        "South American Conference on Migration SACM",
        "Regional Conference on Migration RCM",
    ]
    cells = [words(cell) for cell in rows(page)[1].xpath("./td")]
    assert cells[1:3] == ["English", "14 May 2026"]
    files = rows(page)[1].xpath("./td[last()]//a")
    assert [words(link).partition(":")[0] for link in files] == ["Panorama.pdf", "PDF", "DOCX"], "as it was filed"
    assert files[0].get("href") == f"/presentations/slides/{second.slides[0].id}"
    assert files[1].get("href") == f"{PATH}/RCM?format=pdf"
    assert client.get(files[2].get("href")).status_code == 200
    assert PATH in page_of(client, "/sessions/cam-2026").xpath("//section[@aria-labelledby='presentations']//a/@href")
    assert PATH in page_of(client, f"{PATH}/RCM").xpath("//nav//a/@href")


def test_two_are_chosen_and_compared(client, meeting):
    publish_presentation(meeting, "RCM")
    publish_presentation(meeting, "SACM")
    db.session.commit()
    page = page_of(client)
    (action,) = page.xpath("//form[@id='compare']/@action")
    chosen = page.xpath("//input[@name='presentation']/@value")
    compared = page_of(client, f"{action}?presentation={chosen[0]}&presentation={chosen[1]}")
    assert len(compared.xpath("//thead//th")) == 2


def test_who_may_read_which(client, personas, meeting):
    publish_presentation(meeting, "RCM")
    publish_presentation(meeting, "SACM", consent=Audience.MEMBER_STATES)
    publish_presentation(meeting, "RIAM", consent=Audience.RESTRICTED)
    withdrawn, hidden = publish_presentation(meeting, "MIRPS"), publish_presentation(meeting, "Quito Process")
    withdrawn.state, withdrawn.published_at, withdrawn.withdrawn_at = PresentationState.WITHDRAWN, None, NOON
    hidden.published_at = None
    db.session.commit()
    seen = {}
    for role in ("anonymous", "reader", "secretariat"):
        sign_in(client, None if role == "anonymous" else getattr(personas, role))
        seen[role] = {link.rpartition("/")[2] for link in page_of(client).xpath("//th[@scope='row']/a[1]/@href")}
    assert seen == {
        "anonymous": {"RCM"},
        "reader": {"RCM", "SACM"},
        "secretariat": {"RCM", "SACM", "RIAM"},
    }


def test_where_nothing_is_published_or_there_is_no_such_page(client, meeting):
    assert "No presentation is published yet" in words(page_of(client))
    publish_presentation(meeting)
    db.session.commit()
    for page in ("2", "999999999999999999999", "-1", "x"):
        assert client.get(f"{PATH}?page={page}").status_code == 200
    assert "This page of the list does not exist" in words(page_of(client, f"{PATH}?page=2"))


def test_a_session_in_preparation_has_no_such_page(client, personas):
    make_meeting(stage=Stage.PREPARING)
    db.session.commit()
    assert client.get(PATH).status_code == 404
    assert client.get("/sessions/none/presentations").status_code == 404


def test_one_presentation_costs_what_many_do(client, meeting):
    publish_presentation(meeting, "RCM").slides.append(slides("a.pdf"))
    db.session.commit()
    numbers = []
    for code in ("SACM", "RIAM"):
        with count_statements() as counted:
            page_of(client)
        numbers.append(counted.number)
        publish_presentation(meeting, code).slides.append(slides("b.pdf"))
        db.session.commit()
    assert numbers == [3, 3]
