"""Vectors and groups of them: pure functions, the same for the same passages in any order."""

import random

import numpy as np
import pytest

from app.grouping import grouping, vectors
from app.grouping.blocks import Written
from tests.grouping import figures
from tests.grouping.cases import group_cases

pytestmark = pytest.mark.one_database
REMITTANCES = [
    Written("The cost of sending remittances fell by half.", "en"),
    Written("El costo de enviar remesas bajó a la mitad.", "es"),
    Written("Le coût des envois de fonds a baissé de moitié.", "fr"),
    Written("O custo do envio de remessas caiu pela metade.", "pt"),
]
DOMESTIC = [
    Written("Domestic workers have a written contract and a day off.", "en"),
    Written("Las trabajadoras del hogar tienen contrato escrito y un día libre.", "es"),
    Written("Les travailleuses domestiques ont un contrat écrit et un jour de repos.", "fr"),
    Written("As trabalhadoras domésticas têm contrato escrito e um dia de folga.", "pt"),
]


def prepared(items):
    made = vectors.vectors_of(items)
    languages = [item.language for item in items]
    return vectors.comparable(made, languages, vectors.means_of(made, languages))


def found(items, keys):
    groups = grouping.grouped(prepared(items), keys, alike=grouping.alike())
    return [[keys[place] for place in group.places] for group in groups]


def test_passages_of_a_topic_in_four_languages_come_together(each_way):
    items = [*REMITTANCES, *DOMESTIC]
    keys = [f"r{item.language}" for item in REMITTANCES] + [f"d{item.language}" for item in DOMESTIC]
    assert {frozenset(group) for group in found(items, keys)} == {frozenset(keys[:4]), frozenset(keys[4:])}


def test_the_same_passages_in_any_order_give_the_same_groups(each_way):
    (case, *_others) = group_cases("open")
    items, keys = figures.written(case), [passage.id for passage in case.passages]
    rows = dict(zip(keys, figures.vectors_of(items), strict=True))
    languages = dict(zip(keys, (item.language for item in items), strict=True))
    results = []
    for seed in range(4):
        order = list(keys)
        random.Random(seed).shuffle(order)
        made, of = np.stack([rows[key] for key in order]), [languages[key] for key in order]
        compared = vectors.comparable(made, of, vectors.means_of(made, of))
        groups = grouping.grouped(compared, order, alike=grouping.alike())
        results.append([[order[place] for place in group.places] for group in groups])
    assert results[0]
    assert all(result == results[0] for result in results)


def test_a_block_of_many_passages_gives_groups_like_one_of_few(monkeypatch):
    chance = np.random.default_rng(7)
    centres = np.linalg.qr(chance.normal(size=(64, 12)))[0].T
    rows = np.vstack([centre + chance.normal(scale=0.03, size=(40, 64)) for centre in centres]).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    keys = [f"{place:04}" for place in range(len(rows))]
    wanted = {frozenset(range(start, start + 40)) for start in range(0, 480, 40)}
    for most in (800, 100):  # at once, and gathered around some first
        monkeypatch.setattr(grouping, "MOST", most)
        groups = grouping.grouped(rows, keys, alike=0.4)
        assert {frozenset(group.places) for group in groups} == wanted


def test_average_linkage_is_that_of_scikit_learn():
    from sklearn.cluster import AgglomerativeClustering

    chance = np.random.default_rng(11)
    rows = chance.normal(size=(60, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ours = grouping._linked(rows, np.ones(60), 0.2)
    theirs = AgglomerativeClustering(
        n_clusters=None, distance_threshold=0.8, metric="precomputed", linkage="average"
    ).fit_predict(1 - rows.astype(np.float64) @ rows.T.astype(np.float64))
    assert len(set(zip(ours, theirs, strict=True))) == len(set(ours)) == len(set(theirs))


def test_what_is_like_nothing_else_is_in_no_group(each_way):
    alone = Written("Sea salt is gathered by hand in the northern marshes.", "en")
    groups = found([*REMITTANCES, alone], [*"abcd", "alone"])
    assert groups == [groups[0]]
    assert set(groups[0]) == set("abcd")


@pytest.mark.parametrize("count", [0, 1])
def test_none_or_one_passage_makes_no_group(count, no_encoder):
    assert found(REMITTANCES[:count], list("abcd")[:count]) == []


def test_words_that_say_nothing_have_a_vector_of_zeros_and_join_nothing(no_encoder):
    rows = vectors.vectors_of([Written("a b c", "en"), Written("", "es")])
    assert not rows.any()
    assert grouping.grouped(rows, ["a", "b"], alike=0.1) == []


def test_a_passage_joins_the_group_it_is_like_or_none(no_encoder):
    rows = prepared([*REMITTANCES, *DOMESTIC])
    centres = np.stack([rows[:3].mean(axis=0), rows[4:7].mean(axis=0)])
    assert grouping.joined(rows[[3, 7]], centres, alike=0.1) == [0, 1]
    assert grouping.joined(rows[[3]], centres, alike=0.99) == [None]
    assert grouping.joined(rows[[3]], centres[:0], alike=0.1) == [None]


def test_a_vector_is_kept_under_its_words_its_language_and_what_made_it(monkeypatch):
    marks = {vectors.mark(item) for item in REMITTANCES} | {vectors.mark(Written(REMITTANCES[0].text, "es"))}
    monkeypatch.setattr(vectors, "has_encoder", lambda: False)
    others = {vectors.mark(item) for item in REMITTANCES}
    assert len(marks) == 5
    assert all(len(mark) == 64 for mark in marks)
    if vectors.encoder_version():
        assert not marks & others


def test_a_vector_is_the_same_read_from_where_it_is_kept(each_way):
    rows = vectors.vectors_of(REMITTANCES)
    again = vectors.from_bytes(map(vectors.as_bytes, rows))
    assert (again == rows).all()
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_open_cases_are_grouped_better_than_by_any_plain_way():
    """Floors a little below the figures of docs/grouping.md, so that what makes them worse is noticed."""
    made = figures.grouping_figures("open")
    f, across = figures.NAMES.index("F"), figures.NAMES.index("recall over languages")
    plain = max(made[name][f] for name in ("each alone", "one group", "a group a language", "shared words"))
    assert made["without encoder"][f] > max(0.6, plain)
    if "with encoder" in made:
        assert made["with encoder"][f] > 0.74
        assert made["with encoder"][across] > 0.65
