"""What the reader finds in concept papers: those labelled for it, those kept aside from it, and shapes."""

from datetime import date
from pathlib import Path

import pytest

from app.directory.queries import names_of_mechanisms
from app.meetings.concept_paper import find
from app.meetings.enums import Mode
from app.meetings.paper_reading import Block
from tests.meetings.recall import FIELDS, HELD_BACK, OPEN, PAPERS, compare, measure, read
from tests.meetings.recall import Recall as Measured

# The paper that the product was made for is not part of the repository; this one is of the same shape, says the same
# of mandate, questions and mechanisms, and is read wherever the tests run.
OF_ITS_SHAPE = PAPERS / "more" / "en-governance.txt"
SEED = Path(__file__).resolve().parents[2].parent / "shared" / "seeds" / "cam-concept-paper-2023.txt"
NAMED_IN_SEED = {
    "CAM", "GMG", "IDM", "FIBEMYD", "RIAM", "OCAM", "MIRPS", "RCM", "Quito Process", "SACM", "FEM", "LAD",
}  # fmt: skip


WRONG = 2  # the most that may be offered wrongly for one paper; one wrong resolution counts with its paragraph


@pytest.mark.parametrize(
    ("folders", "papers", "floors"),
    [
        (OPEN, 17, dict.fromkeys(FIELDS, 1.0)),
        ((HELD_BACK,), 4, dict.fromkeys(FIELDS, 0.9) | {"mode": 0.75}),
    ],
    ids=["open", "held back"],
)
def test_recall_and_what_is_offered_wrongly(app, capsys, folders, papers, floors):
    recall = measure(*folders, names=names_of_mechanisms())
    with capsys.disabled():
        print(f"\n{', '.join(folder.name for folder in folders)}\n{recall.table()}")  # noqa: T201  (the figures are what it is for)
    assert recall.named["title"] == papers
    # What is missed in papers that are kept aside is not told, so that nobody mends the reader for them.
    told = [] if HELD_BACK in folders else recall.misses
    assert {name: recall.of(name) for name in FIELDS if recall.of(name) < floors[name]} == {}, told
    assert max(recall.wrong_in.values()) <= WRONG, told


@pytest.mark.parametrize(
    ("path", "title", "openings"),
    [
        (OF_ITS_SHAPE, "ANNUAL SESSION ON THE GOVERNANCE OF MIGRATION", ["Which practice", "Where do you see"]),
        *(
            [(SEED, "ANNUAL SESSION ON MIGRATION GOVERNANCE", ["What are the main challenges", "What opportunities"])]
            if SEED.exists()
            else []
        ),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else "",
)
def test_the_real_paper_and_one_of_its_shape(app, path, title, openings):
    found = read(path, names_of_mechanisms())
    assert found.language == "en"
    assert found.title.startswith(title)
    assert found.mandates == [("AG/RES. 2988 (LII-O/22)", "56")]
    assert len(found.questions) == len(openings)
    assert all(question.startswith(opening) for question, opening in zip(found.questions, openings, strict=True))
    assert [question.count("?") for question in found.questions] == [2, 1]
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


@pytest.mark.parametrize(
    ("head", "title", "starts", "place"),
    [
        (
            ["Concept paper for the annual session on borders, 3-4 March 2027, Panama City"],
            "on borders",
            3,
            "Panama City",
        ),
        (["Concept note: Annual session on borders", "Lima, Peru, 3 March 2027"], "on borders", 3, "Lima"),
        (["Annual session on borders, Lima, Peru, 3 March 2027"], "on borders", 3, "Lima"),
        (["Concept note – Annual session on borders (Lima, Peru, 3–4 March 2027)"], "on borders", 3, "Lima"),
        (["Annual session (CAM) on borders, Lima, Peru, 3 March 2027"], "(CAM) on borders", 3, "Lima"),
        (["Annual session on borders (3 March 2027, Lima)"], "on borders", 3, "Lima"),
        (["Annual session on borders, returns and Work, 3 March 2027"], "on borders, returns and Work", 3, ""),
        (["Annual session on borders", "Date and place: Lima, 3 March 2027"], "on borders", 3, "Lima"),
        (["Annual session on borders", "Date: 3 March 2027", "Venue: Lima, Peru"], "on borders", 3, "Lima"),
        (["Annual session on borders", "Venue: to be confirmed", "Date: 3 March 2027"], "on borders", 3, ""),
        (["Annual session on borders", "Date", "3 March 2027", "Place", "Lima, Peru"], "on borders", 3, "Lima"),
        (["Our dialogue", "Title: Annual session on borders", "Mandate: AG/RES. 2 (I-O/70)"], "on borders", None, ""),
        (["Annual session on borders", "Deadline for practices: 1 March 2027"], "on borders", None, ""),
        (["Annual session on borders", RUNNING, "Dates: 3 and 4 March 2027", "Place: Lima"], "on borders", 3, "Lima"),
    ],
)
def test_heads_as_papers_write_them(head, title, starts, place):
    found = find(blocks(*head, RUNNING), [])
    assert found.title == f"Annual session {title}"
    assert found.starts == (date(2027, 3, starts) if starts else None)
    assert found.place == place


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
        ("la résolution AG/RES. 2965 (LI-O/21), alinéa 7 du dispositif", [("AG/RES. 2965 (LI-O/21)", "7")]),
        ("conforme al numeral 9 de la AG/RES. 3050 (LVI-O/26)", [("AG/RES. 3050 (LVI-O/26)", "9")]),
        ("AG/RES. 3050 (LVI-O/26), punto resolutivo 9, punto 3 del temario", [("AG/RES. 3050 (LVI-O/26)", "9")]),
        ("le point 4 du dispositif de la AG/RES. 3050 (LVI-O/26)", [("AG/RES. 3050 (LVI-O/26)", "4")]),
        ("AG/RES. 3050 (LVI-O/26), § 4", [("AG/RES. 3050 (LVI-O/26)", "4")]),
        ("AG/RES. 3050 (LVI-O/26), op. para. 33(b)", [("AG/RES. 3050 (LVI-O/26)", "33(b)")]),
        ("AG/RES. 3050 (LVI-O/26), point 4 of the agenda", [("AG/RES. 3050 (LVI-O/26)", "")]),
        ("o parágrafo operativo 22 da resolução CP/RES. 1093 (2144/18)", [("CP/RES. 1093 (2144/18)", "22")]),
        ("It takes note of AG/RES. 2910 (XLVII-O/17).", [("AG/RES. 2910 (XLVII-O/17)", "")]),
        ("No resolution orders it; paragraph 5 is of nothing.", []),
    ],
)
def test_mandates_with_their_paragraphs(text, mandates):
    assert find(blocks("Annual session", f"{RUNNING}{text}"), []).mandates == mandates


ASKED = ["What was done?", "What is needed, and by whom?"]


@pytest.mark.parametrize(
    "marks",
    [
        ("1. ", "1. "),
        ("1. ", "2. "),
        ("1.- ", "2.- "),
        ("a) ", "b) "),
        ("A. ", "B. "),
        ("(i) ", "(ii) "),
        ("• ", "• "),
        ("- ", "- "),
        ("Q1: ", "Q2: "),
        ("Question 1: ", "Question 2: "),
        ("Question n° 1 : ", "Question n° 2 : "),
        ("Pregunta 1. ", "Pregunta 2. "),
        ("Pergunta 1 – ", "Pergunta 2 – "),
        ("", ""),
    ],
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


def test_questions_of_several_panels():
    first, second = ([("Guiding questions", "heading"), f"• {asked}"] for asked in ASKED)
    paper = blocks(RUNNING, ("Panel 1", "heading"), *first, ("Panel 2", "heading"), *second, ("Method", "heading"))
    assert find(paper, []).questions == ASKED


def test_questions_that_a_paragraph_numbers():
    paper = blocks(RUNNING, f"The session has these questions: (1) {ASKED[0]} (2) {ASKED[1]} Each has ten minutes.")
    assert find(paper, []).questions == ASKED
    assert find(blocks(RUNNING, f"It asked: (1) {ASKED[0]} (2) {ASKED[1]}"), []).questions == []


def test_questions_below_their_numbers():
    paper = blocks(RUNNING, "Question 1", ASKED[0], "Question 2", ASKED[1], "Method", "Each has ten minutes.")
    assert find(paper, []).questions == ASKED


def test_spanish_questions_need_no_space_after_their_mark():
    assert find(blocks(RUNNING, "Preguntas", "1.¿Qué se hizo?", "2)¿Qué falta?"), []).questions == [
        "¿Qué se hizo?",
        "¿Qué falta?",
    ]


TASK = "Describe the part of employers."


@pytest.mark.parametrize(
    ("lines", "questions"),
    [
        (["A. What was done?", f"B. {TASK}"], ["What was done?", TASK]),
        ([f"1. {TASK}", "2. What was done?", "3. Method", "Each has ten minutes."], [TASK, "What was done?"]),
        ([f"a) {TASK}", "b) Say who else came; and", "c) What for?"], [TASK, "Say who else came; and", "What for?"]),
        (
            ["• Part of employers", "• Access to health", "Method", "• Ten minutes"],
            ["Part of employers", "Access to health"],
        ),
        (
            ["1. Describe:", "a) the part of employers;", "b) access to health.", "2. What for?"],
            ["Describe: a) the part of employers; b) access to health.", "What for?"],
        ),
        ([f"a) {TASK}", "4. Ten minutes are for each of you."], [TASK]),
    ],
)
def test_tasks_in_a_list_of_questions(lines, questions):
    assert find(blocks(RUNNING, ("Guiding questions", "heading"), *lines), []).questions == questions


@pytest.mark.parametrize(
    "lines",
    [
        [
            "Order of business:",
            "1. Opening by the Chair.",
            "2. Questions of procedure.",
            "3. Election of the rapporteur.",
        ],
        ["Objectives:", "a) To hear what was done;", "b) To say what is needed."],
        ["Questions of method", RUNNING, RUNNING, RUNNING, "a) Each has ten minutes."],
    ],
)
def test_other_lists_hold_no_questions(lines):
    assert find(blocks(RUNNING, *lines), []).questions == []


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


def test_who_offers_everything_passes_no_ceiling(app):
    names = names_of_mechanisms()
    everything = find(blocks("Annual session on borders", *(own[0] for _code, own in names)), names)
    measured = Measured()
    label = {"title": "Annual session on borders", "mandate": [], "questions": [], "mechanisms": ["RCM"]}
    compare(measured, label, everything, "paper")
    assert measured.of("mechanisms") == 1.0
    assert measured.wrong_in["paper"] > WRONG
