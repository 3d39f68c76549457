"""A form that was filled in off line: which text belongs to which field, and what belongs nowhere.

A place is known by the tag of its control, else by the code beside it, else by its bookmark, else by its heading,
which may have been written anew, in any of the four languages. Reading needs no database and drops nothing: text that
finds no field is left over, in order.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.core.localized import LANGUAGES
from app.core.texts import clean, fold
from app.core.wording import in_all_languages
from app.documents.word_text import Block, Paragraph, Piece, Table, WordText, paragraphs, plain
from app.practices.content import MOST_CHARACTERS
from app.practices.draft_form import GROUPS
from app.practices.template import MOST_ROWS, Column, Kind
from app.practices.word_found import Found, How, Leftover, ReadForm, Why
from app.practices.word_shape import CHOOSE, LISTS, TAG, Slot, WordShape, bare
from app.practices.word_values import ALIKE, alike, amount_in, date_in, month_in, option_in, options_in

MARGIN = 0.05  # by so much the likest heading must be liker than that of any other field
LONGEST_HEADING = 250
_CODE = re.compile(r"\[([\w.]+)\]")
_NUMBER = re.compile(r"^\s*(?:\d{1,2}|[a-zA-Z])[.)]\s+")


@dataclass
class _Part:
    """Blocks that belong to a slot."""

    slot: Slot
    how: How
    blocks: list[Block] = field(default_factory=list)


def match_form(word: WordText, shape: WordShape) -> ReadForm:
    """Return what a file that was read says in a form's fields. No query."""
    matcher = _Matcher(shape)
    matcher.walk(word.blocks)
    matcher.events += [Leftover(text, Why.ASIDE) for text in word.aside]
    found, leftovers = matcher.settled()
    return ReadForm(found, leftovers, word.identifier, word.changes, word.pictures, word.foreign, word.equations)


class _Matcher:
    """Goes through a file from its beginning, and notes in order what it finds."""

    def __init__(self, shape: WordShape) -> None:
        self.shape = shape
        self.slots = {slot.code: slot for slot in shape.slots}
        self.bookmarks = {slot.bookmark: slot for slot in shape.slots}
        self.columns = {
            f"{slot.code}.{column.key}": (slot, column) for slot in shape.slots for column in slot.field.columns
        }
        self.headings = [
            (bare(text), slot) for slot in shape.slots for text in dict.fromkeys(slot.labels.values()) if bare(text)
        ]
        self.list_titles = in_all_languages(LISTS).values()
        self.in_lists = False
        self.placeholders = in_all_languages(CHOOSE).values()  # what a list shows before one has chosen
        titles = [text for section in shape.sections for text in section.titles.values()]
        self.titles = {bare(text) for text in [*titles, *self.list_titles]}
        self.events: list[_Part | Leftover] = []
        self.rows: list[tuple[Slot, How, list[dict[str, str]]]] = []
        self.current: _Part | None = None

    # Going through the file

    def walk(self, blocks: Sequence[Block]) -> None:
        """Note what a row of blocks says."""
        for block in blocks:
            if isinstance(block, Table):
                self._table(block)
            else:
                self._paragraph(block)

    def _paragraph(self, one: Paragraph) -> None:
        tagged = [(self._tagged(piece), piece) for piece in one.pieces]
        if any(slot for slot, _piece in tagged):
            for slot, piece in tagged:
                part = Paragraph([Piece(piece.text)], mark=one.mark)
                if slot is None:
                    self._left(part.text)
                elif self.current and self.current.slot is slot and self.current.how is How.TAG:
                    self.current.blocks.append(part)
                else:
                    self._open(slot, How.TAG).blocks.append(part)
            return
        text = one.text.strip()
        if self.current and self.current.how is How.TAG:
            self.current = None
        if not text:
            return
        if marked := next((self.bookmarks[name] for name in one.bookmarks if name in self.bookmarks), None):
            self._open(marked, How.BOOKMARK).blocks.append(one)
        elif (own := self._is_own(text)) and bare(text) in self.titles:
            self.current = None
            if text in self.list_titles:
                self.headings = []  # what follows is headed like fields, but offers only what can be chosen
                self.in_lists = True
        elif found := self._heading(text, exact=own):
            self._open(*found)
        elif own:
            pass
        elif inline := self._heading_and_value(text):
            slot, value = inline
            self._open(slot, How.HEADING).blocks.append(Paragraph([Piece(value)]))
        elif self.current:
            self.current.blocks.append(one)
        else:
            self._left(one.text)

    def _is_own(self, text: str) -> bool:
        """Whether a line is the form's: what it offers to choose is so in the lists at its end alone."""
        return fold(text) in self.shape.own or (self.in_lists and fold(text) in self.shape.offered)

    def _open(self, slot: Slot, how: How) -> _Part:
        self.current = _Part(slot, how)
        self.events.append(self.current)
        return self.current

    def _left(self, text: str, why: Why = Why.NOWHERE, near: str = "") -> None:
        if text.strip() and not self._is_own(text.strip()):
            self.events.append(Leftover(text.strip(), why, near))

    # By what a place is known

    def _tagged(self, piece: Piece) -> Slot | None:
        codes = (tag.removeprefix(TAG) for tag in piece.tags if tag.startswith(TAG))
        return next((self.slots[code] for code in codes if code in self.slots), None)

    def _coded(self, text: str) -> Slot | None:
        return next((self.slots[code] for code in _CODE.findall(text) if code in self.slots), None)

    def _heading(self, text: str, *, exact: bool) -> tuple[Slot, How] | None:
        if slot := self._coded(text):
            return slot, How.CODE
        liked = self._liked(text, 1 if exact else ALIKE)
        return (liked, How.HEADING) if liked else None

    def _liked(self, text: str, least: float = ALIKE) -> Slot | None:
        """The slot whose heading a text is, or nearly is; of several that are the same, the first not yet found."""
        wanted = bare(_NUMBER.sub("", _CODE.sub("", text)))
        if not wanted or len(wanted) > LONGEST_HEADING:
            return None
        scores: dict[str, float] = defaultdict(float)
        for heading, slot in self.headings:
            scores[slot.code] = max(scores[slot.code], alike(wanted, heading))
        best = max(scores.values(), default=0)
        if best < least:
            return None
        near = [code for code, score in scores.items() if score > best - MARGIN]
        same = [code for code in near if scores[code] == best]
        if len(same) < len(near):
            return self.slots[same[0]] if best == 1 else None
        taken = {event.slot.code for event in self.events if isinstance(event, _Part)}
        return self.slots[next((code for code in near if code not in taken), near[0])]

    def _heading_and_value(self, text: str) -> tuple[Slot, str] | None:
        """A line of the kind "Title: what was done"."""
        label, colon, value = text.partition(":")
        wanted = bare(_NUMBER.sub("", label))
        slot = next((slot for heading, slot in self.headings if heading == wanted), None) if colon else None
        return (slot, value.strip()) if slot and value.strip() and slot.field.kind is not Kind.ROWS else None

    # Tables

    def _table(self, table: Table) -> None:
        before, self.current = self.current, None
        if self._rows_of_a_field(table, before.slot if before else None):
            return
        known = [self._place(row) for row in table.rows]
        if before and before.how is not How.TAG and not any(known):
            before.blocks.append(table)  # pasted below a heading
            self.current = before
            return
        for row, place in zip(table.rows, known, strict=True):
            if place is None:
                self._unknown_row(row)
                continue
            slot, how = place
            tagged = {self._tagged(piece) for cell in row for one in paragraphs(cell) for piece in one.pieces} - {None}
            if len(tagged) > 1:
                for cell in row:
                    self.walk(cell)
            else:
                self._label_cell(row[0], slot)
                self._open(slot, how).blocks += [block for cell in row[1:] for block in cell]
        self.current = None

    def _unknown_row(self, row: list[list[Block]]) -> None:
        if len(row) == 1 or any(isinstance(block, Table) for cell in row for block in cell):
            for cell in row:
                self.walk(cell)
            return
        cells = [plain(cell) for cell in row]
        if any(text.strip() and not self._is_own(text.strip()) for text in cells):
            self._left(" | ".join(cells))

    def _place(self, row: list[list[Block]]) -> tuple[Slot, How] | None:
        """Which slot a row of two cells or more is for."""
        if len(row) < 2:
            return None
        values = [one for cell in row[1:] for one in paragraphs(cell)]
        for one in values:
            for piece in one.pieces:
                if slot := self._tagged(piece):
                    return slot, How.TAG
        labels = [one.text for one in paragraphs(row[0])]
        for text in labels:
            if slot := self._coded(text):
                return slot, How.CODE
        for one in values:
            for name in one.bookmarks:
                if name in self.bookmarks:
                    return self.bookmarks[name], How.BOOKMARK
        liked = (self._liked(text) for text in labels)
        return next(((slot, How.HEADING) for slot in liked if slot), None)

    def _label_cell(self, cell: list[Block], slot: Slot) -> None:
        """What stands in a label's cell and is neither its label nor its help was written by somebody."""
        for one in paragraphs(cell):
            text = _CODE.sub("", one.text).strip()
            if not any(alike(bare(text), bare(label)) >= ALIKE for label in slot.labels.values()):
                self._left(text, near=slot.name)

    def _rows_of_a_field(self, table: Table, before: Slot | None) -> bool:
        """Read the table of a field of rows, with as many rows as were added; say whether it is one."""
        if not table.rows:
            return False
        head = table.rows[0]
        found = self._columns(table, before)
        if found is None:
            return False
        slot, how, places, headed = found
        rows = []
        for cells in table.rows[headed:]:
            row: dict[str, str] = {}
            for index, cell in enumerate(cells):
                text = self._text(cell, lines=False)
                if column := places.get(index):
                    row[column.key] = self._cell(slot, column, text)
                else:
                    self._left(text, near=slot.name)
            if any(row.values()):
                rows.append({column.key: row.get(column.key, "") for column in slot.field.columns})
        for cell in head if headed else ():
            if not self._column_of(slot, cell):
                self._left(plain(cell), near=slot.name)
        if rows:
            self.rows.append((slot, how, rows))
        return True

    def _columns(self, table: Table, before: Slot | None) -> tuple[Slot, How, dict[int, Column], bool] | None:
        """Which columns of which field a table has, by how it is known, and whether its first row is a head."""
        head = table.rows[0]
        known = self._slot_of_rows(table, before)
        if known is None:
            return None
        slot, how, headed = known
        places = {index: column for index, cell in enumerate(head) if (column := self._column_of(slot, cell))}
        return slot, how, places or dict(enumerate(slot.field.columns)), headed or bool(places)

    def _slot_of_rows(self, table: Table, before: Slot | None) -> tuple[Slot, How, bool] | None:
        """The field of rows that a table is for, by how it is known, and whether its first row says so."""
        many = [slot for slot in self.slots.values() if slot.field.kind is Kind.ROWS]
        head = [one for cell in table.rows[0] for one in paragraphs(cell)]
        own_tags = {slot for one in head for piece in one.pieces if (slot := self._tagged(piece))}
        marks = {name for one in head for name in one.bookmarks}
        codes = [code for one in head for code in _CODE.findall(one.text) if code in self.columns]
        inner = self._column_tags(table)
        for slot in many:
            if slot in own_tags:
                return slot, How.TAG, True
        if codes:
            return self.columns[codes[0]][0], How.CODE, True
        for slot in many:
            if slot.bookmark in marks:
                return slot, How.BOOKMARK, True
        if inner:
            return self.columns[inner[0]][0], How.TAG, False
        for slot in many:
            columns = {column.key for cell in table.rows[0] if (column := self._column_of(slot, cell))}
            whole = len(columns) == len(slot.field.columns)
            if whole or (slot is before and (columns or len(table.rows[0]) <= len(slot.field.columns))):
                return slot, How.HEADING, bool(columns)
        return None

    def _column_tags(self, table: Table) -> list[str]:
        """The codes of columns that stand as tags in a table's cells."""
        pieces = (piece for row in table.rows for cell in row for one in paragraphs(cell) for piece in one.pieces)
        tags = (tag.removeprefix(TAG) for piece in pieces for tag in piece.tags)
        return [code for code in tags if code in self.columns]

    def _column_of(self, slot: Slot, cell: list[Block]) -> Column | None:
        text = plain(cell)
        for column in slot.field.columns:
            if f"[{slot.code}.{column.key}]" in text:
                return column
        wanted = bare(_CODE.sub("", text))
        labels = ((column, bare(label)) for column in slot.field.columns for label in column.label.values())
        return next((column for column, label in labels if wanted and alike(wanted, label) >= ALIKE), None)

    def _cell(self, slot: Slot, column: Column, text: str) -> str:
        if column.kind == "choice" and text:
            code = option_in(text, self.shape.options(column))
            if code is None:
                self._left(text, Why.NO_OPTION, slot.name)
            return code or ""
        return date_in(text) if column.kind == "date" else text

    # Values

    def _text(self, blocks: Sequence[Block], *, lines: bool = True) -> str:
        """The text of blocks without what an empty place says of itself."""
        text = clean(plain(list(blocks)))
        for placeholder in self.placeholders:
            text = text.removeprefix(placeholder).removesuffix(placeholder)
        return clean(text, lines=lines)

    def settled(self) -> tuple[dict[str, Found], list[Leftover]]:
        """Return one value a field, of the place that is surest; what else was said of it is left over."""
        best: dict[str, _Part] = {}
        for event in self.events:
            if isinstance(event, _Part) and self._text(event.blocks):
                known = best.get(event.slot.code)
                if known is None or event.how < known.how:
                    best[event.slot.code] = event
        found: dict[str, Found] = {}
        left: list[Leftover] = []
        for event in self.events:
            if isinstance(event, Leftover):
                left.append(event)
                continue
            slot, text = event.slot, self._text(event.blocks)
            chosen = best.get(slot.code)
            if chosen is event:
                left += self._settle(slot, event.how, text, found)
            elif chosen and text and text != self._text(chosen.blocks):
                left.append(Leftover(text, Why.TWICE, slot.name))
        self._settle_rows(found)
        return found, [*left, *_cut(found)]

    def _settle(self, slot: Slot, how: How, text: str, found: dict[str, Found]) -> Iterator[Leftover]:
        kind = slot.field.kind
        if kind in GROUPS:
            known = found.get(slot.name)
            parts = dict(known.value) if known else {}
            line = clean(text, lines=False)
            if kind is Kind.PERIOD:
                line = month_in(line)
            if slot.part == "amount":
                line, currency = amount_in(line)
                parts |= {"currency": currency} if currency else {}
            found[slot.name] = Found({**parts, slot.part: line}, max(how, known.how) if known else how)
        elif kind in (Kind.CHOICE, Kind.MECHANISMS, Kind.CONSENT):
            codes, strange = options_in(text, self.shape.options(slot.field))
            yield from (Leftover(one, Why.NO_OPTION, slot.name) for one in strange)
            if codes and (slot.field.single or kind is Kind.CONSENT):
                found[slot.name] = Found(codes[0], how)
                others = [self.shape.options(slot.field).shown(code, LANGUAGES[0]) for code in codes[1:]]
                yield from (Leftover(one, Why.TWICE, slot.name) for one in others)
            elif codes:
                found[slot.name] = Found(codes, how)
        elif kind is Kind.ROWS:
            yield Leftover(text, Why.NOWHERE, slot.name)
        elif kind is Kind.DATE:
            found[slot.name] = Found(date_in(text), how)
        else:
            found[slot.name] = Found(clean(text, lines=kind is not Kind.SHORT_TEXT), how)

    def _settle_rows(self, found: dict[str, Found]) -> None:
        """A field's rows are those of all its tables: people split them."""
        for slot, how, rows in self.rows:
            known = found.get(slot.name)
            if known is None:
                found[slot.name] = Found(rows, how)
            else:
                new = [row for row in rows if row not in known.value]
                found[slot.name] = Found([*known.value, *new], max(known.how, how))


def _cut(found: dict[str, Found]) -> Iterator[Leftover]:
    """Take out what no draft can hold: a text that is too long, rows past the most."""
    for name, one in list(found.items()):
        if isinstance(one.value, str) and len(one.value) > MOST_CHARACTERS:
            del found[name]
            yield Leftover(one.value, Why.TOO_LONG, name)
        elif isinstance(one.value, list) and len(one.value) > MOST_ROWS:
            found[name] = Found(one.value[:MOST_ROWS], one.how)
            for row in one.value[MOST_ROWS:]:
                yield Leftover(row if isinstance(row, str) else " | ".join(row.values()), Why.TOO_LONG, name)
