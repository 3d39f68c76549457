"""What a public page says of itself to programs: its one address in each language, its card, and what it is about.

Everything is made of what the page has loaded: no page asks the database more because of it.
"""

from collections.abc import Mapping
from textwrap import shorten
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import current_app, g, request, url_for
from jinja2 import pass_context
from jinja2.runtime import Context

from app.core.addresses import whole_address
from app.core.languages import LANGUAGE_ARGUMENT, current_language
from app.core.localized import LANGUAGES, LocalizedText
from app.directory.enums import PartyKind
from app.directory.models import Mechanism, Organization, Party
from app.floor.statement_queries import Handed
from app.meetings.models import Meeting
from app.meetings.queries import Relatives
from app.open_data.describing import Described
from app.open_data.enums import RecordKind
from app.open_data.linked_data import CONTEXT, Node, node, paragraphs_on_page, place_or_body, term
from app.open_data.page_things import (
    of_document,
    of_practice,
    of_presentation,
    of_session,
    of_statement,
    of_summary,
)
from app.practices.models import PracticeVersion
from app.presentations.models import PresentationVersion
from app.register.models import Document

BLUEPRINTS = frozenset(
    {
        "library", "map", "open_data", "recommendations", "statistics", "floor", "coordination", "circulation",
    }
)  # fmt: skip
# What is found is on pages of its own, as what stands side by side is; the others are no pages.
NO_PAGES = frozenset(
    {
        "library.search", "open_data.oai", "floor.code_door", "floor.handing_in_by_code", "floor.clock",
    }
)  # fmt: skip
# What else of an address makes another page; filters and orders show parts of the same.
KEPT = ("page", "version", "text", "language")
TERRITORIES = {"en": "en_US", "es": "es_419", "fr": "fr_FR", "pt": "pt_BR"}
CARD = "card.png"
CARD_SIZE = (1200, 630)
MOST = 200  # characters of a description


class Head(NamedTuple):
    """What stands in the head of a public page; addresses in full. `alternates`: (hreflang, address)."""

    canonical: str
    alternates: list[tuple[str, str]]
    kind: str
    description: str
    locale: str
    other_locales: list[str]
    image: str
    image_size: tuple[int, int]
    data: dict[str, Any] | None


def address_in(path: str, language: str, kept: Mapping[str, str] | None = None) -> str:
    """Return the full address of a page in a language, with these arguments; "" stands for that of whoever asks."""
    arguments = {**(kept or {}), **({LANGUAGE_ARGUMENT: language} if language else {})}
    return whole_address(path) + (f"?{urlencode(arguments)}" if arguments else "")


@pass_context
def page_head(context: Context) -> Head | None:
    """Return what the head of this page says, of what its template was given, or None where it is no public page."""
    if request.endpoint is None or request.endpoint in NO_PAGES or request.blueprint not in BLUEPRINTS:
        return None
    view = current_app.view_functions[request.endpoint]
    if request.method not in ("GET", "HEAD") or getattr(view, "policy", "") != "public":
        return None
    kept = {name: request.args[name][:40] for name in KEPT if request.args.get(name)}
    if kept.get("page") == "1":
        del kept["page"]
    language, thing = current_language(), thing_of_page(context)
    path = thing.path if thing else request.path  # some addresses may be written in small letters too
    return Head(
        canonical=address_in(path, language, kept),
        alternates=[(code, address_in(path, code, kept)) for code in LANGUAGES]
        + [("x-default", address_in(path, "", kept))],
        kind="article" if thing else "website",
        description=_description(thing, language),
        locale=TERRITORIES[language],
        other_locales=[place for code, place in TERRITORIES.items() if code != language],
        image=whole_address(url_for("static", filename=CARD)),
        image_size=CARD_SIZE,
        data={"@context": CONTEXT, **data} if (data := _node(thing, context)) else None,
    )


def _node(thing: Described | None, context: Context) -> Node | None:
    if thing is None:
        return node_of_page(context)
    if thing.kind is RecordKind.SUMMARY:
        return node(thing, paragraphs_on_page(thing, context["laid"].labels, context["publication"].number))
    return node(thing)


def _description(thing: Described | None, language: str) -> str:
    """What is said of a thing, in one line; in the language it has where it has none in the reader's."""
    text = LocalizedText(thing.descriptions).in_language(language) if thing else ""
    return shorten(text, MOST, placeholder="…")


def thing_of_page(context: Context) -> Described | None:
    """Describe what this page is the page of, where anybody may read it."""
    thing = g.get("thing")
    if isinstance(thing, PracticeVersion) and request.endpoint == "library.practice":
        return of_practice(thing)
    if isinstance(thing, PresentationVersion) and request.endpoint == "library.presentation":
        return of_presentation(thing)
    if isinstance(thing, Relatives):
        return of_session(thing.meeting)
    if isinstance(thing, Meeting) and request.endpoint == "library.meeting":
        return of_session(thing)
    if isinstance(thing, Document) and request.endpoint == "library.document":
        return of_document(thing)
    if isinstance(thing, Handed):
        return of_statement(thing)
    if isinstance(thing, Meeting) and request.endpoint == "library.summary" and "laid" in context:
        return of_summary(context["publication"], thing, context["language"], context["laid"].title)
    return None


def node_of_page(context: Context) -> Node | None:
    """Return what a page of the directory says that it is of: a State, a body, a term."""
    thing, place = g.get("thing"), (request.endpoint, request.path)
    match place:
        case "library.state", path if isinstance(thing, Party):
            kind = "Country" if thing.kind is PartyKind.STATE else "AdministrativeArea"
            return place_or_body(kind, path, thing.names, thing.code)
        case "library.mechanism" | "library.organization", path if isinstance(thing, Mechanism | Organization):
            return place_or_body("Organization", path, thing.names, thing.code)
        case "library.theme" | "library.objective", path if "code" in context:
            return term(path, context["code"], {context.get("lang") or current_language(): context["title"]})
    return None
