"""How the versions of a summary are called on screens."""

from flask_babel import gettext as _


def revision_name(number: int) -> str:
    """Return what the version of a number is called in the reader's language."""
    return str(_("Rev. %(number)d", number=number) if number else _("First version"))
