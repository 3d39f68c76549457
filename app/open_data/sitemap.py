"""The map of the site for search engines: every public reading page, in each language.

Source of the rules: https://www.sitemaps.org/protocol.html; alternates as search engines read them in it.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import url_for
from markupsafe import escape
from werkzeug.exceptions import NotFound

from app.core.db import db
from app.core.localized import LANGUAGES
from app.directory.enums import PartyKind
from app.directory.models import Mechanism, Party
from app.open_data.cards import address_in
from app.open_data.catalogue import public_now
from app.open_data.enums import RecordKind
from app.open_data.models import PublicRecord
from app.open_data.oai import utc

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
MOST = 2_500  # pages in a part: 10,000 addresses in four languages, some megabytes; 50,000 are allowed
PAGES = "pages"
# Pages that are always there.
STANDING = (
    "library.home", "library.meetings", "library.practices", "library.mechanisms", "library.organizations",
    "map.pictures", "open_data.home", "open_data.codebook_page",
)  # fmt: skip


class Line(NamedTuple):
    """A page, and when it changed last where that is known."""

    path: str
    changed_at: datetime | None = None


PATHS: dict[RecordKind, Callable[[str], str]] = {
    RecordKind.SESSION: lambda key: f"/sessions/{key}",
    RecordKind.PRACTICE: lambda key: f"/practices/{key}",
    RecordKind.PRESENTATION: lambda key: "/sessions/{}/presentations/{}".format(*key.split(":", 1)),
    RecordKind.SUMMARY: lambda key: f"/sessions/{key}/summary",
    RecordKind.DOCUMENT: lambda key: f"/documents/{key}",
}


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
    parts = [(PAGES, 1)]
    for kind in RecordKind:
        count = (
            db.session.scalar(sa.select(sa.func.count()).select_from(_recorded(kind).order_by(None).subquery())) or 0
        )
        parts += [(kind.value, number) for number in range(1, -(-count // MOST) + 1)]
    paths = [url_for("open_data.sitemap_part", name=name, number=number) for name, number in parts]
    lines = [f"<sitemap><loc>{escape(address_in(path, ''))}</loc></sitemap>" for path in paths]
    return f"{HEAD}<sitemapindex {SITEMAP}>\n" + "\n".join(lines) + "\n</sitemapindex>\n"


def part(name: str, number: int) -> Iterator[str]:
    """Yield a part of the map. Raises NotFound for one that is not there."""
    if name == PAGES and number == 1:
        lines: Iterable[Line] = _standing()
    elif name in set(RecordKind):
        kind = RecordKind(name)
        rows = db.session.execute(_recorded(kind).limit(MOST).offset((number - 1) * MOST)).all()
        if not rows:
            raise NotFound
        lines = [Line(PATHS[kind](key), changed_at) for key, changed_at in rows]
    else:
        raise NotFound
    return _written(lines)


def _standing() -> list[Line]:
    lines = [Line(url_for(endpoint)) for endpoint in STANDING]
    table = Mechanism.__table__
    lines += [
        Line(f"/mechanisms/{slug}") for slug in db.session.scalars(sa.select(table.c.slug).order_by(table.c.slug))
    ]
    parties = sa.select(Party.kind, Party.code).where(Party.kind != PartyKind.MECHANISM).order_by(Party.code)
    for kind, code in db.session.execute(parties):
        if kind in (PartyKind.STATE, PartyKind.TERRITORY):
            lines.append(Line(f"/states/{code}"))
        elif kind is PartyKind.ORGANIZATION:
            lines.append(Line(f"/organizations/{code}"))
    return lines


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
