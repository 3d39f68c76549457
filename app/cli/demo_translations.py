"""Translations of good practices in the demonstration: one that was checked, one that the original has overtaken."""

from typing import Any

from app.core.actors import Actor
from app.practices.enums import TranslationStatus
from app.practices.models import Practice
from app.practices.translating import mark_official, save_translations


def translate(practice: Practice, script: dict[str, Any], *, delegation: Actor, staff: Actor) -> None:
    """Translate what was submitted, as data/demo/translations.yaml has it; staff check what it says is official."""
    if practice.latest is None:
        raise ValueError(f"practice {practice.id} was not submitted")
    save_translations(
        practice,
        script["language"],
        of=practice.latest,
        texts=script["texts"],
        status=TranslationStatus.MACHINE if script.get("machine") else TranslationStatus.UNOFFICIAL,
        translator=script["translator"],
        by=delegation if script["by"] == "delegation" else staff,
    )
    mark_official(practice, script["language"], codes=script.get("official", ()), by=staff)
