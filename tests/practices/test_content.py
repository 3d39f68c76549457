"""The template, the shape of content, and what is wrong with it."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Refusal, TooLarge
from app.directory.reference import read
from app.practices.content import Terms, problems, shaped
from app.practices.template import Kind, field_label, fields, passages_source, sections
from tests.factories.practices import CONTENT, full_content

TEMPLATE = read("call_template.yaml")
QUESTIONS = [
    SimpleNamespace(key=str(number), number=number, text={"en": f"Question {number}?"}, word_limit=400)
    for number in (1, 2)
]
TERMS = Terms(
    codes={
        name: frozenset(str(item["code"]) for item in entry["items"])
        for name, entry in read("vocabularies.yaml").items()
    },
    mechanisms=frozenset(entry["acronym"] for entry in read("mechanisms.yaml")),
    questions=QUESTIONS,
)


def wrong(**changes) -> list[tuple[str, str, bool]]:
    content = shaped(TEMPLATE, full_content(**changes), TERMS)
    return [(item.anchor, str(item.message), item.missing) for item in problems(TEMPLATE, content, QUESTIONS)]


def test_the_default_template_has_every_kind_and_the_fields_that_are_cited():
    assert {field.kind for field in fields(TEMPLATE)} == set(Kind) - {Kind.DATE, Kind.FILES}
    assert sections(TEMPLATE)[0].key == "about"
    assert field_label(TEMPLATE, "results")["es"] == "Resultados"
    assert field_label(TEMPLATE, "answers.2")["en"] == "Answers to the guiding questions"
    assert field_label(TEMPLATE, "nothing") == {}


def test_passages_come_in_order_and_without_what_is_empty():
    answers = {"10": "ten", "2": "two", "3": ""}
    content = {"results": "R", "answers": answers, "summary": "S", "title": "T", "rights": ""}
    assert passages_source(content, TEMPLATE) == [
        ("summary", "S"),
        ("answers.2", "two"),
        ("answers.10", "ten"),
        ("results", "R"),
    ]


def test_a_complete_content_has_no_problem():
    assert wrong() == []


def test_shaping_drops_what_is_unknown_or_empty_and_is_idempotent():
    kept = shaped(TEMPLATE, full_content(extra="x", rights="  ", links=[{"label": "", "url": ""}]), TERMS)
    assert not {"extra", "rights", "links"} & set(kept)
    assert set(kept["answers"]) == {"1", "2"}
    assert shaped(TEMPLATE, kept, TERMS) == kept


@pytest.mark.parametrize(
    ("changes", "anchor", "words"),
    [
        ({"title": "x" * 121}, "title", "121 characters"),
        ({"summary": "word " * 151}, "summary", "151 words"),
        ({"answers": {"1": "word " * 401, "2": "Yes."}}, "answer_1", "401 words"),
        ({"period": {"from": "2020-05", "to": "2020-04"}}, "period_to", "before the first"),
        ({"period": {"from": "2020-13", "to": None}}, "period_from", "2024-03"),
        ({"period": {"from": "", "to": "2020-04"}}, "period_from", "in which month"),
        ({"themes": ["T1", "T2", "T3", "T4"]}, "themes", "at most 3"),
        ({"gcm_main": ["1", "2"]}, "gcm_main", "at most 1"),
        ({"cost": {"amount": "much", "currency": "USD", "source": ""}}, "cost_amount", "in figures"),
        ({"cost": {"amount": 5, "currency": "dollars", "source": ""}}, "cost_currency", "three letters"),
        ({"links": [{"label": "x", "url": "javascript:alert(1)"}]}, "links", "https://"),
        ({"actors": [{"role": "", "name": "Ministry"}]}, "actors", "every row"),
        ({"actors": [{"role": "lead", "name": str(number)} for number in range(11)]}, "actors", "at most 10"),
        ({"contact": {"name": "", "institution": "", "email": "nobody"}}, "contact_email", "name@example.org"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes, anchor, words):
    found = {place: message for place, message, missing in wrong(**changes) if not missing}
    assert words in found[anchor]


@pytest.mark.parametrize(
    ("field", "anchor"),
    [
        ("title", "title"),
        ("levels", "levels"),
        ("period", "period_from"),
        ("actors", "actors"),
        ("contact", "contact_name"),
        ("consent", "consent"),
    ],
)
def test_what_is_missing_is_said_at_its_field(field, anchor):
    assert (anchor, "This is not answered yet.", True) in wrong(**{field: None})


def test_an_unanswered_question_is_missing():
    assert wrong(answers={"1": "Yes."}) == [("answer_2", "This question is not answered yet.", True)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"themes": ["T99"]}, "themes"),
        ({"gcm_main": "99"}, "gcm_main"),
        ({"mechanisms": ["NATO"]}, "mechanisms"),
        ({"actors": [{"role": "king", "name": "x"}]}, "actors"),
        ({"consent": "restricted"}, "consent"),
    ],
)
def test_a_code_that_no_list_has_is_refused(changes, field):
    with pytest.raises(Refusal) as refusal:
        shaped(TEMPLATE, full_content(**changes), TERMS)
    assert refusal.value.field == field


def test_what_cannot_be_kept_at_all_is_refused():
    with pytest.raises(TooLarge):
        shaped(TEMPLATE, full_content(summary="x" * 20_001), TERMS)
    with pytest.raises(TooLarge):
        shaped(TEMPLATE, full_content(links=[{"label": str(number), "url": ""} for number in range(31)]), TERMS)


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_amounts_are_kept_as_numbers(amount):
    kept = shaped(TEMPLATE, {"cost": {"amount": str(amount), "currency": "usd", "source": None}}, TERMS)["cost"]
    assert kept["amount"] == pytest.approx(float(amount))
    assert kept["currency"] == "USD"


@given(st.dictionaries(st.sampled_from(sorted(CONTENT)), st.none() | st.text() | st.integers() | st.lists(st.text())))
def test_no_content_breaks_shaping(content):
    try:
        kept = shaped(TEMPLATE, content, TERMS)
    except Refusal:
        return
    problems(TEMPLATE, kept, QUESTIONS)
    assert shaped(TEMPLATE, kept, TERMS) == kept
