"""A published summary as PDF: tagged, PDF/UA-1 and PDF/A-2a; and what else Typst makes, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.summaries.report import Report

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "typst" / "report.typ"
PROCESS = HERE / "typst_process.py"
FONTS = HERE.parents[1] / "static" / "fonts" / "ttf"
SECONDS = 120


class RenderingError(RuntimeError):
    """Typst could not make the document; the message is Typst's, or that it took too long."""


def render_pdf(report: Report) -> bytes:
    """Return the report as a PDF. Raises RenderingError."""
    return compiled(
        TEMPLATE,
        {"report": report.as_data()},
        format="pdf",
        pdf_standards=["ua-1", "a-2a"],
        timestamp=int(report.created.timestamp()),
    )


def compiled(template: Path, inputs: dict[str, Any], *, seconds: int = SECONDS, **making: Any) -> bytes:
    """Return what Typst, in a process of its own, makes of a template. Raises RenderingError.

    `inputs`: what the template reads as JSON from `sys.inputs`, by name. `making`: the format, and what goes with it.
    """
    order = {"template": str(template), "fonts": str(FONTS), "inputs": inputs, "making": making}
    try:
        done = subprocess.run(  # noqa: S603  (our own program, its input is data)
            [sys.executable, str(PROCESS)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RenderingError(f"not done within {seconds} seconds") from error
    if done.returncode:
        raise RenderingError(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout
