"""Releases: what they hold and never hold, how they are made, kept and withdrawn."""

import csv
import gc
import gzip
import hashlib
import io
import json
import time
import tracemalloc
import zipfile
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa
import time_machine
from flask import current_app

from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.storage import storage
from app.documents.models import StoredFile
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.meetings.models import Meeting
from app.open_data import catalogue, jobs, library_rows, operations, queries, writing
from app.open_data.enums import ReleaseFormat, ReleaseState
from app.open_data.models import PublicRecord, Release, ReleaseFile
from app.open_data.operations import ask_for_release
from app.open_data.tables import TABLES
from app.practices.enums import PracticeState
from app.practices.models import Practice
from tests.at_once import at_once
from tests.factories.library import publish_practice

HIDDEN = ("Hiddenpractice", "Insidepractice", "Secretquote", "cam-2025")


def make(number: int = 1) -> Release:
    make_apart(number)
    return db.session.scalars(sa.select(Release).where(Release.number == number)).one()


def make_apart(number: int = 1) -> None:
    """As the worker does: in a session of its own."""
    db.session.commit()
    with current_app._get_current_object().app_context():
        jobs.make_release({"number": number})


def content(release: Release, kind: ReleaseFormat) -> bytes:
    item = next(item for item in release.files if item.format is kind)
    with storage().open(item.sha256) as stream:
        return stream.read()


def archive(release: Release) -> dict[str, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(content(release, ReleaseFormat.CSV))) as packed:
        assert packed.testzip() is None
        return {
            name: list(csv.reader(io.StringIO(packed.read(name).decode("utf-8-sig"), newline="")))
            for name in packed.namelist()
        }


def as_json(release: Release, kind: ReleaseFormat = ReleaseFormat.JSON) -> dict:
    return json.loads(gzip.decompress(content(release, kind)))


def test_all_forms_hold_what_anybody_may_read_and_nothing_else(library):
    release = make()
    texts = [
        "\n".join(",".join(row) for rows in archive(release).values() for row in rows),
        gzip.decompress(content(release, ReleaseFormat.JSON)).decode(),
        gzip.decompress(content(release, ReleaseFormat.JSON_LD)).decode(),
    ]
    book = openpyxl.load_workbook(io.BytesIO(content(release, ReleaseFormat.XLSX)), read_only=True)
    texts.append("\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row))
    for text in texts:
        assert "Permisos temporales" in text
        assert not [word for word in (*HIDDEN, library.hidden.slug, library.hidden.reference) if word in text]
        assert "ana@example.org" not in text
    assert release.rows["practices"] == 1
    assert release.rows["citations"] == 2
    assert release.changes is None


def test_tables_agree_in_all_forms(library):
    release = make()
    sheets, tables = archive(release), as_json(release)["tables"]
    for table in TABLES:
        head, *rows = sheets[f"{table.name}.csv"]
        assert head == table.names
        assert len(rows) == len(tables[table.name]) == release.rows[table.name]
        for row in tables[table.name]:
            assert set(row) == set(table.names), table.name


def test_of_a_citation_that_not_everybody_may_read_nothing_is_told_but_that_it_is_there(library):
    shown, hidden = as_json(make())["tables"]["citations"]
    assert (shown["reference"], shown["party"]) == (library.practice.reference, "PE")
    assert shown["quote"] == "Forty thousand permits were given."
    assert {name: value for name, value in hidden.items() if value} == {
        "session": "cam-2026", "paragraph": "2", "letter": "a"
    }  # fmt: skip


def test_of_a_source_that_was_withdrawn_the_words_are_gone(library):
    library.practice.state = PracticeState.WITHDRAWN
    shown = as_json(make())["tables"]["citations"][0]
    assert (shown["reference"], shown["quote"]) == (library.practice.reference, "")


def test_formulas_stay_text(library):
    release = make()
    (row,) = archive(release)["practices.csv"][1:]
    assert "'=Permisos temporales" in row
    book = openpyxl.load_workbook(io.BytesIO(content(release, ReleaseFormat.XLSX)))
    cells = [cell for row in book["practices"].iter_rows() for cell in row if cell.value == "=Permisos temporales"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_linked_data_names_the_release_and_every_thing(library):
    graph = as_json(make(), ReleaseFormat.JSON_LD)
    assert graph["@context"]["@vocab"] == "https://schema.org/"
    kinds = [node["@type"] for node in graph["@graph"]]
    assert kinds == ["Dataset", "Event", "Article", "PresentationDigitalDocument", "Report", "DigitalDocument"]
    practice = graph["@graph"][2]
    assert practice["@id"] == f"http://localhost/practices/{library.practice.slug}"
    assert practice["name"] == [{"@value": "=Permisos temporales", "@language": "es"}]
    assert practice["license"].startswith("https://creativecommons.org/")


def test_linked_data_has_the_words_of_dublin_core_and_the_texts(library):
    graph = as_json(make(), ReleaseFormat.JSON_LD)["@graph"]
    practice = next(node for node in graph if node["@type"] == "Article")
    assert practice["dc:title"] == [{"@value": "=Permisos temporales", "@language": "es"}]
    assert {"@value": "Peru", "@language": "en"} in practice["dc:creator"]
    assert (practice["dc:language"], practice["dc:date"]) == (["es"], "2026-05-14")
    assert any(value["@language"] == "en" for value in practice["dc:subject"])
    fields = {part["name"]: part["text"] for part in practice["hasPart"]}
    assert fields["results"]["@language"] == "es"
    assert "Forty thousand permits were given." in fields["results"]["@value"]
    assert not [text for text in fields.values() if "focal.point" in text["@value"]]
    summary = next(node for node in graph if node["@type"] == "Report")
    assert [part["position"] for part in summary["hasPart"]] == ["1", "2"]
    first = summary["hasPart"][0]
    assert first["@id"] == "http://localhost/sessions/cam-2026/summary/paragraph/1?version=1"
    assert {"@value": "Delegations gave permits. (en)", "@language": "en"} in first["text"]


def test_the_same_library_gives_the_same_files(library):
    first, second = make(), make(2)
    one, two = as_json(first), as_json(second)
    assert one.pop("release") != two.pop("release")
    assert one == two


def test_a_text_too_long_for_a_cell_says_that_it_was_cut(library):
    publish_practice(library.meeting, "CL", number=9, results="x" * 40_000)
    book = openpyxl.load_workbook(io.BytesIO(content(make(), ReleaseFormat.XLSX)))
    longest = max((str(cell.value) for row in book["practice_texts"].iter_rows() for cell in row), key=len)
    assert len(longest) == writing.MOST_IN_CELL
    assert longest.endswith(writing.CUT)


def test_a_sheet_that_is_full_goes_on_in_another(library, monkeypatch):
    monkeypatch.setattr(writing, "MOST_ROWS", 100)
    release = make()
    book = openpyxl.load_workbook(io.BytesIO(content(release, ReleaseFormat.XLSX)), read_only=True)
    parts = [sheet for sheet in book if sheet.title.startswith("vocabularies")]
    assert len(parts) == -(-release.rows["vocabularies"] // 100)
    assert sum(sheet.max_row - 1 for sheet in parts) == release.rows["vocabularies"]


def test_many_steps_give_the_same_as_one(library, monkeypatch):
    for number in range(20, 27):
        publish_practice(library.meeting, number=number, delegation=library.practice.delegation)
    whole = as_json(make())["tables"]
    monkeypatch.setattr(library_rows, "AT_ONCE", 3)
    assert as_json(make(2))["tables"] == whole


def test_the_job_reports_how_far_it_is_and_runs_once(library, run_jobs):
    job_id = ask_for_release(by=None)
    assert ask_for_release(by=None) == job_id
    run_jobs()
    job = db.session.get(Job, job_id, populate_existing=True)
    assert job.state.value == "done", job.error
    assert job.progress_done
    make_apart()
    assert queries.releases().total == 1


def test_what_is_withdrawn_while_a_release_is_made_is_not_in_it(library, monkeypatch):
    practice_id, real = library.practice.id, library_rows.steps

    def and_then():
        yield from real()
        practice = db.session.get_one(Practice, practice_id)
        practice.state = PracticeState.WITHDRAWN
        db.session.commit()

    monkeypatch.setattr(jobs, "steps", and_then)
    with pytest.raises(jobs.TakenBack):
        make_apart()
    assert queries.newest_release() is None
    monkeypatch.setattr(jobs, "steps", real)
    with time_machine.travel(now() + timedelta(seconds=30)):
        assert make().rows["practices"] == 0


def test_what_came_and_went_while_a_release_is_made_is_not_in_it(library, monkeypatch):
    """The catalogue never knew it, so nothing would withdraw the release."""
    meeting_id, real = library.meeting.id, library_rows.steps

    def between():
        brief = publish_practice(db.session.get_one(Meeting, meeting_id), "CL", number=9, title="Briefpractice")
        db.session.commit()
        brief_id = brief.id
        yield from real()
        db.session.get_one(Practice, brief_id).state = PracticeState.WITHDRAWN
        db.session.commit()

    monkeypatch.setattr(jobs, "steps", between)
    release = make()
    assert release.rows["practices"] == 1
    assert "Briefpractice" not in str(as_json(release))


def test_nobody_notes_a_withdrawal_between_the_last_look_and_the_release(app, library, monkeypatch):
    """Who did would find no release to withdraw, and nobody would look again."""
    real = jobs.keep_release
    refused = []

    def keep(*args, **how):
        engine = sa.create_engine(app.config["DATABASE_URL"])
        with engine.connect() as other:
            patience = {"sqlite": "PRAGMA busy_timeout = 50", "postgresql": "SET lock_timeout = '50ms'"}
            other.exec_driver_sql(patience[engine.dialect.name])
            try:
                other.execute(sa.update(PublicRecord).values(gone=True))
            except sa.exc.OperationalError as error:
                refused.append(error)
        engine.dispose()
        return real(*args, **how)

    monkeypatch.setattr(jobs, "keep_release", keep)
    make()
    assert len(refused) == 1


def test_two_who_compare_at_once_both_finish(app, library, monkeypatch):
    real = catalogue.differing

    def slowly(kind):
        found = real(kind)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(catalogue, "differing", slowly)
    at_once(app, [jobs.bring_up_to_date] * 2)
    assert db.session.scalar(sa.select(sa.func.count(PublicRecord.id))) == 5


def test_two_workers_with_one_release_make_one(app, library):
    at_once(app, [lambda: jobs.make_release({"number": 1})] * 2)
    (release,) = db.session.scalars(sa.select(Release)).all()
    for item in release.files:
        assert hashlib.sha256(content(release, item.format)).hexdigest() == item.sha256


def test_a_job_that_failed_for_good_is_not_begun_anew_each_minute(library):
    jobs.keep_in_step()
    (job,) = db.session.scalars(sa.select(Job).where(Job.kind == queries.RELEASE_JOB)).all()
    job.state, job.finished_at = JobState.FAILED, now()
    db.session.commit()
    jobs.keep_in_step()
    assert queries.job_at_work() is None
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        jobs.keep_in_step()
        assert queries.job_at_work() == job.id


def test_a_withdrawal_withdraws_the_release_at_once_and_makes_another(client, library, run_jobs):
    release = make()
    item = release.files[0]
    address = f"/open-data/releases/1/{item.name}"
    assert client.get(address).status_code == 200
    with time_machine.travel(now() + timedelta(minutes=5)):  # what changes within a second is of one second
        library.practice.state = PracticeState.WITHDRAWN
        db.session.commit()
        gone = client.get(address)  # nobody has looked yet
        assert gone.status_code == 410
        assert "consent was withdrawn" in gone.text
        assert db.session.get(Release, release.id, populate_existing=True).state is ReleaseState.MADE
        sha256 = item.sha256
        db.session.commit()
        jobs.keep_in_step()
        assert db.session.get(Release, release.id, populate_existing=True).state is ReleaseState.WITHDRAWN
        db.session.commit()
        for path in (address, "/open-data/releases/1", "/open-data/releases/1/SHA256SUMS"):
            assert client.get(path).status_code == 410
        run_jobs()
        assert db.session.scalar(sa.select(StoredFile.id).where(StoredFile.sha256 == sha256)) is None
        newest = queries.newest_release()
        assert (newest.number, newest.state, newest.rows["practices"]) == (2, ReleaseState.MADE, 0)
        assert newest.changes["practice"] == {"new": 0, "changed": 0, "gone": 1}


def test_one_that_held_nothing_of_what_went_stands(library):
    make()
    later = publish_practice(library.meeting, "CL", number=9)
    db.session.commit()
    with time_machine.travel(now() + timedelta(minutes=5)):
        jobs.bring_up_to_date()
        later.state = PracticeState.WITHDRAWN
        db.session.commit()
        jobs.bring_up_to_date()
    assert queries.newest_release().state is ReleaseState.MADE


def test_a_release_is_due_after_a_change_and_not_sooner_than_a_day(library):
    assert not queries.is_due()
    jobs.keep_in_step()
    assert queries.job_at_work()
    make()
    assert not queries.is_due()
    with time_machine.travel(now() + timedelta(days=2)):
        assert not queries.is_due()
        publish_practice(library.meeting, "CL", number=9)
        db.session.commit()
        jobs.keep_in_step()
        assert queries.is_due()
        second = make(2)
        assert second.changes == {"practice": {"new": 1, "changed": 0, "gone": 0}}
        publish_practice(library.meeting, "BO", number=10)
        db.session.commit()
        jobs.keep_in_step()
        assert not queries.is_due()


def test_the_newest_and_the_last_of_each_year_are_kept(library, monkeypatch):
    monkeypatch.setattr(operations, "KEPT", 2)
    with time_machine.travel("2026-03-01T12:00:00+00:00"):
        make(1)
    for number in range(2, 6):
        with time_machine.travel(f"2027-0{number}-01T12:00:00+00:00"):
            make(number)
    states = {row.number: row.state for row in queries.releases().items}
    assert [number for number, state in states.items() if state is ReleaseState.EXPIRED] == [3, 2]
    assert states[1] is ReleaseState.MADE
    db.session.commit()
    jobs.keep_in_step()
    rows = db.session.scalars(sa.select(ReleaseFile).join(Release).where(Release.number == 2)).all()
    assert {row.file_id for row in rows} == {None}
    assert all(row.sha256 for row in rows)


def test_counts_tell_nothing_of_what_is_hidden(client, library, settled):
    settled()
    assert {kind.value: count for kind, count in queries.counts().items()} == {
        "session": 1, "practice": 1, "presentation": 1, "summary": 1, "document": 1, "statement": 0, "report": 0
    }  # fmt: skip
    library.hidden.consent = Audience.PUBLIC
    db.session.commit()
    settled()
    assert queries.counts()[library_rows.RecordKind.PRACTICE] == 2


@pytest.mark.one_database
@pytest.mark.parametrize("kind", list(ReleaseFormat))
def test_files_of_a_large_library_need_no_more_memory(app, tmp_path, kind):
    """25 MB of texts are written in a few: so it is with a hundred times as many."""
    spools = writing.Spools(tmp_path)
    with spools:
        for number in range(5000):
            cells = {
                "practice": f"P-{number}",
                "language": "es",
                "field": "context",
                "kind": "long_text",
                "text": f"{number} " + "palabra " * 600,
            }
            spools.add([("practice_texts", cells)], [])
    edition = writing.Edition(1, now(), "CC BY 3.0 IGO", "https://example.org/", "https://example.org/open-data")
    _ending, _type, write = writing.WRITERS[kind]
    gc.collect()
    tracemalloc.start()
    try:
        write(spools, edition, tmp_path / "made")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (tmp_path / "practice_texts.jsonl").stat().st_size > 24_000_000
    assert peak < 6_000_000
