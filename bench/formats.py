"""How long a summary of 300 pages takes in each format: from what was frozen to the bytes.

    python -m bench.formats

About 1,500 paragraphs with a footnote in ten of them and 4,500 citations; figures are medians of three.
"""

import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable

from app.meetings.models import Meeting
from app.summaries.akoma_ntoso import render_akoma_ntoso
from app.summaries.data_report import render_csv, render_json
from app.summaries.docx_report import render_docx
from app.summaries.html_report import render_html
from app.summaries.report import Report
from app.summaries.typst_report import render_pdf
from bench.targets import told
from tests.summaries.published import citations, content_of, paragraph, report_of

PARAGRAPHS, SECTIONS, SOURCES, RUNS = 1500, 30, 3, 3
SENTENCE = "Delegations spoke of regular pathways, and of what it takes to keep them open for those who need them. "
SECONDS = {"PDF": 5.0, "DOCX": 5.0, "Akoma Ntoso": 2.0}


def content() -> dict[str, object]:
    """A frozen text of the size that the target names."""
    each = PARAGRAPHS // SECTIONS

    def text(number: int) -> str:
        note = "[^1]\n\n[^1]: As it was put in the chamber." if number % 10 == 0 else ""
        return SENTENCE * 4 + note

    sections = [
        [
            paragraph({"en": text(number)}, number=number, cited=citations(SOURCES))
            for number in range(section * each + 1, (section + 1) * each + 1)
        ]
        for section in range(SECTIONS)
    ]
    made: dict[str, object] = content_of(*sections)
    return made


def main(meeting: Meeting) -> None:
    """Print the seconds of each format, and of making what they are made of."""
    frozen = content()
    seconds, report = _timed(lambda: report_of(meeting, frozen))
    print(f"what a summary prints, from what was frozen: {seconds:.2f} s")
    renderers: dict[str, Callable[[Report], bytes]] = {
        "PDF": render_pdf,
        "DOCX": render_docx,
        "HTML": render_html,
        "Akoma Ntoso": render_akoma_ntoso,
        "JSON": lambda one: render_json({"en": one}),
        "CSV": lambda one: render_csv({"en": one}),
    }
    pages = 0
    for name, render in renderers.items():
        seconds, made = _timed(lambda render=render: render(report))
        if name == "PDF":
            pages = len(re.findall(rb"/Type\s*/Page\b", made))
        print(f"summary of {pages} pages as {name}: {seconds:.2f} s, {len(made) / 1e6:.1f} MB", flush=True)
        if name in SECONDS:
            told(f"seconds for a summary of {pages} pages as {name}", seconds, at_most=SECONDS[name])


def _timed(make: Callable[[], object]) -> tuple[float, object]:
    taken = []
    made = None
    for _run in range(RUNS):
        start = time.perf_counter()
        made = make()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), made


def alone() -> None:
    """Run it with a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"PLENARIA_ENV": "development", "PLENARIA_INSTANCE": folder}
        from app import create_app
        from app.cli.schema import upgrade
        from app.core.db import db
        from app.directory.reference import load_reference_data
        from tests.factories.summaries import make_meeting

        app = create_app()
        with app.app_context():
            upgrade()
            load_reference_data()
            db.session.commit()
            main(make_meeting())


if __name__ == "__main__":
    alone()
