"""What delegations write of a circulated text, and what becomes of it."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from docx import Document
from openpyxl import load_workbook
from werkzeug.exceptions import NotFound

from app.audit.models import AuditEvent
from app.circulation import commenting, disposing, emails, operations, pages, papers, queries
from app.circulation.enums import Disposition
from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGES, LocalizedText
from app.core.sheets import xlsx_bytes
from app.desk import own_data
from app.documents.printing import printed_docx, printed_pdf
from tests.circulation.conftest import BEGUN, ENDS, asked, keys

LATE = "A word that came too late."


def write(
    row,
    user,
    code="PE",
    place=0,
    *,
    act=commenting.save_comment,
    at=BEGUN,
    text="A comment.",
    proposed="",
    language="en",
):
    with standing_at(at):
        return act(
            asked(row, user, code),
            "" if place is None else keys(row)[place],
            text=text,
            proposed=proposed,
            language=language,
            received_at=at,
            by=user,
        )


def file(*args, **more):
    return write(*args, act=commenting.file_comment, **more)


def test_a_draft_is_its_delegations_alone_and_leaves_no_trace(for_comments, people):
    for_comments.seen_by_all = True
    write(for_comments, people.drafter)
    assert [one.text for one in queries.comments_read_by(asked(for_comments, people.observer))] == ["A comment."]
    assert queries.comments_read_by(asked(for_comments, people.chile, "CL")) == []
    assert queries.filed_comments(for_comments.id) == []
    assert queries.filed_counts(for_comments.meeting_id) == {}
    traces = sa.select(AuditEvent.id).where(AuditEvent.subject_kind == "circulation_comments")
    assert db.session.scalars(traces).all() == []
    own = queries.own_comment(asked(for_comments, people.head), keys(for_comments)[0])
    with pytest.raises(NotFound):
        queries.comment_for_staff(SYSTEM, own.id)


def test_nothing_at_all_is_no_comment(for_comments, people):
    assert write(for_comments, people.drafter, text=" ") is None
    with pytest.raises(Refusal, match="Write a comment"):
        file(for_comments, people.drafter, text="")


def test_who_reads_what_is_filed_is_as_the_body_chose(for_comments, people):
    file(for_comments, people.drafter, proposed="Another text.")
    assert queries.comments_read_by(asked(for_comments, people.chile, "CL")) == []
    assert queries.filed_counts(for_comments.meeting_id) == {for_comments.id: (1, 1)}
    for_comments.seen_by_all = True
    assert len(queries.comments_read_by(asked(for_comments, people.chile, "CL"))) == 1


def test_a_filed_comment_is_changed_and_taken_back_until_the_moment(for_comments, people):
    row = file(for_comments, people.drafter)
    with pytest.raises(WrongState, match="was filed"):
        write(for_comments, people.drafter, text="Typed")
    file(for_comments, people.drafter, text="Better.", at=BEGUN + timedelta(hours=1))
    assert (row.text, row.filed_at) == ("Better.", BEGUN + timedelta(hours=1))
    with standing_at(BEGUN):
        found = asked(for_comments, people.head)
        commenting.take_back(found, keys(for_comments)[0], received_at=BEGUN, by=people.head)
        with pytest.raises(WrongState, match="not filed"):
            commenting.take_back(found, keys(for_comments)[0], received_at=BEGUN, by=people.head)
    assert queries.filed_comments(for_comments.id) == []


def test_all_drafts_are_filed_at_once(for_comments, people):
    write(for_comments, people.drafter, place=0)
    write(for_comments, people.drafter, place=2)
    write(for_comments, people.drafter, place=None, text="Of all.")
    with standing_at(BEGUN):
        assert commenting.file_all(asked(for_comments, people.head), received_at=BEGUN, by=people.head) == 3
        with pytest.raises(WrongState, match="nothing to file"):
            commenting.file_all(asked(for_comments, people.head), received_at=BEGUN, by=people.head)
    shown = pages.lines(for_comments, queries.filed_comments(for_comments.id))
    assert [line.label for line in shown] == ["", "1", "3"]


@pytest.mark.parametrize("act", [commenting.save_comment, commenting.file_comment])
def test_the_first_byte_decides_whether_a_comment_is_in_time(for_comments, people, act):
    with standing_at(ENDS + timedelta(seconds=50)):
        found = asked(for_comments, people.head)
        known = keys(for_comments)[0]
        words = {"text": LATE, "proposed": "", "language": "en", "by": people.head}
        with pytest.raises(WrongState, match="kept on this page"):
            act(found, known, received_at=ENDS, **words)
        assert act(found, known, received_at=ENDS - timedelta(milliseconds=1), **words).text == LATE


def test_only_paragraphs_of_the_text(for_comments, people):
    with standing_at(BEGUN), pytest.raises(Refusal):
        commenting.file_comment(
            asked(for_comments, people.head),
            "p-0",
            text="A",
            proposed="",
            language="en",
            received_at=BEGUN,
            by=people.head,
        )


def test_others_do_not_find_it(for_comments, people, personas):
    for user in (personas.reader, personas.secretariat, people.chile):
        with pytest.raises(NotFound):
            queries.asked(user, for_comments.id, "PE")


def test_own_words_are_marked(for_comments, people):
    page = pages.reading(asked(for_comments, people.head))
    assert [one.label for one in page.citing] == ["1"]
    assert page.own[keys(for_comments)[0]][0]["quote"] == "Formal work grew."
    assert not pages.reading(asked(for_comments, people.chile, "CL")).citing


def test_a_disposition_and_its_reply(for_comments, people):
    row = file(for_comments, people.head)
    with pytest.raises(Refusal, match="Write why"):
        disposing.dispose(row, Disposition.NOT_ACCEPTED, LocalizedText(), by=SYSTEM)
    disposing.dispose(row, Disposition.NOTED, LocalizedText(en="Thank you."), by=SYSTEM)
    assert queries.filed_counts(for_comments.meeting_id) == {for_comments.id: (1, 0)}
    with pytest.raises(WrongState, match="answer already"):
        file(for_comments, people.head, text="Changed")
    with standing_at(BEGUN), pytest.raises(WrongState, match="answer already"):
        commenting.take_back(asked(for_comments, people.head), row.paragraph, received_at=BEGUN, by=people.head)


def test_what_is_proposed_becomes_the_paragraph(summary, for_comments, people):
    row = file(for_comments, people.head, place=1, proposed="The proposed text.", text="")
    row.paragraph = f"p-{summary.sections[0].paragraphs[1].id}"
    paragraph = queries.working_paragraph(row)
    before = paragraph.version
    disposing.put_in(row, paragraph, by=SYSTEM)
    db.session.flush()
    assert paragraph.text["en"] == "The proposed text."
    assert paragraph.text["fr"].startswith("Paragraph 1.2")
    assert (row.disposition, paragraph.version) == (Disposition.ACCEPTED, before + 1)
    assert for_comments.version_of_text.content["sections"][0]["paragraphs"][1]["text"]["en"].startswith("Paragraph")
    with pytest.raises(Refusal):
        disposing.put_in(row, summary.sections[0].paragraphs[0], by=SYSTEM)


def test_a_text_in_a_language_that_the_session_lacks_is_not_put_in(summary, for_comments, people):
    row = file(for_comments, people.head, proposed="Le texte.", language="fr")
    paragraph = summary.sections[0].paragraphs[0]
    row.paragraph = f"p-{paragraph.id}"
    summary.meeting.languages = ["en", "es"]
    with pytest.raises(Refusal, match="in Français, which is not a language of this session"):
        disposing.put_in(row, paragraph, by=SYSTEM)
    assert row.disposition is None


def test_the_matrix_of_comments(for_comments, people):
    row = file(for_comments, people.head, proposed="=1+1 is another text.")
    disposing.dispose(row, Disposition.IN_PART, LocalizedText(en="Half of it."), by=SYSTEM)
    file(for_comments, people.chile, code="CL", place=2)
    rows = papers.matrix_rows(for_comments, queries.filed_comments(for_comments.id))
    assert [line[:2] for line in rows[1:]] == [("1", "Peru"), ("3", "Chile")]
    assert rows[1][4:] == ("=1+1 is another text.", "Accepted in part", "Half of it.")
    sheet = load_workbook(io.BytesIO(xlsx_bytes([("comments", rows)]))).active
    assert sheet["E2"].value == "=1+1 is another text."
    assert sheet["E2"].data_type == "s"
    document = Document(io.BytesIO(printed_docx(papers.matrix_document(for_comments, rows, "en", BEGUN))))
    assert document.tables[0].cell(2, 1).text == "Chile"
    assert document.sections[0].page_width > document.sections[0].page_height
    paragraph, *_rest, proposed, _disposition, _reply = document.tables[0].columns
    assert proposed.width > paragraph.width


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_certificate(silence, language):
    with standing_at(ENDS + operations.GRACE):
        operations.end_due()
    row = queries.adoption_of(silence.meeting_id)
    printed = papers.certificate(row, [], language, ENDS)
    said = "\n".join(line.text for line in Document(io.BytesIO(printed_docx(printed))).paragraphs)
    assert row.version_of_text.sha256 in said
    assert "CIDI/CAM/doc.12/26" in said
    assert printed_pdf(printed).startswith(b"%PDF")


def test_who_has_filed_a_comment_is_not_reminded(for_comments, people):
    assert len(emails.ASKED.owed(for_comments.meeting)) == 3
    file(for_comments, people.head)
    assert len(emails.ASKED.owed(for_comments.meeting)) == 2


def test_a_person_gets_a_copy_of_all_that_they_wrote_and_staff_of_what_was_filed(for_comments, people):
    write(for_comments, people.drafter, text="Only kept.")
    file(for_comments, people.drafter, place=1, text="Handed in.")
    own, by_staff = own_data.of_own_account(people.drafter), own_data.of_account(people.drafter)
    assert [row["text"] for row in own["comments_on_texts"]] == ["Only kept.", "Handed in."]
    assert [row["text"] for row in by_staff["comments_on_texts"]] == ["Handed in."]
