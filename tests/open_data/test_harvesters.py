"""Two public harvester clients read the whole catalogue through the real server, over several pages of resumption."""

from collections import Counter
from datetime import timedelta

import pytest

from app.core.clock import now
from app.practices.enums import PracticeState
from tests.factories.library import publish_practice
from tests.open_data.schemas import check_against_protocol
from tests.served import Served

MANY = 230  # with PAGE = 100: three pages


@pytest.fixture
def served(app, library, settled):
    delegation = library.practice.delegation
    rows = [publish_practice(library.meeting, delegation=delegation, number=number) for number in range(10, 10 + MANY)]
    settled()
    rows[0].state = PracticeState.WITHDRAWN
    settled()
    with Served(app, workers=1) as server:
        yield server


@pytest.mark.slow
def test_sickle_reads_it_through(served):
    from sickle import Sickle
    from sickle.oaiexceptions import NoRecordsMatch

    harvester = Sickle(f"http://127.0.0.1:{served.port}/oai", timeout=30)
    assert harvester.Identify().deletedRecord == "persistent"
    assert [one.metadataPrefix for one in harvester.ListMetadataFormats()] == ["oai_dc"]
    assert "kind:practice" in [one.setSpec for one in harvester.ListSets()]
    records = list(harvester.ListRecords(metadataPrefix="oai_dc", ignore_deleted=False))
    assert len(records) == len({record.header.identifier for record in records}) == MANY + 5
    assert Counter(record.header.deleted for record in records) == {False: MANY + 4, True: 1}
    titles = [record.metadata["title"] for record in records if not record.header.deleted]
    assert all(titles)
    headers = list(harvester.ListIdentifiers(metadataPrefix="oai_dc", set="kind:practice", ignore_deleted=True))
    assert len(headers) == MANY
    one = harvester.GetRecord(identifier=headers[0].identifier, metadataPrefix="oai_dc")
    assert one.metadata["publisher"]
    with pytest.raises(NoRecordsMatch):
        harvester.ListRecords(metadataPrefix="oai_dc", until="2001-01-01")


@pytest.mark.slow
def test_every_answer_on_the_way_is_valid(served):
    from sickle import Sickle
    from sickle.iterator import OAIResponseIterator

    harvester = Sickle(f"http://127.0.0.1:{served.port}/oai", iterator=OAIResponseIterator, timeout=30)
    for answers, pages in (
        (harvester.ListRecords(metadataPrefix="oai_dc"), 3),
        (harvester.ListIdentifiers(metadataPrefix="oai_dc", set="kind:practice"), 3),
        (harvester.ListSets(), 1),
    ):
        read = 0
        for answer in answers:
            check_against_protocol(answer.xml)
            read += 1
        assert read == pages


@pytest.mark.slow
def test_scythe_reads_it_through(served):
    from oaipmh_scythe import HTTPConfig, Scythe

    with Scythe(f"http://127.0.0.1:{served.port}/oai", http_config=HTTPConfig(http_method="POST")) as harvester:
        records = list(harvester.list_records(metadata_prefix="oai_dc"))
        assert len(records) == MANY + 5
        assert sum(record.deleted for record in records) == 1
        lately = (now() - timedelta(days=1)).date().isoformat()
        assert len(list(harvester.list_identifiers(metadata_prefix="oai_dc", from_=lately))) == MANY + 5
