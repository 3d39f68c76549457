"""What the tests of overlaps and gaps begin with: mechanisms of their own, and what a page says."""

import sqlalchemy as sa
from lxml import html

from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.enums import MechanismKind, StatementSubject
from app.directory.models import Mechanism, Membership, Source, Statement, Tag, VocabularyItem, WorkingGroup
from tests.personas import party


def source() -> Source:
    return db.session.scalars(sa.select(Source).order_by(Source.id).limit(1)).one()


def text(english: str) -> LocalizedText:
    return LocalizedText(en=english)


def say(mechanism: Mechanism, subject: StatementSubject, **more) -> Statement:
    statement = Statement(subject=subject, source=source(), **more)
    mechanism.statements.append(statement)
    return statement


def make_mechanism(
    code: str,
    *,
    members=None,
    themes=None,
    groups=None,
    secretariat=None,
    vocabulary="themes",
    kind=MechanismKind.FORUM,
    **more,
) -> Mechanism:
    """`members`: codes, or (code, since, until); `themes`: codes; `groups`: name of a group -> codes of themes."""
    mechanism = Mechanism(
        code=code, names=text(f"{code} in full"), short_names=text(code), reference_code=code, slug=code.lower(),
        mechanism_kind=kind, about=text("About"), source=source(), **more,
    )  # fmt: skip
    places = [member if isinstance(member, tuple) else (member, "", "") for member in members or ()]
    for subject, listed in (
        (StatementSubject.MEMBERS, places),
        (StatementSubject.SECRETARIAT, [(one, "", "") for one in secretariat or ()]),
    ):
        if listed:
            rows = [Membership(party=party(one), since=since, until=until) for one, since, until in listed]
            say(mechanism, subject, memberships=rows)
    made = [WorkingGroup(number=number, names=text(name)) for number, name in enumerate(groups or (), start=1)]
    if made:
        say(mechanism, StatementSubject.GROUPS, groups=made)
    tags = [Tag(item=item(vocabulary, one)) for one in themes or ()]
    for group, codes in zip(made, (groups or {}).values(), strict=True):
        tags += [Tag(item=item(vocabulary, one), working_group=group) for one in codes]
    if tags:
        say(mechanism, StatementSubject.THEMES, tags=tags)
    db.session.add(mechanism)
    db.session.flush()
    return mechanism


def item(vocabulary: str, code: str) -> VocabularyItem:
    return db.session.scalars(
        sa.select(VocabularyItem).where(VocabularyItem.vocabulary == vocabulary, VocabularyItem.code == code)
    ).one()


def alone() -> None:
    """Take what the data files say of mechanisms away, so that a test's own are all there are."""
    for statement in db.session.scalars(sa.select(Statement)):
        db.session.delete(statement)
    db.session.flush()


def page_of(response):
    return html.document_fromstring(response.text)


def words(element) -> str:
    return " ".join(element.text_content().split())


def main(response) -> str:
    return words(page_of(response).find(".//main"))


def rows(response, table: int = 0) -> list[list[str]]:
    """The cells of each row of a table of the page."""
    found = page_of(response).xpath("//table")
    return [[words(cell) for cell in row.xpath("th|td")] for row in found[table].xpath("tbody/tr")]


def section(response, name: str) -> str:
    [found] = page_of(response).xpath(f"//section[@aria-labelledby='{name}']")
    return words(found)


def facts(response) -> dict[str, str]:
    """Label -> value of the first list of facts."""
    found = page_of(response).xpath("(//dl[@class='facts'])[1]/div")
    return {words(row.find("dt")): words(row.find("dd")) for row in found}
