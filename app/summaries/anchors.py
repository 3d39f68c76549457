"""What a paragraph of a frozen text is called, also where it was frozen before paragraphs had labels."""

from collections.abc import Iterator, Mapping
from typing import Any


def label_of(paragraph: Mapping[str, Any]) -> str:
    """Return "12", "12 (a)" or "12 (a) (i)"."""
    return str(paragraph.get("label") or paragraph["number"])


def own_label_of(paragraph: Mapping[str, Any]) -> str:
    """Return what stands before the paragraph itself: "12.", "(a)" or "(i)"."""
    last = label_of(paragraph).split(" ")[-1]
    return last if paragraph.get("level") else f"{last}."


def mark_of(label: str) -> str:
    """Return a label as addresses write it: "12-a-i"."""
    return label.replace("(", "").replace(")", "").replace(" ", "-")


def anchor_of(paragraph: Mapping[str, Any]) -> str:
    """Return the id of a paragraph on pages: "paragraph-12-a-i"."""
    return anchor_of_label(label_of(paragraph))


def anchor_of_label(label: str) -> str:
    """Return the id on pages of the paragraph that is labelled so."""
    return f"paragraph-{mark_of(label)}"


def paragraphs_in(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the paragraphs of a frozen text, through all sections in order."""
    for section in content["sections"]:
        yield from section["paragraphs"]
