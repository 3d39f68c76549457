"""The workspace as one person opens it: a source with what became of its sentences, and one section of the text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.wording import in_reader_language
from app.live import known
from app.meetings.models import GuidingQuestion
from app.meetings.queries import questions_of
from app.summaries import queries, steps
from app.summaries.coverage import Counts, Coverage
from app.summaries.enums import Reflection
from app.summaries.models import Paragraph, Summary
from app.summaries.outline import Outline, Part, begun, outline_of
from app.summaries.passages import paragraphs
from app.summaries.presenting import field_labels, source_label
from app.summaries.sources import SourceText, sources_of, spoken_in
from app.summaries.ties import LeftOut
from app.summaries.writers import Workroom

STATES = {Reflection.OPEN: "open", Reflection.REFLECTED: "reflected", Reflection.SET_ASIDE: "set-aside"}
MOST_SOURCES = 100  # in the list; the others by its pages


@dataclass
class FieldView:
    """One field of the chosen source: its sentences with what became of each."""

    name: str
    label: str
    sentences: list[dict[str, Any]]
    counts: Counts


@dataclass(frozen=True)
class Choice:
    """What the address says: which source, of which of them, and which section of the text, with which paragraph."""

    source: str = ""
    question: str = ""
    party: str = ""
    only_open: bool = False
    section: int | None = None
    place: str = ""
    edit: int | None = None

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Choice":
        """Read the address; what it says that makes no sense says nothing."""

        def number(name: str) -> int | None:
            text = values.get(name, "")
            return int(text) if text.isdecimal() and len(text) < 10 else None

        return cls(
            source=values.get("source", ""),
            question=values.get("question", ""),
            party=values.get("party", ""),
            only_open=values.get("only_open", "") == "1",
            section=number("section"),
            place=values.get("place", ""),
            edit=number("edit"),
        )

    @property
    def filters(self) -> dict[str, str]:
        """Those parts of the address that choose among the sources."""
        chosen = {"question": self.question, "party": self.party, "only_open": "1" if self.only_open else ""}
        return {name: value for name, value in chosen.items() if value}


@dataclass(frozen=True, kw_only=True)
class AtText(Workroom):
    """What the loader of the live text gives, from what the page has read."""

    section: Part


@dataclass
class WorkspacePage:
    """Everything that the workspace shows, but for the text itself (section_text.py, in live parts)."""

    summary: Summary | None
    choice: Choice
    coverage: Coverage
    sources: list[dict[str, Any]]
    parties: list[tuple[str, str]]
    questions: Sequence[GuidingQuestion]
    before: str = ""
    after: str = ""
    number: int = 0
    of: int = 0
    chosen: SourceText | None = None
    chosen_label: str = ""
    fields: list[FieldView] = field(default_factory=list)
    sentences: list[tuple[str, str]] = field(default_factory=list)
    whole_fields: list[tuple[str, str]] = field(default_factory=list)
    asides: list[LeftOut] = field(default_factory=list)
    outline: Outline = field(default_factory=lambda: Outline([]))
    part: Part | None = None
    text: "AtText | None" = None
    places: list[tuple[str, str]] = field(default_factory=list)
    place: str = ""
    steps: list[tuple[Any, str, int | None]] = field(default_factory=list)  # with the paragraph that each is of


def workspace(room: Workroom, choice: Choice) -> WorkspacePage:
    """Return the workspace with what is chosen in the address; else the first source with open passages, and the first
    section."""
    meeting = room.meeting
    summary, outline = begun(meeting.id)
    sources = sources_of(meeting.id, accepted_only=not room.all)
    known(spoken_in, {item.key: item for item in sources if item.kind == "intervention"}, meeting.id)
    coverage = queries.coverage_of(summary, sources, numbers=outline.numbers)
    counts = {source.key: coverage.counts(source) for source in sources}
    offered = _offered(sources, choice, coverage, counts)
    source = next((item for item in offered if item.key == choice.source), None) or next(
        (item for item in sources if item.key == choice.source), None
    )
    source = source or next((item for item in offered if counts[item.key].open), offered[0] if offered else None)
    questions = room.questions if room.questions is not None else questions_of(meeting.id)
    page = WorkspacePage(
        summary=summary,
        choice=choice,
        coverage=coverage,
        sources=[],
        parties=sorted({(item.party.code, in_reader_language(item.label)) for item in sources}, key=lambda one: one[1]),
        questions=questions,
        outline=outline,
    )
    if source:
        _choose(page, source, offered, counts)
        _show(page, source)
    if summary:
        _write(page, room, summary)
    return page


def _offered(
    sources: Sequence[SourceText], choice: Choice, coverage: Coverage, counts: Mapping[str, Counts]
) -> list[SourceText]:
    """The sources that the address asks for."""
    name = f"answers.{choice.question}"
    found = [
        item
        for item in sources
        if (not choice.question or name in item.fields) and choice.party in ("", item.party.code)
    ]
    if not choice.only_open:
        return found
    return [item for item in found if (coverage.counts(item, name) if choice.question else counts[item.key]).open]


def _choose(
    page: WorkspacePage, source: SourceText, offered: Sequence[SourceText], counts: Mapping[str, Counts]
) -> None:
    """The list of sources around the chosen one, and those before and after it."""
    every = [*offered] if source in offered else [source, *offered]
    at = every.index(source)
    start = at // MOST_SOURCES * MOST_SOURCES
    page.number, page.of = at + 1, len(every)
    page.before = every[at - 1].key if at else ""
    page.after = every[at + 1].key if at + 1 < len(every) else ""
    page.sources = [
        {
            "key": item.key,
            "text": ngettext(
                "%(label)s (%(num)d open)", "%(label)s (%(num)d open)", counts[item.key].open, label=source_label(item)
            ),
        }
        for item in every[start : start + MOST_SOURCES]
    ]


def _show(page: WorkspacePage, source: SourceText) -> None:
    page.chosen, page.chosen_label = source, source_label(source)
    labels = field_labels(page.questions, None, source)
    page.fields = [_field_view(page.coverage, source, name, labels.get(name, name)) for name in source.fields]
    page.sentences = [
        (f"{view.name}|{sentence['number']}", f"{view.label}, {sentence['number']}: {sentence['text'].strip()[:90]}")
        for view in page.fields
        for sentence in view.sentences
    ]
    page.sentences += [
        (
            f"{view.name}|p{unit.number}",
            _("%(field)s, paragraph %(number)d: %(text)s", field=view.label, number=unit.number, text=unit.text[:90]),
        )
        for view in page.fields
        if len(units := paragraphs(source.fields[view.name])) > 1
        for unit in units
    ]
    page.whole_fields = [(f"{view.name}|all", view.label) for view in page.fields if view.counts.open]
    found = {
        item.set_aside.id: item.set_aside
        for name in source.fields
        for item in page.coverage.of_field(source, name)
        if item.set_aside
    }
    page.asides = list(found.values())


def _field_view(coverage: Coverage, source: SourceText, name: str, label: str) -> FieldView:
    text = source.fields[name]
    covered = coverage.of_field(source, name)
    starts = [0, *(item.passage.start for item in covered[1:]), len(text)]
    sentences = []
    for index, item in enumerate(covered):
        if item.numbers:
            title = _("Reflected in paragraph %(numbers)s", numbers=", ".join(item.labels))
        elif item.set_aside:
            title = _("Set aside: %(reason)s", reason=item.set_aside.reason)
        else:
            title = ""
        sentences.append(
            {
                "number": item.passage.number,
                "text": text[starts[index] : starts[index + 1]],
                "state": STATES[item.reflection],
                "title": title,
            }
        )
    return FieldView(name, label, sentences, coverage.counts(source, name))


def _write(page: WorkspacePage, room: Workroom, summary: Summary) -> None:
    """The section in hand, and where a passage can go: its paragraphs, and a new one in each section."""
    choice = page.choice
    kind, _sep, key = choice.place.partition("-")
    asked = int(key) if key.isdecimal() and len(key) < 10 else None
    of_place = page.outline.part_of(asked) if kind == "paragraph" else page.outline.part(asked)
    page.part = (
        page.outline.part_of(choice.edit)
        or page.outline.part(choice.section)
        or of_place
        or next(iter(page.outline.parts), None)
    )
    page.text = AtText(room.meeting, room.writes, room.all, section=page.part) if page.part else None
    page.place = choice.place
    for part in page.outline.parts:
        title = in_reader_language(part.title)
        page.places.append((f"section-{part.id}", _("New paragraph in “%(title)s”", title=title)))
        if part is page.part:
            page.places += [
                (f"paragraph-{place.id}", _("Paragraph %(number)s", number=page.outline.labels[place.id]))
                for place in part.paragraphs
            ]
    page.steps = [
        (row, name, next((key for key in page.outline.labels if key in of), None))
        for row, name, of in steps.last_steps(summary.id)
    ]


def paragraph_label(paragraph: Paragraph) -> str:
    """What a paragraph is called in the whole text."""
    return outline_of(paragraph.section.summary_id).labels.get(paragraph.id, "")
