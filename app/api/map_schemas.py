"""What the API tells of the map, and what it can be asked for, as pydantic models."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from app.api.directory_schemas import Event, FactSource, Party, Term
from app.api.schemas import Asked, AskedPage, PageOf, Word, given
from app.coordination.enums import CoordinationState
from app.directory.enums import EventKind, Extent, MechanismKind
from app.map.forms import FIRST, LAST


def _within_reach(schema: dict[str, Any]) -> None:
    schema.pop("default", None)
    schema["pattern"] = "^(19|20|21)[0-9]{2}-"


class AskedDay(Asked):
    """The day that facts are read as at."""

    at: date | SkipJsonSchema[None] = Field(
        None,
        description="Read the facts as at this day, from 1900 to 2199; today, if left out.",
        ge=FIRST,
        le=LAST,
        json_schema_extra=_within_reach,
    )

    @property
    def day(self) -> str | None:
        """The ISO day, as the facts of the directory take it."""
        return self.at.isoformat() if self.at else None


class AskedDayPage(AskedDay, AskedPage):
    """A list that is read as at a day."""


class AskedMechanisms(AskedDayPage):
    """The filters of the mechanisms."""

    kind: MechanismKind | SkipJsonSchema[None] = given("The kind of mechanism.")
    state: Word | SkipJsonSchema[None] = given("ISO 3166 alpha-2 code of a member on the day.", max_length=40)
    theme: Word | SkipJsonSchema[None] = given("A thematic category (T1 to T10).", max_length=40)


class AskedEvents(AskedPage):
    """The filter of the events."""

    kind: EventKind | SkipJsonSchema[None] = given("What kind of event.")


class AskedCompared(AskedDay):
    """By what mechanisms are compared, or what gaps are counted."""

    vocabulary: Literal["themes", "gcm"] = Field(
        "themes", description="By which terms: themes, or objectives of the Global Compact."
    )


class AskedOverlaps(AskedCompared, AskedPage):
    """The filters of the pairs."""

    show: Literal["together", "duplicate", "all"] = Field(
        "together", description="Pairs that could work together, that may duplicate each other, or all that share."
    )
    mechanism: Word | SkipJsonSchema[None] = given("The slug of a mechanism that is one of the two.", max_length=80)


class AskedCoordinations(AskedPage):
    """The filter of the coordinations."""

    state: CoordinationState | SkipJsonSchema[None] = given("How far it has come.")


class State(Party):
    """A State or territory with the mechanisms in being that count it as a member on the day."""

    territory: bool
    mechanisms: list[Party]
    url: str


class VocabularyTerm(Term):
    """A term; `related` are terms of other vocabularies ("themes:T8") that mean the same or are part of it."""

    vocabulary: str
    related: list[str]
    url: str


class Shared(BaseModel):
    """How many two mechanisms have in common, of how many that one or the other has; null: not compared."""

    shared: int
    either: int | None
    index: float | None = Field(description="shared / either (Jaccard).")


class Overlap(BaseModel):
    """A pair of mechanisms. The formulas are on the page at `url`."""

    first: Party
    second: Party
    members: Shared
    terms: Shared
    secretariats: list[Party]
    similarity: float | None = Field(description="The mean of the indices that could be made.")
    together: float | None = Field(description="members.index x (1 - terms.index), where the pair is in that list.")
    duplicate: float | None = Field(description="members.index x terms.index, where the pair is in that list.")
    url: str


class CoveredTerm(Term):
    """A term with the mechanisms that work on it: in how many groups, and those that do so as a whole alone."""

    groups: int
    in_groups: list[Party]
    as_whole: list[Party]


class StateCount(Party):
    """A State and the number of mechanisms that count it as a member."""

    mechanisms: int


class CoveredIssue(Term):
    """An issue with the organizations that work on it; `doubtful`: an empty print that is doubted."""

    organizations: list[Party]
    doubtful: list[Party]


class Gaps(BaseModel):
    """What nobody, or only one, covers. "No source" and "not stated" are told apart from none."""

    terms_without_group: list[CoveredTerm]
    terms_with_one_group: list[CoveredTerm]
    mechanisms_without_source: list[Party]
    mechanisms_not_stated: list[Party]
    mechanisms_in_other_terms: list[Party]
    states_in_few: list[StateCount]
    fewer_than: int
    lower_quartile: int
    mechanisms_without_list: list[Party]
    issues_without_organization: list[CoveredIssue]
    issues_with_one_organization: list[CoveredIssue]
    issues_without_source: list[Term]


class WorkingMechanism(Party):
    """A mechanism that works on a term: in these groups, or (none) as a whole."""

    groups: list[str]


class WorkingOrganization(Party):
    """An organization that works on a term, and how far."""

    extent: Extent
    doubted: bool


class Work(VocabularyTerm):
    """Who works on a term. `organizations` is null where no source speaks of them."""

    mechanisms: list[WorkingMechanism]
    organizations: list[WorkingOrganization] | None
    doubtful: list[Party]


class CoordinationStep(BaseModel):
    """What a session heard of a coordination."""

    session: str
    state: CoordinationState
    note: str | None
    at: datetime


class Coordination(BaseModel):
    """Who works together on what. `source` is the page of the practice, presentation or paragraph that says so."""

    id: int
    session: str
    topic: str
    theme: Term | None
    parties: list[Party]
    state: CoordinationState
    source: str
    steps: list[CoordinationStep]


class StatePage(PageOf[State]):
    """States and territories."""


class VocabularyPage(PageOf[VocabularyTerm]):
    """The terms of a vocabulary."""


class SourcePage(PageOf[FactSource]):
    """Documents that facts come from."""


class EventPage(PageOf[Event]):
    """Events, oldest first."""


class OverlapPage(PageOf[Overlap]):
    """Pairs of mechanisms, the highest score first."""


class CoordinationPage(PageOf[Coordination]):
    """Coordinations, newest first."""
