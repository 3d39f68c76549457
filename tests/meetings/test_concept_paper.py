"""What the reader finds in concept papers: those labelled for it, the real one where it is at hand, and shapes."""

from datetime import date
from pathlib import Path

import pytest

from app.directory.queries import names_of_mechanisms
from app.meetings.concept_paper import find
from app.meetings.enums import Mode
from app.meetings.paper_reading import Block
from tests.meetings.recall import FIELDS, PAPERS, compare, measure, read
from tests.meetings.recall import Recall as Measured

# The paper that the product was made for; it is not part of the repository.
SEED = Path(__file__).resolve().parents[2].parent / "shared" / "seeds" / "cam-concept-paper-2023.txt"
NAMED_IN_SEED = {
    "CAM", "GMG", "IDM", "FIBEMYD", "RIAM", "OCAM", "MIRPS", "RCM", "Quito Process", "SACM", "FEM", "LAD",
}  # fmt: skip


def test_recall_does_not_fall_on_the_papers_labelled_for_it(app, capsys):
    recall = measure(PAPERS, names_of_mechanisms())
    with capsys.disabled():
        print(f"\n{recall.table()}")  # noqa: T201  (the figures, for whoever reads the log)
    assert recall.named["questions"] == 27
    assert {name: recall.of(name) for name in FIELDS} == dict.fromkeys(FIELDS, 1.0), recall.misses


@pytest.mark.parametrize("path", [SEED] if SEED.exists() else [], ids=str)
def test_the_real_paper(app, path):
    found = read(path, names_of_mechanisms())
    assert found.language == "en"
    assert found.title.startswith("ANNUAL SESSION ON MIGRATION GOVERNANCE")
    assert found.mandates == [("AG/RES. 2988 (LII-O/22)", "56")]
    assert [question[:30] for question in found.questions] == [
        "What are the main challenges a",
        "What opportunities and options",
    ]
    assert found.questions[0].endswith("that you represent?")
    assert set(found.mechanisms) >= NAMED_IN_SEED
    assert (found.starts, found.place) == (None, "")  # its one date in the head is its own


def blocks(*texts):
    return [Block(*text) if isinstance(text, tuple) else Block(text) for text in texts]


RUNNING = "Running text of the paper that says why the session is held and what came of the last one. " * 4


@pytest.mark.parametrize(
    ("line", "starts", "ends"),
    [
        ("Lima, Peru, 3 to 5 March 2027", date(2027, 3, 3), date(2027, 3, 5)),
        ("Lima, Perú, del 30 de marzo al 1 de abril de 2027", date(2027, 3, 30), date(2027, 4, 1)),
        ("Lima (Pérou), du 1er au 3 mars 2027", date(2027, 3, 1), date(2027, 3, 3)),
        ("Lima, Peru, 30 de dezembro de 2026 a 2 de janeiro de 2027", date(2026, 12, 30), date(2027, 1, 2)),
        ("Lima, Peru, September 30 to October 2, 2027", date(2027, 9, 30), date(2027, 10, 2)),
        ("Lima, Peru, March 3, 4 and 5, 2027", date(2027, 3, 3), date(2027, 3, 5)),
        ("Lima, Peru, 3–5 March 2027", date(2027, 3, 3), date(2027, 3, 5)),
        ("Lima, Peru, 3 March 2027", date(2027, 3, 3), date(2027, 3, 3)),
        ("Lima, Peru, 31 February 2027", None, None),
        ("(March 3, 2027)", None, None),
        ("Prepared by the Chair on 3 March 2027", None, None),
    ],
)
def test_dates_as_papers_write_them(line, starts, ends):
    found = find(blocks("CONCEPT PAPER", "Annual session on borders", line, RUNNING), [])
    assert (found.starts, found.ends) == (starts, ends)
    assert found.place == ("Lima" if "Lima" in line else "")


def test_dates_and_place_in_running_text():
    sentence = "La sesión anual se celebrará en San José los días 3 y 4 de marzo de 2027, después de la de 2026. "
    found = find(blocks("Documento conceptual", "Sesión anual sobre fronteras", sentence * 3), [])
    assert (found.language, found.starts, found.ends, found.place) == (
        "es",
        date(2027, 3, 3),
        date(2027, 3, 4),
        "San José",
    )


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("The session will be held in Washington, D.C., on 3 March 2027.", "Washington, D.C."),
        ("La session aura lieu à Port-au-Prince le 3 mars 2027.", "Port-au-Prince"),
        ("A sessão ocorrerá em 3 de março de 2027.", ""),
    ],
)
def test_a_place_in_a_sentence(sentence, place):
    found = find(blocks("Annual session on borders", f"{RUNNING}{sentence}"), [])
    assert (found.starts, found.place) == (date(2027, 3, 3), place)


def test_how_people_take_part():
    title = "Annual session on borders"
    assert find(blocks(title, "Lima, Peru, 3 March 2027", RUNNING), []).mode is Mode.IN_PERSON
    assert find(blocks(title, "Lima, Peru, 3 March 2027 (hybrid)", RUNNING), []).mode is Mode.HYBRID
    assert find(blocks(title, "3 to 4 March 2027, online", RUNNING), []).mode is Mode.VIRTUAL


@pytest.mark.parametrize(
    ("text", "mandates"),
    [
        ("In operative paragraph 56 of AG/RES. 2988(LII-O/22) the Assembly urges", [("AG/RES. 2988 (LII-O/22)", "56")]),
        ("la resolución AG/RES. 3001 (LIII-O/23), párrafo dispositivo 4", [("AG/RES. 3001 (LIII-O/23)", "4")]),
        ("au paragraphe 14 du dispositif de la résolution A/RES/77/176", [("A/RES/77/176", "14")]),
        ("o parágrafo operativo 22 da resolução CP/RES. 1093 (2144/18)", [("CP/RES. 1093 (2144/18)", "22")]),
        ("It takes note of AG/RES. 2910 (XLVII-O/17).", [("AG/RES. 2910 (XLVII-O/17)", "")]),
        ("No resolution orders it; paragraph 5 is of nothing.", []),
    ],
)
def test_mandates_with_their_paragraphs(text, mandates):
    assert find(blocks("Annual session", f"{RUNNING}{text}"), []).mandates == mandates


ASKED = ["What was done?", "What is needed, and by whom?"]


@pytest.mark.parametrize(
    "marks", [("1. ", "1. "), ("1. ", "2. "), ("a) ", "b) "), ("(i) ", "(ii) "), ("• ", "• "), ("- ", "- "), ("", "")]
)
def test_questions_however_they_are_numbered(marks):
    listed = [Block(f"{mark}{text}", "item" if mark else "") for mark, text in zip(marks, ASKED, strict=True)]
    paper = [*blocks(RUNNING, ("Guiding questions", "heading")), *listed, Block("Each has ten minutes.")]
    assert find(paper, []).questions == ASKED


def test_questions_follow_their_heading_not_the_longest_list():
    other = blocks(("1. Who pays?", "item"), ("2. Who comes?", "item"), ("3. Who goes?", "item"))
    listed = [Block(f"{letter}) {text}", "item") for letter, text in zip("ab", ASKED, strict=True)]
    paper = [*blocks(RUNNING), *other, Block(RUNNING), Block("Speakers may address these questions:"), *listed]
    assert find(paper, []).questions == ASKED
    assert find([*blocks(RUNNING), *other, Block(RUNNING)], []).questions == ["Who pays?", "Who comes?", "Who goes?"]


def test_a_question_keeps_its_parts():
    paper = blocks(
        RUNNING,
        ("Guiding questions", "heading"),
        ("1. What was done, in particular:", "item"),
        ("i) for children;", "item"),
        ("ii) for workers?", "item"),
        ("2. What is needed:", "item"),
        ("Closing", "heading"),
    )
    assert find(paper, []).questions == ["What was done, in particular: i) for children; ii) for workers?"]


def test_a_paper_that_says_nothing():
    found = find(blocks("Nothing at all"), [])
    assert (found.mandates, found.questions, found.mechanisms, found.starts) == ([], [], [], None)


NAMES = [
    ("RCM", ["Regional Conference on Migration", "Conferencia Regional sobre Migración", "RCM", "CRM"]),
    ("GCM", ["Global Compact for Safe, Orderly and Regular Migration", "GCM"]),
    ("CAN", ["Andean Community", "CAN"]),
]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("la Conferencia Regional sobre Migración", ["RCM"]),
        ("LA CONFERENCIA REGIONAL SOBRE MIGRACION", ["RCM"]),
        ("the Global Compact for Safe, Orderly, and Regular Migration and the RCM", ["GCM", "RCM"]),
        ("WHAT CAN BE DONE", []),
        ("What the CAN does", ["CAN"]),
        ("resolution RCM/12 and the xRCM", []),
    ],
)
def test_mechanisms_by_name_or_acronym(text, codes):
    assert find(blocks("Annual session", RUNNING, text), NAMES).mechanisms == codes


def test_recall_counts_what_is_missing_and_what_is_too_much(app):
    label = {
        "title": "Annual session on borders",
        "mandate": [{"resolution": "AG/RES. 1 (I-O/70)", "paragraph": "2"}],
        "questions": ["What was done?"],
        "mechanisms": ["RCM"],
    }
    measured = Measured()
    compare(measured, label, find(blocks("Annual session on borders", "the GCM"), NAMES), "paper")
    assert (measured.of("title"), measured.of("resolution"), measured.of("mechanisms")) == (1.0, 0.0, 0.0)
    assert measured.offered["mechanisms"] == 1
    assert "mechanisms" in measured.table()
