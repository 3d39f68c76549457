"""What was submitted, read once in each process: the running texts of versions, which never change.

A version is known by its id, its fingerprint and its template's number, so that nothing else is ever taken for it. The
oldest go where more than MOST_KEPT are kept: some 5 KB each.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from flask import Flask, current_app

from app.core.db import db
from app.practices.models import Call, CallTemplateVersion, PracticeVersion
from app.practices.template import numbers_in_order, passages_source
from app.presentations.models import PresentationVersion

MOST_KEPT = 8000


class Version(NamedTuple):
    """Which version: of what `kind`, its row, its SHA-256 and the number of its template (0: it has none)."""

    kind: str
    id: int
    sha256: str
    template: int = 0


class Text(NamedTuple):
    """What a version says. `fields`: field key -> text, in reading order; nobody changes it. `themes`, `mechanisms`:
    the codes and acronyms that it names."""

    title: str
    fields: dict[str, str]
    themes: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    template: Mapping[str, Any] = MappingProxyType({})  # of a practice: what it was written in


def init_app(app: Flask) -> None:
    """Give the application an empty store of its own."""
    app.extensions["summary_texts"] = {}


def texts_of_versions(versions: Sequence[Version], *, call_id: int | None = None) -> Mapping[Version, Text]:
    """Return what versions say; `call_id` names the call with the practices' templates.

    No statement where all are kept; else one for the practices and one for their templates, one for the presentations.
    """
    store = cast(dict[Version, Text], current_app.extensions["summary_texts"])
    found = {version: store.get(version) for version in versions}
    missing = [version for version, text in found.items() if text is None]
    made = _read(missing, call_id) if missing else {}
    store.update(made)
    for old in list(store)[: max(0, len(store) - MOST_KEPT)]:
        store.pop(old, None)
    return {version: text or made[version] for version, text in found.items()}


def _read(missing: Sequence[Version], call_id: int | None) -> dict[Version, Text]:
    made: dict[Version, Text] = {}
    practices = {version.id: version for version in missing if version.kind == "practice"}
    if practices:
        templates = _templates(call_id, {version.template for version in practices.values()})
        for row_id, content in _contents(PracticeVersion, list(practices)):
            version = practices[row_id]
            made[version] = _practice(content, templates[version.template])
    presentations = {version.id: version for version in missing if version.kind == "presentation"}
    if presentations:
        for row_id, content in _contents(PresentationVersion, list(presentations)):
            made[presentations[row_id]] = Text("", answers_as_fields(content))
    return made


AT_ONCE = 5000  # ids in one statement; SQLite takes 32,766


def _contents(table: type[PracticeVersion] | type[PresentationVersion], ids: Sequence[int]) -> list[tuple[int, Any]]:
    rows: list[tuple[int, Any]] = []
    for start in range(0, len(ids), AT_ONCE):
        statement = sa.select(table.id, table.content).where(table.id.in_(ids[start : start + AT_ONCE]))
        rows += [(row.id, row.content) for row in db.session.execute(statement)]
    return rows


def _templates(call_id: int | None, numbers: set[int]) -> Mapping[int, Mapping[str, Any]]:
    """Number -> template, of those that a call has or had."""
    kept = sa.select(CallTemplateVersion.number, CallTemplateVersion.template, sa.literal(0)).where(
        CallTemplateVersion.call_id == call_id, CallTemplateVersion.number.in_(numbers)
    )
    now = sa.select(Call.template_number, Call.template, sa.literal(1)).where(Call.id == call_id)
    rows = sorted(db.session.execute(kept.union_all(now)), key=lambda row: int(row[2]))
    return {number: template for number, template, _order in rows}


def _practice(content: Mapping[str, Any], template: Mapping[str, Any]) -> Text:
    return Text(
        str(content.get("title", "")),
        dict(passages_source(content, template)),
        _codes(content.get("themes")),
        _codes(content.get("mechanisms")),
        template,
    )


def _codes(value: object) -> tuple[str, ...]:
    """The codes that a field holds, whatever was written there."""
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(dict.fromkeys(str(code) for code in value if code)) if isinstance(value, list | tuple) else ()


def answers_as_fields(content: Mapping[str, object]) -> dict[str, str]:
    """Return the answers of a presentation's content as fields ("answers.1")."""
    answers = content.get("answers") or {}
    if not isinstance(answers, dict):
        return {}
    return {f"answers.{number}": str(answers[number]) for number in numbers_in_order(answers) if answers[number]}
