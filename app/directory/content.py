"""What a source says of one subject of one mechanism, as a value: its shape, and what is refused in it.

The content of a fact is a mapping, which travels as it is from the form into a proposal and from there into the
directory: `source` (the key of a source, or a mapping with the title, publisher, date, symbol and url of a new
one), `part`, `stated`, `count`, `label` (what the source calls it, by language; None: as it is), and a list, which
is called by what the subject is:

- `parties`: mappings with `code`, `since` and `until`;
- `groups`: mappings with `number`, `kind`, `names` and `pillar` (by language) and `chairs` (codes);
- `tags`: mappings with `term` ("themes:T1") and `group` ("" for the whole mechanism, else as `group_key` names it).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LocalizedText
from app.core.texts import clean, fingerprint
from app.core.wording import in_reader_language
from app.directory.enums import GroupKind, StatementSubject
from app.directory.exchange import TEXT_LIMIT
from app.directory.facts import today
from app.directory.models import Mechanism, Party, Source, Statement, VocabularyItem, WorkingGroup

Content = Mapping[str, Any]
FACTS = (StatementSubject.MEMBERS, StatementSubject.SECRETARIAT, StatementSubject.PRESIDENCY)
# Subject -> the list that its content has.
LISTS = {
    **dict.fromkeys(FACTS, "parties"),
    StatementSubject.GROUPS: "groups",
    StatementSubject.THEMES: "tags",
}
COUNT_LIMIT = 100_000
TEXT_LIMITS = {"publisher": 200, "symbol": 80, "url": 400}
TITLE_LIMIT = 400
PART_LIMIT = 80
NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
_DAY = re.compile(r"(19|20|21)\d\d(-\d\d(-\d\d)?)?", re.ASCII)


def content_of(statement: Statement) -> dict[str, Any]:
    """Return what a statement says, in the shape that `state_fact` takes."""
    return {
        "source": statement.source.key,
        "part": statement.part,
        "stated": statement.stated,
        "count": statement.count,
        "label": dict(statement.label),
        LISTS[statement.subject]: _list_of(statement),
    }


def _list_of(statement: Statement) -> list[dict[str, Any]]:
    if statement.subject is StatementSubject.GROUPS:
        return [
            {
                "number": row.number,
                "kind": row.group_kind.value,
                "names": dict(row.names),
                "pillar": dict(row.pillar),
                "chairs": sorted(party.code for party in row.chairs),
            }
            for row in statement.groups
        ]
    if statement.subject is StatementSubject.THEMES:
        return [
            {"term": term_key(row.item), "group": group_key(row.working_group) if row.working_group else ""}
            for row in statement.tags
        ]
    return [{"code": row.party.code, "since": row.since, "until": row.until} for row in statement.memberships]


def term_key(item: VocabularyItem) -> str:
    """Return what names a term in contents."""
    return f"{item.vocabulary}:{item.code}"


def group_key(group: WorkingGroup) -> str:
    """Return what names a group of a mechanism in contents: its number, then where it is numbered so."""
    return f"{group.number} {group.statement.source.key} {group.statement.part}".rstrip()


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
    stated: bool = True,
    count: int | None = None,
    part: str = "",
    label: Content | None = None,
    parties: Sequence[Content] = (),
    groups: Sequence[Content] = (),
    tags: Sequence[Content] = (),
) -> dict[str, Any]:
    """Return the content in one spelling. Raises Refusal for what `state_fact` refuses."""
    if subject not in LISTS:
        raise Refusal(_l("A statement is about members, groups, themes, the technical secretariat or the presidency."))
    name = LISTS[StatementSubject(subject)]
    rows = {"parties": parties, "groups": groups, "tags": tags}[name]
    part = clean(part, lines=False)
    if len(part) > PART_LIMIT:
        raise Refusal(_l("This is longer than %(limit)d characters.", limit=PART_LIMIT), field="part")
    if count is not None and not 0 <= count <= COUNT_LIMIT:
        raise Refusal(_l("Give a number from 0 to %(limit)d.", limit=COUNT_LIMIT), field="count")
    if not stated and (rows or count is not None):
        raise Refusal(_l("Where the source does not say, there is no list and no number."), field="not_stated")
    if rows and count is not None:
        raise Refusal(_l("Give the number only where the source has no list."), field="count")
    if stated and not rows and count is None:
        raise Refusal(_l("Name at least one, give the number, or say that the source does not say."), field=name)
    return {
        "source": _known_key(source) if isinstance(source, str) else _new_source(source),
        "part": part,
        "stated": stated,
        "count": count,
        "label": None if label is None else _texts(label, "label"),
        name: _CHECKS[name](mechanism, rows),
    }


def _texts(told: Content | None, field: str) -> dict[str, str]:
    """Return a text in some languages in one spelling."""
    texts = LocalizedText({code: clean(text, lines=False) for code, text in (told or {}).items()})
    if any(len(text) > TEXT_LIMIT for text in texts.values()):
        raise Refusal(_l("This is longer than %(limit)d characters.", limit=TEXT_LIMIT), field=field)
    return dict(texts)


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


def _checked_groups(mechanism: Mechanism, rows: Sequence[Content]) -> list[dict[str, Any]]:
    known = {code.lower(): code for code in parties_named({"code": code} for row in rows for code in row["chairs"])}
    checked: dict[int, dict[str, Any]] = {}
    for row in rows:
        written = str(row["number"])
        if not NUMBER.fullmatch(written) or int(written) > COUNT_LIMIT:
            message = _l("Give each group a number from 0 to %(limit)d.", limit=COUNT_LIMIT)
            raise Refusal(message, field="groups")
        number, names = int(written), _texts(row["names"], "groups")
        if number in checked:
            raise Refusal(_l("Two groups have the number %(number)d.", number=number), field="groups")
        if not names:
            message = _l("Group %(number)d: write its name in at least one language.", number=number)
            raise Refusal(message, field="groups")
        if row["kind"] not in list(GroupKind):
            raise Refusal(_l("Group %(number)d: choose its kind.", number=number), field="groups")
        chairs = {clean(code, lines=False) for code in row["chairs"]} - {""}
        if unknown := next((code for code in sorted(chairs) if code.lower() not in known), None):
            message = _l("No State, organization or mechanism is known as “%(code)s”.", code=unknown)
            raise Refusal(message, field="groups")
        checked[number] = {
            "number": number,
            "kind": str(row["kind"]),
            "names": names,
            "pillar": _texts(row["pillar"], "groups"),
            "chairs": sorted({known[code.lower()] for code in chairs}),
        }
    return [checked[number] for number in sorted(checked)]


def _checked_tags(mechanism: Mechanism, rows: Sequence[Content]) -> list[dict[str, Any]]:
    terms, groups = terms_named(rows), groups_of(mechanism.id)
    checked: list[dict[str, Any]] = []
    for row in rows:
        term, group = (clean(row.get(name), lines=False) for name in ("term", "group"))
        if not term:
            raise Refusal(_l("Choose the term in each row that names a group."), field="tags")
        if term not in terms:
            raise Refusal(_l("No vocabulary has the term “%(code)s”.", code=term), field="tags")
        if group and group not in groups:
            raise Refusal(_l("No source gives the mechanism the group “%(group)s”.", group=group), field="tags")
        told = {"term": term, "group": group}
        if told in checked:
            name = in_reader_language(terms[term].title)
            raise Refusal(_l("%(term)s is in the list twice for the same group.", term=name), field="tags")
        checked.append(told)
    return checked


_CHECKS = {"parties": _checked_parties, "groups": _checked_groups, "tags": _checked_tags}


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


def parties_named(rows: Iterable[Mapping[str, str]]) -> dict[str, Party]:
    """Code -> party, for the codes of the rows in whatever case they are written."""
    codes = {clean(row.get("code"), lines=False).lower() for row in rows}
    found = db.session.scalars(sa.select(Party).where(sa.func.lower(Party.code).in_(codes)))
    return {party.code: party for party in found}


def terms_named(rows: Iterable[Mapping[str, str]]) -> dict[str, VocabularyItem]:
    """Key -> term, for the terms of the rows."""
    keys = [clean(row.get("term"), lines=False).partition(":") for row in rows]
    named = sa.tuple_(VocabularyItem.vocabulary, VocabularyItem.code)
    wanted = sorted({(vocabulary, code) for vocabulary, _colon, code in keys})
    return {term_key(item): item for item in db.session.scalars(sa.select(VocabularyItem).where(named.in_(wanted)))}


def groups_of(mechanism_id: int) -> dict[str, WorkingGroup]:
    """Key -> group, for all that sources list of a mechanism; the first list first."""
    found = db.session.scalars(
        sa.select(WorkingGroup)
        .join(WorkingGroup.statement)
        .join(Statement.source)
        .where(Statement.mechanism_id == mechanism_id)
        .order_by(Statement.id, WorkingGroup.number)
        .options(orm.contains_eager(WorkingGroup.statement).contains_eager(Statement.source))
    )
    return {group_key(group): group for group in found}


def _known_key(key: str) -> str:
    if not key or db.session.scalar(sa.select(Source.id).where(Source.key == key)) is None:
        raise Refusal(_l("Choose the source that says this, or describe a new one."), field="source")
    return key


def _new_source(told: Content) -> dict[str, Any]:
    """Return a new source's facts in one spelling. Raises Refusal where one is missing or wrong."""
    titles = _texts(told.get("title"), "title")
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
    return {"title": titles, **texts}


def is_web_address(text: str) -> bool:
    """Whether a text is a whole address of the web."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in text
