"""Forms come back with each answer at its field, whatever Word, LibreOffice and people did to them."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.localized import LocalizedText
from app.core.texts import clean
from app.documents.word_reading import read_word
from app.practices.template import Kind
from app.practices.word_answers import match_form
from app.practices.word_found import How, Why
from app.practices.word_shape import Options
from app.practices.word_values import amount_in, date_in, month_in, options_in
from tests.documents.test_word_reading import paragraph, run, word_file
from tests.factories.word import CONTENT, FILLED, TOKEN, made, matched, shape

FILES = Path(__file__).parent / "word_files"


def saved(name):
    return matched((FILES / f"{name}.docx").read_bytes())


def values(form):
    """What was found as a draft's content has it; the order of what is chosen from a list aside."""
    content = {name: one.value for name, one in form.found.items() if not name.startswith("answers.")}
    answers = {name.removeprefix("answers."): one.value for name, one in form.found.items() if "answers." in name}
    content |= {"answers": answers} if answers else {}
    return {name: sorted(value) if is_codes(value) else value for name, value in content.items()}


def is_codes(value):
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def expected(**changes):
    content = {**FILLED, "cost": {**CONTENT["cost"], "amount": "1200000"}, **changes}
    return {name: sorted(value) if is_codes(value) else value for name, value in content.items() if value}


def texts(form, why=Why.NOWHERE):
    return [left.text for left in form.leftovers if left.why is why]


def table(*rows):
    def cell(text):
        return f"<w:tc>{''.join(paragraph(run(part)) for part in text.split(chr(10)))}</w:tc>"

    return "<w:tbl>" + "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows) + "</w:tbl>"


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
def test_what_is_written_comes_back_as_it_is(app, language):
    form = matched(made(language=language))
    assert values(form) == expected()
    assert form.leftovers == []
    assert {one.how for one in form.found.values()} == {How.TAG}
    assert form.token == TOKEN


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_comes_back_as_it_is(app, long, short):
    content = {"context": clean(long), "title": clean(short, lines=False)}
    small = replace(shape(), sections=[replace(one, slots=one.slots[:2]) for one in shape().sections[:3:2]])
    found = values(match_form(read_word(made({name: text for name, text in content.items() if text}, of=small)), small))
    assert {name: clean(text) for name, text in found.items()} == {
        name: _fit(text) for name, text in content.items() if _fit(text)
    }


def _fit(text):
    """A text without the signs that XML has no place for."""
    return clean(re.sub("[\ufffe\uffff]", "", text))


def test_the_same_draft_gives_the_same_bytes_and_an_empty_one_nothing(app):
    assert made() == made()
    empty = matched(made({}))
    assert (empty.found, empty.leftovers) == ({}, [])


@pytest.mark.parametrize("name", ["saved", "odt", "no_help"])
def test_libreoffice_saves_it_and_nothing_is_lost(app, name):
    form = saved(name)
    assert values(form) == expected()
    assert form.leftovers == []
    assert form.token == TOKEN
    assert {one.how for one in form.found.values()} <= {How.TAG, How.CODE}


def test_a_form_filled_in_with_libreoffice(app):
    form = saved("filled")
    assert values(form) == {
        "title": "Two-year permits for seasonal workers",
        "summary": "First paragraph of the summary.\n\nSecond paragraph.",
        "levels": ["local", "national"],
        "themes": ["T2"],
        "period": {"from": "2021-03", "to": "2023-12"},
        "gcm_main": "5",
        "mechanisms": ["Quito Process", "SACM"],
        "actors": [
            {"role": "lead", "name": "Migration service"},
            {"role": "partner", "name": "Ministry of Labour"},
            {"role": "civil_society", "name": "Network of shelters"},
            {"role": "", "name": "A body without a role"},
        ],
        "answers": {"2": "A calendar that all bodies share."},
        "results": "What changed:\n\n- fewer refusals\n- shorter queues",
        "cost": {"amount": "1250000.50", "currency": "USD"},
        "contact": {"email": "office@example.org"},
        "consent": "public",
    }
    assert [(left.text, left.near) for left in form.leftovers] == [("In progress", "status")]
    assert texts(form, Why.NO_OPTION) == ["In progress"]


def test_headings_written_anew(app):
    form = saved("headings")
    assert values(form) == expected()
    assert {form.found[name].how for name in ("summary", "context", "lessons", "rights", "answers.1", "themes")} == {
        How.HEADING
    }
    assert form.found["challenges"].how is How.BOOKMARK  # of its heading not a word is left
    assert [(left.text, left.near) for left in form.leftovers] == [("Lo que costó", "challenges")]


def test_tables_put_in(app):
    form = saved("table")
    challenges = f"{CONTENT['challenges']}\n\nAño | Permisos\n2017 | 11 574\n2018 | 170 000"
    assert values(form) == expected(challenges=challenges)
    assert texts(form) == ["Un texto al final.", "Oficina | Teléfono", "Lima | 000"]


@pytest.mark.parametrize("name", ["pending", "accepted"])
def test_tracked_changes_count_as_accepted(app, name):
    form = saved(name)
    assert values(form) == expected(
        title=f"{CONTENT['title']} (con cambios)",
        lessons=f"{CONTENT['lessons']} Una frase más.",
        challenges=CONTENT["challenges"].replace("dejó fuera a quienes", "excluyó a quienes"),
        rights="",
    )
    assert bool(form.changes) == (name == "pending")
    assert form.leftovers == []


def test_notes_are_left_over(app):
    form = saved("notes")
    assert values(form) == expected()
    assert texts(form, Why.ASIDE) == ["Según el registro."]


def test_a_text_that_nobody_made_from_the_form_is_read_by_its_headings(app):
    form = matched(
        word_file(
            paragraph(run("Carta de envío"))
            + paragraph(run("Título: Permisos para temporeros"))
            + paragraph(run("1. Résumé"))
            + paragraph(run("Un párrafo."))
            + paragraph(run("Otro."))
            + table(("a", "b"))
            + paragraph(run("Contexto y problemas"))
            + paragraph(run("Faltaban vías."))
            + paragraph(run("La práctica en breve"))
            + paragraph(run("Sin campo."))
            + table(("Nombre", "Dirección"), ("Portal", "https://example.org/a"))
            + table(("Period: First month", "marzo de 2021"), ("Situação", "Concluída"), ("Otra cosa", "x"))
        )
    )
    assert values(form) == {
        "title": "Permisos para temporeros",
        "summary": "Un párrafo.\n\nOtro.\n\na | b",
        "context": "Faltaban vías.",
        "links": [{"label": "Portal", "url": "https://example.org/a"}],
        "period": {"from": "2021-03"},
        "status": "completed",
    }
    assert texts(form) == ["Carta de envío", "Sin campo.", "Otra cosa | x"]


def test_what_a_list_offers_is_an_answer_wherever_no_list_offers_it(app):
    [name, *_others] = shape().lists[Kind.MECHANISMS].titles.values()
    line = paragraph(run(name["en"]))
    form = matched(word_file(line + paragraph(run("Contexto y problemas")) + line))
    assert values(form) == {"context": name["en"]}
    assert texts(form) == [name["en"]]


def control(tag, content):
    return f'<w:sdt><w:sdtPr><w:tag w:val="plenaria.{tag}"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'


def test_controls_are_known_wherever_they_were_moved(app):
    form = matched(
        word_file(
            control("summary", paragraph(run("Uno.")) + paragraph(run("Dos.")))
            + paragraph(run("Antes "), control("title", run("Un título")), run(" después"))
            + f"<w:tbl><w:tr><w:tc>{paragraph(run('Retyped [context]'))}</w:tc>"
            + control("lessons", f"<w:tc>{paragraph(run('Lección.'))}</w:tc>")
            + "</w:tr><w:tr><w:tc>"
            + paragraph(control("rights", run("Derechos.")))
            + "</w:tc><w:tc>"
            + paragraph(control("results", run("Resultados.")), run(" Fuera."))
            + "</w:tc></w:tr></w:tbl>"
            + control("unknown", paragraph(run("De nadie.")))
            + paragraph('<w:bookmarkStart w:id="1" w:name="plenaria_challenges"/>', run("Retos."))
        )
    )
    assert {name: one.value for name, one in form.found.items()} == {
        "summary": "Uno.\n\nDos.",
        "title": "Un título",
        "lessons": "Lección.",
        "rights": "Derechos.",
        "results": "Resultados.",
        "challenges": "Retos.",
    }
    assert sorted(texts(form)) == sorted(["Antes", "después", "Retyped", "Fuera.", "De nadie."])


def test_what_is_said_twice_is_not_dropped(app):
    form = matched(
        word_file(
            table(("Título", "Uno"), ("Algo [title]", "Dos"), ("[title]", "Dos"), ("Estado", "Completed\nIn design"))
        )
    )
    assert form.found["title"].value == "Dos"  # a code is surer than a heading
    assert ("Uno", "title") in [(left.text, left.near) for left in form.leftovers if left.why is Why.TWICE]
    assert len(form.leftovers) == 3


def test_rows_of_split_tables_are_put_together_and_strange_columns_shown(app):
    form = matched(
        word_file(
            table(("Nombre [links.label]", "Dirección [links.url]", "Nota"), ("A", "https://example.org/a", "ver"))
            + table(("Nombre [links.label]", "[links.url]"), ("A", "https://example.org/a"), ("B", ""))
            + paragraph(run("Indicateurs"))
            + table(("Permisos", "10", "31/12/2018", "Registro"))
            + paragraph(run("Quiénes lo hicieron"))
            + paragraph(run("Un ministerio."))
        )
    )
    rows = [{"label": "A", "url": "https://example.org/a"}, {"label": "B", "url": ""}]
    assert form.found["links"].value == rows
    indicators = [{"indicator": "Permisos", "value": "10", "date": "2018-12-31", "source": "Registro"}]
    assert form.found["indicators"].value == indicators
    assert texts(form) == ["ver", "Nota", "Un ministerio."]


def test_more_than_a_draft_can_hold_is_shown(app):
    rows = [(f"P{number}", f"https://example.org/{number}") for number in range(32)]
    long = "palabra " * 2600
    form = matched(word_file(table(("Título", long)) + table(("Nombre", "Dirección"), *rows)))
    assert "title" not in form.found
    assert len(form.found["links"].value) == 30
    assert texts(form, Why.TOO_LONG) == [long.strip(), *(" | ".join(row) for row in rows[30:])]


def test_people_may_type_into_the_form_with_word(app):
    source, target = zipfile.ZipFile(io.BytesIO(made({}))), io.BytesIO()
    with zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                data = re.sub(
                    rb"<w:r><w:rPr/><w:t[^>]*> Nacional", rb'<w:r><w:t xml:space="preserve"> Nacional X', data
                )
            copy.writestr(name, data)
    assert values(matched(target.getvalue())) == {"levels": ["national"]}


OPTIONS = Options(
    {
        "1": LocalizedText(en="Data, figures", es="Datos"),
        "T1": LocalizedText(en="Labour migration", fr="Migration de travail"),
        "10.7": LocalizedText(en="Orderly migration"),
    },
    {"10.7": LocalizedText(es="MO")},
)


@pytest.mark.parametrize(
    ("text", "codes", "strange"),
    [
        ("☒ Labour migration\n☐ Data, figures", ["T1"], []),
        ("[x] T1\n[ ] 1\n(X) 10.7", ["T1", "10.7"], []),
        ("☐ Labour migration X\nx ☐ Data", ["T1"], ["x ☐ Data"]),
        ("Migration de travail; datos", ["T1", "1"], []),
        ("- 10.7 Orderly migrations\n* 1. Data, figures", ["10.7", "1"], []),
        ("Labour migrations", ["T1"], []),
        ("MO; T1", ["10.7", "T1"], []),
        ("T1, 10.7, 99", ["T1", "10.7"], ["99"]),
        ("Something, else", [], ["Something, else"]),
        ("☐ Other: fishing", [], ["Other: fishing"]),
        ("1 of many others", [], ["1 of many others"]),
        ("", [], []),
    ],
)
def test_choices(text, codes, strange):
    assert options_in(text, OPTIONS) == (codes, strange)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2021-03", "2021-03"),
        ("3/2021", "2021-03"),
        ("2021.3.9", "2021-03-09"),
        ("31/12/2018", "2018-12-31"),
        ("12/31/2018", "2018-12-31"),
        ("03/04/2021", "03/04/2021"),
        ("5/5/2021", "2021-05-05"),
        ("15 de março de 2021", "2021-03-15"),
        ("août 2020", "2020-08"),
        ("Dec. 2020", "2020-12"),
        ("2021", "2021"),
        ("13/2021", "13/2021"),
        ("40 mars 2021", "40 mars 2021"),
        ("soon", "soon"),
        ("1 2 3 2021", "1 2 3 2021"),
        ("2020-2021", "2020-2021"),
    ],
)
def test_dates(app, text, date):
    assert date_in(text) == date


def test_a_month_where_a_day_was_written(app):
    assert month_in("31/12/2018") == "2018-12"
    assert month_in("hoy") == "hoy"


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1200000", "1200000", ""),
        ("1 200 000,5 PEN", "1200000.5", "PEN"),
        ("USD 1,200", "1200", "USD"),
        ("1.200", "1200", ""),
        ("1.200.000,50", "1200000.50", ""),
        ("12.5", "12.5", ""),
        ("1,20,0", "1,20,0", ""),
        ("about 5", "about 5", ""),
    ],
)
def test_amounts(text, amount, currency):
    assert amount_in(text) == (amount, currency)


def test_every_place_has_a_name_of_its_own(app):
    slots = shape().slots
    assert len({slot.bookmark for slot in slots}) == len({slot.code for slot in slots}) == len(slots)
    assert all(len(slot.bookmark) <= 40 for slot in slots)
