"""Which paragraphs of a published summary cite a text, to be shown beside its words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.core import rich_text
from app.core.actors import Actor
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LANGUAGES, LocalizedText
from app.library.frozen import frozen
from app.library.marked_text import Span, marked, place_of
from app.meetings.models import Meeting
from app.summaries.anchors import anchor_of, label_of, mark_of, paragraphs_in
from app.summaries.models import Publication
from app.summaries.queries import latest_id

BEGINNING = 220  # characters of a paragraph that stand beside the words it cites


@dataclass(frozen=True)
class Cite:
    """Words of a field that a paragraph cites; `beginning`: the paragraph's, by language, without form."""

    field: str
    start: int
    end: int
    quote: str
    version: int
    label: str
    anchor: str
    mark: str
    beginning: Mapping[str, str]


@dataclass(frozen=True)
class Cites:
    """What the latest publication of a session that the reader may read cites of one text, paragraph by paragraph.

    `publication_id`: None where there is none."""

    meeting: Meeting
    publication_id: int | None
    cites: Sequence[Cite] = ()

    def of(self, field: str) -> list[Cite]:
        """Those of one field; of all where it is ""."""
        return [cite for cite in self.cites if field in ("", cite.field)]

    @property
    def fields(self) -> set[str]:
        return {cite.field for cite in self.cites}

    @property
    def paragraphs(self) -> list[dict[str, str]]:
        """Label and address of each paragraph, once."""
        return [_link(self.meeting, cite) for cite in {cite.label: cite for cite in self.cites}.values()]

    def marked(self, field: str, text: str) -> Markup:
        """Return a field's text with the cited passages marked, each followed by links to its paragraphs."""
        return marked(text, self.spans(field, text))

    def spans(self, field: str, text: str) -> list[Span]:
        """The cited passages of a field's text, each with links to its paragraphs."""
        places: dict[tuple[int, int], list[Cite]] = {}
        for cite in self.of(field):
            if place := place_of(text, cite.start, cite.end, cite.quote):
                places.setdefault(place, []).append(cite)
        return [Span(*place, self._links(cites)) for place, cites in places.items()]

    def _links(self, cites: Sequence[Cite]) -> Markup:
        links = (
            Markup(' <a class="cited-by" href="{}" aria-label="{}">{}</a>').format(
                link["url"], _("Cited in paragraph %(label)s of the summary", label=link["label"]), link["label"]
            )
            for link in (_link(self.meeting, cite) for cite in {cite.label: cite for cite in cites}.values())
        )
        return Markup("").join(links)

    def beside(self, field: str) -> list[dict[str, str]]:
        """The paragraphs that cite a field: label, address, beginning and its language."""
        shown = []
        for cite in {cite.label: cite for cite in self.of(field)}.values():
            language = next((code for code in (current_language(), *LANGUAGES) if cite.beginning.get(code)), "")
            shown.append({**_link(self.meeting, cite), "text": cite.beginning.get(language, ""), "lang": language})
        return shown


def _link(meeting: Meeting, cite: Cite) -> dict[str, str]:
    return {
        "label": cite.label,
        "url": f"{url_for('library.summary', slug=meeting.slug)}#{cite.anchor}",
        "sources_url": url_for("library.summary_paragraph", slug=meeting.slug, mark=cite.mark),
    }


def cites_of(actor: Actor, meeting: Meeting, key: str) -> Cites:
    """Return what the latest publication that a person may read cites of a source ("practice-12"). One statement."""
    return cites_in(actor, meeting)(key)


def cites_in(actor: Actor, meeting: Meeting) -> Callable[[str], Cites]:
    """Return what gives, for a source, what the latest publication of a session that a person may read cites of it. One
    statement.

    A publication is large and frozen: each worker reads it once.
    """
    latest = latest_id(meeting.id, actor)
    if latest is None:
        return lambda key: Cites(meeting, None)
    found = frozen(("cites", latest), lambda: _by_source(db.session.get_one(Publication, latest).content))
    return lambda key: Cites(meeting, latest, found.get(key, ()))


def _by_source(content: Mapping[str, Any]) -> dict[str, list[Cite]]:
    found: dict[str, list[Cite]] = {}
    for paragraph in paragraphs_in(content):
        if not paragraph["citations"]:
            continue
        beginning = {code: _beginning(text) for code, text in paragraph["text"].items()}
        label = label_of(paragraph)
        for one in paragraph["citations"]:
            cite = Cite(
                one["field"], one["start"], one["end"], one["quote"], one["version"],
                label, anchor_of(paragraph), mark_of(label), beginning,
            )  # fmt: skip
            found.setdefault(one["source"], []).append(cite)
    return found


def _beginning(text: str) -> str:
    words = " ".join(rich_text.plain(text).split())
    return words if len(words) <= BEGINNING else f"{words[:BEGINNING].rsplit(' ', 1)[0]} …"


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return a frozen text in a language, or in another where it has none."""
    return LocalizedText(texts).in_language(language)
