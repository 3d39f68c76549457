"""Text with a little form, written as Markdown: bold, italic, lists and footnotes, and nothing else.

It is stored as people write it and read into blocks, of which each page and document is made, so that all of them say
the same. What is not of these forms (HTML, links, pictures, headings, code) is plain text, shown as it was written.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup, escape
from mdit_py_plugins.footnote import footnote_plugin


@dataclass(frozen=True)
class Run:
    """Words of one form. `note`: the number (from 1) of the footnote whose mark stands here; `text` is then ""."""

    text: str
    bold: bool = False
    italic: bool = False
    note: int | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph (kind "text": `runs`) or a list ("bullets", "numbers" from `start`: `items`, each of blocks)."""

    kind: str
    runs: tuple[Run, ...] = ()
    items: tuple[tuple["Block", ...], ...] = ()
    start: int = 1


@dataclass(frozen=True)
class RichText:
    """A text as blocks, and its footnotes in the order of their marks; each is paragraphs."""

    blocks: tuple[Block, ...] = ()
    notes: tuple[tuple[Block, ...], ...] = ()

    @property
    def plain(self) -> str:
        """The words alone, blocks parted by blank lines, items by lines, without the footnotes."""
        return "\n\n".join(_plain(block) for block in self.blocks)


FOOTNOTE = re.compile(r"(?<!\\)\[\^([^\]\s]+)\]")  # a mark, or what its footnote begins with
_READ_AS_FORM = re.compile(r"([\\*_\[\]{}])")  # braces: of tokens (summaries/tokens.py)
_READ_AS_ITEM = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+])(?=\s|$)", re.MULTILINE)


def escaped(text: str) -> str:
    """Return words so that they are read as they stand: no form, no list, no footnote and no token comes of them."""
    lines = "\n".join(line.strip() for line in text.split("\n"))
    return _READ_AS_ITEM.sub(_marked_off, _READ_AS_FORM.sub(r"\\\1", lines))


def _marked_off(found: re.Match[str]) -> str:
    return f"{found[1] or ''}\\{found[2] or found[3]}"


def joined(first: str, second: str) -> str:
    """Return two texts as one, blank line between; footnotes of the second that are called as ones of the first get
    the next free number for a name."""
    if not first or not second:
        return first or second
    taken, own = set(FOOTNOTE.findall(first)), list(dict.fromkeys(FOOTNOTE.findall(second)))
    names: dict[str, str] = {}
    for name in own:
        if name in taken:
            free = 1
            while str(free) in taken or str(free) in own or str(free) in names.values():
                free += 1
            names[name] = str(free)
    return f"{first}\n\n{FOOTNOTE.sub(lambda mark: f'[^{names.get(mark[1], mark[1])}]', second)}"


def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": False, "linkify": False, "typographer": False})
    reader.enable(["emphasis", "list", "newline", "escape"])
    reader.use(footnote_plugin, inline=False)
    return reader


_READER = _reader()


@lru_cache(maxsize=4096)
def read(source: str) -> RichText:
    """Return the blocks of a text. Whatever somebody types is a text: nothing is refused or lost."""
    tree = SyntaxTreeNode(_READER.parse(source))
    blocks: list[Block] = []
    notes: list[tuple[Block, ...]] = []
    for node in tree.children:
        if node.type == "footnote_block":
            notes = [tuple(_blocks(note.children)) for note in node.children]
        else:
            blocks += _blocks([node])
    return RichText(tuple(blocks), tuple(notes))


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
    for node in nodes:
        if node.type == "paragraph":
            yield Block("text", tuple(_joined(_runs(node.children[0].children))))
        elif node.type in ("bullet_list", "ordered_list"):
            kind = "bullets" if node.type == "bullet_list" else "numbers"
            items = tuple(tuple(_blocks(item.children)) for item in node.children)
            yield Block(kind, items=items, start=int(node.attrs.get("start", 1)))


def _runs(nodes: Sequence[SyntaxTreeNode], *, bold: bool = False, italic: bool = False) -> Iterator[Run]:
    for node in nodes:
        if node.type == "strong":
            yield from _runs(node.children, bold=True, italic=italic)
        elif node.type == "em":
            yield from _runs(node.children, bold=bold, italic=True)
        elif node.type == "footnote_ref":
            yield Run("", note=node.meta["id"] + 1)
        elif node.type in ("softbreak", "hardbreak"):
            yield Run(" ", bold, italic)
        elif node.type != "footnote_anchor" and node.content:
            yield Run(node.content, bold, italic)


def _joined(runs: Iterator[Run]) -> Iterator[Run]:
    """Runs of one form beside each other are one."""
    last: Run | None = None
    for run in runs:
        if last and last.note is None and run.note is None and (last.bold, last.italic) == (run.bold, run.italic):
            last = replace(last, text=last.text + run.text)
            continue
        if last:
            yield last
        last = run
    if last:
        yield last


def _plain(block: Block) -> str:
    if block.kind == "text":
        return "".join(run.text for run in block.runs)
    lines = ["\n".join(_plain(part) for part in item) for item in block.items]
    marks = [
        f"{place}. " if block.kind == "numbers" else "- " for place in range(block.start, block.start + len(lines))
    ]
    return "\n".join(mark + line for mark, line in zip(marks, lines, strict=True))


def plain(source: str) -> str:
    """Return the words of a text without their form and without footnotes."""
    return read(source).plain


def as_html(source: str, *, notes: str = "") -> Markup:
    """Return a text as HTML. With `notes`, a prefix of ids, its footnotes stand below it and their marks lead there."""
    text = read(source)
    body = Markup("").join(_html(block, notes) for block in text.blocks)
    if not notes or not text.notes:
        return body
    lines = Markup("").join(
        Markup(
            '<li id="{0}-note-{1}">{2} <a href="#{0}-mark-{1}" class="note-back" aria-label="↩ {1}">↩</a></li>'
        ).format(notes, number, Markup("").join(_html(block, "") for block in blocks))
        for number, blocks in enumerate(text.notes, start=1)
    )
    return body + Markup('<ol class="footnotes">{}</ol>').format(lines)


def _html(block: Block, notes: str) -> Markup:
    if block.kind == "text":
        return Markup("<p>{}</p>").format(Markup("").join(_run_html(run, notes) for run in block.runs))
    items = Markup("").join(
        Markup("<li>{}</li>").format(Markup("").join(_html(part, notes) for part in item)) for item in block.items
    )
    if block.kind == "bullets":
        return Markup("<ul>{}</ul>").format(items)
    if block.start == 1:
        return Markup("<ol>{}</ol>").format(items)
    return Markup('<ol start="{}">{}</ol>').format(block.start, items)


def _run_html(run: Run, notes: str) -> Markup:
    if run.note is not None:
        if not notes:
            return Markup("<sup>{}</sup>").format(run.note)
        return Markup('<sup><a id="{0}-mark-{1}" href="#{0}-note-{1}">{1}</a></sup>').format(notes, run.note)
    html = escape(run.text)
    if run.italic:
        html = Markup("<em>{}</em>").format(html)
    return Markup("<strong>{}</strong>").format(html) if run.bold else html
