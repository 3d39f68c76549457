"""The agreed word for how many delegations a paragraph speaks for, computed from its citations.

No rule of the OAS or the United Nations fixes these words, so the scale is a setting of the body and is
printed with the summary. The default counts distinct delegations and takes the first step that fits: all
those participating; more than half; then ten or more, seven to nine, five or six, three or four, two, one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Step:
    """One step of a scale: `fits(cited, participating)` tells whether the word applies."""

    key: str
    word: object
    meaning: object
    fits: Callable[[int, int], bool]


SCALE: tuple[Step, ...] = (
    Step("all", _l("all delegations"), _l("all the delegations that took part"), lambda n, of: n == of),
    Step("most", _l("most delegations"), _l("more than half of those that took part"), lambda n, of: 2 * n > of),
    Step("many", _l("many delegations"), _l("ten or more"), lambda n, of: n >= 10),
    Step("several", _l("several delegations"), _l("seven to nine"), lambda n, of: n >= 7),
    Step("some", _l("some delegations"), _l("five or six"), lambda n, of: n >= 5),
    Step("a_few", _l("a few delegations"), _l("three or four"), lambda n, of: n >= 3),
    Step("two", _l("two delegations"), _l("two"), lambda n, of: n == 2),
    Step("one", _l("one delegation"), _l("one"), lambda n, of: n == 1),
)
STEPS = {step.key: step for step in SCALE}


def quantifier(cited: int, participating: int) -> Step | None:
    """Return the step for `cited` distinct delegations of `participating`; None where nobody is cited.

    "All" and "most" speak of three delegations at least: of two that took part, two are still "two".
    Raises ValueError for negative numbers or more cited than participating.
    """
    if cited < 0 or participating < cited:
        raise ValueError(f"{cited} of {participating} delegations")
    if cited == 0:
        return None
    steps = SCALE if cited >= 3 else SCALE[-2:]
    return next(step for step in steps if step.fits(cited, participating))
