"""What statements, proposals and the trail of the directory say, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.labels import ACTIONS, FIELDS
from app.audit.models import AuditEvent
from app.core.actors import Actor
from app.core.localized import LocalizedText
from app.core.wording import in_reader_language, language_shown
from app.directory.content import content_of, key_of
from app.directory.enums import Extent, ProposalState, StatementSubject
from app.directory.history import parties_by_code, sources_by_key
from app.directory.labels import EXTENTS, PROPOSAL_STATES, SUBJECTS
from app.directory.models import Party, Source, Statement
from app.directory.policies import can_edit_facts
from app.map.naming import day_shown, period, source
from app.people.queries import accounts_by_id

Content = Mapping[str, Any]
SAID = {True: _l("It says"), False: _l("It does not say"), None: _l("No statement")}


@dataclass(frozen=True)
class Line:
    """One event: when, who, what was done about which subject and source, and what differs, from what to what."""

    at: datetime
    who: str
    action: str
    subject: str
    source: str
    source_lang: str
    proposal_id: int | None
    changes: list[tuple[str, str, str]]


def shown(content: Content, *, beside: Content | None = None) -> dict[str, Any]:
    """Return what a statement says, for templates/map/_content.html.

    `beside`: the content that it is compared with; the entries that this one lacks are marked.
    """
    known = parties_by_code(row["code"] for row in content["parties"])
    others = [dict(row) for row in beside["parties"]] if beside else None
    return {
        "stated": content["stated"],
        "count": content["count"],
        "parties": [
            {"text": entry(row, known), "marked": others is not None and dict(row) not in others}
            for row in content["parties"]
        ],
    }


def statement_shown(statement: Statement | None, *, beside: Content | None = None) -> dict[str, Any] | None:
    """Return what a statement says as `shown` does; None where there is none."""
    return shown(content_of(statement), beside=beside) if statement else None


def source_of(content: Content) -> dict[str, Any]:
    """Return the source of a content, known or new, as the macro of templates/library/_source.html takes it."""
    told = content["source"]
    row = sources_by_key([key_of(told)]).get(key_of(told))
    if row is None:
        row = Source(**{**told, "title": LocalizedText(told["title"])})
    return {**source(row), "part": content["part"]}


def entry(row: Mapping[str, str], known: Mapping[str, Party]) -> str:
    """Return one row of a list: "Peru (2014 to 2016)"."""
    party = known.get(row["code"])
    name = in_reader_language(party.label) if party else row["code"]
    dates = period(row["since"], row["until"])
    return f"{name} ({dates})" if dates else name


def lines(events: Sequence[AuditEvent], reader: Actor, *, representative: str) -> list[Line]:
    """Return events as lines, in three statements at most.

    The secretariat reads who did it by name, others by function; `representative` is the function of those who
    propose. The reasons of decisions are for the secretariat and the proposer, who find them with the proposal.
    """
    told = [event.changes for event in events]
    known = parties_by_code(row["code"] for changes in told for side in _pair(changes, "parties") for row in side or ())
    documents = sources_by_key({key for changes in told for key in _pair(changes, "source") if key})
    names = accounts_by_id({event.actor_id for event in events}) if can_edit_facts(reader) else {}

    def who(event: AuditEvent) -> str:
        if event.actor_id is None:
            return "Plenaria"
        if event.actor_id in names:
            return names[event.actor_id].name
        return representative if event.action == "propose_fact" else _("The secretariat")

    return [
        Line(
            at=event.at,
            who=who(event),
            action=str(ACTIONS[event.action]),
            subject=_subject(event.changes),
            source=_title(event.changes, documents),
            source_lang=_language(event.changes, documents),
            proposal_id=_pair(event.changes, "proposal_id")[1]
            or (event.subject_id if event.subject_kind == "proposals" else None),
            changes=list(_differences(event.changes, known)),
        )
        for event in events
    ]


def _pair(changes: Mapping[str, Any], field: str) -> tuple[Any, Any]:
    before, after = changes.get(field) or (None, None)
    return before, after


def _subject(changes: Mapping[str, Any]) -> str:
    subject = _pair(changes, "subject")[1]
    return str(SUBJECTS[StatementSubject(subject)]) if subject else ""


def _document(changes: Mapping[str, Any], documents: Mapping[str, Source]) -> Source | None:
    return documents.get(_pair(changes, "source")[1])


def _title(changes: Mapping[str, Any], documents: Mapping[str, Source]) -> str:
    found = _document(changes, documents)
    if found is None:
        return _("A new source") if "source" in changes else ""
    part = _pair(changes, "part")[1]
    dated = f"{in_reader_language(found.title)} ({day_shown(found.date)})"
    return f"{dated}, {part}" if part else dated


def _language(changes: Mapping[str, Any], documents: Mapping[str, Source]) -> str:
    found = _document(changes, documents)
    return language_shown(found.title) if found else ""


def _differences(changes: Mapping[str, Any], known: Mapping[str, Party]) -> Iterable[tuple[str, str, str]]:
    """(field, before, after) of what differs; of a list, the entries that went and those that came."""
    if "stated" in changes:
        before, after = _pair(changes, "stated")
        yield str(FIELDS["stated"]), str(SAID[before]), str(SAID[after])
    if "count" in changes:
        before, after = ("" if number is None else str(number) for number in _pair(changes, "count"))
        yield str(FIELDS["count"]), before, after
    if "parties" in changes:
        went, came = (side or [] for side in _pair(changes, "parties"))
        lost = ", ".join(entry(row, known) for row in went if row not in came)
        gained = ", ".join(entry(row, known) for row in came if row not in went)
        yield str(FIELDS["parties"]), lost, gained or ("" if lost else _("The same in another order"))
    if "state" in changes:
        before, after = (str(PROPOSAL_STATES[ProposalState(state)]) for state in _pair(changes, "state"))
        yield str(FIELDS["state"]), before, after
    if "corrected" in changes:
        before, after = (
            str(EXTENTS[Extent(value)]) if value else _("As printed") for value in _pair(changes, "corrected")
        )
        yield str(FIELDS["corrected"]), before, after
        before, after = _pair(changes, "reason")
        yield str(FIELDS["reason"]), before, after
