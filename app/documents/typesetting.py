"""What Typst makes, in a process of its own: PDF that is tagged, PDF/UA-1 and PDF/A-2a, and other formats."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
APP = HERE.parent
PROCESS = HERE / "typst_process.py"
FONTS = HERE.parents[1] / "static" / "fonts" / "ttf"
SECONDS = 120


class RenderingError(RuntimeError):
    """Typst could not make the document; the message is Typst's, or that it took too long."""


def compiled_pdf(template: Path, inputs: dict[str, Any], *, created: datetime) -> bytes:
    """Return a template as a PDF that anybody can read and archives keep. Raises RenderingError."""
    return compiled(template, inputs, format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=int(created.timestamp()))


def compiled(template: Path, inputs: dict[str, Any], *, seconds: int = SECONDS, **making: Any) -> bytes:
    """Return what Typst, in a process of its own, makes of a template. Raises RenderingError.

    `inputs`: what the template reads as JSON from `sys.inputs`, by name. `making`: the format, and what goes with it.
    A template of ours may import another by its path below `app`.
    """
    root = APP if template.is_relative_to(APP) else template.parent
    order = {
        "template": str(template), "root": str(root), "fonts": str(FONTS), "inputs": inputs, "making": making,
    }  # fmt: skip
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
