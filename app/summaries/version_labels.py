"""How the versions of a summary are called on screens."""

from flask_babel import gettext as _


def revision_name(number: int) -> str:
    """Return what the version of a number is called in the reader's language."""
    return str(_("Rev. %(number)d", number=number) if number else _("First version"))


def changes_since(number: int) -> str:
    """Return what the changes since the version of a number are called in the reader's language."""
    return str(_("Changes since rev. %(number)d", number=number) if number else _("Changes since the first version"))
