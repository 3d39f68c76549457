"""Atom feeds (RFC 4287), with the links to their other pages (RFC 5005)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from urllib.parse import quote, urlsplit

from flask import Response, current_app
from lxml import etree

from app.core.localized import LocalizedText
from app.core.texts import for_xml
from app.core.wording import in_reader_language
from app.following.news import Found
from app.library.labels import HIT_KINDS

ATOM = "http://www.w3.org/2005/Atom"
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
# What an empty feed says it was changed at: it has to say something, and the same for ever.
NEVER = datetime(2026, 1, 1, tzinfo=UTC)
SUMMARY = 400  # characters


@dataclass(frozen=True)
class Feed:
    """A feed as it is written. `name`: of which its id is made; `links`: relation -> whole address."""

    name: str
    title: str
    language: str
    links: Mapping[str, str]
    things: Sequence[Found]


def _id(name: str) -> str:
    """A tag (RFC 4151): the same for ever, whatever the address becomes."""
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    return f"tag:{host},2026:{quote(name, safe=':/')}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def written(feed: Feed) -> bytes:
    """Return a feed as XML; the same things give the same bytes."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", feed.language)
    _add(root, "id", _id(f"feed:{feed.language}:{feed.name}"))
    _add(root, "title", feed.title)
    _add(root, "updated", _moment(_changed_at(feed)))
    _add(_add(root, "author"), "name", "Plenaria")
    for relation, address in feed.links.items():
        kind = "text/html" if relation == "alternate" else "application/atom+xml"
        _add(root, "link", rel=relation, href=address, type=kind)
    for thing in feed.things:
        entry = _add(root, "entry")
        entry.set("{http://www.w3.org/XML/1998/namespace}lang", thing.language)
        _add(entry, "id", _id(f"{thing.kind}:{thing.key}"))
        _add(entry, "title", thing.title)
        _add(entry, "published", _moment(thing.published_at))
        _add(entry, "updated", _moment(thing.changed_at))
        _add(entry, "link", rel="alternate", href=thing.whole_url, type="text/html", hreflang=thing.language)
        _add(entry, "category", term=thing.kind, label=str(HIT_KINDS.get(thing.kind, thing.kind)))
        if where := in_reader_language(LocalizedText(thing.context)):
            _add(_add(entry, "author"), "name", where)
        if thing.text:
            _add(
                entry,
                "summary",
                thing.text if len(thing.text) <= SUMMARY else f"{thing.text[:SUMMARY].rsplit(' ', 1)[0]} …",
            )
    return cast(bytes, etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{ATOM}}}{name}", **attributes)
    if text:
        child.text = for_xml(text)
    return child


def _changed_at(feed: Feed) -> datetime:
    """When anything in it was published or changed last."""
    return max((thing.changed_at for thing in feed.things), default=NEVER)


def as_response(feed: Feed) -> Response:
    """Return a feed. Its mark it gets as pages do (core/validating.py), of what it says: when something was published
    last tells nothing of what was withdrawn since."""
    return Response(written(feed), content_type=CONTENT_TYPE)
