"""What the coverage pages show, made ready so that the templates only lay it out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from app.core.paging import PER_PAGE, WHOLE, Page
from app.core.sheets import Row
from app.core.texts import fold
from app.core.word_differences import compare_words
from app.core.wording import in_reader_language, moment_text
from app.directory.queries import titles_of_terms
from app.meetings.models import GuidingQuestion, Meeting
from app.meetings.queries import questions_of
from app.practices.queries import call_of
from app.record.queries import language_of
from app.summaries.coverage import Counts, Coverage, CoveredPassage
from app.summaries.coverage_forms import PassageFilter
from app.summaries.coverage_labels import KINDS, REFLECTION_KINDS, REFLECTIONS, STANDINGS
from app.summaries.enums import Reflection, Standing
from app.summaries.matrices import NONE, Side, counted, keys_of
from app.summaries.passages import Anchor
from app.summaries.presenting import field_labels, source_label
from app.summaries.readable import closed_versions, may_read
from app.summaries.sources import SourceText, text_of_versions
from app.summaries.ties import Cited, Tie

Names = Mapping[str, str]


class Sides:
    """What the keys of each side are called, in the order of lists; what names none comes last."""

    def __init__(self, meeting: Meeting, coverage: Coverage) -> None:
        self.questions: Sequence[GuidingQuestion] = questions_of(meeting.id)
        terms, mechanisms = titles_of_terms(meeting.mechanism_id)
        parties = {source.party.code: in_reader_language(source.label) for source in coverage.sources.values()}
        self.names: dict[Side, Names] = {
            Side.QUESTION: {str(row.number): _("Question %(number)d", number=row.number) for row in self.questions},
            Side.PARTY: dict(sorted(parties.items(), key=lambda item: fold(item[1]))),
            Side.THEME: {code: in_reader_language(title) for code, title in terms.get("themes", {}).items()},
            Side.MECHANISM: dict(
                sorted(
                    ((code, in_reader_language(title.acronym)) for code, title in mechanisms.items()),
                    key=lambda item: fold(item[1]),
                )
            ),
        }
        self.none = {
            Side.QUESTION: _("Outside the questions"),
            Side.PARTY: "",
            Side.THEME: _("No theme named"),
            Side.MECHANISM: _("No mechanism named"),
        }

    def whole(self, side: Side) -> Names:
        """All that can be asked for on a side."""
        return {**self.names[side], **({NONE: self.none[side]} if self.none[side] else {})}

    def present(self, side: Side, keys: Iterable[str]) -> dict[str, str]:
        """Name those that are there, in order; one that nothing names (an own term of a call) is called by its code."""
        there, names = set(keys), self.whole(side)
        named = {key: name for key, name in names.items() if key in there and key != NONE}
        other = {key: key for key in sorted(there - set(names))}
        return {**named, **other, **({NONE: names[NONE]} if NONE in there else {})}


def passages_url(meeting: Meeting, **asked: str | Reflection) -> str:
    """The address of the passages that are asked for."""
    values: dict[str, Any] = {key: str(value) for key, value in asked.items()}
    return url_for("summaries.passages", slug=meeting.slug, **values)


def state_urls(meeting: Meeting, counts: Counts, **asked: str) -> dict[str, str]:
    """State -> address of those passages, of the states that some are in."""
    return {state.value: passages_url(meeting, **asked, state=state) for state in Reflection if counts.of(state)}


def coverage_tables(meeting: Meeting, coverage: Coverage) -> list[dict[str, Any]]:
    """Return the tables of the coverage page: by question, by contributor, by mechanism, by theme."""
    sides = Sides(meeting, coverage)
    titles = {
        Side.QUESTION: (_("By guiding question"), _("Guiding question")),
        Side.PARTY: (_("By contributor"), _("Contributor")),
        Side.MECHANISM: (_("By mechanism"), _("Mechanism")),
        Side.THEME: (_("By theme"), _("Theme")),
    }
    tables = []
    for side, (title, head) in titles.items():
        found = counted(coverage, side)
        rows = [
            {
                "label": label,
                "counts": found[key],
                "url": passages_url(meeting, **{side.value: key}),
                "urls": state_urls(meeting, found[key], **{side.value: key}),
            }
            for key, label in sides.present(side, found).items()
        ]
        tables.append({"key": side.value, "title": title, "head": head, "rows": rows})
    for row, question in zip(tables[0]["rows"], sides.questions, strict=False):
        row["title"] = question.text
    return tables


def checklist(meeting: Meeting, coverage: Coverage) -> list[dict[str, Any]]:
    """Return what is open before publication, by guiding question: {"text", "open", "url"}; empty where nothing is."""
    return [
        {
            "text": _("Question %(number)d", number=item.question) if item.question else _("Outside the questions"),
            "open": item.open,
            "url": passages_url(meeting, question=str(item.question) if item.question else NONE, state=Reflection.OPEN),
        }
        for item in coverage.checklist()
    ]


# The passages that are asked for


@dataclass(frozen=True)
class PassageRow:
    """A passage in a list."""

    anchor: str
    covered: CoveredPassage
    state: str
    state_kind: str
    cited: list[tuple[str, str]]  # label and address of each paragraph that cites it
    cite_url: str


@dataclass(frozen=True)
class PassageGroup:
    """Passages of one field of one source that stand in a list one after another."""

    source: SourceText
    label: str
    field: str
    url: str
    rows: list[PassageRow]


def passage_form(meeting: Meeting, coverage: Coverage, sides: Sides) -> PassageFilter:
    """Return the filter of the passages, as the address fills it."""
    form = PassageFilter.of_request(
        questions=sides.whole(Side.QUESTION),
        parties=sides.whole(Side.PARTY),
        themes=sides.present(Side.THEME, counted(coverage, Side.THEME)),
        mechanisms=sides.present(Side.MECHANISM, counted(coverage, Side.MECHANISM)),
    )
    form.validate()
    return form


def _fields_asked(coverage: Coverage, form: PassageFilter) -> list[tuple[SourceText, str, Counts]]:
    """The fields whose passages are asked for, whatever became of them."""
    asked = {side: form.asked(side.value) for side in Side if form.asked(side.value)}
    kind, language = form.asked("kind"), form.asked("language")
    return [
        (source, name, counts)
        for source, name, counts in coverage.fields()
        if (not kind or source.kind == kind)
        and (not language or source.language == language)
        and all(key in keys_of(side, source, name) for side, key in asked.items())
    ]


def passage_list(meeting: Meeting, coverage: Coverage, *, page: int, per_page: int = PER_PAGE) -> dict[str, Any]:
    """Return what templates/summaries/passages.html needs: one page of the passages that the address asks for.

    Fields that stand before the page are counted, not cut open.
    """
    sides = Sides(meeting, coverage)
    form = passage_form(meeting, coverage, sides)
    fields = _fields_asked(coverage, form)
    counts = Counts()
    for _source, _name, each in fields:
        counts.add(each)
    wanted, total = form.reflection, counts.of(form.reflection)
    page = max(1, page)
    first = (page - 1) * per_page
    call, groups, before = call_of(meeting.id), [], 0
    for source, name, each in fields:
        here = each.of(wanted)
        if before + here > first and here:
            shown = [item for item in coverage.of_field(source, name) if wanted in (None, item.reflection)]
            shown = shown[max(0, first - before) : first + per_page - before]
            label = field_labels(sides.questions, call, source).get(name, name)
            groups.append(_group(meeting, source, name, label, shown))
        before += here
        if before >= first + per_page:
            break
    asked: dict[str, Any] = {field.name: form.asked(field.name) for field in form if form.asked(field.name)}
    without_state = {key: value for key, value in asked.items() if key != "state"}
    return {
        "form": form,
        "asked": asked,
        "groups": groups,
        "counts": counts,
        "page": Page(groups, total, page, per_page),
        "page_url": lambda number: url_for("summaries.passages", slug=meeting.slug, **asked, page=number),
        "urls": state_urls(meeting, counts, **without_state),
        "about": _about(sides, form),
        "question": next((row for row in sides.questions if str(row.number) == form.asked("question")), None),
        "clear_url": url_for("summaries.passages", slug=meeting.slug),
    }


def _about(sides: Sides, form: PassageFilter) -> str:
    """What the passages are of: "Peru, Question 2"."""
    names = [sides.whole(side)[form.asked(side.value)] for side in Side if form.asked(side.value) in sides.whole(side)]
    return ", ".join(names)


def _group(
    meeting: Meeting, source: SourceText, name: str, label: str, shown: Sequence[CoveredPassage]
) -> PassageGroup:
    workspace: dict[str, Any] = {"slug": meeting.slug, "source": source.key}
    return PassageGroup(
        source=source,
        label=source_label(source),
        field=label,
        url=url_for("summaries.workspace", **workspace, _anchor=f"field-{name}"),
        rows=[
            PassageRow(
                anchor=str(Anchor(source.key, source.version_number, name, str(item.passage.number))),
                covered=item,
                state=str(REFLECTIONS[item.reflection]),
                state_kind=REFLECTION_KINDS[item.reflection],
                cited=[
                    (tie.label, paragraph_url(meeting, tie))
                    for tie in {tie.paragraph_id: tie for tie in item.citations}.values()
                ],
                cite_url=url_for(
                    "summaries.workspace",
                    **workspace,
                    sentence=f"{name}|{item.passage.number}",
                    _anchor=f"field-{name}",
                ),
            )
            for item in shown
        ],
    )


def paragraph_url(meeting: Meeting, tie: Cited) -> str:
    """Where the workspace shows a paragraph."""
    place = f"paragraph-{tie.paragraph_id}"
    return url_for("summaries.workspace", slug=meeting.slug, place=place, _anchor=place)


def passage_sheet(meeting: Meeting, coverage: Coverage) -> list[Row]:
    """Return the passages that the address asks for as rows of a sheet, all pages of them."""
    found = passage_list(meeting, coverage, page=1, per_page=WHOLE)
    head = [
        _("Passage"),
        _("Contributor"),
        _("Kind of text"),
        _("Reference"),
        _("Version"),
        _("Language"),
        _("Field"),
        _("Text"),
        _("What became of it"),
        _("Paragraphs"),
        _("Reason"),
        _("By"),
        _("When"),
    ]
    rows: list[Row] = [head]
    for group in found["groups"]:
        source = group.source
        for row in group.rows:
            aside = row.covered.set_aside
            rows.append(
                [
                    row.anchor,
                    in_reader_language(source.label),
                    str(KINDS[source.kind]),
                    source.reference,
                    source.version_number or "",
                    source.language,
                    group.field,
                    row.covered.passage.text,
                    row.state,
                    ", ".join(label for label, _url in row.cited),
                    aside.reason if aside else "",
                    aside.by if aside else "",
                    moment_text(aside.at, meeting.zone) if aside else "",
                ]
            )
    return rows


# What was set aside, and what is to be mended


def wanted_page() -> int:
    """The page that the address asks for, from 1."""
    return max(1, request.args.get("page", 1, int))


def _cut(rows: Sequence[Any], page: int) -> Page[Any]:
    return Page(list(rows[(page - 1) * PER_PAGE : page * PER_PAGE]), len(rows), page, PER_PAGE)


def _of_tie(meeting: Meeting, coverage: Coverage, tie: Tie, of_record: str, closed: Collection[int]) -> dict[str, Any]:
    """What is shown of a citation or set-aside: whose words, and the words unless they are hidden."""
    source, standing = coverage.sources.get(tie.key), coverage.standing(tie)
    stands = standing is Standing.AS_QUOTED
    open_to_reader = may_read(tie.version_id if tie.kind == "practice" else None, closed, stands=stands)
    return {
        "row": tie,
        "party": in_reader_language(tie.delegation.party.label),
        "label": source_label(source) if source else "",
        "language": tie.language or (source.language if source else of_record),
        "standing": str(STANDINGS[standing]),
        "stands": stands,
        "hidden": tie.withdrawn or standing.hides or not open_to_reader,
        "source_url": url_for("summaries.workspace", slug=meeting.slug, source=tie.key, _anchor=f"field-{tie.field}")
        if source
        else "",
    }


def set_aside_list(meeting: Meeting, coverage: Coverage, *, page: int, everything: bool) -> Page[Any]:
    """Return what was set aside, the newest first. `everything`: as readable.closed_versions."""
    found = _cut(sorted(coverage.set_asides, key=lambda row: (row.at, row.id), reverse=True), page)
    of_record, closed = language_of(meeting), closed_versions(meeting.id, everything=everything)
    items = [_of_tie(meeting, coverage, row, of_record, closed) for row in found.items]
    return Page(items, found.total, found.page, found.per_page)


def to_mend(meeting: Meeting, coverage: Coverage, *, page: int, everything: bool) -> Page[Any]:
    """Return the citations whose words no source has any more, in the order of the paragraphs; where the source was
    changed, with what its field said then and says now, compared word by word. `everything`: as
    readable.closed_versions.
    """
    found = _cut(sorted((tie for _number, tie in coverage.stale), key=lambda tie: (tie.number, tie.id)), page)
    changed = [tie for tie in found.items if coverage.standing(tie) is Standing.CHANGED]
    before, of_record = text_of_versions(changed), language_of(meeting)
    closed = closed_versions(meeting.id, everything=everything)
    items = []
    for tie in found.items:
        item = _of_tie(meeting, coverage, tie, of_record, closed)
        item["paragraph"] = tie.label
        item["paragraph_url"] = paragraph_url(meeting, tie)
        if tie in changed and not item["hidden"]:
            then = before.get((tie.kind, tie.version_id), {}).get(tie.field, tie.quote)
            now = coverage.sources[tie.key].fields.get(tie.field, "")
            item["pieces"] = compare_words(then, now)
        items.append(item)
    return Page(items, found.total, found.page, found.per_page)
