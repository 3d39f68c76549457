"""Makes static/card.png, the picture of a link in social networks: `python -m docs.pictures.make_card`."""

from pathlib import Path

import typst

from app.open_data.cards import CARD_SIZE

ROOT = Path(__file__).resolve().parents[2]
TEXT = """
#set page(width: 600pt, height: 315pt, margin: 48pt, fill: rgb("#0b4f5c"))
#set text(font: "Source Serif 4", fill: white)
#v(1fr)
#text(size: 64pt, weight: 600)[Plenaria]
#v(6pt)
#line(length: 96pt, stroke: 3pt + white)
#v(1fr)
#text(size: 15pt, font: "Source Sans 3")[Sessions · Sesiones · Sessions · Sessões]
"""


def main() -> None:
    """Set the card, and write it beside the other files of pages."""
    source = ROOT / "build" / "card.typ"
    source.parent.mkdir(exist_ok=True)
    source.write_text(TEXT)
    fonts = [str(folder) for folder in {path.parent for path in ROOT.rglob("*.ttf") if ".venv" not in path.parts}]
    width = CARD_SIZE[0]
    picture = typst.compile(str(source), format="png", ppi=72 * width / 600, font_paths=fonts)
    (ROOT / "static" / "card.png").write_bytes(picture)


if __name__ == "__main__":
    main()
