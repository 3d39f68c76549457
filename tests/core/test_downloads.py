"""What a browser calls a file that it saves: header lines are ASCII, names are not."""

import pytest
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Response

from app.core.downloads import name_file

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    "name", ["Collection.pdf", "Mi colección.pdf", "L’année – « 50 % » 日本.docx", 'a "b"; c=d\\.csv', "日本.pdf"]
)
@pytest.mark.parametrize("how", ["attachment", "inline"])
def test_a_name_is_read_back_whole_from_a_header_in_ascii(name, how):
    response = Response()
    name_file(response, name, how=how)
    header = response.headers["Content-Disposition"]
    assert header.isascii()
    assert parse_options_header(header) == (how, {"filename": name})


def test_programs_that_know_ascii_alone_get_the_nearest_name():
    response = Response()
    name_file(response, "Mi colección.pdf")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="Mi coleccion.pdf";')


def test_a_name_in_ascii_is_said_once():
    response = Response()
    name_file(response, "cam-2026.csv")
    assert response.headers["Content-Disposition"] == "attachment; filename=cam-2026.csv"
