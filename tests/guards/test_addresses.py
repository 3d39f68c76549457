"""Addresses that nobody would type: a clear page, on both engines, never a fault."""

import pytest

from tests.client import sign_in

NUL = (
    "/sessions/%00", "/practices/a%00b", "/states/%00", "/mechanisms/x%00", "/set-up/%00", "/sign-in?next=%00",
    "/practices?state=%00", "/search?q=%00", "/accounts?q=%00", "/api/v1/practices/%00",
)  # fmt: skip
NUMBERS = ("/practices/drafts/{}", "/practices/files/{}", "/practices/review/{}", "/manage/questions/{}")


@pytest.mark.parametrize("address", NUL)
def test_an_address_with_a_nul_cannot_be_read(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.content_type.startswith("application/problem+json" if "/api/" in address else "text/html")


def test_a_filter_of_the_api_with_a_nul_finds_nothing(client):
    assert client.get("/api/v1/practices?state=%00&session=%00&theme=%00&gcm=%00").json["total"] == 0


@pytest.mark.parametrize("number", ["0", "2147483648", "99999999999999999999999"])
@pytest.mark.parametrize("address", NUMBERS)
def test_a_row_number_that_no_table_holds_does_not_exist(client, personas, address, number):
    sign_in(client, personas.administrator)
    assert client.get(address.format(number)).status_code == 404


@pytest.mark.parametrize("page", ["99999999999999999999999", "-1", "0", "one"])
def test_a_page_that_does_not_exist_is_said_to_be_none(client, page):
    assert client.get(f"/practices?page={page}").status_code == 200
    assert client.get(f"/api/v1/practices?page={page}").status_code == 422
