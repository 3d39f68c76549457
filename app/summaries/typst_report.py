"""A published summary as PDF: tagged, PDF/UA-1 and PDF/A-2a."""

import json
import subprocess
import sys
from pathlib import Path

from app.summaries.report import Report

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "typst" / "report.typ"
PROCESS = HERE / "typst_process.py"
FONTS = HERE.parents[1] / "static" / "fonts" / "ttf"
SECONDS = 120


class RenderingError(RuntimeError):
    """Typst could not make the document; the message is Typst's, or that it took too long."""


def render_pdf(report: Report) -> bytes:
    """Return the report as a PDF. Runs Typst in a process of its own. Raises RenderingError."""
    order = {
        "template": str(TEMPLATE),
        "fonts": str(FONTS),
        "timestamp": int(report.created.timestamp()),
        "report": report.as_data(),
    }
    try:
        done = subprocess.run(  # noqa: S603  (our own program, its input is data)
            [sys.executable, str(PROCESS)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RenderingError(f"not done within {SECONDS} seconds") from error
    if done.returncode:
        raise RenderingError(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout
