"""Figures of the suggestions and of the like practices, on the labelled cases (their READMEs say what is measured).

python -m tests.practices.figures [open] [demo] [kept] [kept_2] [kept_3]

Without a name: of the open cases. `demo`: suggestions for the demonstration's practices, with the codes that they have.
Each of the kept lots was opened once (docs/decisions/0030).
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import yaml

from app.core.localized import LANGUAGES
from app.directory.reference import DATA, read
from app.practices.likeness import most_alike, traits
from app.practices.suggesting import CUTS, MOST, suggest, texts_of

SUGGESTIONS = Path(__file__).parent / "suggestion_cases"
SIMILAR = Path(__file__).parent / "similar_cases"
ALL = "all"


def load(path: Path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def cases(part: str) -> Iterator[tuple[str, list[tuple[str, float]], dict[str, list[str]]]]:
    """(language, texts with the weights that the draft page gives them, labels by vocabulary)."""
    if part == "demo":
        for path in sorted((DATA / "demo" / "practices").glob("*.yaml")):
            practice = load(path)
            content = practice["content"]
            labels = {
                "themes": content["themes"],
                "gcm": [content["gcm_main"], *content.get("gcm_other", ())],
                "sdg": content.get("sdg_targets", []),
            }
            yield practice["language"], texts_of(read("call_template.yaml"), content), labels
        return
    for path in sorted((SUGGESTIONS / part).glob("*.yaml")):
        case = load(path)
        texts = {"title": case["title"], "summary": case["summary"], "actions": case["description"]}
        texts["results"] = case["results"]
        yield case["language"], texts_of(read("call_template.yaml"), texts), case


def measure(suggested: list[str], labels: list[str]) -> tuple[float | None, float | None]:
    """Precision and recall at 3 of one case in one vocabulary; None where the case does not count."""
    first = suggested[:MOST]
    hits = len(set(first) & set(labels))
    if not labels:
        return (0.0 if first else None), None
    return (hits / len(first) if first else 0.0), hits / min(MOST, len(labels))


def mean(values: list[float | None]) -> float:
    """The mean of those that count."""
    counted = [value for value in values if value is not None]
    return sum(counted) / len(counted) if counted else 0.0


def suggestion_figures(part: str, method=suggest) -> dict[tuple[str, str], tuple[float, float]]:
    """(vocabulary, language or ALL) -> precision at 3, recall at 3."""
    found = defaultdict(list)
    for language, texts, labels in cases(part):
        for vocabulary in CUTS:
            figures = measure([item.code for item in method(vocabulary, texts, language)], labels[vocabulary])
            for name in (language, ALL):
                found[vocabulary, name].append(figures)
    return {
        key: (mean([one for one, _other in pairs]), mean([other for _one, other in pairs]))
        for key, pairs in found.items()
    }


def similar_figures(part: str) -> dict[str, tuple[float, ...]]:
    """Recall and precision at 3 over titles that have entries alike; of those that have none, the share left empty."""
    library = load(SIMILAR / "library.yaml")
    known = [traits(entry["title"], entry["summary"], entry["language"]) for entry in library]
    found = defaultdict(list)
    for query in load(SIMILAR / f"{part}.yaml"):
        shown = [library[place] for place in most_alike(query["typed"], query["language"], known)]
        hits = sum(entry["key"] in query["alike"] for entry in shown)
        if not query["alike"]:
            found["none alike: nothing shown"].append((float(not shown),))
            continue
        languages = {entry["language"] for entry in library if entry["key"] in query["alike"]}
        figures = (hits / min(MOST, len(query["alike"])), hits / len(shown) if shown else 0.0)
        kind = "alike in its language" if query["language"] in languages else "alike in others only"
        for name in (ALL, kind):
            found[name].append(figures)
    return {name: tuple(map(mean, zip(*values, strict=True))) for name, values in found.items()}


def main() -> None:
    """Print the tables."""
    for part in sys.argv[1:] or ["open"]:
        if part != "demo" and not any((SUGGESTIONS / part).glob("*.yaml")):
            sys.exit(f"There are no cases in {SUGGESTIONS / part}.")
        figures = suggestion_figures(part)
        print(f"\nsuggestions, {part}: precision at 3 / recall at 3")  # noqa: T201  (the figures are what it is for)
        print(f"{'':<8}" + "".join(f"{language:>13}" for language in (*LANGUAGES, ALL)))  # noqa: T201  (the same)
        for vocabulary in CUTS:
            row = (figures[vocabulary, language] for language in (*LANGUAGES, ALL))
            print(f"{vocabulary:<8}" + "".join(f"{one:>7.2f}/{other:.2f} " for one, other in row))  # noqa: T201  (the same)
        if not (SIMILAR / f"{part}.yaml").exists():
            continue
        print(f"like practices, {part}: recall at 3 / precision at 3")  # noqa: T201  (the same)
        for name, values in similar_figures(part).items():
            print(f"  {name:<26}" + " / ".join(f"{value:.2f}" for value in values))  # noqa: T201  (the same)


if __name__ == "__main__":
    main()
