"""Recall of the reader of concept papers: what of each label is found, field by field.

python -m tests.meetings.recall [folder of papers with their labels]

Without a folder: of the papers that who writes the reader may open, then of those kept aside from them.
"""

import sys
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import yaml
from werkzeug.datastructures import FileStorage

from app.core.texts import fold
from app.meetings.concept_paper import Found, find
from app.meetings.paper_reading import Block, read_paper

PAPERS = Path(__file__).parent / "papers"
OPEN = (PAPERS, PAPERS / "more")
HELD_BACK = PAPERS / "held_back"
FIELDS = ("title", "resolution", "paragraph", "starts", "ends", "place", "mode", "questions", "mechanisms")
ALIKE = 0.9


@dataclass
class Recall:
    """For each field: how many things the labels name, how many of them were found, how many others were offered.

    `wrong_in` counts the others by paper.
    """

    named: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    offered: Counter = field(default_factory=Counter)
    wrong_in: Counter = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, name: str, wanted: list, got: list, paper: str, same=lambda one, other: one == other) -> None:
        hits = [item for item in wanted if any(same(item, other) for other in got)]
        self.named[name] += len(wanted)
        self.found[name] += len(hits)
        wrong = [other for other in got if not any(same(item, other) for item in wanted)]
        self.offered[name] += len(wrong)
        self.wrong_in[paper] += len(wrong)
        self.misses += [f"{paper} {name}: {item}" for item in wanted if item not in hits]
        self.misses += [f"{paper} {name}, wrongly: {other}" for other in wrong]

    def of(self, name: str) -> float:
        return self.found[name] / self.named[name] if self.named[name] else 1.0

    def table(self) -> str:
        lines = [f"{'field':<12}{'named':>6}{'found':>6}{'recall':>8}{'wrongly offered':>17}"]
        for name in FIELDS:
            row = (self.named[name], self.found[name], self.of(name), self.offered[name])
            lines.append(f"{name:<12}{row[0]:>6}{row[1]:>6}{row[2]:>8.2f}{row[3]:>17}")
        return "\n".join([*lines, f"most offered wrongly for one paper: {max(self.wrong_in.values())}"])


def _bare(text: str) -> str:
    return " ".join(fold(text).replace("’", "'").split())


def alike(one: str, other: str) -> bool:
    """Whether two texts are the same but for a few characters."""
    return SequenceMatcher(None, _bare(one), _bare(other), autojunk=False).ratio() >= ALIKE


def compare(recall: Recall, label: dict, found: Found, paper: str) -> None:
    """Add one paper."""
    squeeze = lambda text: "".join(str(text).split())  # noqa: E731
    recall.add("title", [label["title"]], [found.title], paper, alike)
    recall.add(
        "resolution",
        [squeeze(row["resolution"]) for row in label["mandate"]],
        [squeeze(name) for name, _number in found.mandates],
        paper,
    )
    recall.add(
        "paragraph",
        [f"{squeeze(row['resolution'])}:{row['paragraph']}" for row in label["mandate"]],
        [f"{squeeze(name)}:{number}" for name, number in found.mandates],
        paper,
    )
    for name in ("starts", "ends"):
        value = getattr(found, name)
        recall.add(name, [label[name]] if label.get(name) else [], [value] if value else [], paper)
    recall.add(
        "place", [label["place"]] if label.get("place") else [], [found.place] if found.place else [], paper, alike
    )
    if "mode" in label:
        recall.add("mode", [label["mode"]], [found.mode.value], paper)
    recall.add("questions", label["questions"], found.questions, paper, alike)
    recall.add("mechanisms", label["mechanisms"], found.mechanisms, paper)


def papers(folder: Path) -> list[tuple[Path, dict]]:
    """The papers of a folder with their labels."""
    found = []
    for label in sorted(folder.glob("*.yaml")):
        paper = next(path for path in folder.glob(f"{label.stem}.*") if path.suffix != ".yaml")
        found.append((paper, yaml.safe_load(label.read_text(encoding="utf-8"))))
    return found


@cache
def _paragraphs(path: Path) -> list[Block]:
    with path.open("rb") as stream:
        return read_paper(FileStorage(stream, filename=path.name))


def read(path: Path, names) -> Found:
    """What the reader finds in a file."""
    return find(_paragraphs(path), names)


def measure(*folders: Path, names) -> Recall:
    """Read every paper of the folders."""
    recall = Recall()
    for folder in folders:
        for path, label in papers(folder):
            compare(recall, label, read(path, names), path.name)
    return recall


def main() -> None:
    """Print the tables; the misses too, except for papers that are kept aside."""
    import tempfile

    from app import create_app
    from app.cli.schema import upgrade
    from app.directory.queries import names_of_mechanisms
    from app.directory.reference import load_reference_data
    from tests.conftest import settings_for

    measured = [(Path(sys.argv[1]),)] if len(sys.argv) > 1 else [OPEN, (HELD_BACK,)]
    with tempfile.TemporaryDirectory() as name:
        app = create_app(settings_for(f"sqlite:///{name}/recall.sqlite", Path(name)))
        with app.app_context():
            upgrade()
            load_reference_data()
            names = names_of_mechanisms()
    for folders in measured:
        recall = measure(*folders, names=names)
        print(f"\n{', '.join(folder.name for folder in folders)}\n{recall.table()}")  # noqa: T201  (the figures are what it is for)
        if folders[0].name != HELD_BACK.name:
            print("\n".join(recall.misses))  # noqa: T201  (the figures are what it is for)


if __name__ == "__main__":
    main()
