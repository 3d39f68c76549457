"""How long the form of a draft takes as a Word file: made, read back, and read as LibreOffice saved it."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.factories.word import FILLED, made, matched

RUNS = 9
SAVED = Path(__file__).resolve().parents[1] / "tests/practices/word_files/saved.docx"


def _taken(work: Callable[[], Any]) -> str:
    work()  # the catalogues are read once
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return f"{statistics.median(times):.0f} ms (longest {max(times):.0f})"


def main() -> None:
    """Print one line; needs an application's context."""
    form, saved = made(), SAVED.read_bytes()
    back = matched(form)
    if len(back.found) < len(FILLED) or back.leftovers:
        raise SystemExit("the form did not come back whole")
    print(
        f"form of a draft as DOCX ({len(form) // 1024} KB), medians of {RUNS}: made in {_taken(made)}, "
        f"read back in {_taken(lambda: matched(form))}, as LibreOffice saved it in {_taken(lambda: matched(saved))}",
        flush=True,
    )
