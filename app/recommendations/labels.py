"""How far a recommendation is followed, as screens say it."""

from flask_babel import lazy_gettext as _l

from app.recommendations.enums import Progress

PROGRESS = {
    Progress.NOT_BEGUN: _l("Not begun"),
    Progress.UNDER_WAY: _l("Being followed"),
    Progress.DONE: _l("Followed"),
    Progress.NOT_FOR_US: _l("Does not apply to us"),
}
PROGRESS_KINDS = {
    Progress.NOT_BEGUN: "neutral",
    Progress.UNDER_WAY: "progress",
    Progress.DONE: "done",
    Progress.NOT_FOR_US: "neutral",
}
