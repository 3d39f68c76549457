from datetime import timedelta

import feedparser
import pytest
from lxml import etree

from app.core.audience import Audience
from app.core.db import db
from app.following import feed_views
from app.following.enums import FollowKind, Rhythm
from app.following.operations import make_feed, pause, revoke_feed
from app.meetings.enums import Stage
from app.people.operations import close_account
from app.practices.queries import call_of
from app.search import retrieving
from app.search.operations import forget
from app.search.retrieving import TooBroad
from tests.client import sign_in
from tests.factories.library import publish_practice
from tests.factories.titled import TITLED, translate
from tests.following.published import PUBLISHED, begin, publish
from tests.personas import make_user

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = [
    "/feeds/states/PE.atom",
    "/feeds/themes/T1.atom",
    "/feeds/sessions/cam-2026.atom",
    "/feeds/mechanisms/rcm.atom",
    "/feeds/search.atom?q=permits",
]


def read(client, url: str):
    """The feed as a feed reader reads it."""
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    found = feedparser.parse(answer.data)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


@pytest.mark.parametrize("url", FEEDS)
def test_a_feed_is_valid_atom_with_what_is_public(client, personas, meeting, url):
    publish(meeting, "older", title="Older & <b>bold</b> permits")
    publish(meeting, "newer", at=PUBLISHED + timedelta(hours=1))
    publish(meeting, "narrow", audience=Audience.MEMBER_STATES)
    found = read(client, url)
    assert [entry.title for entry in found.entries] == ["Permits newer", "Older & <b>bold</b> permits"]
    paths = ["/practices/newer", "/practices/older"]
    assert [entry.link for entry in found.entries] == [f"http://localhost{path}" for path in paths]
    assert found.feed.updated == found.entries[0].updated == "2026-05-14T18:00:00Z"
    assert found.entries[0].author == "Peru"
    root = etree.fromstring(client.get(url).data)
    for name in ("id", "title", "updated", "author", "link"):
        assert root.find(f"{ATOM}{name}") is not None
    assert len({entry.id for entry in found.entries} | {found.feed.id}) == 3


def test_ids_are_stable_and_the_same_things_give_the_same_bytes(client, meeting):
    publish(meeting, "one")
    first = client.get("/feeds/states/PE.atom").data
    assert client.get("/feeds/states/PE.atom").data == first
    publish(meeting, "one", title="Another title")
    before, after = (feedparser.parse(data).entries[0] for data in (first, client.get("/feeds/states/PE.atom").data))
    assert before.id == after.id == "tag:localhost,2026:practice:one"
    assert after.title == "Another title"


def test_a_feed_says_the_same_to_everybody(client, personas, meeting):
    publish(meeting, "public")
    publish(meeting, "narrow", audience=Audience.RESTRICTED)
    seen = {sign_in(client, actor).get("/feeds/states/PE.atom").data for _name, actor in personas.items()}
    assert len(seen) == 1
    assert b"narrow" not in seen.pop()


def test_a_feed_that_is_as_it_was_is_not_sent_again(client, meeting):
    publish(meeting, "one")
    answer = client.get("/feeds/states/PE.atom")
    again = client.get("/feeds/states/PE.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    publish(meeting, "two", at=PUBLISHED + timedelta(days=1))
    assert client.get("/feeds/states/PE.atom", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200


def test_an_older_thing_that_came_later_changes_the_mark(client, meeting):
    publish(meeting, "one")
    mark = client.get("/feeds/states/PE.atom").headers["ETag"]
    publish(meeting, "older", at=PUBLISHED - timedelta(days=9))
    assert client.get("/feeds/states/PE.atom", headers={"If-None-Match": mark}).status_code == 200


def test_a_withdrawal_is_seen_by_who_asks_what_changed_since(client, meeting):
    publish(meeting, "stays")
    publish(meeting, "goes", at=PUBLISHED + timedelta(days=1))
    answer = client.get("/feeds/states/PE.atom")
    assert "Last-Modified" not in answer.headers, "when something was published last says nothing of withdrawals"
    forget("practice", "goes")
    db.session.commit()
    later = {"If-Modified-Since": "Fri, 15 May 2026 17:00:00 GMT"}
    for conditions in (later, {**later, "If-None-Match": answer.headers["ETag"]}):
        again = client.get("/feeds/states/PE.atom", headers=conditions)
        assert again.status_code == 200
        assert b"goes" not in again.data


@pytest.mark.parametrize("query", ["q=permits%EF%BF%BF", "theme=%EF%BF%BF", "q=permits%EF%BF%BE&state=%EF%BF%BE"])
def test_characters_that_xml_refuses_are_no_fault(client, meeting, query):
    publish(meeting, "one")
    read(client, f"/feeds/search.atom?{query}")


def test_a_stored_text_with_such_characters_is_told_all_the_same(client, meeting):
    publish(meeting, "one", title="Permits \uffff and \x0b more", text="Text \ufffe.")
    [entry] = read(client, "/feeds/states/PE.atom").entries
    assert entry.title.startswith("Permits")


def test_a_search_s_feed_is_called_by_names_in_its_language(client, meeting):
    assert "Search: permits · Peru: " in read(client, "/feeds/search.atom?q=permits&state=PE&lang=en").feed.title
    assert "permits · Perú" in read(client, "/feeds/search.atom?q=permits&state=PE&lang=es").feed.title


def test_pages_lead_to_one_another(client, meeting):
    for number in range(45):
        publish(meeting, f"n{number:02}", at=PUBLISHED + timedelta(minutes=number))
    url, seen, pages = "/feeds/states/PE.atom", [], 0
    while url:
        found = read(client, url)
        links = {link.rel: link.href for link in found.feed.links}
        seen += [entry.id for entry in found.entries]
        pages += 1
        assert ("previous" in links) == (pages > 1)
        assert links["last"].endswith("page=3")
        url = links.get("next", "").removeprefix("http://localhost")
    assert pages == 3
    assert len(set(seen)) == len(seen) == 45


@pytest.mark.parametrize("page", ["0", "-3", "1000000000", "x", "9" * 40])
def test_pages_that_are_not_there_are_empty_or_the_first(client, meeting, page):
    publish(meeting, "one")
    answer = client.get(f"/feeds/states/PE.atom?page={page}")
    assert answer.status_code == 200


def test_an_empty_feed_is_valid_too(client, meeting):
    found = read(client, "/feeds/themes/T3.atom")
    assert found.entries == []
    assert found.feed.updated == "2026-01-01T00:00:00Z"


def test_it_is_in_the_language_that_the_address_names(client, meeting):
    publish(meeting, "one")
    publish(meeting, "one", language="es", title="Permisos")
    found = read(client, "/feeds/states/PE.atom?lang=es")
    assert found.entries[0].title == "Permisos"
    assert found.feed.language == "es"
    assert client.get("/feeds/states/PE.atom?lang=xx").status_code == 404
    assert found.feed.id != read(client, "/feeds/states/PE.atom?lang=en").feed.id


def test_a_practice_is_named_as_its_page_names_it_in_the_feed_s_language(client, personas, meeting):
    call_of(meeting.id).template = TITLED
    practice = publish_practice(meeting, "PE", language="pt", title="Zona de acolhida")
    translate(practice, personas.secretariat, "es", title="Zona de acogida")
    db.session.commit()
    for language, title, address in (("es", "Zona de acogida", "text=es"), ("fr", "Zona de acolhida", "text=original")):
        [entry] = read(client, f"/feeds/states/PE.atom?lang={language}").entries
        assert entry.title == title
        assert entry.link.endswith(address)
    translate(practice, personas.secretariat, "es", title="Lugar de acogida")
    db.session.commit()
    assert read(client, "/feeds/states/PE.atom?lang=es").entries[0].title == "Lugar de acogida"


@pytest.mark.parametrize(
    "url", ["/feeds/states/XX.atom", "/feeds/states/RCM.atom", "/feeds/themes/no.atom", "/feeds/mechanisms/no.atom"]
)
def test_feeds_of_nothing_are_not_there(client, meeting, url):
    assert client.get(url).status_code == 404


def test_a_session_that_is_not_for_visitors_has_no_public_feed(client, personas, meeting):
    publish(meeting, "one")
    meeting.distribution = Audience.MEMBER_STATES
    assert client.get("/feeds/sessions/cam-2026.atom").status_code == 404
    assert sign_in(client, personas.secretariat).get("/feeds/sessions/cam-2026.atom").status_code == 404
    assert b"<entry" not in client.get("/feeds/states/PE.atom").data
    meeting.stage = Stage.PREPARING
    assert client.get("/feeds/sessions/cam-2026.atom").status_code == 404


@pytest.mark.parametrize("query", ["q=" + "x" * 10_000, "q=%22", "q=*", "q=-x", "state=" + "x" * 5000, "q=a%00b"])
def test_a_search_that_asks_for_nothing_is_answered_clearly(client, meeting, query):
    assert 200 <= client.get(f"/feeds/search.atom?{query}").status_code < 500


def test_a_search_that_takes_too_long_is_put_off(client, personas, meeting, monkeypatch):
    publish(meeting, "one")
    begin(personas.reader, FollowKind.SEARCH, "q=permits", Rhythm.DAILY)
    token = make_feed(personas.reader, by=personas.reader)
    db.session.commit()

    def too_broad(*_asked, **_more):
        raise TooBroad

    monkeypatch.setattr(retrieving, "found_by", too_broad)
    for url in ("/feeds/search.atom?q=permits", f"/feeds/own/{token}.atom"):
        answer = client.get(url)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")


def test_the_own_feed_has_a_limit_for_all_together(client, personas, meeting, monkeypatch):
    begin(personas.reader, FollowKind.STATE, "PE", Rhythm.DAILY)
    token = make_feed(personas.reader, by=personas.reader)
    db.session.commit()
    monkeypatch.setattr(feed_views, "OWN_SECONDS", -1.0)
    answer = client.get(f"/feeds/own/{token}.atom")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")


def test_a_search_s_feed_keeps_its_filters(client, meeting):
    publish(meeting, "one")
    publish(meeting, "two", facets={"state": ["CL"], "theme": ["T2"]})
    found = read(client, "/feeds/search.atom?state=CL&state=MX&theme=T2")
    assert [entry.title for entry in found.entries] == ["Permits two"]
    itself = next(link.href for link in found.feed.links if link.rel == "self")
    assert "state=CL&state=MX&theme=T2" in itself
    assert read(client, itself.removeprefix("http://localhost")).entries[0].id == found.entries[0].id


def test_the_own_feed_joins_all_that_its_owner_follows_and_may_read(client, personas, meeting):
    reader = personas.reader
    begin(reader, FollowKind.STATE, "PE", Rhythm.NEVER)
    begin(reader, FollowKind.THEME, "T1", Rhythm.DAILY)
    paused = begin(reader, FollowKind.STATE, "CL", Rhythm.DAILY)
    pause(paused, by=reader)
    publish(meeting, "narrow", audience=Audience.MEMBER_STATES)
    publish(meeting, "restricted", audience=Audience.RESTRICTED)
    publish(meeting, "paused", facets={"state": ["CL"]})
    token = make_feed(reader, by=reader)
    db.session.commit()
    found = read(client, f"/feeds/own/{token}.atom")
    assert [entry.title for entry in found.entries] == ["Permits narrow"]
    mark = client.get(f"/feeds/own/{token}.atom").headers["ETag"]
    assert client.get(f"/feeds/own/{token}.atom", headers={"If-None-Match": mark}).status_code == 304


def test_the_own_feed_is_shown_once_and_revoked(client, personas):
    from tests.client import post_form

    sign_in(client, personas.reader)
    post_form(client, "/following", action="/following/feed")
    page = client.get("/following").text
    address = page.split('<code class="secret">')[1].split("</code>")[0].removeprefix("http://localhost")
    assert client.get(address).status_code == 200
    assert "secret" not in client.get("/following").text
    post_form(client, "/following", action="/following/feed/revoke")
    assert client.get(address).status_code == 404


def test_a_new_address_takes_the_old_one_s_place_and_a_closed_account_has_none(client, personas):
    user = personas.reader
    old, new = (make_feed(user, by=user) for _time in range(2))
    assert [client.get(f"/feeds/own/{token}.atom").status_code for token in (old, new, "x")] == [404, 200, 404]
    close_account(user, by=user)
    assert client.get(f"/feeds/own/{new}.atom").status_code == 404
    revoke_feed(make_user("Nobody"), by=user)
