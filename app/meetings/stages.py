"""What a session needs before it moves to a stage, and by when. Later packages say so here when the application starts.

Each stage has a *checklist*: what is needed before it is entered, and what is advised.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.core.localized import LocalizedText
from app.core.wording import show_day
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.meetings.queries import agenda_of, delegations_of_meeting, latest_agenda, questions_of


@dataclass(frozen=True)
class Check:
    """One line of a checklist: what to do, the page (an endpoint that takes the session's slug) where it is done,
    and whether it is. What is not `needed` is advice, and stops nothing."""

    sentence: LazyString
    endpoint: str
    done: bool
    needed: bool = True


Requirement = Callable[[Meeting], list[Check]]
Hiding = Callable[[Meeting], None]

_hidings: list[Hiding] = []
_requirements: dict[Stage, list[Requirement]] = {stage: [] for stage in Stage}


def requires(stage: Stage) -> Callable[[Requirement], Requirement]:
    """Register a function that returns lines of the checklist of a stage."""

    def register(requirement: Requirement) -> Requirement:
        if requirement not in _requirements[stage]:
            _requirements[stage].append(requirement)
        return requirement

    return register


def on_hiding(function: Hiding) -> Hiding:
    """Register what is done before readers who saw a session see it no longer; decorates it."""
    if function not in _hidings:
        _hidings.append(function)
    return function


def tell_hiding(meeting: Meeting) -> None:
    """Call what is registered, while the session is still as readers see it."""
    for function in _hidings:
        function(meeting)


def checklist(meeting: Meeting, stage: Stage) -> list[Check]:
    """Return what a session needs, then what it is advised, to enter a stage."""
    checks = [check for requirement in _requirements[stage] for check in requirement(meeting)]
    return sorted(checks, key=lambda check: not check.needed)


def unmet(meeting: Meeting, stage: Stage) -> list[LazyString]:
    """Return what the session lacks to enter a stage; empty where nothing does."""
    return [check.sentence for check in checklist(meeting, stage) if check.needed and not check.done]


def planned_day(meeting: Meeting, stage: Stage) -> date | None:
    """Return the day, in the session's zone, on which a stage is to be entered; None where nobody has planned one.

    A session is in session from its first day, and is consolidated once its last is over.
    """
    return {
        Stage.CALL_OPEN: meeting.call_planned_on,
        Stage.IN_SESSION: meeting.starts_at.astimezone(meeting.tz).date(),
        Stage.CONSOLIDATING: meeting.ends_at.astimezone(meeting.tz).date(),
        Stage.PUBLISHED: meeting.publication_planned_on,
    }.get(stage)


def days_late(meeting: Meeting, stage: Stage) -> int:
    """Return how many days ago a session should have entered a stage that it has not entered; 0 where it is in time."""
    planned = planned_day(meeting, stage)
    order = list(Stage)
    if planned is None or meeting.cancelled_at or order.index(stage) <= order.index(meeting.stage):
        return 0
    return max(0, (now().astimezone(meeting.tz).date() - planned).days)


@requires(Stage.CALL_OPEN)
def questions_and_agenda(meeting: Meeting) -> list[Check]:
    """Before delegations are asked for anything, they are told what."""
    questions, items = questions_of(meeting.id), agenda_of(meeting.id)

    def everywhere(texts: Iterable[LocalizedText]) -> bool:
        return all(text.get(language) for text in texts for language in meeting.languages)

    worded = bool(questions) and everywhere(row.text for row in questions)
    titled = bool(items) and everywhere(row.title for row in items)
    return [
        Check(_l("Write at least one guiding question."), "meetings.questions", done=bool(questions)),
        Check(_l("Write the order of business."), "meetings.agenda", done=bool(items)),
        Check(_l("Write the questions in each working language."), "meetings.questions", worded, needed=False),
        Check(_l("Write the order of business in each working language."), "meetings.agenda", titled, needed=False),
        Check(_l("Say where the session meets."), "meetings.edit", done=bool(meeting.place), needed=False),
    ]


@requires(Stage.IN_SESSION)
def delegations_are_there(meeting: Meeting) -> list[Check]:
    """A session needs somebody to attend it."""
    delegations = delegations_of_meeting(meeting.id)
    invited = bool(delegations) and all(delegation.members for delegation in delegations)
    begins = show_day(meeting.starts_at, meeting.zone)
    begun = meeting.starts_at <= now()
    return [
        Check(_l("Wait until the session begins, on %(day)s.", day=begins), "meetings.edit", begun, needed=False),
        Check(_l("Add the delegations that take part."), "meetings.delegations", done=bool(delegations)),
        Check(_l("Invite at least one person of each delegation."), "meetings.delegations", invited, needed=False),
    ]


@requires(Stage.CONSOLIDATING)
def session_is_over(meeting: Meeting) -> list[Check]:
    """What is said on the last day belongs to the summary too."""
    over = meeting.ends_at <= now()
    return [Check(_l("Wait until the session has ended."), "meetings.edit", over, needed=False)]


@requires(Stage.IN_SESSION)
def order_of_business_is_published(meeting: Meeting) -> list[Check]:
    """Whoever takes part has been told what comes when."""
    return [Check(_l("Publish the order of business."), "meetings.publish_agenda", bool(latest_agenda(meeting.id)))]
