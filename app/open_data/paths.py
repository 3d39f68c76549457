"""Where the page of each public thing is, by what names it within its kind."""

from collections.abc import Callable, Mapping

from app.open_data.enums import RecordKind
from app.summaries.anchors import mark_of

PATHS: Mapping[RecordKind, Callable[[str], str]] = {
    RecordKind.SESSION: lambda key: f"/sessions/{key}",
    RecordKind.PRACTICE: lambda key: f"/practices/{key}",
    RecordKind.PRESENTATION: lambda key: "/sessions/{}/presentations/{}".format(*key.split(":", 1)),
    RecordKind.SUMMARY: lambda key: f"/sessions/{key}/summary",
    RecordKind.DOCUMENT: lambda key: f"/documents/{key}",
    RecordKind.STATEMENT: lambda key: f"/statements/{key}",
    # All reports on a recommendation stand on its page.
    RecordKind.REPORT: lambda key: "/recommendations/{}#report-{}".format(*key.split(":", 1)),
}


def path_of(kind: RecordKind, key: str) -> str:
    """Return the path of the page where a thing is read."""
    return PATHS[kind](key)


def path_of_paragraph(session: str, label: str, number: int) -> str:
    """Return the path of the page of one paragraph, in the version of this number of a session's summary."""
    return f"{path_of(RecordKind.SUMMARY, session)}/paragraph/{mark_of(label)}?version={number}"
