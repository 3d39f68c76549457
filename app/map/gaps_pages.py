"""What the page of gaps shows, made ready for the template."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.core.localized import LocalizedText
from app.core.wording import in_reader_language, language_shown
from app.directory.facts import Facts, Known, Standing, involvement
from app.map import gaps
from app.map.gaps import Coverage, Issue
from app.map.naming import day_shown, link
from app.map.overlap_forms import GapsForm
from app.map.overlap_pages import involvement_link, kept_in, term_link
from app.map.queries import groups_on


def page(form: GapsForm, facts: Facts) -> dict[str, Any]:
    """Return what templates/map/gaps.html needs."""
    vocabulary, kept = form.chosen_vocabulary, kept_in(form, "at")
    covered = gaps.coverage(facts, vocabulary)
    single = gaps.with_one_group(covered)
    groups = groups_on([row.term.id for row in single])
    unknown = gaps.unknown(facts, vocabulary)
    few = gaps.states_in_few(facts, form.wanted("fewer"))
    issues = gaps.issues(facts, involvement())
    return {
        "day": day_shown(facts.day),
        "filtered": bool(kept_in(form)),
        "terms": len(covered),
        "without_group": [_term(row, {}, kept) for row in gaps.without_group(covered)],
        "with_one_group": [_term(row, groups, kept) for row in single],
        "no_source": _links(unknown[Standing.NO_SOURCE]),
        "not_stated": _links(unknown[Standing.NOT_STATED]),
        "other_terms": _links(unknown[Standing.STATED]),
        "few": few,
        "few_rows": [{**link(state), "number": count} for state, count in few.rows],
        "unlisted": _links(few.unlisted),
        "no_organization": [_issue(row, kept) for row in issues if row.spoken and not row.organizations],
        "one_organization": [_issue(row, kept) for row in issues if len(row.organizations) == 1],
        "unspoken": [_issue(row, kept) for row in issues if not row.spoken],
    }


def _links(parties: Iterable[Known]) -> list[dict[str, str]]:
    return [link(party) for party in parties]


def _term(
    row: Coverage, groups: Mapping[tuple[int, int], list[LocalizedText]], kept: Mapping[str, str]
) -> dict[str, Any]:
    return {
        **term_link(row.term, **kept),
        "in_groups": [
            {
                **link(party),
                "groups": [
                    {"name": in_reader_language(name), "lang": language_shown(name)}
                    for name in groups.get((party.id, row.term.id), ())
                ],
            }
            for party in row.in_groups
        ],
        "as_whole": _links(row.as_whole),
    }


def _issue(row: Issue, kept: Mapping[str, str]) -> dict[str, Any]:
    return {
        **term_link(row.term, **kept),
        "organizations": [involvement_link(party, cell) for party, cell in row.organizations],
        "doubtful": [involvement_link(party, cell) for party, cell in row.doubtful],
    }
