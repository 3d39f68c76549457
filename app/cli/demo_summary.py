"""The summary of the demonstration, and what mechanisms proposed to do together."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.cli.demo_finding import DemonstrationError, party_of
from app.coordination import operations as coordination
from app.coordination.enums import CoordinationState
from app.coordination.queries import carried_to
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.queries import vocabulary
from app.directory.reference import read
from app.meetings.models import Meeting
from app.people.models import User
from app.practices.models import Practice
from app.presentations.models import Presentation
from app.summaries import operations as summaries
from app.summaries.selections import Selection
from app.summaries.sources import SourceText, sources_of


class Came(NamedTuple):
    """What came to the session, by the names that its file uses: practices by theirs, presentations by mechanism."""

    practices: Mapping[str, Practice]
    presentations: Mapping[str, Presentation]


def consolidate(meeting: Meeting, came: Came, *, symbol: str, by: User) -> None:
    """Write the summary's sections and paragraphs, each tied to the passages its file names."""
    script = read("demo/summary.yaml")
    summary = summaries.start_summary(meeting, title=LocalizedText(script["title"]), symbol=symbol, by=by)
    sources = {source.key: source for source in sources_of(meeting.id)}
    for part in script["sections"]:
        section = summaries.add_section(summary, title=LocalizedText(part["title"]), by=by)
        for words in part["paragraphs"]:
            paragraph = summaries.add_paragraph(section, text=LocalizedText(words["text"]), by=by)
            for passage in words["citations"]:
                summaries.cite(paragraph, _selection(passage, came, sources), by=by)
    for passage in script["set_aside"]:
        summaries.set_aside(summary, _selection(passage, came, sources), reason=passage["reason"], by=by)
    for rule in script["set_aside_fields"]:
        for source in sources.values():
            for name in set(rule["fields"]) & set(source.fields):
                text = source.fields[name]
                whole = Selection(source, name, 0, len(text), text)
                summaries.set_aside(summary, whole, reason=rule["reason"], by=by)
    db.session.flush()
    db.session.expire(summary)


def coordinate(meeting: Meeting, came: Came, *, by: User) -> None:
    """Record what the presentations propose to do together."""
    themes = {item.code: item for item in vocabulary("themes")}
    for line in read("demo/coordination.yaml"):
        coordination.record_coordination(
            meeting,
            parties=[party_of(code) for code in line["parties"]],
            topic=LocalizedText(line["topic"]),
            source=f"presentation-{came.presentations[line['from']].id}",
            state=CoordinationState(line["state"]),
            item=themes[line["theme"]] if "theme" in line else None,
            by=by,
        )


def report_coordination(meeting: Meeting, *, by: User) -> None:
    """Say what became of some of what the finished session left open."""
    heard = {line["topic"]["en"]: line["carried"] for line in read("demo/coordination.yaml") if "carried" in line}
    for row in carried_to(meeting):
        if step := heard.get(row.topic["en"]):
            coordination.report_step(row, meeting, state=CoordinationState(step["state"]), note=step["note"], by=by)


def _selection(passage: dict[str, Any], came: Came, sources: dict[str, SourceText]) -> Selection:
    if "practice" in passage:
        source = sources[f"practice-{came.practices[passage['practice']].id}"]
    elif "presentation" in passage:
        source = sources[f"presentation-{came.presentations[passage['presentation']].id}"]
    else:
        heard = (one for one in sources.values() if one.kind == "intervention")
        source = next(one for one in heard if one.party.code == passage["intervention"])
    start = source.fields.get(passage["field"], "").find(passage["quote"])
    if start < 0:
        raise DemonstrationError(f"{passage} is not in its source")
    return Selection(source, passage["field"], start, start + len(passage["quote"]), passage["quote"])
