"""What the page of a State or territory shows: all that concerns it over the years."""

from typing import Any

from flask import request, url_for

from app.core.actors import Actor
from app.directory.models import Party
from app.library import chronicle_queries as read
from app.library import practice_pages, practice_queries
from app.library.chronicle import PER_PAGE, Addresses, chronicle, over_the_years
from app.library.directory_pages import state_places
from app.library.practice_queries import Wanted
from app.map.forms import DayForm
from app.recommendations.queries import publications_seen


def state(party: Party, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/state.html needs."""
    form = DayForm.of_request()
    wanted = Wanted(state=party.code, sort="-date")
    places = state_places(party, form.day)
    publications = publications_seen(actor)
    known = read.mentions(publications, actor)
    entries = [
        *read.newest_practices(actor, wanted, with_party=False),
        *read.presentations(actor, party.id),
        *read.statements(actor, party.id),
        *read.paragraphs(publications, known, lambda one: party.code in one.parties),
        *read.recommendations(publications, read.addressed_to(party)),
        *read.reports(actor, party.id),
    ]
    found = chronicle(read.practices_by_year(actor, wanted), entries, places["years"])
    page = practice_queries.practice_register(
        actor,
        wanted,
        practice_queries.parties_in_order(actor),
        page=request.args.get("page", 1, int),
        per_page=PER_PAGE,
    )
    here = url_for("library.state", code=party.code)
    addresses = Addresses(
        lambda year: url_for("library.practices", state=party.code, year=year, sort="-date"),
        lambda kind, year: url_for("library.state", code=party.code, kind=kind.value, year=year, _anchor=kind.value),
    )
    return {
        "party": party,
        "form": form,
        **places,
        "here": here,
        "page": page,
        "page_url": lambda number: url_for("library.state", code=party.code, page=number),
        "entries": practice_pages.entries(page.items),
        **over_the_years(found, addresses, here, request.args),
    }
