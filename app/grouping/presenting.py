"""What the pages of groups show, made ready so that the templates only lay it out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app.core.localized import LocalizedText
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.grouping import queries
from app.grouping.blocks import Block
from app.grouping.enums import GroupKind
from app.grouping.models import PassageGroup
from app.grouping.proposal import ProposedSection, section
from app.meetings.models import Meeting
from app.summaries.coverage import Coverage
from app.summaries.enums import Reflection
from app.summaries.models import Summary
from app.summaries.presenting import source_label
from app.summaries.queries import begun_summary, coverage_of
from app.summaries.sources import SourceText, sources_of
from app.summaries.writers import Workroom

FIRST = 5  # passages of a group that the page of all groups shows
A_PAGE = 100  # passages of a group on a page
STATES = {Reflection.OPEN: "open", Reflection.REFLECTED: "reflected", Reflection.SET_ASIDE: "set-aside"}


@dataclass(frozen=True)
class PassageView:
    """A passage of a group as pages show it; `label`: what became of it."""

    row: queries.PassageRow
    language: str
    source: str
    state: str
    label: str
    url: str


@dataclass
class GroupView:
    """A group with the passages that are shown, and how many there are of whom in which languages."""

    group: PassageGroup
    name: str
    passages: list[PassageView]
    count: int
    delegations: int
    languages: list[str]
    open: int


@dataclass
class GroupsPage:
    """All groups of a question or theme, and the questions and themes that can be chosen."""

    block: Block | None
    title: str
    blocks: list[dict[str, Any]]
    groups: list[GroupView] = field(default_factory=list)
    made: bool = False


def shown_sources(room: Workroom) -> list[SourceText]:
    """The sources that somebody who consolidates may read: what is submitted but not accepted is the secretariat's."""
    return list(sources_of(room.meeting.id, accepted_only=not room.all))


def name_of(group: PassageGroup, room: Workroom, quotes: Iterable[str]) -> str:
    """What a group is called on screens. `quotes`: its passages as the reader sees them.

    A name made from passages is told to who is not of the secretariat only where those that they see say its words.
    """
    if group.kind is GroupKind.ALONE:
        return str(_("Said by one alone, and proposed"))
    if group.kind is GroupKind.APART:
        return str(_("Kept apart"))
    if not room.all and not group.named_by_hand:
        seen = fold("\n".join(quotes))
        if not all(fold(term) in seen for term in group.name.split(", ")):
            return str(_("Group %(number)d", number=group.position))
    return group.name


def block_name(block: Block, titles: Mapping[Block, LocalizedText]) -> str:
    """What a question or theme is called in lists."""
    if block.question is not None:
        return str(_("Question %(number)d", number=block.question))
    return in_reader_language(titles.get(block)) or str(block.theme)


def chosen_block(key: str, blocks: Sequence[Block]) -> Block | None:
    """The block that an address names, else the first there is."""
    return next((block for block in blocks if block.key == key), blocks[0] if blocks else None)


def groups_page(room: Workroom, key: str) -> GroupsPage:
    """Return the groups of one question or theme."""
    meeting = room.meeting
    titles = queries.titles_of(meeting.id)
    blocks = _in_order(queries.blocks_of(meeting.id), titles)
    block = chosen_block(key, blocks)
    page = GroupsPage(
        block, in_reader_language(titles.get(block)) if block else "", _links(meeting, blocks, titles, block)
    )
    if block is None:
        return page
    sources = shown_sources(room)
    shown = queries.shown_groups(meeting.id, block, sources)
    look = _looker(meeting, sources, coverage_of(begun_summary(meeting.id), sources))
    page.made = True
    page.groups = [
        view
        for group in shown.groups
        if (view := _group_view(group, room, shown.passages.get(group.id, []), look, FIRST)).count
    ]
    return page


def _in_order(blocks: Iterable[Block], titles: Mapping[Block, LocalizedText]) -> list[Block]:
    places = {block: place for place, block in enumerate(titles)}
    return sorted(blocks, key=lambda block: (places.get(block, len(places)), block.key))


def _links(
    meeting: Meeting,
    blocks: Iterable[Block],
    titles: Mapping[Block, LocalizedText],
    here: Block | None,
    endpoint: str = "grouping.groups",
) -> list[dict[str, Any]]:
    return [
        {
            "label": block_name(block, titles),
            "url": url_for(endpoint, slug=meeting.slug, block=block.key),
            "current": block == here,
        }
        for block in blocks
    ]


Looker = Callable[[queries.PassageRow], PassageView]


def _looker(meeting: Meeting, sources: Sequence[SourceText], coverage: Coverage) -> Looker:
    """A function that makes a passage ready; what became of a field is looked up once."""
    by_key = {source.key: source for source in sources}
    fates: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}

    def fate(source: SourceText, name: str) -> dict[str, tuple[str, str]]:
        if (source.key, name) not in fates:
            fates[source.key, name] = {
                item.passage.text: (STATES[item.reflection], _fate(item)) for item in coverage.of_field(source, name)
            }
        return fates[source.key, name]

    def look(row: queries.PassageRow) -> PassageView:
        source = by_key[row.source_key]
        state, label = fate(source, row.field).get(row.quote, ("open", _("Not yet reflected")))
        url = url_for("summaries.workspace", slug=meeting.slug, source=source.key, _anchor=f"field-{row.field}")
        return PassageView(row, source.language, source_label(source), state, label, url)

    return look


def _fate(item: Any) -> str:
    if item.numbers:
        return str(_("Reflected in paragraph %(numbers)s", numbers=", ".join(item.labels)))
    if item.set_aside:
        return str(_("Set aside: %(reason)s", reason=item.set_aside.reason))
    return str(_("Not yet reflected"))


def _group_view(
    group: PassageGroup, room: Workroom, rows: Sequence[queries.PassageRow], look: Looker, most: int, first: int = 0
) -> GroupView:
    views = [look(row) for row in rows]
    languages = Counter(view.language for view in views)
    return GroupView(
        group,
        name_of(group, room, (row.quote for row in rows)),
        views[first : first + most],
        len(views),
        len({row.delegation_id for row in rows}),
        sorted(languages),
        sum(view.state == "open" for view in views),
    )


def group_page(found: queries.AtGroup, page: int) -> dict[str, Any]:
    """Return one group with its passages, a page of them, and the groups that these may go to.

    Raises NotFound where who is not of the secretariat may see none of its passages.
    """
    group, meeting, block = found.group, found.meeting, queries.block_of(found.group)
    sources = shown_sources(found)
    shown = queries.shown_groups(meeting.id, block, sources)
    look = _looker(meeting, sources, coverage_of(begun_summary(meeting.id), sources))
    rows = shown.passages.get(group.id, [])
    if not rows and not found.all:
        raise NotFound
    pages = max(1, -(-len(rows) // A_PAGE))
    page = min(max(page, 1), pages)
    return {
        "view": _group_view(group, found, rows, look, A_PAGE, (page - 1) * A_PAGE),
        "title": in_reader_language(queries.titles_of(meeting.id).get(block)),
        "others": [
            (str(row.id), name_of(row, found, (one.quote for one in shown.passages.get(row.id, ()))))
            for row in shown.groups
            if row.kind is GroupKind.LIKE and row is not group and (found.all or shown.passages.get(row.id))
        ],
        "page": page,
        "pages": pages,
    }


def what_anew_leaves(meeting_id: int) -> dict[str, int]:
    """How many groups grouping anew dissolves and leaves, and how many passages somebody put where they are."""
    standing = [group for block in queries.blocks_of(meeting_id) for group in queries.standing(meeting_id, block)]
    kept = [group for group in standing if group.kept]
    return {
        "dissolved": len(standing) - len(kept),
        "kept": len(kept),
        "by_hand": sum(member.by_hand for group in kept for member in group.members),
    }


def sections_of(room: Workroom, summary: Summary | None, only: Block | None = None) -> list[ProposedSection]:
    """Return what is proposed, of one block or of all."""
    meeting = room.meeting
    titles = queries.titles_of(meeting.id)
    sources = shown_sources(room)
    by_key = {source.key: source for source in sources}
    coverage = coverage_of(summary, sources)
    found = []
    for block in _in_order(queries.blocks_of(meeting.id), titles):
        if only not in (None, block):
            continue
        shown = queries.shown_groups(meeting.id, block, sources)
        proposed = {
            (row.source_key, row.field) for rows in shown.passages.values() for row in rows if row.chosen is not None
        }
        fates = {
            (key, name, item.passage.text): item.reflection
            for key, name in sorted(proposed)
            for item in coverage.of_field(by_key[key], name)
        }
        found.append(section(block, titles.get(block, LocalizedText()), shown, by_key, fates))
    return found


def proposal_page(room: Workroom, key: str) -> dict[str, Any]:
    """Return what is proposed for one question or theme."""
    meeting = room.meeting
    titles = queries.titles_of(meeting.id)
    blocks = _in_order(queries.blocks_of(meeting.id), titles)
    block = chosen_block(key, blocks)
    summary = begun_summary(meeting.id)
    return {
        "summary": summary,
        "block": block,
        "blocks": _links(meeting, blocks, titles, block, "grouping.skeleton"),
        "section": next(iter(sections_of(room, summary, block)), None) if block else None,
    }


def place_of(group: PassageGroup) -> int:
    """Where a group stands among those of its question or theme, from 1."""
    groups = [row for row in queries.groups_of(group.meeting_id, queries.block_of(group)) if row.kind is GroupKind.LIKE]
    return groups.index(group) + 1 if group in groups else 1
