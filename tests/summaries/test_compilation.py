"""Compilations: all accepted practices whole, for the readers that delegations agreed to, made again when needed."""

import io

import pytest
import sqlalchemy as sa
from docx import Document as Docx
from docx.oxml.ns import qn

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LANGUAGES
from app.core.storage import storage
from app.documents.models import StoredFile
from app.jobs.registry import GiveUp
from app.practices import operations as practices
from app.practices.enums import PracticeState
from app.practices.models import PracticeVersion
from app.register.enums import LanguageStatus
from app.register.models import Document
from app.summaries.compilation import practices_now
from app.summaries.compilation_models import Compilation
from app.summaries.compilation_views import differences
from app.summaries.compiling import make_compilation, render_compilation
from app.summaries.enums import Arrangement
from tests.client import post_form, sign_in
from tests.factories.summaries import CONTENT, NOON, make_delegation, make_meeting, make_practice
from tests.summaries.test_documents import docx_text, faults, pdf_text, words


@pytest.fixture
def meeting(app):
    row = make_meeting()
    for code, title, themes, more in (
        ("US", "Third by name", ["T2"], {}),
        ("EC", "Equator", ["T2", "T1"], {"language": "es", "state": PracticeState.PUBLISHED}),
        ("CL", "Kept to members", ["T1"], {"consent": Audience.MEMBER_STATES}),
        ("PE", "Not accepted", ["T1"], {"state": PracticeState.SUBMITTED}),
        ("MX", "No theme", [], {}),
    ):
        make_practice(make_delegation(row, code), content={**CONTENT, "title": title, "themes": themes}, **more)
    return row


def made(meeting, arrangement=Arrangement.BY_STATE, audience=Audience.PUBLIC, seen=0):
    row = make_compilation(meeting, arrangement, audience, seen=seen, by=SYSTEM)
    db.session.commit()
    return row


def file_of(row, language, kind):
    version = next(one for one in row.document.in_language(language).current if one.extension == kind)
    with storage().open(version.file.sha256) as stream:
        return stream.read()


def order(text, *pieces):
    places = [words(text).rfind(words(piece)) for piece in pieces]
    assert -1 not in places
    assert places == sorted(places)


def test_all_accepted_practices_stand_by_state_in_the_order_of_each_language(meeting, run_jobs):
    row = made(meeting)
    run_jobs()
    db.session.expire_all()
    english, spanish = (pdf_text(file_of(row, code, "pdf")) for code in ("en", "es"))
    order(english, "Equator", "No theme", "Third by name")
    order(spanish, "Equator", "Third by name", "No theme")  # Ecuador, Estados Unidos, México
    for text in (english, docx_text(file_of(row, "en", "docx"))):
        assert words("Not accepted") not in words(text)
        assert words("Kept to members") not in words(text)
        for said in ("Contents", "Context", "Forty thousand permits were given.", "Question 1:", "Original: Español"):
            assert words(said) in words(text)
    for language in LANGUAGES:
        assert faults(file_of(row, language, "pdf")) == []
    assert {one.status for one in row.document.languages} == {LanguageStatus.OFFICIAL}
    assert row.document.symbol in english
    assert row.document.issued_at is None


def test_by_theme_each_stands_once_and_its_other_themes_lead_there(meeting, run_jobs):
    row = made(meeting, Arrangement.BY_THEME)
    run_jobs()
    db.session.expire_all()
    text = docx_text(file_of(row, "en", "docx"))
    lines = text.split("\n")
    assert lines.count("Equator") == 3  # in the contents, under its first theme, and what leads there
    assert "Ecuador, CAM/2026/GP/ECU/01, under" in text
    order("\n".join(lines[lines.index("Contents") + 12 :]), "Without a theme", "No theme")


def test_a_practice_is_marked_with_its_own_language_and_the_contents_lead_to_it(meeting, run_jobs):
    row = made(meeting)
    run_jobs()
    db.session.expire_all()
    document = Docx(io.BytesIO(file_of(row, "en", "docx")))
    heading = next(line for line in document.paragraphs if line.text == "Equator" and line.style.name == "Heading 2")
    assert heading._p.find(f".//{qn('w:lang')}").get(qn("w:val")) == "es-419"
    mark = heading._p.find(qn("w:bookmarkStart")).get(qn("w:name"))
    assert f'w:anchor="{mark}"' in document.element.xml
    assert 'TOC \\o "1-2"' in document.element.xml


@pytest.mark.parametrize(
    ("audience", "count"),
    [(Audience.PUBLIC, 3), (Audience.MEMBER_STATES, 4), (Audience.RESTRICTED, 3)],
)
def test_readers_get_what_delegations_agreed_to(meeting, audience, count):
    assert len(made(meeting, audience=audience).practices) == count


def test_those_who_take_part_read_in_a_session_of_theirs_what_is_for_member_states(meeting):
    meeting.distribution = Audience.RESTRICTED
    assert len(made(meeting, audience=Audience.RESTRICTED).practices) == 4


def test_it_reaches_no_further_than_its_session_and_holds_something(meeting):
    meeting.distribution = Audience.RESTRICTED
    with pytest.raises(Refusal):
        make_compilation(meeting, Arrangement.BY_STATE, Audience.PUBLIC, seen=0, by=SYSTEM)
    empty = make_meeting("2027")
    with pytest.raises(Refusal):
        make_compilation(empty, Arrangement.BY_STATE, Audience.PUBLIC, seen=0, by=SYSTEM)


def test_a_form_sent_twice_registers_once_and_the_next_is_a_revision(meeting):
    first = made(meeting)
    assert made(meeting) is first
    second = made(meeting, seen=first.id)
    assert second is not first
    assert second.document.symbol == f"{first.document.symbol} rev. 1"
    assert made(meeting, Arrangement.BY_THEME, seen=second.id).document.revision == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Document)) == 3


def test_what_changed_since_is_named(meeting):
    row = made(meeting)

    def said():
        db.session.flush()
        known = {practice_id: f"reference {practice_id}" for practice_id, _number in row.practices}
        return differences(row, practices_now(meeting, Audience.PUBLIC), known)

    assert said() == []
    make_practice(make_delegation(meeting, "BR"))
    assert said() == ["Not in it: CAM/2026/GP/BRA/01."]
    changed = db.session.scalars(sa.select(PracticeVersion).where(PracticeVersion.language == "es")).one()
    db.session.add(
        PracticeVersion(
            practice=changed.practice, number=2, language="es", content=CONTENT, submitted_at=NOON, sha256="1" * 64
        )
    )
    assert said()[1] == "Corrected since: CAM/2026/GP/ECU/01."
    changed.practice.consent = Audience.MEMBER_STATES
    assert said()[1] == f"No longer accepted, or for fewer readers: reference {changed.practice_id}."


def test_a_withdrawal_deletes_the_files_and_makes_them_without_it(meeting, run_jobs):
    row = made(meeting)
    run_jobs()
    db.session.expire_all()
    before = {version.file.sha256 for one in row.document.languages for version in one.files}
    assert len(before) == 8
    gone = db.session.scalars(sa.select(PracticeVersion).where(PracticeVersion.language == "es")).one().practice
    practices.withdraw_practice(gone, by=SYSTEM)
    db.session.commit()
    assert [one.number for one in row.document.languages] == [0] * 4
    run_jobs()
    db.session.expire_all()
    text = pdf_text(file_of(row, "en", "pdf"))
    assert words("Equator") not in words(text)
    assert words("Third by name") in words(text)
    kept = set(db.session.scalars(sa.select(StoredFile.sha256)))
    assert not kept & before
    assert differences(row, practices_now(meeting, Audience.PUBLIC), {gone.id: gone.reference}) == [
        f"No longer accepted, or for fewer readers: {gone.reference}."
    ]


def test_the_job_twice_makes_nothing_twice_and_gives_up_what_is_gone(meeting):
    row = made(meeting)
    render_compilation({"compilation_id": row.id})
    first = [version.file.sha256 for one in row.document.languages for version in one.files]
    render_compilation({"compilation_id": row.id})
    db.session.expire_all()
    assert [version.file.sha256 for one in row.document.languages for version in one.files] == first
    with pytest.raises(GiveUp):
        render_compilation({"compilation_id": 4321})


def test_the_page_makes_one_and_says_what_is_out_of_date(meeting, client, personas):
    sign_in(client, personas.secretariat)
    db.session.commit()
    page = f"/sessions/{meeting.slug}/consolidation/compilations"
    assert "3 of them are accepted and not published yet" in client.get(page).text
    answer = post_form(client, page, {"arrangement": "by_theme", "distribution": "member_states", "seen": "0"})
    assert answer.status_code == 303
    row = db.session.scalars(sa.select(Compilation)).one()
    shown = client.get(page).text
    assert row.document.symbol in shown
    assert "Out of date" not in shown
    make_practice(make_delegation(meeting, "BR"))
    db.session.commit()
    assert "Not in it: CAM/2026/GP/BRA/01." in client.get(page).text
    refused = post_form(client, page, {"arrangement": "by_name", "distribution": "public", "seen": "0"})
    assert refused.status_code == 422
