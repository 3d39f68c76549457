"""The labelled cases keep their shape, and references share nothing but words with their sources.

Of held-back cases a failure names files, ids and counts, never a text.
"""

import re
from collections import Counter
from itertools import chain, pairwise

import pytest

from app.core.localized import LANGUAGES
from app.summaries.passages import passages
from tests.grouping.cases import DEMONSTRATION, PARTS, SKELETON_PARTS, SKELETONS, group_cases, load, skeleton_cases

GROUP_CASES = {part: group_cases(part) for part in PARTS}
ALL_GROUPS = [case for part in PARTS for case in GROUP_CASES[part]]
ALL_SKELETONS = [case for part in SKELETON_PARTS for case in skeleton_cases(part)]
RUN = 8  # words: no run as long as this may stand in a reference and in a source
LEAST_SOURCES = 3  # a language with as many sources in a section has references there

group = pytest.mark.parametrize("case", ALL_GROUPS, ids=lambda case: case.name)
skeleton = pytest.mark.parametrize("case", ALL_SKELETONS, ids=lambda case: case.name)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    all_words = words(text)
    return {tuple(all_words[at : at + RUN]) for at in range(len(all_words) - RUN + 1)}


def sentences(text: str) -> list[str]:
    return [" ".join(words(passage.text)) for passage in passages(text)]


def test_three_sets_are_open_and_two_held_back():
    assert {part: len(cases) for part, cases in GROUP_CASES.items()} == {"open": 3, "held_back": 2}


@group
def test_a_set_has_eight_to_twelve_topics_and_a_few_passages_alone(case):
    assert 8 <= len(set(case.topics) - case.single) <= 12
    assert 2 <= len(case.single) <= 4
    assert case.single <= set(case.topics)
    assert {passage.topic for passage in case.passages} == set(case.topics)


@group
def test_a_topic_has_four_to_eight_passages_in_all_four_languages_unless_it_is_single(case):
    sizes = {topic: len(case.members(topic)) for topic in case.topics}
    assert {topic for topic in case.topics if sizes[topic] == 1} == case.single
    assert [topic for topic in set(case.topics) - case.single if not 4 <= sizes[topic] <= 8] == []
    lacking = [t for t in set(case.topics) - case.single if {p.language for p in case.members(t)} != set(LANGUAGES)]
    assert lacking == []


@group
def test_a_passage_has_one_to_three_sentences_and_25_to_80_words(case):
    wrong = [p.id for p in case.passages if not (1 <= len(passages(p.text)) <= 3 and 25 <= len(p.text.split()) <= 80)]
    assert wrong == []


@group
def test_the_order_of_a_file_does_not_tell_the_topic(case):
    neighbours = sum(first.topic == second.topic for first, second in pairwise(case.passages))
    assert neighbours <= len(case.passages) / 4


def test_ids_are_unique_over_all_sets():
    ids = Counter(passage.id for case in ALL_GROUPS for passage in case.passages)
    assert [passage_id for passage_id, times in ids.items() if times > 1] == []


def test_no_two_passages_share_a_sentence():
    owners: dict[str, list[str]] = {}
    for passage in chain.from_iterable(case.passages for case in ALL_GROUPS):
        for sentence in sentences(passage.text):
            owners.setdefault(sentence, []).append(passage.id)
    assert [ids for ids in owners.values() if len(ids) > 1] == []


def test_no_topic_is_in_two_sets():
    topics = Counter(topic for case in ALL_GROUPS for topic in case.topics)
    assert [topic for topic, times in topics.items() if times > 1] == []


def test_sections_are_divided_by_their_number():
    names = {part: sorted(case.name for case in skeleton_cases(part)) for part in SKELETON_PARTS}
    assert names == {
        "open": ["demonstration_1", "demonstration_3", "written_1", "written_3"],
        "held_back": ["demonstration_2", "written_2", "written_4"],
        "held_back_2": ["written_10", "written_5", "written_6", "written_7", "written_8", "written_9"],
    }
    assert all(case.number % 2 == 0 for case in skeleton_cases("held_back"))


@skeleton
def test_a_language_has_references_where_enough_sources_are_written_in_it(case):
    counts = Counter(source.language for source in case.sources)
    assert set(case.references) == {language for language, count in counts.items() if count >= LEAST_SOURCES}


@skeleton
def test_references_are_two_to_six_paragraphs_of_40_to_90_words(case):
    for language, paragraphs in case.references.items():
        assert 2 <= len(paragraphs) <= 6, language
        assert [n for n, text in enumerate(paragraphs, 1) if not 40 <= len(text.split()) <= 90] == [], language


def texts_of(value) -> list[str]:
    """Every string inside what a YAML file holds."""
    if isinstance(value, dict):
        return list(chain.from_iterable(texts_of(inner) for inner in value.values()))
    if isinstance(value, list):
        return list(chain.from_iterable(texts_of(inner) for inner in value))
    return [value] if isinstance(value, str) else []


@pytest.fixture(scope="module")
def material() -> list[str]:
    """All that stands in the demonstration's practices, presentations and summary, and in the written answers."""
    files = [*DEMONSTRATION.glob("p*/*.yaml"), DEMONSTRATION / "summary.yaml", *SKELETONS.glob("texts/*.yaml")]
    return list(chain.from_iterable(texts_of(load(path)) for path in files))


@skeleton
def test_a_reference_shares_no_sentence_and_no_run_of_eight_words_with_a_source(case, material):
    known_sentences = set(chain.from_iterable(sentences(text) for text in material))
    known_runs = set(chain.from_iterable(runs(text) for text in material))
    copied = [
        (language, n)
        for language, paragraphs in case.references.items()
        for n, paragraph in enumerate(paragraphs, 1)
        if set(sentences(paragraph)) & known_sentences or runs(paragraph) & known_runs
    ]
    assert copied == []


@skeleton
def test_no_two_references_share_a_sentence(case):
    times = Counter(chain.from_iterable(sentences(p) for paragraphs in case.references.values() for p in paragraphs))
    assert set(times.values()) == {1}


@pytest.mark.parametrize("number", range(1, 5))
def test_a_written_question_has_twelve_to_sixteen_answers_of_80_to_150_words(number):
    (case,) = (case for case in ALL_SKELETONS if case.name == f"written_{number}")
    assert set(case.question) == set(LANGUAGES)
    assert 12 <= len(case.sources) <= 16
    assert len({source.id for source in case.sources}) == len(case.sources)
    assert len({(source.sender, source.language) for source in case.sources}) == len(case.sources)
    assert [source.id for source in case.sources if not 80 <= len(source.text.split()) <= 150] == []
    assert min(Counter(source.language for source in case.sources).values()) >= LEAST_SOURCES


def test_the_demonstration_s_answers_are_those_of_its_finished_session():
    by_number = {case.number: case for case in ALL_SKELETONS if case.session == "demonstration"}
    mechanisms = {source.sender for source in by_number[1].sources} - {source.sender for source in by_number[3].sources}
    assert len(mechanisms) == 8
    assert all(source.text for case in by_number.values() for source in case.sources)
