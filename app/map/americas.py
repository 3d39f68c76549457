"""The map of the Americas: shaded by number of mechanisms, or showing the members of one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.wording import with_colon
from app.directory.enums import PartyKind
from app.directory.facts import Facts, Known
from app.directory.reference import DATA
from app.map.naming import in_order, link
from app.map.svg import Picture

STATES = (PartyKind.STATE, PartyKind.TERRITORY)
STEPS = 4  # shades, beside that of none
MEMBER = 3  # the shade of members
LEGEND_X, LEGEND_END, LEGEND_LINE = 24.0, 900.0, 22.0
FROM_NAME = 4.0  # between a name and the line that leads from it


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a State: its name, the number beside it ("" for none), its shade from 0 to STEPS."""

    label: str
    number: str
    heat: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Area:
    """A State as drawn. `x`, `y`, `anchor`: where its name stands, and whether that is `inside` it.

    `lead`: the `d` of the line to its name; `dot`: where it is too small to be seen itself.
    """

    path: str
    told: Told | None
    x: float
    y: float
    anchor: str
    inside: bool
    lead: str
    dot: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Shapes:
    """All that is drawn. `legend`: y, shade, words; `heading` stands above it."""

    land: str
    areas: list[Area]
    legend: list[tuple[float, int, str]]
    heading: str


@cache
def _atlas() -> dict[str, Any]:
    return json.loads((DATA / "americas.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def is_drawn(party: Known) -> bool:
    """Whether a party has a place on the map."""
    return party.code in _atlas()["states"]


def counts(facts: Facts) -> list[tuple[Known, int]]:
    """The States and territories with the number of mechanisms in being that count them as members, most first.

    Those outside the Americas are among them where they are members of any.
    """
    found = {party.id: 0 for party in facts.of_kind(*STATES)}
    for mechanism in facts.in_being(PartyKind.MECHANISM):
        for party_id in facts.members.get(mechanism.id, ()):
            if party_id in found:
                found[party_id] += 1
    listed = [party for party in in_order(facts.of_kind(*STATES)) if found[party.id] or is_drawn(party)]
    return sorted(((party, found[party.id]) for party in listed), key=lambda row: -row[1])


def steps(most: int) -> list[tuple[int, int, int]]:
    """Part 1 to `most` between the shades as evenly as can be: (shade, lowest, highest)."""
    ends = [most * shade // STEPS for shade in range(STEPS + 1)]
    return [(shade, low + 1, high) for shade, (low, high) in enumerate(pairwise(ends), start=1) if high > low]


@dataclass(frozen=True, slots=True)
class Counted:
    """A State with a number: its everyday name, the number in words, and where it leads."""

    label: str
    number: int
    said: str
    url: str


def count_picture(facts: Facts, caption: str) -> Picture:
    """Return the map shaded by how many mechanisms count each State as a member."""
    found = {}
    for party, count in counts(facts):
        shown = link(party)
        said = ngettext("%(num)d mechanism", "%(num)d mechanisms", count)
        found[party.code] = Counted(shown["label"], count, said, shown["url"])
    return number_picture(_("Mechanisms by State"), caption, _("Mechanisms"), found)


def number_picture(title: str, caption: str, heading: str, found: Mapping[str, Counted]) -> Picture:
    """Return the map shaded by a number that each State (by its code) has; `heading` says what is counted."""
    shades = steps(max((one.number for one in found.values()), default=0))
    told = {}
    for code, one in found.items():
        heat = next((shade for shade, low, high in shades if low <= one.number <= high), 0)
        told[code] = Told(one.label, str(one.number), heat, f"{with_colon(one.label)} {one.said}", one.url)
    ranges = [
        (shade, str(low) if low == high else _("%(low)d to %(high)d", low=low, high=high))
        for shade, low, high in shades
    ]
    return _picture(title, caption, told, heading, [(0, _("none")), *ranges])


def members_picture(facts: Facts, mechanism: Known, caption: str, *, others: bool = True) -> Picture:
    """Return the map with a mechanism's members shaded; `others`: name those that are not members too."""
    members = facts.members.get(mechanism.id, {})
    told = {}
    for party in facts.of_kind(*STATES):
        shown = link(party)
        if party.id in members:
            title = _("%(state)s: member", state=shown["label"])
            told[party.code] = Told(shown["label"], "", MEMBER, title, shown["url"])
        elif others:
            title = _("%(state)s: not on the list of members", state=shown["label"])
            told[party.code] = Told(shown["label"], "", 0, title, shown["url"])
    title = _("Members of %(mechanism)s", mechanism=link(mechanism)["label"])
    return _picture(title, caption, told, "", [(MEMBER, _("member")), (0, _("not on the list of members"))])


def _picture(
    title: str, caption: str, told: Mapping[str, Told], heading: str, legend: list[tuple[int, str]]
) -> Picture:
    atlas = _atlas()
    top = LEGEND_END - LEGEND_LINE * len(legend)
    return Picture(
        name="americas",
        title=title,
        caption=caption,
        width=atlas["width"],
        height=atlas["height"],
        shapes=Shapes(
            land=atlas["land"],
            areas=[_area(state, told.get(code)) for code, state in atlas["states"].items()],
            legend=[(top + LEGEND_LINE * place, shade, words) for place, (shade, words) in enumerate(legend)],
            heading=heading,
        ),
    )


def _area(state: Mapping[str, Any], told: Told | None) -> Area:
    (x, y), (name_x, name_y), where = state["at"], state["name"], state["anchor"]
    beside = {"start": -FROM_NAME, "end": FROM_NAME}.get(where)
    return Area(
        path=state["path"],
        told=told,
        x=name_x,
        y=name_y,
        anchor="middle" if beside is None else where,
        inside=where == "middle",
        lead=f"M{x} {y}L{name_x + beside:g} {name_y - 4}" if told and beside is not None else "",
        dot=(x, y) if state["dot"] else None,
    )
