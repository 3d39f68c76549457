"""Narrow the fonts of the pages to the weights that they use, 400 to 600, and part what is Latin: what the four
languages are written with comes first, the rest when a page has it. Half the weight on a poor line.

    python static/fonts/narrow.py FOLDER

reads the .woff2 files of FOLDER, as the npm packages @fontsource-variable/source-serif-4 and -sans-3 hold them, writes
them here and prints the ranges of base.css. "Source" is a reserved name (SIL OFL 1.1): what was changed bears another.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

WEIGHTS = (400, 400, 600)  # least, as it comes, most
FAMILIES = {"source-serif-4": "Plenaria Serif", "source-sans-3": "Plenaria Sans"}
# What English, Spanish, French and Portuguese are written with, and its features: kerning, figures, ligatures.
CORE = {*range(0x20, 0x7F), *map(ord, "\u00a0¡«°ºª·»¿§×€–—‘’“”…•−\u2009\u202f")}
CORE |= set(map(ord, "ÁÀÂÃÇÉÈÊËÍÎÏÑÓÔÕÚÙÛÜáàâãçéèêëíîïñóôõúùûüœŒ"))
FEATURES = ["kern", "liga", "pnum", "tnum"]
HEADINGS = "source-serif-4-latin"  # pages that are not read have this in one weight alone: a file for each
FAMILY, FULL, POSTSCRIPT, TYPOGRAPHIC, PREFIX, WWS = 1, 4, 6, 16, 25, 21  # of the table of names


def narrow(path: Path, to: Path) -> None:
    """Write the font at `path` with the weights of WEIGHTS to `to`."""
    font = TTFont(path)
    instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    family = next(name for start, name in FAMILIES.items() if path.name.startswith(start))
    for record in font["name"].names:
        if record.nameID in {FAMILY, FULL, TYPOGRAPHIC, WWS}:
            record.string = family
        elif record.nameID in {POSTSCRIPT, PREFIX}:
            record.string = family.replace(" ", "")
    font.flavor = "woff2"
    font.save(to)


def keep(path: Path, to: Path, *, core: bool, weight: int | None = None) -> set[int]:
    """Write the core of the font at `path`, or the rest, in all its weights or one; return what the file has."""
    font = TTFont(path)
    known = set(font.getBestCmap())
    wanted = known & CORE if core else known - CORE
    if weight:
        font = instantiateVariableFont(font, {"wght": weight})
    options = subset.Options()
    options.layout_features = FEATURES if core else [*FEATURES, "ccmp", "mark", "mkmk"]
    options.hinting = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(to)
    return wanted


def part(path: Path) -> None:
    """Part a font into what all pages need and the rest, and print what is in each."""
    rest = keep(path, path.with_stem(f"{path.stem}-more"), core=False)
    if path.stem == HEADINGS:
        for weight in WEIGHTS[1:]:
            core = keep(path, path.with_stem(f"{path.stem}-{weight}"), core=True, weight=weight)
        path.unlink()
    else:
        core = keep(path, path, core=True)
    for name, points in ((path.stem, core), (f"{path.stem}-more", rest)):
        print(name, ", ".join(ranges(points)))  # noqa: T201  (for whoever writes base.css)


def ranges(points: set[int]) -> list[str]:
    """Return code points as CSS writes them."""
    found: list[list[int]] = []
    for point in sorted(points):
        if found and found[-1][1] == point - 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return [f"U+{first:04X}" if first == last else f"U+{first:04X}-{last:04X}" for first, last in found]


if __name__ == "__main__":
    here = Path(__file__).parent
    for source in sorted(Path(sys.argv[1]).glob("source-*.woff2")):
        narrow(source, here / source.name)
        if "-ext" not in source.name:
            part(here / source.name)
