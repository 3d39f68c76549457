"""How parties and terms are named, ordered and linked on pages of the map."""

from collections.abc import Iterable
from typing import TypeVar

from flask import url_for

from app.core.texts import fold
from app.core.wording import in_reader_language
from app.directory.enums import PartyKind
from app.directory.facts import Known

Named = TypeVar("Named", bound=Known)


def in_order(parties: Iterable[Named]) -> list[Named]:
    """Sort parties by their everyday names in the reader's language."""
    return sorted(parties, key=lambda party: fold(in_reader_language(party.label)))


def page_of(party: Known) -> str:
    """Return the address of a party's page."""
    if party.kind is PartyKind.MECHANISM:
        return url_for("library.mechanism", slug=party.slug)
    if party.kind is PartyKind.ORGANIZATION:
        return url_for("library.organization", code=party.code)
    return url_for("library.state", code=party.code)


def link(party: Known) -> dict[str, str]:
    """Return a party's everyday name, its whole name and its page."""
    return {
        "label": in_reader_language(party.label),
        "name": in_reader_language(party.names),
        "url": page_of(party),
    }
