"""The presentations of the demonstration."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from app.cli.demo_finding import delegation_of
from app.core.audience import Audience
from app.directory.reference import DATA, read
from app.documents.operations import keep_file
from app.meetings.models import Meeting
from app.people.models import User
from app.presentations import operations as presentations
from app.presentations.models import Presentation

SLIDES = Path(__file__).with_name("demo_slides.typ")
FONTS = DATA.parent / "static" / "fonts" / "ttf"


def present(meeting: Meeting, *, people: Mapping[str, User], by: User) -> dict[str, Presentation]:
    """File the presentations of the mechanisms, with slides; return them by mechanism. `by` where nobody is there."""
    filed = {}
    for path in sorted((DATA / "demo" / "presentations").glob("*.yaml")):
        script = read(f"demo/presentations/{path.name}")
        delegation = delegation_of(meeting, script["mechanism"])
        author = people.get(script["mechanism"], by)
        presentation = presentations.start_presentation(delegation, language=script["language"], by=author)
        presentation.public_sources = [
            {name: str(value) for name, value in source.items() if value} for source in script["sources"]
        ]
        presentations.save_presentation(
            presentation,
            answers={str(number): text for number, text in script["answers"].items()},
            speakers=[speaker["function"] for speaker in script["speakers"]],
            language=script["language"],
            consent=Audience.PUBLIC,
            by=author,
        )
        stored = keep_file(_slides(script), name=f"{path.stem}.pdf", by=author)
        presentations.add_slides(presentation, stored, by=author)
        presentations.file_presentation(presentation, by=author)
        filed[script["mechanism"]] = presentation
    return filed


def _slides(script: dict[str, Any]) -> bytes:
    """Return a presentation's slides as a PDF."""
    made = typst.compile(
        str(SLIDES),
        sys_inputs={"slides": json.dumps(script["slides"]), "language": script["language"]},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave more than one document")
    return made
