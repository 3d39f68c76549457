"""Configuration: everything comes from the environment; docs/operations.md has the table.

`PLENARIA_ENV` chooses the class: `development` (the default), `test` or `production`.
"""

import os
import secrets
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent


class ConfigurationError(Exception):
    """The environment asks for something Plenaria refuses to start with."""


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def engines(database_url: str) -> dict[str, dict[str, Any]]:
    """What SQLAlchemy makes engines of: a connection is tried before it is used, for a restarted server closes all."""
    return {"default": {"url": database_url, "pool_pre_ping": not database_url.startswith("sqlite:")}}


class Development:
    """Settings for one's own machine: a secret key kept in the instance folder, mail kept in a folder."""

    ENV_NAME = "development"
    DEBUG = False
    TESTING = False
    MAIL_TRANSPORT_DEFAULT = "folder"
    TRUSTED_HOSTS_DEFAULT = "127.0.0.1,localhost,[::1]"
    SECURE_COOKIES_DEFAULT = False
    MAILBOX_PAGE = True

    def __init__(self) -> None:
        env = os.environ
        self.INSTANCE_DIR = Path(env.get("PLENARIA_INSTANCE", ROOT / "instance"))
        self.DATABASE_URL = env.get("DATABASE_URL", f"sqlite:///{self.INSTANCE_DIR / 'plenaria.sqlite'}")
        self.SECRET_KEY = env.get("PLENARIA_SECRET_KEY") or self.default_secret_key()
        self.BASE_URL = env.get("PLENARIA_BASE_URL", f"http://127.0.0.1:{env.get('PORT', '8000')}").rstrip("/")
        self.ZONE = env.get("PLENARIA_ZONE", "America/New_York")
        self.TRUSTED_HOSTS = env.get("PLENARIA_TRUSTED_HOSTS", self.TRUSTED_HOSTS_DEFAULT).split(",")
        self.STORAGE = env.get("PLENARIA_STORAGE", str(self.INSTANCE_DIR / "files"))
        if "://" in self.STORAGE and not self.STORAGE.startswith("s3://"):
            raise ConfigurationError("PLENARIA_STORAGE must be a folder, or s3://bucket/prefix.")
        self.CLAMAV = env.get("PLENARIA_CLAMAV", "")
        host, _, port = self.CLAMAV.rpartition(":")
        if not (self.CLAMAV.startswith("/") or (host and port.isdecimal() and int(port) < 65536) or not self.CLAMAV):
            raise ConfigurationError("PLENARIA_CLAMAV must be the path of clamd's socket, or host:port.")
        self.MAIL_TRANSPORT = env.get("PLENARIA_MAIL", self.MAIL_TRANSPORT_DEFAULT)
        self.MAIL_FROM = env.get("PLENARIA_MAIL_FROM", "Plenaria <plenaria@example.org>")
        self.MAIL_DIR = self.INSTANCE_DIR / "mail"
        self.SMTP_HOST = env.get("PLENARIA_SMTP_HOST", "127.0.0.1")
        self.SMTP_PORT = int(env.get("PLENARIA_SMTP_PORT", "25"))
        self.SMTP_USER = env.get("PLENARIA_SMTP_USER", "")
        self.SMTP_PASSWORD = env.get("PLENARIA_SMTP_PASSWORD", "")
        self.SMTP_STARTTLS = _flag("PLENARIA_SMTP_STARTTLS", False)
        self.JOBS_FILE = self.INSTANCE_DIR / "jobs.sqlite"
        self.JOBS_REDIS_URL = env.get("PLENARIA_JOBS_REDIS_URL", "")
        self.PORT = env.get("PORT", "8000")
        self.LIVE_PORT = env.get("PLENARIA_LIVE_PORT") or (str(int(self.PORT) + 1) if self.PORT.isdecimal() else "")
        self.LIVE_REDIS_URL = env.get("PLENARIA_LIVE_REDIS_URL", "")
        self.SQLALCHEMY_ENGINES = engines(self.DATABASE_URL)
        self.SESSION_COOKIE_NAME = "plenaria"
        self.SESSION_COOKIE_HTTPONLY = True
        self.SESSION_COOKIE_SAMESITE = "Lax"
        self.SESSION_COOKIE_SECURE = _flag("PLENARIA_SECURE_COOKIES", self.SECURE_COOKIES_DEFAULT)
        self.PERMANENT_SESSION_LIFETIME = 12 * 3600
        self.FILE_LIMIT = 25 * 1024 * 1024
        # One attachment and the rest of its form; a larger request is refused before it is read.
        self.MAX_CONTENT_LENGTH = self.FILE_LIMIT + 2 * 1024 * 1024
        self.MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
        self.MAX_FORM_PARTS = 2000
        self.WTF_CSRF_TIME_LIMIT = None
        self.BABEL_DEFAULT_LOCALE = "en"
        self.BABEL_TRANSLATION_DIRECTORIES = str(ROOT / "app" / "translations")
        self.SEARCH_BY_MEANING = _flag("PLENARIA_SEARCH_BY_MEANING", True)
        self.CACHE_PAGES = _flag("PLENARIA_CACHE", True)
        self.PROXY_COUNT = int(env.get("PLENARIA_PROXY_COUNT", "0"))

    def default_secret_key(self) -> str:
        """Read the instance's own key, or make it the first time: no key ever stands in the code."""
        path = self.INSTANCE_DIR / "secret_key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(secrets.token_urlsafe(48))
            path.chmod(0o600)
        return path.read_text().strip()


class Test(Development):
    """Settings for the test suite: like development, in a folder that the tests throw away."""

    ENV_NAME = "test"
    TESTING = True


class Production(Development):
    """Settings for a server: refuses to start without a secret key, an address and trusted hosts."""

    ENV_NAME = "production"
    MAIL_TRANSPORT_DEFAULT = "smtp"
    TRUSTED_HOSTS_DEFAULT = ""
    SECURE_COOKIES_DEFAULT = True
    MAILBOX_PAGE = False

    def __init__(self) -> None:
        for name in ("PLENARIA_SECRET_KEY", "PLENARIA_BASE_URL", "PLENARIA_TRUSTED_HOSTS"):
            if not os.environ.get(name):
                raise ConfigurationError(f"Production needs {name}: set it in the environment.")
        if len(os.environ["PLENARIA_SECRET_KEY"]) < 32:
            raise ConfigurationError("PLENARIA_SECRET_KEY is shorter than 32 characters: use a longer, random one.")
        super().__init__()
        if self.MAIL_TRANSPORT != "smtp":
            raise ConfigurationError("Production sends mail by SMTP: set PLENARIA_MAIL=smtp.")


CLASSES = {cls.ENV_NAME: cls for cls in (Development, Test, Production)}


def from_environment() -> Development:
    """Return the settings of the class that PLENARIA_ENV names; raises ConfigurationError."""
    name = os.environ.get("PLENARIA_ENV", "development")
    if name not in CLASSES:
        raise ConfigurationError(f"PLENARIA_ENV is {name!r}; it must be one of {', '.join(CLASSES)}.")
    return CLASSES[name]()
