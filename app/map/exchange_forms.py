"""Forms of the page that takes the directory's tables out and in."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from app.core.forms import CheckedForm, Form


class FileForm(Form):
    """A file to be checked; nothing is imported by it."""

    file = FileField(
        _l("File"),
        description=_l("The workbook (XLSX) or one table (CSV in UTF-8), 10 MB and 5,000 rows at most."),
    )


class ImportForm(CheckedForm):
    """What was checked, to be imported."""

    salt = "directory-import"
