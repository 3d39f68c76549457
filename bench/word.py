"""How long the form of a draft takes as a Word file: made, read back, and read as LibreOffice saved it."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.targets import told
from tests.factories.word import FILLED, made, matched

RUNS = 9
MADE, READ = 300, 500  # milliseconds
SAVED = Path(__file__).resolve().parents[1] / "tests/practices/word_files/saved.docx"


def _taken(work: Callable[[], Any]) -> float:
    """Return the milliseconds that something takes, the median of several runs."""
    work()  # the catalogues are read once
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print three figures; needs an application's context."""
    form, saved = made(), SAVED.read_bytes()
    back = matched(form)
    if len(back.found) < len(FILLED) or back.leftovers:
        raise SystemExit("the form did not come back whole")
    print(f"form of a draft as DOCX, {len(form) // 1024} KB, medians of {RUNS}", flush=True)
    told("milliseconds to make the form", _taken(made), at_most=MADE)
    told("milliseconds to read it back", _taken(lambda: matched(form)), at_most=READ)
    told("milliseconds to read it as LibreOffice saved it", _taken(lambda: matched(saved)), at_most=READ)
