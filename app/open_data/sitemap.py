"""The map of the site for search engines: every public reading page, in each language.

Source of the rules: https://www.sitemaps.org/protocol.html; alternates as search engines read them in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app, url_for
from markupsafe import escape
from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule

from app.core.db import db
from app.core.localized import LANGUAGES
from app.directory.enums import PartyKind
from app.directory.models import Mechanism, Party, VocabularyItem
from app.library.naming import TERM_PAGES
from app.map.overlap_pages import VOCABULARIES
from app.meetings.models import Meeting
from app.meetings.queries import visible_to as meeting_visible
from app.open_data.cards import BLUEPRINTS, NO_PAGES, address_in
from app.open_data.catalogue import VISITOR, public_now, while_nothing_happens
from app.open_data.enums import RecordKind
from app.open_data.models import PublicRecord
from app.open_data.oai import utc
from app.open_data.paths import path_of
from app.recommendations.models import CarriedRecommendation
from app.recommendations.queries import carried_ids

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
NOT_FOR_ROBOTS = (
    "/search", "/compare", "/sign-in", "/language/", "/calendar/", "/handed/", "/clearance/", "/statements/hand-in",
    "/unsubscribe/", "/feeds/own/", "/oai",
)  # fmt: skip
MOST = 2_500  # pages in a part: 10,000 addresses in four languages, some megabytes; 50,000 are allowed
PAGES = "pages"
# What has pages of its own; reports stand on the pages of recommendations.
KINDS = tuple(kind for kind in RecordKind if kind is not RecordKind.REPORT)


class Line(NamedTuple):
    """A page, and when it changed last where that is known."""

    path: str
    changed_at: datetime | None = None


def _recorded(kind: RecordKind) -> Any:
    """Key and moment of the last change of what is public of a kind, as the catalogue and visibility agree."""
    found = public_now(kind).subquery()
    row = PublicRecord
    return (
        sa.select(row.key, row.stamped_at)
        .join(found, sa.and_(row.kind == kind, row.key == found.c.key))
        .where(~row.gone)
        .order_by(row.id)
    )


def index() -> str:
    """Return the map of the maps."""
    paths = [url_for("open_data.sitemap_part", name=name, number=number) for name, number in _parts()]
    lines = [f"<sitemap><loc>{escape(address_in(path, ''))}</loc></sitemap>" for path in paths]
    return f"{HEAD}<sitemapindex {SITEMAP}>\n" + "\n".join(lines) + "\n</sitemapindex>\n"


def _parts() -> list[tuple[str, int]]:
    """Name and number of each part."""

    def count() -> dict[str, int]:
        counted = {PAGES: len(_standing())}
        for kind in KINDS:
            rows = _recorded(kind).order_by(None).subquery()
            counted[kind.value] = db.session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0
        return counted

    found = while_nothing_happens("sitemap", count)
    return [(name, number) for name, rows in found.items() for number in range(1, -(-rows // MOST) + 1)]


def part(name: str, number: int) -> Iterator[str]:
    """Yield a part of the map. Raises NotFound for one that is not there."""
    if name != PAGES and name not in KINDS:
        raise NotFound
    lines = while_nothing_happens(f"sitemap {name} {number}", lambda: _lines(name, number))
    if not lines:
        raise NotFound
    return _written(lines)


def _lines(name: str, number: int) -> Sequence[Line]:
    first = (number - 1) * MOST
    if first < 0 or number > MOST:
        return []
    if name == PAGES:
        return _standing()[first : first + MOST]
    kind = RecordKind(name)
    rows = db.session.execute(_recorded(kind).limit(MOST).offset(first)).all()
    return [Line(path_of(kind, key), changed_at) for key, changed_at in rows]


def _is_page(rule: Rule) -> bool:
    """Whether a route is of a page that visitors read, and no file or tool."""
    view = current_app.view_functions[rule.endpoint]
    public = getattr(view, "policy", "") == "public" and "GET" in (rule.methods or ())
    apart = "." in rule.rule or rule.rule.startswith(NOT_FOR_ROBOTS) or rule.endpoint in NO_PAGES
    return public and not apart and rule.endpoint.partition(".")[0] in BLUEPRINTS


def _standing() -> list[Line]:
    """Pages that are always there, and those of what the directory has and of recommendations."""
    lines = [Line(rule.rule) for rule in current_app.url_map.iter_rules() if not rule.arguments and _is_page(rule)]
    table = Mechanism.__table__
    convene = sa.exists().where(Meeting.mechanism_id == table.c.id, meeting_visible(VISITOR))
    for slug, convenes in db.session.execute(sa.select(table.c.slug, convene).order_by(table.c.slug)):
        lines.append(Line(url_for("library.mechanism", slug=slug)))
        if convenes:
            lines.append(Line(url_for("library.body", slug=slug)))
    parties = sa.select(Party.kind, Party.code).where(Party.kind != PartyKind.MECHANISM).order_by(Party.code)
    for kind, code in db.session.execute(parties):
        if kind in (PartyKind.STATE, PartyKind.TERRITORY):
            lines.append(Line(url_for("library.state", code=code)))
        elif kind is PartyKind.ORGANIZATION:
            lines.append(Line(url_for("library.organization", code=code)))
    terms = sa.select(VocabularyItem.vocabulary, VocabularyItem.code).order_by(VocabularyItem.id)
    for vocabulary, code in db.session.execute(terms):
        if vocabulary in TERM_PAGES:
            lines.append(Line(url_for(TERM_PAGES[vocabulary], code=code)))
        elif vocabulary in VOCABULARIES:
            lines.append(Line(url_for("map.term", vocabulary=vocabulary, code=code)))
    numbers = db.session.scalars(carried_ids(VISITOR).order_by(CarriedRecommendation.id))
    return [*lines, *(Line(url_for("recommendations.show", carried_id=number)) for number in numbers)]


def _written(lines: Iterable[Line]) -> Iterator[str]:
    yield f"{HEAD}<urlset {SITEMAP} {XHTML}>\n"
    for line in lines:
        changed = f"<lastmod>{utc(line.changed_at)}</lastmod>" if line.changed_at else ""
        addresses = [(code, str(escape(address_in(line.path, code)))) for code in LANGUAGES]
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href="{address}"/>'
            for code, address in [*addresses, ("x-default", str(escape(address_in(line.path, ""))))]
        )
        for _code, address in addresses:
            yield f"<url><loc>{address}</loc>{changed}{others}</url>\n"
    yield "</urlset>\n"
