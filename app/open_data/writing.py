"""The files of a release, written from spools: rows and nodes that wait in files, so that memory stays flat."""

import gzip
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self, TextIO

import xlsxwriter

from app.core.localized import LANGUAGES
from app.core.sheets import MADE_AT, NAME_LIMIT, Row, write_csv
from app.open_data.describing import Described
from app.open_data.enums import ReleaseFormat
from app.open_data.linked_data import CONTEXT, dataset, node, parts
from app.open_data.oai import utc
from app.open_data.row_reading import Cell, Line
from app.open_data.tables import EDITION, TABLES, Table, codebook

NODES = "nodes"
MOST_ROWS = 1_048_575  # of a sheet below its head, as spreadsheets have it
MOST_IN_CELL = 32_767  # characters, as spreadsheets have it
CUT = " […]"


@dataclass(frozen=True)
class Edition:
    """What a release says of itself in each of its files."""

    number: int
    as_of: datetime
    licence: str
    licence_url: str
    home: str

    def facts(self) -> dict[str, Any]:
        return {
            "name": "Plenaria",
            "release": self.number,
            "as_of": utc(self.as_of),
            "licence": self.licence,
            "licence_url": self.licence_url,
            "home": self.home,
        }


class Spools:
    """Rows of tables and nodes of JSON-LD, kept in files of a folder while they are collected."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts = dict.fromkeys((table.name for table in TABLES), 0)
        self._stack = ExitStack()
        self._open: dict[str, IO[str]] = {}

    def __enter__(self) -> Self:
        for name in (*self.counts, NODES):
            stream = (self.folder / f"{name}.jsonl").open("w", encoding="utf-8")
            self._open[name] = self._stack.enter_context(stream)
        return self

    def __exit__(self, *problem: object) -> None:
        self._stack.close()

    def add(self, lines: Iterable[Line], things: Iterable[Described]) -> None:
        """Take what one step found: rows, and the things that they are of."""
        lines = list(lines)
        of = parts(lines)
        for table, cells in lines:
            self._open[table].write(f"{json.dumps(cells, ensure_ascii=False)}\n")
            self.counts[table] += 1
        for thing in things:
            self._open[NODES].write(
                f"{json.dumps(node(thing, of.get((thing.kind, thing.key), ())), ensure_ascii=False)}\n"
            )

    def lines(self, name: str) -> Iterator[str]:
        """Yield what was taken, as JSON; all of it once the block has ended."""
        with (self.folder / f"{name}.jsonl").open(encoding="utf-8") as stream:
            for line in stream:
                yield line.rstrip("\n")

    def rows(self, table: Table) -> Iterator[Row]:
        """Yield a table as rows, its head first."""
        yield table.names
        for line in self.lines(table.name):
            cells = json.loads(line)
            yield [_plain(cells.get(name)) for name in table.names]


def _plain(value: Cell) -> str | int:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def write_csv_archive(spools: Spools, edition: Edition, target: Path) -> None:
    """A CSV file for each table, the codebook in each language, and what release it is."""
    moment = edition.as_of.timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:

        def put(name: str, write: Callable[[TextIO], None]) -> None:
            plain = spools.folder / "one.csv"
            with plain.open("w", encoding="utf-8-sig", newline="") as text:
                write(text)
            info = zipfile.ZipInfo(name, moment)
            info.compress_type = zipfile.ZIP_DEFLATED
            with plain.open("rb") as source, archive.open(info, "w", force_zip64=True) as into:
                while piece := source.read(1 << 20):
                    into.write(piece)
            plain.unlink()

        put(f"{EDITION.name}.csv", lambda text: write_csv(text, [tuple(EDITION.names), *edition.facts().items()]))
        for language in LANGUAGES:
            put(f"codebook.{language}.csv", lambda text, language=language: write_csv(text, codebook(language)))  # type: ignore[misc]
        for table in TABLES:
            put(f"{table.name}.csv", lambda text, table=table: write_csv(text, spools.rows(table)))  # type: ignore[misc]


def write_workbook(spools: Spools, edition: Edition, target: Path) -> None:
    """A sheet for each table; a longer one goes on in another sheet, and a longer text says that it was cut."""
    options = {
        "constant_memory": True,
        "tmpdir": str(spools.folder),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(target), options) as book:
        book.set_properties({"created": MADE_AT, "title": f"Plenaria {edition.number}"})
        book.use_zip64()
        head = book.add_format({"bold": True})

        def sheet(name: str, rows: Iterator[Row]) -> None:
            first, part = next(rows), 1
            made = _new_sheet(book, name, first, head)
            at = 0
            for row in rows:
                at += 1
                if at > MOST_ROWS:
                    part, at = part + 1, 1
                    made = _new_sheet(book, f"{name} {part}", first, head)
                made.write_row(at, 0, [_fitting(value) for value in row])

        sheet(EDITION.name, iter([tuple(EDITION.names), *edition.facts().items()]))
        for language in LANGUAGES:
            sheet(f"codebook {language}", codebook(language))
        for table in TABLES:
            sheet(table.name, spools.rows(table))


def _new_sheet(book: Any, name: str, first: Row, head: Any) -> Any:
    made = book.add_worksheet(name[:NAME_LIMIT])
    made.freeze_panes(1, 1)
    made.write_row(0, 0, first, head)
    return made


def _fitting(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MOST_IN_CELL:
        return value[: MOST_IN_CELL - len(CUT)] + CUT
    return value


def _packed(target: Path, pieces: Iterable[str]) -> None:
    """Write text as gzip, whose bytes say nothing of the moment."""
    with target.open("wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed:
        for piece in pieces:
            packed.write(piece.encode())


def _array(lines: Iterable[str]) -> Iterator[str]:
    between = "\n"
    yield "["
    for line in lines:
        yield f"{between}{line}"
        between = ",\n"
    yield "]"


def write_json(spools: Spools, edition: Edition, target: Path) -> None:
    """One object: the release, the codebook by language, and each table as a list of objects."""

    def pieces() -> Iterator[str]:
        books = {language: [list(row) for row in codebook(language)] for language in LANGUAGES}
        yield f'{{"release": {json.dumps(edition.facts(), ensure_ascii=False)},\n'
        yield f'"codebook": {json.dumps(books, ensure_ascii=False)},\n"tables": {{'
        between = "\n"
        for table in TABLES:
            yield f"{between}{json.dumps(table.name)}: "
            yield from _array(spools.lines(table.name))
            between = ",\n"
        yield "}}\n"

    _packed(target, pieces())


def write_json_ld(spools: Spools, edition: Edition, target: Path) -> None:
    """A graph of everything published in the words of schema.org and Dublin Core, the release itself first."""

    def pieces() -> Iterator[str]:
        yield f'{{"@context": {json.dumps(CONTEXT)},\n"@graph": '
        first = json.dumps(dataset(edition.facts()), ensure_ascii=False)
        yield from _array(line for source in ([first], spools.lines(NODES)) for line in source)
        yield "}\n"

    _packed(target, pieces())


WRITERS: Mapping[ReleaseFormat, tuple[str, str, Callable[[Spools, Edition, Path], None]]] = {
    ReleaseFormat.CSV: ("csv.zip", "application/zip", write_csv_archive),
    ReleaseFormat.XLSX: (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_workbook,
    ),
    ReleaseFormat.JSON: ("json.gz", "application/gzip", write_json),
    ReleaseFormat.JSON_LD: ("jsonld.gz", "application/gzip", write_json_ld),
}
