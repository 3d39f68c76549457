"""Public things as JSON-LD, in the words of schema.org, with Dublin Core beside them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from flask import current_app

from app.core.addresses import whole_address
from app.core.localized import LANGUAGES
from app.open_data.describing import TYPES, Described, Texts
from app.open_data.enums import RecordKind
from app.open_data.oai import utc
from app.open_data.paths import path_of_paragraph
from app.open_data.row_reading import Line
from app.practices.template import Kind
from app.summaries.anchors import anchor_of_label

CONTEXT = {"@vocab": "https://schema.org/", "dc": "http://purl.org/dc/terms/", "dctype": "http://purl.org/dc/dcmitype/"}
KINDS = {
    RecordKind.SESSION: "Event",
    RecordKind.PRACTICE: "Article",
    RecordKind.PRESENTATION: "PresentationDigitalDocument",
    RecordKind.SUMMARY: "Report",
    RecordKind.DOCUMENT: "DigitalDocument",
    RecordKind.STATEMENT: "CreativeWork",
    RecordKind.REPORT: "Report",
}
MOST_PARTS = 500  # on a page: about five kilobytes as it travels
RUNNING = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.QUESTIONS})  # fields that hold text as people read it
Node = dict[str, Any]


def _texts(texts: Texts) -> list[Node]:
    return [{"@value": text, **({"@language": code} if code else {})} for code, text in texts.items()]


def _term(code: str, texts: Texts) -> Node:
    return {"@type": "DefinedTerm", "termCode": code, **({"name": _texts(texts)} if texts else {})}


def parts(lines: Iterable[Line]) -> dict[tuple[RecordKind, str], list[Node]]:
    """Return what rows of the tables tell of the texts of things, by kind and key: the fields of a practice in each
    language, the paragraphs of a summary."""
    made: dict[tuple[RecordKind, str], list[Node]] = defaultdict(list)
    for table, cells in lines:
        if table == "practice_texts" and cells["kind"] in RUNNING:
            text = {"@value": cells["text"], "@language": cells["language"]}
            made[RecordKind.PRACTICE, str(cells["practice"])].append(
                {"@type": "CreativeWork", "name": cells["field"], "text": text}
            )
        elif table == "paragraphs":
            texts = {code: str(cells[f"text_{code}"]) for code in LANGUAGES if cells[f"text_{code}"]}
            made[RecordKind.SUMMARY, str(cells["session"])].append(
                {
                    "@id": cells["url"],
                    "@type": "CreativeWork",
                    "position": cells["paragraph"],
                    "text": _texts(texts),
                }
            )
    return made


def paragraphs_on_page(summary: Described, labels: Iterable[str], number: int) -> list[Node]:
    """Return the paragraphs of a summary's version as its page names them: which each is and where it stands; the texts
    are on the page itself. `@id` is the one in releases."""
    return [
        {
            "@id": whole_address(path_of_paragraph(summary.session, label, number)),
            "@type": "CreativeWork",
            "position": label,
            "url": f"{summary.url}?version={number}#{anchor_of_label(label)}",
        }
        for label in islice(labels, MOST_PARTS)
    ]


def _dublin_core(thing: Described) -> Node:
    return {
        "dc:title": _texts(thing.titles),
        "dc:creator": [value for texts in thing.creators for value in _texts(texts)],
        "dc:date": utc(thing.at)[:10],
        "dc:language": list(thing.languages),
        "dc:subject": [value for _code, texts in thing.subjects for value in _texts(texts)],
        "dc:identifier": thing.mark or thing.url,
        "dc:type": {"@id": f"dctype:{TYPES[thing.kind]}"},
        "dc:rights": current_app.config["LICENCE"],
    }


def node(thing: Described, of: Sequence[Node] = ()) -> Node:
    """Return one thing as a node, with its parts; what is not known is left out."""
    made: Node = {"@id": thing.url, "@type": KINDS[thing.kind], "url": thing.url, "name": _texts(thing.titles)}
    publisher = {"@type": "Organization", "name": _texts(thing.publisher)}
    if thing.kind is RecordKind.SESSION:
        made |= {
            "startDate": utc(thing.at),
            "endDate": utc(thing.ends_at) if thing.ends_at else None,
            "location": {"@type": "Place", "name": _texts(thing.place)} if thing.place else None,
            "organizer": publisher,
            "description": _texts(thing.descriptions),
        }
    else:
        made |= {
            "abstract": _texts(thing.descriptions),
            "author": [{"@type": "Organization", "name": _texts(texts)} for texts in thing.creators],
            "publisher": publisher,
            "datePublished": utc(thing.at),
            "isPartOf": {"@id": thing.session_url},
        }
    made |= {
        "inLanguage": list(thing.languages),
        "identifier": thing.mark,
        "about": [_term(code, texts) for code, texts in thing.subjects],
        "license": current_app.config["LICENCE_URL"],
        "hasPart": list(of),
        **_dublin_core(thing),
    }
    return {name: value for name, value in made.items() if value not in (None, "", [], {})}


def place_or_body(kind: str, path: str, texts: Texts, code: str = "") -> Node:
    """Return what a page of the directory is of: `kind` is schema.org's word for it."""
    url = whole_address(path)
    told = {"@id": url, "@type": kind, "url": url, "name": _texts(texts), "identifier": code}
    return {name: value for name, value in {**told, "dc:title": _texts(texts)}.items() if value}


def term(path: str, code: str, texts: Texts) -> Node:
    """Return the term that a page is of."""
    return {**_term(code, texts), "@id": whole_address(path), "url": whole_address(path), "dc:title": _texts(texts)}


def dataset(facts: Mapping[str, Any]) -> Node:
    """Return a release as a node."""
    return {
        "@id": f"{facts['home']}/releases/{facts['release']}",
        "@type": "Dataset",
        "name": f"Plenaria, open data, release {facts['release']}",
        "version": str(facts["release"]),
        "dateModified": facts["as_of"],
        "license": facts["licence_url"],
        "isAccessibleForFree": True,
        "url": facts["home"],
        "dc:type": {"@id": "dctype:Dataset"},
    }
