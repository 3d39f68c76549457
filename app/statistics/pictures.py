"""Counted inputs as a picture: a bar for each line, and a lighter one below it for the session before."""

from dataclasses import dataclass

from app.map.svg import Picture, shortened

WIDTH, SIZE = 300.0, 13  # units; of the letters
BAR, BELOW, GAP = 9.0, 4.0, 10.0  # heights of a bar, of that of the session before, and between two lines
TEXT = 17.0  # from the top of a line to its bar
NUMBER = 44.0  # room for the number at the end of a line


@dataclass(frozen=True, slots=True)
class Bar:
    """A line as drawn: its top, its letters, and how long its bars are (`before` None where nothing is compared)."""

    top: float
    label: str
    title: str
    number: str
    length: float
    before: float | None


@dataclass(frozen=True, slots=True)
class Shapes:
    """All that is drawn. `mark`: ends the drawing's ids; `rule`: where a line stands across (None: nowhere)."""

    mark: str
    bars: list[Bar]
    rule: float | None
    rule_text: str


@dataclass(frozen=True)
class Drawn:
    """A line to be drawn: what it is called, how many, how many there were the session before, and what it is called
    where there is room."""

    label: str
    number: int
    before: int | None
    whole: str = ""


def bars(
    mark: str, title: str, caption: str, lines: list[Drawn], *, rule_before: int | None = None, rule_text: str = ""
) -> Picture:
    """Return lines as bars of one scale. `rule_before`: the line over which a rule with its text stands."""
    most = max([1, *(line.number for line in lines), *(line.before or 0 for line in lines)])
    compared = any(line.before is not None for line in lines)
    step = TEXT + BAR + GAP + (BELOW if compared else 0)
    drawn, rule, top = [], None, 0.0
    for place, line in enumerate(lines):
        if place == rule_before and place:
            rule, top = top + TEXT, top + TEXT + GAP
        drawn.append(
            Bar(
                top,
                shortened(line.label, WIDTH - NUMBER, SIZE),
                line.whole or line.label,
                str(line.number),
                WIDTH * line.number / most,
                None if line.before is None else WIDTH * line.before / most,
            )
        )
        top += step
    return Picture("inputs", title, caption, WIDTH, max(top - GAP, 1) + 2, Shapes(mark, drawn, rule, rule_text))
