"""The published summary as a page: a publication is frozen, so each worker lays it out once a language."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
from app.core.rich_text import as_html
from app.core.wording import show_day
from app.floor.statement_queries import statement_cited
from app.library import queries
from app.library.citing import in_language
from app.library.frozen import frozen
from app.meetings.labels import AUDIENCES
from app.meetings.models import Meeting
from app.summaries.addressing import addressees_text
from app.summaries.anchors import anchor_of, label_of, mark_of, own_label_of
from app.summaries.enums import ALL_LANGUAGES
from app.summaries.labels import FORMATS, PUBLICATION_KINDS
from app.summaries.models import Publication
from app.summaries.quantifiers import scale_in, step_in
from app.summaries.queries import (
    addressees_of,
    corrected_since,
    names_of_parties,
    publications_of,
    withdrawn_keys,
)

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
    named = names_of_parties(addressees_of(content))
    with force_locale(language):
        sections: list[dict[str, Any]] = [
            {
                "id": f"section-{position}",
                "title": in_language(section["title"], language),
                "paragraphs": [
                    _paragraph(content, one, publication, meeting, language, readable, withdrawn, corrected, named)
                    for one in section["paragraphs"]
                ],
            }
            for position, section in enumerate(content["sections"], start=1)
        ]
        recommended = [
            {**row, "label": one["label"], "anchor": one["anchor"]}
            for section in sections
            for one in section["paragraphs"]
            for row in one["recommendations"]
        ]
        body = render_template(
            "library/_summary_body.html",
            sections=sections,
            recommended=recommended,
            language=language,
            scale=scale_in(content),
            participating=content["participating"],
        )
        contents = [(str(section["id"]), str(section["title"])) for section in sections]
        if recommended:
            contents.append(("recommendations", str(_("Recommendations"))))
        contents.append(("terms", str(_("Note on terms"))))
    return Laid(
        in_language(content["title"], language),
        content["symbol"],
        contents,
        Markup(body),  # noqa: S704  (our template escapes)
    )


def _paragraph(
    content: Mapping[str, Any],
    one: Mapping[str, Any],
    publication: Publication,
    meeting: Meeting,
    language: str,
    readable: Collection[Audience],
    withdrawn: frozenset[str],
    corrected: Mapping[str, int],
    named: Mapping[str, LocalizedText],
) -> dict[str, Any]:
    anchor, mark = anchor_of(one), mark_of(label_of(one))
    return {
        "anchor": anchor,
        "older": f"p-{one['number']}" if not one.get("level") else "",
        "label": label_of(one),
        "own_label": own_label_of(one),
        "level": one.get("level") or 0,
        "html": as_html(in_language(one["text"], language), notes=anchor),
        "quantifier": quantifier_text(content, one["quantifier"], language),
        "url": url_for(
            "library.summary_paragraph", slug=meeting.slug, mark=mark, version=publication.number, language=language
        ),
        "citations": [
            _citation(citation, mark, meeting, language, readable, withdrawn, corrected)
            for citation in one["citations"]
        ],
        "recommendations": [
            {
                "whom": addressees_text(row["addressees"], named),
                "due": show_day(date.fromisoformat(row["due"])) if row["due"] else "",
                "text": in_language(row["text"], language),
            }
            for row in one.get("recommendations", ())
        ],
    }


def quantifier_text(content: Mapping[str, Any], value: Mapping[str, Any], language: str) -> str:
    """Return how many delegations a paragraph speaks for, in the language's word and as a number."""
    step = step_in(content, value["key"])
    if step is None:
        return ""
    return str(_("%(word)s (%(count)d)", word=step.in_language(language), count=value["delegations"]))


def contributor(citation: Mapping[str, Any], language: str) -> str:
    """Return whose words are cited, and on behalf of whom they spoke."""
    name = in_language(citation["party"]["name"], language)
    group = citation.get("on_behalf")
    if not group:
        return name
    return str(_("%(name)s, on behalf of %(group)s", name=name, group=in_language(group["name"], language)))


def why_unread(citation: Mapping[str, Any], readable: Collection[Audience], withdrawn: Collection[str]) -> str:
    """Return why a citation's words are not shown, or nothing where they are."""
    if citation["audience"] in readable and citation["source"] in withdrawn:
        return str(_("Withdrawn by the delegation."))
    if citation["audience"] in readable:
        return ""
    return str(_("A contribution that was not made for everybody who may read this summary."))


def _citation(
    citation: Mapping[str, Any],
    mark: str,
    meeting: Meeting,
    language: str,
    readable: Collection[Audience],
    withdrawn: frozenset[str],
    corrected: Mapping[str, int],
) -> dict[str, str]:
    shown = {
        "anchor": f"c-{mark}-{citation['letter']}",
        "mark": citation["letter"],
        "name": name_of(citation, language, readable),
    }
    if note := why_unread(citation, readable, withdrawn):
        return {**shown, "note": note}
    return {
        **shown,
        "quote": citation["quote"],
        "lang": citation["language"],
        "url": f"{source_url(citation, meeting, corrected)}#{passage_fragment(citation)}",
    }


def name_of(citation: Mapping[str, Any], language: str, readable: Collection[Audience]) -> str:
    """Return whose a citation's words are and from which source; nothing to who may not read that, as in the files."""
    if citation["audience"] not in readable:
        return ""
    return f"{contributor(citation, language)}, {source_text(citation)}"


def source_text(citation: Mapping[str, Any]) -> str:
    """Return what a citation's source is called: its reference, or what it is."""
    if citation["kind"] == "intervention":
        return str(_("intervention of %(moment)s", moment=citation["reference"]))
    return str(_("presentation")) if citation["kind"] == "presentation" else str(citation["reference"])


def source_url(citation: Mapping[str, Any], meeting: Meeting, corrected: Mapping[str, int]) -> str:
    """Return the page of a citation's source: of the version that it cites, where that was corrected since."""
    if citation["version"] < corrected.get(citation["source"], 0):
        slug = citation["reference"].replace("/", "-")
        return url_for("library.practice_version", slug=slug, number=citation["version"])
    if citation["kind"] == "intervention":
        if statement_id := statement_cited(citation["field"]):
            return url_for("floor.statement", statement_id=statement_id)
        return url_for("record.minutes", slug=meeting.slug)
    if citation["kind"] == "practice":
        return url_for("library.practice", slug=citation["reference"].replace("/", "-"))
    return url_for("library.presentation", slug=meeting.slug, code=citation["party"]["code"])


def passage_fragment(citation: Mapping[str, Any]) -> str:
    """Return the fragment that leads to a passage: its field's anchor, and the words themselves."""
    words = citation["quote"].split()
    ends = [" ".join(words)]
    if len(words) > 2 * WORDS_AT_EACH_END:
        ends = [" ".join(words[:WORDS_AT_EACH_END]), " ".join(words[-WORDS_AT_EACH_END:])]
    text = ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)
    anchor = f"field-{citation['field']}"
    if citation["kind"] == "intervention":
        anchor = "main" if statement_cited(citation["field"]) else citation["source"]
    return f"{anchor}:~:text={text}"


def chosen_publication(meeting: Meeting, actor: Actor) -> tuple[Publication, frozenset[Audience]]:
    """Return the publication that the address names by `version`, else the latest, and whose sources are readable.

    Raises NotFound where there is none that the person may read.
    """
    readable, publications = readable_publications(meeting, actor)
    number = request.args.get("version", publications[-1].number if publications else None, int)
    found = next((item for item in publications if item.number == number), None)
    if found is None:
        raise NotFound
    return found, readable


def readable_publications(meeting: Meeting, actor: Actor) -> tuple[frozenset[Audience], Sequence[Publication]]:
    """The audiences that a person is of, and the publications issued to one of them, oldest first."""
    readable = queries.audiences(actor, meeting)
    return readable, publications_of(meeting.id, actor)


def languages_offered(
    meeting: Meeting, publication: Publication, endpoint: str, **values: Any
) -> tuple[str, list[dict[str, Any]]]:
    """Return the language in which a publication is read, and those it has, for components/language_versions.html."""
    issued = [code for code in LANGUAGE_NAMES if code in (publication.languages or meeting.languages)]
    language = request.args.get("language", current_language())
    if language not in issued:
        language = next((code for code in meeting.languages if code in issued), issued[0])
    version = request.args.get("version", None, int)
    return language, [
        {
            "code": code,
            "name": LANGUAGE_NAMES[code],
            "url": url_for(endpoint, slug=meeting.slug, version=version, **values, language=code),
            "current": code == language,
        }
        for code in issued
    ]


def summary(meeting: Meeting, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/summary.html needs; raises NotFound where nothing is published.

    The address may name a `version` and a `language`; else the latest, in the reader's language.
    """
    readable, publications = readable_publications(meeting, actor)
    number = request.args.get("version", publications[-1].number if publications else None, int)
    publication = next((item for item in publications if item.number == number), None)
    if publication is None:
        raise NotFound
    language, languages = languages_offered(meeting, publication, "library.summary")
    withdrawn = withdrawn_keys(meeting.id)
    laid = laid_out(publication, meeting, language, readable, withdrawn, corrected_since(meeting.id))
    return {
        "meeting": meeting,
        "publication": publication,
        "publications": publications,
        "later": [item for item in publications if item.number > publication.number],
        "kinds": PUBLICATION_KINDS,
        "audiences": AUDIENCES,
        "formats": FORMATS,
        "laid": laid,
        "language": language,
        "files": document_links(meeting, publication, language, withdrawn)
        if queries.gets_files(publication, meeting, readable)
        else {},
        "text_languages": languages,
        "citation": citation_text(meeting, laid, publication, language),
        "permalink": current_app.config["BASE_URL"]
        + url_for("library.summary", slug=meeting.slug, version=publication.number),
    }


def citation_text(meeting: Meeting, laid: Laid, publication: Publication, language: str) -> str:
    """Return the words to cite a publication by in the language of the text, as a paragraph of it is cited: body,
    title, symbol, date."""
    with force_locale(language):
        name, day = meeting.mechanism.names.in_language(language), show_day(publication.dated)
    return ", ".join(part for part in (name, laid.title, publication.symbol or laid.symbol, day) if part)


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
            language=file.language or ALL_LANGUAGES,
            extension=file.format.value,
        )
        for file in publication.files
        if file.language in (language, "") and set(file.hidden_sources) == withdrawn
    }
