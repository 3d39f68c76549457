"""What public pages say of themselves to programs, the language of an address, and the map of the site."""

import json
from datetime import timedelta

import pytest
from lxml import etree, html

from app.audit.operations import record
from app.core.actors import SYSTEM
from app.core.clock import now, standing_at
from app.core.db import db
from app.open_data import cards, sitemap
from app.practices.enums import PracticeState
from tests.client import sign_in
from tests.factories.library import publish_practice
from tests.open_data.test_releases import make
from tests.statements import count_statements

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def head(client, address, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return html.document_fromstring(answer.text)


def meta(page) -> dict[str, str]:
    return {tag.get("property") or tag.get("name"): tag.get("content") for tag in page.xpath("//head/meta[@content]")}


def alternates(page) -> dict[str, str]:
    return {link.get("hreflang"): link.get("href") for link in page.xpath("//head/link[@hreflang]")}


PAGES = ("/", "/sessions", "/sessions/cam-2026", "/practices", "/practices/{practice}", "/documents/{document}")
PAGES += (
    "/sessions/cam-2026/presentations",
    "/sessions/cam-2026/presentations/RCM",
    "/sessions/cam-2026/summary",
    "/sessions/cam-2026/summary/paragraph/1",
)
PAGES += (
    "/mechanisms",
    "/mechanisms/rcm",
    "/states/PE",
    "/organizations/IOM",
    "/map",
    "/open-data",
    "/open-data/codebook",
)


@pytest.mark.parametrize("address", PAGES)
def test_every_reading_page_names_itself_in_each_language(client, library, address):
    path = address.format(practice=library.practice.slug, document=library.document.slug)
    page = head(client, f"{path}?lang=fr&utm_source=x")
    assert page.get("lang") == "fr"
    (canonical,) = page.xpath("//head/link[@rel='canonical']/@href")
    assert canonical == f"http://localhost{path}?lang=fr"
    assert alternates(page) == {
        **{code: f"http://localhost{path}?lang={code}" for code in ("en", "es", "fr", "pt")},
        "x-default": f"http://localhost{path}",
    }
    told = meta(page)
    assert told["og:url"] == canonical
    assert told["og:locale"] == "fr_FR"
    assert told["og:title"]
    assert told["og:image"].startswith("http://localhost/static/card.png")
    assert told["twitter:card"] == "summary_large_image"


def test_the_language_of_the_address_goes_before_all_others(client, library, personas):
    client.set_cookie("plenaria_language", "pt")
    assert head(client, "/sessions?lang=es").get("lang") == "es"
    assert head(client, "/sessions?lang=xx").get("lang") == "pt"
    assert head(client, "/sessions?lang=es&lang=fr").get("lang") == "es"
    client.delete_cookie("plenaria_language")
    assert head(client, "/sessions", **{"Accept-Language": "fr"}).get("lang") == "fr"
    answer = client.get("/sessions?lang=es")
    assert {"Cookie", "Accept-Language"} <= set(answer.vary)
    assert "Set-Cookie" not in answer.headers
    sign_in(client, personas.reader)
    assert head(client, "/sessions?lang=es").get("lang") == "es"


def test_choosing_a_language_leaves_that_of_the_address(client, library):
    page = head(client, "/practices?lang=es&state=PE")
    links = page.xpath("//header//a[@hreflang='fr']/@href")
    assert links
    assert "lang%3D" not in links[0]
    assert "state%3DPE" in links[0]


def test_kept_pages_are_of_one_language(app, client, library):
    app.config["CACHE_PAGES"] = True
    for language in ("es", "fr", "es"):
        assert head(client, f"/sessions?lang={language}", **{"Accept-Language": "pt"}).get("lang") == language
    assert head(client, "/sessions", **{"Accept-Language": "pt"}).get("lang") == "pt"


def test_further_pages_and_versions_are_pages_of_their_own(client, library):
    assert head(client, "/practices?page=1").xpath("//link[@rel='canonical']/@href") == [
        "http://localhost/practices?lang=en"
    ]
    page = head(client, "/sessions/cam-2026/summary?version=1")
    assert page.xpath("//link[@rel='canonical']/@href") == [
        "http://localhost/sessions/cam-2026/summary?version=1&lang=en"
    ]


def data_in(page):
    found = page.xpath("//script[@type='application/ld+json']/text()")
    return json.loads(found[0]) if found else None


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/practices/{practice}", "Article"),
        ("/sessions/cam-2026", "Event"),
        ("/documents/{document}", "DigitalDocument"),
        ("/sessions/cam-2026/presentations/RCM", "PresentationDigitalDocument"),
        ("/sessions/cam-2026/summary", "Report"),
    ],
)
def test_pages_of_things_say_what_they_are(client, library, address, kind):
    path = address.format(practice=library.practice.slug, document=library.document.slug)
    page = head(client, path)
    found = data_in(page)
    assert found["@type"] == kind
    assert found["url"] == f"http://localhost{path}"
    assert found["license"]
    assert meta(page)["description"]
    assert meta(page)["og:type"] == "article"


@pytest.mark.parametrize(
    ("address", "kind", "name"),
    [
        ("/states/PE", "Country", "Peru"),
        ("/mechanisms/rcm", "Organization", "Regional Conference on Migration"),
        ("/organizations/IOM", "Organization", "International Organization for Migration"),
        ("/themes/T3", "DefinedTerm", ""),
        ("/objectives/5", "DefinedTerm", ""),
    ],
)
def test_pages_of_the_directory_say_of_what_they_are(client, library, address, kind, name):
    found = data_in(head(client, address))
    assert (found["@type"], found["url"]) == (kind, f"http://localhost{address}")
    names = [text["@value"] for text in found["name"]]
    assert name in names if name else all(names)


def test_a_page_and_a_release_describe_a_thing_alike(client, library):
    from app.open_data.described import described
    from app.open_data.enums import RecordKind
    from app.open_data.linked_data import node

    (thing,) = described(RecordKind.PRESENTATION, [library.presentation.id]).values()
    found = data_in(head(client, "/sessions/cam-2026/presentations/RCM"))
    assert {name: value for name, value in found.items() if name != "@context"} == json.loads(json.dumps(node(thing)))
    (thing,) = described(RecordKind.PRACTICE, [library.practice.id]).values()
    found = data_in(head(client, f"/practices/{library.practice.slug}"))
    assert [term["termCode"] for term in found["about"]] == [code for code, _texts in thing.subjects]


def test_what_is_not_for_everybody_says_no_more_than_its_page(client, library, personas):
    sign_in(client, personas.secretariat)
    page = head(client, f"/practices/{library.hidden.slug}")
    assert data_in(page) is None
    assert "description" not in meta(page)


def test_markup_in_a_title_stays_text(client, library):
    evil = publish_practice(
        library.meeting, "CL", number=9, title="</script><script>alert(1)</script>", summary="</script>"
    )
    db.session.commit()
    page = head(client, f"/practices/{evil.slug}")
    assert data_in(page)["name"][0]["@value"] == "</script><script>alert(1)</script>"
    assert not page.xpath("//script[not(@src) and not(@type)]")


@pytest.mark.parametrize("address", ["/search?q=x", "/compare", "/statements/hand-in", "/sign-in", "/no-such-page"])
def test_other_pages_have_no_card(client, library, address):
    page = html.document_fromstring(client.get(address).text)
    assert not page.xpath("//link[@rel='canonical']")


def parts(client) -> list[str]:
    answer = client.get("/sitemap.xml")
    assert answer.content_type == "application/xml; charset=utf-8"
    return etree.fromstring(answer.data).xpath("//s:sitemap/s:loc/text()", namespaces=SITEMAP)


def addresses(client, part) -> list[str]:
    root = etree.fromstring(client.get(part.removeprefix("http://localhost")).data)
    for address in root.iterfind("s:url", SITEMAP):
        links = {link.get("hreflang"): link.get("href") for link in address.iterfind("x:link", SITEMAP)}
        assert set(links) == {"en", "es", "fr", "pt", "x-default"}
        assert address.find("s:loc", SITEMAP).text in links.values()
    return root.xpath("//s:url/s:loc/text()", namespaces=SITEMAP)


def test_the_map_lists_every_public_page_in_each_language_and_no_other(client, library, settled):
    settled()
    found = [address for part in parts(client) for address in addresses(client, part)]
    assert len(found) == len(set(found))
    for path in (
        "/", f"/practices/{library.practice.slug}", "/sessions/cam-2026", "/sessions/cam-2026/summary",
        "/sessions/cam-2026/presentations/RCM", f"/documents/{library.document.slug}", "/states/PE", "/mechanisms/rcm",
    ):  # fmt: skip
        assert f"http://localhost{path}?lang=es" in found
    assert not [address for address in found if library.hidden.slug in address or library.closed.slug in address]
    looked_at: set[str] = set()
    for address in found:
        path = address.removeprefix("http://localhost").removesuffix("?lang=pt")
        kind = path.rpartition("/")[0] if path.count("/") > 1 else path  # of States, terms and the like one each
        if address.endswith("lang=pt") and kind not in looked_at:
            looked_at.add(kind)
            assert client.get(f"{path}?lang=pt").status_code == 200, address


# Public pages that the map leaves out, and why.
OF_A_SESSION = "reached from the page of its session"
OF_ANOTHER = "reached from the page that it is of: other versions, what lies between two things"
FILE = "no page"
NOT_LISTED = {
    "circulation.adoption": OF_A_SESSION,
    "floor.statements": OF_A_SESSION,
    "library.agenda": OF_A_SESSION,
    "library.agenda_item": OF_A_SESSION,
    "library.agenda_version": OF_A_SESSION,
    "library.documents": OF_A_SESSION,
    "library.meeting_practices": OF_A_SESSION,
    "library.participants": OF_A_SESSION,
    "library.presentations": OF_A_SESSION,
    "library.question": OF_A_SESSION,
    "library.summary_changes": OF_A_SESSION,
    "library.summary_paragraph": OF_A_SESSION,
    "recommendations.session": OF_A_SESSION,
    "statistics.index": OF_A_SESSION,
    "library.practice_version": OF_ANOTHER,
    "library.practice_versions": OF_ANOTHER,
    "library.presentation_version": OF_ANOTHER,
    "library.presentation_versions": OF_ANOTHER,
    "library.read_document": OF_ANOTHER,
    "map.cell": OF_ANOTHER,
    "map.history": OF_ANOTHER,
    "map.pair": OF_ANOTHER,
    "open_data.release": OF_ANOTHER,
    "floor.statement_file": FILE,
    "open_data.checksums": FILE,
    "open_data.file": FILE,
    "open_data.latest": FILE,
}


def test_every_page_that_visitors_read_is_in_the_map(app, client, contributed, settled):
    """Of each route some address is there, unless it is said above why not."""
    settled()
    found = {
        address.removeprefix("http://localhost").partition("?")[0]
        for part in parts(client)
        for address in addresses(client, part)
    }
    urls = app.url_map.bind("localhost")
    listed = {urls.match(path)[0] for path in found}
    public = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "policy", "") == "public"
        and "GET" in rule.methods
        and rule.endpoint.partition(".")[0] in cards.BLUEPRINTS
        and rule.endpoint not in cards.NO_PAGES
        and "." not in rule.rule
    }
    assert public - listed - set(NOT_LISTED) == set()


def test_the_map_tells_when_a_page_changed_and_forgets_at_once(client, library, settled):
    settled()
    text = client.get("/sitemaps/practice-1.xml").text
    assert "<lastmod>" in text
    library.practice.state = PracticeState.WITHDRAWN
    db.session.commit()
    assert client.get("/sitemaps/practice-1.xml").status_code == 404
    assert not [part for part in parts(client) if "practice" in part]


def test_a_long_map_has_parts(client, library, settled, monkeypatch):
    publish_practice(library.meeting, "CL", number=9)
    publish_practice(library.meeting, "BO", number=10)
    settled()
    monkeypatch.setattr(sitemap, "MOST", 2)
    assert len([part for part in parts(client) if "practice" in part]) == 2
    assert len(addresses(client, "/sitemaps/practice-1.xml")) == 8
    assert len(addresses(client, "/sitemaps/practice-2.xml")) == 4


@pytest.mark.parametrize("path", ["/sitemaps/practice-9.xml", "/sitemaps/none-1.xml", "/sitemaps/pages-2.xml"])
def test_parts_that_are_not_there(client, library, path):
    assert client.get(path).status_code == 404


def test_robots_are_told_where_the_map_is(client):
    text = client.get("/robots.txt").text
    assert "Sitemap: http://localhost/sitemap.xml" in text
    assert "Disallow: /search" in text
    assert "Disallow: /compare" in text
    assert "Disallow: /practices" not in text


def test_the_map_and_what_a_release_holds_are_asked_for_once_while_nothing_happens(app, client, library, settled):
    settled()
    file = f"/open-data/releases/1/{make().files[0].name}"
    app.config["CACHE_PAGES"] = True
    practices = "/sitemaps/practice-1.xml"
    with standing_at(now() + timedelta(minutes=1)):
        numbers: dict[str, list[int]] = {address: [] for address in (file, practices, "/sitemap.xml")}
        for address in (*numbers, *numbers):
            with count_statements() as counted:
                assert client.get(address).status_code == 200
            numbers[address].append(sum("public_records" in one for one in counted.statements))
        assert all(first > 0 and second == 0 for first, second in numbers.values()), numbers
        library.practice.state = PracticeState.WITHDRAWN
        record("withdraw", library.practice, by=SYSTEM)
        db.session.commit()
        assert client.get(file).status_code == 410
        assert client.get(practices).status_code == 404
