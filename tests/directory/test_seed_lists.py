"""The directory holds the lists of the seed documents as they are printed.

`seed_lists/` holds those lists alone, as `seed_lists/extract.py` took them out of the seeds. They are read here by a
parser of its own, which knows printed names and nothing of the data files; the seeds' misprints stand in tables below.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from babel import Locale

from app.core.db import db
from app.directory.enums import EventKind, Extent, GroupKind, StatementSubject
from app.directory.models import Event, Involvement, Mechanism, Statement, VocabularyItem

HERE = Path(__file__).parent / "seed_lists"
DATA = Path(__file__).resolve().parents[2] / "data"
NOTE, CAM, SACM, IOM = (
    "oas-technical-note-2023", "cam-concept-paper-2023", "sacm-reference-2014", "iom-governance-2017",
)  # fmt: skip
SEEDS = {NOTE, CAM, SACM, IOM, "policy-capacities-2017"}

# Of the technical note: what it calls each mechanism, and what it calls the groups of one.
NOTE_NAMES = {
    "Committee on Migration Issues (CAM)": "CAM",
    "Regional Conference on Migration (RCM)": "RCM",
    "South American Conference on Migration (SACM)": "SACM",
    "The Comprehensive Regional Protection and Solutions Framework (MIRPS)": "MIRPS",
    "Ibero-American Network of Migration Authorities (RIAM)": "RIAM",
    "Los Angeles Declaration on Migration and Protection": "LAD",
    "Quito Process": "Quito Process",
    "The Interagency Coordination Platform for Refugees and Migrants (R4V)": "R4V",
}
GROUP_HEADS = {
    "Working groups:": GroupKind.WORKING_GROUP,
    "Network:": GroupKind.NETWORK,
    "Thematic areas:": GroupKind.AREA,
    "Work areas:": GroupKind.AREA,
    "Sectors:": GroupKind.SECTOR,
}
STATES = {"United States of America": "US"}  # what Babel calls otherwise
CITIES = {"Brussels": "BE", "Manila": "PH", "Athens": "GR", "Puerto Vallarta": "MX", "Geneva": "CH", "Stockholm": "SE"}
ORGANIZATIONS = {
    "Department of Social Inclusion": "OAS-DSI",
    "Department of Social Inclusion of the OAS Secretariat for Access to Rights and Equity": "OAS-DSI",
    "OAS Department of Social Inclusion": "OAS-DSI",
    "OIM": "IOM",
    "ACNUR": "UNHCR",
    "UNOHCHR": "OHCHR",
    "UNPD": "UNDP",
    "UN-Women": "UN WOMEN",
    "UN Women": "UN WOMEN",
    "REG COMMISS.": "UN-RC",
    "Regional Commissions": "UN-RC",
    "United Nations Regional Commissions": "UN-RC",
    "United Nations University": "UNU",
    "HABITAT": "UN-HABITAT",
    "SPECIAL RAPP. ON H. RIGHTS": "UN-SR",
    "OMPI": "WIPO",
    "ECLAC-CELADE": "ECLAC",
    "European Union": "EU",
    "Universal Postal Union": "UPU",
    "Government of France": "FR",
}
OTHER_NAMES = {
    "Geneva Migration Group": "GENEVA-MG",
    "tripartite working group": "UAC-GROUP",
    "Course on International Migration Law": "IML-COURSE",
    "ACP Observatory": "ACP-OBS",
    "Postal Financial Services in Africa": "POSTAL-AFRICA",
    "pilot project in West Africa": "POSTAL-PILOT",
    "Strengthening national capacities to manage migration": "UNRC-DESA",
    "free mobility of persons": "UNESCO-UNU",
    "Displacement Tracking Matrix": "DTM",
    "SICREMI": "SICREMI",
    "Global Migration Group": "GMG",
    "United Nations Development Group": "UNDG",
    "Cinterfor": "CINTERFOR",
    "RIAM": "RIAM",
    "New York Declaration": "NYD",
}
# Names of groups that the directory gives in other words than the print, and why.
OTHER_WORDS = {
    "Wash": "Water, sanitation and hygiene",  # written out
    "Fight against human trafficking and trafficking": "Fight against human trafficking and smuggling",  # a misprint
    "mainstreaming migration in national development strategies":
        "Mainstreaming migration into national development strategies",
    "data and researches": "Data and research",
    "strengthen capacities": "Capacity development",
    "coordinated emergency response and humanitarian assistance in situations of"
    " mass migration and refugee displacement":
        "Coordinated emergency response and humanitarian assistance in mass migration and displacement",
    "Chairman in Functions": "Chair-in-office",
    "Troyka": "Troika",
    "Steering Committee": "Steering group",
}  # fmt: skip


def lines_of(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def blocks_of(name: str) -> dict[str, list[str]]:
    """The lines under each head that ends with a colon."""
    blocks: dict[str, list[str]] = {}
    for line in lines_of(name):
        if line.endswith(":"):
            blocks[line.removesuffix(":")] = []
        else:
            blocks[list(blocks)[-1]].append(line)
    return blocks


def plain(text: str) -> str:
    """A name without accents, case, punctuation, articles and "and", in British spelling, "St." written out."""
    text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    words = re.findall(r"\w+", text.lower())
    british = {"labor": "labour", "centers": "centres", "st": "saint"}
    return " ".join(british.get(word, word) for word in words if word not in ("and", "the"))


TERRITORIES = {
    plain(name): code
    for names in (Locale("en").territories, {code: name for name, code in STATES.items()}, {"TR": "Turkey"})
    for code, name in names.items()
    if re.fullmatch("[A-Z]{2}", code)
}


def states(text: str) -> list[str]:
    """The ISO codes of a printed list, in its order; "and" may stand within a name, between names, or before the last.

    Raises ValueError for a name that nobody has.
    """
    text = re.sub(r"^(and|the) ", "", text.strip().rstrip(".,").strip())
    text = re.sub(r"^the ", "", text)
    if "," in text:
        return [code for chunk in text.split(",") for code in states(chunk)]
    if code := TERRITORIES.get(plain(text)):
        return [code]
    for match in re.finditer(" and ", text):
        try:
            return states(text[: match.start()]) + states(text[match.end() :])
        except ValueError:
            continue
    raise ValueError(text)


def organizations(text: str) -> list[str]:
    """The acronyms of a printed list of organizations, in its order, as the directory writes them."""
    whole = text.rstrip(".")
    parts = [whole] if whole in ORGANIZATIONS else re.split(r", | and | - ", whole) if whole else []
    names = [re.sub("^the ", "", part) for part in parts]
    return [ORGANIZATIONS.get(name, name) for name in names]


def note() -> dict[str, dict[str, list[str]]]:
    """What the technical note prints of each mechanism: the lines under each head."""
    said: dict[str, dict[str, list[str]]] = {}
    for line in lines_of("technical_note.txt"):
        if line in NOTE_NAMES:
            mechanism = said.setdefault(NOTE_NAMES[line], {})
        elif line in GROUP_HEADS or line in ("Members:", "Technical Secretariat:"):
            block = mechanism.setdefault(line, [])
        elif line != "Technical Roundtable for addressing migratory flows":
            block.append(line)
    return said


def numbered(lines: list[str]) -> list[tuple[int, str, str]]:
    """Number, name and pillar of each group; some are printed in two columns, so the order is that of the numbers."""
    groups, pillar = [], ""
    for line in lines:
        if line.startswith("Pillar "):
            pillar = line
        for number, name in re.findall(r"(\d+)[).] (.+?)(?= *\||$)", "" if line == pillar else line):
            groups.append((int(number), name.strip(), pillar))
    return sorted(groups)


def statements(code: str, subject: StatementSubject, source: str) -> list[Statement]:
    mechanism = db.session.scalars(sa.select(Mechanism).where(Mechanism.code == code)).one()
    return [row for row in mechanism.statements if (row.subject, row.source.key) == (subject, source)]


def codes(code: str, subject: StatementSubject, source: str) -> list[str]:
    [row] = [row for row in statements(code, subject, source) if row.count is None]
    assert row.stated
    return [membership.party.code for membership in row.memberships]


def same_name(printed: str, held: str) -> bool:
    return plain(OTHER_WORDS.get(printed, printed)) == plain(held)


def tables() -> Iterator[tuple[str, list[str]]]:
    """The issue and the 26 cells of each row of the table of involvement."""
    for line in lines_of("involvement.tsv")[1:]:
        issue, *cells = line.split("\t")
        yield issue, [cell.strip() for cell in cells]


def heads() -> list[str]:
    return [head.strip() for head in lines_of("involvement.tsv")[0].split("\t")[1:]]


def test_the_printed_lists_are_whole():
    """The parser itself: what a reader counts in the documents."""
    members = {code: len(states(" ".join(said["Members:"]))) for code, said in note().items()}
    assert members == {
        "CAM": 33, "RCM": 11, "SACM": 12, "MIRPS": 7, "RIAM": 18, "LAD": 21, "Quito Process": 13, "R4V": 17,
    }  # fmt: skip
    assert states("Trinidad and Tobago and Uruguay,") == ["TT", "UY"]
    with pytest.raises(ValueError, match="Atlantis"):
        states("Peru and Atlantis")
    assert Counter(cell for _, cells in tables() for cell in cells) == {"": 468, "x": 145, "xx": 141}
    assert [len(cells) for _, cells in tables()] == [26] * 29


@pytest.mark.parametrize("code", NOTE_NAMES.values())
def test_members_are_those_of_the_technical_note(app, code):
    assert codes(code, StatementSubject.MEMBERS, NOTE) == states(" ".join(note()[code]["Members:"]))


@pytest.mark.parametrize("code", NOTE_NAMES.values())
def test_groups_are_those_of_the_technical_note(app, code):
    [held] = statements(code, StatementSubject.GROUPS, NOTE)
    head = next((head for head in note()[code] if head in GROUP_HEADS), None)
    assert held.stated is (head is not None)
    printed = numbered(note()[code][head]) if head else []
    assert [group.number for group in held.groups] == [number for number, _, _ in printed]
    for group, (_, name, pillar) in zip(held.groups, printed, strict=True):
        assert same_name(name, group.names["en"]), name
        assert plain(group.pillar.get("en") or "") == plain(pillar)
        assert group.group_kind is GROUP_HEADS.get(head or "")


@pytest.mark.parametrize("code", NOTE_NAMES.values())
def test_technical_secretariats_are_those_of_the_technical_note(app, code):
    [held] = statements(code, StatementSubject.SECRETARIAT, NOTE)
    printed = note()[code].get("Technical Secretariat:")
    assert held.stated is (printed is not None)
    assert [row.party.code for row in held.memberships] == organizations(" ".join(printed or []))


def test_the_declaration_has_the_axes_of_the_concept_paper(app):
    printed = numbered(blocks_of("other_lists.txt")["Axes of the Los Angeles Declaration (CAM)"])
    [held] = statements("LAD", StatementSubject.GROUPS, CAM)
    assert [row.number for row in held.groups] == [number for number, _, _ in printed]
    for group, (_, name, _) in zip(held.groups, printed, strict=True):
        assert same_name(name, group.names["en"]), name
        assert group.group_kind is GroupKind.AXIS


def gmg_members() -> list[str]:
    printed = [re.sub(r"^.*\((.+)\)$", r"\1", line) for line in blocks_of("gmg.txt")["Members"]]
    return [code for line in printed for code in organizations(line)]


def test_members_of_the_global_migration_group(app):
    assert len(gmg_members()) == 18
    assert codes("GMG", StatementSubject.MEMBERS, SACM) == gmg_members()


def test_groups_and_chairs_of_the_global_migration_group(app):
    printed = [
        (kind, *line.split(": "))
        for kind, head in ((GroupKind.WORKING_GROUP, "Working groups"), (GroupKind.TASK_FORCE, "Task forces"))
        for line in blocks_of("gmg.txt")[head]
    ]
    [held] = statements("GMG", StatementSubject.GROUPS, SACM)
    assert [row.number for row in held.groups] == [1, 2, 3, 4, 5]
    for group, (kind, name, chairs) in zip(held.groups, printed, strict=True):
        assert group.group_kind is kind
        assert same_name(name, group.names["en"]), name
        assert {party.code for party in group.chairs} == set(organizations(chairs))


def gfmd_meetings() -> list[tuple[str, str, str]]:
    """Year, place and host State of each meeting that the reference document prints."""
    rows = []
    for line in blocks_of("gfmd.txt")["Meetings"]:
        place, year, *_ = line.split("\t")
        city, _, country = place.partition(", ")
        rows.append((year, city, CITIES.get(city) or states(country or city)[0]))
    return rows


def test_meetings_of_the_global_forum(app):
    printed = gfmd_meetings()
    assert all(earlier < later for earlier, later in pairwise(printed))
    events = db.session.scalars(sa.select(Event).where(Event.event_kind == EventKind.MEETING).order_by(Event.date))
    held = [row for row in events if row.party and row.party.code == "GFMD" and row.source.key == SACM]
    assert [(row.date[:4], row.host and row.host.code) for row in held] == [(year, host) for year, _, host in printed]
    assert [plain(row.place["en"]).replace("turkiye", "turkey") for row in held] == [
        plain(city) for _, city, _ in printed
    ]
    [month] = blocks_of("gfmd.txt")["Month of the seventh"]
    assert (month, held[6].date) == ("May 2014", "2014-05")
    assert "foreseen" in held[7].title["en"]  # the document is older than that meeting


def test_chairs_and_structure_of_the_global_forum(app):
    [presidency] = statements("GFMD", StatementSubject.PRESIDENCY, SACM)
    chairs = [(row.party.code, row.since, row.until) for row in presidency.memberships]
    assert chairs == [(host, year, year) for year, _, host in gfmd_meetings()]
    [structure] = statements("GFMD", StatementSubject.GROUPS, SACM)
    printed = blocks_of("gfmd.txt")["Structure"]
    for group, name in zip(structure.groups, printed, strict=True):
        # The directory adds to a name who belongs to the organ.
        assert same_name(name, re.split("[:,]", group.names["en"])[0]), name
        assert group.group_kind is GroupKind.ORGAN


def other_members() -> dict[str, list[str]]:
    rows = [line.split("\t") for line in blocks_of("other_lists.txt")["Members"]]
    return {OTHER_NAMES[name]: organizations(printed) for _, _, name, printed in rows}


def other_numbers() -> set[tuple[str, str, int]]:
    sources = {"SACM": SACM, "CAM": CAM, "IOM": IOM}
    rows = [line.split("\t") for line in blocks_of("other_lists.txt")["Numbers of members"]]
    # "IOM and 15 other entities": IOM is one more.
    return {
        (OTHER_NAMES[name], sources[document], int(number.split()[0]) + number.endswith(" other"))
        for document, _, name, number in rows
    }


def test_lists_of_members_within_the_reference_document(app):
    printed = other_members()
    assert len(printed) == 10
    held = {code: codes(code, StatementSubject.MEMBERS, SACM) for code in printed}
    assert {code: sorted(said) for code, said in held.items()} == {code: sorted(said) for code, said in printed.items()}


def test_no_list_or_number_of_members_is_ascribed_to_a_seed_that_does_not_print_it(app):
    """Every such fact of the directory is compared in this file; numbers are compared here."""
    gmg_row = next(cells for issue, cells in tables() if "GMG" in issue)
    numbers = other_numbers() | {("GMG", SACM, sum(cell != "" for cell in gmg_row))}
    numbers.remove(("GMG", SACM, len(gmg_members())))  # the list itself is held, not its length
    lists = {(code, NOTE) for code in note()} | {(code, SACM) for code in (*other_members(), "GMG")}
    held_lists, held_numbers = set(), set()
    for row in db.session.scalars(sa.select(Statement).where(Statement.subject == StatementSubject.MEMBERS)):
        place = (row.mechanism.code, row.source.key)
        if row.source.key in SEEDS and row.count is not None:
            held_numbers.add((*place, row.count))
        elif row.source.key in SEEDS and row.stated:
            held_lists.add(place)
    assert held_lists == lists
    assert held_numbers == numbers


MARKS = {"": ".", "x": "x", "xx": "X"}
EXTENTS = {"": Extent.NONE, "x": Extent.SOME, "xx": Extent.STRONG}


def test_the_data_file_of_involvement_is_the_table_as_printed():
    data = yaml.safe_load((DATA / "involvement.yaml").read_text(encoding="utf-8"))
    assert data["source"] == SACM
    assert data["printed_heads"] == heads()
    assert data["organizations"] == [ORGANIZATIONS.get(head, head) for head in heads()]
    printed = [(issue.split(".")[0], "".join(MARKS[cell] for cell in cells)) for issue, cells in tables()]
    assert [(str(row["issue"]), row["marks"]) for row in data["rows"]] == printed
    marks = "".join(row["marks"] for row in data["rows"])
    assert (len(marks), marks.count("x") + marks.count("X"), marks.count("X")) == (29 * 26, 286, 141)


def test_the_table_of_involvement_is_loaded_as_printed(app):
    printed = {
        (ORGANIZATIONS.get(head, head), issue.split(".")[0]): EXTENTS[cell]
        for issue, cells in tables()
        for head, cell in zip(heads(), cells, strict=True)
    }
    rows = db.session.scalars(sa.select(Involvement)).all()
    assert {(row.organization.code, row.item.code): row.printed for row in rows} == printed
    assert len(rows) == 29 * 26
    assert {row.source.key for row in rows} == {SACM}
    assert [row for row in rows if row.corrected is not None] == []


def test_issues_are_those_of_the_table_in_its_order(app):
    items = db.session.scalars(
        sa.select(VocabularyItem).where(VocabularyItem.vocabulary == "issues").order_by(VocabularyItem.position)
    ).all()
    printed = [issue.split(". ", 1) for issue, _ in tables()]
    assert [item.code for item in items] == [number for number, _ in printed]
    for item, (_, name) in zip(items, printed, strict=True):
        # The titles are reworded; each keeps a word of its print other than "migration".
        stems = [{word[:4] for word in plain(text).split() if len(word) > 2} for text in (name, item.title["en"])]
        assert (stems[0] & stems[1]) - {"migr"}, name


def test_the_cells_doubted_in_the_row_of_the_global_migration_group_are_those_its_list_contradicts(app):
    row = dict(zip(heads(), next(cells for issue, cells in tables() if "GMG" in issue), strict=True))
    marked = {ORGANIZATIONS.get(head, head) for head, cell in row.items() if cell}
    columns = {ORGANIZATIONS.get(head, head) for head in row}
    doubted = {
        cell.organization.code
        for cell in db.session.scalars(sa.select(Involvement).join(VocabularyItem).where(VocabularyItem.code == "27"))
        if cell.doubt
    }
    assert doubted == (set(gmg_members()) & columns) ^ marked
