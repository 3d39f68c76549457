"""Statements and reports on recommendations: in releases, for harvesters, in the map of the site; and out of them."""

import sqlalchemy as sa
from lxml import etree

from app.cli import schema
from app.core.audience import Audience
from app.core.db import db
from app.open_data import queries
from app.open_data.enums import RecordKind, ReleaseState
from app.open_data.models import PublicRecord, Release
from app.recommendations.models import CarriedRecommendation
from tests.open_data.conftest import WORDS
from tests.open_data.test_heads import addresses, data_in, head
from tests.open_data.test_oai import LIST, ask, identifiers
from tests.open_data.test_releases import as_json, make


def test_releases_hold_those_that_everybody_may_read(library, contributed):
    tables = as_json(make())["tables"]
    (statement,) = tables["statements"]
    assert statement["text"] == f"{WORDS} 1"
    assert (statement["party"], statement["session"], statement["item"]) == ("CL", "cam-2026", "opening")
    assert statement["url"] == f"http://localhost/statements/{contributed.statement.id}"
    (report,) = tables["recommendation_reports"]
    assert report["text"] == "Permits are counted, r-1."
    assert (report["recommending_session"], report["recommendation"]) == ("cam-2024", "r-1")
    assert (report["session"], report["party"], report["progress"]) == ("cam-2026", "CL", "followed")


def test_harvesters_get_them(client, library, contributed, settled):
    settled()
    found = identifiers(ask(client, LIST))
    statement, report = contributed.statement, contributed.report
    assert [name for name in found if ":statement/" in name] == [f"oai:localhost:statement/{statement.id}"]
    assert [name for name in found if ":report/" in name] == [f"oai:localhost:report/{report.carried_id}:CL"]
    record = {"verb": "GetRecord", "metadataPrefix": "oai_dc"}
    told = etree.tostring(
        ask(client, {**record, "identifier": f"oai:localhost:report/{report.carried_id}:CL"}), encoding="unicode"
    )
    assert f"http://localhost/recommendations/{report.carried_id}#report-CL" in told
    assert "Chile" in told
    page = client.get(f"/recommendations/{report.carried_id}").text
    assert 'id="report-CL"' in page
    told = etree.tostring(
        ask(client, {**record, "identifier": f"oai:localhost:statement/{statement.id}"}), encoding="unicode"
    )
    assert f"{WORDS} 1" in told
    assert "Statement" in told


def test_the_map_of_the_site_leads_to_their_pages(client, library, contributed, settled):
    settled()
    path = f"http://localhost/statements/{contributed.statement.id}"
    assert addresses(client, "/sitemaps/statement-1.xml") == [
        f"{path}?lang={code}" for code in ("en", "es", "fr", "pt")
    ]
    standing = addresses(client, "/sitemaps/pages-1.xml")
    shown = [address for address in standing if "/recommendations/" in address]
    numbers = db.session.scalars(
        sa.select(CarriedRecommendation.id).join(CarriedRecommendation.publication).order_by(CarriedRecommendation.id)
    ).all()
    assert len(numbers) == 3
    assert len(shown) == 2 * 4, "that of a session of member States is not there"
    assert client.get("/sitemaps/report-1.xml").status_code == 404


def test_the_page_of_a_statement_says_what_it_is(client, library, contributed):
    page = head(client, f"/statements/{contributed.statement.id}")
    found = data_in(page)
    assert found["@type"] == "CreativeWork"
    assert found["dc:title"][0]["@value"].startswith("Chile: ")
    assert page.xpath("//link[@rel='canonical']/@href")[0].startswith("http://localhost/statements/")


def test_what_is_taken_back_goes(client, library, contributed, settled):
    settled()
    make()
    contributed.statement.consent = Audience.RESTRICTED
    contributed.report.filed_at = None
    db.session.commit()
    settled()
    assert queries.counts()[RecordKind.STATEMENT] == queries.counts()[RecordKind.REPORT] == 0
    assert db.session.scalar(sa.select(Release.state)) is ReleaseState.WITHDRAWN
    gone = db.session.scalars(sa.select(PublicRecord.kind).where(PublicRecord.gone)).all()
    assert sorted(gone) == ["report", "statement"]


def test_the_migration_withdraws_what_was_released_and_goes_back_and_forth(library, contributed, settled):
    settled()
    make()
    db.session.close()
    schema.downgrade("0081")
    assert db.session.scalar(sa.text("SELECT count(*) FROM public_records WHERE kind = 'practice'")) == 1
    assert (
        db.session.scalar(
            sa.text("SELECT count(*) FROM public_records WHERE CAST(kind AS VARCHAR) IN ('statement', 'report')")
        )
        == 0
    )
    db.session.close()
    schema.upgrade()
    release = db.session.scalars(sa.select(Release)).one()
    assert release.state is ReleaseState.WITHDRAWN
    assert release.ended_at
    assert queries.is_due()
    assert settled() == 2
