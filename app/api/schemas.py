"""What the API takes and gives, as pydantic models: the OpenAPI document is made from them."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from app.api.directory_schemas import InvolvementItem, MechanismItem, OrganizationItem, Party, Term
from app.core.audience import Audience
from app.core.paging import FURTHEST_PAGE, MOST_PER_PAGE, PER_PAGE
from app.meetings.enums import ItemKind, Mode, QuestionAudience, Stage
from app.summaries.enums import Attribution, PublicationKind

Item = TypeVar("Item", bound=BaseModel)
Language = Literal["en", "es", "fr", "pt"]


# PostgreSQL takes no NUL in a text: with another character in its place the filter finds nothing, as it should.
Word = Annotated[str, AfterValidator(lambda text: text.replace("\0", "\ufffd"))]


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def given(description: str, **more: Any) -> Any:
    """A parameter that may be left out; the document gives it no null and no default."""
    return Field(None, description=description, json_schema_extra=_without_default, **more)


class Asked(BaseModel):
    """What every address takes: the language of names (else the Accept-Language header decides)."""

    model_config = ConfigDict(extra="forbid")

    language: Language | SkipJsonSchema[None] = given("Language of names, titles and labels.")


class AskedPage(Asked):
    """What every list takes."""

    page: int = Field(1, ge=1, le=FURTHEST_PAGE, description="Which page, from 1.")
    per_page: int = Field(PER_PAGE, ge=1, le=MOST_PER_PAGE, description="How many on a page.")


class AskedPractices(AskedPage):
    """The filters of the practices."""

    session: Word | SkipJsonSchema[None] = given("The slug of a session.", max_length=80)
    state: Word | SkipJsonSchema[None] = given("ISO 3166 alpha-2 code, or acronym.", max_length=40)
    theme: Word | SkipJsonSchema[None] = given("A thematic category (T1 to T10).", max_length=40)
    gcm: Word | SkipJsonSchema[None] = given("Global Compact objective (1 to 23).", max_length=40)
    original: Language | SkipJsonSchema[None] = given("The language the practice was written in.")
    sort: Literal["state", "-state", "title", "-title", "date", "-date"] = Field(
        "state", description="What the list is sorted by; a hyphen turns the order round."
    )


class AskedPresentations(AskedPage):
    """The filter of the presentations."""

    session: Word | SkipJsonSchema[None] = given("The slug of a session.", max_length=80)


class AskedInvolvement(AskedPage):
    """The filters of the table of involvement."""

    organization: Word | SkipJsonSchema[None] = given("The acronym of an organization.", max_length=40)
    issue: Word | SkipJsonSchema[None] = given("The number of an issue.", max_length=40)


class AskedSummary(Asked):
    """Which version of a summary."""

    version: int | SkipJsonSchema[None] = given("Else the latest.", ge=1, le=FURTHEST_PAGE)


class Problem(BaseModel):
    """An error (RFC 9457). `errors` says which parameter is wrong, where one is."""

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] | None = None


class PageOf(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    total: int = Field(ge=0, description="How many there are on all pages.")
    page: int = Field(ge=1)
    per_page: int = Field(ge=1, le=MOST_PER_PAGE)


class SessionItem(BaseModel):
    """A session in the list. Moments are UTC; `zone` is where they are read."""

    slug: str
    code: str
    title: str
    mechanism: Party
    stage: Stage
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    mode: Mode
    languages: list[Language]
    url: str


class Mandate(BaseModel):
    """The resolution and operative paragraph that order the session."""

    resolution: str
    paragraph: str
    text: str


class AgendaItem(BaseModel):
    """An item of the published order of business; `starts_at` is null where it has no set time."""

    number: str = Field(description="“1”, and “1.1” for a sub-item.")
    day: int
    starts_at: datetime | None
    minutes: int
    kind: ItemKind
    title: str
    description: str


class Question(BaseModel):
    """A guiding question, whom it is put to, and how many words an answer may have."""

    number: int
    text: str
    audience: QuestionAudience
    word_limit: int


class Call(BaseModel):
    """The call for good practices."""

    title: str
    text: str
    opens_at: datetime
    closes_at: datetime


class Session(SessionItem):
    """A session. `note` says what a demonstration session invents."""

    theme: str
    mandate: Mandate
    chair: str
    distribution: Audience
    note: str
    order_of_business: list[AgendaItem]
    guiding_questions: list[Question]
    call: Call | None
    summary: bool = Field(description="Whether a summary is published.")


class PracticeItem(BaseModel):
    """A published good practice in the list."""

    reference: str
    slug: str
    title: str
    language: Language
    party: Party
    session: str
    themes: list[Term]
    gcm_main: Term | None
    gcm_other: list[Term]
    published_at: datetime
    url: str


class File(BaseModel):
    """A file to download; `size` in bytes."""

    name: str
    media_type: str
    size: int
    url: str


class PublicSource(BaseModel):
    """A document that an illustrative text was written from."""

    model_config = ConfigDict(extra="ignore")

    title: str
    publisher: str | None = None
    date: str | None = None
    url: str | None = None


class Contact(BaseModel):
    """Whom member States may write to."""

    model_config = ConfigDict(extra="ignore")

    name: str = ""
    institution: str = ""
    email: str = ""


class TranslatedText(BaseModel):
    """A text of a practice in another language: `field` as in the content, rows counted from one ("actors.2.name")."""

    field: str
    text: str
    status: Literal["machine", "unofficial", "official"]
    translator: str = Field(description="The name of a service or an office; empty where it was `by`.")
    by: Literal["delegation", "secretariat"]
    saved_at: datetime
    checked_at: datetime | None


class Translation(BaseModel):
    """A practice in another language. What is not translated, or was changed since, is left out."""

    language: Language
    complete: bool
    url: str
    texts: list[TranslatedText]


class Practice(PracticeItem):
    """A published good practice: the version that is published, by field key of the call's template."""

    version: int
    submitted_at: datetime
    sha256: str = Field(description="Of the canonical JSON of what was submitted.")
    audience: Audience
    illustrative: bool = Field(description="Written from public sources; not an official submission.")
    public_sources: list[PublicSource]
    content: dict[str, Any] = Field(description="By field key; without contacts.")
    contact: Contact | None = Field(description="The first one, for member States and the secretariat.")
    contacts: dict[str, Contact] = Field(description="By field key, for member States and the secretariat.")
    files: list[File]
    cited_in: list[int] = Field(description="Numbers of the paragraphs of the latest summary that cite it.")
    translations: list[Translation] = Field(description="The original alone is authoritative.")


class PresentationItem(BaseModel):
    """A published presentation in the list."""

    session: str
    party: Party
    language: Language
    published_at: datetime
    url: str


class Answer(BaseModel):
    """The answer to one guiding question."""

    question: int
    text: str


class Presentation(PresentationItem):
    """A published presentation: answers to the guiding questions, speakers by function, slides."""

    version: int
    filed_at: datetime
    audience: Audience
    illustrative: bool
    public_sources: list[PublicSource]
    speakers: list[str]
    answers: list[Answer]
    files: list[File]
    cited_in: list[int]


class SummaryItem(BaseModel):
    """The latest version of a session's summary in the list."""

    session: str
    title: str
    version: int
    published_at: datetime
    sha256: str
    url: str


class Group(BaseModel):
    """On whose behalf somebody spoke; `members`: codes of the delegations that it counts."""

    name: str
    members: list[str]


class Citation(BaseModel):
    """The passage that a paragraph reflects. `quote` is null where it was withdrawn, and all that would tell whose it
    is where it is for a narrower audience than the caller's."""

    letter: str
    kind: Literal["practice", "presentation", "intervention"]
    reference: str | None
    party: Party | None
    on_behalf: Group | None = Field(description="For whom it was said on the floor, where that was said.")
    version: int | None
    language: Language | None
    field: str | None
    start: int | None
    end: int | None
    quote: str | None
    withdrawn: bool


class Quantifier(BaseModel):
    """The agreed word for how many delegations a paragraph cites."""

    key: str | None
    word: str | None
    delegations: int


class Step(BaseModel):
    """A step of the scale: `kind` says whether `from` is a share of those that took part, in per cent, or a count."""

    key: str
    word: str
    meaning: str
    kind: Literal["all", "share", "count"]
    from_: int = Field(alias="from")


class Recommendation(BaseModel):
    """What a paragraph recommends. `text` is "" where the paragraph speaks for itself."""

    key: str = Field(description="The same in all versions of the summary.")
    addressees: list[str] = Field(description='Codes of parties, or "all", "states", "mechanisms".')
    due: date | None
    text: str


class Paragraph(BaseModel):
    """A numbered paragraph, or a sub-paragraph, with its citations."""

    key: str | None = Field(description="The same in all versions; null in those from before November 2026.")
    number: int = Field(description="Of the numbered paragraph that it is, or stands under.")
    label: str = Field(description='"12", "12 (a)" or "12 (a) (i)".')
    level: int
    text: str = Field(description="Markdown: bold, italic, lists and footnotes, nothing else.")
    plain: str = Field(description="The words alone, without their form and without footnotes.")
    attribution: Attribution
    quantifier: Quantifier
    recommendations: list[Recommendation]
    citations: list[Citation]
    url: str


class Section(BaseModel):
    """A titled part of a summary."""

    key: str | None = Field(description="The same in all versions; null in those from before November 2026.")
    title: str
    paragraphs: list[Paragraph]


class Summary(SummaryItem):
    """A published version of a session's summary."""

    symbol: str
    kind: PublicationKind = Field(description="What it is to the version before it, which stays as it was.")
    note: str = Field(description="What a revision or corrigendum changed.")
    dated: date
    distribution: Audience
    languages: list[Language]
    supersedes: int | None = Field(description="The version that it took the place of.")
    participating: int = Field(description="How many delegations took part.")
    scale: list[Step] = Field(description="The words for how many delegations spoke of a matter; the first that fits.")
    sections: list[Section]
    files: list[File]


class SessionPage(PageOf[SessionItem]):
    """Sessions, newest first."""


class MechanismPage(PageOf[MechanismItem]):
    """Mechanisms, in the order of the reference data."""


class OrganizationPage(PageOf[OrganizationItem]):
    """Organizations, by acronym."""


class InvolvementPage(PageOf[InvolvementItem]):
    """The table of involvement, issue by issue as it was entered."""


class PracticePage(PageOf[PracticeItem]):
    """Published good practices."""


class PresentationPage(PageOf[PresentationItem]):
    """Published presentations, of the newest session first."""


class SummaryPage(PageOf[SummaryItem]):
    """The latest version of each published summary, newest first."""
