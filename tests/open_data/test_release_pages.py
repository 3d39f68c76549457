"""Releases as they are read and fetched: their pages, files, checksums, and who may have one made."""

import csv
import hashlib
import io
from datetime import timedelta

from app.core.clock import now
from app.core.db import db
from app.open_data import queries
from app.open_data.enums import ReleaseFormat, ReleaseState
from app.open_data.models import Release
from app.open_data.tables import TABLES, codebook
from tests.client import post_form, sign_in
from tests.open_data.test_releases import make


def test_files_come_with_type_length_etag_and_ranges(client, library):
    release = make()
    types = {
        ReleaseFormat.CSV: "application/zip",
        ReleaseFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ReleaseFormat.JSON: "application/gzip",
        ReleaseFormat.JSON_LD: "application/gzip",
    }
    for item in release.files:
        address = f"/open-data/releases/1/{item.name}"
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.content_type == types[item.format]
        assert answer.content_length == item.size == len(answer.data)
        assert hashlib.sha256(answer.data).hexdigest() == item.sha256
        assert answer.headers["ETag"] == f'"{item.sha256}"'
        assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
        part = client.get(address, headers={"Range": "bytes=0-9"})
        assert (part.status_code, part.data) == (206, answer.data[:10])
        known = {"If-None-Match": answer.headers["ETag"]}
        assert client.get(address, headers={"Range": "bytes=0-9"} | known).status_code == 304
        assert client.get(address, headers={"Range": f"bytes={item.size}-"}).status_code == 416
        for ignored in ("bytes=0-1,5-6", "rows=0-1", "bytes=x"):
            whole = client.get(address, headers={"Range": ignored})
            assert (whole.status_code, whole.content_length) == (200, item.size)
        told = client.head(address, headers={"Range": "bytes=0-9"})
        assert (told.status_code, told.content_length, told.data) == (200, item.size, b"")
        assert told.headers["Accept-Ranges"] == "bytes"
        assert client.head(address, headers=known).status_code == 304
    sums = client.get("/open-data/releases/1/SHA256SUMS").text.splitlines()
    assert sums == [f"{item.sha256}  {item.name}" for item in release.files]


def test_the_newest_has_an_address_that_stays(client, library):
    assert client.get("/open-data/latest/csv").status_code == 404
    make()
    answer = client.get("/open-data/latest/csv")
    assert (answer.status_code, answer.location) == (302, "/open-data/releases/1/plenaria-library-1.csv.zip")
    assert client.get("/open-data/latest/exe").status_code == 404


def test_what_does_not_exist(client, library):
    make()
    for path in ("/open-data/releases/2", "/open-data/releases/1/none", "/open-data/releases/2/SHA256SUMS"):
        assert client.get(path).status_code == 404


def test_staff_have_one_made_and_nobody_else(client, library, personas, run_jobs):
    assert "Make a release now" not in client.get("/open-data").text
    sign_in(client, personas.secretariat)
    page = client.get("/open-data")
    assert "Make a release now" in page.text
    answer = post_form(client, "/open-data", action="/open-data/releases")
    assert answer.status_code == 303
    assert answer.location.startswith("/jobs/")
    assert "See how far it is" in client.get("/open-data").text
    run_jobs()
    page = client.get("/open-data").text
    assert "Release 1" in page
    assert queries.newest_release().files[0].sha256 in page


def test_pages_tell_what_a_release_holds(client, library):
    assert "There is no release" in client.get("/open-data").text
    make()
    page = client.get("/open-data/releases/1").text
    assert "This is the first release" in page
    assert "practice_texts" in page
    book = client.get("/open-data/codebook").text
    for table in TABLES:
        assert f'id="{table.name}"' in book
    rows = list(csv.reader(io.StringIO(client.get("/open-data/codebook.csv").data.decode("utf-8-sig"))))
    assert rows == [list(row) for row in codebook("en")]


def test_many_releases_are_listed_some_at_a_time(client, library):
    make()
    at = now() - timedelta(days=1)
    db.session.add_all(
        Release(number=number, state=ReleaseState.EXPIRED, as_of=at, made_at=at, ended_at=at, licence="CC0")
        for number in range(2, 62)
    )
    db.session.commit()
    first, second = client.get("/open-data").text, client.get("/open-data?page=2").text
    assert "/open-data/releases/61" in first
    assert 'href="/open-data/releases/2"' not in first
    assert 'href="/open-data/releases/2"' in second
    for page in (first, second):
        assert "plenaria-library-1.csv.zip" in page, "the newest that stands is on each"
