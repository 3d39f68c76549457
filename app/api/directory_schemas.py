"""What the API tells of the directory, as pydantic models."""

from pydantic import BaseModel, Field

from app.directory.enums import EventKind, Extent, StatementSubject


class Term(BaseModel):
    """A term of a vocabulary."""

    code: str
    title: str


class Party(BaseModel):
    """A State or territory (ISO 3166 alpha-2 code), an organization or a mechanism (acronym)."""

    code: str
    name: str


class Place(Party):
    """A party's place in a list. Dates are ISO, as exact as is known; null where the source does not say."""

    since: str | None
    until: str | None


class FactSource(BaseModel):
    """The document that a fact comes from. `date` is ISO, as exact as is known ("2023-04")."""

    key: str
    title: str
    publisher: str
    date: str
    symbol: str | None
    url: str | None


class Group(BaseModel):
    """A working group, network, sector or area of work."""

    number: int
    name: str
    pillar: str | None
    chairs: list[Party]


class Theme(Term):
    """A term that a mechanism works on, or (by its number) one of its groups."""

    vocabulary: str
    group: int | None


class Statement(BaseModel):
    """What one source says of one subject. `stated` false: the source is silent, which is not "none"."""

    subject: StatementSubject
    source: FactSource
    stated: bool
    count: int | None = Field(description="How many the source gives, by a list or by the number alone.")
    label: str | None = Field(description="What the source calls the groups, or the presidency.")
    parties: list[Place] = Field(description="Members, the technical secretariat, or who held the presidency, in turn.")
    groups: list[Group]
    themes: list[Theme]


class Alias(BaseModel):
    """A name that a source uses."""

    name: str
    source: FactSource


class MechanismItem(BaseModel):
    """A mechanism in the list. What no source states is null; an empty list means none."""

    acronym: str
    slug: str
    name: str
    kind: str
    founded: str | None
    ended: str | None
    parent: Party | None
    members: list[Party] | None = Field(description="On the day, by the list that counts on it; see `statements`.")
    groups: list[Group] | None
    secretariat: list[Party] | None
    sources_disagree: list[StatementSubject] = Field(description="Of what the sources give different lists or numbers.")
    url: str


class Event(BaseModel):
    """Something that happened in the system. Dates are ISO, as exact as is known."""

    date: str
    until: str | None
    kind: EventKind
    title: str
    place: str | None
    party: Party | None
    host: Party | None
    source: FactSource


class Mechanism(MechanismItem):
    """A mechanism with everything that each source says of it."""

    about: str
    source: FactSource
    dates_source: FactSource | None
    events: list[Event]
    statements: list[Statement]
    aliases: list[Alias]


class OrganizationItem(BaseModel):
    """An organization in the list. What no source states is null."""

    acronym: str
    name: str
    kind: str
    founded: str | None
    ended: str | None
    parent: Party | None
    url: str


class PlaceHeld(BaseModel):
    """Where a source names an organization, and as what."""

    mechanism: Party
    subject: StatementSubject
    since: str | None
    until: str | None
    source: FactSource


class Organization(OrganizationItem):
    """An organization with its mandate and the mechanisms that it serves or belongs to."""

    mandate: str | None
    mandate_source: FactSource | None
    source: FactSource
    places: list[PlaceHeld]


class InvolvementItem(BaseModel):
    """How far an organization works on an issue. What is not in the list no source speaks of; "none" is said."""

    organization: Party
    issue: Term
    extent: Extent = Field(description="What holds: the corrected value, else the printed one.")
    printed: Extent
    doubt: str | None = Field(description="Why the print is doubted.")
    corrected: Extent | None = Field(description="What the secretariat holds to be right.")
    reason: str | None = Field(description="Why, where it has corrected the value.")
    source: FactSource
    url: str
