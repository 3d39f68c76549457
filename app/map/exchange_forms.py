"""Forms of the page that takes the directory's tables out and in."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import HiddenField

from app.core.errors import Refusal
from app.core.forms import Form


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="directory-import")


class FileForm(Form):
    """A file to be checked; nothing is imported by it."""

    file = FileField(
        _l("File"),
        description=_l("The workbook (XLSX) or one table (CSV in UTF-8), 10 MB and 5,000 rows at most."),
    )


class ImportForm(Form):
    """What was checked, to be imported: the file that was kept, and what it would do; signed."""

    checked = HiddenField()

    @classmethod
    def of(cls, file_id: int, fingerprint: str) -> "ImportForm":
        """Return the form that imports a kept file as long as it would do the same."""
        return cls(formdata=None, checked=_signer().dumps([file_id, fingerprint]))

    def what_was_checked(self) -> tuple[int, str]:
        """Return the id of the kept file and the fingerprint of what it would do. Raises Refusal."""
        try:
            signed: Any = _signer().loads(self.checked.data or "")
            file_id, fingerprint = signed
        except BadSignature as error:
            raise Refusal(_l("Check the file first.")) from error
        return int(file_id), str(fingerprint)
