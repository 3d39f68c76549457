"""What the pages of practices and presentations have in common: they are the sources of a summary."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from flask import url_for

from app.documents.models import StoredFile
from app.map.naming import day_shown


class Attached(Protocol):
    """A file of a practice or presentation."""

    id: Any
    file: Any


def file_lines(attached: Iterable[Attached], endpoint: str) -> list[dict[str, Any]]:
    """Return files for the component file_list; `endpoint` hands one out by `file_id`."""
    return [
        {
            "name": item.file.name,
            "kind": kind_of(item.file),
            "size": item.file.size,
            "url": url_for(endpoint, file_id=item.id),
        }
        for item in attached
    ]


def kind_of(file: StoredFile) -> str:
    """Return a file's kind as people call it: "PDF", from its name, which keeps what its content is."""
    return file.name.rsplit(".", 1)[-1].upper()


def illustrative_sources(sources: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return what a demonstration text was written from, for the template."""
    return [
        {
            "title": item["title"],
            "publisher": item.get("publisher") or "",
            "url": item.get("url") or "",
            "date": day_shown(item["date"]) if item.get("date") else "",
        }
        for item in sources
    ]
