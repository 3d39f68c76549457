"""How inputs, their states and what they are counted by are called."""

from flask_babel import lazy_gettext as _l

from app.statistics.enums import By, InputKind, InputState

KINDS = {
    InputKind.PRACTICE: _l("Good practices"),
    InputKind.PRESENTATION: _l("Presentations"),
    InputKind.STATEMENT: _l("Statements"),
    InputKind.COMMENT: _l("Comments on the summary"),
}
STATES = {
    InputState.BEGUN: _l("Begun, not submitted"),
    InputState.RECEIVED: _l("Received"),
    InputState.RETURNED: _l("Returned for revision"),
    InputState.ACCEPTED: _l("Accepted"),
    InputState.ANSWERED: _l("Answered by the secretariat"),
    InputState.PUBLISHED: _l("Published"),
    InputState.WITHDRAWN: _l("Withdrawn"),
}
TITLES = {
    By.STATE: _l("By State or other contributor"),
    By.QUESTION: _l("By guiding question"),
    By.THEME: _l("By theme"),
    By.LANGUAGE: _l("By language"),
    By.WEEK: _l("By week"),
    By.PROGRESS: _l("By state of processing"),
}
CORNERS = {
    By.STATE: _l("Contributor"),
    By.QUESTION: _l("Question"),
    By.THEME: _l("Theme"),
    By.LANGUAGE: _l("Language"),
    By.WEEK: _l("Week"),
    By.PROGRESS: _l("State of processing"),
}
