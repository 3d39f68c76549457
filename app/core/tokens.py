"""Secret parts of addresses that are made again whenever they are shown or sent, so that no table holds them."""

import base64
import hashlib
import hmac

from flask import current_app


def keyed_token(purpose: str, words: str) -> str:
    """Return the token of what the words name, for one purpose: who has not our key cannot make it."""
    key = f"{purpose} {current_app.config['SECRET_KEY']}".encode()
    digest = hmac.new(key, words.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
