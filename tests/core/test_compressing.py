"""What travels compressed, and what does not."""

import gzip

import brotli
import pytest
from flask.testing import FlaskClient

GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
def browser(app):
    return FlaskClient(app, app.response_class)


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [("gzip", "gzip", gzip.decompress), ("gzip, deflate, br", "br", brotli.decompress)],
)
def test_pages_and_styles_travel_compressed_to_who_takes_it(browser, accepted, encoding, unpack):
    for url in ("/sign-in", "/static/css/base.css"):
        plain = browser.get(url, buffered=True)
        packed = browser.get(url, headers={"Accept-Encoding": accepted}, buffered=True)
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == encoding
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
        for answer in (plain, packed):
            assert "Accept-Encoding" in answer.headers["Vary"]
        if url.endswith("css"):
            assert unpack(packed.data) == plain.data


def test_fonts_small_answers_and_parts_travel_as_they_are(browser):
    for url, more in (
        ("/static/fonts/source-sans-3-latin.woff2", {}),
        ("/static/icon.svg", {}),
        ("/static/css/base.css", {"Range": "bytes=0-99"}),
    ):
        answer = browser.get(url, headers=GZIP | more, buffered=True)
        assert "Content-Encoding" not in answer.headers, url


def test_who_has_a_file_already_is_not_sent_it_again(browser):
    first = browser.get("/static/css/base.css", headers=GZIP, buffered=True)
    again = browser.get("/static/css/base.css", headers=GZIP | {"If-None-Match": first.headers["ETag"]}, buffered=True)
    assert again.status_code == 304
    assert again.data == b""


def test_files_of_pages_carry_neither_the_session_nor_the_headers_of_pages(browser):
    with browser.session_transaction() as session:
        session["_user_id"], session.permanent = "1:x", True
    answer = browser.get("/static/css/base.css", buffered=True)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"], "a browser keeps it when the session's cookie changes"
    assert "Content-Security-Policy" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
