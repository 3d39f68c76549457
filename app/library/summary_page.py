"""The published summary as a page: a publication is frozen, so each worker lays it out once a language."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import current_app, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.audience import Audience
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.wording import in_reader_language, show_day
from app.library import queries
from app.library.frozen import frozen
from app.meetings.models import Meeting
from app.summaries.labels import PUBLICATION_KINDS
from app.summaries.models import Publication
from app.summaries.quantifiers import scale_in, step_in
from app.summaries.queries import corrected_since, publications_of, withdrawn_keys

# Browsers that know text fragments go to the very words and mark them; all go to the field.
WORDS_AT_EACH_END = 6


@dataclass(frozen=True)
class Laid:
    """A publication laid out in one language for one audience."""

    title: str
    symbol: str
    contents: Sequence[tuple[str, str]]
    body: Markup


def laid_out(
    publication: Publication,
    meeting: Meeting,
    language: str,
    readable: Collection[Audience],
    withdrawn: frozenset[str],
    corrected: frozenset[tuple[str, int]],
) -> Laid:
    """Return the publication for readers of `readable` sources; the words of `withdrawn` ones are not shown, and
    a citation of what was `corrected` since leads to the version that it cites.

    Reads the publication's content (about a megabyte for 300 paragraphs) the first time only.
    """
    key = ("summary", publication.id, language, frozenset(readable), withdrawn, corrected)
    return frozen(key, lambda: _lay_out(publication, meeting, language, readable, withdrawn, dict(corrected)))


def _lay_out(
    publication: Publication,
    meeting: Meeting,
    language: str,
    readable: Collection[Audience],
    withdrawn: frozenset[str],
    corrected: Mapping[str, int],
) -> Laid:
    content = publication.content
    with force_locale(language):
        sections = [
            {
                "id": f"section-{position}",
                "title": _in(section["title"], language),
                "paragraphs": [
                    {
                        "number": paragraph["number"],
                        "text": _in(paragraph["text"], language),
                        "quantifier": _quantifier(content, paragraph["quantifier"]),
                        "citations": [
                            _citation(citation, paragraph["number"], meeting, language, readable, withdrawn, corrected)
                            for citation in paragraph["citations"]
                        ],
                    }
                    for paragraph in section["paragraphs"]
                ],
            }
            for position, section in enumerate(content["sections"], start=1)
        ]
        body = render_template(
            "library/_summary_body.html",
            sections=sections,
            language=language,
            scale=scale_in(content),
            participating=content["participating"],
        )
    return Laid(
        _in(content["title"], language),
        content["symbol"],
        [(str(section["id"]), str(section["title"])) for section in sections],
        Markup(body),  # noqa: S704  (our template escapes)
    )


def _in(texts: dict[str, str], language: str) -> str:
    return LocalizedText(texts).in_language(language)


def _quantifier(content: dict[str, Any], value: dict[str, Any]) -> str:
    step = step_in(content, value["key"])
    return str(_("%(word)s (%(count)d)", word=step.word, count=value["delegations"])) if step else ""


def _citation(
    citation: dict[str, Any],
    number: int,
    meeting: Meeting,
    language: str,
    readable: Collection[Audience],
    withdrawn: frozenset[str],
    corrected: Mapping[str, int],
) -> dict[str, str]:
    shown = {
        "anchor": f"c-{number}-{citation['letter']}",
        "mark": citation["letter"],
        "contributor": _in(citation["party"]["name"], language),
        "source": _source_text(citation),
    }
    if citation["source"] in withdrawn:
        return {**shown, "note": _("Withdrawn by the delegation.")}
    if citation["audience"] not in readable:
        return {**shown, "note": _("Its words are not for the public.")}
    return {
        **shown,
        "quote": citation["quote"],
        "lang": citation["language"],
        "url": f"{source_url(citation, meeting, corrected)}#{passage_fragment(citation)}",
    }


def _source_text(citation: dict[str, Any]) -> str:
    if citation["kind"] == "intervention":
        return str(_("intervention of %(moment)s", moment=citation["reference"]))
    return str(_("presentation")) if citation["kind"] == "presentation" else citation["reference"]


def source_url(citation: dict[str, Any], meeting: Meeting, corrected: Mapping[str, int]) -> str:
    """Return the page of a citation's source: of the version that it cites, where that was corrected since."""
    if citation["version"] < corrected.get(citation["source"], 0):
        slug = citation["reference"].replace("/", "-")
        return url_for("library.practice_version", slug=slug, number=citation["version"])
    if citation["kind"] == "intervention":
        return url_for("record.minutes", slug=meeting.slug)
    if citation["kind"] == "practice":
        return url_for("library.practice", slug=citation["reference"].replace("/", "-"))
    return url_for("library.presentation", slug=meeting.slug, code=citation["party"]["code"])


def passage_fragment(citation: dict[str, Any]) -> str:
    """Return the fragment that leads to a passage: its field's anchor, and the words themselves."""
    words = citation["quote"].split()
    ends = [" ".join(words)]
    if len(words) > 2 * WORDS_AT_EACH_END:
        ends = [" ".join(words[:WORDS_AT_EACH_END]), " ".join(words[-WORDS_AT_EACH_END:])]
    text = ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)
    anchor = citation["source"] if citation["kind"] == "intervention" else f"field-{citation['field']}"
    return f"{anchor}:~:text={text}"


def summary(meeting: Meeting, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/summary.html needs; raises NotFound where nothing is published.

    The address may name a `version` and a `language`; else the latest, in the reader's language.
    """
    publications = publications_of(meeting.id, actor)
    number = request.args.get("version", publications[-1].number if publications else None, int)
    publication = next((item for item in publications if item.number == number), None)
    if publication is None:
        raise NotFound
    language = request.args.get("language", current_language())
    if language not in publication.languages:
        language = publication.languages[0]
    readable = queries.audiences(actor, meeting)
    withdrawn = withdrawn_keys(meeting.id)
    laid = laid_out(publication, meeting, language, readable, withdrawn, corrected_since(meeting.id))
    this: dict[str, Any] = {"slug": meeting.slug, "version": request.args.get("version", None, int)}
    return {
        "meeting": meeting,
        "publication": publication,
        "publications": publications,
        "later": [item for item in publications if item.number > publication.number],
        "kinds": PUBLICATION_KINDS,
        "laid": laid,
        "language": language,
        "files": document_links(meeting, publication, language, withdrawn),
        "text_languages": [
            {
                "code": code,
                "name": name,
                "url": url_for("library.summary", **this, language=code),
                "current": code == language,
            }
            for code, name in LANGUAGE_NAMES.items()
            if code in publication.languages
        ],
        "citation": citation_text(meeting, laid, publication),
        "permalink": current_app.config["BASE_URL"]
        + url_for("library.summary", slug=meeting.slug, version=publication.number),
    }


def citation_text(meeting: Meeting, laid: Laid, publication: Publication) -> str:
    """Return the words to cite a publication by: body, title, symbol, version, date."""
    parts = (
        in_reader_language(meeting.mechanism.names),
        laid.title,
        laid.symbol,
        _("version %(number)d", number=publication.number),
        show_day(publication.published_at, meeting.zone),
    )
    return ", ".join(part for part in parts if part)


def document_links(
    meeting: Meeting, publication: Publication, language: str, withdrawn: frozenset[str]
) -> dict[str, str]:
    """Return format -> address of a publication's documents in a language, and of those that hold all languages.

    Those not made yet, and those that print a source `withdrawn` since they were made, are absent.
    """
    return {
        file.format.value: url_for(
            "summaries.document",
            slug=meeting.slug,
            number=publication.number,
            language=file.language or "all",
            extension=file.format.value,
        )
        for file in publication.files
        if file.language in (language, "") and set(file.hidden_sources) == withdrawn
    }
