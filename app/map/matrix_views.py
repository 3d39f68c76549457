"""The three matrices, as pages and as sheets of exactly what is shown."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.audit.kept_pages import kept_for_visitors
from app.core.policies import public
from app.core.sheets import as_download, wanted_format
from app.core.wording import in_reader_language
from app.directory.enums import Extent, PartyKind
from app.directory.facts import Cell, Facts, Known, Standing, Term, facts_at, involvement
from app.directory.labels import EXTENTS
from app.map import bp
from app.map.matrices import (
    Head,
    Matrix,
    Shown,
    mechanisms_by_term,
    organizations_by_issue,
    states_by_mechanism,
)
from app.map.matrix_forms import MatrixForm, MechanismMatrixForm, OrganizationMatrixForm, TermMatrixForm
from app.map.naming import page_of, period

HEATS = {Extent.NONE: 0, Extent.SOME: 1, Extent.STRONG: 3}
MARKS = {Extent.NONE: "0", Extent.SOME: "x", Extent.STRONG: "xx"}


def _head(party: Known, day: str = "") -> Head:
    return Head(in_reader_language(party.label), in_reader_language(party.names), page_of(party) + day)


def _term_head(term: Term, day: str = "") -> Head:
    title = in_reader_language(term.title)
    label = f"{term.code}. {title}" if term.code.isdecimal() else title
    return Head(label, title, url_for("map.term", vocabulary=term.vocabulary, code=term.code) + day)


def _day(form: MatrixForm) -> str:
    """What is added to the address of a page that is read as at a day too."""
    return f"?at={form.day}" if form.wanted("at") else ""


def _of_kinds(parties: Iterable[Known], kinds: Sequence[str] | None) -> list[Known]:
    return [party for party in parties if not kinds or party.subkind in kinds]


def _silent(stated: str) -> dict[Standing, str]:
    """Why a mechanism has no cell; `stated`: what its sources have in place of what is shown."""
    return {
        Standing.STATED: stated,
        Standing.NOT_STATED: _("Not stated"),
        Standing.NO_SOURCE: _("No source"),
    }


def _answer(form: MatrixForm, matrix: Matrix, **shown: Any) -> Any:
    """Return the page, or the sheet that the address asks for."""
    whole = matrix
    if not form.wanted("empty"):
        matrix = matrix.filled()
    matrix = matrix.ordered(form.wanted("order") or "name")
    corner, other = shown["corner"], shown["other"]
    if form.wanted("turned"):
        matrix = matrix.transposed()
        corner, other = other, corner
    total = _("Total")
    if (file_format := wanted_format()) and not form.errors:
        return as_download(matrix.as_rows(f"{corner} / {other}", total), name=shown["title"], file_format=file_format)
    kept: dict[str, Any] = {field.name: request.args.getlist(field.name) for field in form}
    page = render_template(
        "map/matrix.html",
        **{**shown, "corner": corner, "other": other},
        form=form,
        matrix=matrix,
        left_out=whole.silent - matrix.silent,
        whole_url=url_for(str(request.endpoint), **{**kept, "empty": "y"}),
        total=total,
        applied=any(any(values) for values in kept.values()),
        here=url_for(str(request.endpoint)),
        csv_url=url_for(str(request.endpoint), format="csv", **kept),
        xlsx_url=url_for(str(request.endpoint), format="xlsx", **kept),
    )
    return page, form.status


def _mechanisms(form: MechanismMatrixForm, facts: Facts) -> list[Known]:
    form.offer(party.subkind for party in facts.of_kind(PartyKind.MECHANISM))
    form.validate()
    return _of_kinds(facts.in_being(PartyKind.MECHANISM), form.wanted("kind"))


@bp.get("/map/states")
@kept_for_visitors
@public()
def states() -> Any:
    """Which States and territories are members of which mechanisms."""
    form = MechanismMatrixForm.of_request()
    facts = facts_at(form.day)
    mark = _("member")
    told = cache(period)  # many members share their dates

    def cell(state: Known, mechanism: Known, since: str, until: str) -> Shown:
        dates = told(since, until)
        return Shown(dates or "●", dates or mark, pages[mechanism.id], 2)

    columns = _mechanisms(form, facts)
    day = _day(form)
    pages = {column.id: page_of(column) + day for column in columns}
    matrix = states_by_mechanism(
        facts,
        head=lambda party: _head(party, day if party.kind is PartyKind.MECHANISM else ""),
        mechanisms=columns,
        cell=cell,
        silent=_silent(_("No list")),
    )
    return _answer(
        form,
        matrix,
        title=_("States and mechanisms"),
        lead=_("Which States and territories are members of which mechanisms, by the list of the newest source."),
        corner=_("State"),
        other=_("Mechanism"),
        legend=_("●: a member; a date stands where the source gives one."),
    )


@bp.get("/map/themes")
@kept_for_visitors
@public()
def themes() -> Any:
    """Which mechanisms work on what."""
    form = TermMatrixForm.of_request()
    facts = facts_at(form.day)
    rows = _mechanisms(form, facts)
    terms = facts.vocabulary(form.wanted("vocabulary") or "themes")
    day = _day(form)
    pages = {row.id: f"{page_of(row)}{day}#groups" for row in rows}

    @cache
    def told(groups: int) -> str:
        return str(ngettext("%(num)d group", "%(num)d groups", groups) if groups else _("as a whole"))

    def cell(mechanism: Known, term: Term, groups: int) -> Shown:
        return Shown(str(groups) if groups else "●", told(groups), pages[mechanism.id], min(4, 1 + groups))

    matrix = mechanisms_by_term(
        facts,
        head=lambda row: _head(row, day),
        mechanisms=rows,
        terms=[(term, _term_head(term, day)) for term in terms],
        cell=cell,
        silent=_silent(_("In other terms")),
    )
    return _answer(
        form,
        matrix,
        title=_("Mechanisms and themes"),
        lead=_(
            "What each mechanism works on. Where no source says so in these terms, it is our reading of the names "
            "of its groups."
        ),
        corner=_("Mechanism"),
        other=_("Theme"),
        legend=_("A number counts the groups that work on it; ● the mechanism as a whole."),
    )


@bp.get("/map/involvement", endpoint="involvement")
@kept_for_visitors
@public()
def involved() -> Any:
    """How far organizations work on issues."""
    form = OrganizationMatrixForm.of_request()
    facts = facts_at(form.day)
    table = involvement()
    printed = {row_id: place for place, row_id in enumerate(dict.fromkeys(pair[0] for pair in table))}
    every = sorted(facts.of_kind(PartyKind.ORGANIZATION), key=lambda row: printed.get(row.id, len(printed)))
    form.offer(party.subkind for party in every)
    form.validate()
    day = _day(form)
    words = {extent: str(word) for extent, word in EXTENTS.items()}
    doubt, corrected = _("doubtful print"), _("corrected")
    address = url_for("map.cell", cell_id=1).removesuffix("1")

    def cell(organization: Known, issue: Term, found: Cell) -> Shown:
        word = words[found.extent]
        note = corrected if found.corrected is not None else doubt if found.doubted else ""
        sign = "*" if found.corrected is not None else "?" if found.doubted else ""
        return Shown(
            MARKS[found.extent] + sign, f"{word}, {note}" if note else word, f"{address}{found.id}", HEATS[found.extent]
        )

    matrix = organizations_by_issue(
        table,
        organizations=[(row, _head(row)) for row in _of_kinds(every, form.wanted("kind"))],
        issues=[(issue, _term_head(issue, day)) for issue in facts.vocabulary("issues")],
        cell=cell,
        silent=_("No source"),
    )
    return _answer(
        form,
        matrix,
        title=_("Organizations and issues"),
        lead=_(
            "How far 26 organizations work on 29 issues, as the reference document of the South American Conference "
            "on Migration printed it in 2014."
        ),
        corner=_("Organization"),
        other=_("Issue"),
        legend=_(
            "x: works on it; xx: works strongly on it; ?: the print is doubtful; *: corrected by the secretariat; "
            "0: none."
        ),
    )
