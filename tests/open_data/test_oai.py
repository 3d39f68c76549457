"""The harvesting protocol: what it answers, and every error it has."""

import gzip
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.open_data import oai, records
from app.open_data.models import PublicRecord
from app.practices.enums import PracticeState
from tests.open_data.schemas import check_against_protocol

NS = {"o": "http://www.openarchives.org/OAI/2.0/", "dc": "http://purl.org/dc/elements/1.1/"}
LIST = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}


def ask(client, arguments, *, post=False):
    answer = client.post("/oai", data=arguments) if post else client.get(f"/oai?{urlencode(arguments, doseq=True)}")
    assert answer.status_code == 200
    assert answer.content_type == "text/xml; charset=utf-8"
    root = etree.fromstring(answer.data)
    check_against_protocol(root)
    return root


def codes(root) -> list[str]:
    return [error.get("code") for error in root.findall("o:error", NS)]


def identifiers(root) -> list[str]:
    return [found.text for found in root.iterfind(".//o:header/o:identifier", NS)]


def test_it_identifies_itself(client, library, settled):
    settled()
    root = ask(client, {"verb": "Identify"})
    told = {element.tag.split("}")[1]: element.text for element in root.find("o:Identify", NS)}
    assert told["baseURL"] == "http://localhost/oai"
    assert told["protocolVersion"] == "2.0"
    assert told["deletedRecord"] == "persistent"
    assert told["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
    assert told["adminEmail"] == "plenaria@example.org"
    assert told["earliestDatestamp"] == oai.utc(db.session.scalar(sa.select(sa.func.min(PublicRecord.stamped_at))))


def test_an_empty_library_has_no_records(client):
    assert codes(ask(client, LIST)) == ["noRecordsMatch"]
    ask(client, {"verb": "Identify"})
    ask(client, {"verb": "ListSets"})


def test_nothing_is_listed_but_what_anybody_may_read(client, library, settled):
    settled()
    root = ask(client, LIST)
    assert set(identifiers(root)) == {
        f"oai:localhost:session/{library.meeting.slug}",
        f"oai:localhost:practice/{library.practice.slug}",
        f"oai:localhost:presentation/{library.meeting.slug}:RCM",
        f"oai:localhost:summary/{library.meeting.slug}",
        f"oai:localhost:document/{library.document.slug}",
    }
    text = etree.tostring(root, encoding="unicode")
    for hidden in ("Hiddenpractice", "Insidepractice", "Secretquote", library.hidden.reference, library.closed.slug):
        assert hidden not in text


def test_a_practice_in_dublin_core(client, library, settled):
    settled()
    name = f"oai:localhost:practice/{library.practice.slug}"
    root = ask(client, {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": name})

    def said(element: str) -> list[str]:
        return [found.text for found in root.iterfind(f".//dc:{element}", NS)]

    assert said("title") == ["=Permisos temporales"]
    assert root.find(".//dc:title", NS).get("{http://www.w3.org/XML/1998/namespace}lang") == "es"
    assert f"http://localhost/practices/{library.practice.slug}" in said("identifier")
    assert library.practice.reference in said("identifier")
    assert said("rights") == ["CC BY 3.0 IGO", "https://creativecommons.org/licenses/by/3.0/igo/"]
    assert said("language") == ["es"]
    assert "Peru" in " ".join(said("creator"))
    assert said("subject")


def test_formats_and_sets(client, library, settled):
    settled()
    formats = ask(client, {"verb": "ListMetadataFormats"})
    assert [found.text for found in formats.iterfind(".//o:metadataPrefix", NS)] == ["oai_dc"]
    name = f"oai:localhost:document/{library.document.slug}"
    assert codes(ask(client, {"verb": "ListMetadataFormats", "identifier": name})) == []
    sets = [found.text for found in ask(client, {"verb": "ListSets"}).iterfind(".//o:setSpec", NS)]
    assert sets[0] == "kind"
    assert f"session:{library.meeting.slug}" in sets
    assert f"session:{library.closed.slug}" not in sets


@pytest.mark.parametrize(
    ("chosen", "count"), [("kind:practice", 1), ("kind", 5), ("session:cam-2026", 5), ("session", 5)]
)
def test_a_set_selects(client, library, settled, chosen, count):
    settled()
    assert len(identifiers(ask(client, {**LIST, "set": chosen}))) == count


def test_post_says_the_same(client, library, settled):
    settled()
    arguments = {**LIST, "verb": "ListIdentifiers"}
    assert identifiers(ask(client, arguments, post=True)) == identifiers(ask(client, arguments))


GET = {"verb": "GetRecord", "metadataPrefix": "oai_dc"}
BAD = [
    ({}, "badVerb"),
    ({"verb": "Nonsense"}, "badVerb"),
    ({"verb": ["Identify", "Identify"]}, "badVerb"),
    ({"verb": "identify"}, "badVerb"),
    ({"verb": "Identify", "x": "1"}, "badArgument"),
    ({"verb": "Identify", "resumptionToken": "1"}, "badArgument"),
    ({"verb": "ListRecords"}, "badArgument"),
    ({**LIST, "metadataPrefix": ["oai_dc", "oai_dc"]}, "badArgument"),
    ({**LIST, "metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
    ({**LIST, "from": "2026-13-01"}, "badArgument"),
    ({**LIST, "from": "yesterday"}, "badArgument"),
    ({**LIST, "from": "0000-01-01"}, "badArgument"),
    ({**LIST, "from": "2026-01-01T00:00:00"}, "badArgument"),
    ({**LIST, "from": "2026-01-02", "until": "2026-01-01"}, "badArgument"),
    ({**LIST, "from": "2026-01-01", "until": "2026-01-02T00:00:00Z"}, "badArgument"),
    ({**LIST, "until": "2001-01-01"}, "noRecordsMatch"),
    ({**LIST, "from": "9999-12-31"}, "noRecordsMatch"),
    ({**LIST, "set": "kind:nothing"}, "noRecordsMatch"),
    ({**LIST, "set": "session:none"}, "noRecordsMatch"),
    ({**LIST, "set": "a b"}, "badArgument"),
    ({**LIST, "set": ""}, "badArgument"),
    ({"verb": "ListRecords", "resumptionToken": "1"}, "badResumptionToken"),
    ({"verb": "ListRecords", "resumptionToken": ""}, "badResumptionToken"),
    ({"verb": "ListSets", "resumptionToken": "1"}, "badResumptionToken"),
    ({**LIST, "resumptionToken": "1"}, "badArgument"),
    (GET, "badArgument"),
    ({**GET, "identifier": "oai:localhost:practice/none"}, "idDoesNotExist"),
    ({**GET, "identifier": "nothing"}, "idDoesNotExist"),
    ({**GET, "identifier": 'invalid"id'}, "idDoesNotExist"),
    ({**GET, "identifier": ""}, "idDoesNotExist"),
    ({**GET, "identifier": "oai:localhost:practice/a%00"}, "idDoesNotExist"),
    ({**GET, "identifier": "oai:localhost:practice/a%FF"}, "idDoesNotExist"),
    ({**GET, "identifier": "oai:x:practice/\uffff"}, "idDoesNotExist"),
    ({**GET, "identifier": "oai:localhost:practice/a%zz"}, "badArgument"),  # no URI
    ({**GET, "identifier": "[:"}, "badArgument"),
    ({**GET, "metadataPrefix": "x", "identifier": "nothing"}, "cannotDisseminateFormat"),
    ({**LIST, "metadataPrefix": "a b"}, "badArgument"),
    ({**LIST, "metadataPrefix": ""}, "badArgument"),
    ({"verb": "ListMetadataFormats", "identifier": "oai:localhost:x/1"}, "idDoesNotExist"),
    ({**LIST, "set": "\x07"}, "badArgument"),
    ({**LIST, "from": "\u0662\u0660\u0662\u0666-01-01"}, "badArgument"),  # digits of another script
    ({**LIST, "from": "\u0662\u0660\u0662\u0666-01-01T00:00:00Z"}, "badArgument"),
    ({"verb": "\0"}, "badVerb"),
    ({"verb": "Identify\0"}, "badVerb"),
    ({"\0": "Identify"}, "badVerb"),
    ({"verb": "Identify", "\0": "1"}, "badArgument"),
    ({"verb": "Identify", "x": "\0"}, "badArgument"),
    ({"verb": "ListSets", "resumptionToken": "\0"}, "badResumptionToken"),
    ({"verb": "ListIdentifiers", "resumptionToken": "a\0"}, "badResumptionToken"),
    ({**LIST, "metadataPrefix": "oai_dc\0"}, "badArgument"),
    ({**LIST, "set": "kind\0"}, "badArgument"),
    ({**LIST, "set": "session:\0"}, "badArgument"),
    ({**LIST, "from": "2026-01-01\0"}, "badArgument"),
    ({**LIST, "until": "\0"}, "badArgument"),
    ({**GET, "identifier": "oai:localhost:practice/a\0"}, "idDoesNotExist"),
    ({**GET, "identifier": "\0"}, "idDoesNotExist"),
    ({"verb": "ListMetadataFormats", "identifier": "oai:localhost:session/\0"}, "idDoesNotExist"),
]


@pytest.mark.parametrize(("arguments", "code"), BAD)
def test_errors_of_the_protocol(client, library, settled, arguments, code):
    settled()
    for root in (ask(client, arguments), ask(client, arguments, post=True)):
        assert codes(root) == [code]
        if code in ("badVerb", "badArgument"):
            assert not root.find("o:request", NS).attrib


@pytest.mark.parametrize("lead", ["", "lang=%00&", "%00&"])
def test_a_nul_beside_the_arguments_is_no_argument_of_any_verb(client, lead):
    answer = client.get(f"/oai?{lead}verb=Identify")
    assert codes(etree.fromstring(answer.data)) == (["badArgument"] if lead else [])


# What harvesters may ask, by halves right and by halves anything.
KNOWN = ["", "\0", "%", "oai_dc", "kind:practice", "session:cam-2026", "2026-05-14", "0001-01-01"]
KNOWN += ["2026-05-14T00:00:00Z", "9999-12-31T23:59:59Z", "oai:localhost:session/cam-2026", "oai:localhost:practice/"]
KNOWN += ["//a:b", " //a:b:c", "/\0/a:b:c", "http://["]
TEXTS = st.one_of(
    st.sampled_from(KNOWN),
    st.from_regex(r"(oai|http)?:?(//)?[a-z%:/?#@\[\]\\\0 0-9]{0,12}", fullmatch=True),
    st.text(max_size=20),
)
NAMES = st.sampled_from(["identifier", "metadataPrefix", "from", "until", "set", "resumptionToken"])
REQUESTS = st.tuples(
    st.one_of(st.sampled_from(list(oai.Verb)), TEXTS), st.lists(st.tuples(NAMES | TEXTS, TEXTS), max_size=4)
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=REQUESTS, post=st.booleans())
def test_whatever_is_asked_the_answer_is_valid(client, asked, post):
    verb, pairs = asked
    sent = urlencode([("verb", verb), *pairs])
    form = {"data": sent, "content_type": "application/x-www-form-urlencoded"}
    answer = client.post("/oai", **form) if post else client.get(f"/oai?{sent}")
    assert answer.status_code == 200
    check_against_protocol(etree.fromstring(answer.data))


def token_of(root) -> str | None:
    found = root.find(".//o:resumptionToken", NS)
    return None if found is None else found.text


def harvest(client, **more) -> list[str]:
    root = ask(client, {**LIST, "verb": "ListIdentifiers", **more})
    found = identifiers(root)
    while token := token_of(root):
        root = ask(client, {"verb": "ListIdentifiers", "resumptionToken": token})
        found += identifiers(root)
    return found


def test_lists_go_on_by_tokens(client, library, settled, monkeypatch):
    settled()
    monkeypatch.setattr(records, "PAGE", 2)
    first = ask(client, {**LIST, "verb": "ListIdentifiers"}).find(".//o:resumptionToken", NS)
    assert (first.get("completeListSize"), first.get("cursor")) == ("5", "0")
    assert first.get("expirationDate")
    last = ask(client, {"verb": "ListIdentifiers", "resumptionToken": first.text}).find(".//o:resumptionToken", NS)
    last = ask(client, {"verb": "ListIdentifiers", "resumptionToken": last.text}).find(".//o:resumptionToken", NS)
    assert (last.text, last.get("cursor"), last.get("completeListSize")) == (None, "4", "5")
    assert len(harvest(client)) == len(set(harvest(client))) == 5
    assert ask(client, {"verb": "ListIdentifiers", "resumptionToken": first.text}) is not None  # again: the same page


def test_a_token_of_another_verb_or_changed_or_old_is_bad(client, library, settled, monkeypatch):
    settled()
    monkeypatch.setattr(records, "PAGE", 2)
    token = token_of(ask(client, LIST))
    assert token
    assert codes(ask(client, {"verb": "ListIdentifiers", "resumptionToken": token})) == ["badResumptionToken"]
    changed = f"{'A' if token[0] != 'A' else 'B'}{token[1:]}"
    assert codes(ask(client, {"verb": "ListRecords", "resumptionToken": changed})) == ["badResumptionToken"]
    with time_machine.travel(now() + timedelta(hours=25)):
        assert codes(ask(client, {"verb": "ListRecords", "resumptionToken": token})) == ["badResumptionToken"]


@pytest.mark.parametrize("value", [[], "x", ["ListRecords", "no kind", "", None, None, None, 0], 7, None])
def test_a_token_that_another_release_of_plenaria_wrote_is_bad(app, client, library, settled, value):
    settled()
    with app.app_context():
        token = str(oai._signer().dumps(value))
    assert codes(ask(client, {"verb": "ListRecords", "resumptionToken": token})) == ["badResumptionToken"]


def test_a_list_loses_nothing_while_things_are_published(client, library, settled, monkeypatch):
    from tests.factories.library import publish_practice

    settled()
    monkeypatch.setattr(records, "PAGE", 2)
    root = ask(client, {**LIST, "verb": "ListIdentifiers"})
    found = identifiers(root)
    new = publish_practice(library.meeting, "BR", number=7)
    settled()
    while token := token_of(root):
        root = ask(client, {"verb": "ListIdentifiers", "resumptionToken": token})
        found += identifiers(root)
    assert len(found) == len(set(found)) == 6
    assert found[-1] == f"oai:localhost:practice/{new.slug}"
    assert root.find(".//o:resumptionToken", NS).get("completeListSize") == "6"


def test_a_list_of_which_nothing_is_left_is_no_empty_list(client, library, settled, monkeypatch):
    settled()
    monkeypatch.setattr(records, "PAGE", 2)
    token = token_of(ask(client, {**LIST, "until": oai.utc(now())}))
    db.session.execute(sa.update(PublicRecord).values(stamped_at=now() + timedelta(hours=1)))
    db.session.commit()
    assert codes(ask(client, {"verb": "ListRecords", "resumptionToken": token})) == ["noRecordsMatch"]


def test_answers_travel_compressed_to_who_takes_that(client, library, settled):
    settled()
    packed = client.get(f"/oai?{urlencode(LIST)}", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    check_against_protocol(etree.fromstring(gzip.decompress(packed.data)))
    assert "Accept-Encoding" in packed.headers["Vary"]
    told = ask(client, {"verb": "Identify"}).find("o:Identify/o:compression", NS)
    assert told.text == "gzip"


def test_what_was_withdrawn_comes_as_deleted(client, library, settled):
    settled()
    name = f"oai:localhost:practice/{library.practice.slug}"
    get = {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": name}
    library.practice.state = PracticeState.WITHDRAWN
    db.session.commit()
    at_once = ask(client, get)  # before the catalogue knows
    assert at_once.find(".//o:header", NS).get("status") == "deleted"
    assert at_once.find(".//o:metadata", NS) is None
    before = at_once.find(".//o:datestamp", NS).text
    settled()
    known = ask(client, get)
    assert known.find(".//o:header", NS).get("status") == "deleted"
    assert known.find(".//o:datestamp", NS).text >= before
    headers = ask(client, {**LIST, "set": "kind:practice"}).findall(".//o:header", NS)
    assert [header.get("status") for header in headers] == ["deleted"]


@pytest.mark.parametrize("distribution", [Audience.MEMBER_STATES, Audience.RESTRICTED])
def test_a_session_that_is_for_fewer_readers_takes_all_of_it_along(client, library, settled, distribution):
    settled()
    library.meeting.distribution = distribution
    db.session.commit()
    root = ask(client, LIST)
    assert {header.get("status") for header in root.findall(".//o:header", NS)} == {"deleted"}
    sets = ask(client, {"verb": "ListSets"})
    assert "Annual session" not in etree.tostring(sets, encoding="unicode")
    assert settled() == 5
    library.meeting.distribution = Audience.PUBLIC
    db.session.commit()
    assert settled() == 5
    assert len(ask(client, LIST).findall(".//o:metadata", NS)) == 5


def test_dates_select_by_day_and_by_second(client, library, settled):
    settled()
    at = db.session.scalars(sa.select(PublicRecord.stamped_at).limit(1)).one()
    assert len(identifiers(ask(client, {**LIST, "from": oai.utc(at)}))) >= 1
    assert len(identifiers(ask(client, {**LIST, "from": oai.utc(at)[:10], "until": oai.utc(at)[:10]}))) == 5
    late = oai.utc(at + timedelta(minutes=5))
    assert codes(ask(client, {**LIST, "from": late})) == ["noRecordsMatch"]


def test_what_is_written_now_is_listed_once_its_second_is_over(client, library):
    from app.open_data.catalogue import SETTLING
    from app.open_data.jobs import bring_up_to_date

    assert bring_up_to_date() == 5
    assert codes(ask(client, LIST)) == ["noRecordsMatch"]
    with time_machine.travel(now() + SETTLING):
        assert len(identifiers(ask(client, LIST))) == 5
    assert bring_up_to_date() == 0
