"""What can be wrong with an installation, and the mend."""

import io
import shutil
import smtplib
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from redis import Redis, RedisError

from app.cli import schema
from app.core.clock import now
from app.core.db import db
from app.core.storage import FolderStorage, storage
from app.documents.scanning import ask
from app.jobs.queries import oldest_due
from app.jobs.queue import CONNECT_SECONDS
from app.mail.transports import SmtpTransport, transport
from app.people.queries import demonstration_accounts

WORKER_LATE = timedelta(minutes=5)
LEAST_SPACE = 500 * 1024 * 1024


@dataclass(frozen=True)
class Problem:
    """Something that is wrong, and what mends it."""

    what: str
    mend: str


def _production() -> bool:
    return bool(current_app.config["ENV_NAME"] == "production")


def database_problems() -> Iterator[Problem]:
    """The database does not answer, or its schema is not the one this version needs."""
    shown = db.engine.url.render_as_string(hide_password=True)
    try:
        current, newest = schema.revisions()
    except sa.exc.OperationalError as error:
        yield Problem(f"The database {shown} does not answer: {error.orig}", "Start it, or set DATABASE_URL right.")
        return
    if current is None:
        yield Problem(f"The database {shown} is empty.", "Run: plenaria init")
    elif current != newest:
        yield Problem(
            f"The database {shown} is at revision {current}; this version of Plenaria needs {newest}.",
            "Run: plenaria init",
        )


def account_problems() -> Iterator[Problem]:
    """Production holds demonstration accounts, whose password others may know. Needs the schema."""
    if _production() and (accounts := demonstration_accounts()):
        yield Problem(
            f"The database holds {len(accounts)} demonstration accounts.",
            "Serve production from a database of its own: point DATABASE_URL at a new one and run plenaria init.",
        )


def address_problems() -> Iterator[Problem]:
    """Addresses and cookies are not fit for production."""
    base = urlsplit(current_app.config["BASE_URL"])
    if base.scheme not in ("http", "https") or not base.hostname:
        yield Problem(
            f"PLENARIA_BASE_URL is not an address: {base.geturl()}", "Set it like https://plenaria.example.org"
        )
        return
    trusted = [host.strip() for host in current_app.config["TRUSTED_HOSTS"]]
    if not any(base.hostname == host or (host.startswith(".") and base.hostname.endswith(host)) for host in trusted):
        yield Problem(
            f"The host of PLENARIA_BASE_URL, {base.hostname}, is not in PLENARIA_TRUSTED_HOSTS.",
            "Add it: requests for it are refused otherwise.",
        )
    if _production() and base.scheme != "https":
        yield Problem("PLENARIA_BASE_URL is not https.", "Serve production over TLS, behind a reverse proxy.")
    if _production() and not current_app.config["SESSION_COOKIE_SECURE"]:
        yield Problem("Cookies travel over plain HTTP too.", "Take PLENARIA_SECURE_COOKIES=0 away.")


def mail_problems() -> Iterator[Problem]:
    """Mail cannot leave."""
    try:
        way = transport()
    except ValueError as error:
        yield Problem(f"{error}.", "Set PLENARIA_MAIL right.")
        return
    if not isinstance(way, SmtpTransport):
        yield from _folder_problems(current_app.config["MAIL_DIR"], "PLENARIA_INSTANCE")
        return
    if way.password and not way.starttls and way.host not in ("127.0.0.1", "localhost", "::1"):
        yield Problem(f"The password for {way.host} would travel in the clear.", "Set PLENARIA_SMTP_STARTTLS=1.")
        return
    try:
        way.connect().quit()
    except (OSError, smtplib.SMTPException) as error:
        yield Problem(
            f"The mail server {way.host}:{way.port} does not take us: {type(error).__name__}: {error}",
            "Check PLENARIA_SMTP_HOST, _PORT, _USER, _PASSWORD and _STARTTLS, and the way through the firewall.",
        )


def _folder_problems(folder: Path, setting: str) -> Iterator[Problem]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"plenaria")
    except OSError as error:
        yield Problem(
            f"The folder {folder} can't be written: {error.strerror}.",
            f"Give it to the account that runs Plenaria, or point {setting} elsewhere.",
        )
        return
    if shutil.disk_usage(folder).free < LEAST_SPACE:
        yield Problem(f"There is less than 500 MB of space for {folder}.", "Make room, or use another disk.")


def storage_problems() -> Iterator[Problem]:
    """Files cannot be kept."""
    place = storage()
    if isinstance(place, FolderStorage):
        yield from _folder_problems(place.folder, "PLENARIA_STORAGE")
        return
    try:
        sha256, _size = place.put(io.BytesIO(b"plenaria"))
        place.remove(sha256, idle=timedelta(0))
    except OSError as error:
        yield Problem(
            f"The bucket {current_app.config['STORAGE']} can't be written: {error}",
            "Check PLENARIA_STORAGE and the AWS_ variables, and that the key may read, write, list and delete.",
        )
    if db.engine.dialect.name == "sqlite":
        yield Problem(
            "With SQLite, whoever saves waits while a file travels to the bucket.",
            "Keep files in a folder, or use PostgreSQL.",
        )


def scanner_problems() -> Iterator[Problem]:
    """Uploads are to be scanned, and the scanner does not answer."""
    if not (address := current_app.config["CLAMAV"]):
        return
    try:
        answer = ask(address, "PING")
    except OSError as error:
        answer = f"{type(error).__name__}: {error}"
    if answer != "PONG":
        yield Problem(
            f"The virus scanner at {address} does not answer, so no file is taken: {answer}",
            "Start clamd, or set PLENARIA_CLAMAV right.",
        )


def worker_problems() -> Iterator[Problem]:
    """Nobody does the jobs. Needs the schema."""
    jobs_file: Path = current_app.config["JOBS_FILE"]
    if redis_url := current_app.config["JOBS_REDIS_URL"]:
        try:
            Redis.from_url(redis_url, socket_connect_timeout=CONNECT_SECONDS).ping()
        except (RedisError, ValueError) as error:
            yield Problem(
                f"The Redis of the queue can't be used: {error}.",
                "Start it, or set PLENARIA_JOBS_REDIS_URL right; until then jobs begin some seconds later.",
            )
    else:
        try:
            jobs_file.parent.mkdir(parents=True, exist_ok=True)
            sqlite3.connect(jobs_file).close()
        except (OSError, sqlite3.Error) as error:
            yield Problem(f"The queue {jobs_file} can't be written: {error}.", "Point PLENARIA_INSTANCE elsewhere.")
    due = oldest_due()
    if due is not None and now() - due > WORKER_LATE:
        yield Problem(
            f"A job has been waiting since {due:%Y-%m-%d %H:%M} UTC.",
            "Start a worker: plenaria serve does, or plenaria worker.",
        )


def live_problems() -> Iterator[Problem]:
    """Nothing wakes the live processes through the Redis that is to."""
    if redis_url := current_app.config["LIVE_REDIS_URL"]:
        try:
            Redis.from_url(redis_url, socket_connect_timeout=CONNECT_SECONDS).ping()
        except (RedisError, ValueError) as error:
            yield Problem(
                f"The Redis of live pages can't be used: {error}.",
                "Start it, or set PLENARIA_LIVE_REDIS_URL right; until then live pages change some seconds later.",
            )


def serving_problems() -> list[Problem]:
    """What Plenaria refuses to serve with."""
    return list(database_problems()) or list(account_problems())
