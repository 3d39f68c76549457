"""Pages of overlaps and gaps, and of who works on a term."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.audit.kept_pages import kept_for_visitors
from app.coordination.presenting import lines
from app.coordination.queries import coordinations_between
from app.core.pages import error_page
from app.core.policies import public
from app.directory.enums import PartyKind
from app.directory.facts import facts_at
from app.map import bp, gaps_pages, overlap_pages
from app.map.forms import DayForm
from app.map.naming import in_order
from app.map.overlap import term_named
from app.map.overlap_forms import CommonForm, ComparisonForm, GapsForm, OverlapForm


@bp.get("/map/overlap")
@kept_for_visitors
@public()
def overlap() -> Any:
    """The pairs of mechanisms that could work together, that may duplicate each other, or that share anything."""
    form = OverlapForm.of_request()
    facts = facts_at(form.day)
    form.offer(in_order(facts.of_kind(PartyKind.MECHANISM)))
    form.validate()
    number = request.args.get("page", 1, int)
    page = render_template("map/overlap.html", form=form, **overlap_pages.lists(form, facts, number))
    return page, form.status


@bp.get("/map/overlap/<first>/<second>")
@kept_for_visitors
@public()
def pair(first: str, second: str) -> Any:
    """What two mechanisms have in common, and what only one of them has."""
    form = ComparisonForm.of_request()
    form.validate()
    facts = facts_at(form.day)
    by_slug = {party.slug: party for party in facts.of_kind(PartyKind.MECHANISM)}
    if first not in by_slug or second not in by_slug:
        raise NotFound
    if first == second:
        return error_page(
            422,
            _("A pair needs two mechanisms"),
            _("The address names the same mechanism twice."),
            next_step=_("Choose two different mechanisms from the list of overlaps."),
        )
    found = overlap_pages.pair(form, facts, by_slug[first], by_slug[second])
    here = url_for("map.pair", first=first, second=second)
    together = coordinations_between(current_user, [by_slug[first].id, by_slug[second].id])
    page = render_template("map/pair.html", form=form, here=here, coordinations=lines(together), **found)
    return page, form.status


@bp.get("/map/common")
@kept_for_visitors
@public()
def common() -> Any:
    """What all of a set of mechanisms have in common."""
    form = CommonForm.of_request()
    facts = facts_at(form.day)
    every = in_order(facts.of_kind(PartyKind.MECHANISM))
    form.offer(every)
    form.validate()
    wanted = form.wanted("m") or ()
    chosen = [party for party in every if party.slug in wanted]
    page = render_template("map/common.html", form=form, **overlap_pages.common(form, facts, chosen))
    return page, form.status


@bp.get("/map/gaps")
@kept_for_visitors
@public()
def gaps() -> Any:
    """Terms without a group, States in few mechanisms, issues with one organization."""
    form = GapsForm.of_request()
    form.validate()
    page = render_template("map/gaps.html", form=form, **gaps_pages.page(form, facts_at(form.day)))
    return page, form.status


@bp.get("/map/terms/<vocabulary>/<code>")
@kept_for_visitors
@public()
def term(vocabulary: str, code: str) -> Any:
    """Who works on a term."""
    form = DayForm.of_request()
    facts = facts_at(form.day)
    found = term_named(facts, vocabulary, code)
    if found is None:
        raise NotFound
    page = render_template("map/term.html", form=form, **overlap_pages.term(found, facts))
    return page, form.status
