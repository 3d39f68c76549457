"""What the pages of overlaps show, made ready for the templates."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from flask import request, url_for
from flask_babel import format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.localized import LocalizedText
from app.core.paging import Page
from app.core.wording import in_reader_language, language_shown
from app.directory.enums import Extent, StatementSubject
from app.directory.facts import Facts, Known, Standing, Term
from app.directory.labels import MECHANISM_KINDS
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


def term_link(term: Term, **kept: str) -> dict[str, str]:
    """Return a term's title, the title's language and its page."""
    title = in_reader_language(term.title)
    return {
        "title": f"{term.code}. {title}" if term.vocabulary == overlap.OBJECTIVES else title,
        "lang": language_shown(term.title),
        "url": url_for("map.term", vocabulary=term.vocabulary, code=term.code, **kept),
    }


def kept_in(form: DayForm, *names: str) -> dict[str, str]:
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
        return _("No source at hand speaks of this.")
    if standing is Standing.NOT_STATED:
        return _("Not stated by the source. That is not the same as none.")
    if subject is StatementSubject.THEMES and facts.works_on.get(mechanism_id):
        return _("Sources say what it works on, but name nothing of this list.")
    lists = {StatementSubject.MEMBERS: facts.members, StatementSubject.SECRETARIAT: facts.secretariats}
    if mechanism_id in lists.get(subject, {}):
        return _("The sources name none as at this day.")
    if subject is StatementSubject.MEMBERS and any(facts.counts.get(mechanism_id, ())):
        return _("The source gives the number and no list.")
    return _("None, says the source.")


def lists(form: OverlapForm, facts: Facts, page: int) -> dict[str, Any]:
    """Return what templates/map/overlap.html needs: one page of a list of pairs, and how long each list is."""
    mechanisms, vocabulary = in_order(overlap.mechanisms_in_being(facts)), form.chosen_vocabulary
    kind, slug = form.wanted("kind"), form.wanted("mechanism")
    found = [
        pair
        for pair in overlap.pairs(facts, mechanisms, vocabulary)
        if (not kind or kind in (pair.first.subkind, pair.second.subkind))
        and (not slug or slug in (pair.first.slug, pair.second.slug))
    ]
    show = form.wanted("show") or TOGETHER
    ranked = RANKED[show](found)
    page = max(page, 1)
    kept = kept_in(form)
    counts = {
        TOGETHER: sum(1 for pair in found if pair.together),
        DUPLICATE: sum(1 for pair in found if pair.duplicate),
        ALL: sum(pair.shares for pair in found),
    }
    with_members = {party.id for party in mechanisms if facts.members.get(party.id)}
    with_terms = {party.id for party in mechanisms if facts.terms_of(party.id, vocabulary)}
    items = [_row(pair, facts, show, slug, kept_in(form, "at", "vocabulary")) for pair in _cut(ranked, page)]
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
        "families": [[MECHANISM_KINDS[kind] for kind in kinds] for kinds in overlap.FAMILIES],
        "numbers": {
            "mechanisms": len(mechanisms),
            "members": len(with_members),
            "terms": len(with_terms),
            "both": len(with_members & with_terms),
        },
        "page": Page(items, len(ranked), page, PER_PAGE),
        "page_url": lambda number: url_for("map.overlap", **kept, page=number),
    }


def _cut(ranked: Sequence[Pair], page: int) -> Sequence[Pair]:
    return ranked[(page - 1) * PER_PAGE : page * PER_PAGE]


def _row(pair: Pair, facts: Facts, show: str, slug: str | None, kept: Mapping[str, str]) -> dict[str, Any]:
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
    return _("%(shared)d of %(either)d", shared=shared, either=either) if either else _("not compared")


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
        "kinds": [MECHANISM_KINDS[kind] for kind in map(_kind, (first, second))],
        "day": day_shown(facts.day),
        "filtered": bool(kept_in(form)),
        "numbers": _numbers(found),
        "together": _why_not_together(found, facts.day),
        "duplicate": _why_no_duplicate(found, facts.day),
        "members": _sides(facts, facts.members, StatementSubject.MEMBERS, first, second),
        "secretariats": _sides(facts, facts.secretariats, StatementSubject.SECRETARIAT, first, second),
        "terms": _terms_of_both(facts, vocabulary, first, second, kept),
        "silent_on_terms": _silent(
            facts,
            [party for party in (first, second) if not facts.terms_of(party.id, vocabulary)],
            StatementSubject.THEMES,
        ),
    }
