"""What the page of a theme or of an objective of the Global Compact shows: all that concerns it over the years.

A presentation is on what its mechanism works on by the directory's sources. Statements and interventions bear no
themes; they are here through the paragraphs that cite them beside a practice on it.
"""

from typing import Any

from flask import request, url_for
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.texts import fold
from app.core.wording import in_reader_language, language_shown
from app.directory.facts import Facts, Term, facts_at
from app.library import chronicle_queries as read
from app.library import practice_pages, practice_queries
from app.library.chronicle import NEWEST, Addresses, ChronicleKind, chronicle, over_the_years
from app.library.mentioned import mentions
from app.library.naming import TERM_PAGES, term_url
from app.library.practice_queries import Wanted
from app.library.search_page import address
from app.map.forms import DayForm
from app.map.naming import day_shown
from app.map.overlap import term_named
from app.map.overlap_pages import VOCABULARIES, working_on
from app.recommendations.queries import publications_seen
from app.recommendations.reading import Asked
from app.search.asking import Asked as SearchAsked

FILTERS = {"themes": "theme", "gcm": "gcm"}  # vocabulary -> what registers filter by


def term_to_read(vocabulary: str, code: str, day: str) -> tuple[Term, Facts]:
    """Load a term with the facts of a day; raises NotFound."""
    facts = facts_at(day)
    found = term_named(facts, vocabulary, code)
    if found is None:
        raise NotFound
    return found, facts


def theme(vocabulary: str, code: str, actor: Actor, form: DayForm) -> dict[str, Any]:
    """Return what templates/library/theme.html needs; raises NotFound."""
    found, facts = term_to_read(vocabulary, code, form.day)
    by: dict[str, Any] = {FILTERS[found.vocabulary]: found.code}
    wanted = Wanted(sort="-date", **by)
    publications = publications_seen(actor)
    counted = read.practices_counted(actor, wanted)
    told = mentions(publications, actor)
    telling = {row_id: one.of_practices(counted.ids) for row_id, one in told.items()}
    citing = {(row_id, one.label) for row_id, rows in telling.items() for one in rows}
    said = {statement for row_id, rows in telling.items() for one in rows for statement in told[row_id].statements(one)}

    def stands_there(publication_id: int, asked: Asked) -> bool:
        return (publication_id, asked.label) in citing

    over_time = chronicle(
        counted.by_year,
        [
            *read.newest_practices(actor, counted, with_party=True),
            *read.presentations_on(actor, found.id),
            *read.statements_cited(actor, said),
            *read.paragraphs(publications, telling),
            *read.recommendations(publications, stands_there),
        ],
    )
    parties = practice_queries.parties_in_order(actor)
    numbers = counted.by_party
    page = practice_queries.practice_register(actor, wanted, parties, per_page=NEWEST, total=counted.number)
    endpoint = TERM_PAGES[found.vocabulary]
    here = url_for(endpoint, code=found.code)
    addresses = Addresses(
        lambda year: url_for("library.practices", year=year, sort="-date", **by),
        lambda kind, year, part: url_for(
            endpoint, code=found.code, kind=kind.value, year=year, part=part, _anchor=kind.value
        ),
    )
    return {
        "code": found.code,
        "title": in_reader_language(found.title),
        "lang": language_shown(found.title),
        "followed": ("theme", found.code) if found.vocabulary == "themes" else ("search", f"gcm={found.code}"),
        "vocabulary": VOCABULARIES[found.vocabulary],
        "form": form,
        "day": day_shown(facts.day),
        "here": here,
        "work": working_on(facts, [found.id])[0],
        "related": [
            {
                "title": in_reader_language(row.title),
                "lang": language_shown(row.title),
                "vocabulary": VOCABULARIES.get(row.vocabulary, ""),
                "url": term_url(row.vocabulary, row.code),
            }
            for row in facts.related(found)
        ],
        "states": sorted(
            (
                {
                    "label": in_reader_language(row.short_names),
                    "number": numbers[row.id],
                    "url": url_for("library.practices", state=row.code, sort="-date", **by),
                }
                for row in parties
                if row.id in numbers
            ),
            key=lambda line: (-line["number"], fold(line["label"])),
        ),
        "map_url": url_for("library.practice_map", **by),
        "number": page.total,
        "all_url": addresses.of(ChronicleKind.PRACTICE),
        "search_url": address(SearchAsked(filters={FILTERS[found.vocabulary]: (found.code,)})),
        "entries": practice_pages.entries(page.items),
        **over_the_years(over_time, addresses, here, request.args),
    }
