"""Narrow the fonts of the pages to the weights that they use, 400 to 600: a third lighter on a poor line.

    python static/fonts/narrow.py FOLDER

reads the .woff2 files of FOLDER, as the npm packages @fontsource-variable/source-serif-4 and -sans-3 hold them, and
writes them here. "Source" is a reserved name (SIL OFL 1.1): what was changed bears another.
"""

import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

WEIGHTS = (400, 400, 600)  # least, as it comes, most
FAMILIES = {"source-serif-4": "Plenaria Serif", "source-sans-3": "Plenaria Sans"}
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


if __name__ == "__main__":
    for source in sorted(Path(sys.argv[1]).glob("source-*.woff2")):
        narrow(source, Path(__file__).parent / source.name)
