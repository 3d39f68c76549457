"""How rhythms are called on screens."""

from flask_babel import lazy_gettext as _l

from app.following.enums import Rhythm

RHYTHMS = {
    Rhythm.DAILY: _l("Every day by mail"),
    Rhythm.WEEKLY: _l("Once a week by mail"),
    Rhythm.NEVER: _l("No mail, in my feed alone"),
}
