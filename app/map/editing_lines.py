"""What statements, proposals and the trail of the directory say, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.labels import ACTIONS
from app.audit.models import AuditEvent
from app.audit.value_labels import FIELDS
from app.core.actors import Actor
from app.core.localized import LANGUAGE_NAMES, LANGUAGES, LocalizedText
from app.core.wording import in_reader_language, language_shown
from app.directory.content import LISTS, content_of, key_of, terms_named
from app.directory.enums import Extent, GroupKind, MechanismKind, OrganizationKind, ProposalState, StatementSubject
from app.directory.history import parties_by_code, sources_by_key
from app.directory.labels import (
    ENTRY_FIELDS,
    EXTENTS,
    GROUP_KINDS,
    MECHANISM_KINDS,
    ORGANIZATION_KINDS,
    PROPOSAL_STATES,
    SUBJECTS,
)
from app.directory.models import Source, Statement
from app.directory.policies import can_edit_facts
from app.map.naming import day_shown, period, source, term_shown
from app.people.queries import accounts_by_id

Content = Mapping[str, Any]
SAID = {True: _l("It says"), False: _l("It does not say"), None: _l("No statement")}


SOURCES = ("source", "dates_source", "mandate_source")  # the cells of a party that name a source
_JOIN = {"parties": ", ", "groups": "; ", "tags": "; "}
_LIST_NAMES = frozenset(_JOIN)


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


class Named:
    """Gives the entries of lists in words; reads what they name in two statements at most."""

    def __init__(self, lists: Iterable[Sequence[Content]]) -> None:
        rows = [row for entries in lists for row in entries]
        codes = {code for row in rows for code in (row.get("chairs") or [row.get("code")]) if code}
        self.parties = parties_by_code(codes) if codes else {}
        tags = [row for row in rows if "term" in row]
        self.terms = terms_named(tags) if tags else {}

    def entry(self, row: Content) -> str:
        """Return one entry: "Peru (2014 to 2016)", "2. Working group: Protection", "T1 Return (group 2)"."""
        if "term" in row:
            return self._tag(row)
        if "names" in row:
            return self._group(row)
        dates = period(row["since"], row["until"])
        return f"{self._party(row['code'])} ({dates})" if dates else self._party(row["code"])

    def _party(self, code: str) -> str:
        party = self.parties.get(code)
        return in_reader_language(party.label) if party else code

    def _tag(self, row: Content) -> str:
        item = self.terms.get(row["term"])
        term = term_shown(item) if item else row["term"]
        if not row["group"]:
            return term
        return str(_("%(term)s (group %(number)s)", term=term, number=row["group"].split()[0]))

    def _group(self, row: Content) -> str:
        """A group with its texts in all languages, so that a change of one of them shows."""
        text = f"{row['number']}. {GROUP_KINDS[GroupKind(row['kind'])]}: {all_languages(row['names'])}"
        if row["pillar"]:
            text = f"{text}. {all_languages(row['pillar'])}"
        if row["chairs"]:
            text = f"{text}. {_('Chaired by:')} {', '.join(self._party(code) for code in row['chairs'])}"
        return text


def all_languages(texts: Mapping[str, str]) -> str:
    """Return a text in all its languages, one after the other."""
    return " / ".join(dict.fromkeys(texts.values()))


def _rows(content: Content) -> Sequence[Content]:
    """The list of a content, whatever it is called."""
    return next((content[name] for name in LISTS.values() if name in content), [])


def shown(content: Content, *, beside: Content | None = None) -> dict[str, Any]:
    """Return what a statement says, for templates/map/_content.html.

    `beside`: the content that it is compared with; the entries that this one lacks are marked.
    """
    rows = _rows(content)
    named = Named([rows])
    others = [dict(row) for row in _rows(beside)] if beside else None
    label = content.get("label") or {}
    return {
        "stated": content["stated"],
        "count": content["count"],
        "label": all_languages(label),
        "label_marked": beside is not None and content.get("label") is not None and label != beside.get("label"),
        "entries": [
            {"text": named.entry(row), "marked": others is not None and dict(row) not in others} for row in rows
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


def lines(events: Sequence[AuditEvent], reader: Actor, *, representative: str) -> list[Line]:
    """Return events as lines, in four statements at most.

    The secretariat reads who did it by name, others by function; `representative` is the function of those who
    propose. The reasons of decisions are for the secretariat and the proposer, who find them with the proposal.
    """
    told = [event.changes for event in events]
    known = Named(side or [] for changes in told for name in _LIST_NAMES for side in _pair(changes, name))
    entries = [side or {} for changes in told for side in _pair(changes, "profile")]
    keys = {key for changes in told for key in _pair(changes, "source")}
    keys |= {row.get(name) for row in entries for name in SOURCES}
    documents = sources_by_key(keys - {None, ""})
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
            changes=[*_differences(event.changes, known), *entry_differences(event.changes, documents)],
        )
        for event in events
    ]


def entry_differences(changes: Mapping[str, Any], documents: Mapping[str, Source]) -> Iterable[tuple[str, str, str]]:
    """(field, before, after) of the cells of a party or a source that differ: {"profile": [before, after]}."""
    went, came = (side or {} for side in _pair(changes, "profile"))
    for column in came:
        name, _underscore, language = column.rpartition("_")
        if language in LANGUAGES:
            yield f"{ENTRY_FIELDS[name]} ({LANGUAGE_NAMES[language]})", went[column], came[column]
        else:
            before, after = (_cell(column, side[column], documents) for side in (went, came))
            yield str(ENTRY_FIELDS[column]), before, after


def _cell(column: str, text: str, documents: Mapping[str, Source]) -> str:
    if column == "mechanism_kind":
        return str(MECHANISM_KINDS[MechanismKind(text)])
    if column == "organization_kind":
        return str(ORGANIZATION_KINDS[OrganizationKind(text)])
    if column in SOURCES and text in documents:
        return in_reader_language(documents[text].title)
    return text


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


def _differences(changes: Mapping[str, Any], known: Named) -> Iterable[tuple[str, str, str]]:
    """(field, before, after) of what differs; of a list, the entries that went and those that came."""
    if "stated" in changes:
        before, after = _pair(changes, "stated")
        yield str(FIELDS["stated"]), str(SAID[before]), str(SAID[after])
    if "count" in changes:
        before, after = ("" if number is None else str(number) for number in _pair(changes, "count"))
        yield str(FIELDS["count"]), before, after
    if "label" in changes:
        before, after = (all_languages(side or {}) for side in _pair(changes, "label"))
        yield str(FIELDS["label"]), before, after
    for name in _LIST_NAMES & changes.keys():
        went, came = (side or [] for side in _pair(changes, name))
        lost = _JOIN[name].join(known.entry(row) for row in went if row not in came)
        gained = _JOIN[name].join(known.entry(row) for row in came if row not in went)
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
