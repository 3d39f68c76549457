"""The words of the scale that a publication was frozen with, and what each stands for, as they are printed."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from app.core.localized import LocalizedText
from app.summaries.quantifiers import SCALE, STEPS


def word_of(content: Mapping[str, Any], key: str, language: str) -> str:
    """Return the word of a step in a language, as a sentence's subject has it."""
    step = next((step for step in content.get("scale") or () if step["key"] == key), None)
    return _subject(step, language) if step else str(STEPS[key].word)


def terms_of(content: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Return each word of the scale and what it means, in its order, in the language in force (`language`).

    What was published before scales were frozen has the usual one.
    """
    scale = content.get("scale")
    if not scale:
        return [(str(step.word), str(step.meaning)) for step in SCALE]
    shown, below = [], None
    for step in scale:
        shown.append((_subject(step, language), _meaning(step, below)))
        if step["kind"] == "count":
            below = step["from"]
    return shown


def _subject(step: Mapping[str, Any], language: str) -> str:
    words = step["words"]
    forms = words.get(language) or next(iter(words.values()))
    return str(forms["subject"] if isinstance(forms, Mapping) else LocalizedText(words).in_language(language))


def _meaning(step: Mapping[str, Any], below: int | None) -> str:
    """What a step says; `below`: the number from which the step before it counts."""
    if step["kind"] == "all":
        return str(_("all the delegations that took part"))
    if step["kind"] == "share":
        return str(_("more than %(share)d per cent of those that took part", share=step["from"]))
    if below is None:
        return str(_("%(count)d or more", count=step["from"]))
    if below - 1 == step["from"]:
        return str(step["from"])
    return str(_("%(first)d to %(last)d", first=step["from"], last=below - 1))
