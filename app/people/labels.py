"""What the enums of people are called on screens."""

from flask_babel import lazy_gettext as _l

from app.people.enums import Standing

STANDINGS = {
    Standing.ADMINISTRATOR: _l("Administrator"),
    Standing.SECRETARIAT: _l("Secretariat"),
    Standing.MEMBER: _l("Member or delegate"),
}
