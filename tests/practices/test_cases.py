"""The labelled cases keep their shape, their codes exist, and they are divided as the lot fell.

Only names and counts are asserted: what kept cases say was not to be seen before they were opened.
Of the later lots a failure gives no more than names of files.
"""

import random
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

from app.core.localized import LANGUAGES
from app.directory.reference import read

SUGGESTIONS = Path(__file__).parent / "suggestion_cases"
SIMILAR = Path(__file__).parent / "similar_cases"
FILES = sorted(path for part in ("open", "kept") for path in SUGGESTIONS.glob(f"{part}/*.yaml"))
LATER_LOTS = {part: sorted(SUGGESTIONS.glob(f"{part}/*.yaml")) for part in ("kept_2", "kept_3")}
LEAST_WORDS = {"kept_3": 70}  # of a description, where the lot has short texts too
LABELS = {"themes": (1, 3), "gcm": (1, 4), "sdg": (0, 4)}
TEXTS = {"title", "summary", "description", "results"}
SEED = 20261121


def load(path: Path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def codes(vocabulary: str) -> frozenset[str]:
    return frozenset(item["code"] for item in read("vocabularies.yaml")[vocabulary]["items"])


@cache
def states() -> frozenset[str]:
    return frozenset(entry["code"] for entry in read("states.yaml"))


def well_labelled(labels, vocabulary: str) -> bool:
    least, most = LABELS[vocabulary]
    return least <= len(labels) == len(set(labels)) <= most and set(labels) <= codes(vocabulary)


def faults(path: Path) -> list[str]:
    case = load(path)
    if set(case) - {"why", "second"} != {"language", "state", *TEXTS, *LABELS}:
        return ["fields"]
    words = {field: len(case[field].split()) for field in TEXTS}
    right = {
        "language": case["language"] == path.stem[:2],
        "state": case["state"] in states(),
        "title": len(case["title"]) <= 120,
        "summary": 10 <= words["summary"] <= 150,
        "description": LEAST_WORDS.get(path.parent.name, 120) <= words["description"] <= 250,
        "results": 10 <= words["results"] <= 300,
    }
    right |= {vocabulary: well_labelled(case[vocabulary], vocabulary) for vocabulary in LABELS}
    return [name for name in right if not right[name]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_is_complete_and_its_codes_exist(path):
    assert faults(path) == []


@pytest.mark.parametrize("part", LATER_LOTS)
def test_a_later_lot_has_the_same_shape_six_cases_a_language(part):
    lot = LATER_LOTS[part]
    assert [path.name for path in lot if faults(path)] == []
    assert Counter(path.stem[:2] for path in lot) == dict.fromkeys(LANGUAGES, 6)


def test_no_case_is_in_two_lots():
    names = [path.stem for path in SUGGESTIONS.glob("*/*.yaml")]
    assert len(names) == len(set(names))


def test_a_second_reading_says_what_differed_and_what_was_decided():
    for path in SUGGESTIONS.glob("*/*.yaml"):
        second = load(path).get("second")
        if second is not None:
            right = bool(second.pop("decided", None)) and set(second) <= set(LABELS) and bool(second)
            right = right and all(well_labelled(second[name], name) for name in second)
            assert right, path.name


def test_the_suggestion_cases_are_divided_as_the_lot_fell():
    rng = random.Random(SEED)
    kept = set()
    for language in sorted(LANGUAGES):
        names = sorted(path.stem for path in FILES if path.stem.startswith(f"{language}_"))
        assert len(names) == 9
        kept.update(rng.sample(names, 3))
    assert {path.stem for path in FILES if path.parent.name == "kept"} == kept
    assert {path.stem for path in FILES if path.parent.name == "open"} == {path.stem for path in FILES} - kept


def test_all_themes_and_nearly_all_objectives_and_targets_occur():
    found = {name: {code for path in FILES for code in load(path)[name]} for name in LABELS}
    assert found["themes"] == codes("themes")
    assert len(found["gcm"]) >= 20
    assert len(found["sdg"]) >= 8


@cache
def queries(part: str):
    return load(SIMILAR / f"{part}.yaml")


def test_the_small_library_has_forty_entries_ten_a_language():
    entries = load(SIMILAR / "library.yaml")
    assert {frozenset(entry) for entry in entries} == {
        frozenset({"key", "language", "state", "year", "title", "summary"})
    }
    assert Counter(entry["language"] for entry in entries) == dict.fromkeys(LANGUAGES, 10)
    assert len({entry["key"] for entry in entries}) == len({entry["title"] for entry in entries}) == 40
    assert {entry["state"] for entry in entries} <= states()
    assert all(len(entry["title"]) <= 120 for entry in entries)


@pytest.mark.parametrize(("part", "count"), [("open", 20), ("kept", 10)])
def test_typed_titles_name_entries_of_the_library(part, count):
    keys = {entry["key"] for entry in load(SIMILAR / "library.yaml")}
    assert len(queries(part)) == count
    for number, query in enumerate(queries(part)):
        assert set(query) - {"why"} == {"subject", "language", "typed", "alike"}, number
        assert query["language"] in LANGUAGES, number
        assert 10 <= len(query["typed"]) <= 120, number
        assert len(query["alike"]) == len(set(query["alike"])) <= 3, number
        assert set(query["alike"]) <= keys, number


def test_the_typed_titles_are_divided_by_subject_as_the_lot_fell():
    alike, languages = {}, {}
    for query in queries("open") + queries("kept"):
        alike.setdefault(query["subject"], set()).update(query["alike"])
        languages.setdefault(query["subject"], []).append(query["language"])
    assert {len(pair) for pair in languages.values()} == {len(set(pair)) for pair in languages.values()} == {2}
    rng = random.Random(SEED)
    kept = set(rng.sample(sorted(subject for subject in alike if alike[subject]), 4))
    kept.update(rng.sample(sorted(subject for subject in alike if not alike[subject]), 1))
    assert {query["subject"] for query in queries("kept")} == kept
    assert {query["subject"] for query in queries("open")} == set(alike) - kept
    answers = [{key for query in queries(part) for key in query["alike"]} for part in ("open", "kept")]
    assert answers[0].isdisjoint(answers[1])
