"""`python -m bench.grouping`: how long vectors, groups and proposals take for 700 and for 7,000 submissions.

The submissions are made of the demonstration's sentences and of the texts written for the labelled cases, varied: each
has 600 words in answer to six questions, in one of four languages. Vectors are what a job makes as texts arrive; their
cost is measured on some passages and printed apart. So that memory counts, each size is a process of its own.
"""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

import numpy as np

from bench.targets import told

SIZES, QUESTIONS, WORDS = (700, 7_000), 6, 600
SAMPLE = 256  # passages of which vectors are made anew
NOISE = 0.35  # of a vector's length: how far a varied sentence is from the one it was made of
SECONDS, MEGABYTES = 10.0, 500.0


def sentences() -> dict[str, list[str]]:
    """Language -> the sentences that submissions are made of."""
    from app.summaries.passages import passages
    from tests.grouping.cases import SKELETONS, _demonstration_files, load

    texts: list[tuple[str, str]] = []
    for _name, _sender, language, answers in _demonstration_files():
        texts += [(language, text) for text in answers.values() if text]
    for path in sorted(SKELETONS.glob("texts/*.yaml")):
        texts += [(answer["language"], answer["text"]) for answer in load(path)["answers"]]
    found: dict[str, list[str]] = {}
    for language, text in texts:
        found.setdefault(language, []).extend(passage.text for passage in passages(text))
    return found


def submissions(number: int, known: dict[str, list[str]]) -> Iterator[list[tuple[int, str, int]]]:
    """For each submission its passages: question, language, which sentence of that language."""
    chance = random.Random(20261122)
    languages = sorted(known)
    for _ in range(number):
        language, words = chance.choice(languages), 0
        passages: list[tuple[int, str, int]] = []
        while words < WORDS:
            place = chance.randrange(len(known[language]))
            # A sentence is said again and again on the question to which it belongs.
            passages.append((place % QUESTIONS, language, place))
            words += len(known[language][place].split())
        yield passages


def peak() -> float:
    """The most memory that this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def varied(row: np.ndarray, chance: np.random.Generator, encoded: int) -> np.ndarray:
    """The vector of a sentence that says nearly the same."""
    made = row.copy()
    noise = chance.standard_normal(encoded or len(row)).astype(np.float32)
    part = made[: len(noise)]
    part += NOISE * np.linalg.norm(part) * noise / np.linalg.norm(noise)
    return made / np.linalg.norm(made)


def measure(number: int) -> None:
    """Print what grouping and proposing take for so many submissions, without the making of vectors."""
    from app.core.encoder import NUMBERS
    from app.grouping import vectors
    from app.grouping.arranging import arranged
    from app.grouping.blocks import Piece, Written
    from app.summaries.sources import SourceText

    known = sentences()
    base: dict[str, np.ndarray] = {}
    for language, texts in known.items():
        rows = [
            vectors.vectors_of([Written(text, language) for text in texts[start : start + 32]])
            for start in range(0, len(texts), 32)
        ]
        base[language] = np.vstack(rows)
    encoded = NUMBERS if vectors.has_encoder() else 0
    before = peak()
    blocks: list[list[tuple[int, str, int]]] = [[] for _ in range(QUESTIONS)]
    for submission, passages in enumerate(submissions(number, known)):
        for question, language, place in passages:
            blocks[question].append((submission, language, place))
    total, taken, worked, groups = sum(map(len, blocks)), 0.0, 0.0, 0
    chance = np.random.default_rng(20261122)
    for question, block in enumerate(blocks):
        # What a database holds: made before the clock starts, read again within it.
        kept = [vectors.as_bytes(varied(base[language][place], chance, encoded)) for _who, language, place in block]
        pieces = _pieces(question, block, known, SourceText, Piece)
        start, processor = time.perf_counter(), time.process_time()
        rows = vectors.from_bytes(kept)
        languages = [language for _who, language, _place in block]
        compared = vectors.comparable(rows, languages, vectors.means_of(rows, languages))
        near = rows @ base["en"][question]
        found = arranged(pieces, compared, near, [])
        taken += time.perf_counter() - start
        worked += time.process_time() - processor
        groups += len(found.new)
        del kept, rows, compared, pieces
    print(
        f"grouping and skeleton of {number} submissions ({total} passages on {QUESTIONS} questions, {groups} groups): "
        f"{taken:.1f} s ({worked:.1f} s of the processor), peak {peak():.0f} MB "
        f"(before it {before:.0f} MB, the encoder among them)",
        flush=True,
    )
    print(taken, peak())


def _pieces(question: int, block: Sequence[tuple[int, str, int]], known, source_text, piece) -> list:
    sources: dict[tuple[int, str], object] = {}
    made = []
    for number, (who, language, place) in enumerate(block):
        key = (who, language)
        if key not in sources:
            sources[key] = source_text(
                f"practice-{who}", "practice", who, 1, who % 200, None, "", "", language, None, True, {}
            )
        made.append(
            piece(sources[key], f"answers.{question}", number, number + 1, f"{known[language][place]} [{number}]")
        )
    return made


def vector_cost() -> None:
    """Print what a vector costs with and without the encoder, in batches as the job makes them."""
    from app.grouping import vectors
    from app.grouping.blocks import Written

    known = sentences()
    items = [Written(text, language) for language in sorted(known) for text in known[language][: SAMPLE // 4]]
    ways = (True, False) if vectors.has_encoder() else (False,)
    for way in ways:
        vectors.has_encoder = lambda way=way: way
        vectors.vectors_of(items[:32])  # reads the weights
        start = time.process_time()
        for place in range(0, len(items), 32):
            vectors.vectors_of(sorted(items, key=lambda item: len(item.text))[place : place + 32])
        cost = (time.process_time() - start) / len(items) * 1000
        name = "with" if way else "without"
        print(f"vectors {name} the sentence encoder: {cost:.1f} ms a passage of the processor, made as texts arrive")


def main() -> None:
    """Print all figures beside what is wanted of them."""
    vector_cost()
    seconds = {}
    for number in SIZES:
        answer = subprocess.run(
            [sys.executable, "-m", "bench.grouping", str(number)], capture_output=True, text=True, check=True
        )
        *said, figures = answer.stdout.strip().split("\n")
        print("\n".join(said), flush=True)
        seconds[number], memory = map(float, figures.split())
        if number == SIZES[0]:
            told(f"seconds for groups and skeleton of {number} submissions", seconds[number], at_most=SECONDS)
            told(f"MB for groups and skeleton of {number} submissions", memory, at_most=MEGABYTES)
    grown = seconds[SIZES[1]] / seconds[SIZES[0]]
    told("times as long for ten times as many submissions", grown, at_most=15.0)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
    else:
        main()
