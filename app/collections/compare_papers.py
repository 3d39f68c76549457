"""What is compared, as a document: the same words as the page, one field after another."""

from collections.abc import Iterator, Sequence
from itertools import count

from flask import current_app
from flask_babel import gettext as _

from app.collections.practices_compared import Cell, Compared
from app.collections.states_compared import StatesCompared
from app.core.addresses import whole_address
from app.core.clock import now
from app.core.languages import current_language
from app.core.wording import show_day
from app.documents.printing import ILLUSTRATIVE, Block, BlockKind, Masthead, Printed, other, paragraphs
from app.library.printed_texts import paragraphs as numbered

LIBRARY = "Plenaria"


def compiled(
    title: str, blocks: Sequence[Block], *, session: str, note: Sequence[str] = (), contents: str = "", depth: int = 2
) -> Printed:
    """Return a document of the library's own, in the language in force, made in this hour: who asks for the same again
    has the same (library.printed_texts)."""
    at = now().replace(minute=0, second=0, microsecond=0)
    return Printed(
        language=current_language(),
        title=title,
        author=LIBRARY,
        masthead=Masthead(
            left=[LIBRARY, current_app.config["BASE_URL"]],
            right=[_("As it stood on %(day)s", day=show_day(at, current_app.config["ZONE"]))],
            session=session,
        ),
        created=at,
        blocks=blocks,
        note=list(note),
        contents=contents,
        depth=depth,
    )


def practices_paper(found: Compared) -> Printed:
    """Good practices side by side."""
    return _sides_paper(found, _("Good practices compared"))


def presentations_paper(found: Compared) -> Printed:
    """Presentations side by side."""
    return _sides_paper(found, _("Presentations compared"))


def _sides_paper(found: Compared, title: str) -> Printed:
    blocks: list[Block] = [Block(BlockKind.HEADING, _("What is compared"))]
    for told in found.columns:
        below = [told.label, told.shown_as, told.permalink]
        blocks.append(Block(BlockKind.ENTRY, told.title, below=below, language=other(told.title_lang)))
    for group in found.groups:
        blocks.append(Block(BlockKind.HEADING, group.title, language=other(group.title_lang)))
        for line in group.lines:
            blocks.append(Block(BlockKind.SUBHEADING, line.label, language=other(line.label_lang)))
            for cell in line.cells:
                blocks += _cell(cell)
    if found.alike:
        blocks.append(Block(BlockKind.PARAGRAPH, _("Fields in which all say the same are left out.")))
    note = [str(ILLUSTRATIVE)] if any(told.illustrative for told in found.columns) else []
    return compiled(title, blocks, session=_("Side by side"), note=note, contents=_("Contents"), depth=1)


def _cell(cell: Cell) -> Iterator[Block]:
    yield Block(BlockKind.LABEL, cell.label)
    if cell.field is None or not cell.plain:
        yield Block(BlockKind.PARAGRAPH, cell.said)
    elif cell.field.shape == "text":
        yield from numbered(cell.field.text, other(cell.language), count(cell.first))
    else:
        yield from paragraphs(cell.plain, cell.language if cell.field.shape == "rows" else "")


def states_paper(found: StatesCompared) -> Printed:
    """States side by side: a table for each kind of line, but for the years, whose practices are listed."""
    blocks: list[Block] = []
    for group in found.groups:
        blocks.append(Block(BlockKind.HEADING, group.title))
        if group.key == "years":
            for line in group.lines:
                blocks.append(Block(BlockKind.SUBHEADING, line.label))
                for cell in line.cells:
                    blocks.append(Block(BlockKind.LABEL, cell.state))
                    if not cell.items:
                        blocks.append(Block(BlockKind.PARAGRAPH, cell.empty))
                    for item in cell.items:
                        below = [whole_address(item.url)] if item.url else []
                        blocks.append(
                            Block(
                                BlockKind.ENTRY,
                                item.text,
                                below=below,
                                language=other(item.language) if item.language else "",
                            )
                        )
            continue
        head = ["", *(column.name for column in found.columns)]
        rows = [[line.label, *(cell.plain or cell.empty for cell in line.cells)] for line in group.lines]
        blocks.append(Block(BlockKind.TABLE, "", rows=[head, *rows]))
    note = [_("Not all practices are told of: the newest were taken.")] if found.cut else []
    return compiled(_("States compared"), blocks, session=_("Side by side"), note=note, contents=_("Contents"))
