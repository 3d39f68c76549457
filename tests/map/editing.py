"""What the tests of the pages that change the directory begin with."""

import sqlalchemy as sa
from lxml import html

from app.core.db import db
from app.directory import history, operations
from app.directory.content import content_of, fingerprint_of
from app.directory.enums import Extent, StatementSubject
from app.directory.models import Involvement, Mechanism, Proposal, Statement
from tests.client import post_form

NOTE = "oas-technical-note-2023"
FACTS = "/mechanisms/rcm/facts/members"
OWN = f"{FACTS}?source={NOTE}&part="


def mechanism() -> Mechanism:
    return db.session.scalars(sa.select(Mechanism).where(Mechanism.code == "RCM")).one()


def members() -> Statement:
    return history.statement_of(mechanism().id, StatementSubject.MEMBERS, source=NOTE, part="")


def codes() -> list[str]:
    db.session.rollback()
    return [row.party.code for row in members().memberships]


def with_peru() -> dict:
    content = content_of(members())
    return {**content, "parties": [*content["parties"], {"code": "PE", "since": "2025", "until": ""}]}


def propose(by, **changes) -> Proposal:
    made = operations.propose_fact(
        mechanism(),
        subject="members",
        content={**with_peru(), **changes},
        seen=fingerprint_of(members()),
        by=by,
        tell=[],
    )
    db.session.commit()
    return made


def text_of(response) -> str:
    return " ".join(" ".join(html.document_fromstring(response.text).find(".//main").itertext()).split())


def rows_of(response) -> list[str]:
    """The party of each row of the form."""
    page = html.document_fromstring(response.text)
    chosen = page.xpath("//select[starts-with(@name, 'parties-')]")
    return [next(iter(select.xpath(".//option[@selected]/@value")), "") for select in chosen]


def submit(client, address: str, /, **values):
    return post_form(client, address, values)


def cell(printed: Extent = Extent.NONE, *, doubted: bool = False) -> Involvement:
    rows = db.session.scalars(sa.select(Involvement).where(Involvement.printed == printed).order_by(Involvement.id))
    return next(row for row in rows if bool(row.doubt) is doubted)
