"""The directory as tables: what goes out comes back the same."""

import io

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.db import db
from app.core.localized import LANGUAGES
from app.core.texts import clean
from app.directory.enums import Extent, StatementSubject
from app.directory.exchange import TABLES, read
from app.directory.exchange_check import check
from app.directory.models import (
    Alias,
    Event,
    Involvement,
    Mechanism,
    Membership,
    Organization,
    Party,
    Source,
    Statement,
    Tag,
    VocabularyItem,
    WorkingGroup,
    group_chairs,
)
from app.directory.reference import load_reference_data
from app.map.exchange_files import table_as_csv, tables_in, workbook
from tests.directory.tables import sheet, take


def empty_directory() -> None:
    for table in (
        *(Tag.__table__, group_chairs, WorkingGroup.__table__, Membership.__table__, Statement.__table__),
        *(Alias.__table__, Involvement.__table__, Event.__table__, VocabularyItem.__table__),
        *(Organization.__table__, Mechanism.__table__),
    ):
        db.session.execute(sa.delete(table))
    db.session.execute(sa.update(Party.__table__).values(parent_id=None))
    db.session.execute(sa.delete(Party.__table__))
    db.session.execute(sa.delete(Source.__table__))
    db.session.expire_all()
    db.session.expunge_all()


def test_the_reference_data_go_out_and_come_back_the_same(app):
    first = workbook()
    assert workbook() == first
    rows = {name: len(found) for name, found in read().items()}
    assert rows["places"] > 200
    assert rows["involvement"] == 29 * 26
    empty_directory()
    plan = take(tables_in(io.BytesIO(first))[1])
    assert {name: plan.added(name) for name in TABLES} == rows
    assert workbook() == first
    assert load_reference_data() == 0
    assert not check(tables_in(io.BytesIO(first))[1]).does_something


@pytest.mark.parametrize("name", TABLES)
def test_a_table_as_csv_says_what_the_directory_says(app, name):
    kind, sheets = tables_in(io.BytesIO(table_as_csv(name)))
    assert (kind, list(sheets)) == ("csv", [name])
    plan = check(sheets)
    assert (plan.problems, plan.does_something, plan.unchanged) == ([], False, {name: len(read()[name])})


FRAGMENTS = (
    "a",
    "é",
    "=1+1",
    "'",
    "-",
    "@x",
    "+",
    ";",
    ",",
    '"',
    "\n",
    "_x0041_",
    "<&>",
    "中",
    "🌎",
    "  ",
    "yes",
    "1",
    "\xa0",
)
lines_of_text = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=5).map(lambda parts: clean("".join(parts)))
words = lines_of_text.map(lambda text: text.replace("\n", " ")).filter(bool)
days = st.sampled_from(["1951", "2014-10", "2023-05-09"])


def localized(draw, name: str, *, needed: bool = True) -> dict[str, str]:
    texts = {code: draw(lines_of_text) if draw(st.booleans()) else "" for code in LANGUAGES}
    if needed and not any(texts.values()):
        texts["es"] = draw(lines_of_text.filter(bool))
    return {f"{name}_{code}": text for code, text in texts.items()}


@st.composite
def directories(draw):
    """A small directory, as rows of tables that are all right."""

    def pick(items):
        return draw(st.sampled_from(list(items)))

    def some(items, most=3):
        return draw(st.lists(st.sampled_from(list(items)), unique=True, max_size=most))

    sources = [
        {
            "key": key,
            **localized(draw, "title"),
            "publisher": draw(words),
            "date": draw(days),
            "symbol": pick(["", "=A/RES/1"]),
            "url": pick(["", "https://example.org/a?b=1"]),
        }
        for key in ("s1", "=s2")
    ]
    keys = [row["key"] for row in sources]
    parties = []
    blank = dict.fromkeys(TABLES["parties"].columns, "")
    kinds = {
        "M1": "mechanism",
        "PE": "state",
        "O 1": "organization",
        "AW": "territory",
        "m2": "mechanism",
        "MX": "state",
    }
    for code in draw(st.permutations(list(kinds))):
        kind = kinds[code]
        row = blank | {"kind": kind, "code": code, "reference_code": draw(words)}
        row |= localized(draw, "names")
        row |= {name: f"{code} {text}" if text else "" for name, text in localized(draw, "short_names").items()}
        if kind in ("mechanism", "organization"):
            row |= {"source": pick(keys), "founded": pick(["", "1951"]), "ended": pick(["", "2016-12-31"])}
            row["parent"] = {"M1": pick(["", "O 1"]), "m2": pick(["", "M1"]), "O 1": ""}[code]
        if kind == "organization":
            row |= {"organization_kind": "other", "mandate_source": pick(["", *keys])} | localized(
                draw, "mandate", needed=False
            )
        if kind == "mechanism":
            row |= {"mechanism_kind": "forum", "slug": code.lower(), "dates_source": pick(["", *keys])}
            row |= localized(draw, "about", needed=False)
        parties.append(row)
    terms = some([("issues", "1"), ("issues", "2"), ("themes", "T1"), ("a", "1")], 4)
    vocabularies = [
        {
            "vocabulary": name,
            "code": code,
            "position": str(draw(st.integers(0, 9))),
            **localized(draw, "title"),
            "source": pick(keys),
            "related": " ".join(f"{other}:{its}" for other, its in some(terms)),
        }
        for name, code in terms
    ]
    aliases = [
        {
            "mechanism": mechanism,
            "source": source,
            **dict(zip([f"names_{code}" for code in LANGUAGES], ["", *names], strict=True)),
        }
        for mechanism, source, names in some(
            [(m, s, n) for m in ("M1", "m2") for s in keys for n in (("a", "", "b"), ("=b", "", ""))]
        )
    ]
    statements, places, groups, tags = [], [], [], []
    subjects = [item.value for item in StatementSubject]
    chosen = some(
        [(m, subject, s, part) for m in ("M1", "m2") for subject in subjects for s in keys for part in ("", "annex")], 8
    )
    for mechanism, subject, source, part in chosen:
        about = {"mechanism": mechanism, "source": source, "part": part}
        said = pick(["silent", "number", "list"])
        statements.append(
            {
                **about,
                "subject": subject,
                "stated": "no" if said == "silent" else "yes",
                "count": "18" if said == "number" else "",
                **localized(draw, "label", needed=False),
            }
        )
        if said != "list":
            continue
        if subject == "groups":
            for number in some(["1", "2", "10"]):
                group = {"number": number, "group_kind": "axis", "chairs": "; ".join(sorted(some(["PE", "O 1", "MX"])))}
                groups.append({**about, **group, **localized(draw, "names"), **localized(draw, "pillar", needed=False)})
        elif subject != "themes":
            for code in some(["PE", "MX", "O 1", "AW"], 4):
                for since, until in pick(
                    [[("", "")], [("2010", "2011"), ("2014-10", "")], [("", "2009"), ("2016", "2016")]]
                ):
                    places.append({**about, "subject": subject, "party": code, "since": since, "until": until})
    for row in statements:
        if row["subject"] == "themes" and (row["stated"], row["count"]) == ("yes", ""):
            own = [group for group in groups if group["mechanism"] == row["mechanism"]]
            for term in vocabularies:
                group = pick([None, *own])
                tags.append(
                    {
                        **{name: row[name] for name in ("mechanism", "source", "part")},
                        "vocabulary": term["vocabulary"],
                        "term": term["code"],
                        "group_source": group["source"] if group else "",
                        "group_part": group["part"] if group else "",
                        "group_number": group["number"] if group else "",
                    }
                )
    involvement = [
        {
            "organization": "O 1",
            "issue": term["code"],
            "source": pick(keys),
            "printed": pick(Extent).value,
            **localized(draw, "doubt", needed=False),
            **pick(
                [{"corrected": "", "reason": ""}, {"corrected": "none", "reason": draw(lines_of_text.filter(bool))}]
            ),
        }
        for term in vocabularies
        if term["vocabulary"] == "issues"
    ]
    events = [
        {
            "date": day,
            "until": pick(["", "2024"]),
            "event_kind": "meeting",
            **{f"title_{code}": "" for code in LANGUAGES},
            "title_pt": title,
            **localized(draw, "place", needed=False),
            "party": pick(["", "M1", "O 1"]),
            "host": pick(["", "AW", "PE"]),
            "source": pick(keys),
        }
        for day, title in some([("1951", "a"), ("1951", "=b"), ("2014-10", "a")])
    ]
    found = {
        "sources": sources,
        "parties": parties,
        "vocabularies": vocabularies,
        "aliases": aliases,
        "statements": statements,
        "places": places,
        "groups": groups,
        "tags": tags,
        "involvement": involvement,
        "events": events,
    }
    return {name: rows for name, rows in found.items() if rows}


def in_order(rows):
    return sorted(tuple(sorted(row.items())) for row in rows)


def test_any_directory_goes_out_and_comes_back_the_same(app):
    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(directories())
    def comes_back(directory) -> None:
        empty_directory()
        take({name: sheet(*rows) for name, rows in directory.items()})
        assert {name: in_order(row.row for row in rows) for name, rows in read().items() if rows} == {
            name: in_order(rows) for name, rows in directory.items()
        }
        first = workbook()
        singles = {name: table_as_csv(name) for name in TABLES}
        empty_directory()
        take(tables_in(io.BytesIO(first))[1])
        assert workbook() == first
        empty_directory()
        for name, content in singles.items():
            assert list(take(tables_in(io.BytesIO(content))[1]).lines) == [name]
        assert {name: table_as_csv(name) for name in TABLES} == singles
        db.session.rollback()

    comes_back()
