"""Writes the forms that make_files.py has LibreOffice change, into the folder that it is given; see README.md."""

import sys
from pathlib import Path

from flask import Flask
from flask_babel import Babel

from tests.factories.word import made, translation_shape

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = Flask("forms")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path("app/translations").resolve())
    Babel(app)
    with app.test_request_context():
        (folder / "form.docx").write_bytes(made())
        (folder / "original.docx").write_bytes(made({}, language="en", of=translation_shape()))
        (folder / "empty.docx").write_bytes(made({}, language="en"))
