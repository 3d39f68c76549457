"""What of the workspace changes by itself on screens: the text of a section, around a paragraph that one writes in."""

from flask import render_template

from app.core.actors import Actor
from app.core.languages import current_language
from app.live import stream
from app.summaries import steps
from app.summaries.policies import can_consolidate
from app.summaries.section_text import section_shown
from app.summaries.writers import AtSection, section_for_writers

SECRETARIAT, RAPPORTEUR = "secretariat", "rapporteur"


def _load(actor: Actor, what: str) -> AtSection:
    number = what.partition(".")[0]
    return section_for_writers(actor, int(number) if number.isdecimal() and len(number) < 10 else 0)


@stream(
    "summaries.text",
    load=_load,
    topic=lambda found: steps.topic(found.section.summary_id),
    rule=can_consolidate,
    audience=lambda actor, found: SECRETARIAT if found.all else RAPPORTEUR,
)
def text_of_section(what: str, audience: str) -> str:
    """A section; "12.before.34" and "12.after.34" are what stands there before and after paragraph 34."""
    number, side, writing = (*what.split("."), "", "")[:3]
    found = section_shown(int(number), current_language(), audience == SECRETARIAT)
    if found is None:
        return ""
    meeting, outline, part, shown = found.meeting, found.outline, found.part, found.paragraphs
    at = next((index for index, one in enumerate(shown) if str(one.id) == writing), len(shown))
    here = shown[:at] if side == "before" else shown[at + 1 :] if side == "after" else shown
    return render_template(
        "summaries/_text.html",
        meeting=meeting,
        outline=outline,
        part=part,
        paragraphs=here,
        head=side != "after",
        ids={one.id: (index == 0, index == len(shown) - 1) for index, one in enumerate(shown)},
    )
