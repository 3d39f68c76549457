"""Files that people bring and that Plenaria makes. A *stored file* is bytes under their SHA-256, with the
type its content shows, whatever its name says; who may have it is for the feature that owns it."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Nothing to register: files are served by the features that own them."""
