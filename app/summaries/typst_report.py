"""A published summary as PDF."""

from pathlib import Path

from app.documents.typesetting import compiled_pdf
from app.summaries.report import Report

TEMPLATE = Path(__file__).resolve().with_name("typst") / "report.typ"


def render_pdf(report: Report) -> bytes:
    """Return the report as a PDF. Raises RenderingError."""
    return compiled_pdf(TEMPLATE, {"report": report.as_data()}, created=report.created)
