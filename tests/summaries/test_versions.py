"""Versions of the text: frozen, compared word by word, and what changed as a document."""

import io

import pytest
import sqlalchemy as sa
from docx import Document
from sqlalchemy.exc import DBAPIError

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGES, LocalizedText
from app.core.texts import fingerprint
from app.documents.printing import printed_docx, printed_pdf
from app.practices.enums import PracticeState
from app.practices.operations import withdraw_practice
from app.summaries import operations, version_queries, versions
from app.summaries.selections import Selection
from app.summaries.sources import sources_of
from app.summaries.version_comparing import changes_between
from app.summaries.version_papers import changes_document
from tests.at_once import at_once
from tests.client import post_form, sign_in
from tests.factories.summaries import everywhere, make_delegation, make_meeting, make_practice, make_summary


@pytest.fixture
def meeting(app):
    return make_meeting()


@pytest.fixture
def summary(meeting):
    return make_summary(meeting, 2, 2)


def cite(summary, paragraph, field="results", quote="Formal work grew."):
    source = sources_of(summary.meeting_id)[0]
    start = source.fields[field].index(quote)
    return operations.cite(paragraph, Selection(source, field, start, start + len(quote), quote), by=SYSTEM)


def say(paragraph, **texts):
    operations.edit_paragraph(paragraph, text=LocalizedText({**paragraph.text, **texts}), by=SYSTEM)


def test_a_version_holds_the_text_and_its_fingerprint(summary):
    first = versions.freeze_version(summary, by=SYSTEM)
    say(summary.sections[0].paragraphs[0], en="Another thing.")
    second = versions.freeze_version(summary, note=" Comments of  Chile ", by=SYSTEM)
    assert (first.number, second.number, second.note) == (0, 1, "Comments of Chile")
    assert first.content["sections"][0]["paragraphs"][0]["text"]["en"].startswith("Paragraph 1.1")
    assert second.sha256 == fingerprint(second.content) != first.sha256
    told = db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.subject_kind == "summary_versions")).all()
    assert told == ["freeze_version"] * 2


def test_nothing_new_is_no_version(summary):
    first = versions.freeze_version(summary, by=SYSTEM)
    with pytest.raises(WrongState, match="Nothing has changed"):
        versions.freeze_version(summary, by=SYSTEM)
    assert versions.version_as_it_stands(summary, by=SYSTEM) is first


def test_an_empty_text_and_a_note_without_end_are_refused(meeting, summary):
    with pytest.raises(Refusal):
        versions.freeze_version(summary, note="x" * 301, by=SYSTEM)
    with pytest.raises(WrongState, match="no paragraphs"):
        versions.freeze_version(make_summary(make_meeting("2027")), by=SYSTEM)


def test_words_that_were_withdrawn_are_named(meeting, summary):
    practice = make_practice(make_delegation(meeting, "PE"))
    cite(summary, summary.sections[0].paragraphs[1])
    practice.state = PracticeState.WITHDRAWN
    db.session.flush()
    with pytest.raises(WrongState, match="since: 2"):
        versions.freeze_version(summary, by=SYSTEM)


@pytest.mark.parametrize("statement", ["UPDATE summary_versions SET note = 'x'", "DELETE FROM summary_versions"])
def test_a_version_cannot_be_changed(summary, statement):
    versions.freeze_version(summary, by=SYSTEM)
    db.session.commit()
    with pytest.raises(DBAPIError, match="cannot be changed"):
        db.session.execute(sa.text(statement))
    db.session.rollback()


def test_two_who_freeze_at_once_make_one_version(app, summary):
    summary_id, refused = summary.id, []

    def freeze():
        row = db.session.get_one(type(summary), summary_id)
        try:
            versions.freeze_version(row, by=SYSTEM)
        except WrongState as why:
            refused.append(why)

    at_once(app, [freeze, freeze])
    assert len(version_queries.versions_of(summary.meeting_id)) == len(refused) == 1


def test_two_versions_are_compared_by_paragraph(meeting, summary):
    make_practice(make_delegation(meeting, "PE"))
    first, second = summary.sections
    gone = cite(summary, first.paragraphs[1])
    before = versions.freeze_version(summary, by=SYSTEM).content
    say(first.paragraphs[0], es="Una cosa nueva.")
    operations.uncite(gone, by=SYSTEM)
    cite(summary, second.paragraphs[0], quote="Wait times fell by half.")
    operations.add_paragraph(second, text=everywhere("A new one."), by=SYSTEM)
    changes = changes_between(before, versions.freeze_version(summary, by=SYSTEM).content)
    assert [change.here.label for change in changes] == ["1", "2", "3", "5"]
    assert list(changes[0].texts) == ["es"]
    assert [piece.text for piece in changes[0].texts["es"] if piece.kind == "added"]
    assert [one.quote for one in changes[1].uncited] == ["Formal work grew."]
    assert [one.quote for one in changes[2].cited] == ["Wait times fell by half."]
    assert changes[3].before is None
    assert list(changes[3].texts) == list(LANGUAGES)


def content(*sections):
    """A frozen text of sections, each a key and the keys of its paragraphs; they are numbered through."""
    number, made = 0, []
    for name, keys in sections:
        rows = []
        for key in keys:
            number += 1
            rows.append({"key": key, "number": number, "label": str(number), "text": {"en": key}, "citations": []})
        made.append({"key": name, "title": {"en": name}, "paragraphs": rows})
    return {"sections": made}


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("abcd", "bacd", {"a"}),
        ("abcd", "bcda", {"a"}),
        ("abcd", "abcd", set()),
        ("abcd", "xabcd", set()),
        ("abcd", "dabc", {"d"}),
    ],
)
@pytest.mark.one_database
def test_as_few_as_explain_the_order_were_moved(before, after, moved):
    changes = changes_between(content(("s", before)), content(("s", after)))
    found = {change.here.key for change in changes if change.moved}
    assert len(found) == len(moved)
    assert {change.here.key for change in changes if not change.before} == set(after) - set(before)


@pytest.mark.one_database
def test_a_paragraph_of_another_section_was_moved_and_a_removed_one_comes_last():
    changes = changes_between(content(("s", "ab"), ("t", "cd")), content(("s", "a"), ("t", "bd")))
    assert [(change.here.key, change.moved, change.after is None) for change in changes] == [
        ("b", True, False),
        ("c", False, True),
    ]


@pytest.mark.one_database
def test_what_was_frozen_without_keys_is_compared_by_number():
    old = {
        "sections": [
            {"title": {"en": "S"}, "paragraphs": [{"number": 1, "text": {"en": "One"}, "citations": []}]},
        ]
    }
    new = {
        "sections": [
            {"title": {"en": "S"}, "paragraphs": [{"number": 1, "text": {"en": "Two"}, "citations": []}]},
        ]
    }
    assert [change.here.key for change in changes_between(old, new)] == ["n-1"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_are_a_document(meeting, summary, language):
    versions.freeze_version(summary, by=SYSTEM)
    text = everywhere("Paragraph 1.1 says a new thing. It says another.")
    operations.edit_paragraph(summary.sections[0].paragraphs[0], text=text, by=SYSTEM)
    versions.freeze_version(summary, by=SYSTEM)
    two = version_queries.two_versions(SYSTEM, meeting.slug, 0, 1)
    printed = changes_document(two, language, now())
    document = Document(io.BytesIO(printed_docx(printed)))
    runs = [run for line in document.paragraphs for run in line.runs]
    assert any("one" in run.text for run in runs if run.font.strike)
    assert any("new" in run.text for run in runs if run.underline)
    said = "\n".join(line.text for line in document.paragraphs)
    assert two.newer.sha256 in said
    assert "Paragraph 1.2" not in said
    assert printed_pdf(printed).startswith(b"%PDF")


def test_words_that_were_withdrawn_are_in_no_comparison(client, meeting, summary, personas):
    make_practice(make_delegation(meeting, "PE"))
    gone = cite(summary, summary.sections[0].paragraphs[0])
    practice = gone.practice_version.practice
    versions.freeze_version(summary, by=SYSTEM)
    operations.uncite(gone, by=SYSTEM)
    versions.freeze_version(summary, by=SYSTEM)
    sign_in(client, personas.secretariat)
    page = "/sessions/cam-2026/consolidation/versions/0/1"
    assert "Formal work grew." in client.get(page).text
    withdraw_practice(practice, by=SYSTEM)
    db.session.commit()
    shown = client.get(page).text
    assert "Formal work grew." not in shown
    assert "Withdrawn by the delegation." in shown
    document = Document(io.BytesIO(client.get(f"{page}/en.docx").data))
    said = "\n".join(line.text for line in document.paragraphs)
    assert "Formal work grew." not in said
    assert "Withdrawn by the delegation." in said


def test_the_pages_of_versions(client, meeting, summary, personas):
    sign_in(client, personas.secretariat)
    page = "/sessions/cam-2026/consolidation/versions"
    assert post_form(client, page, {"note": "The first"}).status_code == 303
    again = post_form(client, page, {"note": "Kept words"})
    assert again.status_code == 409
    assert "Kept words" in again.text
    say(summary.sections[0].paragraphs[0], fr="Une autre chose.")
    post_form(client, page, {})
    assert "Rev. 1" in client.get(page).text
    assert "<ins>" in client.get(f"{page}/0/1?language=fr").text
    assert "changed in Français" in client.get(f"{page}/0/1?language=en").text
    assert client.get(f"{page}/0?language=es").status_code == 200
    assert client.get(f"{page}/0/1/fr.docx").status_code == 200
    for nowhere in ("/1/0", "/0/7", "/9", "/0/1/xx.pdf", "/0/1/fr.odt"):
        assert client.get(page + nowhere).status_code == 404
