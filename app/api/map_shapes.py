"""What the map finds, as the API's models take it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.api.addresses import Shape
from app.api.directory_shapes import address, party
from app.coordination.models import Coordination
from app.coordination.presenting import source_link
from app.core.wording import in_reader_language as text
from app.directory.enums import PartyKind
from app.directory.facts import Facts, Known, Standing, Term
from app.map.gaps import Coverage, FewPlaces, Issue, with_one_group, without_group
from app.map.naming import in_order
from app.map.overlap import Pair, Work, is_doubted


def _parties(rows: Iterable[Known]) -> list[Shape]:
    return [party(row) for row in rows]


def _title(row: Term) -> Shape:
    return {"code": row.code, "title": text(row.title)}


def term(row: Term) -> Shape:
    """Return a term of a vocabulary."""
    return {
        **_title(row),
        "vocabulary": row.vocabulary,
        "related": list(row.related),
        "url": address("map.term", vocabulary=row.vocabulary, code=row.code),
    }


def state(row: Known, facts: Facts) -> Shape:
    """Return a State or territory with the mechanisms that count it as a member on the day of the facts."""
    return {
        **party(row),
        "territory": row.kind is PartyKind.TERRITORY,
        "mechanisms": _parties(in_order(facts.parties[item] for item in facts.mechanisms_of(row.id))),
        "url": address("library.state", code=row.code),
    }


def pair(row: Pair, facts: Facts) -> Shape:
    """Return two mechanisms with what they share."""
    secretariats = facts.secretariats
    both = set(secretariats.get(row.first.id, ())) & set(secretariats.get(row.second.id, ()))
    return {
        "first": party(row.first),
        "second": party(row.second),
        "members": {"shared": row.members, "either": row.either_members or None, "index": row.by_members},
        "terms": {"shared": row.terms, "either": row.either_terms or None, "index": row.by_terms},
        "secretariats": _parties(in_order(facts.parties[item] for item in both)),
        "similarity": row.similarity,
        "together": row.together or None,
        "duplicate": row.duplicate or None,
        "url": address("map.pair", first=row.first.slug, second=row.second.slug),
    }


def _covered(row: Coverage) -> Shape:
    return {
        **_title(row.term),
        "groups": row.groups,
        "in_groups": _parties(row.in_groups),
        "as_whole": _parties(row.as_whole),
    }


def _issue(row: Issue) -> Shape:
    organizations = [organization for organization, _cell in row.organizations]
    doubtful = [organization for organization, _cell in row.doubtful]
    return {**_title(row.term), "organizations": _parties(organizations), "doubtful": _parties(doubtful)}


def gaps(
    covered: Sequence[Coverage],
    unknown: Mapping[Standing, Sequence[Known]],
    few: FewPlaces,
    issues: Sequence[Issue],
) -> Shape:
    """Return what nobody, or only one, covers."""
    return {
        "terms_without_group": [_covered(row) for row in without_group(covered)],
        "terms_with_one_group": [_covered(row) for row in with_one_group(covered)],
        "mechanisms_without_source": _parties(unknown[Standing.NO_SOURCE]),
        "mechanisms_not_stated": _parties(unknown[Standing.NOT_STATED]),
        "mechanisms_in_other_terms": _parties(unknown[Standing.STATED]),
        "states_in_few": [{**party(row), "mechanisms": count} for row, count in few.rows],
        "fewer_than": few.fewer,
        "lower_quartile": few.quartile,
        "mechanisms_without_list": _parties(few.unlisted),
        "issues_without_organization": [_issue(row) for row in issues if row.spoken and not row.organizations],
        "issues_with_one_organization": [_issue(row) for row in issues if len(row.organizations) == 1],
        "issues_without_source": [_title(row.term) for row in issues if not row.spoken],
    }


def work(found: Work) -> Shape:
    """Return who works on a term."""
    organizations = [
        {**party(row), "extent": cell.extent, "doubted": is_doubted(cell)} for row, cell in found.organizations
    ]
    return {
        **term(found.term),
        "mechanisms": [{**party(row), "groups": [text(name) for name in names]} for row, names in found.mechanisms],
        "organizations": organizations if found.spoken else None,
        "doubtful": _parties(row for row, _cell in found.doubtful),
    }


def coordination(row: Coordination) -> Shape:
    """Return who works together on what, with the sessions that heard of it."""
    link: Mapping[str, Any] = source_link(row)
    return {
        "id": row.id,
        "session": row.meeting.slug,
        "topic": text(row.topic),
        "theme": {"code": row.item.code, "title": text(row.item.title)} if row.item else None,
        "parties": [party(item) for item in row.parties],
        "state": row.state,
        "source": address("library.home").rstrip("/") + link["url"],
        "steps": [
            {"session": step.meeting.slug, "state": step.state, "note": step.note or None, "at": step.at}
            for step in row.steps
        ],
    }
