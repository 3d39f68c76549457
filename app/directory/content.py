"""What a source says of one subject of one mechanism, as a value: its shape, and what is refused in it.

The content of a fact is a mapping, which travels as it is from the form into a proposal and from there into the
directory: `source` (the key of a source, or a mapping with the title, publisher, date, symbol and url of a new
one), `part`, `stated`, `count`, and `parties`, a list of mappings with `code`, `since` and `until`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LocalizedText
from app.core.texts import clean, fingerprint
from app.core.wording import in_reader_language
from app.directory.enums import StatementSubject
from app.directory.facts import today
from app.directory.models import Mechanism, Party, Source, Statement

Content = Mapping[str, Any]
FACTS = (StatementSubject.MEMBERS, StatementSubject.SECRETARIAT, StatementSubject.PRESIDENCY)
COUNT_LIMIT = 100_000
TEXT_LIMITS = {"publisher": 200, "symbol": 80, "url": 400}
TITLE_LIMIT = 400
PART_LIMIT = 80
_DAY = re.compile(r"(19|20|21)\d\d(-\d\d(-\d\d)?)?", re.ASCII)


def content_of(statement: Statement) -> dict[str, Any]:
    """Return what a statement says, in the shape that `state_fact` takes."""
    return {
        "source": statement.source.key,
        "part": statement.part,
        "stated": statement.stated,
        "count": statement.count,
        "parties": [{"code": row.party.code, "since": row.since, "until": row.until} for row in statement.memberships],
    }


def fingerprint_of(statement: Statement | None) -> str:
    """Return what tells whether a statement has changed since somebody saw it: "" where there is none."""
    return fingerprint(content_of(statement)) if statement else ""


def key_of(source: Any) -> str:
    """Return the key of a source as `content` names it; a new one's follows from what is known of it."""
    return source if isinstance(source, str) else f"added-{fingerprint(source)[:16]}"


def says(statement: Statement, content: Content) -> bool:
    """Whether a statement says just what the content does."""
    return content_of(statement) == {**content, "source": key_of(content["source"])}


def checked(
    mechanism: Mechanism,
    subject: str,
    *,
    source: str | Content,
    parties: Sequence[Mapping[str, str]],
    stated: bool,
    count: int | None,
    part: str,
) -> dict[str, Any]:
    """Return the content in one spelling. Raises Refusal for what `state_fact` refuses."""
    if subject not in FACTS:
        raise Refusal(_l("Lists are kept of members, of the technical secretariat and of the presidency."))
    part = clean(part, lines=False)
    if len(part) > PART_LIMIT:
        raise Refusal(_l("This is longer than %(limit)d characters.", limit=PART_LIMIT), field="part")
    if count is not None and not 0 <= count <= COUNT_LIMIT:
        raise Refusal(_l("Give a number from 0 to %(limit)d.", limit=COUNT_LIMIT), field="count")
    if not stated and (parties or count is not None):
        raise Refusal(_l("Where the source does not say, there is no list and no number."), field="not_stated")
    if parties and count is not None:
        raise Refusal(_l("Give the number only where the source has no list."), field="count")
    if stated and not parties and count is None:
        raise Refusal(_l("Name at least one, give the number, or say that the source does not say."), field="parties")
    return {
        "source": _known_key(source) if isinstance(source, str) else _new_source(source),
        "part": part,
        "stated": stated,
        "count": count,
        "parties": _checked_parties(mechanism, parties),
    }


def _checked_parties(mechanism: Mechanism, rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    known = {code.lower(): party for code, party in parties_named(rows).items()}
    checked: list[dict[str, str]] = []
    periods: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        code, since, until = (clean(row.get(name), lines=False) for name in ("code", "since", "until"))
        if not code:
            raise Refusal(_l("Say who it is in each row that has dates."), field="parties")
        party = known.get(code.lower())
        if party is None:
            raise Refusal(_l("No State, organization or mechanism is known as “%(code)s”.", code=code), field="parties")
        name = in_reader_language(party.label)
        if party.id == mechanism.id:
            raise Refusal(_l("A mechanism cannot stand in its own list: %(party)s.", party=name), field="parties")
        for day in (since, until):
            _check_day(day, name)
        if since and until and since[: len(until)] > until:
            raise Refusal(
                _l(
                    "%(party)s: %(until)s, when it ends, is before %(since)s, when it begins.",
                    party=name,
                    since=since,
                    until=until,
                ),
                field="parties",
            )
        if any(overlap((since, until), other) for other in periods.setdefault(party.code, [])):
            raise Refusal(
                _l("%(party)s is in the list twice for the same time. Give dates that do not overlap.", party=name),
                field="parties",
            )
        periods[party.code].append((since, until))
        checked.append({"code": party.code, "since": since, "until": until})
    return checked


def overlap(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two periods surely share a day; a party may go and come back within one year or month."""
    (first_since, first_until), (second_since, _last) = sorted((one, other))
    if first_since == second_since or not first_until:
        return True
    known = min(len(first_until), len(second_since))
    if first_until[:known] == second_since[:known]:
        return known == len("2014-10-03")
    return first_until[:known] > second_since[:known]


def _check_day(day: str, party: str) -> None:
    if day and not is_day(day):
        raise Refusal(
            _l(
                "%(party)s: “%(day)s” is not a date. Write a year (2014), a month (2014-10) or a day (2014-10-03).",
                party=party,
                day=day,
            ),
            field="parties",
        )


def is_day(text: str) -> bool:
    """Whether a text is a date as sources give them: a year, a month or a day that exists."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def parties_named(rows: Sequence[Mapping[str, str]]) -> dict[str, Party]:
    """Code -> party, for the codes of the rows in whatever case they are written."""
    codes = {clean(row.get("code"), lines=False).lower() for row in rows}
    found = db.session.scalars(sa.select(Party).where(sa.func.lower(Party.code).in_(codes)))
    return {party.code: party for party in found}


def _known_key(key: str) -> str:
    if not key or db.session.scalar(sa.select(Source.id).where(Source.key == key)) is None:
        raise Refusal(_l("Choose the source that says this, or describe a new one."), field="source")
    return key


def _new_source(told: Content) -> dict[str, Any]:
    """Return a new source's facts in one spelling. Raises Refusal where one is missing or wrong."""
    titles = {code: clean(text, lines=False) for code, text in (told.get("title") or {}).items()}
    texts = {name: clean(told.get(name), lines=False) for name in ("publisher", "date", *TEXT_LIMITS)}
    if not any(titles.values()):
        raise Refusal(_l("Write the title of the new source in at least one language."), field="title")
    if any(len(text) > TITLE_LIMIT for text in titles.values()):
        raise Refusal(_l("This is longer than %(limit)d characters.", limit=TITLE_LIMIT), field="title")
    if not texts["publisher"]:
        raise Refusal(_l("Say who published the new source."), field="publisher")
    for name, limit in TEXT_LIMITS.items():
        if len(texts[name]) > limit:
            raise Refusal(_l("This is longer than %(limit)d characters.", limit=limit), field=name)
    if not is_day(texts["date"]):
        raise Refusal(
            _l("Date the new source: write a year (2014), a month (2014-10) or a day (2014-10-03)."), field="date"
        )
    if texts["date"] > today():
        raise Refusal(_l("The new source is dated in the future."), field="date")
    if texts["url"] and not is_web_address(texts["url"]):
        raise Refusal(_l("Write the whole address: it begins with https://."), field="url")
    return {"title": dict(LocalizedText(titles)), **texts}


def is_web_address(text: str) -> bool:
    """Whether a text is a whole address of the web."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in text
