"""Validated caching: caches of every kind between people and Plenaria, and nobody gets what is another's or old."""

import contextvars
import random
import re
from datetime import timedelta
from http.cookies import SimpleCookie

import brotli
import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.datastructures import ResponseCacheControl
from werkzeug.http import parse_cache_control_header, unquote_etag

from app.audit.operations import record
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from app.practices.operations import move
from tests.client import sign_in
from tests.factories.library import publish_practice
from tests.factories.summaries import NOON, make_meeting
from tests.statements import count_statements

PAGES = ("/", "/sessions", "/sessions/cam-2026", "/practices", "/practices/CAM-2026-GP-PER-01", "/search?q=permit")
ANEW = re.compile(rb'name="(csrf_token|form_key)"([^>]*) value="[^"]+"')


def ask(app, url: str, headers: dict[str, str]):
    """Ask as a server is asked: in a context that shares nothing with the test's."""
    browser = FlaskClient(app, app.response_class, use_cookies=False)
    return contextvars.Context().run(browser.get, url, headers=headers, buffered=True)


class Cache:
    """A cache as RFC 9111 has it: honours Vary and Cache-Control, and asks with the ETags of all it has of an address.

    `kind`: "browser" keeps for one machine, "shared" nothing that is private, "careless" all but what must not be
    stored. Without an application's leave to do otherwise all ask again each time.
    """

    def __init__(self, app, kind: str) -> None:
        self.app, self.kind = app, kind
        self.stored: dict[str, list[tuple[dict[str, str], object]]] = {}
        self.told_the_same = 0

    def get(self, url: str, headers: dict[str, str]):
        """Return what the person sees, and the answer that came of the server."""
        kept = self.stored.setdefault(url, [])
        tags = ", ".join(answer.headers["ETag"] for _asked, answer in kept if "ETag" in answer.headers)
        asked = headers | ({"If-None-Match": tags} if tags else {})
        answer = ask(self.app, url, asked)
        if answer.status_code == 304:
            self.told_the_same += 1
            tag = unquote_etag(answer.headers["ETag"])[0]
            assert not answer.data
            for name in ("Cache-Control", "Vary"):
                assert answer.headers[name], "a 304 says what the page would"
            return next(old for _asked, old in kept if unquote_etag(old.headers["ETag"])[0] == tag), answer
        rules = parse_cache_control_header(answer.headers.get("Cache-Control"), cls=ResponseCacheControl)
        assert rules.no_store or rules.no_cache, "what may be kept is asked for again each time"
        assert not rules.public
        barred = rules.no_store or (self.kind == "shared" and (rules.private or "Set-Cookie" in answer.headers))
        varies = [name.strip() for name in answer.headers["Vary"].split(",")]
        assert {"Cookie", "Accept-Language"} <= set(varies)
        if not barred:
            chosen_by = {name: headers.get(name, "") for name in varies}
            kept[:] = [(asked, old) for asked, old in kept if asked != chosen_by] + [(chosen_by, answer)]
        return answer, answer


class Browser:
    """Somebody's browser behind a cache: cookies of its own, and the languages that it asks for."""

    def __init__(self, app, cache: Cache, language: str = "en", packed: bool = False) -> None:
        self.app, self.cache, self.cookies = app, cache, {}
        self.headers = {"Accept-Language": language, "Accept-Encoding": "br" if packed else "identity"}

    def _headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.headers | ({"Cookie": cookies} if cookies else {})

    def _remember(self, answer):
        for line in answer.headers.getlist("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value

    def sign_in(self, user) -> "Browser":
        """Hold the cookie of a person's session (None: of nobody's)."""
        client = sign_in(self.app.test_client(), user)
        cookie = client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        self.cookies.pop(self.app.config["SESSION_COOKIE_NAME"], None)
        if cookie and user is not None:
            self.cookies[cookie.key] = cookie.value
        return self

    def visit(self, url: str):
        seen, answer = self.cache.get(url, self._headers())
        self._remember(answer)
        return seen

    def straight(self, url: str):
        """What the server says where nothing is kept, on the way or in it."""
        self.app.config["CACHE_PAGES"] = False
        answer = ask(self.app, url, self._headers())
        self.app.config["CACHE_PAGES"] = True
        return answer


def said(answer) -> bytes:
    body = answer.data
    if answer.headers.get("Content-Encoding") == "br":
        body = brotli.decompress(body)
    return ANEW.sub(rb'name="\1"\2', body)


@pytest.fixture
def library(app, personas):
    app.config["CACHE_PAGES"] = True
    with time_machine.travel(NOON, tick=False) as clock:
        meeting = make_meeting(stage=Stage.PUBLISHED, distribution=Audience.PUBLIC)
        publish_practice(meeting, "PE")
        publish_practice(meeting, "CL", consent=Audience.MEMBER_STATES)
        personas.join(meeting)
        db.session.commit()
        meeting.clock = clock
        yield meeting


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", ["browser", "shared", "careless"])
def test_nobody_gets_another_s_page_through_one_cache(app, library, personas, kind, packed):
    cache = Cache(app, kind)
    browsers = [Browser(app, cache, language, packed) for language in ("en", "es", "fr")]
    people = (personas.delegate_a, personas.delegate_b, personas.reader, personas.secretariat)
    browsers += [Browser(app, cache, "en", packed).sign_in(person) for person in people]
    chance = random.Random(8)
    for _step in range(90):
        browser, url = chance.choice(browsers), chance.choice([*PAGES, "/practices/CAM-2026-GP-CHL-01"])
        seen, straight = browser.visit(url), browser.straight(url)
        assert (seen.status_code, said(seen)) == (straight.status_code, said(straight)), (url, browser.headers)
    assert bool(cache.told_the_same) is (kind != "shared")
    if kind == "shared":
        assert not any(cache.stored.values()), "what is told to one is private"
    for kept in cache.stored.values():
        for asked, answer in kept:
            assert b"Sign out" not in said(answer), "of who has signed in nothing is stored anywhere"
            assert app.config["SESSION_COOKIE_NAME"] not in asked["Cookie"]


@pytest.mark.parametrize("kind", ["browser", "careless"])
def test_one_machine_before_during_and_after_somebody_is_signed_in(app, library, personas, kind):
    cache = Cache(app, kind)
    browser, url = Browser(app, cache), "/sessions/cam-2026"
    first = browser.visit(url)
    assert personas.delegate_a.name not in first.text
    browser.sign_in(personas.delegate_a)
    assert personas.delegate_a.name in browser.visit(url).text
    browser.sign_in(personas.delegate_b)
    assert personas.delegate_a.name not in browser.visit(url).text
    browser.sign_in(None)
    before = cache.told_the_same
    assert browser.visit(url).data == first.data
    assert cache.told_the_same == before + 1


@pytest.mark.parametrize("kind", ["browser", "careless"])
def test_a_chosen_language_takes_the_place_of_what_is_kept(app, library, kind):
    browser = Browser(app, Cache(app, kind))
    for code in ("es", "fr", "en", "es"):
        browser.cookies["plenaria_language"] = code
        assert f'<html lang="{code}">' in browser.visit("/practices").text


def test_a_message_is_shown_although_the_page_was_kept_and_to_nobody_else(app, library):
    cache = Cache(app, "careless")
    browser, other = Browser(app, cache), Browser(app, cache)
    browser.visit("/sessions")
    client = app.test_client()
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "Only for you.")]
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    browser.cookies[cookie.key] = cookie.value
    shown = browser.visit("/sessions")
    assert "Only for you." in shown.text
    assert "ETag" not in shown.headers
    assert "Only for you." not in other.visit("/sessions").text
    assert "Only for you." not in browser.visit("/sessions").text


def test_a_page_with_a_form_s_token_is_told_anew_to_each(app, library):
    cache = Cache(app, "careless")
    tokens = set()
    for _visitor in range(3):
        page = Browser(app, cache).visit("/sign-in")
        assert "ETag" not in page.headers
        tokens.add(re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)[1])
    assert len(tokens) == 3


@pytest.mark.parametrize("kind", ["browser", "shared", "careless"])
def test_nobody_reads_what_was_before_a_publication_or_a_withdrawal(app, library, kind):
    browser = Browser(app, Cache(app, kind))
    assert "CAM-2026-GP-MEX-01" not in browser.visit("/practices").text
    new = publish_practice(library, "MX")
    record("publish_correction", new, by=SYSTEM, meeting_id=library.id)
    db.session.commit()
    assert "CAM-2026-GP-MEX-01" in browser.visit("/practices").text
    assert browser.visit("/practices/CAM-2026-GP-MEX-01").status_code == 200
    move(new, PracticeState.WITHDRAWN)
    record("decide_withdrawal", new, by=SYSTEM, meeting_id=library.id)
    db.session.commit()
    assert "CAM-2026-GP-MEX-01" not in browser.visit("/practices").text
    assert browser.visit("/practices/CAM-2026-GP-MEX-01").status_code in (404, 410)


def test_who_has_the_page_is_told_so_before_it_is_made(app, library, client):
    url = "/practices/CAM-2026-GP-PER-01"
    first = client.get(url)
    known = {"If-None-Match": first.headers["ETag"]}
    with count_statements() as counted:
        again = client.get(url, headers=known)
    assert (again.status_code, again.data, counted.number) == (304, b"", 1)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(url, headers={"If-None-Match": 'W/"another"'}).status_code == 200
    library.clock.shift(timedelta(minutes=2))
    app.extensions["kept_pages"].clear()  # as in another worker
    assert client.get(url, headers=known).status_code == 304, "made anew it says the same"


def test_a_person_s_page_is_never_said_to_be_known(app, library, client, personas):
    visitor = client.get("/sessions/cam-2026")
    sign_in(client, personas.delegate_a)
    answer = client.get("/sessions/cam-2026", headers={"If-None-Match": f"*, {visitor.headers['ETag']}"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
