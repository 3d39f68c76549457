"""Passwords: how they are kept and compared."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

LEAST = 12
MOST = 200

# OWASP's figures for argon2id with little memory: a worker stays small while somebody signs in.
_hasher = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher.hash(_normal(password))


@cache
def _nobody() -> str:
    return _hasher.hash("nobody's password")


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one kept; takes as long where there is none to compare with."""
    try:
        return _hasher.verify(password_hash or _nobody(), _normal(password)[:MOST]) and password_hash is not None
    except VerificationError:
        return False
