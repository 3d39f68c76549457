"""What the pages of overlaps show, made ready for the templates."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask import request, url_for
from flask_babel import format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.localized import LocalizedText
from app.core.paging import Page
from app.core.wording import in_reader_language, language_shown
from app.directory.enums import Extent, MechanismKind, PartyKind, StatementSubject
from app.directory.facts import Cell, Facts, Known, Standing, Term, is_in_being
from app.directory.labels import EXTENTS, MECHANISM_KINDS
from app.map import overlap
from app.map.forms import DayForm
from app.map.naming import day_shown, in_order, link
from app.map.overlap import Common, Pair
from app.map.overlap_forms import ALL, DUPLICATE, LISTS, TOGETHER, CommonForm, ComparisonForm, OverlapForm
from app.map.queries import groups_on

PER_PAGE = 25
RANKED = {TOGETHER: overlap.could_work_together, DUPLICATE: overlap.may_duplicate, ALL: overlap.by_similarity}
VOCABULARIES = {
    "themes": _l("Themes"),
    "gcm": _l("Objectives of the Global Compact"),
    "gcm_principles": _l("Guiding principles of the Global Compact"),
    "sdg": _l("Targets of the 2030 Agenda"),
    "population": _l("Populations"),
    "issues": _l("Issues"),
    "tracks": _l("Tracks"),
    "capacities": _l("Capacities"),
}

# Vocabularies of which a practice has terms, beside themes and objectives; `library.practice_queries` knows its fields.
TAGGED = frozenset({"sdg", "population", "tracks", "capacities"})


def term_link(term: Term, **kept: Any) -> dict[str, str]:
    """Return a term's title, the title's language and its page."""
    title = in_reader_language(term.title)
    return {
        "title": f"{term.code}. {title}" if term.vocabulary == overlap.OBJECTIVES else title,
        "lang": language_shown(term.title),
        "url": url_for("map.term", vocabulary=term.vocabulary, code=term.code, **kept),
    }


def kept_in(form: DayForm, *names: str) -> dict[str, Any]:
    """Return what of the address belongs to the fields (all of the form's, where none is named) and was taken."""
    return {
        name: request.args[name]
        for name in names or [field.name for field in form]
        if request.args.get(name) and not form[name].errors
    }


def silence(facts: Facts, mechanism_id: int, subject: StatementSubject) -> str:
    """Return in a sentence why nothing is named of a subject of a mechanism: no source, not stated, or none."""
    standing = facts.standing(mechanism_id, subject)
    if standing is Standing.NO_SOURCE:
        return str(_("No source at hand speaks of this."))
    if standing is Standing.NOT_STATED:
        return str(_("Not stated by the source. That is not the same as none."))
    if subject is StatementSubject.THEMES and facts.works_on.get(mechanism_id):
        return str(_("Sources say what it works on, but name nothing of this list."))
    lists = {StatementSubject.MEMBERS: facts.members, StatementSubject.SECRETARIAT: facts.secretariats}
    if mechanism_id in lists.get(subject, {}):
        return str(_("The sources name none as at this day."))
    if subject is StatementSubject.MEMBERS and any(facts.counts.get(mechanism_id, ())):
        return str(_("The source gives the number and no list."))
    return str(_("None, says the source."))


def families() -> list[list[Any]]:
    """Return the names of the kinds of mechanism, those that are alike together."""
    return [[MECHANISM_KINDS[kind] for kind in kinds] for kinds in overlap.FAMILIES]


def lists(form: OverlapForm, facts: Facts, page: int) -> dict[str, Any]:
    """Return what templates/map/overlap.html needs: one page of a list of pairs, and how long each list is."""
    mechanisms, vocabulary = in_order(facts.in_being(PartyKind.MECHANISM)), form.chosen_vocabulary
    kind, slug = form.wanted("kind"), form.wanted("mechanism")
    counts = dict.fromkeys(LISTS, 0)

    def wanted() -> Iterator[Pair]:
        for pair in overlap.pairs(facts, mechanisms, vocabulary):
            if (not kind or kind in (pair.first.subkind, pair.second.subkind)) and (
                not slug or slug in (pair.first.slug, pair.second.slug)
            ):
                counts[TOGETHER] += pair.together > 0
                counts[DUPLICATE] += pair.duplicate > 0
                counts[ALL] += pair.shares
                yield pair

    show = form.wanted("show") or TOGETHER
    page = max(page, 1)
    ranked = RANKED[show](wanted(), page * PER_PAGE)[(page - 1) * PER_PAGE :]
    kept = kept_in(form)
    with_members = {party.id for party in mechanisms if facts.members.get(party.id)}
    with_terms = {party.id for party in mechanisms if facts.terms_of(party.id, vocabulary)}
    items = [_row(pair, facts, show, slug, kept_in(form, "at", "vocabulary")) for pair in ranked]
    return {
        "show": show,
        "day": day_shown(facts.day),
        "gone": bool(slug) and all(party.slug != slug for party in mechanisms),
        "filtered": bool(kept.keys() - {"show"}),
        "clear_url": url_for("map.overlap", show=show),
        "views": [
            {
                "label": label,
                "url": url_for("map.overlap", **{**kept, "show": name}),
                "count": counts[name],
                "current": name == show,
            }
            for name, label in LISTS.items()
        ],
        "families": families(),
        "numbers": {
            "mechanisms": len(mechanisms),
            "members": len(with_members),
            "terms": len(with_terms),
            "both": len(with_members & with_terms),
        },
        "page": Page(items, counts[show], page, PER_PAGE),
        "page_url": lambda number: url_for("map.overlap", **kept, page=number),
    }


def _row(pair: Pair, facts: Facts, show: str, slug: str | None, kept: Mapping[str, Any]) -> dict[str, Any]:
    first, second = (pair.second, pair.first) if pair.second.slug == slug else (pair.first, pair.second)
    similarity = pair.similarity
    score = {TOGETHER: pair.together, DUPLICATE: pair.duplicate}.get(show)
    return {
        "first": link(first),
        "second": link(second),
        "url": url_for("map.pair", first=first.slug, second=second.slug, **kept),
        "score": "" if score is None else format_percent(score),
        "members": _part(pair.members, pair.either_members),
        "terms": _part(pair.terms, pair.either_terms),
        "secretariats": ", ".join(
            in_reader_language(party.label) for party in _shared(facts, facts.secretariats, first, second)
        ),
        "similarity": _("not compared") if similarity is None else format_percent(similarity),
    }


def _part(shared: int, either: int) -> str:
    return str(_("%(shared)d of %(either)d", shared=shared, either=either) if either else _("not compared"))


def _shared(facts: Facts, lists: Mapping[int, Collection[int]], first: Known, second: Known) -> list[Known]:
    return in_order(facts.parties[item] for item in set(lists.get(first.id, ())) & set(lists.get(second.id, ())))


def pair(form: ComparisonForm, facts: Facts, first: Known, second: Known) -> dict[str, Any]:
    """Return what templates/map/pair.html needs."""
    vocabulary = form.chosen_vocabulary
    kept = kept_in(form, "at")
    [found] = overlap.pairs(facts, (first, second), vocabulary)
    return {
        "first": link(first),
        "second": link(second),
        "kinds": [_kind(first), _kind(second)],
        "families": families(),
        "day": day_shown(facts.day),
        "filtered": bool(kept_in(form)),
        "numbers": _numbers(found),
        "why_not": _why_not(found, facts.day),
        "members": _sides(facts, facts.members, StatementSubject.MEMBERS, first, second),
        "secretariats": _sides(facts, facts.secretariats, StatementSubject.SECRETARIAT, first, second),
        "terms": _terms_of_both(facts, vocabulary, first, second, kept),
        "silent_on_terms": _silent(
            facts,
            [party for party in (first, second) if not facts.terms_of(party.id, vocabulary)],
            StatementSubject.THEMES,
        ),
    }


def _kind(party: Known) -> Any:
    return MECHANISM_KINDS[MechanismKind(party.subkind)]


def _numbers(found: Pair) -> dict[str, Any]:
    """The formula with its numbers, as texts; "" for what could not be computed."""

    def percent(number: float | None) -> str:
        return "" if number is None else format_percent(number)

    return {
        "members": _part(found.members, found.either_members),
        "terms": _part(found.terms, found.either_terms),
        "by_members": percent(found.by_members),
        "by_terms": percent(found.by_terms),
        "other_terms": percent(None if found.by_terms is None else 1 - found.by_terms),
        "similarity": percent(found.similarity),
        "together": percent(found.together or None),
        "duplicate": percent(found.duplicate or None),
    }


def _why_not(found: Pair, day: str) -> dict[str, str]:
    """Return why a pair is not in the two lists, in a sentence for each; "" for a list that it is in."""
    first, second = found.first, found.second
    gone = [in_reader_language(party.label) for party in (first, second) if not is_in_being(party, day)]
    if gone:
        both = _("%(mechanism)s was not in being on this day.", mechanism=gone[0])
    elif overlap.are_whole_and_part(first, second):
        both = _("One belongs to the other.")
    elif found.by_members is None or found.by_terms is None:
        both = _("They could not be compared by both.")
    elif not found.members:
        both = _("No member is named for both.")
    elif not found.terms:
        both = _("They have nothing in common that they work on.")
    else:
        both = ""
    together = duplicate = both
    if not both and not found.together:
        together = _("They work on exactly the same.")
    if not both and not overlap.are_alike(first, second):
        duplicate = _("Their kinds are not alike.")
    elif not both and not found.duplicate:
        duplicate = _("Less than half of what they work on is the same.")
    return {"together": together, "duplicate": duplicate}


def _silent(facts: Facts, parties: Iterable[Known], subject: StatementSubject) -> list[dict[str, str]]:
    """The mechanisms for which nothing is named of a subject, with the reason."""
    return [{**link(party), "reason": silence(facts, party.id, subject)} for party in parties]


def _sides(
    facts: Facts, lists: Mapping[int, Collection[int]], subject: StatementSubject, first: Known, second: Known
) -> dict[str, Any]:
    """What both mechanisms have and what only one has, as links; and those for which nothing is named."""
    here, there = set(lists.get(first.id, ())), set(lists.get(second.id, ()))
    return {
        "shared": _links(facts, here & there),
        "first": _links(facts, here - there),
        "second": _links(facts, there - here),
        "silent": _silent(facts, [party for party in (first, second) if not lists.get(party.id)], subject),
    }


def _links(facts: Facts, ids: Iterable[int]) -> list[dict[str, str]]:
    return [link(party) for party in in_order(facts.parties[item] for item in ids)]


def _texts(names: Iterable[LocalizedText]) -> list[dict[str, str]]:
    return [{"name": in_reader_language(name), "lang": language_shown(name)} for name in names]


def _terms_of_both(
    facts: Facts, vocabulary: str, first: Known, second: Known, kept: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The terms that either works on, those of both first, each with the groups that work on it."""
    here, there = facts.terms_of(first.id, vocabulary), facts.terms_of(second.id, vocabulary)
    groups = groups_on(here | there)
    return [
        {
            **term_link(term, **kept),
            "both": term.id in here & there,
            "sides": [
                {"works": term.id in own, "groups": _texts(groups.get((party.id, term.id), ()))}
                for party, own in ((first, here), (second, there))
            ],
        }
        for term in sorted(facts.vocabulary(vocabulary), key=lambda term: term.id not in here & there)
        if term.id in here | there
    ]


def common(form: CommonForm, facts: Facts, chosen: Sequence[Known]) -> dict[str, Any]:
    """Return what templates/map/common.html needs; `chosen` are none, or at least two."""
    vocabulary, kept = form.chosen_vocabulary, kept_in(form, "at")
    members = overlap.common_members(facts, chosen)
    terms = overlap.common_terms(facts, chosen, vocabulary)
    secretariats = overlap.common_secretariats(facts, chosen)
    return {
        "chosen": [link(party) for party in chosen],
        "day": day_shown(facts.day),
        "members": _in_common(facts, members, StatementSubject.MEMBERS) | {"shared": _links(facts, members.shared)},
        "terms": _in_common(facts, terms, StatementSubject.THEMES)
        | {"shared": [term_link(term, **kept) for term in facts.vocabulary(vocabulary) if term.id in terms.shared]},
        "secretariats": _in_common(facts, secretariats, StatementSubject.SECRETARIAT)
        | {"shared": _links(facts, secretariats.shared)},
        "pair_url": url_for(
            "map.pair", first=chosen[0].slug, second=chosen[1].slug, **kept_in(form, "at", "vocabulary")
        )
        if len(chosen) == 2
        else "",
    }


def _in_common(facts: Facts, found: Common, subject: StatementSubject) -> dict[str, Any]:
    return {
        "speaking": [in_reader_language(party.label) for party in found.speaking],
        "silent": _silent(facts, found.silent, subject),
    }


def working_on(facts: Facts, item_ids: Collection[int]) -> list[dict[str, Any]]:
    """Return who works on each of the terms, as templates/map/_working_on.html takes it; two statements."""
    return [
        {
            **term_link(work.term),
            "mechanisms": [{**link(party), "groups": _texts(groups)} for party, groups in work.mechanisms],
            "strong": _involved(work.organizations, Extent.STRONG),
            "some": _involved(work.organizations, Extent.SOME),
            "doubtful": [involvement_link(party, cell) for party, cell in work.doubtful],
            "spoken": work.spoken,
        }
        for work in overlap.who_works_on(facts, item_ids)
    ]


def _involved(rows: Iterable[tuple[Known, Cell]], extent: Extent) -> list[dict[str, Any]]:
    return [involvement_link(party, cell) for party, cell in rows if cell.extent is extent]


def involvement_link(party: Known, cell: Cell) -> dict[str, Any]:
    """Return an organization with the page of its involvement; `doubted`: the print is, and nobody `corrected` it."""
    return {
        **link(party),
        "cell_url": url_for("map.cell", cell_id=cell.id),
        "extent": EXTENTS[cell.extent],
        "doubted": overlap.is_doubted(cell),
        "corrected": cell.corrected is not None,
    }


def term(found: Term, facts: Facts) -> dict[str, Any]:
    """Return what templates/map/term.html needs."""
    filters: dict[str, Any] = {}
    if found.vocabulary in TAGGED:
        filters = {"term": f"{found.vocabulary}:{found.code}"}
    elif by := {"themes": "theme", "gcm": "gcm"}.get(found.vocabulary):
        filters = {by: found.code}
    return {
        "term": term_link(found),
        "related": [
            {**term_link(row), "vocabulary": VOCABULARIES.get(row.vocabulary, "")} for row in facts.related(found)
        ],
        "vocabulary": VOCABULARIES.get(found.vocabulary, ""),
        "day": day_shown(facts.day),
        "work": working_on(facts, [found.id])[0],
        "practices_url": url_for("library.practices", **filters) if filters else "",
    }
