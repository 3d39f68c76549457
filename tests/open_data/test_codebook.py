"""The codebook describes whatever the files of a release hold: the columns are read out of the files."""

import io
from collections.abc import Iterable

import openpyxl
import pytest

from app.core.localized import LANGUAGES
from app.open_data.enums import ReleaseFormat
from app.open_data.models import Release
from app.open_data.tables import HEAD
from tests.open_data.test_releases import archive, as_json, content, make

BOOK = "codebook"  # describes the others, and says in its own head what its columns are
Columns = dict[str, list[str]]  # table -> its columns, in order
Rows = Iterable[list[str]]


@pytest.fixture
def release(contributed) -> Release:
    """One that has rows in every table that a call fills."""
    return make()


def in_archive(release: Release) -> tuple[Columns, dict[str, Rows]]:
    found = {name.removesuffix(".csv"): rows for name, rows in archive(release).items()}
    books = {name.removeprefix(f"{BOOK}."): rows for name, rows in found.items() if name.startswith(BOOK)}
    return {name: rows[0] for name, rows in found.items() if not name.startswith(BOOK)}, books


def in_workbook(release: Release) -> tuple[Columns, dict[str, Rows]]:
    book = openpyxl.load_workbook(io.BytesIO(content(release, ReleaseFormat.XLSX)), read_only=True)
    found = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
    books = {
        name.removeprefix(f"{BOOK} "): [[cell or "" for cell in row] for row in rows]
        for name, rows in found.items()
        if name.startswith(BOOK)
    }
    return {name: rows[0] for name, rows in found.items() if not name.startswith(BOOK)}, books


def in_json(release: Release) -> tuple[Columns, dict[str, Rows]]:
    whole = as_json(release)
    found = {name: sorted({column for row in rows for column in row}) for name, rows in whole["tables"].items()}
    return found, whole[BOOK]


@pytest.mark.parametrize("read", [in_archive, in_workbook, in_json])
def test_every_column_of_every_file_is_described_in_each_language(release, read):
    columns, books = read(release)
    assert set(books) == set(LANGUAGES)
    meanings = {}
    for language, rows in books.items():
        head, *lines = rows
        assert tuple(head) == HEAD
        told = {(line[0], line[1]): dict(zip(HEAD, line, strict=True)) for line in lines}
        assert len(told) == len(lines)
        for table, names in columns.items():
            assert told[table, ""]["meaning"]
            for name in names:
                assert told[table, name]["meaning"], (table, name)
                assert told[table, name]["type"], (table, name)
        if read is not in_json:  # a table without rows has no columns there
            assert told.keys() == {(table, name) for table, names in columns.items() for name in ("", *names)}
        meanings[language] = {place: line["meaning"] for place, line in told.items()}
    for language in set(LANGUAGES) - {"en"}:
        for place, meaning in meanings[language].items():
            assert meaning != meanings["en"][place], (language, place)


def test_codes_are_found_where_the_codebook_says(release):
    """Of a column of another table, or of those that it names; what belongs to a template or a body names none."""
    whole = as_json(release)
    tables, (_head, *lines) = whole["tables"], whole[BOOK]["en"]
    seen = 0
    for table, column, _type, vocabulary, _language, _meaning in lines:
        values = {row[column] for row in tables.get(table, ())} - {"", None} if column else set()
        if " | " in vocabulary:
            assert values <= set(vocabulary.split(" | ")), (table, column)
            seen += len(values)
        elif vocabulary:
            other, _dot, name = vocabulary.partition(".")
            known = {row[name] for row in tables[other]}
            if (table, column) == ("practice_terms", "code"):
                known |= {row["code"] for row in tables["parties"]}
            assert values <= known, (table, column, values - known)
            seen += len(values)
    assert seen > 20
    assert set(whole["release"]) == set(next(line[3] for line in lines if line[:2] == ["release", "key"]).split(" | "))
