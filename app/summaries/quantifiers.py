"""The agreed word for how many delegations a paragraph speaks for, computed from its citations.

No rule of the OAS or the United Nations fixes these words, so the scale is a setting of the body (models.SummaryRules)
and is printed with the summary. The usual one counts distinct delegations and takes the first step that fits: all
those participating; more than half; then ten or more, seven to nine, five or six, three or four, two, one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.core.languages import current_language
from app.core.localized import LANGUAGES
from app.summaries.naming import FORMS, in_form

FEWEST = 3  # "all" and "most" speak of so many delegations at least: of two that took part, two are still "two"
ALL, SHARE, COUNT = "all", "share", "count"
# Key, kind, from; then the word in English, Spanish, French and Portuguese.
_USUAL_WORDS = (
    ("all", ALL, 0, "all delegations/todas las delegaciones/toutes les délégations/todas as delegações"),
    ("most", SHARE, 50,
     "most delegations/la mayoría de las delegaciones/la plupart des délégations/a maioria das delegações"),
    ("many", COUNT, 10, "many delegations/muchas delegaciones/de nombreuses délégations/muitas delegações"),
    ("several", COUNT, 7, "several delegations/varias delegaciones/plusieurs délégations/várias delegações"),
    ("some", COUNT, 5, "some delegations/algunas delegaciones/certaines délégations/algumas delegações"),
    ("a_few", COUNT, 3, "a few delegations/unas pocas delegaciones/quelques délégations/umas poucas delegações"),
    ("two", COUNT, 2, "two delegations/dos delegaciones/deux délégations/duas delegações"),
    ("one", COUNT, 1, "one delegation/una delegación/une délégation/uma delegação"),
)  # fmt: skip


def forms_of(subject: str, language: str) -> dict[str, str]:
    """Return the forms of a word: as subject, and after "of", "by" and "to" by the rules of its language."""
    return {form: in_form(subject, form, language) for form in FORMS}


# As SummaryRules.scale holds it.
USUAL: list[dict[str, Any]] = [
    {
        "key": key,
        "kind": kind,
        "from": least,
        "words": {
            language: forms_of(word, language) for language, word in zip(LANGUAGES, words.split("/"), strict=True)
        },
    }
    for key, kind, least, words in _USUAL_WORDS
]


@dataclass(frozen=True)
class Step:
    """One step of a scale. `least`: of kind SHARE more than so many per cent, of COUNT so many or more.

    `below`: the `least` of the step before, where that is a count too.
    """

    key: str
    kind: str
    least: int
    words: Mapping[str, Mapping[str, str]]
    below: int | None = None

    def fits(self, cited: int, participating: int) -> bool:
        """Whether the word applies, where those before it do not."""
        if self.kind == COUNT:
            return cited >= self.least
        if cited < FEWEST:
            return False
        return cited == participating if self.kind == ALL else 100 * cited > self.least * participating

    def in_language(self, language: str, form: str = "subject") -> str:
        """Return the word in a form; in English where the body gave none in the language."""
        words = self.words.get(language) or self.words.get("en") or next(iter(self.words.values()))
        return words.get(form) or in_form(words["subject"], form, language)

    @property
    def word(self) -> str:
        """The word in the reader's language."""
        return self.in_language(current_language())

    @property
    def meaning(self) -> str:
        """What the word stands for, in the reader's language."""
        if self.kind == ALL:
            return str(_("all the delegations that took part"))
        if self.kind == SHARE:
            if self.least == 50:
                return str(_("more than half of those that took part"))
            return str(_("more than %(share)d per cent of those that took part", share=self.least))
        if self.below is None:
            return str(_("%(number)d or more", number=self.least))
        last = self.below - 1
        if last == self.least:
            return str(self.least)
        if last == self.least + 1:
            return str(_("%(first)d or %(last)d", first=self.least, last=last))
        return str(_("%(first)d to %(last)d", first=self.least, last=last))


def steps_of(scale: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Return a scale as SummaryRules (or a frozen text) holds it, as steps."""
    steps: list[Step] = []
    for row in scale:
        counted = [step.least for step in steps if step.kind == COUNT]
        below = counted[-1] if counted and row["kind"] == COUNT else None
        steps.append(Step(row["key"], row["kind"], row["from"], row["words"], below))
    return tuple(steps)


SCALE = steps_of(USUAL)
STEPS = {step.key: step for step in SCALE}


def scale_in(content: Mapping[str, Any]) -> tuple[Step, ...]:
    """Return the scale of a frozen text: the usual one of what was frozen before 2026-11."""
    return steps_of(content["scale"]) if content.get("scale") else SCALE


def step_in(content: Mapping[str, Any], key: str | None) -> Step | None:
    """Return the step of a frozen text's scale with this key; None for none, or for one that nobody knows."""
    return next((step for step in scale_in(content) if step.key == key), STEPS.get(key or ""))


def quantifier(cited: int, participating: int, scale: Sequence[Step] = SCALE) -> Step | None:
    """Return the step for `cited` distinct delegations of `participating`; None where nobody is cited.

    Raises ValueError for negative numbers or more cited than participating.
    """
    if cited < 0 or participating < cited:
        raise ValueError(f"{cited} of {participating} delegations")
    return next((step for step in scale if cited and step.fits(cited, participating)), None)
