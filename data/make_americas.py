"""Makes data/americas.json, the shapes of the Americas on a plane, from Natural Earth's countries.

Run after a change of version: cd static/vendor && npm ci, then, at the top of the project, python data/make_americas.py

The shapes (1:50 million, public domain) come from the npm package world-atlas, as TopoJSON: borders are arcs that
neighbours share, so simplifying arcs keeps neighbours together. The projection is Lambert's azimuthal equal-area one.
Where names stand was chosen by eye.
"""

import json
import re
from collections.abc import Iterable
from itertools import pairwise
from math import cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

Point = tuple[float, float]

ROOT = Path(__file__).resolve().parents[1]
SHAPES = ROOT / "static" / "vendor" / "node_modules" / "world-atlas" / "countries-50m.json"
OUTPUT = ROOT / "data" / "americas.json"

CENTRE = (-82.0, 8.0)
WIDTH = 760.0
WEST, EAST, NORTH, SOUTH = (-128.0, 10.0), (-20.0, 10.0), (-82.0, 76.0), (-70.0, -56.5)  # what the frame touches
TOLERANCE = 0.35  # how far, in units of the picture, a simplified border may lie from the true one
SPECK = 1.0  # rings of less area are left out
DOT = 45.0  # States of less area are marked with a dot

# ISO 3166: numeric, as the shapes have it; alpha-2, as the directory has it; where the name stands in the picture, and
# how: in the "middle" of the State, "under" it, or at a distance ("end": it ends there; "start": it begins there), led
# to it by a line. What is painted over others comes after them.
STATES: dict[str, tuple[str, Point, str]] = {
    "124": ("CA", (215, 108), "middle"),
    "840": ("US", (228, 224), "middle"),
    "484": ("MX", (184, 334), "middle"),
    "076": ("BR", (560, 592), "middle"),
    "032": ("AR", (432, 770), "middle"),
    "862": ("VE", (452, 470), "middle"),
    "170": ("CO", (392, 492), "middle"),
    "604": ("PE", (374, 594), "middle"),
    "068": ("BO", (455, 646), "middle"),
    "600": ("PY", (492, 686), "middle"),
    "152": ("CL", (360, 760), "end"),
    "858": ("UY", (536, 790), "start"),
    "218": ("EC", (322, 566), "end"),
    "320": ("GT", (230, 440), "end"),
    "222": ("SV", (230, 458), "end"),
    "340": ("HN", (230, 476), "end"),
    "558": ("NI", (230, 494), "end"),
    "188": ("CR", (230, 512), "end"),
    "591": ("PA", (230, 530), "end"),
    "084": ("BZ", (300, 402), "start"),
    "192": ("CU", (312, 360), "end"),
    "388": ("JM", (366, 418), "under"),
    "044": ("BS", (428, 288), "start"),
    "332": ("HT", (448, 304), "start"),
    "214": ("DO", (466, 320), "start"),
    "740": ("SR", (574, 502), "start"),
    "328": ("GY", (566, 484), "start"),
    "533": ("AW", (400, 440), "end"),
    "531": ("CW", (410, 424), "start"),
    "780": ("TT", (566, 466), "start"),
    "308": ("GD", (566, 448), "start"),
    "670": ("VC", (566, 430), "start"),
    "052": ("BB", (566, 412), "start"),
    "662": ("LC", (566, 394), "start"),
    "212": ("DM", (566, 376), "start"),
    "028": ("AG", (566, 358), "start"),
    "659": ("KN", (566, 340), "start"),
}
# Land that no State of the directory has there: drawn, and no more.
LAND = ("630", "850", "660", "238", "136", "060", "092", "796", "500", "250", "663", "652", "534")
LAND_FROM = 250.0  # Land nearer to the top belongs to Europe


def project(point: Point) -> Point:
    """Return degrees as x to the east and y to the south of the centre, in radii of the earth."""
    longitude, latitude = radians(point[0] - CENTRE[0]), radians(point[1])
    middle = radians(CENTRE[1])
    closeness = 1 + sin(middle) * sin(latitude) + cos(middle) * cos(latitude) * cos(longitude)
    scale = sqrt(2 / max(closeness, 1e-9))
    x = scale * cos(latitude) * sin(longitude)
    y = scale * (cos(middle) * sin(latitude) - sin(middle) * cos(latitude) * cos(longitude))
    return x, -y


LEFT, TOP = project(WEST)[0], project(NORTH)[1]
SCALE = WIDTH / (project(EAST)[0] - LEFT)
HEIGHT = round((project(SOUTH)[1] - TOP) * SCALE)


def place(point: Point) -> Point:
    """Return degrees as units of the picture."""
    x, y = project(point)
    return (x - LEFT) * SCALE, (y - TOP) * SCALE


def simplified(line: list[Point]) -> list[Point]:
    """Return the line without the points that lie within the tolerance (Ramer, Douglas and Peucker)."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    length = sqrt((bx - ax) ** 2 + (by - ay) ** 2)
    far, where = -1.0, 0
    for index, (x, y) in enumerate(line[1:-1], start=1):
        if length:
            distance = abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length
        else:
            distance = sqrt((x - ax) ** 2 + (y - ay) ** 2)
        if distance > far:
            far, where = distance, index
    if far <= TOLERANCE:
        return [line[0], line[-1]]
    return simplified(line[: where + 1])[:-1] + simplified(line[where:])


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    """Return the arcs on the plane, simplified: their numbers are differences, in steps of the transform."""
    (step_x, step_y), (from_x, from_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append(place((from_x + x * step_x, from_y + y * step_y)))
        arcs.append(simplified(line))
    return arcs


def rings_of(geometry: dict[str, Any], arcs: list[list[Point]]) -> list[list[Point]]:
    """Return the rings of a country; an arc with a negative number is walked backwards."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = []
    for numbers in (ring for polygon in polygons for ring in polygon):
        ring: list[Point] = []
        for number in numbers:
            ring += arcs[number][1:] if number >= 0 else arcs[~number][::-1][1:]
        rings.append(ring)
    return rings


def area(ring: list[Point]) -> float:
    """Return the area that a ring encloses."""
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairwise([*ring, ring[0]]))) / 2


def seen(ring: list[Point]) -> bool:
    """Whether any of it lies within the frame."""
    return any(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in ring)


def path(rings: Iterable[list[Point]]) -> str:
    """Return the rings as the `d` of an SVG path, in steps of a tenth from point to point."""
    said = []
    for ring in rings:
        steps = [(round(x * 10), round(y * 10)) for x, y in ring]
        said.append(f"M{steps[0][0] / 10:g} {steps[0][1] / 10:g}l")
        moves = [(v - x, w - y) for (x, y), (v, w) in pairwise(steps) if (v, w) != (x, y)]
        said.append(re.sub(r"\b0\.", ".", " ".join(f"{x / 10:g} {y / 10:g}" for x, y in moves).replace(" -", "-")))
        said.append("z")
    return "".join(said)


def middle(ring: list[Point]) -> Point:
    """Return the middle of a ring's bounding box."""
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def main() -> None:
    """Write the file."""
    topology = json.loads(SHAPES.read_text(encoding="utf-8"))
    arcs = arcs_of(topology)
    countries = {each.get("id"): each for each in topology["objects"]["countries"]["geometries"]}
    states = {}
    for number, (code, name_at, anchor) in STATES.items():
        rings = sorted((ring for ring in rings_of(countries[number], arcs) if seen(ring)), key=area, reverse=True)
        whole = sum(area(ring) for ring in rings)
        kept = [ring for ring in rings if area(ring) >= SPECK] or rings[:1]
        states[code] = {
            "path": path(kept),
            "at": [round(value, 1) for value in middle(rings[0])],
            "name": list(name_at),
            "anchor": anchor,
            "dot": whole < DOT,
        }
    land = [
        ring
        for number in LAND
        for ring in rings_of(countries[number], arcs)
        if seen(ring) and area(ring) >= SPECK and middle(ring)[1] > LAND_FROM
    ]
    found = {
        "source": "Natural Earth 1:50m (public domain), by world-atlas 2.0.2 (ISC)",
        "width": WIDTH,
        "height": HEIGHT,
        "land": path(land),
        "states": states,
    }
    OUTPUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
