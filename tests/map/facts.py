"""A directory made for a test: as many mechanisms as it wants, without a database."""

from app.core.localized import LocalizedText
from app.directory.enums import MechanismKind, PartyKind, StatementSubject
from app.directory.facts import Facts, Known, Place, Standing

DAY = "2026-05-14"


def known(number: int, code: str, kind: PartyKind, subkind: str = "", ended: str = "") -> Known:
    text = LocalizedText(en=code)
    return Known(number, kind, code, text, text, subkind, code.lower(), "", ended, None)


def facts_of(
    members: dict[str, list[str]], kinds: dict[str, MechanismKind] | None = None, ended: dict[str, str] | None = None
) -> Facts:
    """Mechanisms with the codes of their members (States; a mechanism without any has no list)."""
    codes = sorted({code for listed in members.values() for code in listed})
    states = {code: known(number, code, PartyKind.STATE) for number, code in enumerate(codes, start=1)}
    mechanisms = {
        code: known(
            number, code, PartyKind.MECHANISM, (kinds or {}).get(code, MechanismKind.FORUM), (ended or {}).get(code, "")
        )
        for number, code in enumerate(members, start=1001)
    }
    parties = [*states.values(), *mechanisms.values()]
    return Facts(
        day=DAY,
        parties={party.id: party for party in parties},
        terms={},
        members={
            mechanisms[code].id: {states[state].id: Place("", "", 1) for state in listed}
            for code, listed in members.items()
            if listed
        },
        secretariats={},
        works_on={},
        counts={},
        standings={
            (mechanisms[code].id, StatementSubject.MEMBERS): Standing.STATED if listed else Standing.NOT_STATED
            for code, listed in members.items()
        },
    )


def overlapping(boxes: dict[str, tuple[float, float, float, float]]) -> list[tuple[str, str]]:
    """The pairs of boxes (left, top, right, bottom) that have some room in common."""
    names = list(boxes)
    return [
        (one, other)
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if boxes[one][0] < boxes[other][2]
        and boxes[other][0] < boxes[one][2]
        and boxes[one][1] < boxes[other][3]
        and boxes[other][1] < boxes[one][3]
    ]


def box(x: float, y: float, text: str, size: float, anchor: str) -> tuple[float, float, float, float]:
    """Where a line of text stands whose baseline begins, ends or has its middle at (x, y)."""
    from app.map.svg import text_width

    wide = text_width(text, size)
    left = {"start": x, "end": x - wide, "middle": x - wide / 2}[anchor]
    return left, y - size * 0.75, left + wide, y + size * 0.2
