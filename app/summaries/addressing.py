"""To whom a recommendation is addressed: read, written out and applied to delegations."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.localized import LocalizedText
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.summaries.labels import ADDRESSEES

KINDS = {"states": PartyKind.STATE, "mechanisms": PartyKind.MECHANISM}


def is_addressed(addressees: Sequence[str], party: Party) -> bool:
    """Whether a recommendation is for a party: for all, for its kind, or for it by its code."""
    return any(key in ("all", party.code) or KINDS.get(key) is party.kind for key in addressees)


def addressees_text(addressees: Sequence[str], named: Mapping[str, LocalizedText | Mapping[str, Any]]) -> str:
    """Return to whom, in the reader's language: a group by its name, parties by theirs in alphabetical order."""
    if len(addressees) == 1 and addressees[0] in ADDRESSEES:
        return str(ADDRESSEES[addressees[0]])
    names = (in_reader_language(LocalizedText(named[code])) if code in named else code for code in addressees)
    return ", ".join(sorted(names, key=fold))
