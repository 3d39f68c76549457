"""What the page of a State or territory shows: all that concerns it over the years."""

from typing import Any

from flask import request, url_for

from app.core.actors import Actor
from app.directory.models import Party
from app.library import chronicle_queries as read
from app.library import practice_pages, practice_queries
from app.library.chronicle import NEWEST, Addresses, ChronicleKind, Entry, Later, chronicle, over_the_years
from app.library.directory_pages import state_places
from app.library.mentioned import mentions
from app.library.practice_queries import Wanted
from app.library.search_page import address
from app.map.forms import DayForm
from app.recommendations.queries import publications_seen
from app.search.asking import Asked


def state(party: Party, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/state.html needs."""
    form = DayForm.of_request()
    wanted = Wanted(state=party.code, sort="-date")
    places = state_places(party, form.day)
    publications = publications_seen(actor)
    told = mentions(publications, actor)
    counted = read.practices_counted(actor, wanted)
    entries: list[Entry | Later] = [
        *read.newest_practices(actor, counted, with_party=False),
        *read.presentations(actor, party.id),
        *read.statements(actor, party.id),
        *read.paragraphs(publications, {row_id: one.of_party(party.code) for row_id, one in told.items()}),
        *read.recommendations(publications, read.addressed_to(party)),
        *read.reports(actor, party.id),
    ]
    found = chronicle(counted.by_year, entries, places["years"])
    page = practice_queries.practice_register(
        actor, wanted, practice_queries.parties_in_order(actor), per_page=NEWEST, total=counted.number
    )
    here = url_for("library.state", code=party.code)
    addresses = Addresses(
        lambda year: url_for("library.practices", state=party.code, year=year, sort="-date"),
        lambda kind, year, part: url_for(
            "library.state", code=party.code, kind=kind.value, year=year, part=part, _anchor=kind.value
        ),
    )
    return {
        "party": party,
        "form": form,
        **places,
        "here": here,
        "number": page.total,
        "all_url": addresses.of(ChronicleKind.PRACTICE),
        "search_url": address(Asked(filters={"state": (party.code,)})),
        "entries": practice_pages.entries(page.items),
        **over_the_years(found, addresses, here, request.args),
    }
