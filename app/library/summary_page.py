"""The published summary as a page: a publication is frozen, so each worker lays it out once a language."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.addresses import whole_address
from app.core.fragments import words_fragment
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.rich_text import as_html
from app.core.wording import show_day
from app.floor.statement_queries import statement_cited
from app.library import queries
from app.library.abbreviations import Abbreviations, acronyms
from app.library.citation import Work, WorkKind
from app.library.citation_page import Shown, cite_as
from app.library.citing import in_language
from app.library.frozen import frozen
from app.library.reading_time import minutes_to_read
from app.library.who_else import terms_cited, who_else
from app.meetings.labels import AUDIENCES
from app.meetings.models import Meeting
from app.summaries.addressing import addressees_text
from app.summaries.anchors import anchor_of, label_of, mark_of, own_label_of, paragraphs_in
from app.summaries.enums import ALL_LANGUAGES
from app.summaries.labels import FORMATS, PUBLICATION_KINDS
from app.summaries.models import Publication
from app.summaries.open_citations import Readers, is_open
from app.summaries.quantifiers import scale_in, step_in
from app.summaries.queries import (
    addressees_of,
    corrected_since,
    names_of_parties,
    publications_of,
)
from app.summaries.sources_now import sources_now


@dataclass(frozen=True)
class Laid:
    """A publication laid out in one language, or two side by side, for one audience. `minutes`: to read it.

    `labels`: of its paragraphs, in order.
    """

    title: str
    symbol: str
    contents: Sequence[tuple[str, str]]
    body: Markup
    minutes: int
    labels: Sequence[str]


def laid_out(
    publication: Publication,
    meeting: Meeting,
    language: str,
    readers: Readers,
    withdrawn: frozenset[str],
    corrected: frozenset[tuple[str, int]],
    beside: str = "",
) -> Laid:
    """Return the publication for `readers` of its sources; the words of `withdrawn` ones are not shown, and
    a citation of what was `corrected` since leads to the version that it cites. `beside`: the language that stands
    next to it, if any.

    Reads the publication's content (about a megabyte for 300 paragraphs) the first time only.
    """
    key = ("summary", publication.id, language, readers, withdrawn, corrected, beside)
    return frozen(key, lambda: _lay_out(publication, meeting, language, readers, withdrawn, dict(corrected), beside))


def _lay_out(
    publication: Publication,
    meeting: Meeting,
    language: str,
    readers: Readers,
    withdrawn: frozenset[str],
    corrected: Mapping[str, int],
    beside: str,
) -> Laid:
    content = publication.content
    named = names_of_parties(addressees_of(content))
    how = (publication, meeting, readers, withdrawn, corrected, named)
    sections = _sections(content, language, *how)
    others = _sections(content, beside, *how, f"-{beside}") if beside else []
    with force_locale(language):
        recommended = [
            {**row, "label": one["label"], "anchor": one["anchor"]}
            for section in sections
            for one in section["paragraphs"]
            for row in one["recommendations"]
        ]
        body = render_template(
            "library/_summary_beside.html" if beside else "library/_summary_body.html",
            sections=sections,
            others=others,
            beside=beside,
            names=LANGUAGE_NAMES,
            recommended=recommended,
            language=language,
            scale=scale_in(content),
            participating=content["participating"],
        )
        contents = [(str(section["id"]), str(section["title"])) for section in sections]
        if recommended:
            contents.append(("recommendations", str(_("Recommendations"))))
        contents.append(("terms", str(_("Note on terms"))))
    words = [in_language(one["text"], language) for one in paragraphs_in(content)]
    return Laid(
        in_language(content["title"], language),
        content["symbol"],
        contents,
        Abbreviations(acronyms(language)).told(Markup(body)),  # noqa: S704  (our template escapes)
        minutes_to_read(words),
        tuple(label_of(one) for one in paragraphs_in(content)),
    )


def _sections(content: Mapping[str, Any], language: str, *how: Any) -> list[dict[str, Any]]:
    """The text of a publication in a language; `how`: what `_paragraph` needs after it."""
    with force_locale(language):
        return [
            {
                "id": f"section-{position}",
                "title": in_language(section["title"], language),
                "paragraphs": [_paragraph(content, one, language, *how) for one in section["paragraphs"]],
            }
            for position, section in enumerate(content["sections"], start=1)
        ]


def _paragraph(
    content: Mapping[str, Any],
    one: Mapping[str, Any],
    language: str,
    publication: Publication,
    meeting: Meeting,
    readers: Readers,
    withdrawn: frozenset[str],
    corrected: Mapping[str, int],
    named: Mapping[str, LocalizedText],
    notes: str = "",
) -> dict[str, Any]:
    """`notes`: what the anchors of its footnotes end with, where the page has it twice."""
    anchor, mark = anchor_of(one), mark_of(label_of(one))
    return {
        "anchor": anchor,
        "older": f"p-{one['number']}" if not one.get("level") else "",
        "label": label_of(one),
        "own_label": own_label_of(one),
        "level": one.get("level") or 0,
        "html": as_html(in_language(one["text"], language), notes=f"{anchor}{notes}"),
        "quantifier": quantifier_text(content, one["quantifier"], language),
        "url": url_for(
            "library.summary_paragraph", slug=meeting.slug, mark=mark, version=publication.number, language=language
        ),
        "citations": [
            _citation(citation, mark, meeting, language, readers, withdrawn, corrected) for citation in one["citations"]
        ],
        "recommendations": [_recommendation(row, language, named) for row in one.get("recommendations", ())],
    }


def _recommendation(row: Mapping[str, Any], language: str, named: Mapping[str, LocalizedText]) -> dict[str, str]:
    """`said`: to whom and by when, in the language in force."""
    whom = addressees_text(row["addressees"], named)
    due = show_day(date.fromisoformat(row["due"])) if row["due"] else ""
    said = str(_("Recommended to: %(whom)s", whom=whom))
    if due:
        said = f"{said}, {_('by %(day)s', day=due)}"
    return {"whom": whom, "due": due, "said": said, "text": in_language(row["text"], language)}


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


def why_unread(citation: Mapping[str, Any], readers: Readers, withdrawn: Collection[str]) -> str:
    """Return why a citation's words are not shown, or nothing where they are."""
    if not is_open(citation, readers):
        return str(_("A contribution that was not made for everybody who may read this summary."))
    return str(_("Withdrawn by the delegation.")) if citation["source"] in withdrawn else ""


def _citation(
    citation: Mapping[str, Any],
    mark: str,
    meeting: Meeting,
    language: str,
    readers: Readers,
    withdrawn: frozenset[str],
    corrected: Mapping[str, int],
) -> dict[str, str]:
    shown = {
        "anchor": f"c-{mark}-{citation['letter']}",
        "mark": citation["letter"],
        "name": name_of(citation, language, readers),
    }
    if note := why_unread(citation, readers, withdrawn):
        return {**shown, "note": note}
    return {
        **shown,
        "quote": citation["quote"],
        "lang": citation["language"],
        "url": f"{source_url(citation, meeting, corrected)}#{passage_fragment(citation)}",
    }


def name_of(citation: Mapping[str, Any], language: str, readers: Readers) -> str:
    """Return whose a citation's words are and from which source; nothing to who may not read that, as in the files."""
    if not is_open(citation, readers):
        return ""
    return f"{contributor(citation, language)}, {source_text(citation)}"


def source_text(citation: Mapping[str, Any]) -> str:
    """Return what a citation's source is called: its reference, or what it is."""
    if citation["kind"] == "intervention":
        return str(_("intervention of %(moment)s", moment=citation["reference"]))
    return str(_("presentation")) if citation["kind"] == "presentation" else str(citation["reference"])


def source_url(citation: Mapping[str, Any], meeting: Meeting, corrected: Mapping[str, int]) -> str:
    """Return the page of a citation's source: of the version that it cites, where that was corrected since."""
    earlier = citation["version"] < corrected.get(citation["source"], 0)
    if earlier and citation["kind"] == "presentation":
        place = {"slug": meeting.slug, "code": citation["party"]["code"]}
        return url_for("library.presentation_version", **place, number=citation["version"])
    if earlier:
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
    anchor = f"field-{citation['field']}"
    if citation["kind"] == "intervention":
        anchor = "main" if statement_cited(citation["field"]) else citation["source"]
    return f"{anchor}{words_fragment(citation['quote'])}"


def chosen_publication(meeting: Meeting, actor: Actor) -> Publication:
    """Return the publication that the address names by `version`, else the latest; raises NotFound where there is none
    that the person may read."""
    publications = publications_of(meeting.id, actor)
    number = request.args.get("version", publications[-1].number if publications else None, int)
    found = next((item for item in publications if item.number == number), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Offered:
    """The language in which a publication is read, what stands beside it ("": nothing), and the languages it has and
    that can stand beside it, as components/language_versions.html takes them."""

    language: str
    beside: str
    versions: Sequence[Mapping[str, Any]]
    pairs: Sequence[Mapping[str, Any]]


def languages_offered(meeting: Meeting, publication: Publication, endpoint: str, **values: Any) -> Offered:
    """Return in which language the address wants a publication, and in which others it can be read."""
    issued = [code for code in LANGUAGE_NAMES if code in (publication.languages or meeting.languages)]
    language = request.args.get("language", current_language())
    if language not in issued:
        language = next((code for code in meeting.languages if code in issued), issued[0])
    beside = request.args.get("beside", "")
    if beside not in issued or beside == language:
        beside = ""
    version = request.args.get("version", None, int)

    def line(code: str, current: bool, **more: Any) -> dict[str, Any]:
        url = url_for(endpoint, slug=meeting.slug, version=version, **values, **more)
        return {"code": code, "name": LANGUAGE_NAMES[code], "url": url, "current": current}

    return Offered(
        language,
        beside,
        [line(code, code == language, language=code) for code in issued],
        [
            line(code, code == beside, language=language, **({} if code == beside else {"beside": code}))
            for code in issued
            if code != language
        ],
    )


def summary(meeting: Meeting, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/summary.html needs; raises NotFound where nothing is published.

    The address may name a `version` and a `language`; else the latest, in the reader's language.
    """
    publications = publications_of(meeting.id, actor)
    number = request.args.get("version", publications[-1].number if publications else None, int)
    publication = next((item for item in publications if item.number == number), None)
    if publication is None:
        raise NotFound
    offered = languages_offered(meeting, publication, "library.summary")
    language = offered.language
    sources, audiences = sources_now(meeting.id), queries.audiences(actor, meeting)
    readers, corrected = sources.readers(audiences), corrected_since(meeting.id)
    laid = laid_out(publication, meeting, language, readers, sources.withdrawn, corrected, offered.beside)
    work = cited_work(meeting, publication, language, title=laid.title, symbol=laid.symbol)
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
        "files": document_links(meeting, publication, language, sources.left_out(publication.distribution))
        if queries.gets_files(publication, meeting, audiences)
        else {},
        "offered": offered,
        "terms": who_else(actor, terms_cited(actor, publication)),
        "work": work,
        "citation": cited(work),
    }


def cited(work: Work) -> Shown:
    """Return the words to cite by in the language of the text: a publication is the same in all of its languages."""
    with force_locale(work.language):
        return cite_as(work)


def cited_work(
    meeting: Meeting, publication: Publication, language: str, *, title: str, symbol: str, paragraph: str = ""
) -> Work:
    """Return a publication, or the paragraph of it that has this label, as it is cited in a language."""
    values: dict[str, Any] = {"slug": meeting.slug, "version": publication.number, "language": language}
    body = meeting.mechanism.names.in_language(language)
    address = (
        url_for("library.summary_paragraph", mark=mark_of(paragraph), **values)
        if paragraph
        else url_for("library.summary", **values)
    )
    return Work(
        kind=WorkKind.SUMMARY,
        author=body,
        body=body,
        title=title,
        symbol=publication.symbol or symbol,
        version=publication.number if publication.number > 1 else 0,
        session=meeting.title.in_language(language),
        dated=publication.dated,
        language=language,
        url=whole_address(address),
        paragraph=paragraph,
    )


def document_links(
    meeting: Meeting, publication: Publication, language: str, left_out: frozenset[str]
) -> dict[str, str]:
    """Return format -> address of a publication's documents in a language, and of those that hold all languages.

    Those not made yet, and those that were made when other sources were `left_out`, are absent.
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
        if file.language in (language, "") and set(file.hidden_sources) == left_out
    }
