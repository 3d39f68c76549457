"""A published summary as one page that needs nothing else: an anchor for each paragraph, notes both ways."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from app.core.rich_text import Block, Run
from app.summaries.report import Footnote, Note, PrintedParagraph, Report

STYLE = Path(__file__).resolve().with_name("report.css")
NOTHING = Markup("")


@cache
def _style() -> Markup:
    return Markup(STYLE.read_text(encoding="utf-8"))  # noqa: S704  (our own file)


def render_html(report: Report) -> bytes:
    """Return the report as a whole HTML document in UTF-8."""
    other = report.language
    sections = NOTHING.join(
        Markup('<section aria-labelledby="section-{0}"><h2 id="section-{0}"{1}>{2}</h2>\n{3}</section>\n').format(
            place,
            _lang(section.language, other),
            section.title,
            NOTHING.join(_paragraph(paragraph, other) for paragraph in section.paragraphs),
        )
        for place, section in enumerate(report.sections, start=1)
    )
    contents = NOTHING.join(
        Markup('<li><a href="#section-{}">{}</a></li>').format(place, section.title)
        for place, section in enumerate(report.sections, start=1)
    )
    footnotes = [(note, paragraph) for paragraph in report.paragraphs for note in paragraph.footnotes]
    return (
        Markup(
            '<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="author" content="{author}">\n'
            "<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<header>{masthead}</header>\n<main>\n"
            '<p class="session">{session}</p>\n<h1>{title}</h1>\n<p class="facts">{facts}</p>\n{notes}'
            "<nav><ol>{contents}</ol></nav>\n{sections}{footnotes}{terms}{annex}{sources}</main>\n</body>\n</html>\n"
        )
        .format(
            language=report.language,
            author=report.author,
            title=report.title,
            style=_style(),
            masthead=_lines([*report.left, *report.right]),
            session=report.session,
            facts=" · ".join(report.facts),
            notes=_framed(report.corrects) + _framed(report.note),
            contents=contents,
            sections=sections,
            footnotes=_footnotes(report, footnotes),
            terms=_terms(report),
            annex=_annex(report),
            sources=_sources(report),
        )
        .encode()
    )


def _lang(language: str, other: str) -> Markup:
    return NOTHING if language == other else Markup(' lang="{}"').format(language)


def _lines(lines: Iterable[str]) -> Markup:
    return NOTHING.join(Markup("<p>{}</p>").format(line) for line in lines)


def _framed(parts: list[str]) -> Markup:
    return Markup('<div class="note">{}</div>\n').format(_lines(parts)) if parts else NOTHING


def _paragraph(paragraph: PrintedParagraph, other: str) -> Markup:
    marks = NOTHING.join(
        Markup(' <sup class="cites"><a href="#{0}-source-{1}">{2}</a></sup>').format(paragraph.anchor, letter, shown)
        for shown, letter in paragraph.marks
    )
    recommendations = NOTHING.join(
        Markup('<p class="recommendation">{}</p>').format(text) for text in paragraph.recommendations
    )
    remark = Markup('<p class="remark">{}</p>').format(paragraph.remark) if paragraph.remark else NOTHING
    return Markup(
        '<div class="paragraph level-{level}" id="{anchor}"><a class="mark" href="#{anchor}">{mark}</a> '
        '<div class="text"{lang}>{text}</div>{marks}{remark}{recommendations}</div>\n'
    ).format(
        level=paragraph.level,
        anchor=paragraph.anchor,
        mark=paragraph.mark,
        lang=_lang(paragraph.language, other),
        text=_blocks(paragraph.blocks),
        marks=marks,
        remark=remark,
        recommendations=recommendations,
    )


def _blocks(blocks: tuple[Block, ...]) -> Markup:
    return NOTHING.join(_block(block) for block in blocks)


def _block(block: Block) -> Markup:
    if block.kind == "text":
        return Markup("<p>{}</p>").format(NOTHING.join(_run(run) for run in block.runs))
    items = NOTHING.join(Markup("<li>{}</li>").format(_blocks(item)) for item in block.items)
    if block.kind == "bullets":
        return Markup("<ul>{}</ul>").format(items)
    return Markup('<ol start="{}">{}</ol>').format(block.start, items)


def _run(run: Run) -> Markup:
    if run.note is not None:
        number, mark = abs(run.note), Markup(' id="mark-{}"').format(run.note) if run.note > 0 else NOTHING
        return Markup('<sup class="footnote"><a{1} href="#footnote-{0}">{0}</a></sup>').format(number, mark)
    html = escape(run.text)
    if run.italic:
        html = Markup("<em>{}</em>").format(html)
    return Markup("<strong>{}</strong>").format(html) if run.bold else html


def _footnotes(report: Report, footnotes: list[tuple[Footnote, PrintedParagraph]]) -> Markup:
    if not footnotes:
        return NOTHING
    items = NOTHING.join(
        Markup(
            '<li id="footnote-{0}"><div{1}>{2}</div> <a class="back" href="#mark-{0}" aria-label="↩ {0}">↩</a></li>\n'
        ).format(note.number, _lang(paragraph.language, report.language), _blocks(note.blocks))
        for note, paragraph in footnotes
    )
    return _part("footnotes", report.footnotes_title, Markup("<ol>{}</ol>").format(items))


def _part(key: str, title: str, body: Markup) -> Markup:
    return Markup('<section class="{0}" aria-labelledby="{0}"><h2 id="{0}">{1}</h2>\n{2}</section>\n').format(
        key, title, body
    )


def _terms(report: Report) -> Markup:
    terms = NOTHING.join(
        Markup("<p><strong>{}</strong>{}{}</p>").format(word, report.colon, meaning) for word, meaning in report.terms
    )
    return _part("terms", report.terms_title, Markup("<p>{}</p>{}").format(report.terms_text, terms))


def _annex(report: Report) -> Markup:
    rows = NOTHING.join(
        Markup('<dt><a href="#{}">{}</a>{}</dt>\n{}').format(
            paragraph.anchor,
            paragraph.label,
            Markup(' <span class="quantifier">· {}</span>').format(paragraph.quantifier)
            if paragraph.quantifier
            else "",
            NOTHING.join(_source(paragraph, note, report) for note in paragraph.notes),
        )
        for paragraph in report.paragraphs
        if paragraph.notes
    )
    return _part("annex", report.annex_title, Markup("<p>{}</p><dl>{}</dl>").format(report.annex_text, rows))


def _source(paragraph: PrintedParagraph, note: Note, report: Report) -> Markup:
    quote = NOTHING
    if note.quote:
        quote = Markup("{}<q{}>{}</q>").format(report.colon, _lang(note.language, report.language), note.quote)
    return Markup('<dd id="{}-source-{}"><strong>{}</strong> {}{}</dd>\n').format(
        paragraph.anchor, note.letter, note.letter, note.label, quote
    )


def _sources(report: Report) -> Markup:
    rows = NOTHING.join(Markup("<li>{}</li>").format(source) for source in report.sources)
    return _part("sources", report.sources_title, Markup("<ul>{}</ul>").format(rows)) if report.sources else NOTHING
