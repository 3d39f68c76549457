"""What a session needs before it moves to a stage. Later packages say so here when the application starts."""

from collections.abc import Callable

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.meetings.queries import agenda_of, delegations_of_meeting, latest_agenda, questions_of

Requirement = Callable[[Meeting], list[LazyString]]

_requirements: dict[Stage, list[Requirement]] = {stage: [] for stage in Stage}


def requires(stage: Stage) -> Callable[[Requirement], Requirement]:
    """Register a function that returns what a session lacks to enter a stage, as sentences."""

    def register(requirement: Requirement) -> Requirement:
        if requirement not in _requirements[stage]:
            _requirements[stage].append(requirement)
        return requirement

    return register


def unmet(meeting: Meeting, stage: Stage) -> list[LazyString]:
    """Return what the session lacks to enter a stage; empty where nothing does."""
    return [sentence for requirement in _requirements[stage] for sentence in requirement(meeting)]


@requires(Stage.CALL_OPEN)
def questions_and_agenda(meeting: Meeting) -> list[LazyString]:
    """Before delegations are asked for anything, they are told what."""

    missing = []
    if not questions_of(meeting.id):
        missing.append(_l("Write at least one guiding question."))
    if not agenda_of(meeting.id):
        missing.append(_l("Write the order of business."))
    return missing


@requires(Stage.IN_SESSION)
def delegations_are_there(meeting: Meeting) -> list[LazyString]:
    """A session needs somebody to attend it."""
    return [] if delegations_of_meeting(meeting.id) else [_l("Add the delegations that take part.")]


@requires(Stage.IN_SESSION)
def order_of_business_is_published(meeting: Meeting) -> list[LazyString]:
    """Whoever takes part has been told what comes when."""
    return [] if latest_agenda(meeting.id) else [_l("Publish the order of business.")]
