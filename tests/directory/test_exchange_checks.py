"""What is wrong with a table is told row by row, and nothing of it is imported; what is right is imported whole."""

import io

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core.db import db
from app.core.localized import LANGUAGES
from app.core.sheets import csv_bytes
from app.core.tables import Formula, Sheet
from app.directory.enums import StatementSubject
from app.directory.exchange import read
from app.directory.exchange_check import check
from app.directory.exchange_reading import MOST_PROBLEMS
from app.directory.history import changes_of_mechanism
from app.directory.models import Organization, State
from app.directory.queries import mechanism_by_slug, organization_by_code, party_by_code
from app.directory.reference import load_reference_data
from app.map.exchange_files import tables_in
from tests.directory.tables import NOTE, PAPER, held, problems, sheet, statement, take

MEMBERS = {"mechanism": "RCM", "subject": "members", "source": NOTE, "part": ""}
PRESIDENCY = {"mechanism": "RCM", "subject": "presidency", "source": PAPER, "part": ""}
SAID = {**PRESIDENCY, "stated": "yes", "count": ""}


def place(code: str = "MX", since: str = "", until: str = "", **more: str) -> dict[str, str]:
    return {**MEMBERS, "party": code, "since": since, "until": until, **more}


def another(like: str, code: str, **more: str) -> dict[str, str]:
    """A new party that is like one of the directory but for its code and short names."""
    short = {f"short_names_{language}": code for language in LANGUAGES}
    return {**held("parties", code=like), **short, "code": code, **more}


def mechanism(code: str = "NEW", **more: str) -> dict[str, str]:
    return another("RCM", code, **{"slug": code.lower(), **more})


def source(**more: str) -> dict[str, str]:
    return {**held("sources", key=NOTE), **more}


def of(table: str, wanted: dict[str, str], **more: str) -> dict[str, str]:
    """The row of the directory that has the wanted cells, with others in it."""
    return {**held(table, **wanted), **more}


def organization(**more: str) -> dict[str, str]:
    return {**held("parties", code="IOM"), **more}


GROUP = {"mechanism": "RCM", "number": "1"}
TAG = {"mechanism": "RCM", "term": "T5"}
CELL = {"organization": "IOM", "issue": "1"}
TERM = {"vocabulary": "themes", "code": "T1"}
PERU, OAS, CONVENTION = {"code": "PE"}, {"code": "OAS"}, {"date": "1951-07-28"}
TITLES = ("title_en", "title_es", "title_fr", "title_pt")
ALIAS = {"mechanism": "RCM", "source": NOTE, "names_en": "x"}
SILENCE = "no list and no number"
# What is wrong with one row of a table: the row, the column that is named, and words of the sentence.
WRONG = {
    "source without a title": ("sources", lambda: source(**dict.fromkeys(TITLES, "")), "title_en", "empty"),
    "source without a publisher": ("sources", lambda: source(publisher=" "), "publisher", "empty"),
    "source of no date": ("sources", lambda: source(date="2023-02-30"), "date", "not a date"),
    "source of a month in words": ("sources", lambda: source(date="Apr-23"), "date", "not a date"),
    "source at a script": ("sources", lambda: source(url="javascript:alert(1)"), "url", "https://"),
    "publisher too long": ("sources", lambda: source(publisher="x" * 201), "publisher", "the limit is 200"),
    "title too long": ("sources", lambda: source(title_es="x" * 4001), "title_es", "the limit is 4000"),
    "unknown source": ("parties", lambda: mechanism(source="nowhere"), "source", "No source has the key “nowhere”"),
    "formula for a source": ("parties", lambda: mechanism(source="=A1"), "source", "No source has the key “=A1”"),
    "calculated cell": ("parties", lambda: mechanism(names_en=Formula("=A1")), "names_en", "formula"),
    "unknown kind": ("parties", lambda: mechanism(kind="party"), "kind", "none of these: state, territory"),
    "acronym in another case": ("parties", lambda: mechanism("rcm", slug="other"), "code", "Another party"),
    "acronym with a slash": ("parties", lambda: mechanism("A/B", slug="ab"), "code", "neither"),
    "slug of another": ("parties", lambda: mechanism(slug="sacm"), "slug", "Another mechanism has this slug"),
    "slug with a space": ("parties", lambda: mechanism(slug="a b"), "slug", "small letters"),
    "mechanism without a slug": ("parties", lambda: mechanism(slug=""), "slug", "empty"),
    "a State of its acronym": ("parties", lambda: of("parties", PERU, code="RCM"), "kind", "cannot be changed"),
    "slug changed": ("parties", lambda: mechanism("RCM", slug="puebla"), "slug", "“rcm”"),
    "organization with a slug": ("parties", lambda: organization(slug="iom"), "slug", "Leave this empty"),
    "mechanism with a mandate": ("parties", lambda: mechanism(mandate_fr="x"), "mandate_en", "Leave this empty"),
    "ended before founded": ("parties", lambda: organization(founded="1951", ended="1950-12"), "ended", "before 1951"),
    "its own parent": ("parties", lambda: mechanism(parent="NEW"), "parent", "NEW < NEW"),
    "its part's part": ("parties", lambda: of("parties", OAS, parent="OAS-DSI"), "parent", "OAS-DSI < OAS"),
    "unknown parent": ("parties", lambda: mechanism(parent="XX"), "parent", "No State, organization or mechanism"),
    "term without a number": ("vocabularies", lambda: of("vocabularies", TERM, position="x"), "position", "from 0 to"),
    "other name of a State": ("aliases", lambda: {**ALIAS, "mechanism": "PE"}, "mechanism", "another kind"),
    "statement on nothing known": ("statements", lambda: {**SAID, "subject": "weather"}, "subject", "none of these"),
    "statement that is a formula": ("statements", lambda: {**SAID, "mechanism": "=RCM"}, "mechanism", "“=RCM”"),
    "neither yes nor no": ("statements", lambda: {**SAID, "stated": "perhaps"}, "stated", "“yes” or “no”"),
    "negative number": ("statements", lambda: {**SAID, "count": "-1"}, "count", "from 0 to"),
    "silence with a number": ("statements", lambda: {**SAID, "stated": "no", "count": "3"}, "stated", SILENCE),
    "silence beside a list": ("statements", lambda: {**MEMBERS, "stated": "no", "count": ""}, "stated", SILENCE),
    "number beside a list": ("statements", lambda: {**MEMBERS, "stated": "yes", "count": "3"}, "count", "only where"),
    "place without a statement": ("places", lambda: place(source=PAPER), "source", "“statements”"),
    "place of an unknown party": ("places", lambda: place("XX"), "party", "“XX”"),
    "place in a silent list": ("places", lambda: place(subject="presidency"), "source", "does not say"),
    "place among groups": ("places", lambda: place(subject="groups"), "subject", "Lists are kept of members"),
    "mechanism in its own list": ("places", lambda: place("RCM"), "party", "its own list"),
    "place that ends before it begins": ("places", lambda: place(since="2016-05", until="2016-04"), "until", "before"),
    "unknown sort of group": ("groups", lambda: of("groups", GROUP, group_kind="club"), "group_kind", "none of these"),
    "unknown chair": ("groups", lambda: of("groups", GROUP, chairs="PE; XX"), "chairs", "“XX”"),
    "group in a silent list": ("groups", lambda: of("groups", GROUP, mechanism="CAM"), "source", "does not say"),
    "unknown related term": ("vocabularies", lambda: of("vocabularies", TERM, related="gcm:99"), "related", "“99”"),
    "acronym of another": ("parties", lambda: mechanism(short_names_en="rcm"), "short_names_en", "has this short name"),
    "unknown term": ("tags", lambda: of("tags", TAG, term="T99"), "term", "no term “T99”"),
    "unknown group": ("tags", lambda: of("tags", TAG, group_number="9"), "group_number", "no group 9"),
    "group without a number": ("tags", lambda: of("tags", TAG, group_number=""), "group_number", "empty"),
    "cell of a mechanism": ("involvement", lambda: of("involvement", CELL, organization="RCM"), "organization", "kind"),
    "unknown issue": ("involvement", lambda: of("involvement", CELL, issue="99"), "issue", "no term “99”"),
    "correction without reason": ("involvement", lambda: of("involvement", CELL, corrected="none"), "reason", "both"),
    "host that is no State": ("events", lambda: of("events", CONVENTION, host="RCM"), "host", "another kind"),
    "event that ends before it begins": ("events", lambda: of("events", CONVENTION, until="1950"), "until", "before"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_row_is_told(app, case):
    table, make, column, words = WRONG[case]
    (problem,) = problems(**{table: sheet(make())})
    assert problem[:3] == (table, 2, column)
    assert words in problem[3]


def test_the_right_rows_beside_wrong_ones_are_not_wrong(app):
    rows = [place("PE", "2020"), place("XX"), place("CL", "2020")]
    assert [problem[1:3] for problem in problems(places=sheet(*rows))] == [(3, "party")]


def test_columns_that_are_missing_unknown_or_twice_are_named(app):
    given = Sheet(["mechanism", "subject", "source", "party", "since", "since", "colour"], [(2, ["RCM"])])
    assert [problem[:3] for problem in problems(places=given)] == [
        ("places", 1, "since"),
        ("places", 1, "colour"),
        ("places", 1, "part"),
    ]


def test_a_row_with_more_cells_than_columns_is_refused(app):
    given = Sheet(["mechanism", "source", "names_en"], [(2, ["RCM", NOTE, "a", "b"])])
    (problem,) = problems(aliases=given)
    assert "more cells" in problem[3]


def test_the_same_row_twice_is_refused(app):
    rows = [mechanism(), {**mechanism(), "names_en": "Otherwise"}]
    ((_table, row, column, message),) = problems(parties=sheet(*rows))
    assert (row, column, message) == (3, "code", "Row 2 says the same thing already.")


def test_two_parties_of_one_acronym_or_slug_are_both_refused(app):
    found = problems(parties=sheet(mechanism("Forum"), mechanism("FORUM", slug="fora"), mechanism("F", slug="forum")))
    assert [problem[1:3] for problem in found] == [(2, "code"), (2, "slug"), (3, "code"), (4, "slug")]


def test_parts_of_each_other_are_refused_once(app):
    rows = [
        mechanism("A", parent="B"),
        mechanism("B", parent="C"),
        mechanism("C", parent="A"),
        mechanism("D", parent="A"),
    ]
    ((_table, row, column, message),) = problems(parties=sheet(*rows))
    assert (row, column) == (2, "parent")
    assert "A < B < C < A" in message


def test_a_party_twice_in_a_list_for_one_time_is_refused(app):
    both = sheet(place("PE", "2014", "2016-03"), place("PE", "2015-01"))
    assert [problem[1:3] for problem in problems(places=both)] == [(3, "since")]
    take({"places": sheet(place("PE", "2014", "2016"), place("PE", "2018", "2019"))})
    ((_table, row, _column, message),) = problems(places=sheet(place("PE", "2015", "2019")))
    assert (row, "PE is in the list twice" in message) == (2, True)
    assert problems(places=sheet(place("PE", "2016", "2018"))) == []


def test_after_many_problems_the_rest_is_not_looked_at(app):
    rows = [place(f"X{number}") for number in range(MOST_PROBLEMS + 5)]
    plan = check({"places": sheet(*rows)})
    assert (len(plan.problems), plan.cut) == (MOST_PROBLEMS, True)


def test_problems_come_in_the_order_of_the_file(app):
    found = problems(places=sheet(place("RCM"), place("XX")), sources=sheet(source(date="x")))
    assert [problem[:2] for problem in found] == [("sources", 2), ("places", 2), ("places", 3)]


# What is right


def test_a_new_mechanism_with_all_that_is_said_of_it(app):
    about = {"mechanism": "NEW", "source": "new", "part": ""}
    said = {**about, "stated": "yes", "count": ""}
    group = {**about, "number": "01", "group_kind": "axis", "names_pt": "Trabalho", "chairs": "UNHCR;IOM ; IOM"}
    plan = take(
        {
            "tags": sheet(
                {
                    **about,
                    "vocabulary": "themes",
                    "term": "T99",
                    "group_source": "new",
                    "group_part": "",
                    "group_number": "1",
                }
            ),
            "groups": sheet(group),
            "places": sheet({**about, "subject": "members", "party": "NEW-STATE", "since": "2014-10", "until": ""}),
            "statements": sheet(*({**said, "subject": subject} for subject in ("members", "groups", "themes"))),
            "aliases": sheet({"mechanism": "NEW", "source": "new", "names_es": "Nuevo"}),
            "vocabularies": sheet(
                {"vocabulary": "themes", "code": "T99", "position": "99", "title_en": "Else", "source": "new"}
            ),
            "parties": sheet(
                mechanism(parent="NEW-ORG", source="new"),
                another("PE", "NEW-STATE"),
                another("IOM", "NEW-ORG", source="new", mandate_source=""),
            ),
            "sources": sheet(source(key="new", symbol="")),
        }
    )
    assert {name: plan.added(name) for name in plan.lines if plan.lines[name]} == {
        "sources": 1, "parties": 3, "vocabularies": 1, "aliases": 1,
        "statements": 3, "places": 1, "groups": 1, "tags": 1,
    }  # fmt: skip
    db.session.expire_all()
    row = mechanism_by_slug("new")
    assert (row.parent.code, row.source.key, row.source.symbol) == ("NEW-ORG", "new", None)
    assert isinstance(row.parent, Organization)
    members, groups, themes = row.statements
    assert [(place.party.code, place.since, place.until) for place in members.memberships] == [
        ("NEW-STATE", "2014-10", "")
    ]
    assert isinstance(members.memberships[0].party, State)
    assert [party.code for party in groups.groups[0].chairs] == ["IOM", "UNHCR"]
    assert (themes.tags[0].item.code, themes.tags[0].working_group) == ("T99", groups.groups[0])
    assert all(said.edited for said in row.statements)
    assert load_reference_data() == 0


def test_what_a_file_does_not_name_stays(app):
    plan = take({"places": sheet(place("PE", "2020"))})
    assert (plan.added("places"), plan.changed("places")) == (1, 0)
    said = statement("rcm", StatementSubject.MEMBERS)
    assert len(said.memberships) == 12
    assert said.edited
    assert not statement("rcm", StatementSubject.SECRETARIAT).edited
    assert load_reference_data() == 0


def test_the_data_files_leave_alone_what_a_file_changed_of_a_party_or_a_source(app):
    source = held("sources", key=NOTE)
    take(
        {
            "parties": sheet(organization(names_fr="Autrement")),
            "sources": sheet({**source, "symbol": "A/1"}),
            "groups": sheet({**held("groups", mechanism="RCM", number="1"), "names_en": "Renamed"}),
        }
    )
    events = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import_entry")).all()
    assert {"symbol": "A/1"} in [event.changes["profile"][1] for event in events]
    [event] = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import_fact"))
    assert "Renamed" in [group["names"]["en"] for group in event.changes["groups"][1]]
    assert load_reference_data() == 0
    db.session.expire_all()
    assert held("sources", key=NOTE)["symbol"] == "A/1"
    assert "Autrement" in [row.row["names_fr"] for row in read()["parties"]]


def test_a_column_that_a_file_leaves_out_stays(app):
    given = {
        name: text for name, text in organization(names_fr="Autrement").items() if name not in ("mandate_es", "parent")
    }
    (line,) = check({"parties": sheet(given)}).lines["parties"]
    assert {name for name, text in line.row.items() if line.held.row[name] != text} == {"names_fr"}


def test_a_place_that_is_dated_anew_replaces_what_was_there_at_that_time(app):
    plan = take({"places": sheet(place("MX", "1996", "2010"))})
    assert (plan.added("places"), plan.changed("places")) == (0, 1)
    plan = take({"places": sheet(place("MX", "2016"))})
    assert (plan.added("places"), plan.changed("places")) == (1, 0)
    plan = take({"places": sheet(place("MX", "1997", "2011"), place("MX", "2016", "2020"))})
    assert (plan.added("places"), plan.changed("places")) == (0, 2)
    rows = [row for row in statement("rcm", StatementSubject.MEMBERS).memberships if row.party.code == "MX"]
    assert [(row.since, row.until) for row in rows] == [("1997", "2011"), ("2016", "2020")]


def test_a_change_is_told_in_the_history_of_the_mechanism(app, personas):
    take(
        {"statements": sheet(SAID), "places": sheet(place(subject="presidency", source=PAPER, since="2023"))},
        by=personas.secretariat,
    )
    db.session.commit()
    (event,) = changes_of_mechanism(party_by_code("RCM").id, undecided=False).items[:1]
    assert (event.action, event.actor_id) == ("import_fact", personas.secretariat.id)
    assert event.changes == {
        "subject": ["presidency", "presidency"],
        "source": [None, PAPER],
        "part": ["", ""],
        "stated": [None, True],
        "parties": [[], [{"code": "MX", "since": "2023", "until": ""}]],
    }
    tables = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import_table")).all()
    assert [event.changes for event in tables] == [
        {"table": [None, "statements"], "added": [0, 1], "changed": [0, 0]},
        {"table": [None, "places"], "added": [0, 1], "changed": [0, 0]},
    ]


def test_rows_of_every_other_table_are_changed(app):
    take(
        {
            "involvement": sheet(
                {**held("involvement", organization="IOM", issue="1"), "corrected": "none", "reason": "A slip."}
            ),
            "events": sheet({**held("events", date="1951-07-28"), "place_pt": "Genebra, Suíça", "host": ""}),
            "vocabularies": sheet({**held("vocabularies", code="T1"), "title_fr": "Causes"}),
            "groups": sheet({**held("groups", mechanism="GMG", number="1"), "chairs": "ILO"}),
            "parties": sheet(
                {**held("parties", code="OAS-DSI"), "parent": ""},
                {**held("parties", code="PE"), "short_names_es": "El Perú"},
            ),
        }
    )
    db.session.expire_all()
    assert organization_by_code("OAS-DSI").parent is None
    assert party_by_code("PE").short_names["es"] == "El Perú"
    assert held("involvement", organization="IOM", issue="1")["reason"] == "A slip."
    assert held("events", date="1951-07-28")["place_pt"] == "Genebra, Suíça"
    assert held("vocabularies", code="T1")["title_fr"] == "Causes"
    assert held("groups", mechanism="GMG", number="1")["chairs"] == "ILO"


def test_text_is_cleaned_and_what_looks_like_a_formula_stays_text(app):
    rows = [["key", "title_en", "publisher", "date"], ["x", '=HYPERLINK("a")', "A \x07\nB ", "2014"]]
    take(tables_in(io.BytesIO(csv_bytes(rows)))[1])
    assert held("sources", key="x")["title_en"] == '=HYPERLINK("a")'
    assert held("sources", key="x")["publisher"] == "A B"
