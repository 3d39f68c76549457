"""Choosing what a proposal quotes, courtesies, and names: pure functions."""

import numpy as np
import pytest

from app.grouping import naming, skeleton, vectors
from app.grouping.blocks import Written
from app.grouping.courtesies import is_courtesy
from app.grouping.skeleton import Candidate
from tests.grouping import figures
from tests.grouping.cases import skeleton_cases

pytestmark = pytest.mark.one_database


WORDS = ("harbour", "bridge", "ledger", "orchard", "lantern", "quarry")


def candidate(place, text, *, group=None, language="en"):
    return Candidate(f"{place:02}", place, language, text, group)


def candidates(*groups, language="en"):
    """Passages of twenty words, none of which is in two of them."""
    return [
        candidate(place, " ".join([WORDS[place]] * 20), group=group, language=language)
        for place, group in enumerate(groups)
    ]


def said(*texts):
    """The order in which passages are chosen that differ in their words alone."""
    items = [candidate(place, text) for place, text in enumerate(texts)]
    return skeleton.chosen(unit(*np.eye(len(items))), np.zeros(len(items), dtype=np.float32), items, {"en": 10**6})


def unit(*rows):
    rows = np.array(rows, dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_what_is_like_one_chosen_comes_after_what_is_not():
    rows = unit([1, 0.1, 0], [1, 0.1, 0], [0.1, 1, 0])
    near = np.array([0, 0, 1], dtype=np.float32)
    assert skeleton.chosen(rows, near, candidates(None, None, None), {"en": 30})[:2] in ([0, 2], [2, 0])


def test_a_group_that_was_chosen_from_waits():
    rows = unit([1, 0, 0], [0.9, 0.4, 0], [0, 0, 1], [0, 0.2, 1])
    near = np.array([3, 2.9, 2.8, 2.7], dtype=np.float32)
    order = skeleton.chosen(rows, near, candidates(0, 0, 1, 1), {"en": 10**6})
    assert {order[0] // 2, order[1] // 2} == {0, 1}
    assert sorted(order) == [0, 1, 2, 3]


def test_what_several_say_comes_first_and_what_is_said_already_waits():
    shared = "Clinics lack interpreters."
    assert said("Ferries cross lakes.", shared, "Clinics lack interpreters today.", "Orchards bloom early.")[0] in (
        1,
        2,
    )
    assert said("Ferries cross lakes.", shared, shared, shared)[:2] in ([1, 0], [2, 0], [3, 0])


def test_a_passage_with_figures_comes_after_one_without():
    assert said("Clinics opened in 40 towns.", "Clinics opened in several towns.")[0] == 1


def test_the_budget_of_words_is_each_language_s_own():
    rows = unit(*np.eye(6))
    near = np.arange(6, dtype=np.float32)
    items = candidates(*[None] * 3) + candidates(*[None] * 3, language="es")
    order = skeleton.chosen(rows, near, items, {"en": 25, "es": 60, "fr": 100})
    assert [items[place].language for place in order] == ["en", "en", "es", "es", "es"]
    assert skeleton.chosen(rows[:0], near[:0], [], {"en": 25}) == []


def test_the_order_of_candidates_does_not_matter():
    case = skeleton_cases("open")[-1]
    with figures.without_encoder():
        first = figures.proposed(case)
        turned = type(case)(**{**case.__dict__, "sources": case.sources[::-1]})
        assert figures.proposed(turned) == first


@pytest.mark.parametrize(
    "text",
    [
        "We thank the Chair for convening this session.",
        "Agradecemos a la Presidencia y saludamos a las delegaciones.",
        "Merci, Monsieur le Président.",
        "Nous remercions le Comité de son invitation.",
        "A delegação agradece à Presidência o convite.",
        "Thank you, Madam Chair.",
    ],
)
def test_a_courtesy_is_told(text):
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text",
    [
        "The host communities welcomed the families and shared their wells.",
        "La salud de las personas migrantes mejoró.",
        "El presidente de la cooperativa firmó el convenio.",
        "Les délégations régionales ouvrent chaque matin.",
        "O projeto reduziu a espera, graças ao novo sistema.",
        "We thank the Chair. " + "We then opened forty offices in the provinces of the north. " * 5,
    ],
)
def test_what_says_something_is_no_courtesy(text):
    assert not is_courtesy(text)


def test_no_labelled_passage_of_the_open_sets_is_a_courtesy():
    assert not [p.id for case in figures.group_cases("open") for p in case.passages if is_courtesy(p.text)]


def test_a_group_is_named_by_what_tells_it_from_others():
    schools = [Written(f"Schools in province {n} enrol migrant children without papers.", "en") for n in "abc"]
    visas = [Written(f"Humanitarian visas in province {n} are given to migrants in ten days.", "en") for n in "abc"]
    first, second = naming.names([schools, visas], schools + visas)
    assert "school" in first
    assert "humanitarian visa" in second
    assert naming.names([schools[::-1], visas[::-1]], visas + schools) == [first, second]


def test_a_name_is_in_the_language_of_most_of_its_passages():
    group = [
        Written("Las remesas cuestan menos.", "es"),
        Written("Las remesas llegan antes.", "es"),
        Written("Remittances are cheaper.", "en"),
    ]
    assert naming.names([group], group)[0].startswith("remesas")
    assert naming.names([[Written("1 2 3", "en")]], []) == [""]


def test_open_sections_are_proposed_better_than_by_plain_baselines():
    """Better than first sentences and than LexRank, in words and pairs of words, in the mean and in most sections
    (docs/grouping.md has the figures)."""
    made = figures.skeleton_figures("open")
    ours = [name for name in ("without encoder", "with encoder") if name in made]
    assert ours[0] == "without encoder"
    assert len(made["without encoder"]) == 7
    for name in ours:
        for baseline in figures.BASELINES:
            for figure in (0, 2):
                better = made[name][:, figure] - made[baseline][:, figure]
                assert better.mean() > 0
                assert (better > 0).sum() > len(better) / 2
    assert vectors.has_encoder() == ("with encoder" in ours)
