"""The pages of a concept paper: nothing is kept before a person confirms, and what they correct is what counts."""

import io

import pytest
import sqlalchemy as sa
from lxml import html

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.storage import storage
from app.documents.models import StoredFile
from app.documents.operations import keep_file
from app.jobs.models import Job
from app.meetings import queries
from app.meetings.enums import Mode, QuestionAudience, Stage
from app.meetings.models import Meeting
from app.meetings.paper_views import zone_of
from app.meetings.participant_import import FORGET_FILE, forget_upload
from app.register.enums import DocumentClass
from app.register.models import Document
from tests.client import post_form, sign_in
from tests.factories.summaries import make_meeting
from tests.meetings.recall import PAPERS

START = "/sessions/new"


def send(client, path):
    return post_form(client, START, {"file": (io.BytesIO(path.read_bytes()), path.name)})


def values_of(text):
    form = next(form for form in html.document_fromstring(text).forms if "paper" in form.fields)
    data = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value.removeprefix("\n"))  # which browsers leave out of a text area
    return data


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.fixture
def shown(client, personas):
    """What is offered of the English paper on labour migration, with a session of the body before."""
    make_meeting()
    sign_in(client, personas.secretariat)
    answer = send(client, PAPERS / "en-labour.docx")
    assert answer.status_code == 200
    return answer.text


def test_what_was_found_is_offered_beside_the_text_and_nothing_is_kept(shown):
    data = values_of(shown)
    assert data["mechanism"] == ["CAM"]
    assert data["code"] == ["2027"]
    assert data["mandate_resolution"] == ["AG/RES. 3014 (LIII-O/23)"]
    assert data["mandate_paragraph"] == ["41"]
    assert (data["starts_at"], data["ends_at"]) == (["2027-04-22T10:00"], ["2027-04-23T17:00"])
    assert data["place-en"] == ["Washington, D.C."]
    assert data["mode"] == ["hybrid"]
    assert [data[f"questions-{number}"][0][:8] for number in range(4)] == ["Which ru", "What exp", "How coul", ""]
    assert set(data["delegations"]) == {"RCM", "SACM", "CMC"}  # the compact is named, but meets nobody
    marked = html.document_fromstring(shown).xpath("//mark/text()")
    assert len(marked) >= 5
    assert [words for words in marked if "2027" in words] == ["April 22 and 23, 2027"], "the days too"
    assert (count(Meeting), count(Document)) == (1, 0)
    job = db.session.scalars(sa.select(Job).where(Job.kind == FORGET_FILE)).one()
    assert job.payload == {"file_id": db.session.scalars(sa.select(StoredFile.id)).one()}  # which waits a day


def test_what_a_person_confirms_and_corrects_is_created(client, shown):
    data = values_of(shown)
    data |= {
        "title-en": ["Corrected title"],
        "delegations": ["RCM"],
        "questions-1": [""],
        "question_audience": ["states"],
    }
    answer = client.post(f"{START}/paper/confirm", data=data)
    assert answer.location == "/desk/cam-2027"
    new = db.session.scalars(sa.select(Meeting).where(Meeting.code == "2027")).one()
    assert (new.title["en"], new.stage, new.mode) == ("Corrected title", Stage.PREPARING, Mode.HYBRID)
    questions = queries.questions_of(new.id)
    assert [row.text["en"][:8] for row in questions] == ["Which ru", "How coul"]
    assert {row.audience for row in questions} == {QuestionAudience.STATES}
    assert [row.party.code for row in queries.delegations_of_meeting(new.id)] == ["RCM"]
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "carry_over")).one()
    assert event.changes["carried_from"] == [None, "en-labour.docx"]
    document = db.session.scalars(sa.select(Document)).one()
    assert (document.meeting_id, document.document_class) == (new.id, DocumentClass.CONCEPT_PAPER)
    assert (document.original_language, document.issued_at) == ("en", None)
    kept = db.session.scalars(sa.select(StoredFile)).one()  # the document's: the other is gone
    assert document.in_language("en").current[0].file is kept
    with storage().open(kept.sha256) as content:
        assert content.read() == (PAPERS / "en-labour.docx").read_bytes()
    forget_upload(db.session.scalars(sa.select(Job).where(Job.kind == FORGET_FILE)).one().payload)
    assert count(StoredFile) == 1


def test_without_the_tick_nothing_of_the_paper_stays(client, shown):
    data = values_of(shown)
    del data["register_paper"]
    assert client.post(f"{START}/paper/confirm", data=data).location == "/desk/cam-2027"
    assert (count(Document), count(StoredFile)) == (0, 0)


def test_another_file_cannot_be_named(client, shown):
    other = keep_file(b"%PDF-1.7 another", name="another.pdf", by=SYSTEM)
    db.session.commit()
    data = values_of(shown) | {"kept": [str(other.id)]}
    assert client.post(f"{START}/paper/confirm", data=data).location == "/desk/cam-2027"
    assert count(Document) == 0
    assert db.session.get(StoredFile, other.id) is not None


def test_what_the_mandate_asks_is_offered_in_the_paper_s_words(shown):
    assert "resolution" in values_of(shown)["mandate_text-en"][0]


def test_a_refusal_keeps_what_was_written_and_the_paper(client, shown):
    data = values_of(shown) | {"ends_at": ["2027-04-21T17:00"], "questions-0": ["Mine?"]}
    answer = client.post(f"{START}/paper/confirm", data=data)
    assert answer.status_code == 422
    assert "The session ends before it starts." in answer.text
    assert "Mine?" in answer.text
    assert "A cook who worked for eleven years" in answer.text
    assert values_of(answer.text)["delegations"] == data["delegations"]
    assert count(Meeting) == 1


@pytest.mark.parametrize(
    ("hour", "sentence"),
    [("2027-03-14T02:30", "this hour does not exist there"), ("2026-11-01T01:30", "this hour comes twice")],
)
def test_a_moment_that_is_none_is_refused(client, shown, hour, sentence):
    data = values_of(shown) | {"starts_at": [hour]}
    answer = client.post(f"{START}/paper/confirm", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_paper_in_spanish_fills_the_spanish_texts(client, personas):
    sign_in(client, personas.secretariat)
    data = values_of(send(client, PAPERS / "es-agua.txt").text)
    assert data["title-es"][0].startswith("SEGUNDA REUNIÓN")
    assert "title-en" not in data
    assert (data["zone"], data["country"]) == (["America/Asuncion"], ["PY"])
    assert data["mandate_paragraph"] == ["5; 48"]


def test_the_language_of_a_paper_can_be_corrected(client, shown):
    data = values_of(shown) | {"language": ["pt"]}
    client.post(f"{START}/paper/confirm", data=data)
    new = db.session.scalars(sa.select(Meeting).where(Meeting.code == "2027")).one()
    assert (set(new.title), set(new.place)) == ({"pt"}, {"pt"})
    assert {language for row in queries.questions_of(new.id) for language in row.text} == {"pt"}


def test_what_was_not_found_is_said(client, personas):
    sign_in(client, personas.secretariat)
    answer = post_form(client, START, {"file": (io.BytesIO(b"A short note about nothing in particular."), "note.txt")})
    for sentence in ("No dates of the session", "No mandate was found", "No questions were found"):
        assert sentence in answer.text
    assert "The time zone is not known from the paper" in answer.text
    assert "A text file is read, and not kept" in answer.text


@pytest.mark.parametrize(
    ("place", "zone"),
    [("Panama City, Panama", "America/Panama"), ("Mexico City", "America/Mexico_City"), ("A room", ""), ("", "")],
)
def test_a_city_gives_its_time_zone(place, zone):
    assert zone_of(place) == zone


def test_a_file_that_cannot_be_read_comes_back_to_the_start(client, personas):
    sign_in(client, personas.secretariat)
    answer = post_form(client, START, {"file": (io.BytesIO(b"\x89PNG\r\n\x1a\n"), "paper.pdf")})
    assert answer.status_code == 422
    assert "damaged or cut short" in answer.text
    assert post_form(client, START, action=f"{START}/paper").status_code == 422


def test_the_address_of_a_read_paper_leads_back(client, personas):
    sign_in(client, personas.secretariat)
    assert client.get(f"{START}/paper").location == "/sessions/new#paper"
