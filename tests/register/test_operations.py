"""Registering, issuing, replacing, withdrawing: what is kept, refused and told."""

import io
import zipfile
from functools import partial

import pytest
import sqlalchemy as sa
from pypdf import PdfWriter
from werkzeug.datastructures import FileStorage

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal, TooLarge, WrongState
from app.core.localized import LocalizedText
from app.core.storage import storage
from app.meetings.models import AgendaItem, Meeting
from app.register import operations, queries
from app.register.enums import DocumentClass, LanguageStatus, Suffix
from app.register.models import Document, FileVersion, SymbolCounter
from app.register.settings import edit_settings
from app.search.models import SearchEntry
from tests.at_once import at_once
from tests.factories.register import PDF, fields, issue, register
from tests.factories.summaries import NOON, everywhere, make_meeting


@pytest.fixture
def meeting(app) -> Meeting:
    row = make_meeting()
    edit_settings(
        row.mechanism, series="OEA/Ser.W", pattern="CIDI/{body}/{class}.{number}/{yy}",
        abbreviations=dict.fromkeys(DocumentClass, "doc"), by=SYSTEM,
    )  # fmt: skip
    return row


@pytest.fixture(autouse=True)
def in_2026():
    with standing_at(NOON):
        yield


def pdf(pages: int = 1, password: str = "") -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def upload(content: bytes, name: str = "text.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def office_with_macros() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"):
            archive.writestr(name, b"<x/>")
    return target.getvalue()


def put(document: Document, language: str = "es", *contents: bytes, **more) -> None:
    uploads = [content if isinstance(content, FileStorage) else upload(content) for content in contents]
    operations.add_uploads(document, {language: uploads}, statuses={}, by=SYSTEM, **more)


def test_numbers_run_through_what_shares_a_stem(meeting):
    symbols = [register(meeting, document_class=kind).symbol for kind in (DocumentClass.DRAFT, DocumentClass.REPORT)]
    assert symbols == ["CIDI/CAM/doc.1/26", "CIDI/CAM/doc.2/26"]


def test_a_body_without_settings_has_the_pattern_that_holds_for_all(app):
    other = make_meeting("other")
    assert register(other).symbol == "CAM/doc.1/26"
    assert register(other, document_class=DocumentClass.INFORMATION).symbol == "CAM/INF.1/26"


def test_a_new_pattern_counts_from_one_and_old_symbols_stay(meeting):
    first = register(meeting)
    edit_settings(
        meeting.mechanism, series="", pattern="{body}/{number}/{yyyy}",
        abbreviations={DocumentClass.WORKING: "doc"}, by=SYSTEM,
    )  # fmt: skip
    assert (first.symbol, register(meeting).symbol) == ("CIDI/CAM/doc.1/26", "CAM/1/2026")


def test_symbols_that_would_be_too_long_are_refused(meeting):
    with pytest.raises(Refusal, match="too long"):
        edit_settings(
            meeting.mechanism, series="s" * 60, pattern="{series}/{series}/{number}",
            abbreviations={DocumentClass.WORKING: "doc"}, by=SYSTEM,
        )  # fmt: skip


def test_what_follows_a_document_stacks_its_suffix_and_belongs_to_it(meeting):
    first = register(meeting)
    last = first
    for suffix in (Suffix.REVISION, Suffix.REVISION, Suffix.CORRIGENDUM, Suffix.CORRIGENDUM, Suffix.ADDENDUM):
        last = operations.register_document(meeting, fields(), by=SYSTEM, follows=last, suffix=suffix)
    assert [row.symbol.removeprefix("CIDI/CAM/doc.1/26") for row in queries.family_of(SYSTEM, first)] == [
        "", " rev. 1", " rev. 2", " rev. 2 add. 1", " rev. 2 corr. 1", " rev. 2 corr. 2",
    ]  # fmt: skip
    assert {row.original_id for row in queries.family_of(SYSTEM, last)} == {None, first.id}


def test_a_form_sent_twice_registers_once(meeting):
    made = [operations.register_document(meeting, fields(), by=SYSTEM, form_key="one") for _time in range(2)]
    assert made[0] is made[1]
    assert register(meeting).symbol == "CIDI/CAM/doc.2/26"


def test_a_registration_that_is_taken_back_loses_no_number(meeting):
    db.session.commit()
    register(meeting)
    db.session.rollback()
    assert register(db.session.get_one(Meeting, meeting.id)).symbol == "CIDI/CAM/doc.1/26"


def register_in(meeting_id: int, key: str | None, *, takes_back: bool = False) -> None:
    with standing_at(NOON):
        operations.register_document(db.session.get_one(Meeting, meeting_id), fields(), by=SYSTEM, form_key=key)
    if takes_back:
        db.session.rollback()


def test_many_at_once_leave_no_gap_and_no_double_even_where_some_fail(app, meeting):
    """Sixteen register at the same moment; every fourth is taken back."""
    meeting_id = meeting.id
    db.session.commit()
    at_once(app, [partial(register_in, meeting_id, None, takes_back=place % 4 == 3) for place in range(16)])
    symbols = db.session.scalars(sa.select(Document.symbol).order_by(Document.order_key)).all()
    assert symbols == [f"CIDI/CAM/doc.{number}/26" for number in range(1, 13)]
    assert db.session.scalars(sa.select(SymbolCounter.last)).one() == 12


def test_one_form_sent_four_times_at_once_registers_once(app, meeting):
    meeting_id = meeting.id
    db.session.commit()
    at_once(app, [partial(register_in, meeting_id, key) for key in ["one"] * 4 + ["two"]])
    symbols = db.session.scalars(sa.select(Document.symbol).order_by(Document.order_key)).all()
    assert symbols == ["CIDI/CAM/doc.1/26", "CIDI/CAM/doc.2/26"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": LocalizedText()}, "title"),
        ({"original_language": "de"}, "original_language"),
        ({"distribution": Audience.PUBLIC}, "distribution"),
        ({"items": "other"}, "items"),
    ],
)
def test_what_does_not_fit_the_session_is_refused(app, wrong, field):
    narrow = make_meeting("narrow", distribution=Audience.MEMBER_STATES)
    if wrong.get("items"):
        make_meeting("else")
        wrong = {"items": [db.session.scalars(sa.select(AgendaItem).order_by(AgendaItem.id.desc())).first()]}
    with pytest.raises(Refusal) as refused:
        register(narrow, **{"distribution": Audience.RESTRICTED, **wrong})
    assert refused.value.field == field


def test_a_symbol_that_another_holds_is_refused(meeting):
    register(meeting)
    db.session.execute(sa.update(SymbolCounter).values(last=0))
    with pytest.raises(Refusal, match=r"doc\.1/26"):
        register(meeting)


def test_every_file_version_stays_with_its_checksum(meeting):
    document = register(meeting)
    first, second = pdf(1), pdf(2)
    put(document, "es", first)
    put(document, "es", second)
    version = document.in_language("es")
    assert [(kept.number, kept.extension, kept.added_at) for kept in version.files] == [
        (1, "pdf", NOON), (2, "pdf", NOON),
    ]  # fmt: skip
    assert [kept.number for kept in version.current] == [2]
    for kept, content in zip(version.files, (first, second), strict=True):
        with storage().open(kept.file.sha256) as stream:
            assert stream.read() == content


def test_the_same_files_sent_twice_are_one_version(meeting):
    document = register(meeting)
    put(document, "es", PDF)
    put(document, "es", PDF)
    assert document.in_language("es").number == 1


def test_what_a_language_becomes_when_its_file_comes(meeting):
    document = register(meeting, statuses={"es": LanguageStatus.PENDING})
    put(document, "es", PDF)
    put(document, "fr", pdf())
    operations.add_uploads(document, {"pt": [upload(PDF)]}, statuses={"pt": LanguageStatus.MACHINE}, by=SYSTEM)
    assert {row.language: row.status.value for row in document.languages} == {
        "es": "official", "fr": "unofficial", "pt": "machine",
    }  # fmt: skip


def test_a_locked_pdf_is_refused_in_clear_words(meeting):
    document = register(meeting)
    with pytest.raises(Refusal, match="locked with a password") as refused:
        put(document, "fr", pdf(password="secret"))
    assert refused.value.field == "file_fr"


def test_a_pdf_that_only_asks_not_to_be_copied_is_taken(meeting):
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt(user_password="", owner_password="owner")
    target = io.BytesIO()
    writer.write(target)
    document = register(meeting)
    put(document, "es", target.getvalue())
    assert document.in_language("es").number == 1


def test_five_hundred_pages_are_taken(meeting):
    document = register(meeting)
    put(document, "es", pdf(500))
    assert document.in_language("es").number == 1


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([upload(office_with_macros(), "a.docx")], "macros"),
        ([upload(b"MZ\x90\x00" + b"\0" * 100, "a.pdf")], "not a file of a kind taken here"),
        ([upload(b"", "a.pdf")], "empty"),
        ([upload(PDF[:20], "a.pdf")], "cut short"),
        ([upload(PDF, "a.pdf"), upload(PDF + b"%%EOF", "b.pdf")], "one file of each kind"),
    ],
    ids=["macros", "program", "empty", "cut", "two"],
)
def test_bad_files_are_refused_in_clear_words_at_their_field(meeting, files, says):
    document = register(meeting)
    with pytest.raises(Refusal, match=says) as refused:
        operations.add_uploads(document, {"es": files}, statuses={}, by=SYSTEM)
    assert refused.value.field == "file_es"


def test_a_file_past_the_limit_is_refused(app, meeting):
    app.config["FILE_LIMIT"] = 100
    with pytest.raises(TooLarge):
        put(register(meeting), "es", PDF + b"%" * 200 + b"%%EOF")


def test_issuing_needs_a_file_and_happens_once(meeting):
    document = register(meeting)
    with pytest.raises(WrongState, match="no file"):
        operations.issue_document(document, by=SYSTEM)
    put(document, "es", PDF)
    operations.issue_document(document, by=SYSTEM)
    issued = document.issued_at
    operations.issue_document(document, by=SYSTEM)
    assert document.issued_at == issued == NOON


def entries() -> set[tuple[str, str, str]]:
    rows = db.session.scalars(sa.select(SearchEntry).where(SearchEntry.kind == "document"))
    return {(row.key, row.language, row.audience.value) for row in rows}


def test_the_index_has_what_is_issued_by_its_audience_and_no_more(meeting):
    draft = register(meeting)
    shown = issue(meeting, title=LocalizedText(es="Documento conceptual"), distribution=Audience.RESTRICTED)
    assert entries() == {(shown.slug, "es", "restricted")}
    operations.edit_document(shown, fields(distribution=Audience.MEMBER_STATES, title=everywhere("Paper")), by=SYSTEM)
    assert entries() == {(shown.slug, code, "member_states") for code in ("en", "es", "fr", "pt")}
    operations.edit_document(draft, fields(), by=SYSTEM)
    operations.withdraw_document(shown, note=everywhere("Issued by mistake."), by=SYSTEM)
    assert entries() == set()


def test_a_withdrawal_says_why_and_ends_what_can_be_done(meeting):
    document = issue(meeting)
    with pytest.raises(Refusal, match="Say why"):
        operations.withdraw_document(document, note=LocalizedText(), by=SYSTEM)
    with pytest.raises(Refusal, match="at most"):
        operations.withdraw_document(document, note=LocalizedText(en="x" * 2001), by=SYSTEM)
    operations.withdraw_document(document, note=everywhere("Issued by mistake."), by=SYSTEM)
    operations.withdraw_document(document, note=everywhere("Again."), by=SYSTEM)
    assert document.withdrawal_note["en"].startswith("Issued by mistake.")
    with pytest.raises(WrongState):
        put(document, "es", pdf())
    with pytest.raises(WrongState):
        operations.edit_document(document, fields(), by=SYSTEM)
    with pytest.raises(WrongState):
        operations.issue_document(document, by=SYSTEM)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(FileVersion)) == 1


def test_a_language_that_has_a_file_is_not_given_up(meeting):
    document = issue(meeting)
    with pytest.raises(Refusal) as refused:
        operations.edit_document(document, fields(statuses={}), by=SYSTEM)
    assert refused.value.field == "status_es"
    operations.edit_document(document, fields(statuses={"es": LanguageStatus.OFFICIAL}), by=SYSTEM)
    assert [row.language for row in document.languages] == ["es"]


def test_the_trail_tells_each_step_with_its_checksums(meeting):
    document = issue(meeting)
    operations.withdraw_document(document, note=everywhere("Issued by mistake."), by=SYSTEM)
    db.session.flush()
    of_session = sa.select(AuditEvent).where(AuditEvent.meeting_id == meeting.id)
    told = db.session.scalars(of_session.where(AuditEvent.action != "publish_agenda")).all()
    assert [event.action for event in told] == [
        "register_document", "add_document_files", "issue_document", "withdraw_document",
    ]  # fmt: skip
    kept = document.in_language("es").files[0]
    assert told[1].changes["sha256"] == [None, [kept.file.sha256]]


def test_an_agenda_item_that_is_deleted_leaves_the_document(meeting):
    item = db.session.scalars(sa.select(AgendaItem).where(AgendaItem.meeting_id == meeting.id)).one()
    document = register(meeting, items=[item])
    db.session.commit()
    db.session.delete(db.session.get_one(AgendaItem, item.id))
    db.session.commit()
    assert db.session.get_one(Document, document.id).items == []
